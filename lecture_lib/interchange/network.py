"""A network from outside: its layers by name, each with its cell and what else was said."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lecture_lib.cells._checks import as_array
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.stack import Stack
from lecture_lib.cells.variants.other_functions import Reversed

DIRECTIONS = {"forward": "→", "backward": "←", "both": "⇄"}


@dataclass
class Agreement:
    """How far this library's h lies from a framework's own, and where: (step, sequence, unit).

    True where the difference is at most the tolerance.

    >>> close = Agreement(3e-7, (4, 0, 2), 1e-5)
    >>> bool(close)
    True
    >>> print(close)
    they agree: largest difference 3.0e-07, at step 4, sequence 0, unit 2 (tolerance 1e-05)
    """

    difference: float
    where: tuple
    tolerance: float

    def __bool__(self) -> bool:
        return self.difference <= self.tolerance

    def __str__(self) -> str:
        t, n, k = self.where
        verdict = "agree" if self else "differ"
        return (
            f"they {verdict}: largest difference {self.difference:.1e}, at step {t}, "
            f"sequence {n}, unit {k} (tolerance {self.tolerance:.0e})"
        )


@dataclass(eq=False, repr=False)
class Layer:
    """One recurrent layer of a `Network`.

    - name, kind ("RNN", "GRU" or "LSTM"), source (the format or framework that it came in)
    - cell: a cell of this library, a `Bidirectional` for both directions, a `Reversed` for a layer
      that reads from the end; None if it cannot be computed here, and then `reason` says why
    - input_size, hidden_size: D, and H of one direction
    - direction: "forward", "backward" or "both"
    - conventions: a dict of what its source says of its function, such as activation or reset
    - state: the first state that is stored with it, as `cell.forward` takes it, (1 or N, H) each;
      for both directions a dict by "there" and "back"; None for zeros
    - lengths: stored numbers of steps (N,), or None
    - axes: how its source arranges x, "TND" (steps first, as here) or "NTD" (batch first); "?" for
      one that does not say
    - follows: the name of the layer whose h it reads, or None
    - notes: what else is to be known, in words
    - x, h: what it read and answered where it was watched, both (T, N, ·), else None

    >>> import numpy as np
    >>> from lecture_lib import LSTM
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> layer = open_network(to_onnx(LSTM(2, 3)))[0]
    >>> layer, layer.axes, layer.state
    (Layer('LSTM_0', LSTM(2, 3), 'forward'), 'TND', None)
    >>> layer.forward(np.ones((5, 1, 2))).f.shape
    (5, 1, 3)
    """

    name: str
    kind: str
    source: str
    cell: Any = None
    input_size: int = 0
    hidden_size: int = 0
    direction: str = "forward"
    conventions: dict = field(default_factory=dict)
    state: Any = None
    lengths: np.ndarray | None = None
    axes: str = "?"
    follows: str | None = None
    reason: str = ""
    notes: list = field(default_factory=list)
    x: np.ndarray | None = None
    h: np.ndarray | None = None

    def __repr__(self) -> str:
        sizes = f"{self.input_size}, {self.hidden_size}"
        return f"Layer({self.name!r}, {self.kind}({sizes}), {self.direction!r})"

    def __str__(self) -> str:
        rows: list[tuple[str, Any]] = [
            ("layer", self.name),
            ("kind", self.kind),
            ("source", self.source),
        ]
        rows += [("cell", repr(self.cell) if self.cell else f"none: {self.reason}")]
        rows += [("direction", self.direction), ("axes of x", self.axes)]
        rows += [(name, value) for name, value in self.conventions.items()]
        rows += [("first state", "stored" if self.state is not None else "zeros")]
        rows += [("lengths", self.lengths)] if self.lengths is not None else []
        rows += [("reads h of", self.follows)] if self.follows else []
        rows += [("note", note) for note in self.notes]
        return "\n".join(f"{name:<22}{value}" for name, value in rows)

    def forward(self, x: Any, state: Any = None, lengths: Any = None) -> Any:
        """The trace of `cell` over x (T, N, D), from the stored state and over the stored lengths
        where none are given.

        Raises ValueError with the layer's `reason` where it has no cell.
        """
        if self.cell is None:
            raise ValueError(f"{self.name} cannot be computed: {self.reason}")
        state = self.state if state is None else state
        lengths = self.lengths if lengths is None else lengths
        batch = np.shape(x)[1] if np.ndim(x) == 3 else 1
        if isinstance(self.cell, Bidirectional) and state is not None:
            state = {side: _for_batch(part, batch) for side, part in state.items()}
        else:
            state = _for_batch(state, batch)
        return self.cell.forward(x, state, None, lengths)

    def agrees(self, tolerance: float = 1e-5) -> Agreement:
        """How far h of this library lies from what the framework answered, as an `Agreement`.

        Steps past the end of a padded sequence are left out: this book and Keras repeat h there,
        PyTorch and ONNX give 0. 1e-5 is what float32 leaves after some hundred steps.

        Raises ValueError for a layer that was not watched.
        """
        if self.x is None or self.h is None:
            raise ValueError(f"{self.name} was not watched: `watch` and `Network.read` do")
        ours = self.forward(self.x).h
        theirs = as_array("h", self.h, np.dtype(np.float64), ours.shape, "(T, N, H)")
        apart = np.abs(ours - theirs)
        if self.lengths is not None:
            apart[np.arange(len(apart))[:, None] >= np.asarray(self.lengths)] = 0
        where = tuple(int(k) for k in np.unravel_index(apart.argmax(), apart.shape))
        return Agreement(float(apart[where]), where, tolerance)


def _for_batch(state: Any, batch: int) -> Any:
    """A stored state of one sequence for each of `batch`."""
    if state is None:
        return None
    pair = isinstance(state, tuple | list)
    parts = [
        np.repeat(part, batch, axis=0) if np.ndim(part) == 2 and len(part) == 1 else part
        for part in (state if pair else [state])
    ]
    return tuple(parts) if pair else parts[0]


class Network:
    """The recurrent layers of a file or a module, in its order.

    `network.layers[2]` and `network["encoder.lstm"]` give a `Layer`; a name that several layers
    share, such as that of a module of two layers, gives a `Network` of these. `print` shows a
    table. `notes` says in words what belongs to no single layer.

    >>> import numpy as np
    >>> from lecture_lib import LSTM
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> network = open_network(to_onnx(LSTM(2, 3, seed=0)))
    >>> network, [layer.name for layer in network]
    (Network of 1 recurrent layers, ONNX, ['LSTM_0'])
    >>> layer = network.read("LSTM_0", x=np.ones((5, 1, 2), np.float32))
    >>> layer.h.shape, bool(layer.agrees())
    ((5, 1, 3), True)
    """

    def __init__(self, layers: Any, source: Any, notes: Any = (), reader: Any = None) -> None:
        self.layers, self.source, self.notes = list(layers), source, list(notes)
        self._reader = reader

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __repr__(self) -> str:
        return f"Network of {len(self)} recurrent layers, {self.source}"

    def __getitem__(self, name: str | int) -> Any:
        if not isinstance(name, str):
            return self.layers[name]
        for same in (
            [layer for layer in self.layers if layer.name == name],
            [layer for layer in self.layers if layer.name.startswith((f"{name}.", f"{name}/"))],
            [layer for layer in self.layers if layer.name.endswith((f".{name}", f"/{name}"))],
        ):
            if len(same) == 1:
                return same[0]
            if same:
                return Network(same, self.source, self.notes, self._reader)
        raise KeyError(f"no layer {name!r}, but {[layer.name for layer in self.layers]}")

    def __str__(self) -> str:
        if not self.layers:
            none = f"{self.source}: no recurrent layer was found (RNN, LSTM or GRU)"
            return "\n".join([none, *(f"note: {note}" for note in self.notes)])
        rows = [["", "name", "kind", "D → H", "way", "function", "says"]]
        for k, layer in enumerate(self.layers):
            function = ", ".join(f"{name} {value}" for name, value in layer.conventions.items())
            says = [f"cannot be computed: {layer.reason}"] if layer.cell is None else []
            says += ["a stored first state"] if layer.state is not None else []
            says += ["stored lengths"] if layer.lengths is not None else []
            says += ["batch first"] if layer.axes == "NTD" else []
            says += [f"reads {layer.follows}"] if layer.follows else []
            says += [f"see note {k}"] if layer.notes else []
            rows.append(
                [
                    str(k),
                    layer.name,
                    layer.kind,
                    f"{layer.input_size} → {layer.hidden_size}" if layer.hidden_size else "?",
                    DIRECTIONS[layer.direction],
                    function or ("plain" if layer.cell else "?"),
                    "; ".join(says),
                ]
            )
        widths = [max(len(row[k]) for row in rows) for k in range(6)] + [0]
        lines = [f"{self.source}: {len(self)} recurrent layers"]
        lines += [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        lines += [f"note {k}: {n}" for k, layer in enumerate(self.layers) for n in layer.notes]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    @property
    def stack(self) -> Stack:
        """The layers as one `Stack`, where each reads the h of the one before and nothing else.

        Raises ValueError, naming the layer, where that is not so, not known, or not all: a `Stack`
        has no place for a stored state or lengths, and none for a layer without a cell.
        """
        if not self.layers:
            raise ValueError("there is no recurrent layer to stack")
        for below, above in zip([None, *self.layers], self.layers, strict=False):
            if above.cell is None:
                raise ValueError(f"{above.name} cannot be computed: {above.reason}")
            if above.state is not None or above.lengths is not None:
                raise ValueError(
                    f"{above.name} has a stored {'state' if above.state is not None else 'length'},"
                    " which a Stack has no place for: run its layers one after another with "
                    "layer.forward"
                )
            if below is not None and above.follows != below.name:
                raise ValueError(
                    f"{above.name} is not known to read the h of {below.name} and nothing else"
                )
        return Stack([layer.cell for layer in self.layers])

    def examine(self, x: Any = None, **options: Any) -> Any:
        """What these layers do with x (T, D) or (T, N, D), an `Examination`: as
        `lecture_lib.examination.examine`, which says what else it takes and raises."""
        from lecture_lib.examination import examine

        return examine(self, x, **options)

    def read(self, layer: Any, **inputs: Any) -> Layer:
        """Run the model with ONNX Runtime up to a layer and return the layer with its x and h.

        layer is a name, a number or a `Layer`; inputs are those of the model, by name.

        Raises ValueError for a network that is not of ONNX or a layer inside a branch or loop, and
        ImportError if onnxruntime is not installed.
        """
        if self._reader is None:
            raise ValueError(f"only a network of ONNX can be run up to a layer, not {self.source}")
        layer = layer if isinstance(layer, Layer) else self[layer]
        return self._reader(layer, inputs)


def assembled(name: str, kind: str, source: Any, cells: Any, **said: Any) -> Layer:
    """A `Layer` of the cells of its directions, a dict by "there" and "back"."""
    cell = next(iter(cells.values()))
    direction = {("there",): "forward", ("back",): "backward"}.get(tuple(cells), "both")
    whole = {"forward": lambda: cell, "backward": lambda: Reversed(cell)}
    whole["both"] = lambda: Bidirectional(cells["there"], cells["back"])
    return Layer(
        name,
        kind,
        source,
        whole[direction](),
        cell.input_size,
        cell.hidden_size,
        direction,
        **said,
    )
