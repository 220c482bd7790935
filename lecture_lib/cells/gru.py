"""The GRU (Cho et al., 2014): one state, a reset gate and an update gate, in four conventions."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells._cell import Cell, columns, sigmoid, step_rows, time_major
from lecture_lib.cells._checks import as_clamps, as_ended, as_sequence, as_state


def gru_step(x, h, weight_ih, weight_hh, bias, bias_hn=None, update="write", reset="before"):
    """One step of the GRU (Cho et al., 2014).

           r, z = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              n = tanh(W_in · x_t + W_hn · (r ⊙ h_{t−1}) + b_n)            reset="before"
              n = tanh(W_in · x_t + r ⊙ (W_hn · h_{t−1} + b_hn) + b_n)     reset="after"
            h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n                                update="write"
            h_t = z ⊙ h_{t−1} + (1 − z) ⊙ n                                update="keep"

    x (N, D), h (N, H); the rows of the weights (3H, ·) are those of r, z, n. Returns the new h and
    the gates (r, z, n), each (N, H).
    """
    w_r, w_z, w_n = np.split(weight_ih, 3)
    u_r, u_z, u_n = np.split(weight_hh, 3)
    b_r, b_z, b_n = np.split(bias, 3)
    r = sigmoid(x @ w_r.T + h @ u_r.T + b_r)
    z = sigmoid(x @ w_z.T + h @ u_z.T + b_z)
    recall = (r * h) @ u_n.T if reset == "before" else r * (h @ u_n.T + bias_hn)
    n = np.tanh(x @ w_n.T + recall + b_n)
    h = (1 - z) * h + z * n if update == "write" else z * h + (1 - z) * n
    return h, (r, z, n)


@dataclass(eq=False, repr=False)
class GRUTrace:
    """What `GRU.forward` computed: h and the gates r, z, n, each (T, N, H).

    x (T, N, D) and h0 (N, H) are what it started from. `final_state` is h after the last step, a
    copy to pass on as the next `state`. Past the end of a padded sequence h repeats, and the gates
    mean nothing.
    """

    x: np.ndarray
    h: np.ndarray
    r: np.ndarray
    z: np.ndarray
    n: np.ndarray
    h0: np.ndarray
    _kept: tuple

    @property
    def final_state(self):
        return self.h[-1].copy()


class GRU(Cell):
    """The GRU of Cho et al. (2014), with the two choices on which texts and frameworks differ.

           r, z = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              n = tanh(W_in · x_t + W_hn · (r ⊙ h_{t−1}) + b_n)            reset="before"
              n = tanh(W_in · x_t + r ⊙ (W_hn · h_{t−1} + b_hn) + b_n)     reset="after"
            h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n                                update="write"
            h_t = z ⊙ h_{t−1} + (1 − z) ⊙ n                                update="keep"

    z writes in Chung et al. (2014) and in this book, and keeps in Cho et al. (2014), PyTorch and
    Keras: the same function with the sign of z's rows turned. The reset acts before the product in
    Cho et al. (2014) and in this book, after it in PyTorch and cuDNN: not the same function.

    Parameters are weight_ih (3H, D), weight_hh (3H, H) and bias (3H,), with the rows of r, z, n in
    this order, and bias_hn (H,) where reset="after". The weights are drawn uniformly from ±1/√H by
    `seed`, the biases are zero. `dtype` is float32 or float64, and is the dtype of all that the
    cell returns.
    """

    gates = "rzn"

    def __init__(
        self,
        input_size,
        hidden_size,
        seed=None,
        dtype=np.float64,
        update="write",
        reset="before",
    ):
        if update not in ("write", "keep"):
            raise ValueError(f'update must be "write" or "keep", got {update!r}')
        if reset not in ("before", "after"):
            raise ValueError(f'reset must be "before" or "after", got {reset!r}')
        super().__init__(input_size, hidden_size, 3, seed, dtype)
        self.update, self.reset = update, reset
        if reset == "after":
            self.parameter_names = (*Cell.parameter_names, "bias_hn")
            self.bias_hn = np.zeros(hidden_size, self.dtype)

    def __repr__(self):
        return f"{super().__repr__()[:-1]}, update={self.update!r}, reset={self.reset!r})"

    def forward(self, x, state=None, clamp=None, lengths=None):
        """Run over a sequence and return a `GRUTrace`.

        x (T, N, D); state is h0 (N, H), zeros if None. `clamp` holds gates at a value:
        `{"z": 0.0}`, a number or an array that broadcasts to (T, N, H), where nan leaves a gate
        alone. lengths (N,) gives the number of steps of each sequence of a padded batch, past
        which its h stays as it is.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T, a clamp that names no gate of the GRU or holds r or z outside [0, 1],
        and TypeError for what is not a number.
        """
        return self._unroll(x, state, clamp, lengths, keep=True)

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the final state (N, H)."""
        trace = self._unroll(x, state, clamp, lengths, keep=False)
        return trace.h, trace.final_state

    def _unroll(self, x, state, clamp, lengths, keep):
        x = as_sequence(x, self.input_size, self.dtype)
        T, N, H = *x.shape[:2], self.hidden_size
        h0 = as_state("state", state, (N, H), self.dtype)
        clamps = as_clamps(clamp, self.gates, "n", (T, N, H), self.dtype)
        ended = as_ended(lengths, T, N)

        write, before = self.update == "write", self.reset == "before"
        weights = self._stacked()
        # Negated, because σ(z) = 1 / (1 + e^−z).
        weights_rz = -weights[: 2 * H]
        # The candidate's product runs over [1; x_t; r ⊙ h_{t−1}], or over [1; x_t] alone.
        if before:
            weights_n = np.roll(weights[2 * H :], -H, axis=1)
            weights_hn = None
        else:
            weights_n = weights[2 * H :, H:].copy()
            weights_hn = np.hstack([weights[2 * H :, :H], self.bias_hn[:, None]], dtype=self.dtype)
        inputs = columns(h0, x, extra=H if before else 0)
        rows = step_rows(T, 3 * H if before else 4 * H, N, self.dtype, keep)
        h, width = inputs[:, :H], weights.shape[1]
        r, z, n = (rows[:, k * H : (k + 1) * H] for k in range(3))
        recall = inputs[:, width:] if before else rows[:, 3 * H :]
        held_rz = [({"r": r, "z": z}[k], *clamps[k]) for k in clamps if k != "n"]
        held_n = [(n, *clamps[k]) for k in clamps if k == "n"]
        step = np.empty((H, N), self.dtype)
        with np.errstate(over="ignore"):
            for t in range(T):
                rz = rows[t, : 2 * H]
                np.matmul(weights_rz, inputs[t, :width], out=rz)
                np.exp(rz, out=rz)
                np.add(rz, 1, out=rz)
                np.reciprocal(rz, out=rz)
                for gate, held, value in held_rz:
                    np.copyto(gate[t], value[t], where=held[t])
                if before:
                    np.multiply(r[t], h[t], out=recall[t])
                    np.matmul(weights_n, inputs[t, H:], out=n[t])
                else:
                    np.matmul(weights_hn, inputs[t, : H + 1], out=recall[t])
                    np.matmul(weights_n, inputs[t, H:], out=n[t])
                    np.multiply(r[t], recall[t], out=step)
                    np.add(n[t], step, out=n[t])
                np.tanh(n[t], out=n[t])
                for gate, held, value in held_n:
                    np.copyto(gate[t], value[t], where=held[t])
                np.subtract(n[t], h[t], out=step)
                np.multiply(step, z[t] if write else 1 - z[t], out=step)
                np.add(h[t], step, out=h[t + 1])
                if ended is not None:
                    np.copyto(h[t + 1], h[t], where=ended[t])
        kept = (weights, inputs, rows, clamps, ended)
        return GRUTrace(x, *map(time_major, (h[1:], r, z, n)), h0, kept)
