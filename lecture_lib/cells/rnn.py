"""The plain recurrent network (Elman, 1990): one squashed mix of input and memory a step."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells._cell import (
    Cell,
    blocks_from_the_end,
    columns,
    no_false_alarm,
    side_by_side,
    slope_of_tanh,
    time_major,
)
from lecture_lib.cells._checks import as_array, as_clamps, as_ended, as_sequence, as_state


def rnn_step(x, h, weight_ih, weight_hh, bias):
    """One step of the plain RNN (Elman, 1990).

        h_t = tanh(W_ih · x_t + W_hh · h_{t−1} + b)

    x (N, D) and h (N, H) give the new h (N, H).
    """
    return np.tanh(x @ weight_ih.T + h @ weight_hh.T + bias)


def rnn_step_backward(dh, x, h, h_next, weight_ih, weight_hh):
    """From the gradient of h_t to those of what `rnn_step` took.

        δ_t = ∂L/∂h_t ⊙ (1 − h_t²),   ∂L/∂h_{t−1} = W_hhᵀ · δ_t

    dh (N, H) is ∂L/∂h_t; x, h as given to `rnn_step`, h_next as it returned. Returns a dict of
    gradients: x, h, and the parameters by name.
    """
    dz = dh * (1 - h_next**2)
    return {
        "x": dz @ weight_ih,
        "h": dz @ weight_hh,
        "weight_ih": dz.T @ x,
        "weight_hh": dz.T @ h,
        "bias": dz.sum(axis=0),
    }


@dataclass(eq=False, repr=False)
class RNNTrace:
    """What `RNN.forward` computed: h (T, N, H), from x (T, N, D) and h0 (N, H).

    `final_state` is h after the last step, a copy to pass on as the next `state`.
    """

    x: np.ndarray
    h: np.ndarray
    h0: np.ndarray
    cell: "RNN"
    _kept: tuple

    @property
    def final_state(self):
        return self.h[-1].copy()


class RNN(Cell):
    """The plain RNN (Elman, 1990).

        h_t = tanh(W_ih · x_t + W_hh · h_{t−1} + b)

    Parameters are weight_ih (H, D), weight_hh (H, H) and bias (H,). The weights are drawn
    uniformly from ±1/√H by `seed`, the bias is zero. `dtype` is float32 or float64, and is the
    dtype of all that the cell returns.
    """

    gates = ""

    def __init__(self, input_size, hidden_size, seed=None, dtype=np.float64):
        super().__init__(input_size, hidden_size, 1, seed, dtype)

    @no_false_alarm
    def forward(self, x, state=None, clamp=None, lengths=None):
        """Run over a sequence and return an `RNNTrace`.

        x (T, N, D); state is h0 (N, H), zeros if None; lengths (N,) gives the number of steps of
        each sequence of a padded batch, past which its h stays as it is. An RNN has no gate to
        clamp: `clamp` is there because the other cells have it.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T or any gate in `clamp`, and TypeError for what is not a number.
        """
        x = as_sequence(x, self.input_size, self.dtype)
        T, N, H = *x.shape[:2], self.hidden_size
        h0 = as_state("state", state, (N, H), self.dtype)
        as_clamps(clamp, self.gates, None, (T, N, H), self.dtype)
        ended = as_ended(lengths, T, N)

        weights = self._stacked()
        inputs = columns(h0, x)
        h = inputs[:, :H]
        for t in range(T):
            h_t = h[t + 1]
            np.dot(weights, inputs[t], out=h_t)
            np.tanh(h_t, out=h_t)
            if ended is not None:
                np.copyto(h_t, h[t], where=ended[t])
        return RNNTrace(x, time_major(h[1:]), h0, self, (weights, inputs, ended))

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the final state (N, H)."""
        trace = self.forward(x, state, clamp, lengths)
        return trace.h, trace.final_state

    @no_false_alarm
    def backward(self, trace, dh):
        """Backpropagation through time over a trace of this cell's `forward`.

            δ_t = ∂L/∂h_t ⊙ (1 − h_t²),   ∂L/∂h_{t−1} = dh_{t−1} + W_hhᵀ · δ_t

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it. Returns a
        dict of gradients: the parameters by name, x (T, N, D) and h0 (N, H). Past the end of a
        padded sequence h repeats, so what dh says there reaches the last real step.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh. Werbos (1990).
        """
        self._check_trace(trace)
        weights, inputs, ended = trace._kept
        (T, N, H), D = trace.h.shape, self.input_size
        dh = time_major(as_array("dh", dh, self.dtype, (T, N, H), "(T, N, H)"))

        to_h, to_x = weights[:, :H].T.copy(), weights[:, H + 1 :].T.copy()
        d_weights, dx = np.zeros_like(weights), np.empty_like(trace.x)
        dh_t, carried = np.empty((H, N), self.dtype), np.zeros((H, N), self.dtype)
        for block, delta, slope in blocks_from_the_end(T, N, self.dtype, H, H):
            delta[...] = dh[block]
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
        return {**self._unstacked(d_weights), "x": dx, "h0": carried.T.copy()}
