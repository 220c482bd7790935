"""minGRU and minLSTM (Feng et al., 2024): gates that see x_t alone, and so a linear recurrence.

    h_t = a_t ⊙ h_{t−1} + b_t

Where neither a nor b depends on h, all steps can be worked out together: `parallel_scan` takes
⌈log₂ T⌉ passes over the whole sequence, where `linear_recurrence` takes T steps. Both give the
same h, and the cells' gradients are a scan as well, from the last step to the first.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lecture_lib.cells._cell import Cell, sigmoid
from lecture_lib.cells._checks import as_array, as_clamps, as_ended, as_sequence, as_state


def linear_recurrence(a, b, h0=0.0):
    """h_t = a_t ⊙ h_{t−1} + b_t, one step after another; a, b and the result are (T, …)."""
    h = np.empty_like(b)
    for t in range(len(b)):
        h[t] = h0 = a[t] * h0 + b[t]
    return h


def parallel_scan(a, b, h0=0.0):
    """`linear_recurrence` in ⌈log₂ T⌉ passes, each over all steps at once.

    Two steps in a row are one step of the same form,

        (a₁, b₁) then (a₂, b₂) = (a₂ ⊙ a₁, a₂ ⊙ b₁ + b₂),

    so each pass doubles the number of steps that a pair stands for. Hillis & Steele (1986).
    """
    a, h = a.copy(), b.copy()
    h[0] += a[0] * h0
    reach = 1
    while reach < len(h):
        h[reach:] += a[reach:] * h[:-reach]
        a[reach:] = a[reach:] * a[:-reach]
        reach *= 2
    return h


def min_gru_step(x, h, weight_ih, bias):
    """One step of the minGRU (Feng et al., 2024).

          z = σ(W_iz · x_t + b_z)
          n = W_in · x_t + b_n
        h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n

    x (N, D), h (N, H); the rows of weight_ih (2H, D) and bias (2H,) are those of z, n. Returns the
    new h and the gates (z, n), each (N, H).
    """
    z, n = np.split(x @ weight_ih.T + bias, 2, axis=-1)
    z = sigmoid(z)
    return (1 - z) * h + z * n, (z, n)


def min_lstm_step(x, h, weight_ih, bias):
    """One step of the minLSTM (Feng et al., 2024).

        i, f = σ(W_ih · x_t + b), each with its own rows
           g = W_ig · x_t + b_g
         h_t = f / (f + i) ⊙ h_{t−1} + i / (f + i) ⊙ g

    x (N, D), h (N, H); the rows of weight_ih (3H, D) and bias (3H,) are those of i, f, g. Returns
    the new h and the gates (i, f, g), each (N, H).
    """
    i, f, g = np.split(x @ weight_ih.T + bias, 3, axis=-1)
    i, f = sigmoid(i), sigmoid(f)
    return (f * h + i * g) / (f + i), (i, f, g)


@dataclass(eq=False, repr=False)
class MinimalTrace:
    """What `forward` computed: h, the share `keep` of h_{t−1} that is kept, and the gates by their
    letters (z, n or i, f, g), each (T, N, H).

    x (T, N, D) and h0 (N, H) are what it started from. `final_state` is h after the last step, a
    copy to pass on as the next `state`. Past the end of a padded sequence h repeats, and the gates
    mean nothing.
    """

    x: np.ndarray
    h: np.ndarray
    keep: np.ndarray
    h0: np.ndarray
    cell: "MinGRU | MinLSTM"
    _gates: dict
    _kept: tuple

    def __getattr__(self, letter):
        try:
            return self.__dict__["_gates"][letter]
        except KeyError:
            raise AttributeError(f"this trace has no {letter!r}") from None

    @property
    def final_state(self):
        return self.h[-1].copy()


class _Minimal(Cell):
    """What the two cells share: h_t = keep ⊙ h_{t−1} + (1 − keep) ⊙ candidate, by parallel scan.

    A cell says how its gates make up `keep`, and how the gradient by `keep` reaches them.
    """

    parameter_names = ("weight_ih", "bias")

    def __init__(self, input_size, hidden_size, seed=None, dtype=np.float64):
        super().__init__(input_size, hidden_size, len(self.gates), seed, dtype)
        del self.weight_hh  # no gate sees h

    def forward(self, x, state=None, clamp=None, lengths=None):
        """Run over a sequence and return a `MinimalTrace`.

        x (T, N, D); state is h0 (N, H), zeros if None. `clamp` holds gates at a value, a number
        or an array that broadcasts to (T, N, H), where nan leaves a gate alone. lengths (N,) gives
        the number of steps of each sequence of a padded batch, past which its h stays as it is.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T, a clamp that names no gate of the cell or holds it outside [0, 1],
        and TypeError for what is not a number.
        """
        x = as_sequence(x, self.input_size, self.dtype)
        T, N, H = *x.shape[:2], self.hidden_size
        h0 = as_state("state", state, (N, H), self.dtype)
        clamps = as_clamps(clamp, self.gates, self.gates[-1], (T, N, H), self.dtype)
        ended = as_ended(lengths, T, N)

        stacked = np.split(x @ self.weight_ih.T + self.bias, len(self.gates), axis=-1)
        *gates, candidate = self.gates
        values = {gate: sigmoid(part) for gate, part in zip(gates, stacked, strict=False)}
        values[candidate] = stacked[-1]
        held = {gate: where.transpose(0, 2, 1) for gate, (where, _) in clamps.items()}
        for gate, (_, value) in clamps.items():
            np.copyto(values[gate], value.transpose(0, 2, 1), where=held[gate])
        keep = self._keep(values)
        if ended is not None:
            keep = np.where(ended[..., None], self.dtype.type(1), keep)
        h = parallel_scan(keep, (1 - keep) * values[candidate], h0)
        return MinimalTrace(x, h, keep, h0, self, values, (held, ended))

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and the final state (N, H)."""
        trace = self.forward(x, state, clamp, lengths)
        return trace.h, trace.final_state

    def backward(self, trace, dh):
        """Backpropagation over a trace of this cell's `forward`, by a scan from the end.

            δ_t = dh_t + keep_{t+1} ⊙ δ_{t+1},   ∂L/∂keep_t = δ_t ⊙ (h_{t−1} − candidate_t)

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it. Returns a
        dict of gradients: the parameters by name, x (T, N, D) and h0 (N, H). A clamped gate passes
        none. Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh. Martin & Cundy (2018) train linear recurrences by scans.
        """
        self._check_trace(trace)
        held, ended = trace._kept
        dh = as_array("dh", dh, self.dtype, trace.h.shape, "(T, N, H)")

        candidate, keep = trace._gates[self.gates[-1]], trace.keep
        later = np.concatenate([keep[1:], np.zeros_like(keep[:1])])
        delta = parallel_scan(later[::-1], dh[::-1])[::-1]
        h_prev = np.concatenate([trace.h0[None], trace.h[:-1]])
        d_gates = self._through_keep(trace._gates, delta * (h_prev - candidate))
        d_gates[self.gates[-1]] = delta * (1 - keep)
        for gate, where in held.items():
            d_gates[gate] = np.where(where, 0, d_gates[gate])
        d_all = np.concatenate([d_gates[gate] for gate in self.gates], axis=-1)
        if ended is not None:
            d_all[ended] = 0
        rows = d_all.reshape(-1, d_all.shape[-1])
        return {
            "weight_ih": rows.T @ trace.x.reshape(len(rows), -1),
            "bias": rows.sum(axis=0),
            "x": d_all @ self.weight_ih,
            "h0": delta[0] * keep[0],
        }


