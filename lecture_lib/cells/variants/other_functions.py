"""RNN and GRU with other functions than tanh and σ, and with clipping, as files from outside have
them; and a cell that reads from the last step back."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells._checks import as_array, as_clamps, as_ended, as_sequence, as_state
from lecture_lib.cells.bidirectional import turned
from lecture_lib.cells.gru import GRU, GRUTrace
from lecture_lib.cells.rnn import RNN, RNNTrace
from lecture_lib.cells.variants.activations import (
    activation_of,
    as_clip,
    clipped,
    read_only,
    slope_through,
)


class RNNVariant(RNN):
    """An `RNN` with another function: h_t = φ(W_ih · x_t + W_hh · h_{t−1} + b).

    activation is φ, one of `cells.activations`; clip keeps what it is taken of within ±clip.
    All else is as in `RNN`, but that the trace is locked.
    """

    def __init__(
        self, input_size, hidden_size, seed=None, dtype=np.float64, activation="relu", clip=None
    ):
        super().__init__(input_size, hidden_size, seed, dtype)
        self.activation, self.clip = activation_of("activation", activation), as_clip(clip)

    def forward(self, x, state=None, clamp=None, lengths=None):
        """As `RNN.forward`, with φ."""
        x = as_sequence(x, self.input_size, self.dtype).copy()
        T, N, H = *x.shape[:2], self.hidden_size
        h0 = h = as_state("state", state, (N, H), self.dtype).copy()
        as_clamps(clamp, self.gates, None, (T, N, H), self.dtype)
        ended = as_ended(lengths, T, N)
        weights = {name: array.copy() for name, array in self.parameters().items()}
        pre = x @ weights["weight_ih"].T + weights["bias"]
        kept = np.empty((T, N, H), self.dtype)
        for t in range(T):
            pre[t] += h @ weights["weight_hh"].T
            new = self.activation(clipped(pre[t], self.clip))
            h = new if ended is None else np.where(ended[t, :, None], h, new)
            kept[t] = h
        read_only(x, h0, kept)
        return RNNTrace(x, kept, h0, self, (weights, pre, ended))

    def backward(self, trace, dh):
        """As `RNN.backward`, with φ′ in place of 1 − h²."""
        self._check_trace(trace)
        weights, pre, ended = trace._kept
        dh = as_array("dh", dh, self.dtype, trace.h.shape, "(T, N, H)")
        slope = slope_through(self.activation, pre, trace.h, self.clip)
        h_prev = np.concatenate([trace.h0[None], trace.h[:-1]])
        delta, dh_next = np.empty_like(slope), np.zeros_like(trace.h0)
        for t in reversed(range(len(dh))):
            dh_all = dh[t] + dh_next
            delta[t] = dh_all * slope[t]
            if ended is not None:
                delta[t][ended[t]] = 0
            dh_next = delta[t] @ weights["weight_hh"]
            if ended is not None:
                dh_next[ended[t]] = dh_all[ended[t]]
        rows = delta.reshape(-1, delta.shape[-1])
        return {
            "weight_ih": rows.T @ trace.x.reshape(-1, self.input_size),
            "weight_hh": rows.T @ h_prev.reshape(-1, self.hidden_size),
            "bias": rows.sum(axis=0),
            "x": delta @ weights["weight_ih"],
            "h0": dh_next,
        }


class GRUVariant(GRU):
    """A `GRU` with other functions: activation in place of tanh, recurrent_activation of σ.

    Both are of `cells.activations`; clip keeps what they are taken of within ±clip. All else is as
    in `GRU`, but that the trace is locked.
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        seed=None,
        dtype=np.float64,
        update="write",
        reset="before",
        activation="tanh",
        recurrent_activation="sigmoid",
        clip=None,
    ):
        super().__init__(input_size, hidden_size, seed, dtype, update, reset)
        gates = activation_of("recurrent_activation", recurrent_activation)
        candidate = activation_of("activation", activation)
        self.activations, self.clip = {"r": gates, "z": gates, "n": candidate}, as_clip(clip)

    def _unroll(self, x, state, clamp, lengths, keep):
        x = as_sequence(x, self.input_size, self.dtype).copy()
        T, N, H = *x.shape[:2], self.hidden_size
        h0 = h = as_state("state", state, (N, H), self.dtype).copy()
        held = as_clamps(clamp, self.gates, "n", (T, N, H), self.dtype)
        held = {gate: [a.transpose(0, 2, 1) for a in pair] for gate, pair in held.items()}
        ended = as_ended(lengths, T, N)
        weights = {name: array.copy() for name, array in self.parameters().items()}
        to_r, to_z, to_n = np.split(weights["weight_hh"], 3)
        after = self.reset == "after"
        pre = x @ weights["weight_ih"].T + weights["bias"]
        kept = {name: np.empty((T, N, H), self.dtype) for name in ("h", "r", "z", "n", "recall")}

        def gate(letter, t, seen):
            part = pre[t][:, "rzn".index(letter) * H :][:, :H]
            part += seen
            value = self.activations[letter](clipped(part, self.clip))
            return (
                np.where(held[letter][0][t], held[letter][1][t], value) if letter in held else value
            )

        for t in range(T):
            r, z = gate("r", t, h @ to_r.T), gate("z", t, h @ to_z.T)
            recall = h @ to_n.T + weights["bias_hn"] if after else r * h
            n = gate("n", t, r * recall if after else recall @ to_n.T)
            write = z if self.update == "write" else 1 - z
            new = h + write * (n - h)
            h = new if ended is None else np.where(ended[t, :, None], h, new)
            for name, value in zip(kept, (h, r, z, n, recall), strict=True):
                kept[name][t] = value
        recall = kept.pop("recall")
        read_only(x, h0, *kept.values())
        return GRUTrace(x, *kept.values(), h0, self, (weights, pre, recall, held, ended))

    def backward(self, trace, dh):
        """As `GRU.backward`, with the derivatives of the functions that are there."""
        self._check_trace(trace)
        weights, pre, recall, held, ended = trace._kept
        dh = as_array("dh", dh, self.dtype, trace.h.shape, "(T, N, H)")
        H, after, r = self.hidden_size, self.reset == "after", trace.r
        write, sign = (trace.z, 1) if self.update == "write" else (1 - trace.z, -1)
        h_prev = np.concatenate([trace.h0[None], trace.h[:-1]])
        to_n, slopes = weights["weight_hh"][2 * H :], {}
        for k, letter in enumerate("rzn"):
            a, y = pre[..., k * H : (k + 1) * H], getattr(trace, letter)
            slopes[letter] = slope_through(self.activations[letter], a, y, self.clip)
            if letter in held:
                slopes[letter][held[letter][0]] = 0
        delta, dh_next = np.empty_like(pre), np.zeros_like(trace.h0)
        for t in reversed(range(len(dh))):
            dh_all = dh[t] + dh_next
            d_n = dh_all * write[t] * slopes["n"][t]
            d_z = dh_all * sign * (trace.n[t] - h_prev[t]) * slopes["z"][t]
            through = (d_n * r[t]) @ to_n if after else (d_n @ to_n) * r[t]
            d_r = (d_n * recall[t] if after else (d_n @ to_n) * h_prev[t]) * slopes["r"][t]
            delta[t] = np.hstack([d_r, d_z, d_n])
            if ended is not None:
                delta[t][ended[t]] = 0
            dh_next = dh_all * (1 - write[t]) + through
            dh_next += delta[t][:, : 2 * H] @ weights["weight_hh"][: 2 * H]
            if ended is not None:
                dh_next[ended[t]] = dh_all[ended[t]]
        rows, d_n = delta.reshape(-1, 3 * H), delta[..., 2 * H :]
        recalled = (d_n * r if after else d_n).reshape(-1, H)
        seen = (h_prev if after else recall).reshape(-1, H)
        own = {"bias_hn": recalled.sum(axis=0)} if after else {}
        return {
            "weight_ih": rows.T @ trace.x.reshape(-1, self.input_size),
            "weight_hh": np.vstack([rows[:, : 2 * H].T @ h_prev.reshape(-1, H), recalled.T @ seen]),
            "bias": rows.sum(axis=0),
            **own,
            "x": delta @ weights["weight_ih"],
            "h0": dh_next,
        }


