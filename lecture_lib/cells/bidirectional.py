"""Two cells that read one sequence from both ends (Schuster & Paliwal, 1997)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells._cell import (
    Recurrent,
    check_trace,
    must_be_cell,
    must_differ,
    prefixed,
    read_only,
)
from lecture_lib.cells._checks import Array, as_ended, as_real
from lecture_lib.cells._traces import Trace


@dataclass(eq=False, repr=False)
class BidirectionalTrace(Trace):
    """What `Bidirectional.forward` computed: h (T, N, H), and each cell's own trace by name.

    `traces["back"]` is in the order in which that cell read; `order` (T, N) says which step stands
    where. `final_state` has each cell's state after the last step that it read.

    >>> from lecture_lib import GRU
    >>> both = Bidirectional(GRU(2, 3, seed=0), GRU(2, 4, seed=1))
    >>> trace = both.forward(np.ones((5, 1, 2)))
    >>> trace.h.shape, trace.traces["back"].h.shape
    ((5, 1, 7), (5, 1, 4))
    """

    h: Array
    traces: dict[str, Any]
    order: Array
    cell: "Bidirectional"

    @property
    def final_state(self) -> dict[str, Any]:
        """Each cell's final state, under "there" and "back"."""
        return {side: trace.final_state for side, trace in self.traces.items()}