class MinGRU(_Minimal):
    """The minGRU of Feng et al. (2024): a GRU without reset, without tanh, whose z sees x alone.

          z = σ(W_iz · x_t + b_z)
          n = W_in · x_t + b_n
        h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n

    Parameters are weight_ih (2H, D) and bias (2H,), with the rows of z, n in this order: no
    weight_hh. The weights are drawn uniformly from ±1/√H by `seed`, the bias is zero. `dtype` is
    float32 or float64, and is the dtype of all that the cell returns.
    """

    gates = "zn"

    def _keep(self, gates):
        return 1 - gates["z"]

    def _through_keep(self, gates, d_keep):
        z = gates["z"]
        return {"z": -d_keep * z * (1 - z)}


class MinLSTM(_Minimal):
    """The minLSTM of Feng et al. (2024): f and i see x alone and are scaled to sum to 1.

        i, f = σ(W_ih · x_t + b), each with its own rows
           g = W_ig · x_t + b_g
         h_t = f / (f + i) ⊙ h_{t−1} + i / (f + i) ⊙ g

    There is one state, neither output gate nor tanh. Parameters are weight_ih (3H, D) and bias
    (3H,), with the rows of i, f, g in this order: no weight_hh. The weights are drawn uniformly
    from ±1/√H by `seed`, the bias is zero. `dtype` is float32 or float64, and is the dtype of all
    that the cell returns.
    """

    gates = "ifg"

    def _keep(self, gates):
        both = gates["f"] + gates["i"]
        # Two gates that are both shut leave h as it is.
        return np.divide(gates["f"], both, out=np.ones_like(both), where=both > 0)

    def _through_keep(self, gates, d_keep):
        i, f = gates["i"], gates["f"]
        both = np.maximum(f + i, np.finfo(self.dtype).tiny)
        part = f / both
        return {
            "f": d_keep * (1 - part) * part * (1 - f),
            "i": -d_keep * part * (1 - part) * (1 - i),
        }


@dataclass(eq=False, repr=False)
class StackTrace:
    """What `Stack.forward` computed: h (T, N, H) of the last layer, and each layer's own trace."""

    h: np.ndarray
    traces: list


class Stack:
    """Cells one above another: each reads the h of the one below, and the last one's is the h.

    It has what a `SequenceModel` asks of a cell, a state and no clamp. Its parameters are those
    of the layers under "0.weight_ih", "1.weight_ih" and so on.
    """

    def __init__(self, layers):
        for below, above in pairwise(layers):
            if above.input_size != below.hidden_size:
                raise ValueError(
                    f"each layer must take the hidden_size of the one below, "
                    f"{below.hidden_size}, got input_size = {above.input_size}"
                )
        self.layers = list(layers)
        self.hidden_size = self.layers[-1].hidden_size

    def parameters(self):
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return {
            f"{k}.{name}": array
            for k, layer in enumerate(self.layers)
            for name, array in layer.parameters().items()
        }

    def forward(self, x, lengths=None):
        """Run x (T, N, D) through all layers and return a `StackTrace`."""
        traces = []
        for layer in self.layers:
            traces.append(layer.forward(x, lengths=lengths))
            x = traces[-1].h
        return StackTrace(x, traces)

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and None for the state."""
        return self.forward(x, lengths).h, None

    def backward(self, trace, dh):
        """From dh (T, N, H), the gradient by the last layer's h, to those of every parameter by
        name and of x (T, N, D)."""
        gradients = {}
        for k in reversed(range(len(self.layers))):
            of_layer = self.layers[k].backward(trace.traces[k], dh)
            gradients |= {f"{k}.{name}": of_layer[name] for name in self.layers[k].parameters()}
            dh = of_layer["x"]
        return gradients | {"x": dh}
