"""`compare`: the book's own table again, the verdicts, and what it refuses."""

import json

import numpy as np
import pytest

from lecture_lib.experiments import series as book
from lecture_lib.forecasting import METHODS, RULES, Problem, Row, Training, compare
from lecture_lib.forecasting.comparing import BASELINES, LINES
from lecture_lib.forecasting.verdict import judge

SIMPLE = (*BASELINES, *LINES)
QUICK = {"seeds": (0, 1), "training": Training(8, updates=200, patience=4), "progress": False}


def logistic(seed, count=220):
    """x ← 3.8 x (1 − x), seen with a little noise: no line says what comes, a square does."""
    rng = np.random.default_rng(seed)
    x = np.empty(count + 20)
    x[0] = rng.uniform(0.2, 0.8)
    for t in range(1, len(x)):
        x[t] = 3.8 * x[t - 1] * (1 - x[t - 1])
    return x[20:] + 0.01 * rng.normal(size=count)


def persistent(seed, count=240):
    """y_t = −.8 y_{t−1} + noise: a line knows all that can be known."""
    rng = np.random.default_rng(seed)
    y = np.zeros(count)
    for t in range(1, count):
        y[t] = -0.8 * y[t - 1] + rng.normal()
    return y


def test_the_books_table_comes_out_again():
    """The five seeds of the book were float32, drawn otherwise and stopped later: the mean of three
    others lies within theirs, least to greatest, and a tenth of it."""
    runs = book.load_runs()
    for name, season in (("co2", 12), ("sunspots", 11)):
        series = book.load(name)
        found = compare(
            series.values,
            24,
            differenced=series.differenced,
            methods=("persistence", "seasonal naive", "seasonal + drift", "AR", "LSTM"),
            seeds=(0, 1),
            progress=False,
        )
        assert found.problem.season == season
        for row in found.rows:
            there = book.errors(runs, name, row.name)[:, 0]
            mine = row.mase(found.problem)[:, 0].mean()
            # The book's errors are rounded to .001, and its AR's weights to 4 decimals.
            slack = 0.1 * there.mean() if row.family == "network" else 1e-3
            assert there.min() - slack <= mine <= there.max() + slack, (name, row.name)


@pytest.mark.parametrize("seed", range(10))
def test_a_line_is_enough(seed):
    found = compare(persistent(seed, 600), 1, methods=(*SIMPLE, "RNN"), **QUICK)
    assert found.verdict.kind == "line", found
    assert str(found.verdict).startswith("A line is enough: ")


