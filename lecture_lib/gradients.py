"""Is a gradient right, and how far back does it reach?

`check_gradients` compares it with what small changes of the loss say; `gradient_flow` measures what
is left of it after each step back in time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells import GRU, LSTM
from lecture_lib.cells._checks import (
    Array,
    as_array,
    as_number,
    as_real,
    must_be_callable,
    must_be_dict,
    must_be_finite,
    no_false_alarm,
)
from lecture_lib.jacobians import state_jacobians

__all__ = [
    "GradientCheck",
    "GradientFlow",
    "check_gradients",
    "gradient_flow",
    "spectral_radius",
    "state_jacobians",
]


@dataclass(frozen=True)
class GradientCheck:
    """The worst entry that `check_gradients` found, and the worst error of each array.

    `error` = |given − numerical| / `scale` at `name`[`index`], a pure number; `errors` has the
    worst of each array by its name. As a string it is a sentence.

    >>> weights = np.array([1.0, 2.0])
    >>> check_gradients(lambda: (weights**2).sum(), {"w": weights}, {"w": [2.0, 5.0]}).index
    (1,)
    """

    name: str
    index: tuple[int, ...]
    given: float
    numerical: float
    scale: float
    error: float
    errors: dict[str, float]

    def __str__(self) -> str:
        where = f"{self.name}[{', '.join(map(str, self.index))}]"
        return (
            f"worst relative error {self.error:.1e} in {where}: given {self.given:.6g}, "
            f"by differences {self.numerical:.6g}, scale {self.scale:.3g}"
        )


def check_gradients(
    loss: Callable[[], Any],
    arrays: Mapping[str, Array],
    gradients: Mapping[str, ArrayLike],
    step: float = 1e-5,
) -> GradientCheck:
    """Compare `gradients` with central differences of `loss`, entry by entry.

        ∂L/∂θ ≈ (L(θ + step) − L(θ − step)) / (2 · step)

    `loss()` takes nothing and returns a number that depends on `arrays`, a dict of float64 arrays;
    each entry is moved in place, and put back. `gradients` has the same names and shapes, and may
    have others besides. An error is relative to the largest entry, given or numerical, of its
    array; but at least to 1e-4 · |L|, since differences of L do not resolve what is smaller.
    A right gradient of a smooth loss has errors of about 1e-9 to 1e-6. Returns a `GradientCheck`.

    Raises TypeError for an array that is not float64, ValueError if arrays is empty, an array has
    no entry or cannot be written to, a gradient is missing or has another shape, a gradient or the
    loss is not finite, or step is not positive.

    >>> weights = np.array([1.0, 2.0])
    >>> check = check_gradients(lambda: (weights**2).sum(), {"w": weights}, {"w": 2 * weights})
    >>> check.error < 1e-6
    True
    """
    must_be_dict("arrays", arrays)
    must_be_dict("gradients", gradients)
    must_be_callable(loss=loss)
    if not arrays:
        raise ValueError("arrays must name at least one array, got none")
    step = as_number("step", step, "be positive and finite", lambda value: 0 < value < np.inf)
    checks = []
    for name, array in arrays.items():
        given = _gradient_of(name, array, gradients)
        numerical = np.empty_like(array)
        for index in np.ndindex(array.shape):
            numerical[index] = _difference(loss, array, index, step)
        scale = max(abs(given).max(), abs(numerical).max(), 1e-4 * abs(_value(loss)))
        errors = abs(given - numerical) / (scale or 1.0)
        at = tuple(int(k) for k in np.unravel_index(errors.argmax(), errors.shape))
        found = float(given[at]), float(numerical[at]), float(scale), float(errors[at])
        checks.append(GradientCheck(name, at, *found, errors={}))
    worst = max(checks, key=lambda check: check.error)
    return replace(worst, errors={check.name: check.error for check in checks})


def _gradient_of(name: str, array: Any, gradients: Mapping[str, ArrayLike]) -> Array:
    if not isinstance(array, np.ndarray) or array.dtype != np.float64:
        kind = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"arrays[{name!r}] must be a float64 array, got {kind}")
    as_real(f"arrays[{name!r}]", array)
    if not array.size or not array.flags.writeable:
        came = "a read-only one" if array.size else f"shape {array.shape}"
        raise ValueError(f"arrays[{name!r}] must have entries that can be moved, got {came}")
    if name not in gradients:
        raise ValueError(f"gradients must have {name!r}, got {sorted(gradients)}")
    label, dtype = f"gradients[{name!r}]", np.dtype(np.float64)
    given = as_real(label, gradients[name])
    if given.shape != array.shape:
        raise ValueError(f"{label} must have shape {array.shape}, got {given.shape}")
    return as_array(label, given, dtype, array.shape, "of its array")


def _difference(
    loss: Callable[[], Any], array: Array, index: tuple[int, ...], step: float
) -> float:
    before = array[index]
    try:
        array[index] = before + step
        above = _value(loss)
        array[index] = before - step
        below = _value(loss)
    finally:
        array[index] = before
    return (above - below) / (2 * step)


def _value(loss: Callable[[], Any]) -> float:
    return as_number("loss()", loss())


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """What is left of a gradient after each lag, from `gradient_flow`.

    total and direct are (T + 1, N), factors without a unit; row k belongs to k steps back from the
    end. direct is None for the RNN, which has no path that bypasses the matrices.

    >>> cell = GRU(2, 3, seed=0)
    >>> flow = gradient_flow(cell, cell.forward(np.zeros((2, 1, 2))))
    >>> flow.direct[:, 0]  # 1 − z is ½ at each step
    array([1.  , 0.5 , 0.25])
    """

    total: Array
    direct: Array | None


@no_false_alarm()
def gradient_flow(cell: Any, trace: Any, state: str | None = None) -> GradientFlow:
    """How strongly the last state depends on the one k steps before it, for k = 0 … T.

        total_k  = ‖∂s_T/∂s_{T−k}‖ = ‖J_T · J_{T−1} ⋯ J_{T−k+1}‖
        direct_k = the largest entry of f_T ⊙ f_{T−1} ⊙ ⋯ ⊙ f_{T−k+1}

    ‖·‖ is the spectral norm: the most that a small change can grow. s is h for RNN and GRU. For the
    LSTM the J_t of `state_jacobians` are chained whole, so that the way from c through the gates to
    h and back counts too; then `state` says which block of the product is measured, "c" (if None)
    or "h". The direct path leaves that way out: it is what the gate that keeps lets through, f in
    the LSTM's c, 1 − z in the GRU (z where update="keep").

    Returns a `GradientFlow`; a total beyond the largest float64 is inf, and one that comes back
    below it is a number again. Raises as `state_jacobians` does, and ValueError for another
    `state`. Pascanu, Mikolov & Bengio (2013).

    >>> from lecture_lib import RNN
    >>> cell = RNN(1, 1)
    >>> cell.weight_hh[...] = 0.5
    >>> gradient_flow(cell, cell.forward(np.zeros((3, 1, 1)))).total[:, 0]
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    states = ("c", "h") if isinstance(cell, LSTM) else ("h",)
    state = states[0] if state is None else state
    if not isinstance(state, str) or state not in states:
        raise ValueError(
            f"state of this cell must be {' or '.join(map(repr, states))}, got {state!r}"
        )
    jacobians = state_jacobians(cell, trace)
    must_be_finite("the Jacobian of a step", jacobians, "the weights are too large")
    T, N, S, _ = jacobians.shape
    H = cell.hidden_size
    block = slice(states.index(state) * H, (states.index(state) + 1) * H)
    product = np.broadcast_to(np.eye(S)[block], (N, H, S))
    blocks, exponents = np.empty((T + 1, N, H, H)), np.zeros((T + 1, N), int)
    blocks[0] = product[:, :, block]
    for lag in range(1, T + 1):
        product, exponents[lag] = _scaled(product @ jacobians[T - lag], exponents[lag - 1])
        blocks[lag] = product[:, :, block]
    total = np.ldexp(np.linalg.norm(blocks, 2, axis=(2, 3)), exponents)
    keeps = _keeps(trace, state)
    if keeps is not None:
        keeps = np.cumprod(np.concatenate([np.ones((1, N, H)), keeps[::-1]]), axis=0).max(axis=2)
    return GradientFlow(total, keeps)


