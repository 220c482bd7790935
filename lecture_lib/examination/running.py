"""A network run over one sequence, in double precision, with all that each direction computed."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN, Bidirectional
from lecture_lib.cells._checks import Array, as_array, as_ended, as_real
from lecture_lib.cells.variants import LSTMVariant, Reversed
from lecture_lib.examination.holds import clamps_of
from lecture_lib.examination.words import CONSTANTS

KINDS = (RNN, GRU, LSTM, LSTMVariant)
DOUBLE = np.dtype(np.float64)


@dataclass(eq=False)
class Pass:
    """One direction of a layer over one sequence, in the order in which it read.

    cell is a float64 copy, x (L, D) what it read, first its first state, held where each gate was
    held, (L, H) by letter, and trace what `cell.forward` returned.
    """

    direction: str
    cell: Any
    x: Array
    first: Any
    held: dict[str, Array]
    trace: Any

    def of(self, name: str) -> Array:
        """An array of the trace, (L, ·), in the order of reading."""
        array: Array = getattr(self.trace, name)[:, 0]
        return array

    def shown(self, array: Array) -> Array:
        """An array in the order of reading in that of x, and the other way round."""
        return array[::-1] if self.direction == "back" else array

    @property
    def gates(self) -> str:
        """The letters of the gates that it computed, the candidate among them."""
        coupled = getattr(self.cell, "coupled", False)
        return f"{'i' if coupled else ''}{self.cell.gates}"

    @property
    def state(self) -> str:
        """The letter of what it carries: c of an LSTM, else h."""
        return "c" if hasattr(self.trace, "c") else "h"

    @property
    def kept(self) -> Array | None:
        """The share of the state that each step keeps, (L, H): f; 1 − z, or z where that keeps;
        None for an RNN."""
        if isinstance(self.cell, GRU):
            return 1 - self.of("z") if self.cell.update == "write" else self.of("z")
        return self.of("f") if self.state == "c" else None


@dataclass(eq=False)
class Ran:
    """A layer that was run: what it read, x (T, D), from where ("x", "recorded" or the name of the
    layer below), one of how many sequences, what its first state was ("zeros", "stored" or
    "given"), the passes of its directions, and h (T, ·) with the directions side by side."""

    layer: Any
    reads: str
    x: Array
    batch: int
    began: str
    passes: list[Pass]
    h: Array = field(init=False)

    def __post_init__(self) -> None:
        self.h = np.hstack([self._whole(one) for one in self.passes])

    def _whole(self, one: Pass) -> Array:
        """h at every step of x: past its own end a sequence repeats what it read last."""
        h = one.of("h")
        past = np.repeat(h[-1:], len(self.x) - len(h), axis=0)
        return np.vstack([one.shown(h), past])

    def columns(self, one: Pass) -> slice:
        """Where in h the units of one of its passes stand."""
        start = 0 if one is self.passes[0] else self.passes[0].cell.hidden_size
        return slice(start, start + one.cell.hidden_size)


@dataclass(frozen=True)
class Given:
    """What a run starts from: x (T, N, D) or None, which sequence of it, and by the name of a layer
    its first state, in place of the stored one, and what of it is held."""

    x: Array | None
    sequence: int = 0
    states: Mapping[str, Any] = field(default_factory=dict)
    holds: tuple[Any, ...] = ()


def run(
    network: Any, given: Given, change: Callable[[Any], Any] = lambda cell: cell
) -> tuple[dict[str, Ran], dict[str, str]]:
    """The layers that could be run, by name, and for each other one the reason.

    `change` makes another cell of each, a float64 copy.
    """
    ran: dict[str, Ran] = {}
    left: dict[str, str] = {}
    for number, layer in enumerate(network.layers):
        found: Any = f"it cannot be computed here: {layer.reason}"
        if layer.cell is not None:
            found = _input(layer, number, given, ran)
        reason = found if isinstance(found, str) else _reason(layer, found[1])
        if reason:
            left[layer.name] = reason
            continue
        reads, x, batch = found
        passes = [
            _pass(layer, side, change(doubled(cell)), x, batch, given)
            for side, cell in cells_of(layer).items()
        ]
        began = "zeros" if all(one.first is None for one in passes) else "stored"
        began = "given" if began == "stored" and layer.name in given.states else began
        ran[layer.name] = Ran(layer, reads, x, batch, began, passes)
    return ran, left


def root(ran: Mapping[str, Ran], layer: Ran) -> Ran:
    """The lowest layer below one, or itself: all came from what it reads, x or a recorded input."""
    while layer.reads in ran:
        layer = ran[layer.reads]
    return layer


def cells_of(layer: Any) -> dict[str, Any]:
    """The cells of a layer's directions, by "there" and "back"."""
    if isinstance(layer.cell, Bidirectional):
        return dict(layer.cell.cells)
    if isinstance(layer.cell, Reversed):
        return {"back": layer.cell.cell}
    return {"there": layer.cell}


