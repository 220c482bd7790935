"""What the cells share: parameters, checks, and the buffers that their loops over time fill."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._checks import (
    Array,
    Clamps,
    all_finite,
    as_array,
    as_clamps,
    as_dtype,
    as_ended,
    as_floats,
    as_generator,
    as_sequence,
    as_size,
    must_be_dict,
)

Trace = TypeVar("Trace")


def sigmoid(z: ArrayLike, out: Array | None = None) -> Any:
    """σ(z) = 1 / (1 + e^−z), elementwise.

    z, of any shape, may hold any real numbers; whole ones are taken as float64. Returns an array of
    its shape and dtype (a number for a number), with values from 0 to 1: σ(37) is 1 in float64.
    With `out`, an array of that shape and dtype, which may be z itself, it is written there.

    Raises TypeError for what is not a real number, and ValueError for a masked array.

    >>> sigmoid(0)
    np.float64(0.5)
    >>> sigmoid(np.log([1, 3, 99]))
    array([0.5 , 0.75, 0.99])
    """
    out = np.asarray(np.negative(as_floats("z", z), out=out))
    # e^−z overflows to inf for very negative z, and 1 / inf = 0 is the right answer.
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    np.divide(1, np.add(out, 1, out=out), out=out)
    return out if out.ndim else out[()]


class Recurrent(Protocol):
    """What a `SequenceModel`, a `Stack` and a `Bidirectional` ask of a cell."""

    input_size: int
    hidden_size: int

    def parameters(self) -> dict[str, Array]: ...

    def forward(self, x: Any, state: Any = ..., clamp: Any = ..., lengths: Any = ...) -> Any: ...

    def run(
        self, x: Any, state: Any = ..., clamp: Any = ..., lengths: Any = ...
    ) -> tuple[Array, Any]: ...

    def backward(self, trace: Any, dh: Any) -> dict[str, Array]: ...


class Cell:
    """Sizes, dtype and parameters of a cell: the arrays that `parameter_names` names.

    Raises TypeError for a size that is no whole number, ValueError for one below 1 and for a dtype
    other than float32 and float64.

    >>> from lecture_lib.cells import LSTM
    >>> cell = LSTM(2, 3)
    >>> {name: array.shape for name, array in cell.parameters().items()}
    {'weight_ih': (12, 2), 'weight_hh': (12, 3), 'bias': (12,)}
    """

    parameter_names: tuple[str, ...] = ("weight_ih", "weight_hh", "bias")
    gates: str = ""
    candidate: ClassVar[str | None] = None  # the one gate that may be held outside [0, 1]

    weight_ih: Array
    weight_hh: Array
    bias: Array

    def __init__(self, input_size: int, hidden_size: int, dtype: DTypeLike = np.float64) -> None:
        self.input_size = as_size("input_size", input_size)
        self.hidden_size = as_size("hidden_size", hidden_size)
        self.dtype = as_dtype(dtype)

    def _draw(self, seed: Any) -> None:
        """Parameters for as many row blocks as there are gates, at least one, stacked on axis 0.

        Weights are drawn uniformly from ±1/√H, as PyTorch draws them, weight_ih first; the bias is
        zero.
        """
        rng, bound = as_generator(seed), self.hidden_size**-0.5
        rows = max(1, len(self.gates)) * self.hidden_size
        for name, width in (("weight_ih", self.input_size), ("weight_hh", self.hidden_size)):
            if name in self.parameter_names:
                drawn = rng.uniform(-bound, bound, (rows, width)).astype(self.dtype)
                setattr(self, name, drawn)
        self.bias = np.zeros(rows, self.dtype)

    def parameters(self) -> dict[str, Array]:
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return {name: getattr(self, name) for name in self.parameter_names}

    def load_parameters(self, arrays: Mapping[str, ArrayLike]) -> None:
        """Copy `arrays`, a dict of the names and shapes of `parameters()`, into the cell.

        Raises ValueError or TypeError, and changes nothing, if a name is missing or unknown, a
        shape differs or a value is not finite.
        """
        mine = self.parameters()
        must_be_dict("arrays", arrays)
        if set(arrays) != set(mine):
            came = sorted(map(str, arrays))
            raise ValueError(f"arrays must have the names {sorted(mine)}, got {came}")
        checked = {
            name: as_array(name, arrays[name], self.dtype, array.shape, "of this cell").copy()
            for name, array in mine.items()
        }
        for name, array in mine.items():
            array[...] = checked[name]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}, dtype={self.dtype})"

    def _taken(self, x: Any, clamp: Any, lengths: Any) -> tuple[Array, Clamps, Any]:
        """What `forward` is given, checked: x, the clamps, and which sequences are over when."""
        x = as_sequence(x, self.input_size, self.dtype, lengths)
        T, N, _ = x.shape
        clamps = as_clamps(clamp, self.gates, self.candidate, (T, N, self.hidden_size), self.dtype)
        return x, clamps, as_ended(lengths, T, N)

    def _check_dh(self, trace: Any, dh: Any) -> Array:
        """The gradient by each h of a trace of this cell, (T, N, H)."""
        check_trace(self, trace)
        return as_array("dh", dh, self.dtype, trace.h.shape, "(T, N, H)")

    def _check_shapes(self) -> int:
        """That no parameter has been exchanged for one that would only broadcast; their rows."""
        H, rows = self.hidden_size, max(1, len(self.gates)) * self.hidden_size
        shapes = {
            "weight_ih": (rows, self.input_size),
            "weight_hh": (rows, H),
            "bias": (rows,),
            "bias_hn": (H,),
        }
        for name in self.parameter_names:
            if (came := getattr(self, name).shape) != shapes[name]:
                raise ValueError(
                    f"{name} must have shape of this cell = {shapes[name]}, got {came}"
                )
        return rows

    def _stacked(self) -> Array:
        """The parameters as one matrix for `columns`: [weight_hh, bias, weight_ih]."""
        H, D, rows = self.hidden_size, self.input_size, self._check_shapes()
        stacked = np.empty((rows, H + 1 + D), self.dtype)
        stacked[:, :H], stacked[:, H] = self.weight_hh, self.bias
        stacked[:, H + 1 :] = self.weight_ih
        return stacked

    def _unstacked(self, stacked: Array) -> dict[str, Array]:
        """The same columns taken apart, under the parameters' names."""
        H = self.hidden_size
        return {
            "weight_ih": stacked[:, H + 1 :].copy(),
            "weight_hh": stacked[:, :H].copy(),
            "bias": stacked[:, H].copy(),
        }


