"""The leak alarm: four ways in which a forecast looks better than it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_size
from lecture_lib.checks import as_finite, as_whole
from lecture_lib.forecasting.words import CONSTANTS, worded

# Of the series' own changes: less, and a forecast is the last value again.
LATE = CONSTANTS["leaks"]["late"]
SAME = CONSTANTS["leaks"]["same"]  # relative: two numbers worked out from the same values
TWIN = CONSTANTS["leaks"]["twin"]  # correlation with changes that are still to come


@dataclass(frozen=True)
class Alarm:
    """One leak: which of the four it is, the number that rang, its threshold, and a sentence.

    >>> alarm, = random_split(train=[0, 2], test=[1, 3])
    >>> alarm.kind, alarm.number
    ('split', 0.5)
    """

    kind: str
    number: float
    threshold: float
    words: str

    def __str__(self) -> str:
        return self.words


def late_forecasts(values: Any, origins: Any, said: Any, ahead: int = 1) -> list[Alarm]:
    """Rings for forecasts that are their input, shifted.

        mean |ŷ_{o+k} − y_o| / mean |y_{o+k} − y_o|  <  .1

    values (T,), origins (n,) the indices of the last known value, said (n,) what was forecast of
    the value `ahead` steps later. Of a walk the last value *is* the best forecast; then a network
    has nothing to add to it.

    Raises ValueError for shapes that do not fit and for origins outside the series.

    >>> print(*late_forecasts([1, 3, 2, 4], origins=[0, 1, 2], said=[1, 3, 2.1]))
    The forecasts are their input, 1 late: they lie 2.0% as far from the last known value as what \
came did (the alarm rings below 10%).
    """
    y, o = _series(values), _places("origins", origins, len(values) - as_size("ahead", ahead) - 1)
    said = as_finite("said", said, 1, "(n,)")
    if said.shape != o.shape:
        raise ValueError(f"said must have one number an origin, {len(o)}, got {len(said)}")
    moved = float(np.abs(y[o + ahead] - y[o]).mean())
    share = float(np.abs(said - y[o]).mean()) / moved if moved > 0 else np.inf
    if share >= LATE:
        return []
    return [Alarm("late", share, LATE, worded("late", ahead=ahead, share=share, late=LATE))]


def random_split(train: Any, test: Any) -> list[Alarm]:
    """Rings where a value to learn from comes after one to test by: the share of those that do.

    train, test: the indices of their values in time order. Raises ValueError for what is no list of
    whole numbers ≥ 0.

    >>> random_split(train=range(80), test=range(80, 100))
    []
    """
    train, test = _places("train", train, 2**31), _places("test", test, 2**31)
    share = float((train > test.min()).mean())
    if not share:
        return []
    return [Alarm("split", share, 0.0, worded("split", share=share))]


def scaled_by_all(values: Any, split: int, mean: float, sd: float) -> list[Alarm]:
    """Rings where mean or standard deviation of a scaling are those of the whole series, and not
    those of its first `split` values.

    values (T,); split 1 … T − 1. Raises ValueError for values that are not finite.

    >>> print(*scaled_by_all([1.0, 3.0, 8.0], split=2, mean=4.0, sd=1.0))
    The mean of the scaling, 4, is that of the whole series; before the test it is 2.
    """
    y = _series(values)
    known = y[: as_size("split", split, 1, len(y) - 1)]
    for name, given, whole, right in (
        ("mean", mean, y.mean(), known.mean()),
        ("standard deviation", sd, y.std(), known.std()),
    ):
        near = SAME * max(np.abs(y).max(), 1e-300)
        if abs(given - whole) <= near < abs(whole - right):
            off = float(abs(given - whole) / max(np.abs(y).max(), 1e-300))
            words = worded("scaling", name=name, given=given, right=right)
            return [Alarm("scaling", off, SAME, words)]
    return []


def target_among_inputs(
    values: Any, inputs: Mapping[str, Any], horizon: int, known_ahead: bool = False
) -> list[Alarm]:
    """Rings for a column that knows what is to be forecast: one whose changes go with those that
    are still to come, and not so with those that are known.

        |corr(x_t − x_{t−1}, y_{t+k} − y_{t+k−1})|  >  .999  for a k of 1 … `horizon`

    and not for k = 0. Columns that are known ahead are seen `horizon` steps on: then k is one of
    1 − `horizon` … `horizon`, and what is known lies at k = −`horizon`. Of changes, for two series
    that only rise go together too.

    values (T,), inputs `{name: (T,)}`. Raises ValueError for a column of another length.

    >>> y = [1.0, 5.0, 2.0, 8.0, 3.0, 9.0]
    >>> alarm, = target_among_inputs(y, {"tomorrow": [*y[1:], 0.0]}, horizon=1)
    >>> alarm.kind, alarm.number > 0.999
    ('target', True)
    """
    y, alarms = _series(values), []
    most = min(as_size("horizon", horizon), len(y) - 4)
    places = range(1 - most if known_ahead else 1, most + 1)
    for name, column in inputs.items():
        x = as_finite(f"inputs[{name!r}]", column, 1, "(T,)")
        if x.shape != y.shape:
            raise ValueError(f"inputs[{name!r}] must have {len(y)} numbers, got {len(x)}")
        found = [_together(x, y, k) for k in places]
        best = int(np.argmax(found)) if found else 0
        if found and found[best] > TWIN > _together(x, y, places[0] - 1):
            k = places[best]
            key = "target_later" if k > 0 else "target_earlier" if k else "target_now"
            said = {"when": worded(key, steps=abs(k)), "correlation": found[best], "twin": TWIN}
            alarms.append(Alarm("target", found[best], TWIN, worded("target", name=name, **said)))
    return alarms


def _together(x: Array, y: Array, k: int) -> float:
    """The correlation of the changes of x with those of y, k steps later."""
    x, y = np.diff(x), np.diff(y)
    return _correlation(x[max(-k, 0) : len(x) - max(k, 0)], y[max(k, 0) : len(y) - max(-k, 0)])


def _correlation(x: Array, y: Array) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = np.sqrt((x @ x) * (y @ y))
    return float(abs(x @ y) / size) if size > 0 else 0.0


def _series(values: Any) -> Array:
    return np.asarray(as_finite("values", values, 1, "(T,)"), dtype=float)


def _places(name: str, value: Any, most: int) -> Array:
    return as_whole(name, value, 0, most, 1, "(n,)")
