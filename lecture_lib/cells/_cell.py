"""What RNN, LSTM and GRU share: parameters, and the buffers that their loops over time fill."""

import operator

import numpy as np

from lecture_lib.cells._checks import as_array

# For a function of finite numbers that multiplies matrices of any shape. With AVX-512, OpenBLAS
# 0.3.31 multiplies a float32 matrix of 5 columns and 4k + 2 or 4k + 3 rows with a column in
# registers that also hold what its stack held before. It drops those products, but a signalling NaN
# among them raises "invalid value encountered in dot". The LSTM's matrices have no such shape.
no_false_alarm = np.errstate(invalid="ignore")


def sigmoid(z):
    """σ(z) = 1 / (1 + e^−z), elementwise; keeps the dtype of `z`."""
    # e^−z overflows to inf for very negative z, and 1 / inf = 0 is the right answer.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


class Cell:
    """Sizes and parameters of a recurrent cell with `blocks` row blocks stacked on axis 0.

    weight_ih (blocks·H, D) and weight_hh (blocks·H, H) are drawn uniformly from ±1/√H, as
    PyTorch draws them; bias (blocks·H,) is zero.
    """

    parameter_names = ("weight_ih", "weight_hh", "bias")

    def __init__(self, input_size, hidden_size, blocks, seed, dtype):
        for name, size in [("input_size", input_size), ("hidden_size", hidden_size)]:
            try:
                size = operator.index(size)
            except TypeError:
                raise TypeError(f"{name} must be a whole number, got {size!r}") from None
            if size < 1:
                raise ValueError(f"{name} must be at least 1, got {size}")
        self.input_size, self.hidden_size = input_size, hidden_size
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, got {self.dtype}")
        rng = np.random.default_rng(seed)
        bound = hidden_size**-0.5

        def draw(*shape):
            return rng.uniform(-bound, bound, shape).astype(self.dtype)

        self.weight_ih = draw(blocks * hidden_size, input_size)
        self.weight_hh = draw(blocks * hidden_size, hidden_size)
        self.bias = np.zeros(blocks * hidden_size, self.dtype)

    def parameters(self):
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return {name: getattr(self, name) for name in self.parameter_names}

    def load_parameters(self, arrays):
        """Copy `arrays`, a dict of the names and shapes of `parameters()`, into the cell.

        Raises ValueError or TypeError, and changes nothing, if a name is missing or unknown, a
        shape differs or a value is not finite.
        """
        mine = self.parameters()
        if set(arrays) != set(mine):
            raise ValueError(f"arrays must have the names {sorted(mine)}, got {sorted(arrays)}")
        checked = {
            name: as_array(name, arrays[name], self.dtype, array.shape, "of this cell")
            for name, array in mine.items()
        }
        for name, array in mine.items():
            array[...] = checked[name]

    def __repr__(self):
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}, dtype={self.dtype})"

    def _check_trace(self, trace):
        if getattr(trace, "cell", None) is not self:
            raise ValueError(
                f"trace must be what forward of this {type(self).__name__} returned, "
                f"got {type(trace).__name__}"
            )

    def _stacked(self):
        """The parameters as one matrix for `columns`: [weight_hh, bias, weight_ih]."""
        H = self.hidden_size
        stacked = np.empty((len(self.bias), H + 1 + self.input_size), self.dtype)
        stacked[:, :H], stacked[:, H], stacked[:, H + 1 :] = (
            self.weight_hh,
            self.bias,
            self.weight_ih,
        )
        return stacked

    def _unstacked(self, stacked):
        """The same columns taken apart, under the parameters' names."""
        H = self.hidden_size
        return {
            "weight_ih": stacked[:, H + 1 :].copy(),
            "weight_hh": stacked[:, :H].copy(),
            "bias": stacked[:, H].copy(),
        }


def columns(h0, x, extra=0):
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


def step_rows(steps, rows, batch, dtype, keep):
    """An empty (steps, rows, N); unless `keep`, every step is the same memory."""
    if keep:
        return np.empty((steps, rows, batch), dtype)
    one = np.empty((rows, batch), dtype)
    return np.lib.stride_tricks.as_strided(one, (steps, rows, batch), (0, *one.strides))


def blocks_from_the_end(steps, batch, dtype, *rows):
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


def side_by_side(block):
    """The steps of a block (steps, R, N) as one matrix (R, steps·N)."""
    return block.transpose(1, 0, 2).reshape(block.shape[1], -1)


def slope_of_tanh(y, out):
    """1 − y², the derivative of tanh where its value is y, into `out`."""
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)


def slope_of_negated_sigmoid(y, out):
    """y (y − 1), the derivative of σ(−a) by a where its value is y, into `out`."""
    np.subtract(y, 1, out=out)
    np.multiply(out, y, out=out)


def time_major(array):
    """(T, H, N) seen as (T, N, H), and back."""
    return array.transpose(0, 2, 1)
