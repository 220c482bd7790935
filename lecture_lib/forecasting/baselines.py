"""Forecasts that learn nothing, or a level, a trend and a season: what a network has to beat.

Each takes a `Problem` and origins, and returns what it says, (origins, horizon), in the series' own
unit.
"""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.forecasting.problem import Problem


def back_to(season: int, horizon: int) -> Array:
    """For each step ahead, 1 … horizon, how many steps before it the season last stood there,
    taken as many times as it needs to reach back into what is known."""
    ahead = np.arange(1, horizon + 1)
    return season * -(-ahead // season)


def persistence(problem: Problem, origins: Array) -> Array:
    """ŷ_{o+h} = y_o, the last value."""
    return np.repeat(problem.values[origins][:, None], problem.horizon, axis=1)


def mean(problem: Problem, origins: Array) -> Array:
    """ŷ_{o+h} = the mean of y_0 … y_o."""
    so_far = problem.values.cumsum()[origins] / (origins + 1)
    return np.repeat(so_far[:, None], problem.horizon, axis=1)


def drift(problem: Problem, origins: Array) -> Array:
    """ŷ_{o+h} = y_o + h (y_o − y_0) / o, the line from the first value through the last."""
    y, ahead = problem.values, np.arange(1, problem.horizon + 1)
    slope = (y[origins] - y[0]) / origins
    return y[origins][:, None] + slope[:, None] * ahead


def seasonal_naive(problem: Problem, origins: Array) -> Array:
    """ŷ_{o+h} = y_{o+h−m}, the last season again."""
    ahead = np.arange(1, problem.horizon + 1)
    return problem.values[origins[:, None] + ahead - back_to(_season(problem), problem.horizon)]


def seasonal_drift(problem: Problem, origins: Array) -> Array:
    """ŷ_{o+h} = y_o + (y_{o+h−m} − y_{o−m}), the last season's changes again."""
    y, back = problem.values, back_to(_season(problem), problem.horizon)
    return y[origins][:, None] + seasonal_naive(problem, origins) - y[origins[:, None] - back]


def seasonal_mean(problem: Problem, origins: Array) -> Array:
    """ŷ_{o+h} = the mean of y_{o+h−m}, y_{o+h−2m} … as far back as the series goes."""
    season, y = _season(problem), problem.values
    back = back_to(season, problem.horizon)
    sums, counts = y.copy(), np.ones(len(y))
    for t in range(season, len(y)):
        sums[t] += sums[t - season]
        counts[t] += counts[t - season]
    at = origins[:, None] + np.arange(1, problem.horizon + 1) - back
    return sums[at] / counts[at]


def _season(problem: Problem) -> int:
    if problem.season is None:
        raise ValueError("a seasonal forecast needs a season, and this problem has none")
    return problem.season


def exponential_smoothing(problem: Problem, origins: Array, end: int) -> Array:
    """Level, trend and, where there is one, season, each moved by a share of every error.

        ŷ_{o+h} = ℓ_o + h b_o + s_{o+h−m}
        ℓ_t = α (y_t − s_{t−m}) + (1 − α) (ℓ_{t−1} + b_{t−1})
        b_t = β (ℓ_t − ℓ_{t−1}) + (1 − β) b_{t−1}
        s_t = γ (y_t − ℓ_{t−1} − b_{t−1}) + (1 − γ) s_{t−m}

    The shares, and what is there before the first value, are fitted to the first `end` values by
    statsmodels, and then stay as they are. Holt (1957) and Winters (1960), in the form of Hyndman
    et al. (2008).

    Raises ImportError where statsmodels is not installed.
    """
    fitted = _fitted(problem, end)
    return smoothed(problem.values, fitted, problem.season, origins, problem.horizon)


def _fitted(problem: Problem, end: int) -> dict[str, Any]:
    import warnings

    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    season = problem.season
    model = ExponentialSmoothing(
        problem.values[:end],
        trend="add",
        seasonal="add" if season else None,
        seasonal_periods=season,
        initialization_method="estimated",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the search ended where it could not go on
        return dict(model.fit().params)


def smoothed(
    values: Array, fitted: dict[str, Any], season: int | None, origins: Array, horizon: int
) -> Array:
    """The recursion of `exponential_smoothing` over `values`, and what it says from each origin."""
    alpha, beta = fitted["smoothing_level"], fitted["smoothing_trend"]
    gamma = fitted["smoothing_seasonal"] if season else 0.0
    level, trend = fitted["initial_level"], fitted["initial_trend"]
    seasons = list(fitted["initial_seasons"]) if season else [0.0]
    m, wanted = len(seasons), set(origins.tolist())
    said = np.empty((len(origins), horizon))
    row = 0
    for t, y in enumerate(values[: origins[-1] + 1]):
        before, s = level + trend, seasons[t % m]
        level, last = alpha * (y - s) + (1 - alpha) * before, level
        trend = beta * (level - last) + (1 - beta) * trend
        seasons[t % m] = gamma * (y - before) + (1 - gamma) * s
        if t in wanted:
            said[row] = [level + h * trend + seasons[(t + h) % m] for h in range(1, horizon + 1)]
            row += 1
    return said
