"""The plain recurrent network (Elman, 1990): one squashed mix of input and memory a step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import (
    Cell,
    blocks_from_the_end,
    check_gradients_of,
    check_state,
    columns,
    read_only,
    side_by_side,
    slope_of_tanh,
    time_major,
)
from lecture_lib.cells._checks import Array, as_state, no_false_alarm
from lecture_lib.cells._on_arrays import on_arrays
from lecture_lib.cells._traces import Trace


@on_arrays(x="N D", h="N H", weight_ih="H D", weight_hh="H H", bias="H")
def rnn_step(x: Array, h: Array, weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
    """One step of the plain RNN (Elman, 1990).

        h_t = tanh(W_ih · x_t + W_hh · h_{t−1} + b)

    x (N, D) and h (N, H), with the parameters of an `RNN`, give the new h (N, H).

    Raises ValueError for a wrong shape or a value that is not finite, TypeError for what is not a
    number, and FloatingPointError where the numbers are too large to be multiplied.

    >>> rnn_step(x=[[1.0]], h=[[0.5]], weight_ih=[[2.0]], weight_hh=[[-4.0]], bias=[0.0])
    array([[0.]])
    """
    return np.tanh(x @ weight_ih.T + h @ weight_hh.T + bias)


@on_arrays(dh="N H", x="N D", h="N H", h_next="N H", weight_ih="H D", weight_hh="H H")
def rnn_step_backward(
    dh: Array, x: Array, h: Array, h_next: Array, weight_ih: Array, weight_hh: Array
) -> dict[str, Array]:
    """From the gradient of h_t to those of what `rnn_step` took.

        δ_t = ∂L/∂h_t ⊙ (1 − h_t²),   ∂L/∂h_{t−1} = W_hhᵀ · δ_t

    dh (N, H) is ∂L/∂h_t; x, h as given to `rnn_step`, h_next as it returned. Returns a dict of
    gradients: x, h, and the parameters by name. Raises as `rnn_step` does. Werbos (1990).

    >>> weights = {"weight_ih": [[2.0]], "weight_hh": [[-4.0]]}
    >>> gradients = rnn_step_backward([[1.0]], [[1.0]], [[0.5]], [[0.0]], **weights)
    >>> {name: float(gradient.squeeze()) for name, gradient in gradients.items()}
    {'x': 2.0, 'h': -4.0, 'weight_ih': 1.0, 'weight_hh': 0.5, 'bias': 1.0}
    """
    da = dh * (1 - h_next**2)
    return {
        "x": da @ weight_ih,
        "h": da @ weight_hh,
        "weight_ih": da.T @ x,
        "weight_hh": da.T @ h,
        "bias": da.sum(axis=0),
    }


@dataclass(eq=False, repr=False)
class RNNTrace(Trace):
    """What `RNN.forward` computed: h (T, N, H), from x (T, N, D) and h0 (N, H), all read-only.

    `final_state` is h after the last step, a copy to pass on as the next `state`.

    >>> trace = RNN(2, 3, seed=0).forward(np.ones((5, 1, 2)))
    >>> trace.h.shape, trace.final_state.shape
    ((5, 1, 3), (1, 3))
    """

    x: Array
    h: Array
    h0: Array
    cell: "RNN"
    _kept: tuple[Any, ...]

    @property
    def final_state(self) -> Array:
        """h after the last step, (N, H)."""
        return self.h[-1].copy()


class RNN(Cell):
    """The plain RNN (Elman, 1990).

        h_t = tanh(W_ih · x_t + W_hh · h_{t−1} + b)

    Parameters are weight_ih (H, D), weight_hh (H, H) and bias (H,). The weights are drawn
    uniformly from ±1/√H by `seed`, the bias is zero. `dtype` is float32 or float64, and is the
    dtype of all that the cell returns.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1 or another
    dtype.

    >>> cell = RNN(input_size=2, hidden_size=3, seed=0)
    >>> x = np.ones((5, 1, 2))
    >>> h, state = cell.run(x)
    >>> h.shape
    (5, 1, 3)
    >>> sorted(cell.backward(cell.forward(x), dh=np.ones((5, 1, 3))))
    ['bias', 'h0', 'weight_hh', 'weight_ih', 'x']
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        super().__init__(input_size, hidden_size, dtype)
        self._draw(seed)

    def forward(
        self,
        x: ArrayLike,
        state: ArrayLike | None = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> RNNTrace:
        """Run over a sequence and return an `RNNTrace`.

        x (T, N, D); state is h0 (N, H), zeros if None; lengths (N,) gives the number of steps of
        each sequence of a padded batch, past which its h stays as it is, whatever x holds. An RNN
        has no gate to clamp: `clamp` is there because the other cells have it.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T or any gate in `clamp`, TypeError for what is not a number, and
        FloatingPointError where the numbers are too large to be multiplied.
        """
        return read_only(self._unroll(x, state, clamp, lengths))

    def run(
        self,
        x: ArrayLike,
        state: ArrayLike | None = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[Array, Array]:
        """`forward` without a trace: h (T, N, H) and the final state (N, H)."""
        h = self._unroll(x, state, clamp, lengths).h
        return h, h[-1].copy()

    @no_false_alarm()
    def _unroll(self, x: Any, state: Any, clamp: Any, lengths: Any) -> RNNTrace:
        x, clamps, ended = self._taken(x, clamp, lengths)
        (T, N, _), H = x.shape, self.hidden_size
        h0 = as_state("state", state, (N, H), self.dtype)

        weights = self._stacked()
        inputs = columns(h0, x)
        h = inputs[:, :H]
        for t in range(T):
            h_t = h[t + 1]
            np.dot(weights, inputs[t], out=h_t)
            np.tanh(h_t, out=h_t)
            if ended is not None:
                np.copyto(h_t, h[t], where=ended[t])
        check_state("h", h, clamps)
        shown = time_major(inputs[:T, H + 1 :]), time_major(h[1:])
        return RNNTrace(*shown, h[0].T, self, (weights, inputs, ended))

    @no_false_alarm()
    def backward(self, trace: RNNTrace, dh: ArrayLike) -> dict[str, Array]:
        """Backpropagation through time over a trace of this cell's `forward`.

            δ_t = ∂L/∂h_t ⊙ (1 − h_t²),   ∂L/∂h_{t−1} = dh_{t−1} + W_hhᵀ · δ_t

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it. Returns a
        dict of gradients: the parameters by name, x (T, N, D) and h0 (N, H). Past the end of a
        padded sequence h repeats, so what dh says there reaches the last real step. The weights
        are those of the run, even if the cell's have changed since.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh, and FloatingPointError for a gradient that overflows. Werbos (1990).
        """
        d_h = time_major(self._check_dh(trace, dh))
        weights, inputs, ended = trace._kept
        (T, N, H), D = trace.h.shape, self.input_size

        to_h, to_x = weights[:, :H].T.copy(), weights[:, H + 1 :].T.copy()
        d_weights, dx = np.zeros_like(weights), np.empty((T, N, D), self.dtype)
        dh_t, carried = np.empty((H, N), self.dtype), np.zeros((H, N), self.dtype)
        for block, delta, slope in blocks_from_the_end(T, N, self.dtype, H, H):
            delta[...] = d_h[block]
            slope_of_tanh(inputs[block.start + 1 : block.stop + 1, :H], out=slope)
            if ended is not None:
                slope *= ~ended[block, None]
            for t in reversed(range(len(delta))):
                np.add(delta[t], carried, out=dh_t)
                np.multiply(dh_t, slope[t], out=delta[t])
                np.dot(to_h, delta[t], out=carried)
                if ended is not None:
                    np.copyto(carried, dh_t, where=ended[block][t])
            delta = side_by_side(delta)
            d_weights += delta @ side_by_side(inputs[block]).T
            dx[block] = (to_x @ delta).reshape(D, -1, N).transpose(1, 2, 0)
        check_gradients_of(self, d_weights, dx, carried)
        return {**self._unstacked(d_weights), "x": dx, "h0": carried.T.copy()}
