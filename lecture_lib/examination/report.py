"""What an examination returns: arrays, rows of a table, and sentences."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.examination.findings import Finding, gone_after
from lecture_lib.examination.health import standing
from lecture_lib.examination.origins import origins_in
from lecture_lib.examination.reach import Reach
from lecture_lib.examination.streams import Moved, WarmUp
from lecture_lib.examination.words import number, percent

ARROWS = {"there": "→", "back": "←"}
HEAD = (
    *("layer", "way", "kind", "D → H", "steps", "τ longest", "τ median", "saturated"),
    *("dead", "silent", "beyond tanh", "gone after", "warm-up", "8 bits"),
)


@dataclass(frozen=True, eq=False, repr=False)
class LayerReport:
    """One layer in one direction, over its own length L of the sequence.

    Arrays are in the order of x's steps, and read-only; those of a layer that reads from the end
    are turned back to it.

    - name, kind ("RNN", "GRU", "LSTM"), direction ("there" or "back"), input_size D, hidden_size H
    - reads: "x", "recorded" (what it read when it was watched) or the name of the layer below
    - gates: (L, H) by letter; h, and c of an LSTM, (L, H); kept, the share of the state that each
      step keeps (None for an RNN)
    - time_constants: (H,), in steps; None for an RNN
    - health: arrays (H,) by name, as `examination.health` makes them
    - reach: a `Reach`, by the lag from the step that the direction read last
    - warm_up: how long a run from zeros is wrong, a `WarmUp`; None where there is no stream
    - rounding: how far 8 bits move h, a `Moved`
    - free: h, c and the gates without what is held; None if nothing is. held: what lies between

    >>> from lecture_lib import GRU
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> exam = open_network(to_onnx(GRU(2, 3, seed=0))).examine(np.ones((5, 2)))
    >>> exam.layers[0]
    LayerReport('GRU_0', 'there', GRU(2, 3), 5 steps)
    """

    name: str
    kind: str
    direction: str
    input_size: int
    hidden_size: int
    reads: str
    gates: dict[str, Array]
    h: Array
    c: Array | None
    kept: Array | None
    time_constants: Array | None
    health: dict[str, Array]
    reach: Reach
    warm_up: WarmUp | None
    rounding: Moved
    free: dict[str, Array] | None
    held: Moved | None

    def __repr__(self) -> str:
        sizes = f"{self.kind}({self.input_size}, {self.hidden_size})"
        return f"LayerReport({self.name!r}, {self.direction!r}, {sizes}, {len(self.h)} steps)"

    def row(self) -> dict[str, str]:
        """The layer's row of the table, by the names of its columns."""
        taus, health = self.time_constants, self.health
        gone = gone_after(self.reach.x)
        saturated = standing(health)
        beyond, warm = health.get("beyond"), self.warm_up
        cells = [
            self.name,
            ARROWS[self.direction],
            self.kind,
            f"{self.input_size} → {self.hidden_size}",
            str(len(self.h)),
            "" if taus is None else number(float(taus.max())),
            "" if taus is None else number(float(np.median(taus))),
            percent(saturated["saturated"]) if saturated["pairs"] else "",
            str(int(health["dead"].sum())),
            str(int(health["silent"].sum())),
            "" if beyond is None else percent(float(beyond.mean())),
            "" if gone is None else str(gone),
            "" if warm is None else "not" if warm.steps == warm.left else str(warm.steps),
            number(self.rounding.most),
        ]
        return dict(zip(HEAD, cells, strict=True))


@dataclass(frozen=True, eq=False, repr=False)
class Examination:
    """What `examine` found. `print` shows its table and its sentences.

    - source: the format or framework of the network
    - x: what the network read, (T, D), or None where all was recorded; steps, inputs: their names
    - layers: a `LayerReport` for each layer and direction, in order
    - findings: a list of `Finding`
    - left_out: for the layers that were not examined, the reason by their names

    >>> from lecture_lib import LSTM
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> exam = open_network(to_onnx(LSTM(2, 3, seed=0, forget_bias=2))).examine(np.ones((5, 2)))
    >>> exam["LSTM_0"].gates["f"].shape, sorted(exam.to_dict())
    ((5, 3), ['findings', 'inputs', 'layers', 'left_out', 'source', 'steps'])
    >>> exam.origins("LSTM_0", unit=1).shape
    (5, 2)
    """

    source: str
    x: Array | None
    steps: list[str] | None
    inputs: list[str] | None
    layers: list[LayerReport]
    findings: list[Finding]
    left_out: dict[str, str]
    _ran: Any = field(default=None)

    def __repr__(self) -> str:
        counts = f"{len(self.layers)} layers and directions, {len(self.findings)} findings"
        return f"Examination of {self.source}: {counts}"

    def __getitem__(self, name: str | tuple[str, str]) -> LayerReport:
        """The report of a layer by its name, or by its name and direction.

        Raises KeyError for one that is not there.
        """
        wanted = name if isinstance(name, tuple) else (name, None)
        for report in self.layers:
            if report.name == wanted[0] and wanted[1] in (report.direction, None):
                return report
        there = [f"{report.name} {report.direction}" for report in self.layers]
        raise KeyError(f"no report of {name!r}, but of {', '.join(there)}")

    def __str__(self) -> str:
        rows = [dict(zip(HEAD, HEAD, strict=True)), *self.table()]
        widths = [max(len(row[name]) for row in rows) for name in HEAD]
        lines = [f"{self.source}, examined: {len(self.layers)} layers and directions"]
        for row in rows:
            cells = [row[name].ljust(width) for name, width in zip(HEAD, widths, strict=True)]
            lines.append("  ".join(cells).rstrip())
        lines += ["", *map(str, self.findings)] if self.findings else []
        lines += [f"{name}: not examined, {reason}" for name, reason in self.left_out.items()]
        return "\n".join(lines)

    def table(self) -> list[dict[str, str]]:
        """A row for each layer and direction, texts by the names of the columns.

        After its sizes and steps: the longest and the median time constant, the share of saturated
        gate values, dead and silent units, the share of states beyond tanh, after how many steps
        the gradient is gone, how many steps h is wrong after a lost state ("not": it never agrees
        again), and how far 8 bits move it. Empty where there is no such thing.
        """
        return [report.row() for report in self.layers]

    def origins(
        self, layer: str, direction: str | None = None, step: int = -1, unit: int | None = None
    ) -> Array:
        """What `examination.origins` returns, of the run that is shown.

        Raises ValueError for a layer, direction, step or unit that is not there.
        """
        return origins_in(self._ran, self.left_out, layer, direction, step, unit)

    def to_dict(self, arrays: bool = False) -> dict[str, Any]:
        """All of it for JSON: lists for arrays, None for what is not there, and "Infinity" for what
        has no end; with `arrays` also the gates and states at each step."""
        whole = {"h", "c", "kept", "gates", "free"}
        layers = [
            {
                one.name: _plain(getattr(report, one.name))
                for one in fields(report)
                if arrays or one.name not in whole
            }
            for report in self.layers
        ]
        return {
            "source": self.source,
            "steps": self.steps,
            "inputs": self.inputs,
            "layers": layers,
            "findings": [_plain(one) for one in self.findings],
            "left_out": dict(self.left_out),
        }


def _plain(value: Any) -> Any:
    """What JSON can say of a value."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Finding | Reach | Moved | WarmUp):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.repr}
    if isinstance(value, float) and not np.isfinite(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
