"""The LSTM's variants: one cell whose parts can be added or taken away, each on its own."""

import numpy as np

from lecture_lib.cells._cell import Cell, sigmoid
from lecture_lib.cells._checks import as_array, as_ended, as_sequence
from lecture_lib.cells.lstm import LSTM, LSTMTrace, as_pair

EPSILON = 1e-5  # under the root of layer normalisation, as in PyTorch


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

    `gates` are the letters of i, f, g, o that have rows, G in number. Parameters are weight_ih
    (G·H, D), weight_hh (G·H, H), bias (G·H,), then, if there, peepholes, (H,) for each of i, f, o
    in a (·, H), and gain (G·H,). Weights are drawn as the LSTM draws them, so that with the same
    `seed` the gates that are left have the same; `forget_bias` and `dtype` are those of `LSTM`.

    Raises TypeError for a part that is not True or False, and ValueError for a coupled cell that is
    to lack a gate, or peepholes without a gate to look through.
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
        lstm = LSTM(input_size, hidden_size, seed, dtype, forget_bias)
        super().__init__(input_size, hidden_size, dtype)
        self.peephole, self.coupled, self.output_tanh = peephole, coupled, output_tanh
        self.layer_norm = layer_norm
        there = {"i": input_gate and not coupled, "f": forget_gate, "g": True, "o": output_gate}
        self.gates = "".join(gate for gate, kept in there.items() if kept)
        H, blocks = self.hidden_size, len(self.gates)
        self.rows = {gate: slice(k * H, (k + 1) * H) for k, gate in enumerate(self.gates)}
        self.weight_ih = np.empty((blocks * H, input_size), self.dtype)
        self.weight_hh = np.empty((blocks * H, H), self.dtype)
        self.bias = np.empty(blocks * H, self.dtype)
        self.copy_gates(lstm)
        if peephole:
            self.peepholes = np.zeros((blocks - 1, H), self.dtype)
            self.parameter_names += ("peepholes",)
        if layer_norm:
            self.gain = np.ones(blocks * H, self.dtype)
            self.parameter_names += ("gain",)

    def copy_gates(self, lstm):
        """Take the weights and biases of an `LSTM` of the same sizes, for the gates that are left.

        Raises ValueError for other sizes.
        """
        if (lstm.input_size, lstm.hidden_size) != (self.input_size, self.hidden_size):
            raise ValueError(
                f"lstm must have the sizes ({self.input_size}, {self.hidden_size}), "
                f"got ({lstm.input_size}, {lstm.hidden_size})"
            )
        for name in ("weight_ih", "weight_hh", "bias"):
            of_gate = dict(zip(LSTM.gates, np.split(getattr(lstm, name), 4), strict=True))
            for gate, rows in self.rows.items():
                getattr(self, name)[rows] = of_gate[gate]

    def forward(self, x, state=None, lengths=None):
        """Run over a sequence and return an `LSTMTrace`; a gate that is not there is 1 in it.

        x (T, N, D); state is (h0, c0), each (N, H), zeros if None; lengths (N,) gives the number of
        steps of each sequence of a padded batch, past which its h and c stay as they are.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite or a
        length outside 1 … T, and TypeError for what is not a number.
        """
        x = as_sequence(x, self.input_size, self.dtype)
        T, N, H = *x.shape[:2], self.hidden_size
        h0, c0 = h, c = as_pair(state, (N, H), self.dtype)
        ended = as_ended(lengths, T, N)
        from_x = x @ self.weight_ih.T
        peepholes = self._by_gate(self.peepholes) if self.peephole else {}
        one = np.ones((), self.dtype)
        kept = {name: np.empty((T, N, H), self.dtype) for name in "hcifgo"}
        scales, normed = [], np.empty_like(from_x) if self.layer_norm else None

        for t in range(T):
            pre = from_x[t] + h @ self.weight_hh.T
            if self.layer_norm:
                normed[t], scale = self._normalise(pre)
                scales.append(scale)
                pre = self.gain * normed[t]
            pre += self.bias

            def gate(letter, c, pre=pre):
                if letter not in self.rows:
                    return one
                part = pre[:, self.rows[letter]]
                return sigmoid(part + peepholes[letter] * c if self.peephole else part)

            f = gate("f", c)
            i = 1 - f if self.coupled else gate("i", c)
            g = np.tanh(pre[:, self.rows["g"]])
            c_t = f * c + i * g
            o = gate("o", c_t)
            h_t = o * (np.tanh(c_t) if self.output_tanh else c_t)
            if ended is not None:
                over = ended[t, :, None]
                h_t, c_t = np.where(over, h, h_t), np.where(over, c, c_t)
            h, c = h_t, c_t
            for name, value in zip("hcifgo", (h, c, i, f, g, o), strict=True):
                kept[name][t] = value
        return LSTMTrace(x, *kept.values(), h0, c0, self, (ended, normed, scales))

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the final state (h, c), each (N, H).

        The gates of a variant cannot be held: raises ValueError for a `clamp`.
        """
        if clamp:
            raise ValueError(f"clamp must be None, since a variant holds no gate, got {clamp!r}")
        trace = self.forward(x, state, lengths)
        return trace.h, trace.final_state

    def backward(self, trace, dh):
        """Backpropagation through time over a trace of this cell's `forward`.

            ∂L/∂c_t = dc + ∂L/∂h_t ⊙ o ⊙ tanh′(c_t) + δ_o ⊙ p_o
            ∂L/∂c_{t−1} = ∂L/∂c_t ⊙ f + δ_i ⊙ p_i + δ_f ⊙ p_f

        with δ the gradient by a gate's pre-activation; a coupled f takes away what it does not
        write, so its δ has the share g of i with a minus. dh (T, N, H) is the gradient of the loss
        by each trace.h. Returns a dict of gradients: the parameters by name, x (T, N, D), h0 and c0
        (N, H). Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh. Greff et al. (2017) give these deltas with peepholes.
        """
        self._check_trace(trace)
        ended, normed, scales = trace._kept
        T, N, H = trace.h.shape
        dh = as_array("dh", dh, self.dtype, (T, N, H), "(T, N, H)")
        i, f, g, o = trace.i, trace.f, trace.g, trace.o
        h_prev = np.concatenate([trace.h0[None], trace.h[:-1]])
        c_prev = np.concatenate([trace.c0[None], trace.c[:-1]])
        shown = np.tanh(trace.c) if self.output_tanh else trace.c

        # What ∂L/∂h_t, for o, and ∂L/∂c_t, for the others, are multiplied by.
        h_to_c = o * (1 - shown**2) if self.output_tanh else o.copy()
        slopes = {
            "i": g * i * (1 - i),
            "f": (c_prev - g if self.coupled else c_prev) * f * (1 - f),
            "g": i * (1 - g**2),
            "o": shown * o * (1 - o),
        }
        peepholes = self._by_gate(self.peepholes) if self.peephole else {}
        delta = np.empty((T, N, len(self.bias)), self.dtype)
        to_pre = np.empty_like(delta) if self.layer_norm else delta
        dh_next, dc = np.zeros((2, N, H), self.dtype)
        for t in reversed(range(T)):
            going = 1 if ended is None else ~ended[t, :, None]
            dh_all, dc_all, d = dh[t] + dh_next, dc, delta[t]
            if "o" in self.rows:
                d[:, self.rows["o"]] = dh_all * slopes["o"][t] * going
            dc = dc + dh_all * h_to_c[t]
            if "o" in peepholes:
                dc = dc + d[:, self.rows["o"]] * peepholes["o"]
            for letter in "ifg":
                if letter in self.rows:
                    d[:, self.rows[letter]] = dc * slopes[letter][t] * going
            dc = dc * f[t]
            for letter in set("if") & set(peepholes):
                dc = dc + d[:, self.rows[letter]] * peepholes[letter]
            if self.layer_norm:
                to_pre[t] = self._through_norm(d * self.gain, normed[t], scales[t])
            dh_next = to_pre[t] @ self.weight_hh
            if ended is not None:
                dh_next, dc = dh_next + dh_all * ~going, np.where(going, dc, dc_all)

        rows = to_pre.reshape(T * N, -1)
        gradients = {
            "weight_ih": rows.T @ trace.x.reshape(T * N, -1),
            "weight_hh": rows.T @ h_prev.reshape(T * N, -1),
            "bias": delta.sum(axis=(0, 1)),
            "x": to_pre @ self.weight_ih,
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
        return gradients

    def _by_gate(self, peepholes):
        """The peepholes by the letter of their gate."""
        return dict(zip(self.gates.replace("g", ""), peepholes, strict=True))

    def _normalise(self, pre):
        """Each gate's part of pre (N, G·H) at mean 0 and variance 1, and what it was divided by."""
        parts = pre.reshape(len(pre), len(self.gates), -1)
        centred = parts - parts.mean(axis=2, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=2, keepdims=True) + EPSILON)
        return (centred / scale).reshape(pre.shape), scale

    def _through_norm(self, d_normed, normed, scale):
        """The gradient by what `_normalise` took, from that by what it returned."""
        d_parts, parts = (a.reshape(len(a), len(self.gates), -1) for a in (d_normed, normed))
        along = (d_parts * parts).mean(axis=2, keepdims=True)
        d_pre = (d_parts - d_parts.mean(axis=2, keepdims=True) - parts * along) / scale
        return d_pre.reshape(d_normed.shape)
