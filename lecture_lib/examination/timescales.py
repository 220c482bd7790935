"""How long each unit keeps what it holds, on this input."""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array


def time_constants(kept: Any) -> Array | None:
    """The time constant of each unit, in steps, from the share of its state that each step keeps.

        f̄_k = (∏_t kept[t, k])^{1/T},   τ_k = 1 / (1 − f̄_k)

    f̄ is the geometric mean, since over the whole window f̄^T is what is left; kept (T, H) is f of an
    LSTM, 1 − z of a GRU (z where update="keep"). Returns (H,): infinite where all is kept at every
    step, and 1 where one step keeps nothing. None for None, and where a share lies outside 0 … 1,
    as that of another function than σ may.

    >>> time_constants([[0.5, 1.0, 0.0], [0.5, 1.0, 1.0]])
    array([ 2., inf,  1.])
    """
    if kept is None:
        return None
    kept = np.asarray(kept)
    if kept.min() < 0 or kept.max() > 1:
        return None
    # ln 0 is −∞, and e^−∞ the right 0; 1 / 0 is the right ∞.
    with np.errstate(divide="ignore"):
        left: Array = 0 - np.expm1(np.log(kept).mean(axis=0))
        return 1 / left
