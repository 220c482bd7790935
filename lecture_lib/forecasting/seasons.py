"""The season of a series, found by autocorrelation."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_size
from lecture_lib.checks import as_finite
from lecture_lib.forecasting.words import CONSTANTS

# What an autocorrelation must reach: of walks and noise without a season 1 in 300 does.
CLEAR = CONSTANTS["seasons"]["clear"]  # of what is left beside a moving mean
LEAST = CONSTANTS["seasons"]["least"]  # of the changes, in which a walk leaves nothing
# Standard errors, 1/√n: the highest of a hundred of noise lies below.
SURE = CONSTANTS["seasons"]["sure"]
# Of the highest: the first so high is the season, and not twice it.
NEARLY = CONSTANTS["seasons"]["nearly"]
MULTIPLES = CONSTANTS["seasons"]["multiples"]  # of a lag: a season comes back more than once
LONGEST = CONSTANTS["seasons"]["longest"]  # steps of a season
STILL = CONSTANTS["seasons"]["still"]  # of the values: what is left is rounding


def autocorrelation(values: Any, most: int) -> Array:
    """The correlation of a series with itself `lag` steps later, lag 0 … most.

        r_k = Σ_t (y_t − ȳ)(y_{t+k} − ȳ) / Σ_t (y_t − ȳ)²

    values (T,); a series that does not change has r = 0 but at lag 0. Box & Jenkins (1970).

    Raises ValueError for values that are not finite, and for a most that is not below T.

    >>> autocorrelation([1, -1, 1, -1, 1, -1], 2).round(2)
    array([ 1.  , -0.83,  0.67])
    """
    array = np.asarray(as_finite("values", values, 1, "(T,)"), dtype=float)
    most = as_size("most", most, 0, len(array) - 1)
    apart = array - array.mean()
    apart = apart / (np.abs(apart).max() or 1.0)
    whole = apart @ apart
    lagged = [apart[: len(apart) - k] @ apart[k:] for k in range(most + 1)]
    return np.array(lagged) / whole if whole > 1e-20 else np.eye(1, most + 1)[0]


def find_season(values: Any) -> int | None:
    """The steps of a season, or None where no season shows.

    For each lag from 2 to a third of the series, and 1,000 at most, the autocorrelation r at the
    lag and its next two multiples is averaged, as far as they lie in the first half: of what is
    left of the series beside its centred moving mean over one lag, in which a trend is gone. The
    season is the first lag at which this is higher than beside it, at least .5, at least 4/√n, and
    at least .9 of the highest; and r must be below 0 somewhere before it. Where there is none, the
    same is asked of the changes from step to step, less their straight line, with .3 for .5.

    values (T,): hand over what comes before the test part, for the season is a choice like others.

    >>> t = np.arange(120)
    >>> find_season(t + np.sin(2 * np.pi * t / 12)), find_season(t**2.0)
    (12, None)
    """
    array = np.asarray(as_finite("values", values, 1, "(T,)"), dtype=float)
    if len(array) < 9:
        return None
    most, sure = min(len(array) // 3, LONGEST), SURE / np.sqrt(len(array))
    size = np.abs(array).max()
    t = np.arange(len(array) - 1)
    changes = np.diff(array)
    changes = _unless_still(changes - np.polyval(np.polyfit(t, changes, 1), t), size)

    def beside_mean(lag: int) -> Array:
        return _unless_still(_beside_mean(array, lag), size)

    found = _first_peak(beside_mean, most, max(CLEAR, sure))
    return found or _first_peak(lambda _: changes, most, max(LEAST, sure))


def _beside_mean(array: Array, lag: int) -> Array:
    """What is left of the series beside its mean over one lag around each step, where both ends of
    an even lag count half."""
    half, sums = lag // 2, np.cumsum([0.0, *(array - array.mean())])
    whole = sums[lag:] - sums[:-lag]
    mean = whole / lag if lag % 2 else (whole[1:] + whole[:-1]) / (2 * lag)
    return array[half : len(array) - half] - array.mean() - mean


def _unless_still(left: Array, size: float) -> Array:
    """`left` less its mean; 0 where nothing but rounding is left."""
    left = left - left.mean()
    return left if np.abs(left).max() > STILL * size else np.zeros(len(left))


def _r(left: Array, lag: int) -> float:
    whole = left @ left
    return float(left[:-lag] @ left[lag:] / whole) if whole else 0.0


def _turns(left: Array, lag: int) -> bool:
    """Whether r is below 0 somewhere before the lag."""
    return any(_r(left, k) < 0 for k in range(1, lag))


def _first_peak(left: Callable[[int], Array], most: int, least: float) -> int | None:
    """The first lag from 2 to `most` that is a season; left(lag) is what is looked at for it."""

    def height_at(lag: int) -> float:
        array = left(lag)
        again = [k * lag for k in range(1, MULTIPLES + 1) if k * lag <= len(array) // 2]
        return float(np.mean([_r(array, k) for k in again])) if again else 0.0

    height = [0.0, *map(height_at, range(1, most + 2))]
    peaks = [
        lag
        for lag in range(2, most + 1)
        if height[lag] >= least
        and height[lag - 1] < height[lag] >= height[lag + 1]
        and _turns(left(lag), lag)
    ]
    highest = max((height[lag] for lag in peaks), default=0.0)
    return next((lag for lag in peaks if height[lag] >= NEARLY * highest), None)
