"""How far back the last state reaches: the gradients by each earlier input and state."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.examination.linear import Linear, pulled, why_not
from lecture_lib.examination.running import Pass
from lecture_lib.examination.words import CONSTANTS
from lecture_lib.seeded import seeded_uniform

# Between these a column of gradients neither overflows at the next step nor is all subnormal,
# which processors multiply slowly. What has fallen below the second is 0.
LARGE, GONE = 2.0**300, 2.0**-930


@dataclass(frozen=True, eq=False)
class Reach:
    """What is left of a gradient ℓ steps before the last step of a pass, for ℓ = 0 … L − 1.

    - x: ‖∂h_L/∂x_{L−ℓ}‖, by what the layer itself reads
    - state: ‖∂s_L/∂s_{L−ℓ}‖, where s is c of an LSTM, else h
    - direct: the same along the direct path alone, ‖∏ kept‖; None for an RNN

    Frobenius norms, (L,), in the units of h over those of x, or none. probes is 0 where they are
    exact, else the number of random vectors that they were estimated with, and spread the most that
    one standard deviation of the estimate is, as a share of it. Where `state` is None, `reason`
    says why.

        ‖∂h_L/∂x_{L−ℓ}‖²_F = mean over v of ‖vᵀ · ∂h_L/∂x_{L−ℓ}‖²,   v of ±1

    is right in the mean (Hutchinson, 1990). For an LSTM the chain rule takes all ways from one c to
    the other, through h and the gates too, as in `gradients.gradient_flow`.

    >>> from lecture_lib import RNN
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> cell = RNN(1, 1)
    >>> cell.weight_ih[...], cell.weight_hh[...] = 2, 0.5
    >>> reach = open_network(to_onnx(cell)).examine(np.zeros((3, 1))).layers[0].reach
    >>> reach.x, reach.state, reach.direct
    (array([2. , 1. , 0.5]), array([1.  , 0.5 , 0.25]), None)
    """

    x: Array
    state: Array | None
    direct: Array | None
    probes: int
    spread: float
    reason: str = ""


def reach(one: Pass) -> Reach:
    """The `Reach` of a pass.

    The sum over the H unit vectors serves up to 32 units, 16 seeded vectors of ±1 more. The
    variance of the square is at most twice its own square over their number, so that the norm is
    off by √(2/16)/2 = 18 % in a standard deviation, at the most. What falls below 1e-280 is 0.
    """
    H = one.cell.hidden_size
    rows, probes = probes_of(H)
    spread = math.sqrt(2 / probes) / 2 if probes else 0.0
    direct = one.kept
    if direct is not None:
        products = np.cumprod(direct[:0:-1], axis=0) if len(direct) > 1 else direct[:0]
        ones = np.ones((1, direct.shape[1]))
        direct = np.sqrt((np.concatenate([ones, products]) ** 2).sum(axis=1))
    if reason := why_not(one.cell):
        dh = np.zeros((len(one.x), H, len(rows)))
        dh[-1] = rows.T
        norms = np.sqrt((pulled(one, dh) ** 2).sum(axis=(1, 2)))[::-1]
        return Reach(norms / math.sqrt(probes or 1), None, direct, probes, spread, reason)
    x, state = _norms(Linear(one), rows)
    scale = math.sqrt(probes or 1)
    return Reach(x / scale, state / scale, direct, probes, spread)


def probes_of(units: int) -> tuple[Array, int]:
    """Rows (P, H) whose gradients give a Frobenius norm, and how many of them are random: the unit
    vectors and 0, or seeded rows of ±1 and their number."""
    if units <= CONSTANTS["exact_units"]:
        return np.eye(units), 0
    P = CONSTANTS["probes"]
    drawn = seeded_uniform(0, CONSTANTS["probe_stream"], (P, units))
    return np.where(drawn >= 0, 1.0, -1.0), P


def _norms(linear: Linear, rows: Array) -> tuple[Array, Array]:
    """By lag, the norm of the gradients of h_L by x, and of s_L by s, of the numbers rows · h_L."""
    L, H, P = linear.steps, linear.units, len(rows)
    of_c = linear.state == "c"
    # The columns of h_L first, then, for an LSTM, those of c_L.
    none = np.zeros((H, P))
    dh = np.hstack([rows.T, none]) if of_c else rows.T.copy()
    dc: Any = np.hstack([none, rows.T]) if of_c else None
    x, state, exponent = np.zeros(L), np.zeros(L), 0
    for lag in range(L):
        by_state = dc[:, P:] if of_c else dh
        state[lag] = _scaled(by_state, exponent)
        dx, dh, dc = linear.back(L - 1 - lag, dh, dc)
        x[lag] = _scaled(dx[:, :P], exponent)
        carried = [part for part in (dh, dc) if part is not None]
        largest = max(float(np.abs(part).max()) for part in carried)
        if largest < GONE and not exponent:
            break
        if largest > LARGE or (exponent and largest < 1 / LARGE):
            shift = math.frexp(largest)[1]
            shift = max(shift, -exponent)
            exponent += shift
            dh = np.ldexp(dh, -shift)
            dc = None if dc is None else np.ldexp(dc, -shift)
    return x, state


def _scaled(part: Array, exponent: int) -> float:
    """The norm of a part · 2^exponent: ∞ where it is beyond the largest float64."""
    largest = float(np.abs(part).max())
    if 0 < largest < 1e-140:  # its squares would be 0
        part = part / largest
    else:
        largest = 1.0
    norm = largest * math.sqrt(float(np.einsum("ij,ij->", part, part)))
    try:
        return math.ldexp(norm, exponent)
    except OverflowError:
        return math.inf
