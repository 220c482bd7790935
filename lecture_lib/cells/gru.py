"""The GRU (Cho et al., 2014): one state, a reset gate and an update gate, in four conventions."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells._cell import (
    Cell,
    blocks_from_the_end,
    columns,
    no_false_alarm,
    side_by_side,
    sigmoid,
    slope_of_negated_sigmoid,
    slope_of_tanh,
    step_rows,
    time_major,
)
from lecture_lib.cells._checks import as_array, as_clamps, as_ended, as_sequence, as_state


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


def gru_step_backward(
    dh, x, h, gates, weight_ih, weight_hh, bias_hn=None, update="write", reset="before"
):
    """From the gradient of h_t to those of what `gru_step` took.

    With w = z where update="write" and w = 1 − z where "keep", h_t = (1 − w) ⊙ h_{t−1} + w ⊙ n, so

        ∂L/∂n = ∂L/∂h_t ⊙ w,   ∂L/∂w = ∂L/∂h_t ⊙ (n − h_{t−1}),
        ∂L/∂h_{t−1} = ∂L/∂h_t ⊙ (1 − w) + what comes through r, z and n,

    and each share goes back through σ′ = σ (1 − σ) or tanh′ = 1 − tanh². dh (N, H) is ∂L/∂h_t; x, h
    as given to `gru_step`, gates as it returned. Returns a dict of gradients: x, h, and the
    parameters by name.
    """
    r, z, n = gates
    u_n = np.split(weight_hh, 3)[2]
    w, dw_dz = (z, 1) if update == "write" else (1 - z, -1)
    dn = dh * w * (1 - n**2)
    dz = dh * (n - h) * dw_dz * z * (1 - z)
    if reset == "before":
        d_recall = dn @ u_n
        dr = d_recall * h * r * (1 - r)
        dh_prev, d_u_n, d_bias_hn = d_recall * r, dn.T @ (r * h), {}
    else:
        d_recall = dn * r
        dr = dn * (h @ u_n.T + bias_hn) * r * (1 - r)
        dh_prev, d_u_n = d_recall @ u_n, d_recall.T @ h
        d_bias_hn = {"bias_hn": d_recall.sum(axis=0)}
    d_rz, d_rzn = np.hstack([dr, dz]), np.hstack([dr, dz, dn])
    return {
        "x": d_rzn @ weight_ih,
        "h": dh * (1 - w) + dh_prev + d_rz @ weight_hh[: 2 * h.shape[1]],
        "weight_ih": d_rzn.T @ x,
        "weight_hh": np.vstack([d_rz.T @ h, d_u_n]),
        "bias": d_rzn.sum(axis=0),
        **d_bias_hn,
    }


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
    cell: "GRU"
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

    @no_false_alarm
    def _unroll(self, x, state, clamp, lengths, keep):
        x = as_sequence(x, self.input_size, self.dtype)
        T, N, H = *x.shape[:2], self.hidden_size
        h0 = as_state("state", state, (N, H), self.dtype)
        clamps = as_clamps(clamp, self.gates, "n", (T, N, H), self.dtype)
        ended = as_ended(lengths, T, N)

        rz_weights, n_weights, recall_weights = self._stacked()
        write, before = self.update == "write", self.reset == "before"
        width = rz_weights.shape[1]
        inputs = columns(h0, x, extra=H if before else 0)
        rows = step_rows(T, 3 * H if before else 4 * H, N, self.dtype, keep)
        h, rz = inputs[:, :H], rows[:, : 2 * H]
        r, z, n = (rows[:, k * H : (k + 1) * H] for k in range(3))
        recall = inputs[:, width:] if before else rows[:, 3 * H :]
        held_rz = [({"r": r, "z": z}[k], *clamps[k]) for k in clamps if k != "n"]
        held_n = [(n, *clamps[k]) for k in clamps if k == "n"]
        step, one = np.empty((H, N), self.dtype), np.ones((), self.dtype)
        with np.errstate(over="ignore"):
            for t in range(T):
                inputs_t, rz_t, n_t, recall_t, h_prev = inputs[t], rz[t], n[t], recall[t], h[t]
                np.dot(rz_weights, inputs_t[:width], out=rz_t)
                np.exp(rz_t, out=rz_t)
                np.add(rz_t, one, out=rz_t)
                np.reciprocal(rz_t, out=rz_t)
                for gate, held, value in held_rz:
                    np.copyto(gate[t], value[t], where=held[t])
                if before:
                    np.multiply(r[t], h_prev, out=recall_t)
                    np.dot(n_weights, inputs_t[H:], out=n_t)
                else:
                    np.dot(recall_weights, inputs_t[: H + 1], out=recall_t)
                    np.dot(n_weights, inputs_t[H:], out=n_t)
                    np.multiply(r[t], recall_t, out=step)
                    np.add(n_t, step, out=n_t)
                np.tanh(n_t, out=n_t)
                for gate, held, value in held_n:
                    np.copyto(gate[t], value[t], where=held[t])
                np.subtract(n_t, h_prev, out=step)
                np.multiply(step, z[t] if write else 1 - z[t], out=step)
                np.add(h_prev, step, out=h[t + 1])
                if ended is not None:
                    np.copyto(h[t + 1], h_prev, where=ended[t])
        kept = (rz_weights, n_weights, recall_weights, inputs, rows, recall, clamps, ended)
        return GRUTrace(x, *map(time_major, (h[1:], r, z, n)), h0, self, kept)

    def _stacked(self):
        """The matrices of r and z, of n and (reset="after") of what is recalled of h_{t−1}.

        Those of r and z are negated: σ(z) = 1 / (1 + e^−z). They take [h_{t−1}; 1; x_t], n takes
        [1; x_t; r ⊙ h_{t−1}] or [1; x_t], and what is recalled takes [h_{t−1}; 1].
        """
        H, stacked = self.hidden_size, super()._stacked()
        if self.reset == "before":
            return -stacked[: 2 * H], np.roll(stacked[2 * H :], -H, axis=1), None
        recall = np.hstack([stacked[2 * H :, :H], self.bias_hn[:, None]], dtype=self.dtype)
        return -stacked[: 2 * H], stacked[2 * H :, H:].copy(), recall

    @no_false_alarm
    def backward(self, trace, dh):
        """Backpropagation through time over a trace of this cell's `forward`.

        With w = z where update="write" and w = 1 − z where "keep",

            ∂L/∂n = ∂L/∂h_t ⊙ w,   ∂L/∂w = ∂L/∂h_t ⊙ (n − h_{t−1}),
            ∂L/∂h_{t−1} = dh_{t−1} + ∂L/∂h_t ⊙ (1 − w) + what comes through r, z and n.

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it. Returns a
        dict of gradients: the parameters by name, x (T, N, D) and h0 (N, H). A clamped gate passes
        none. Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh. Werbos (1990); Cho et al. (2014).
        """
        self._check_trace(trace)
        rz_weights, n_weights, recall_weights, inputs, rows, recall, clamps, ended = trace._kept
        (T, N, H), D = trace.h.shape, self.input_size
        dh = time_major(as_array("dh", dh, self.dtype, (T, N, H), "(T, N, H)"))
        before = self.reset == "before"

        to_x = np.vstack([rz_weights[:, H + 1 :], n_weights[:, 1 : 1 + D]]).T.copy()
        if before:
            to_h, to_recall = rz_weights[:, :H].T.copy(), n_weights[:, 1 + D :].T.copy()
        else:
            to_h = np.vstack([recall_weights[:, :H], rz_weights[:, :H]]).T.copy()
            d_recall_weights = np.zeros_like(recall_weights)
        d_rz_weights, d_n_weights = np.zeros_like(rz_weights), np.zeros_like(n_weights)
        dx = np.empty_like(trace.x)
        dh_t, carried = np.empty((H, N), self.dtype), np.zeros((H, N), self.dtype)
        share = np.empty((H, N), self.dtype)
        wide = 3 * H if before else 4 * H
        buffers = blocks_from_the_end(T, N, self.dtype, wide, H, H)
        for block, delta, stays, dh_block in buffers:
            dh_block[...] = dh[block]
            h, rz = inputs[block, :H], rows[block, : 2 * H]
            r, z, n = (rows[block, k * H : (k + 1) * H] for k in range(3))
            # Each gate's slope, times what it multiplies in its equation. The rows are those of
            # r, z, n and, above them where reset="after", of what is recalled.
            d_r, d_z, d_n = (delta[:, wide - k * H :][:, :H] for k in (3, 2, 1))
            slope_of_negated_sigmoid(rz, out=delta[:, -3 * H : -H])
            slope_of_tanh(n, out=d_n)
            d_r *= h if before else recall[block]
            np.subtract(n, h, out=stays)
            if self.update == "write":
                d_z *= stays
                d_n *= z
                np.subtract(1, z, out=stays)
            else:
                d_z *= np.negative(stays, out=stays)
                d_n *= np.subtract(1, z, out=stays)
                stays[...] = z
            for gate, (held, _) in clamps.items():
                np.copyto({"r": d_r, "z": d_z, "n": d_n}[gate], 0, where=held[block])
            if not before:
                d_r *= d_n
                np.multiply(r, d_n, out=delta[:, :H])
            if ended is not None:
                delta *= ~ended[block, None]
            d_all = delta.reshape(len(delta), -1, H, N)
            d_zn = d_all[:, -2:]
            for t in reversed(range(len(delta))):
                np.add(dh_block[t], carried, out=dh_t)
                if before:
                    np.multiply(d_zn[t], dh_t, out=d_zn[t])
                    np.dot(to_recall, d_n[t], out=share)
                    np.multiply(d_r[t], share, out=d_r[t])
                    np.dot(to_h, delta[t, : 2 * H], out=carried)
                    np.multiply(share, r[t], out=share)
                    np.add(carried, share, out=carried)
                else:
                    np.multiply(d_all[t], dh_t, out=d_all[t])
                    np.dot(to_h, delta[t, : 3 * H], out=carried)
                np.multiply(dh_t, stays[t], out=share)
                np.add(carried, share, out=carried)
                if ended is not None:
                    np.copyto(carried, dh_t, where=ended[block][t])
            delta, seen = side_by_side(delta), side_by_side(inputs[block])
            d_rz_weights += delta[-3 * H : -H] @ seen[: H + 1 + D].T
            d_n_weights += delta[-H:] @ seen[H:].T
            if not before:
                d_recall_weights += delta[:H] @ seen[: H + 1].T
            dx[block] = (to_x @ delta[-3 * H :]).reshape(D, -1, N).transpose(1, 2, 0)
        if before:
            d_n_weights, d_bias_hn = np.roll(d_n_weights, H, axis=1), {}
        else:
            d_n_weights = np.hstack([d_recall_weights[:, :H], d_n_weights])
            d_bias_hn = {"bias_hn": d_recall_weights[:, H].copy()}
        d_weights = np.vstack([-d_rz_weights, d_n_weights])
        return {**self._unstacked(d_weights), **d_bias_hn, "x": dx, "h0": carried.T.copy()}