def doubled(cell: Any) -> Any:
    """A copy of a cell with its parameters in float64."""
    twin = copy.copy(cell)
    twin.dtype = DOUBLE
    for name, array in cell.parameters().items():
        setattr(twin, name, array.astype(DOUBLE))
    return twin


def recorded(layer: Any, sequence: int) -> Any:
    """One sequence of what a layer read when it was watched, (T, D), and of how many; or the reason
    why there is none."""
    if layer.x is None:
        return "it follows no layer whose h is known here, and was not watched"
    whole = as_real("x", layer.x)
    N = whole.shape[1]
    if sequence >= N:
        return f"it was watched with {N} sequences, none of them number {sequence}"
    return ("recorded", whole[:, sequence].astype(DOUBLE), N)


def _input(layer: Any, number: int, given: Given, ran: dict[str, Ran]) -> Any:
    """Where a layer's input comes from, itself, (T, D), and of how many sequences it is one; or the
    reason why it is not known."""
    if layer.follows in ran:
        below = ran[layer.follows]
        return (layer.follows, below.h, below.batch)
    if layer.follows is not None and layer.x is None:
        return f"it reads the h of {layer.follows}, which is not known here"
    if layer.follows is None and number == 0 and given.x is not None:
        return ("x", given.x[:, given.sequence], given.x.shape[1])
    return recorded(layer, given.sequence)


def _reason(layer: Any, x: Array) -> str:
    """Why a layer cannot be examined; empty where it can."""
    for cell in cells_of(layer).values():
        if not isinstance(cell, KINDS):
            return f"a {type(cell).__name__} is no RNN, GRU or LSTM"
        if cell.hidden_size > CONSTANTS["max_units"]:
            return f"it has {cell.hidden_size} units, more than {CONSTANTS['max_units']}"
        if cell.input_size != x.shape[1]:
            return f"it takes {cell.input_size} inputs, and what it reads here has {x.shape[1]}"
    if len(x) > CONSTANTS["max_steps"]:
        return f"it was watched over {len(x)} steps, more than {CONSTANTS['max_steps']}"
    return ""


def _pass(layer: Any, side: str, cell: Any, x: Array, batch: int, given: Given) -> Pass:
    """One direction of a layer, run over the part of x (T, D) that its sequence has."""
    length = len(x)
    if layer.lengths is not None:
        as_ended(layer.lengths, len(x), len(np.atleast_1d(layer.lengths)))
        length = int(_row("the lengths", layer, layer.lengths, batch, given.sequence))
    first = _first(layer, side, cell, batch, given)
    read = x[:length][::-1] if side == "back" else x[:length]
    clamp = clamps_of(given.holds, layer.name, side, cell, length)
    held = {gate: ~np.isnan(value[:, 0]) for gate, value in clamp.items()}
    trace = cell.forward(read[:, None], first, clamp or None)
    return Pass(side, cell, read, first, held, trace)


def _first(layer: Any, side: str, cell: Any, batch: int, given: Given) -> Any:
    """The first state of one sequence as a cell takes it, given or stored; None for zeros."""
    state = given.states.get(layer.name, layer.state)
    name = f"the first state of {layer.name}"
    if state is not None and len(cells_of(layer)) == 2:
        if not isinstance(state, Mapping) or set(state) - {"there", "back"}:
            raise ValueError(f'{name} must be a dict of "there" and "back"')
        state = state.get(side)
    if state is None:
        return None
    pair = isinstance(cell, LSTM | LSTMVariant)
    if isinstance(state, tuple | list) != pair or (pair and len(state) != 2):
        raise ValueError(f"{name} must be {'a pair (h, c)' if pair else 'one array, h'}")
    sizes = [cell.hidden_size, getattr(cell, "cell_size", cell.hidden_size)]
    parts = []
    for part, size in zip(state if pair else [state], sizes, strict=False):
        part = np.zeros((1, size)) if part is None else part
        rows = as_array(name, part, DOUBLE, (-1, size), "(1 or N, H)")
        parts.append(_row("the first state", layer, rows, batch, given.sequence)[None])
    return tuple(parts) if pair else parts[0]


def _row(what: str, layer: Any, rows: Any, batch: int, sequence: int) -> Any:
    """The row of one sequence, of one for all or one for each."""
    rows = np.atleast_1d(rows)
    if len(rows) not in (1, batch):
        wanted = "1 sequence" if batch == 1 else f"1 sequence or {batch}"
        hint = "" if layer.x is None else "; `open_network` gives the network without it"
        raise ValueError(f"{what} of {layer.name} must be of {wanted}, got {len(rows)}{hint}")
    return rows[0 if len(rows) == 1 else sequence]
