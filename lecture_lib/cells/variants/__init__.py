"""The LSTM's variants: one cell whose parts can be added or taken away, each on its own."""

import numpy as np

from lecture_lib.cells._cell import Cell
from lecture_lib.cells._checks import as_array, as_clamps, as_ended, as_sequence, as_state
from lecture_lib.cells.lstm import LSTM, LSTMTrace
from lecture_lib.cells.variants.activations import (
    activation_of,
    as_clip,
    clipped,
    read_only,
    slope_through,
)
from lecture_lib.cells.variants.normalisation import normalised, through_norm


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
      of c_t (None: as activation); `cells.activations` lists what there is.
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
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        peephole=False,
        coupled=False,
        forget_gate=True,
        input_gate=True,
        output_gate=True,
        output_tanh=True,
        layer_norm=False,
        seed=None,
        dtype=np.float64,
        forget_bias=0.0,
        activation="tanh",
        recurrent_activation="sigmoid",
        output_activation=None,
        clip=None,
        proj_size=0,
    ):
        parts = {
            "peephole": peephole,
            "coupled": coupled,
            "forget_gate": forget_gate,
            "input_gate": input_gate,
            "output_gate": output_gate,
            "output_tanh": output_tanh,
            "layer_norm": layer_norm,
        }
        for name, there in parts.items():
            if not isinstance(there, bool):
                raise TypeError(f"{name} must be True or False, got {there!r}")
        if coupled and not (forget_gate and input_gate):
            raise ValueError("coupled must be False unless there are a forget and an input gate")
        if peephole and not (forget_gate or input_gate or output_gate):
            raise ValueError("peephole must be False unless there is a gate")
        if output_activation and not output_tanh:
            raise ValueError("output_activation must be None where output_tanh is False")
        lstm = LSTM(input_size, hidden_size, seed, dtype, forget_bias)
        super().__init__(input_size, hidden_size, dtype)
        H = self.cell_size = self.hidden_size
        if isinstance(proj_size, bool) or not 0 <= int(proj_size) == proj_size < H:
            raise ValueError(f"proj_size must be 0 or below hidden_size = {H}, got {proj_size!r}")
        self.hidden_size = int(proj_size) or H
        self.peephole, self.coupled, self.output_tanh = peephole, coupled, output_tanh
        self.layer_norm, self.clip, self.proj_size = layer_norm, as_clip(clip), proj_size
        there = zip(
            "ifgo", (input_gate and not coupled, forget_gate, True, output_gate), strict=True
        )
        self.gates = "".join(gate for gate, kept in there if kept)
        of_gates = activation_of("recurrent_activation", recurrent_activation)
        self.activations = dict.fromkeys("ifo", of_gates)
        self.activations["g"] = of_g = activation_of("activation", activation)
        of_c = (output_activation or of_g) if output_tanh else "linear"
        self.activations["c"] = activation_of("output_activation", of_c)
        self.rows = {gate: slice(k * H, (k + 1) * H) for k, gate in enumerate(self.gates)}
        blocks = len(self.gates)
        sizes = (blocks * H, self.input_size), (blocks * H, self.hidden_size), blocks * H
        self.weight_ih, self.weight_hh, self.bias = (np.empty(s, self.dtype) for s in sizes)
        self.copy_gates(lstm)
        if peephole:
            self.peepholes = np.zeros((blocks - 1, H), self.dtype)
            self.parameter_names += ("peepholes",)
        if layer_norm:
            self.gain = np.ones(blocks * H, self.dtype)
            self.parameter_names += ("gain",)
        if proj_size:
            self.weight_hr = Cell(H, proj_size, 1, seed, dtype).weight_ih
            self.parameter_names += ("weight_hr",)

    def copy_gates(self, lstm):
        """Take the weights and biases of an `LSTM` of the same sizes, for the gates that are left;
        with a projection, the first proj_size columns of weight_hh.

        Raises ValueError for other sizes.
        """
        if (lstm.input_size, lstm.hidden_size) != (self.input_size, self.cell_size):
            raise ValueError(
                f"lstm must have the sizes ({self.input_size}, {self.cell_size}), "
                f"got ({lstm.input_size}, {lstm.hidden_size})"
            )
        wide = {"weight_hh": np.s_[:, : self.hidden_size]}
        for name in ("weight_ih", "weight_hh", "bias"):
            of_gate = dict(zip(LSTM.gates, np.split(getattr(lstm, name), 4), strict=True))
            for gate, rows in self.rows.items():
                getattr(self, name)[rows] = of_gate[gate][wide.get(name, ...)]

    def forward(self, x, state=None, clamp=None, lengths=None):
        """Run over a sequence and return an `LSTMTrace`, locked; a gate that is not there is 1.

        x (T, N, D); state is (h0, c0), each (N, H), zeros if None; clamp holds gates that have rows
        at a value, as in `LSTM.forward`, g at any; lengths (N,) gives the number of steps of each
        sequence of a padded batch, past which its h and c stay as they are.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a length
        outside 1 … T or a clamp that names no such gate, and TypeError for what is not a number.
        """
        # A copy: what its caller does to x afterwards is not what was run.
        x = as_sequence(x, self.input_size, self.dtype).copy()
        T, N, H = *x.shape[:2], self.cell_size
        h0, c0 = h, c = self._state(state, N)
        ended = as_ended(lengths, T, N)
        held = as_clamps(clamp, self.gates, "g", (T, N, H), self.dtype)
        held = {gate: [a.transpose(0, 2, 1) for a in pair] for gate, pair in held.items()}
        weights = {name: array.copy() for name, array in self.parameters().items()}
        peepholes = self._by_gate(weights["peepholes"]) if self.peephole else {}
        widths = {name: self.hidden_size if name == "h" else H for name in "hcifgo"}
        kept = {name: np.empty((T, N, width), self.dtype) for name, width in widths.items()}
        pre = x @ weights["weight_ih"].T
        normed, scales = np.empty_like(pre) if self.layer_norm else None, []
        one = np.ones((), self.dtype)

        def gate(letter, t, c):
            if letter not in self.rows:
                return one
            part = pre[t][:, self.rows[letter]]
            if letter in peepholes:
                part += peepholes[letter] * c
            value = self.activations[letter](clipped(part, self.clip))
            return (
                np.where(held[letter][0][t], held[letter][1][t], value) if letter in held else value
            )

        for t in range(T):
            pre[t] += h @ weights["weight_hh"].T
            if self.layer_norm:
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
        read_only(x, h0, c0, *kept.values())
        return LSTMTrace(
            x, *kept.values(), h0, c0, self, (weights, pre, ended, held, normed, scales)
        )

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the final state (h, c), each (N, H)."""
        trace = self.forward(x, state, clamp, lengths)
        return trace.h.copy(), trace.final_state

    def backward(self, trace, dh, dc_last=None):
        """Backpropagation through time over a trace of this cell's `forward`.

            ∂L/∂c_t = dc + ∂L/∂h_t ⊙ o ⊙ tanh′(c_t) + δ_o ⊙ p_o
            ∂L/∂c_{t−1} = ∂L/∂c_t ⊙ f + δ_i ⊙ p_i + δ_f ⊙ p_f

        with δ the gradient by a gate's pre-activation; a coupled f takes away what it does not
        write, so its δ has the share g of i with a minus. dh (T, N, H) is the gradient of the loss
        by each trace.h; dc_last (N, H) is that by the last c, zeros if None. Returns a dict of
        gradients: the parameters by name, x (T, N, D), h0 and c0 (N, H). A clamped gate passes
        none. Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh or dc_last. Greff et al. (2017) give these deltas with peepholes.
        """
        self._check_trace(trace)
        weights, pre, ended, held, normed, scales = trace._kept
        (T, N, width), H = trace.h.shape, self.cell_size
        dh = as_array("dh", dh, self.dtype, (T, N, width), "(T, N, H)")
        dc = as_state("dc_last", dc_last, (N, H), self.dtype).copy()
        i, f, g, o = trace.i, trace.f, trace.g, trace.o
        h_prev = np.concatenate([trace.h0[None], trace.h[:-1]])
        c_prev = np.concatenate([trace.c0[None], trace.c[:-1]])
        shown = self.activations["c"](trace.c)

        # What ∂L/∂h_t, for o, and ∂L/∂c_t, for the others, are multiplied by.
        h_to_c = o * self.activations["c"].slope(trace.c, shown)
        reach = {"i": g, "f": c_prev - g if self.coupled else c_prev, "g": i, "o": shown}
        slopes = {}
        for letter, rows in self.rows.items():
            a, y = pre[..., rows], getattr(trace, letter)
            slopes[letter] = reach[letter] * slope_through(
                self.activations[letter], a, y, self.clip
            )
            if letter in held:
                slopes[letter][held[letter][0]] = 0
        peepholes = self._by_gate(weights["peepholes"]) if self.peephole else {}
        delta = np.empty_like(pre)
        to_pre = np.empty_like(delta) if self.layer_norm else delta
        dh_next, reached = np.zeros((N, width), self.dtype), np.empty((T, N, width), self.dtype)
        for t in reversed(range(T)):
            going = 1 if ended is None else ~ended[t, :, None]
            dh_all, dc_all, d = dh[t] + dh_next, dc, delta[t]
            reached[t] = dh_all * going
            dm = dh_all @ weights["weight_hr"] if self.proj_size else dh_all
            if "o" in self.rows:
                d[:, self.rows["o"]] = dm * slopes["o"][t] * going
            dc = dc + dm * h_to_c[t]
            if "o" in peepholes:
                dc = dc + d[:, self.rows["o"]] * peepholes["o"]
            for letter in "ifg":
                if letter in self.rows:
                    d[:, self.rows[letter]] = dc * slopes[letter][t] * going
            dc = dc * f[t]
            for letter in set("if") & set(peepholes):
                dc = dc + d[:, self.rows[letter]] * peepholes[letter]
            if self.layer_norm:
                to_pre[t] = through_norm(d * weights["gain"], normed[t], scales[t])
            dh_next = to_pre[t] @ weights["weight_hh"]
            if ended is not None:
                dh_next, dc = dh_next + dh_all * ~going, np.where(going, dc, dc_all)

        gradients = {
            "weight_ih": _products(to_pre, trace.x),
            "weight_hh": _products(to_pre, h_prev),
            "bias": delta.sum(axis=(0, 1)),
            "x": to_pre @ weights["weight_ih"],
            "h0": dh_next,
            "c0": dc,
        }
        if self.peephole:
            seen = {"i": c_prev, "f": c_prev, "o": trace.c}
            gradients["peepholes"] = np.stack(
                [(delta[..., self.rows[gate]] * seen[gate]).sum(axis=(0, 1)) for gate in peepholes]
            )
        if self.layer_norm:
            gradients["gain"] = (delta * normed).sum(axis=(0, 1))
        if self.proj_size:
            gradients["weight_hr"] = _products(reached, o * shown)
        return gradients

    def _state(self, state, batch):
        state = (None, None) if state is None else state
        if not isinstance(state, tuple | list) or len(state) != 2:
            raise TypeError(f"state must be a pair (h0, c0), got {type(state).__name__}")
        sizes = {"h0": self.hidden_size, "c0": self.cell_size}
        return [
            as_state(f"{name} of state", part, (batch, size), self.dtype).copy()
            for (name, size), part in zip(sizes.items(), state, strict=True)
        ]

    def _by_gate(self, peepholes):
        """The peepholes by the letter of their gate."""
        return dict(zip(self.gates.replace("g", ""), peepholes, strict=True))


def _products(delta, seen):
    """Σ over steps and sequences of δ_t · seen_tᵀ."""
    return delta.reshape(-1, delta.shape[-1]).T @ seen.reshape(-1, seen.shape[-1])