class Bidirectional:
    """A cell that reads from the first step on, and one from the last step back, side by side.

        h_t = [there_t; back_t],   back reads x_T, x_{T−1} … x_1

    They share neither weights nor states, and may be of different kinds and sizes; H is the sum of
    theirs. It has what a `SequenceModel` asks of a cell. A state, and a clamp, is a dict with what
    each cell takes: `{"there": …, "back": …}`; a clamp's steps are those of the sequence, in its
    own order. Its parameters are those of the two under "there.weight_ih", "back.weight_ih" and so
    on. Schuster & Paliwal (1997).

    Raises ValueError for cells of different input sizes, and for one cell twice.

    >>> from lecture_lib import GRU, LSTM
    >>> both, x = Bidirectional(LSTM(2, 3, seed=0), GRU(2, 4, seed=1)), np.ones((5, 1, 2))
    >>> h, states = both.run(x, state={"back": np.ones((1, 4))}, clamp={"there": {"f": 1.0}})
    >>> h.shape, sorted(states)
    ((5, 1, 7), ['back', 'there'])
    >>> len(both.backward(both.forward(x), np.ones((5, 1, 7))))  # three for each cell, and x
    7
    """

    def __init__(self, there: Recurrent, back: Recurrent) -> None:
        must_be_cell("there", there)
        must_be_cell("back", back)
        if there.input_size != back.input_size:
            raise ValueError(
                f"both cells must have one input_size, "
                f"got {there.input_size} there and {back.input_size} back"
            )
        must_differ("there and back", [there, back])
        self.cells = {"there": there, "back": back}
        self.input_size = there.input_size
        self.hidden_size = there.hidden_size + back.hidden_size

    def __repr__(self) -> str:
        return f"Bidirectional({self.cells['there']!r}, {self.cells['back']!r})"

    def parameters(self) -> dict[str, Array]:
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return prefixed(self.cells)

    def forward(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> BidirectionalTrace:
        """Run over x (T, N, D) both ways and return a `BidirectionalTrace`.

        state and clamp are dicts of what "there" and "back" take, either of which may be left out.
        lengths (N,) gives the number of steps of each sequence of a padded batch: `back` starts at
        a sequence's own last step, not in the padding.

        Raises TypeError or ValueError for a state or clamp that is no such dict, and for what a
        cell refuses.
        """
        order, given = self._given(x, state, clamp, lengths)
        traces = {side: self.cells[side].forward(**given[side]) for side in self.cells}
        h = np.concatenate([traces["there"].h, _reordered(traces["back"].h, order)], axis=-1)
        return read_only(BidirectionalTrace(h, traces, order, self))

    def run(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> tuple[Array, dict[str, Any]]:
        """`forward` without a trace: h (T, N, H) and the two final states by name."""
        order, given = self._given(x, state, clamp, lengths)
        (there, last), (back, first) = (self.cells[side].run(**given[side]) for side in self.cells)
        h = np.concatenate([there, _reordered(back, order)], axis=-1)
        return h, {"there": last, "back": first}

    def _given(
        self, x: Any, state: Any, clamp: Any, lengths: Any
    ) -> tuple[Array, dict[str, dict[str, Any]]]:
        """The order of `back`, and what each cell is given, by the names of its arguments."""
        x = as_real("x", x, "(T, N, D)")
        if x.ndim != 3 or 0 in x.shape:
            raise ValueError(f"x must have shape (T, N, D), none of them 0, got {x.shape}")
        order = turned(x.shape[0], x.shape[1], lengths)
        states, clamps = _by_side("state", state), _by_side("clamp", clamp)
        if isinstance(clamps["back"], Mapping):
            size = self.cells["back"].hidden_size
            clamps["back"] = {
                gate: _turned_clamp(value, (*order.shape, size), order)
                for gate, value in clamps["back"].items()
            }
        given = {}
        for side, read in (("there", x), ("back", _reordered(x, order))):
            given[side] = {"x": read, "state": states[side], "lengths": lengths}
            if clamps[side] is not None:  # a cell without a clamp is asked for none
                given[side]["clamp"] = clamps[side]
        return order, given

    def backward(self, trace: BidirectionalTrace, dh: ArrayLike) -> dict[str, Array]:
        """From dh (T, N, H), the gradient by h, to those of every parameter by name and of x
        (T, N, D).

        Raises ValueError for a trace of another pair and a wrong shape of dh, and for what a cell
        refuses.
        """
        check_trace(self, trace)
        dh = as_real("dh", dh, "(T, N, H)")
        if dh.shape != trace.h.shape:
            raise ValueError(f"dh must have shape (T, N, H) = {trace.h.shape}, got {dh.shape}")
        size = self.cells["there"].hidden_size
        shares = {"there": dh[..., :size], "back": _reordered(dh[..., size:], trace.order)}
        found = {
            side: cell.backward(trace.traces[side], shares[side])
            for side, cell in self.cells.items()
        }
        gradients = {
            f"{side}.{name}": found[side][name]
            for side, cell in self.cells.items()
            for name in cell.parameters()
        }
        dx = found["there"]["x"] + _reordered(found["back"]["x"], trace.order)
        return gradients | {"x": dx}


def turned(steps: int, batch: int, lengths: ArrayLike | None = None) -> Array:
    """Which step stands where once each sequence is turned round, (T, N); padding stays behind.

    Raises ValueError for lengths (N,) outside 1 … T, and TypeError for what is no whole number.

    >>> turned(steps=4, batch=2, lengths=[4, 2]).T
    array([[3, 2, 1, 0],
           [1, 0, 2, 3]])
    """
    as_ended(lengths, steps, batch)
    own = np.full(batch, steps) if lengths is None else np.asarray(lengths).astype(np.intp)
    t = np.arange(steps)[:, None]
    return np.where(t < own, own - 1 - t, t)


def _by_side(name: str, values: Any) -> dict[str, Any]:
    """What each of the two is given of a state or a clamp."""
    if values is None:
        values = {}
    if not isinstance(values, Mapping):
        kind = type(values).__name__
        raise TypeError(f'{name} must be a dict with what "there" and "back" take, got {kind}')
    if odd := set(values) - {"there", "back"}:
        raise ValueError(f'{name} must have no names but "there" and "back", got {odd}')
    return {side: values.get(side) for side in ("there", "back")}


def _turned_clamp(value: Any, shape: tuple[int, ...], order: Array) -> Any:
    """A clamp in the order in which `back` reads; what does not fit is left for it to refuse."""
    try:
        return _reordered(np.broadcast_to(as_real("clamp", value), shape), order)
    except (TypeError, ValueError):
        return value


def _reordered(values: Array, order: Array) -> Array:
    return np.take_along_axis(values, order[..., None], axis=0)