def check_trace(cell: Any, trace: Any) -> None:
    """Raise ValueError unless `trace` is what `forward` of `cell` returned."""
    if getattr(trace, "cell", None) is not cell:
        came = f"{type(trace).__name__}{' of another cell' if hasattr(trace, 'cell') else ''}"
        wanted = f"what forward of this {type(cell).__name__} returned"
        raise ValueError(f"trace must be {wanted}, got {came}")


def read_only(trace: Trace) -> Trace:
    """`trace` with its arrays read-only: backpropagation counts on what they show."""
    for name, value in vars(trace).items():
        if isinstance(value, np.ndarray):
            view = value.view()
            view.flags.writeable = False
            vars(trace)[name] = view
    return trace


def check_state(name: str, states: Array, clamps: Clamps) -> None:
    """Raise FloatingPointError if a pre-activation has overflowed: what is no number stays so, up
    to the last step of the states (T, ·, ·), unless clamps stop it."""
    if not all_finite(states if clamps else states[-1]):
        raise FloatingPointError(
            f"{name} is not finite: x, state or the weights are too large for {states.dtype}"
        )


def check_gradients_of(cell: "Cell", *gradients: Array) -> None:
    """Raise FloatingPointError if backpropagation has overflowed."""
    for gradient in gradients:
        if not all_finite(gradient):
            raise FloatingPointError(
                f"the gradient is not finite: it has grown too large for {cell.dtype}"
            )


