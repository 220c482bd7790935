"""RNN and GRU with other functions than tanh and σ, and with clipping, as files from outside have
them; and a cell that reads from the last step back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import check_gradients_of, check_trace, must_be_cell, read_only
from lecture_lib.cells._checks import (
    Array,
    as_real,
    as_state,
    must_be_finite,
    no_false_alarm,
)
from lecture_lib.cells._traces import Trace
from lecture_lib.cells.bidirectional import turned
from lecture_lib.cells.gru import GRU, GRUTrace, check_conventions
from lecture_lib.cells.rnn import RNN, RNNTrace
from lecture_lib.cells.variants.activations import (
    Function,
    activation_of,
    as_clip,
    clipped,
    slope_through,
)
from lecture_lib.cells.variants.lstm_backward import before, held_gates, products


class RNNVariant(RNN):
    """An `RNN` with another function: h_t = φ(W_ih · x_t + W_hh · h_{t−1} + b).

    activation is φ, one of `variants.activations`; clip keeps what it is taken of within ±clip. All
    else, the errors too, is as in `RNN`.

    Raises ValueError for an unknown activation and a clip that is not above 0.

    >>> cell = RNNVariant(2, 3, seed=0, activation="relu")
    >>> bool((cell.run(np.ones((5, 1, 2)))[0] >= 0).all())
    True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
        activation: Function = "relu",
        clip: float | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, seed, dtype)
        self.activation, self.clip = activation_of("activation", activation), as_clip(clip)

    @no_false_alarm()
    def _unroll(self, x: Any, state: Any, clamp: Any, lengths: Any) -> RNNTrace:
        x, _, ended = self._taken(x, clamp, lengths)
        x, (T, N, _), H = x.copy(), x.shape, self.hidden_size
        h0 = h = as_state("state", state, (N, H), self.dtype).copy()
        weights = {name: array.copy() for name, array in self.parameters().items()}
        pre = x @ weights["weight_ih"].T + weights["bias"]
        kept = np.empty((T, N, H), self.dtype)
        for t in range(T):
            pre[t] += h @ weights["weight_hh"].T
            new = self.activation(clipped(pre[t], self.clip))
            kept[t] = new if ended is None else np.where(ended[t, :, None], h, new)
            h = kept[t]
        must_be_finite("h", kept, f"x, state or the weights are too large for {self.dtype}")
        return RNNTrace(x, kept, h0, self, (weights, pre, ended))

    @no_false_alarm()
    def backward(self, trace: RNNTrace, dh: ArrayLike) -> dict[str, Array]:
        """As `RNN.backward`, with φ′ in place of 1 − h²."""
        dh = self._check_dh(trace, dh)
        weights, pre, ended = trace._kept
        slope = slope_through(self.activation, pre, trace.h, self.clip)
        delta, dh_next = np.empty_like(slope), np.zeros_like(trace.h0)
        for t in reversed(range(len(dh))):
            dh_all = dh[t] + dh_next
            delta[t] = dh_all * slope[t]
            if ended is not None:
                delta[t][ended[t]] = 0
            dh_next = delta[t] @ weights["weight_hh"]
            if ended is not None:
                dh_next[ended[t]] = dh_all[ended[t]]
        gradients = {
            "weight_ih": products(delta, trace.x),
            "weight_hh": products(delta, before(trace.h0, trace.h)),
            "bias": delta.sum(axis=(0, 1)),
            "x": delta @ weights["weight_ih"],
            "h0": dh_next,
        }
        check_gradients_of(self, *gradients.values())
        return gradients


