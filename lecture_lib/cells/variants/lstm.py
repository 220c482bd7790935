"""The LSTM of the book with parts added or taken away, each of which can be switched alone."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import Cell, read_only
from lecture_lib.cells._checks import (
    Array,
    as_clamps,
    as_ended,
    as_generator,
    as_sequence,
    as_size,
    as_state,
    must_be_finite,
    no_false_alarm,
)
from lecture_lib.cells.lstm import LSTM, LSTMTrace
from lecture_lib.cells.variants.activations import (
    Function,
    activation_of,
    as_clip,
    clipped,
    functions_of_lstm,
)
from lecture_lib.cells.variants.lstm_backward import backpropagate, by_gate, held_gates
from lecture_lib.cells.variants.normalisation import normalised


class LSTMVariant(Cell):
    """An LSTM with parts added or taken away; as it comes, the `LSTM` of this book.

        f = σ(W_f · [x_t, h_{t−1}] + p_f ⊙ c_{t−1} + b_f)        1, without the forget gate
        i = σ(W_i · [x_t, h_{t−1}] + p_i ⊙ c_{t−1} + b_i)        1, without; 1 − f, if coupled
        g = tanh(W_g · [x_t, h_{t−1}] + b_g)
      c_t = f ⊙ c_{t−1} + i ⊙ g
        o = σ(W_o · [x_t, h_{t−1}] + p_o ⊙ c_t + b_o)            1, without the output gate
      h_t = o ⊙ tanh(c_t)                                        o ⊙ c_t, without the output tanh

    - peephole: the gates see the cell state, by weights p, one for each unit (Gers & Schmidhuber,
      2000). Else p = 0; and with them p starts at 0.
    - coupled: what is written takes the place of what is let go. Greff et al. (2017) have f = 1 − i
      instead: the same function with the sign of the rows turned.
    - forget_gate, input_gate, output_gate, output_tanh: False takes the part away.
    - layer_norm: before p and b are added, each gate's W · [x_t, h_{t−1}] is brought to mean 0 and
      variance 1 over the H units and multiplied by a gain, which starts at 1. (Ba, Kiros & Hinton,
      2016, normalise the share of x, that of h and c_t each on its own.)
    - activation and recurrent_activation stand for tanh and for σ, output_activation for the tanh
      of c_t (None: as activation); `variants.activations` lists what there is.
    - clip keeps what σ and the tanh of g are taken of within ±clip, as ONNX has it.
    - proj_size: h_t = W_hr · (o ⊙ tanh(c_t)) has proj_size numbers instead of H (Sak, Senior &
      Beaufays, 2014). `hidden_size` is then proj_size, the width of h, which is what all that reads
      the cell asks for; `cell_size` is that of c and the gates.

    `gates` are the letters of i, f, g, o that have rows, G in number. Parameters are weight_ih
    (G·H, D), weight_hh (G·H, H), bias (G·H,), then, if there, peepholes, (H,) for each of i, f, o
    in a (·, H), gain (G·H,), and weight_hr (P, H), with weight_hh (G·H, P). Weights are drawn as
    the LSTM draws them, so that with the same `seed` the gates that are left have the same;
    `forget_bias` and `dtype` are those of `LSTM`.

    Raises TypeError for a part that is not True or False, and ValueError for a coupled cell that is
    to lack a gate, peepholes without a gate to look through, an unknown activation, and a clip or
    proj_size out of range.

    >>> cell = LSTMVariant(2, 3, coupled=True, peephole=True, seed=0)
    >>> cell.gates, cell.weight_ih.shape, cell.peepholes.shape
    ('fgo', (9, 2), (2, 3))
    >>> trace = cell.forward(np.ones((5, 1, 2)))
    >>> bool((trace.i == 1 - trace.f).all())
    True
    >>> cell.run(np.ones((5, 1, 2)), clamp={"f": 1.0})[0].any()  # nothing is written
    np.False_
    """

    candidate = "g"

    peepholes: Array
    gain: Array
    weight_hr: Array

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        peephole: bool = False,
        coupled: bool = False,
        forget_gate: bool = True,
        input_gate: bool = True,
        output_gate: bool = True,
        output_tanh: bool = True,
        layer_norm: bool = False,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
        forget_bias: ArrayLike = 0.0,
        activation: Function = "tanh",
        recurrent_activation: Function = "sigmoid",
        output_activation: Function | None = None,
        clip: float | None = None,
        proj_size: int = 0,
    ) -> None:
        parts = {
            "peephole": peephole,
            "coupled": coupled,
            "forget_gate": forget_gate,
            "input_gate": input_gate,
            "output_gate": output_gate,
            "output_tanh": output_tanh,
            "layer_norm": layer_norm,
        }
        for name, value in parts.items():
            if not isinstance(value, bool):
                raise TypeError(f"{name} must be True or False, got {value!r}")
        if coupled and not (forget_gate and input_gate):
            raise ValueError("coupled must be False unless there are a forget and an input gate")
        if peephole and not (forget_gate or input_gate or output_gate):
            raise ValueError("peephole must be False unless there is a gate")
        if output_activation is not None and not output_tanh:
            raise ValueError("output_activation must be None where output_tanh is False")
        lstm = LSTM(input_size, hidden_size, seed, dtype, forget_bias)
        super().__init__(input_size, hidden_size, dtype)
        self.cell_size = self.hidden_size
        self.proj_size = as_size("proj_size", proj_size, 0)
        if self.proj_size >= self.cell_size:
            raise ValueError(
                f"proj_size must be 0 or below hidden_size = {self.cell_size}, got {proj_size}"
            )
        self.hidden_size = self.proj_size or self.cell_size
        self.peephole, self.coupled, self.output_tanh = peephole, coupled, output_tanh
        self.layer_norm, self.clip = layer_norm, as_clip(clip)
        there = (input_gate and not coupled, forget_gate, True, output_gate)
        self.gates = "".join(gate for gate, kept in zip("ifgo", there, strict=True) if kept)
        self.activations = functions_of_lstm(activation, recurrent_activation, output_activation)
        if not output_tanh:
            self.activations["c"] = activation_of("output_activation", "linear")
        self._draw(seed)
        self.copy_gates(lstm)

    def _draw(self, seed: Any) -> None:
        """Room for the weights of the gates that are there, and the other parts as they start."""
        H, blocks = self.cell_size, len(self.gates)
        self.rows = {gate: slice(k * H, (k + 1) * H) for k, gate in enumerate(self.gates)}
        self.weight_ih = np.empty((blocks * H, self.input_size), self.dtype)
        self.weight_hh = np.empty((blocks * H, self.hidden_size), self.dtype)
        self.bias = np.empty(blocks * H, self.dtype)
        if self.peephole:
            self.peepholes = np.zeros((blocks - 1, H), self.dtype)
            self.parameter_names += ("peepholes",)
        if self.layer_norm:
            self.gain = np.ones(blocks * H, self.dtype)
            self.parameter_names += ("gain",)
        if self.proj_size:
            # Numbers of their own: the same seed has drawn the gates' weights.
            rng = as_generator(seed).spawn(1)[0]
            drawn = rng.uniform(-(H**-0.5), H**-0.5, (self.proj_size, H))
            self.weight_hr = drawn.astype(self.dtype)
            self.parameter_names += ("weight_hr",)

    def copy_gates(self, lstm: LSTM) -> None:
        """Take the weights and biases of an `LSTM` of the same sizes, for the gates that are left;
        with a projection, the first proj_size columns of weight_hh.

        Raises ValueError for other sizes.
        """
        if (lstm.input_size, lstm.hidden_size) != (self.input_size, self.cell_size):
            raise ValueError(
                f"lstm must have the sizes ({self.input_size}, {self.cell_size}), "
                f"got ({lstm.input_size}, {lstm.hidden_size})"
            )
        for k, gate in enumerate(LSTM.gates):
            if gate in self.rows:
                theirs = slice(k * self.cell_size, (k + 1) * self.cell_size)
                self.weight_ih[self.rows[gate]] = lstm.weight_ih[theirs]
                self.weight_hh[self.rows[gate]] = lstm.weight_hh[theirs, : self.hidden_size]
                self.bias[self.rows[gate]] = lstm.bias[theirs]

    def forward(
        self,
        x: ArrayLike,
        state: Any = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> LSTMTrace:
        """Run over a sequence and return an `LSTMTrace`; a gate that is not there is 1 in it.

        x (T, N, D); state is (h0, c0), each (N, H), zeros if None; clamp holds gates that have rows
        at a value, as in `LSTM.forward`, g at any; lengths (N,) gives the number of steps of each
        sequence of a padded batch, past which its h and c stay as they are, whatever x holds.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a length
        outside 1 … T or a clamp that names no such gate, TypeError for what is not a number, and
        FloatingPointError where the numbers are too large to be multiplied.
        """
        return read_only(self._unroll(x, state, clamp, lengths))

    def run(
        self,
        x: ArrayLike,
        state: Any = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[Array, tuple[Array, Array]]:
        """`forward` without a trace: h (T, N, H) and the final state (h, c), each (N, H)."""
        trace = self._unroll(x, state, clamp, lengths)
        return trace.h, trace.final_state

    @no_false_alarm()
    def _unroll(self, x: Any, state: Any, clamp: Any, lengths: Any) -> LSTMTrace:
        # A copy: what its caller does to x afterwards is not what was run.
        x = as_sequence(x, self.input_size, self.dtype, lengths).copy()
        (T, N, _), H = x.shape, self.cell_size
        h0, c0 = h, c = self._state(state, N)
        ended = as_ended(lengths, T, N)
        held = held_gates(as_clamps(clamp, self.gates, "g", (T, N, H), self.dtype))
        weights = {name: array.copy() for name, array in self.parameters().items()}
        peepholes = by_gate(self, weights)
        widths = {name: self.hidden_size if name == "h" else H for name in "hcifgo"}
        kept = {name: np.empty((T, N, width), self.dtype) for name, width in widths.items()}
        pre = x @ weights["weight_ih"].T
        normed, scales = np.empty_like(pre) if self.layer_norm else None, []
        one = np.ones((), self.dtype)

        def gate(letter: str, t: int, c: Array) -> Array:
            if letter not in self.rows:
                return one
            part = pre[t][:, self.rows[letter]]
            if letter in peepholes:
                part += peepholes[letter] * c
            value = self.activations[letter](clipped(part, self.clip))
            if letter not in held:
                return value
            return np.where(held[letter][0][t], held[letter][1][t], value)

        for t in range(T):
            pre[t] += h @ weights["weight_hh"].T
            if normed is not None:
                normed[t], scale = normalised(pre[t], len(self.gates))
                scales.append(scale)
                pre[t] = weights["gain"] * normed[t]
            pre[t] += weights["bias"]
            f = gate("f", t, c)
            i = 1 - f if self.coupled else gate("i", t, c)
            g = gate("g", t, c)
            c_t = f * c + i * g
            o = gate("o", t, c_t)
            h_t = o * self.activations["c"](c_t)
            if self.proj_size:
                h_t = h_t @ weights["weight_hr"].T
            if ended is not None:
                over = ended[t, :, None]
                h_t, c_t = np.where(over, h, h_t), np.where(over, c, c_t)
            h, c = h_t, c_t
            for name, value in zip("hcifgo", (h, c, i, f, g, o), strict=True):
                kept[name][t] = value
        for name in "hc":
            must_be_finite(name, kept[name], f"x, state or weights are too large for {self.dtype}")
        inner = weights, pre, ended, held, normed, scales
        return LSTMTrace(x, **kept, h0=h0, c0=c0, cell=self, _kept=inner)

    def backward(
        self, trace: LSTMTrace, dh: ArrayLike, dc_last: ArrayLike | None = None
    ) -> dict[str, Array]:
        """Backpropagation through time over a trace of this cell's `forward`.

            ∂L/∂c_t = dc + ∂L/∂h_t ⊙ o ⊙ tanh′(c_t) + δ_o ⊙ p_o
            ∂L/∂c_{t−1} = ∂L/∂c_t ⊙ f + δ_i ⊙ p_i + δ_f ⊙ p_f

        with δ the gradient by a gate's pre-activation; a coupled f takes away what it does not
        write, so its δ has the share g of i with a minus. dh (T, N, H) is the gradient of the loss
        by each trace.h; dc_last (N, H) is that by the last c, zeros if None. Returns a dict of
        gradients: the parameters by name, x (T, N, D), h0 and c0 (N, H). A clamped gate passes
        none. Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step. The weights are those of the run, even if the cell's have changed since.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh or dc_last, and FloatingPointError for a gradient that overflows. Greff et al.
        (2017) give these deltas with peepholes.
        """
        dh = self._check_dh(trace, dh)
        dc_last = as_state("dc_last", dc_last, trace.c0.shape, self.dtype)
        return backpropagate(self, trace, dh, dc_last)

    def _state(self, state: Any, batch: int) -> list[Array]:
        state = (None, None) if state is None else state
        if not isinstance(state, tuple | list) or len(state) != 2:
            raise TypeError(f"state must be a pair (h0, c0), got {type(state).__name__}")
        sizes = {"h0": self.hidden_size, "c0": self.cell_size}
        return [
            as_state(f"{name} of state", part, (batch, size), self.dtype).copy()
            for (name, size), part in zip(sizes.items(), state, strict=True)
        ]