@pytest.mark.parametrize("seed", range(10))
def test_no_structure(seed):
    """White noise, and noise about a season: the mean, and the season's mean, say all there is."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=240)
    found = compare(noise, 4, methods=(*SIMPLE, "RNN"), **QUICK)
    assert found.verdict.kind == "none", found
    assert "beyond the mean is shown" in str(found.verdict)
    season = np.tile(4 * np.sin(2 * np.pi * np.arange(12) / 12), 20)
    found = compare(noise + season, 4, methods=SIMPLE, progress=False)
    assert found.verdict.kind == "none", found
    assert "beyond the season is shown" in str(found.verdict)


@pytest.mark.parametrize("seed", range(10))
def test_a_network_is_ahead(seed):
    found = compare(logistic(seed), 1, methods=(*SIMPLE, "GRU"), **QUICK)
    assert found.verdict.kind == "network", found
    assert found.verdict.network_ahead.mean > 0.2
    assert "parameters" in str(found.verdict)


@pytest.mark.parametrize("seed", range(10))
def test_too_short_to_tell(seed):
    found = compare(persistent(seed, 60), 3, progress=False)
    assert found.verdict.kind == "too short"
    assert "10 origins to test from, and 20 are wanted" in str(found.verdict)


@pytest.mark.parametrize("slope", [3.0, 0.1])
def test_a_straight_line_is_said_by_a_drift(slope):
    """Also where its steps are alike but for rounding, which the AR then learns."""
    found = compare(slope * np.arange(200), 4, methods=SIMPLE, progress=False)
    assert found["drift"].mase(found.problem).max() < 1e-9
    assert found.verdict.kind == "none" and "beyond a drift is shown" in str(found.verdict)
    assert "nan" not in str(found).lower()


@pytest.mark.parametrize(
    ("values", "horizon", "words"),
    [
        (np.full(100, 3.0), 4, "before the test part none does: there is nothing to forecast"),
        (np.tile([1.0, 2, 3, 5], 30), 4, "each is that of 4 steps before"),
        (np.arange(11.0), 1, "values must hold 12 to 100,000 numbers, got 11"),
        ([1.0, np.nan, *range(20)], 1, "number 2 is missing: fill it in"),
        (np.full(40, np.nan), 1, "number 1 is missing and 39 more"),
        ([1e300, *range(40)], 1, "must be at most 1e100"),
        ([np.inf, *range(40)], 1, "values must be finite"),
        (np.zeros((20, 2)), 1, r"values must have shape \(T,\)"),
        (np.arange(50.0), 11, "horizon must end inside the test part, the last 10 values, got 11"),
        (np.arange(50.0), 0, "horizon"),
    ],
)
def test_values_that_do_not_fit_are_refused(values, horizon, words):
    with pytest.raises(ValueError, match=words):
        compare(values, horizon, progress=False)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"season": 40}, "season must fit twice into the first 64 values"),
        ({"season": 1}, "season"),
        ({"methods": ("mean", "prophet")}, "methods must be .*'prophet'"),
        ({"methods": ()}, r"methods must each be named once, and one at least, got \[\]"),
        ({"methods": ("AR", "AR")}, "methods must each be named once"),
        ({"seeds": ()}, r"seeds must each be named once, and one at least, got \[\]"),
        ({"seeds": (1, 1)}, "seeds must each be named once"),
        ({"budget": 0}, "budget must be positive"),
        ({"known_late": {"x": [1.0]}}, "must have 100 numbers, as values has, got 1"),
        (
            {"known_late": {"x": range(100)}, "known_ahead": {"x": range(100)}},
            "'x' must be in known_ahead or in known_late, not in both",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_refused(given, words):
    with pytest.raises(ValueError, match=words):
        compare(persistent(0, 100), 2, progress=False, **given)


def test_text_is_refused():
    with pytest.raises(TypeError, match="values must hold real numbers"):
        compare(["a"] * 50, 1)


@pytest.mark.parametrize(
    "given", [{"differenced": "no"}, {"known_late": [1.0]}, {"known_ahead": 0}, {"season": "12"}]
)
def test_arguments_of_another_type_are_refused(given):
    with pytest.raises(TypeError, match=next(iter(given))):
        compare(persistent(0, 100), 2, progress=False, **given)


def test_what_could_not_be_done_in_time_is_named():
    found = compare(persistent(0), 2, budget=1e-9, progress=False)
    assert found.rows == [] or set(found.left_out) >= set(METHODS[1:])
    assert "left out: LSTM: no time was left for it" in str(found)


def test_the_seeds_that_time_left_out_are_named(monkeypatch):
    """The clock strikes between the first seed and the second; a first seed is always trained."""
    from lecture_lib.forecasting import comparing

    train = comparing.recurrent.train

    def slowly(*given):
        now[0] += 10
        return train(*given)

    now = [0.0]
    monkeypatch.setattr(comparing.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(comparing.recurrent, "train", slowly)
    values = persistent(0, 120)
    found = compare(values, 2, methods=("mean", "RNN", "GRU"), budget=5, **QUICK)
    assert len(found["RNN"].errors) == 1
    assert found.left_out["RNN, seeds [1]"] == "no time was left for them"
    assert found.left_out["GRU"] == "no time was left for it"


def test_a_network_that_diverges_is_left_out_with_its_reason(monkeypatch):
    from lecture_lib.forecasting import comparing

    def diverge(*_):
        raise FloatingPointError("the loss is nan")

    monkeypatch.setattr(comparing.recurrent, "train", diverge)
    found = compare(persistent(0, 120), 2, methods=("mean", "RNN"), **QUICK)
    why = "its training from seed 0 diverged: its numbers are no longer finite"
    assert found.left_out == {"RNN": why}


def test_a_column_that_is_known_ahead_helps_and_late_does_not():
    """y is the column of the same step and noise: known ahead it says nearly all, late nothing."""
    rng = np.random.default_rng(0)
    plan = rng.normal(size=300)
    values = plan + 0.1 * rng.normal(size=300)
    shared = {"season": None, "methods": ("mean", "AR"), "progress": False}
    ahead = compare(values, 3, known_ahead={"plan": plan}, **shared)
    late = compare(values, 3, known_late={"plan": plan}, **shared)
    assert ahead["AR"].mase(ahead.problem).mean() < 0.2 < late["AR"].mase(late.problem).mean()


def test_the_values_of_a_caller_are_neither_kept_nor_changed():
    values = persistent(0, 100)
    kept = values.copy()
    found = compare(values, 2, methods=("mean", "AR"), progress=False)
    assert np.array_equal(values, kept) and not np.shares_memory(values, found.problem.values)
    values[:] = 0
    assert np.array_equal(found.problem.values, kept)


def test_the_same_seeds_give_the_same_table():
    values = persistent(0, 120)
    said = [str(compare(values, 2, methods=("mean", "RNN"), **QUICK)) for _ in range(2)]
    assert said[0] == said[1]


def test_table_and_json_say_the_same():
    found = compare(persistent(0), 3, None, methods=("mean", "AR"), progress=False)
    told = json.loads(json.dumps(found.to_dict()))
    assert [row["method"] for row in told["methods"]] == [row.name for row in found.rows]
    assert told["verdict"]["words"] == str(found.verdict) and told["season"] is None
    by_hand = found["AR"].errors[0]
    inside = by_hand[~np.isnan(by_hand)]
    assert told["methods"][0]["error"] == pytest.approx(inside.mean())
    assert f"{inside.mean():10.4g}" in str(found)
    assert len(RULES) == 6
    with pytest.raises(KeyError, match="no row 'LSTM'"):
        found["LSTM"]


def test_what_is_simpler_has_the_benefit_of_hindsight():
    """A line may be the nearer in the validation part and the baseline in the test: the latter is
    the bar, and a verdict never gainsays its ranking."""
    problem = Problem(np.random.default_rng(0).normal(size=200), 1)

    def row(name, family, validation, *sizes):
        rng = np.random.default_rng(len(name))
        errors = [s * rng.uniform(0.9, 1.1, (len(problem.test_origins), 1)) for s in sizes]
        return Row(name, family, np.stack(errors), np.stack(errors), validation)

    hard, weak = row("mean", "baseline", 0.9, 0.5), row("AR", "line", 0.7, 1.0)
    near = row("GRU", "network", 0.6, 0.6, 0.6)
    found = judge(problem, [hard, weak, near])
    assert found.kind == "none" and found.network_ahead.mean < 0
    assert "GRU, leads mean by -0." in found.words
    assert found.compared == ("mean", "AR", "GRU")
    drift = row("drift", "baseline", 0.9, 2.0)
    ahead = judge(problem, [near, weak, drift])
    assert ahead.kind == "network" and ahead.compared == ("drift", "AR", "GRU")
    # What is simpler and nearest in the test need be neither the baseline nor the line chosen.
    other = row("exponential smoothing", "line", 0.8, 0.9)
    of_four = judge(problem, [near, other, weak, drift])
    assert of_four.compared == ("drift", "AR", "exponential smoothing", "GRU")
    assert judge(problem, [other, weak, drift]).compared == ("drift", "AR")
    assert judge(problem, [near]).compared == ()
    # One seed between the two beats one of them only.
    torn = judge(problem, [hard, weak, row("LSTM", "network", 0.6, 0.1, 0.1, 0.7)])
    assert torn.kind == "none" and torn.words.endswith("but not with every seed.")