class GRUVariant(GRU):
    """A `GRU` with other functions: activation in place of tanh, recurrent_activation of σ.

    Both are of `variants.activations`; clip keeps what they are taken of within ±clip. All else,
    the errors too, is as in `GRU`.

    Raises ValueError for an unknown activation and a clip that is not above 0.

    >>> cell = GRUVariant(2, 3, seed=0, recurrent_activation="hard_sigmoid")
    >>> cell.bias[:3] = 9  # r of 0.2 · 9 + 0.5, cut at 1
    >>> float(cell.forward(np.zeros((5, 1, 2))).r.min())
    1.0
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
        update: str = "write",
        reset: str = "before",
        activation: Function = "tanh",
        recurrent_activation: Function = "sigmoid",
        clip: float | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, seed, dtype, update, reset)
        gates = activation_of("recurrent_activation", recurrent_activation)
        candidate = activation_of("activation", activation)
        self.activations, self.clip = {"r": gates, "z": gates, "n": candidate}, as_clip(clip)

    @no_false_alarm()
    def _unroll(self, x: Any, state: Any, clamp: Any, lengths: Any, keep: bool) -> Any:
        check_conventions(self.update, self.reset)
        x, clamps, ended = self._taken(x, clamp, lengths)
        x, (T, N, _), H = x.copy(), x.shape, self.hidden_size
        h0 = h = as_state("state", state, (N, H), self.dtype).copy()
        held = held_gates(clamps)
        weights = {name: array.copy() for name, array in self.parameters().items()}
        to_r, to_z, to_n = np.split(weights["weight_hh"], 3)
        after, writes = self.reset == "after", self.update == "write"
        pre = x @ weights["weight_ih"].T + weights["bias"]
        kept = {name: np.empty((T, N, H), self.dtype) for name in ("h", "r", "z", "n", "recall")}

        def gate(letter: str, t: int, seen: Array) -> Array:
            part = pre[t][:, "rzn".index(letter) * H :][:, :H]
            part += seen
            value = self.activations[letter](clipped(part, self.clip))
            if letter not in held:
                return value
            return np.where(held[letter][0][t], held[letter][1][t], value)

        for t in range(T):
            r, z = gate("r", t, h @ to_r.T), gate("z", t, h @ to_z.T)
            recall = h @ to_n.T + weights["bias_hn"] if after else r * h
            n = gate("n", t, r * recall if after else recall @ to_n.T)
            new = h + (z if writes else 1 - z) * (n - h)
            h = new if ended is None else np.where(ended[t, :, None], h, new)
            for name, value in zip(kept, (h, r, z, n, recall), strict=True):
                kept[name][t] = value
        must_be_finite("h", kept["h"], f"x, state or the weights are too large for {self.dtype}")
        inner = weights, writes, after, pre, kept.pop("recall"), held, ended
        return {"x": x, **kept, "h0": h0}, inner

    @no_false_alarm()
    def backward(self, trace: GRUTrace, dh: ArrayLike) -> dict[str, Array]:
        """As `GRU.backward`, with the derivatives of the functions that are there."""
        dh = self._check_dh(trace, dh)
        weights, writes, after, pre, recall, held, ended = trace._kept
        H, r = self.hidden_size, trace.r
        write, sign = (trace.z, 1) if writes else (1 - trace.z, -1)
        h_prev = before(trace.h0, trace.h)
        to_n, slopes = weights["weight_hh"][2 * H :], {}
        for k, letter in enumerate("rzn"):
            a, y = pre[..., k * H : (k + 1) * H], getattr(trace, letter)
            slopes[letter] = slope_through(self.activations[letter], a, y, self.clip)
            if letter in held:
                slopes[letter] = np.where(held[letter][0], 0, slopes[letter])
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
        d_n = delta[..., 2 * H :]
        recalled, seen = (d_n * r, h_prev) if after else (d_n, recall)
        of_n = products(recalled, seen)
        gradients = {
            "weight_ih": products(delta, trace.x),
            "weight_hh": np.vstack([products(delta[..., : 2 * H], h_prev), of_n]),
            "bias": delta.sum(axis=(0, 1)),
            **({"bias_hn": recalled.sum(axis=(0, 1))} if after else {}),
            "x": delta @ weights["weight_ih"],
            "h0": dh_next,
        }
        check_gradients_of(self, *gradients.values())
        return gradients


@dataclass(eq=False, repr=False)
class ReversedTrace(Trace):
    """What `Reversed.forward` computed: h (T, N, H) in the order of the input, and the cell's own
    trace, in the order in which it read; `order` (T, N) says which step stands where.

    >>> trace = Reversed(RNN(2, 3, seed=0)).forward(np.ones((5, 1, 2)))
    >>> bool((trace.h[0] == trace.final_state).all())
    True
    """

    h: Array
    trace: Any
    order: Array
    cell: "Reversed"

    @property
    def final_state(self) -> Any:
        """The cell's state after the step that it read last, the first of the sequence."""
        return self.trace.final_state


class Reversed:
    """A cell that reads x_T, x_{T−1} … x_1; h stands at the step that it was computed at.

    It has the parameters of its `cell`, and what a `SequenceModel` asks of one.

    >>> cell, x = RNN(2, 3, seed=0), np.ones((5, 1, 2))
    >>> bool((Reversed(cell).run(x)[0][::-1] == cell.run(x)[0]).all())
    True
    """

    def __init__(self, cell: Any) -> None:
        must_be_cell("cell", cell)
        self.cell = cell
        self.input_size, self.hidden_size = cell.input_size, cell.hidden_size
        self.dtype = cell.dtype

    def __repr__(self) -> str:
        return f"Reversed({self.cell!r})"

    def parameters(self) -> dict[str, Array]:
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return self.cell.parameters()

    def load_parameters(self, arrays: Any) -> None:
        """As the cell's own."""
        self.cell.load_parameters(arrays)

    def forward(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> ReversedTrace:
        """Run over x (T, N, D) from the end, of each sequence's own lengths (N,) if given, and
        return a `ReversedTrace`, whose arrays are read-only. A clamp that differs by step is in the
        order of reading.

        Raises ValueError for an x of another shape, and for what the cell refuses.
        """
        x = as_real("x", x, "(T, N, D)")
        if x.ndim != 3 or 0 in x.shape:
            raise ValueError(f"x must have shape (T, N, D), none of them 0, got {x.shape}")
        order = turned(x.shape[0], x.shape[1], lengths)[..., None]
        trace = self.cell.forward(np.take_along_axis(x, order, 0), state, clamp, lengths)
        h = np.take_along_axis(trace.h, order, 0)
        return read_only(ReversedTrace(h, trace, order, self))

    def run(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> tuple[Array, Any]:
        """`forward` without a trace: h (T, N, H) and the state that it ends with, at step 1."""
        trace = self.forward(x, state, clamp, lengths)
        return trace.h.copy(), trace.final_state

    def backward(
        self, trace: ReversedTrace, dh: ArrayLike, dc_last: ArrayLike | None = None
    ) -> dict[str, Array]:
        """As the cell's own, from dh (T, N, H) in the order of the input.

        Raises ValueError for a trace of another cell or a wrong shape of dh, and as the cell's own.
        """
        check_trace(self, trace)
        dh = as_real("dh", dh, "(T, N, H)")
        if dh.shape != trace.h.shape:
            raise ValueError(f"dh must have shape (T, N, H) = {trace.h.shape}, got {dh.shape}")
        last = {} if dc_last is None else {"dc_last": dc_last}
        found = self.cell.backward(trace.trace, np.take_along_axis(dh, trace.order, 0), **last)
        return found | {"x": np.take_along_axis(found["x"], trace.order, 0)}
