"""The season of a series, found by autocorrelation."""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_size
from lecture_lib.checks import as_finite

LEAST = 0.3  # below it, a season would explain a tenth of the changes' variance at most
NEARLY = 0.9  # of the highest: the first so high is the season, and not twice it
SURE = 4.0  # standard errors, 1/√n: the highest of a hundred of noise lies below
MULTIPLES = 3  # of a lag: a season comes back more than once


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

    Of the n changes from step to step, less their own straight line, the autocorrelation at a lag
    and its next two multiples is averaged, as far as they lie in the first half. The season is the
    first lag from 2 to a third of the series at which this mean is higher than beside it, at least
    .3, at least 4/√n, and at least .9 of the highest; and before it r must have been below 0.

    A long, smooth season under noise is hidden by it: its changes are small. Then say it yourself.

    values (T,): hand over what comes before the test part, for the season is a choice like others.

    >>> t = np.arange(120)
    >>> find_season(t + np.sin(2 * np.pi * t / 12)), find_season(t**2.0)
    (12, None)
    """
    array = np.asarray(as_finite("values", values, 1, "(T,)"), dtype=float)
    if len(array) < 9:
        return None
    changes = np.diff(array)
    t = np.arange(len(changes))
    changes = changes - np.polyval(np.polyfit(t, changes, 1), t)
    if np.abs(changes).max() <= 1e-9 * np.abs(array).max():
        return None
    r = autocorrelation(changes, len(changes) // 2)
    lags = np.arange(1, len(array) // 3 + 2)
    again = [r[lag : MULTIPLES * lag + 1 : lag].mean() for lag in lags]
    height = dict(zip(lags.tolist(), again, strict=True))
    below = np.flatnonzero(r < 0)
    least = max(LEAST, SURE / np.sqrt(len(changes)))
    peaks = [
        lag
        for lag in height
        if 2 <= lag <= len(array) // 3
        and below.size
        and lag > below[0]
        and height[lag] > height[lag - 1]
        and height[lag] >= height[lag + 1]
        and height[lag] >= least
    ]
    highest = max((height[lag] for lag in peaks), default=0.0)
    return next((lag for lag in peaks if height[lag] >= NEARLY * highest), None)
