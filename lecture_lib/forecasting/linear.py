"""Linear regression of a series on its own past, and on columns beside it: the autoregression."""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_number
from lecture_lib.checks import as_count, as_finite
from lecture_lib.forecasting.problem import Problem
from lecture_lib.forecasting.words import CONSTANTS, worded

RIDGES = CONSTANTS["linear"]["ridges"]
ORDERS = CONSTANTS["linear"]["orders"]  # where no season says how far to look back


def lagged(learned: Any, order: int, ahead: int = 1) -> tuple[Array, Array]:
    """Regression rows: `order` values, latest last, and what comes `ahead` steps after them."""
    learned = as_finite("learned", learned, 1, "(T,)")
    ahead = as_count("ahead", ahead)
    order = as_count("order", order, most=len(learned) - ahead)
    rows = np.lib.stride_tricks.sliding_window_view(learned, order)[:-ahead]
    return rows, learned[order + ahead - 1 :]


def ridge_weights(x: Any, y: Any, ridge: float) -> Array:
    """w that minimises ‖x w − y‖² + ridge ‖w‖²."""
    x, y = as_finite("x", x, 2, "(rows, order)"), as_finite("y", y, 1, "(rows,)")
    if len(x) != len(y):
        raise ValueError(f"y must have shape ({len(x)},), as x has so many rows, got {y.shape}")
    ridge = as_number("ridge", ridge, "be finite and above 0", lambda r: 0 < r < np.inf)
    return np.linalg.solve(x.T @ x + ridge * np.eye(x.shape[1]), x.T @ y)


def iterate_linear(learned: Array, w: Array, last: Array, horizon: int) -> Array:
    """What the weights `w`, latest last, say of each place of `last`, reading on what they said."""
    known = learned[last[:, None] + np.arange(1 - len(w), 1)]
    for _ in range(horizon):
        said = known[:, -len(w) :] @ w
        known = np.column_stack([known, said])
    return known[:, len(w) :]


def choose_autoregression(problem: Problem) -> tuple[int, float]:
    """Order and ridge: of 1, 2 and 3 seasons, or of `ORDERS` without a season, and of `RIDGES`, the
    pair that, fitted where networks learn, has the least squared one-step error where they stop.

    Raises ValueError where not even the least order leaves rows to fit.
    """
    seasons = [k * problem.season for k in (1, 2, 3)] if problem.season else ORDERS
    held, end = problem.fit_split - problem.differenced, problem.split - problem.differenced
    orders = [order for order in seasons if order <= held // 2]
    if not orders:
        raise ValueError(worded("few_for_order", count=held, order=seasons[0]))

    def error(pair: tuple[int, float]) -> float:
        w = _fitted(problem, *pair, held)
        rows, targets = _rows(problem, pair[0], held - pair[0], end)
        return float(np.mean((rows @ w - targets) ** 2))

    return min(((order, ridge) for order in orders for ridge in RIDGES), key=error)


def autoregression(problem: Problem, origins: Array, end: int) -> Array:
    """ŷ_{t+1} = Σ_j w_j y_{t−j} + Σ_e u_e x_{e,t}, said step by step, each reading the one before.

    w and u minimise the squared one-step error on the first `end` values, plus the ridge times
    ‖w‖² + ‖u‖²; order and ridge are `choose_autoregression`'s. x are the columns beside the series,
    as far as they are known at the origin. Yule (1927); Hoerl & Kennard (1970).

    Returns (origins, horizon), in the series' unit.
    """
    order, ridge = choose_autoregression(problem)
    w = _fitted(problem, order, ridge, end - problem.differenced)
    at = origins - problem.differenced
    known = problem.learned[at[:, None] + np.arange(1 - order, 1)]
    for ahead in range(problem.horizon):
        rows = np.hstack([known[:, -order:], problem.columns_from(origins, ahead)])
        known = np.column_stack([known, rows @ w])
    return problem.in_unit(origins, known[:, order:])


def _fitted(problem: Problem, order: int, ridge: float, end: int) -> Array:
    return ridge_weights(*_rows(problem, order, 0, end), ridge)


def _rows(problem: Problem, order: int, begin: int, end: int) -> tuple[Array, Array]:
    """Regression rows of what is learned from `begin` to `end`: lags, and the columns beside."""
    rows, targets = lagged(problem.learned[begin:end], order)
    first = begin + order - 1 + problem.differenced
    return np.hstack([rows, problem.columns[first : first + len(rows)]]), targets
