"""The LSTM with a forget gate (Gers, Schmidhuber & Cummins, 2000), without peepholes."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells._cell import Cell, columns, sigmoid, step_rows, time_major
from lecture_lib.cells._checks import as_clamps, as_ended, as_sequence, as_state


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

        # A step's rows are o, i, f, g, c_{t−1}, tanh c_t: the sigmoids are one slice, [i, f] ⊙
        # [g, c_{t−1}] is one product. The weights of o, i, f are negated: σ(z) = 1 / (1 + e^−z).
        weights = np.roll(self._stacked(), H, axis=0)
        weights[: 3 * H] *= -1
        inputs = columns(h0, x)
        h = inputs[:, :H]
        rows = step_rows(T + 1, 6 * H, N, self.dtype, keep)
        o, i, f, g, c, tanh_c = (rows[:, k * H : (k + 1) * H] for k in range(6))
        c[0] = c0.T
        held_gates = [({"i": i, "f": f, "g": g, "o": o}[k], *held) for k, held in clamps.items()]
        terms = np.empty((2 * H, N), self.dtype)
        with np.errstate(over="ignore"):
            for t in range(T):
                row = rows[t]
                np.matmul(weights, inputs[t], out=row[: 4 * H])
                oif = row[: 3 * H]
                np.exp(oif, out=oif)
                np.add(oif, 1, out=oif)
                np.reciprocal(oif, out=oif)
                np.tanh(g[t], out=g[t])
                for gate, held, value in held_gates:
                    np.copyto(gate[t], value[t], where=held[t])
                np.multiply(row[H : 3 * H], row[3 * H : 5 * H], out=terms)
                if ended is not None:
                    last_c = c[t][:, ended[t]]
                np.add(terms[:H], terms[H:], out=c[t + 1])
                np.tanh(c[t + 1], out=tanh_c[t])
                np.multiply(o[t], tanh_c[t], out=h[t + 1])
                if ended is not None:
                    h[t + 1][:, ended[t]] = h[t][:, ended[t]]
                    c[t + 1][:, ended[t]] = last_c
        shown = (time_major(a) for a in (h[1:], c[1:], i[:T], f[:T], g[:T], o[:T]))
        return LSTMTrace(x, *shown, h0, c0, (weights, inputs, rows, clamps, ended))


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
