"""The LSTM with a forget gate (Gers, Schmidhuber & Cummins, 2000), without peepholes."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells._cell import (
    Cell,
    blocks_from_the_end,
    columns,
    side_by_side,
    sigmoid,
    slope_of_negated_sigmoid,
    slope_of_tanh,
    step_rows,
    time_major,
)
from lecture_lib.cells._checks import as_array, as_clamps, as_ended, as_sequence, as_state


def lstm_step(x, h, c, weight_ih, weight_hh, bias):
    """One step of the LSTM (Gers, Schmidhuber & Cummins, 2000).

        i, f, o = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              g = tanh(W_ih · x_t + W_hh · h_{t−1} + b), likewise
            c_t = f ⊙ c_{t−1} + i ⊙ g
            h_t = o ⊙ tanh(c_t)

    x (N, D), h and c (N, H); the rows of the weights (4H, ·) are those of i, f, g, o. Returns the
    new h and c, and the gates (i, f, g, o), each (N, H).
    """
    z = x @ weight_ih.T + h @ weight_hh.T + bias
    i, f, g, o = np.split(z, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c, (i, f, g, o)


def lstm_step_backward(dh, dc, x, h, c, gates, weight_ih, weight_hh):
    """From the gradients of h_t and c_t to those of what `lstm_step` took.

        ∂L/∂c_t += ∂L/∂h_t ⊙ o ⊙ (1 − tanh² c_t)
        ∂L/∂c_{t−1} = ∂L/∂c_t ⊙ f

    and each gate's share goes back through its σ′ = σ (1 − σ) or tanh′ = 1 − tanh². dh (N, H) is
    ∂L/∂h_t, dc (N, H) what reaches c_t from later steps; x, h, c as given to `lstm_step`, gates as
    it returned. Returns a dict of gradients: x, h, c, and the parameters by name.
    """
    i, f, g, o = gates
    tanh_c = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - tanh_c**2)
    di, df, dg, do = dc * g, dc * c, dc * i, dh * tanh_c
    dz = np.hstack([di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)])
    return {
        "x": dz @ weight_ih,
        "h": dz @ weight_hh,
        "c": dc * f,
        "weight_ih": dz.T @ x,
        "weight_hh": dz.T @ h,
        "bias": dz.sum(axis=0),
    }


@dataclass(eq=False, repr=False)
class LSTMTrace:
    """What `LSTM.forward` computed: h, c and the gates i, f, g, o, each (T, N, H).

    x (T, N, D), h0 and c0 (N, H) are what it started from. `final_state` is (h, c) after the last
    step, a copy to pass on as the next `state`. Past the end of a padded sequence h and c repeat,
    and the gates mean nothing.
    """

    x: np.ndarray
    h: np.ndarray
    c: np.ndarray
    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray
    h0: np.ndarray
    c0: np.ndarray
    cell: "LSTM"
    _kept: tuple

    @property
    def final_state(self):
        return self.h[-1].copy(), self.c[-1].copy()


class LSTM(Cell):
    """The LSTM of Gers, Schmidhuber & Cummins (2000): with a forget gate, without peepholes.

        i, f, o = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              g = tanh(W_ih · x_t + W_hh · h_{t−1} + b), likewise
            c_t = f ⊙ c_{t−1} + i ⊙ g
            h_t = o ⊙ tanh(c_t)

    Parameters are weight_ih (4H, D), weight_hh (4H, H) and bias (4H,), with the rows of i, f, g, o
    in this order. The weights are drawn uniformly from ±1/√H by `seed`; the bias is zero, except
    for the rows of f, which are `forget_bias`. `dtype` is float32 or float64, and is the dtype of
    all that the cell returns. The cell of Hochreiter & Schmidhuber (1997) is `clamp={"f": 1.0}`.
    """

    gates = "ifgo"

    def __init__(self, input_size, hidden_size, seed=None, dtype=np.float64, forget_bias=0.0):
        super().__init__(input_size, hidden_size, 4, seed, dtype)
        self.bias[hidden_size : 2 * hidden_size] = forget_bias

    def forward(self, x, state=None, clamp=None, lengths=None):
        """Run over a sequence and return an `LSTMTrace`.

        x (T, N, D); state is (h0, c0), each (N, H), zeros if None. `clamp` holds gates at a value:
        `{"f": 1.0}`, a number or an array that broadcasts to (T, N, H), where nan leaves a gate
        alone. lengths (N,) gives the number of steps of each sequence of a padded batch, past
        which its h and c stay as they are.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T, a clamp that names no gate of the LSTM or holds i, f or o outside
        [0, 1], and TypeError for what is not a number.
        """
        return self._unroll(x, state, clamp, lengths, keep=True)

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the final state (h, c), each (N, H)."""
        trace = self._unroll(x, state, clamp, lengths, keep=False)
        return trace.h, trace.final_state

    def _unroll(self, x, state, clamp, lengths, keep):
        x = as_sequence(x, self.input_size, self.dtype)
        T, N, H = *x.shape[:2], self.hidden_size
        h0, c0 = as_pair(state, (N, H), self.dtype)
        clamps = as_clamps(clamp, self.gates, "g", (T, N, H), self.dtype)
        ended = as_ended(lengths, T, N)

        # The weights of σ are negated: σ(z) = 1 / (1 + e^−z).
        weights = self._stacked()
        weights = np.concatenate([-weights[3 * H :], -weights[: 2 * H], weights[2 * H : 3 * H]])
        inputs = columns(h0, x)
        rows = step_rows(T + 1, 5 * H, N, self.dtype, keep)
        h = inputs[:, :H]
        o, i, f, g, c = self._by_name(rows)
        c[0] = c0.T
        held_gates = [({"i": i, "f": f, "g": g, "o": o}[k], *held) for k, held in clamps.items()]
        gates, oif, i_f, g_c = (rows[:, a * H : b * H] for a, b in ((0, 4), (0, 3), (1, 3), (3, 5)))
        terms, one = np.empty((2 * H, N), self.dtype), np.ones((), self.dtype)
        written, kept = terms[:H], terms[H:]
        tanh_c = np.empty((H, N), self.dtype)
        with np.errstate(over="ignore"):
            for t in range(T):
                np.dot(weights, inputs[t], out=gates[t])
                oif_t, g_t, c_t = oif[t], g[t], c[t + 1]
                np.exp(oif_t, out=oif_t)
                np.add(oif_t, one, out=oif_t)
                np.reciprocal(oif_t, out=oif_t)
                np.tanh(g_t, out=g_t)
                for gate, held, value in held_gates:
                    np.copyto(gate[t], value[t], where=held[t])
                np.multiply(i_f[t], g_c[t], out=terms)
                if ended is not None:
                    last_c = c[t][:, ended[t]]
                np.add(written, kept, out=c_t)
                np.tanh(c_t, out=tanh_c)
                np.multiply(o[t], tanh_c, out=h[t + 1])
                if ended is not None:
                    h[t + 1][:, ended[t]] = h[t][:, ended[t]]
                    c_t[:, ended[t]] = last_c
        shown = (time_major(a) for a in (h[1:], c[1:], i[:T], f[:T], g[:T], o[:T]))
        return LSTMTrace(x, *shown, h0, c0, self, (weights, inputs, rows, clamps, ended))

    def _by_name(self, rows):
        """The rows of each step by name, o, i, f, g, c_{t−1}, each (…, H, N).

        In this order the sigmoids are one slice, and [i, f] ⊙ [g, c_{t−1}] is one product.
        """
        H = self.hidden_size
        return (rows[:, k * H : (k + 1) * H] for k in range(5))

    def backward(self, trace, dh, dc_last=None):
        """Backpropagation through time over a trace of this cell's `forward`.

            ∂L/∂c_t = dc + ∂L/∂h_t ⊙ o ⊙ (1 − tanh² c_t),   dc = ∂L/∂c_{t+1} ⊙ f_{t+1}
            ∂L/∂h_t = dh_t + W_hhᵀ · δ_{t+1},   δ the gradient by all four pre-activations

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it; dc_last
        (N, H) is that by the last c, zeros if None. Returns a dict of gradients: the parameters by
        name, x (T, N, D), h0 and c0 (N, H). A clamped gate passes none. Past the end of a padded
        sequence h and c repeat, so what dh says there reaches the last real step.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh or dc_last. Werbos (1990); Gers, Schmidhuber & Cummins (2000) truncated it.
        """
        self._check_trace(trace)
        weights, inputs, rows, clamps, ended = trace._kept
        (T, N, H), D = trace.h.shape, self.input_size
        dh = time_major(as_array("dh", dh, self.dtype, (T, N, H), "(T, N, H)"))
        dc = as_state("dc_last", dc_last, (N, H), self.dtype).T.copy()

        to_h, to_x = weights[:, :H].T.copy(), weights[:, H + 1 :].T.copy()
        d_weights, dx = np.zeros_like(weights), np.empty_like(trace.x)
        dh_t, carried = np.empty((H, N), self.dtype), np.zeros((H, N), self.dtype)
        share = np.empty((H, N), self.dtype)
        buffers = blocks_from_the_end(T, N, self.dtype, 4 * H, H, H)
        for block, delta, h_to_c, dh_block in buffers:
            dh_block[...] = dh[block]
            following = slice(block.start + 1, block.stop + 1)
            h_t, c_t = inputs[following, :H], rows[following, 4 * H :]
            o, i, f, g, c_prev = self._by_name(rows[block])
            np.tanh(c_t, out=h_to_c)
            slope_of_tanh(h_to_c, out=h_to_c)
            h_to_c *= o
            # Each gate's slope, times what it multiplies in its equation: o (o − 1) tanh c_t =
            # (o − 1) h_t.
            d_o, d_i, d_f, d_g = (delta[:, k * H : (k + 1) * H] for k in range(4))
            np.subtract(o, 1, out=d_o)
            slope_of_negated_sigmoid(rows[block, H : 3 * H], out=delta[:, H : 3 * H])
            slope_of_tanh(g, out=d_g)
            for slope, factor in [(d_o, h_t), (d_i, g), (d_f, c_prev), (d_g, i)]:
                slope *= factor
            for gate, (held, _) in clamps.items():
                np.copyto({"i": d_i, "f": d_f, "g": d_g, "o": d_o}[gate], 0, where=held[block])
            if ended is not None:
                delta *= ~ended[block, None]
                h_to_c *= ~ended[block, None]
            d_ifg = delta[:, H:].reshape(-1, 3, H, N)
            for t in reversed(range(len(delta))):
                np.add(dh_block[t], carried, out=dh_t)
                np.multiply(dh_t, h_to_c[t], out=share)
                np.add(dc, share, out=dc)
                np.multiply(d_o[t], dh_t, out=d_o[t])
                np.multiply(d_ifg[t], dc, out=d_ifg[t])
                np.dot(to_h, delta[t], out=carried)
                if ended is None:
                    np.multiply(dc, f[t], out=dc)
                else:
                    np.multiply(dc, f[t], out=dc, where=~ended[block][t])
                    np.copyto(carried, dh_t, where=ended[block][t])
            delta = side_by_side(delta)
            d_weights += delta @ side_by_side(inputs[block]).T
            dx[block] = (to_x @ delta).reshape(D, -1, N).transpose(1, 2, 0)
        d_weights = np.concatenate([-d_weights[H : 3 * H], d_weights[3 * H :], -d_weights[:H]])
        return {
            **self._unstacked(d_weights),
            "x": dx,
            "h0": carried.T.copy(),
            "c0": dc.T.copy(),
        }


def as_pair(state, shape, dtype):
    """The state (h0, c0) of an LSTM, each (N, H): zeros for None."""
    if state is None:
        state = (None, None)
    if not isinstance(state, tuple | list) or len(state) != 2:
        raise TypeError(f"state must be a pair (h0, c0), got {type(state).__name__}")
    return [
        as_state(f"{name} of state", part, shape, dtype)
        for name, part in zip(("h0", "c0"), state, strict=True)
    ]
