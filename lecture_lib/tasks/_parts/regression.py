"""Linear regression of a series on its own past."""

import numpy as np

from lecture_lib.cells._checks import as_number
from lecture_lib.tasks._parts.checks import as_count, as_finite


def lagged(learned, order, ahead=1):
    """Regression rows: `order` values, latest last, and what comes `ahead` steps after them."""
    learned = as_finite("learned", learned, 1, "(T,)")
    ahead = as_count("ahead", ahead)
    order = as_count("order", order, most=len(learned) - ahead)
    rows = np.lib.stride_tricks.sliding_window_view(learned, order)[:-ahead]
    return rows, learned[order + ahead - 1 :]


def ridge_weights(x, y, ridge):
    """w that minimises ‖x w − y‖² + ridge ‖w‖²."""
    x, y = as_finite("x", x, 2, "(rows, order)"), as_finite("y", y, 1, "(rows,)")
    if len(x) != len(y):
        raise ValueError(f"y must have shape ({len(x)},), as x has so many rows, got {y.shape}")
    ridge = as_number("ridge", ridge, "be finite and above 0", lambda r: 0 < r < np.inf)
    return np.linalg.solve(x.T @ x + ridge * np.eye(x.shape[1]), x.T @ y)


def iterate_linear(learned, w, last, horizon):
    """What the weights `w`, latest last, say of each place of `last`, reading on what they said."""
    known = learned[last[:, None] + np.arange(1 - len(w), 1)]
    for _ in range(horizon):
        said = known[:, -len(w) :] @ w
        known = np.column_stack([known, said])
    return known[:, len(w) :]