def _scaled(product: Array, exponent: Array) -> tuple[Array, Array]:
    """product · 2^exponent, (N, ·, ·), with a product that neither overflows at the next step nor
    has lost what it once was; powers of 2 round nothing off."""
    largest = np.abs(product).max(axis=(1, 2))
    small = (exponent > 0) & (largest > 0) & (largest < 2.0**-300)
    shift = np.where(small | (largest > 2.0**300), np.frexp(largest)[1], 0)
    return np.ldexp(product, -shift[:, None, None]), exponent + shift


def spectral_radius(matrix: ArrayLike) -> float:
    """The largest |eigenvalue| of a square matrix: how its powers grow or shrink in the end.

        ρ(W) = max |λ|,   W v = λ v

    Raises ValueError for what is no square matrix of finite numbers, TypeError for what is not a
    real number, and FloatingPointError for a radius that overflows.

    >>> spectral_radius([[2, 0], [0, -3]])
    3.0
    """
    square = as_real("matrix", matrix)
    if square.ndim != 2 or square.shape[0] != square.shape[1] or not square.size:
        raise ValueError(f"matrix must be square, (H, H) with H ≥ 1, got shape {square.shape}")
    dtype = square.dtype if square.dtype in (np.float32, np.float64) else np.dtype(np.float64)
    square = as_array("matrix", square, dtype, square.shape, "(H, H)")
    radius = abs(np.linalg.eigvals(square)).max()
    must_be_finite("the spectral radius", radius, f"it is too large for {dtype}")
    return float(radius)


def _keeps(trace: Any, state: str) -> Any:
    """The gate on the direct path of a state, (T, N, H); None where there is no such path."""
    if isinstance(trace.cell, LSTM):
        return trace.f if state == "c" else None
    if isinstance(trace.cell, GRU):
        return 1 - trace.z if trace.cell.update == "write" else trace.z
    return None