@dataclass(eq=False, repr=False)
class ReversedTrace:
    """What `Reversed.forward` computed: h (T, N, H) in the order of the input, and the cell's own
    trace, in the order in which it read."""

    h: np.ndarray
    trace: object
    order: np.ndarray

    @property
    def final_state(self):
        return self.trace.final_state


class Reversed:
    """A cell that reads x_T, x_{T−1} … x_1; h stands at the step that it was computed at.

    It has the parameters of its `cell`, and what a `SequenceModel` asks of one.
    """

    def __init__(self, cell):
        self.cell = cell
        self.input_size, self.hidden_size, self.dtype = (
            cell.input_size,
            cell.hidden_size,
            cell.dtype,
        )

    def __repr__(self):
        return f"Reversed({self.cell!r})"

    def parameters(self):
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return self.cell.parameters()

    def load_parameters(self, arrays):
        """As the cell's own."""
        self.cell.load_parameters(arrays)

    def forward(self, x, state=None, clamp=None, lengths=None):
        """Run over x (T, N, D) from the end, of each sequence's own lengths (N,) if given, and
        return a `ReversedTrace`. A clamp that differs by step is in the order of reading."""
        x = as_sequence(x, self.input_size, self.dtype)
        as_ended(lengths, *x.shape[:2])
        order = turned(*x.shape[:2], lengths)[..., None]
        trace = self.cell.forward(np.take_along_axis(x, order, 0), state, clamp, lengths)
        return ReversedTrace(np.take_along_axis(trace.h, order, 0), trace, order)

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the state that it ends with, at step 1."""
        trace = self.forward(x, state, clamp, lengths)
        return trace.h, trace.final_state

    def backward(self, trace, dh, *dc_last):
        """As the cell's own, from dh (T, N, H) in the order of the input."""
        dh = as_array("dh", dh, self.dtype, trace.h.shape, "(T, N, H)")
        found = self.cell.backward(trace.trace, np.take_along_axis(dh, trace.order, 0), *dc_last)
        return found | {"x": np.take_along_axis(found["x"], trace.order, 0)}
