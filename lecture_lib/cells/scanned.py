"""What minGRU and minLSTM share: h_t = keep ⊙ h_{t−1} + (1 − keep) ⊙ candidate, by a scan."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import Cell, check_gradients_of, check_state, read_only, sigmoid
from lecture_lib.cells._checks import Array, as_state, no_false_alarm
from lecture_lib.cells._traces import Trace
from lecture_lib.cells.scan import recur


@dataclass(eq=False, repr=False)
class MinimalTrace(Trace):
    """What `forward` computed: h, the share `keep` of h_{t−1} that is kept, and the gates by their
    letters (z, n or i, f, g), each (T, N, H).

    x (T, N, D) and h0 (N, H) are what it started from; all are read-only. `final_state` is h after
    the last step, a copy to pass on as the next `state`. Past the end of a padded sequence h
    repeats, and the gates mean nothing. Raises AttributeError for a letter that is no gate.

    >>> from lecture_lib.cells.minimal import MinGRU
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

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for gate in self._gates.values():
            gate.flags.writeable = False

    @property
    def final_state(self) -> Array:
        """h after the last step, (N, H)."""
        return self.h[-1].copy()


class Minimal(Cell):
    """What the two cells share: h_t = keep ⊙ h_{t−1} + (1 − keep) ⊙ candidate, by parallel scan
    where a step is narrow.

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

        values = self._gates_of(x, weight_ih)
        held = {gate: where.transpose(0, 2, 1) for gate, (where, _) in clamps.items()}
        for gate, (_, value) in clamps.items():
            np.copyto(values[gate], value.transpose(0, 2, 1), where=held[gate])
        keep = self._keep(values)
        if ended is not None:
            keep[ended] = 1
        h = 1 - keep
        h *= values[self.gates[-1]]
        recur(keep, h, h0)
        check_state("h", h, clamps)
        for value in values.values():
            value.flags.writeable = False
        return read_only(MinimalTrace(x, h, keep, h0, self, values, (weight_ih, held, ended)))

    def _gates_of(self, x: Array, weight_ih: Array) -> dict[str, Array]:
        """Each gate before clamps, the candidate last and as it is, (T, N, H): one block a gate, so
        that what follows runs over numbers side by side."""
        T, N, D = x.shape
        count, H = len(self.gates), self.hidden_size
        values = np.empty((count, T * N, H), self.dtype)
        for rows, value in zip(np.split(weight_ih, count), values, strict=True):
            np.matmul(x.reshape(-1, D), rows.T, out=value)
        values += self.bias.reshape(count, 1, H)
        sigmoid(values[:-1], out=values[:-1])
        return dict(zip(self.gates, values.reshape(count, T, N, H), strict=True))

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

        T, N, H = d_h.shape
        candidate, keep = trace._gates[self.gates[-1]], trace.keep
        delta = d_h.copy(order="C")
        recur(keep[:0:-1], delta[-2::-1], delta[-1])
        d_keep = np.empty_like(delta)
        np.subtract(trace.h0, candidate[0], out=d_keep[0])
        np.subtract(trace.h[:-1], candidate[1:], out=d_keep[1:])
        d_keep *= delta
        h0 = delta[0] * keep[0]
        d_gates = self._through_keep(trace._gates, d_keep)
        delta *= 1 - keep
        d_gates[self.gates[-1]] = delta
        for gate, where in held.items():
            d_gates[gate][where] = 0
        x = trace.x.reshape(T * N, -1)
        d_x, d_weight, d_bias = np.zeros_like(x), [], []
        for gate, rows in zip(self.gates, np.split(weight_ih, len(self.gates)), strict=True):
            if ended is not None:
                d_gates[gate][ended] = 0
            d_gate = d_gates[gate].reshape(T * N, H)
            d_weight.append(d_gate.T @ x)
            d_bias.append(d_gate.sum(axis=0))
            d_x += d_gate @ rows
        gradients = {
            "weight_ih": np.concatenate(d_weight),
            "bias": np.concatenate(d_bias),
            "x": d_x.reshape(trace.x.shape),
            "h0": h0,
        }
        check_gradients_of(self, *gradients.values())
        return gradients
