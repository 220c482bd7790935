"""minGRU and minLSTM (Feng et al., 2024): gates that see x_t alone, and so a linear recurrence.

    h_t = a_t ⊙ h_{t−1} + b_t

Where neither a nor b depends on h, all steps can be worked out together: `parallel_scan` takes
⌈log₂ T⌉ passes over the whole sequence, where `linear_recurrence` takes T steps. Both give the
same h, and the cells' gradients are a scan as well, from the last step to the first.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import (
    Cell,
    check_gradients_of,
    check_state,
    read_only,
    sigmoid,
)
from lecture_lib.cells._checks import (
    Array,
    as_state,
    no_false_alarm,
    on_arrays,
)
from lecture_lib.cells.scan import linear_recurrence, parallel_scan, scan
from lecture_lib.cells.stack import Stack, StackTrace

__all__ = [
    "MinGRU",
    "MinLSTM",
    "MinimalTrace",
    "Stack",
    "StackTrace",
    "linear_recurrence",
    "min_gru_step",
    "min_lstm_step",
    "parallel_scan",
]


@on_arrays(x="N D", h="N H", weight_ih="2H D", bias="2H")
def min_gru_step(
    x: Array, h: Array, weight_ih: Array, bias: Array
) -> tuple[Array, tuple[Array, Array]]:
    """One step of the minGRU (Feng et al., 2024).

          z = σ(W_iz · x_t + b_z)
          n = W_in · x_t + b_n
        h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n

    x (N, D), h (N, H); the rows of weight_ih (2H, D) and bias (2H,) are those of z, n. Returns the
    new h and the gates (z, n), each (N, H).

    Raises ValueError for a wrong shape or a value that is not finite, TypeError for what is not a
    number, and FloatingPointError where the numbers are too large to be multiplied.

    >>> h, (z, n) = min_gru_step([[1.0]], [[2.0]], weight_ih=[[0.0], [4.0]], bias=[0.0, 0.0])
    >>> h, z
    (array([[3.]]), array([[0.5]]))
    """
    z, n = np.split(x @ weight_ih.T + bias, 2, axis=-1)
    z = sigmoid(z)
    return (1 - z) * h + z * n, (z, n)


@on_arrays(x="N D", h="N H", weight_ih="3H D", bias="3H")
def min_lstm_step(
    x: Array, h: Array, weight_ih: Array, bias: Array
) -> tuple[Array, tuple[Array, Array, Array]]:
    """One step of the minLSTM (Feng et al., 2024).

        i, f = σ(W_ih · x_t + b), each with its own rows
           g = W_ig · x_t + b_g
         h_t = f / (f + i) ⊙ h_{t−1} + i / (f + i) ⊙ g

    x (N, D), h (N, H); the rows of weight_ih (3H, D) and bias (3H,) are those of i, f, g. Returns
    the new h and the gates (i, f, g), each (N, H).

    Raises as `min_gru_step` does.

    >>> weights = {"weight_ih": [[0.0], [0.0], [4.0]], "bias": [0.0, 0.0, 0.0]}
    >>> h, (i, f, g) = min_lstm_step([[1.0]], [[2.0]], **weights)
    >>> h, f / (f + i)
    (array([[3.]]), array([[0.5]]))
    """
    i, f, g = np.split(x @ weight_ih.T + bias, 3, axis=-1)
    i, f = sigmoid(i), sigmoid(f)
    return (f * h + i * g) / (f + i), (i, f, g)


@dataclass(eq=False, repr=False)
class MinimalTrace:
    """What `forward` computed: h, the share `keep` of h_{t−1} that is kept, and the gates by their
    letters (z, n or i, f, g), each (T, N, H).

    x (T, N, D) and h0 (N, H) are what it started from; all are read-only. `final_state` is h after
    the last step, a copy to pass on as the next `state`. Past the end of a padded sequence h
    repeats, and the gates mean nothing. Raises AttributeError for a letter that is no gate.

    >>> trace = MinGRU(2, 3, seed=0).forward(np.zeros((5, 1, 2)))
    >>> trace.h.shape, trace.z[0, 0]  # σ(0)
    ((5, 1, 3), array([0.5, 0.5, 0.5]))
    """

    x: Array
    h: Array
    keep: Array
    h0: Array
    cell: Cell
    _gates: dict[str, Array]
    _kept: tuple[Any, ...]

    def __getattr__(self, letter: str) -> Any:
        try:
            return self.__dict__["_gates"][letter]
        except KeyError:
            raise AttributeError(f"this trace has no {letter!r}") from None

    @property
    def final_state(self) -> Array:
        """h after the last step, (N, H)."""
        return self.h[-1].copy()


class _Minimal(Cell):
    """What the two cells share: h_t = keep ⊙ h_{t−1} + (1 − keep) ⊙ candidate, by parallel scan.

    A cell says how its gates make up `keep`, and how the gradient by `keep` reaches them.
    """

    parameter_names = ("weight_ih", "bias")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        super().__init__(input_size, hidden_size, dtype)
        self._draw(seed)

    def _keep(self, gates: dict[str, Array]) -> Array:
        raise NotImplementedError

    def _through_keep(self, gates: dict[str, Array], d_keep: Array) -> dict[str, Array]:
        raise NotImplementedError

    @no_false_alarm()
    def forward(
        self,
        x: ArrayLike,
        state: ArrayLike | None = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> MinimalTrace:
        """Run over a sequence and return a `MinimalTrace`.

        x (T, N, D); state is h0 (N, H), zeros if None. `clamp` holds gates at a value, a number
        or an array that broadcasts to (T, N, H), where nan leaves a gate alone. lengths (N,) gives
        the number of steps of each sequence of a padded batch, past which its h stays as it is,
        whatever x holds.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T, a clamp that names no gate of the cell or holds it outside [0, 1],
        TypeError for what is not a number, and FloatingPointError where the numbers are too large
        to be multiplied.
        """
        given = x
        x, clamps, ended = self._taken(x, clamp, lengths)
        if np.may_share_memory(x, given):
            x = x.copy(order="K")
        h0 = np.array(as_state("state", state, (x.shape[1], self.hidden_size), self.dtype))
        self._check_shapes()
        weight_ih = self.weight_ih.copy()

        stacked = np.split(x @ weight_ih.T + self.bias, len(self.gates), axis=-1)
        *gates, candidate = tuple(self.gates)
        values = {gate: sigmoid(part) for gate, part in zip(gates, stacked, strict=False)}
        values[candidate] = stacked[-1]
        held = {gate: where.transpose(0, 2, 1) for gate, (where, _) in clamps.items()}
        for gate, (_, value) in clamps.items():
            np.copyto(values[gate], value.transpose(0, 2, 1), where=held[gate])
        keep = self._keep(values)
        if ended is not None:
            keep = np.where(ended[..., None], self.dtype.type(1), keep)
        h = scan(keep, (1 - keep) * values[candidate], h0)
        check_state("h", h, clamps)
        for value in values.values():
            value.flags.writeable = False
        return read_only(MinimalTrace(x, h, keep, h0, self, values, (weight_ih, held, ended)))

    def run(
        self,
        x: ArrayLike,
        state: ArrayLike | None = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[Array, Array]:
        """`forward` without a trace: h (T, N, H) and the final state (N, H)."""
        trace = self.forward(x, state, clamp, lengths)
        return trace.h.copy(), trace.final_state

    @no_false_alarm()
    def backward(self, trace: MinimalTrace, dh: ArrayLike) -> dict[str, Array]:
        """Backpropagation over a trace of this cell's `forward`, by a scan from the end.

            δ_t = dh_t + keep_{t+1} ⊙ δ_{t+1},   ∂L/∂keep_t = δ_t ⊙ (h_{t−1} − candidate_t)

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it. Returns a
        dict of gradients: the parameters by name, x (T, N, D) and h0 (N, H). A clamped gate passes
        none. Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step. The weights are those of the run, even if the cell's have changed since.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh, and FloatingPointError for a gradient that overflows. Martin & Cundy (2018)
        train linear recurrences by scans.
        """
        d_h = self._check_dh(trace, dh)
        weight_ih, held, ended = trace._kept

        candidate, keep = trace._gates[self.gates[-1]], trace.keep
        later = np.concatenate([keep[1:], np.zeros_like(keep[:1])])
        delta = scan(later[::-1], d_h[::-1])[::-1]
        h_prev = np.concatenate([trace.h0[None], trace.h[:-1]])
        d_gates = self._through_keep(trace._gates, delta * (h_prev - candidate))
        d_gates[self.gates[-1]] = delta * (1 - keep)
        for gate, where in held.items():
            d_gates[gate] = np.where(where, 0, d_gates[gate])
        d_all = np.concatenate([d_gates[gate] for gate in self.gates], axis=-1)
        if ended is not None:
            d_all[ended] = 0
        rows = d_all.reshape(-1, d_all.shape[-1])
        gradients = {
            "weight_ih": rows.T @ trace.x.reshape(len(rows), -1),
            "bias": rows.sum(axis=0),
            "x": d_all @ weight_ih,
            "h0": delta[0] * keep[0],
        }
        check_gradients_of(self, *gradients.values())
        return gradients


class MinGRU(_Minimal):
    """The minGRU of Feng et al. (2024): a GRU without reset, without tanh, whose z sees x alone.

          z = σ(W_iz · x_t + b_z)
          n = W_in · x_t + b_n
        h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n

    Parameters are weight_ih (2H, D) and bias (2H,), with the rows of z, n in this order: no
    weight_hh. The weights are drawn uniformly from ±1/√H by `seed`, the bias is zero. `dtype` is
    float32 or float64, and is the dtype of all that the cell returns.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1 or another
    dtype.

    >>> cell = MinGRU(input_size=2, hidden_size=3, seed=0)
    >>> x = np.ones((5, 1, 2))
    >>> h, state = cell.run(x)
    >>> h.shape
    (5, 1, 3)
    >>> sorted(cell.backward(cell.forward(x), dh=np.ones((5, 1, 3))))
    ['bias', 'h0', 'weight_ih', 'x']
    """

    gates = "zn"
    candidate = "n"

    def _keep(self, gates: dict[str, Array]) -> Array:
        return 1 - gates["z"]

    def _through_keep(self, gates: dict[str, Array], d_keep: Array) -> dict[str, Array]:
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

    Raises TypeError for a size that is no whole number, and ValueError for one below 1 or another
    dtype.

    >>> cell = MinLSTM(input_size=2, hidden_size=3, seed=0)
    >>> x = np.ones((5, 1, 2))
    >>> h, state = cell.run(x)
    >>> h.shape
    (5, 1, 3)
    >>> sorted(cell.backward(cell.forward(x), dh=np.ones((5, 1, 3))))
    ['bias', 'h0', 'weight_ih', 'x']
    """

    gates = "ifg"
    candidate = "g"

    def _keep(self, gates: dict[str, Array]) -> Array:
        both = gates["f"] + gates["i"]
        # Two gates that are both shut leave h as it is.
        return np.divide(gates["f"], both, out=np.ones_like(both), where=both > 0)

    def _through_keep(self, gates: dict[str, Array], d_keep: Array) -> dict[str, Array]:
        i, f = gates["i"], gates["f"]
        both = np.maximum(f + i, np.finfo(self.dtype).tiny)
        part = f / both
        return {
            "f": d_keep * (1 - part) * part * (1 - f),
            "i": -d_keep * part * (1 - part) * (1 - i),
        }
