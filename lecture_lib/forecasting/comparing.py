"""`compare`: every method on one series, fitted before its test and judged from every origin."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from tqdm import tqdm

from lecture_lib.cells._checks import Array, as_choice, as_number, as_size
from lecture_lib.forecasting import baselines, leaks, linear, recurrent
from lecture_lib.forecasting.comparison import Comparison, Row
from lecture_lib.forecasting.problem import Problem
from lecture_lib.forecasting.recurrent import Training
from lecture_lib.forecasting.seasons import find_season
from lecture_lib.forecasting.words import worded
from lecture_lib.networks import count_parameters

BASELINES: dict[str, Callable[[Problem, Array], Array]] = {
    "mean": baselines.mean,
    "persistence": baselines.persistence,
    "drift": baselines.drift,
    "seasonal naive": baselines.seasonal_naive,
    "seasonal mean": baselines.seasonal_mean,
    "seasonal + drift": baselines.seasonal_drift,
}
LINES: dict[str, Callable[[Problem, Array, int], Array]] = {
    "exponential smoothing": baselines.exponential_smoothing,
    "AR": linear.autoregression,
}
METHODS = (*BASELINES, *LINES, *recurrent.KINDS)
FIND = "find"
BAR = "{l_bar}{bar:20}| {n_fmt}/{total_fmt}"


def compare(
    values: Any,
    horizon: int,
    season: int | str | None = FIND,
    *,
    differenced: bool | None = None,
    known_ahead: Any = None,
    known_late: Any = None,
    methods: Iterable[str] = METHODS,
    seeds: Iterable[int] = (0, 1, 2),
    training: Training | None = None,
    budget: float | None = None,
    unit: str = "",
    progress: bool = True,
) -> Comparison:
    """Rank forecasts of a series, from those that learn nothing to four networks, on its last 20 %.

    - values (T,), 12 to 100,000 finite numbers in time order; horizon, how many steps ahead
    - season: its steps; "find" has it found by autocorrelation before the test part
      (`find_season`); None for none
    - differenced: whether AR and networks learn the changes; None has that chosen by the error of
      the AR in the validation part
    - known_ahead, known_late: other columns `{name: (T,)}` as inputs of AR and networks; the first
      are known for the steps to come when a forecast is made (a calendar), the second are not. To
      say the first of a column that is not known then is a leak
    - methods, of `METHODS`; seeds, of each network; training, how networks are trained
    - budget, in seconds: what could not be begun in it is left out, and named in `left_out`

    Lines are fitted to the first 80 %, of which the last fifth chooses; networks learn from the
    first 64 %, and that fifth stops them. All are judged from every origin of the last 20 %: a mean
    absolute scaled error by horizon, and paired intervals between methods.

    Raises ValueError or TypeError for what does not fit, naming it.

    >>> t = np.arange(120)
    >>> found = compare(np.sin(t) + t % 7, 2, methods=("persistence", "seasonal naive", "AR"))
    >>> found.problem.season, [row.name for row in found.rows]
    (7, ['AR', 'seasonal naive', 'persistence'])
    """
    methods, seeds = list(methods), [as_size("seeds", seed, 0, 2**20) for seed in seeds]
    for name in methods:
        as_choice("methods", name, METHODS)
    for name, given in (("methods", methods), ("seeds", seeds)):
        if not given or len(set(given)) < len(given):
            raise ValueError(worded("named_once", name=name, given=given))
    if differenced not in (None, True, False):
        raise TypeError(f"differenced must be True, False or None, got {differenced!r}")
    if budget is not None:
        as_number("budget", budget, "be positive", lambda seconds: seconds > 0)
    training = Training() if training is None else training
    ahead, late = ({} if given is None else given for given in (known_ahead, known_late))
    problem = Problem(values, horizon, None, False, ahead, late, unit)
    finds = isinstance(season, str) and season == FIND
    steps: Any = find_season(problem.values[: problem.split]) if finds else season
    problem = replace(problem, season=steps)
    if not problem.scale:
        key = "still_season" if problem.season else "still_step"
        raise ValueError(worded("still", again=worded(key, season=problem.season)))
    left_out: dict[str, str] = {}
    problem = _as_learned(problem, differenced)
    ends = time.monotonic() + (np.inf if budget is None else budget)
    rows = []
    for name in tqdm(methods, disable=not progress, bar_format=BAR):
        try:
            rows.append(_row(problem, name, seeds, training, ends, left_out))
        except _LeftOut as why:
            left_out[name] = str(why)
    rows.sort(key=lambda row: row.mase(problem).mean())
    return Comparison(problem, rows, left_out, _alarms(problem, rows))


class _LeftOut(Exception):
    """Why a method was not run."""


def _as_learned(problem: Problem, differenced: bool | None) -> Problem:
    """The problem with values or changes to learn from, as told, or as the AR has it."""
    if differenced is not None:
        return replace(problem, differenced=bool(differenced))
    tried = [replace(problem, differenced=changes) for changes in (False, True)]
    tried = [one for one in tried if one.sd > 0 and _can_regress(one)]
    return min(tried, key=lambda one: _validation(one, "AR"), default=problem)


def _can_regress(problem: Problem) -> bool:
    try:
        linear.choose_autoregression(problem)
    except ValueError:
        return False
    return True


def _row(
    problem: Problem,
    name: str,
    seeds: list[int],
    training: Training,
    ends: float,
    left_out: dict[str, str],
) -> Row:
    began = time.monotonic()
    if began > ends:
        raise _LeftOut(worded("no_time"))
    if name in recurrent.KINDS:
        return _network_row(problem, name, seeds, training, ends, left_out)
    if name not in LINES and problem.season is None and name.startswith("seasonal"):
        raise _LeftOut(worded("no_season"))
    if name == "AR" and not (problem.sd > 0 and _can_regress(problem)):
        raise _LeftOut(worded("no_rows"))
    try:
        said = _said(problem, name, problem.test_origins, problem.split)
        validation = _validation(problem, name)
    except ImportError:
        raise _LeftOut(worded("no_statsmodels")) from None
    family = "line" if name in LINES else "baseline"
    errors = problem.errors(problem.test_origins, said)
    seconds = time.monotonic() - began
    return Row(name, family, errors[None], said[None], validation, seconds=seconds)


def _said(problem: Problem, name: str, origins: Array, end: int) -> Array:
    if name in BASELINES:
        return BASELINES[name](problem, origins)
    return LINES[name](problem, origins, end)


def _validation(problem: Problem, name: str) -> float:
    """The mean MASE in the validation part, fitted to what comes before it."""
    origins = problem.validation_origins
    said = _said(problem, name, origins, problem.fit_split)
    return _mase(problem, origins, said, problem.split)


def _mase(problem: Problem, origins: Array, said: Array, end: int) -> float:
    return float(np.nanmean(problem.errors(origins, said, end)) / problem.scale)


def _network_row(
    problem: Problem,
    kind: str,
    seeds: list[int],
    training: Training,
    ends: float,
    left_out: dict[str, str],
) -> Row:
    if not problem.sd > 0:
        raise _LeftOut(worded("never_changes"))
    began = time.monotonic()
    said: list[Array] = []
    validation, updates = [], []
    for seed in seeds:
        if said and time.monotonic() > ends:
            left_out[f"{kind}, seeds {seeds[len(said) :]}"] = worded("no_time_for_seeds")
            break
        try:
            model, took = recurrent.train(problem, kind, seed, training)
        except (ValueError, FloatingPointError) as why:
            raise _LeftOut(str(why)) from None
        said.append(recurrent.iterate(problem, model, problem.test_origins))
        validated = recurrent.iterate(problem, model, problem.validation_origins)
        validation.append(_mase(problem, problem.validation_origins, validated, problem.split))
        updates.append(took)
    return Row(
        kind,
        "network",
        np.stack([problem.errors(problem.test_origins, one) for one in said]),
        np.stack(said),
        float(np.mean(validation)),
        count_parameters(model),
        tuple(updates),
        time.monotonic() - began,
    )


def _alarms(problem: Problem, rows: list[Row]) -> list[leaks.Alarm]:
    """What the alarm says of the columns, and of the networks' own forecasts one step ahead."""
    inputs = {**problem.known_ahead, **problem.known_late}
    found = leaks.target_among_inputs(problem.values, inputs, problem.horizon)
    origins = problem.test_origins[:-1]
    for row in rows:
        if row.family == "network":
            said = row.forecasts[:, :-1, 0].mean(axis=0)
            rung = leaks.late_forecasts(problem.values, origins, said)
            found += [
                replace(alarm, words=worded("alarm_of", name=row.name, alarm=alarm))
                for alarm in rung
            ]
    return found
