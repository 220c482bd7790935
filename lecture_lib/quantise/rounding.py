"""Weights in few bits: what symmetric rounding makes of an array, and of a cell."""

import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells._cell import must_be_cell
from lecture_lib.cells._checks import Array, as_choice, as_floats, as_size, refuse_infinite

BITS = (2, 16)  # below, nothing but 0 is left; above, the error is that of float32
PER = ("tensor", "row")


def scale(array: ArrayLike, bits: int, per: str = "tensor") -> Array:
    """The width of a step: max |w| / (2^(bits−1) − 1), over the array or over each of its rows.

    Returns a float64 of shape (), or (rows, 1, …) for per="row", where a row is all that has one
    index on the first axis. A row of zeros has the width 0. Raises ValueError and TypeError as
    `rounded` does.

    >>> scale([[0.5, -12.7], [0.0, 1.27]], bits=8, per="row").round(9)
    array([[0.1 ],
           [0.01]])
    """
    low, high = BITS
    levels = 2 ** (as_size("bits", bits, low, high) - 1) - 1
    array = as_floats("array", array).astype(np.float64)
    refuse_infinite("array", array)
    if as_choice("per", per, PER) == "tensor":
        return np.asarray(np.abs(array).max(initial=0) / levels)
    if array.ndim == 0:
        raise ValueError('array must have rows where per="row", got a single number')
    across = tuple(range(1, array.ndim))
    return np.asarray(np.abs(array).max(axis=across, keepdims=True, initial=0) / levels)


def rounded(array: ArrayLike, bits: int, per: str = "tensor") -> Array:
    """The nearest numbers that `bits` bits can say, one scale s for the array or for each row.

        q = round(w / s),   ŵ = s · q,   s = max |w| / (2^(bits−1) − 1)

    q is a whole number in ±(2^(bits−1) − 1), and what lies half-way goes to the even one. Returns
    ŵ, a float64 array of the same shape: |w − ŵ| ≤ s / 2. A float32 array is taken as float64.

    Raises ValueError for bits outside 2 … 16, another `per`, and for what is not finite; TypeError
    for what is not a number. Jacob et al. (2018), with zero point 0.

    >>> rounded([0.0, 0.4, -1.0, 3.0], bits=3)  # s = 1
    array([ 0.,  0., -1.,  3.])
    >>> rounded([[1.0, 0.6], [300.0, 90.0]], bits=2, per="row")
    array([[  1.,   1.],
           [300.,   0.]])
    """
    width = scale(array, bits, per)
    array = as_floats("array", array).astype(np.float64)
    steps = np.round(np.divide(array, width, out=np.zeros_like(array), where=width > 0))
    return np.asarray(steps * width)


def rounded_cell(cell: Any, bits: int, per: str = "tensor") -> Any:
    """A copy of `cell` with rounded weights: each weight_… by itself, as `rounded` does it.

    A `Stack` or a `Bidirectional` has those of all its cells rounded. Biases, peepholes and gains
    are kept: there is one for a unit where there are D + H weights, so that they cost little, and
    kernels add them to their sums in 32 bits. The cell itself is not changed; a cell of float32
    has what float32 makes of the rounded weights.

    Raises as `rounded` does, and TypeError for what is no cell.

    >>> from lecture_lib import LSTM
    >>> cell = LSTM(2, 3, seed=0)
    >>> eight = rounded_cell(cell, bits=8, per="row")
    >>> eight
    LSTM(2, 3, dtype=float64)
    >>> float(np.abs(eight.weight_hh - cell.weight_hh).max()) <= 0.5 * 3**-0.5 / 127
    True
    """
    must_be_cell("cell", cell)
    found = {
        name: rounded(array, bits, per)
        for name, array in cell.parameters().items()
        if name.rpartition(".")[2].startswith("weight_")
    }
    new = copy.deepcopy(cell)
    for name, array in found.items():
        new.parameters()[name][...] = array
    return new