def prefixed(parts: Mapping[Any, Any]) -> dict[str, Array]:
    """The parameters of several parts, as "part.name"."""
    return {
        f"{part}.{name}": array
        for part, owner in parts.items()
        for name, array in owner.parameters().items()
    }


def must_be_cell(name: str, cell: Any) -> None:
    """Raise TypeError for what lacks a part of a cell.

    >>> must_be_cell("cell", None)
    Traceback (most recent call last):
    TypeError: cell must be a cell, such as LSTM(2, 3), got None
    """
    parts = ("parameters", "forward", "run")
    if isinstance(cell, type) or not all(hasattr(cell, part) for part in parts):
        raise TypeError(f"{name} must be a cell, such as LSTM(2, 3), got {cell!r}")


def must_differ(name: str, cells: Any) -> None:
    """Raise ValueError if one cell is there twice: its parameters would be moved twice a step."""
    if len({id(cell) for cell in cells}) < len(list(cells)):
        raise ValueError(f"{name} must be different cells, got one of them twice")


def columns(h0: Array, x: Array, extra: int = 0) -> Array:
    """The columns [h_{t−1}; 1; x_t; `extra` empty rows] of each step, (T + 1, H + 1 + D, N).

    One product of a cell's stacked weights with a column is a whole pre-activation, and a step
    writes h_t into the next column. The batch is the last axis, so that each gate of a step is
    one contiguous block.
    """
    (T, N, D), H = x.shape, h0.shape[1]
    buffer = np.empty((T + 1, H + 1 + D + extra, N), x.dtype)
    buffer[0, :H] = h0.T
    buffer[:, H] = 1
    buffer[:T, H + 1 : H + 1 + D] = x.transpose(0, 2, 1)
    return buffer


def step_rows(steps: int, rows: int, batch: int, dtype: np.dtype[Any], keep: bool) -> Array:
    """An empty (steps, rows, N); unless `keep`, every step is the same memory."""
    if keep:
        return np.empty((steps, rows, batch), dtype)
    one = np.empty((rows, batch), dtype)
    return np.lib.stride_tricks.as_strided(one, (steps, rows, batch), (0, *one.strides))


def blocks_from_the_end(
    steps: int, batch: int, dtype: np.dtype[Any], *rows: int
) -> Iterator[tuple[Any, ...]]:
    """Slices that cover `steps` from the last to the first, each with scratch (length, R, N).

    What backpropagation can compute for many steps at once it computes for a block: 256 columns,
    which make its products worth their cost and stay in the processor's cache, but at least 4
    steps. The scratch, one array for each R in `rows`, is the same memory in all blocks.
    """
    length = min(steps, max(4, 256 // batch))
    scratch = [np.empty((length, count, batch), dtype) for count in rows]
    for end in range(steps, 0, -length):
        block = slice(max(0, end - length), end)
        yield block, *(buffer[: end - block.start] for buffer in scratch)


def side_by_side(block: Array) -> Array:
    """The steps of a block (steps, R, N) as one matrix (R, steps·N)."""
    return block.transpose(1, 0, 2).reshape(block.shape[1], -1)


def slope_of_tanh(y: Array, out: Array) -> None:
    """1 − y², the derivative of tanh where its value is y, into `out`."""
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)


def slope_of_negated_sigmoid(y: Array, out: Array) -> None:
    """y (y − 1), the derivative of σ(−a) by a where its value is y, into `out`."""
    np.subtract(y, 1, out=out)
    np.multiply(out, y, out=out)


def time_major(array: Array) -> Array:
    """(T, H, N) seen as (T, N, H), and back."""
    return array.transpose(0, 2, 1)
