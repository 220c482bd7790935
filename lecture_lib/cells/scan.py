"""h_t = a_t ⊙ h_{t−1} + b_t, where neither a nor b depends on h: step by step, and all at once."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells._checks import Array, all_finite, as_floats, must_be_finite, no_false_alarm


def linear_recurrence(a: ArrayLike, b: ArrayLike, h0: ArrayLike = 0.0) -> Array:
    """h_t = a_t ⊙ h_{t−1} + b_t, one step after another.

    b is (T, …), a as long and of a shape that broadcasts to it, h0 the state before the first step,
    (…) or a number. Returns h, (T, …).

    Raises ValueError for shapes that do not fit or a value that is not finite, TypeError for what
    is not a number, and FloatingPointError where h grows too large.

    >>> linear_recurrence(a=[0.5, 0.5, 0.5], b=[1.0, 0.0, 1.0])
    array([1.  , 0.5 , 1.25])
    """
    a, b, last = _of_one_length(a, b, h0)
    h = np.empty_like(b)
    with no_false_alarm():
        for t in range(len(b)):
            h[t] = last = a[t] * last + b[t]
    must_be_finite("h", h, f"it has grown too large for {h.dtype}")
    return h


def parallel_scan(a: ArrayLike, b: ArrayLike, h0: ArrayLike = 0.0) -> Array:
    """`linear_recurrence` in ⌈log₂ T⌉ passes, each over all steps at once.

    Two steps in a row are one step of the same form,

        (a₁, b₁) then (a₂, b₂) = (a₂ ⊙ a₁, a₂ ⊙ b₁ + b₂),

    so each pass doubles the number of steps that a pair stands for. Shapes and errors are those of
    `linear_recurrence`; a product of the a that grows too large is one of them. Hillis & Steele
    (1986).

    >>> parallel_scan(a=[0.5, 0.5, 0.5], b=[1.0, 0.0, 1.0])
    array([1.  , 0.5 , 1.25])
    """
    h = scan(*_of_one_length(a, b, h0))
    must_be_finite("h", h, f"it, or a product of a, has grown too large for {h.dtype}")
    return h


@no_false_alarm()
def scan(a: Array, b: Array, h0: Any = 0.0) -> Array:
    a, h = a.copy(), b.copy()
    h[0] += a[0] * h0
    reach = 1
    while reach < len(h):
        h[reach:] += a[reach:] * h[:-reach]
        a[reach:] = a[reach:] * a[:-reach]
        reach *= 2
    return h


WIDE = 256  # numbers: a step of so many is worth a call of its own


def recur(a: Array, h: Array, h0: Array) -> None:
    """h_t ← a_t ⊙ h_{t−1} + h_t, in place, of no step or more.

    Where a step is wide, one after another: that is less work than a scan, which needs many
    processors to be the faster.
    """
    if not len(h):
        return
    if h[0].size < WIDE:
        h[...] = scan(a, h, h0)
        return
    last, product = h0, np.empty_like(h0)
    for a_t, h_t in zip(a, h, strict=True):
        np.multiply(a_t, last, out=product)
        h_t += product
        last = h_t


def _of_one_length(a: Any, b: Any, h0: Any) -> list[Array]:
    """The three as finite arrays of one dtype, a of the shape of b, which has a step at least."""
    arrays = {name: as_floats(name, value) for name, value in (("a", a), ("b", b), ("h0", h0))}
    shape = arrays["b"].shape
    if 0 in shape or not shape:
        raise ValueError(f"b must have shape (T, …) with T ≥ 1, got {shape}")
    for name, wanted in (("a", shape), ("h0", shape[1:])):
        came = arrays[name].shape
        try:
            arrays[name] = np.broadcast_to(arrays[name], wanted)
        except ValueError:
            raise ValueError(f"{name} must broadcast to {wanted}, got {came}") from None
        if name == "a" and came[:1] != shape[:1]:
            raise ValueError(f"a must have as many steps as b, {shape[0]}, got shape {came}")
    for name, array in arrays.items():
        if not all_finite(array):
            raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}")
    dtype = np.result_type(*arrays.values())
    return [array.astype(dtype, copy=False) for array in arrays.values()]
