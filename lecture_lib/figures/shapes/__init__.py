"""The shape explorer: every matrix of an LSTM or a GRU, drawn to scale."""

from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, IntSlider, Switch, Whole

MOST_STEPS = 40
GATES = {"LSTM": "ifgo", "GRU": "rzn"}
# Biases for each row of the stacked weights, and for each unit on top of that.
BIASES = {
    "LSTM": {"this book": (1, 0), "PyTorch": (2, 0), "Keras": (1, 0), "ONNX": (2, 0)},
    "GRU": {
        "this book": (1, 0),
        'this book, reset="after"': (1, 1),
        "PyTorch": (2, 0),
        "Keras": (2, 0),
        "Keras, reset_after=False": (1, 0),
        "ONNX": (2, 0),
    },
}


class Shapes(LiveFigure):
    """The shapes of an LSTM (tab 0) or a GRU (tab 1) of `D` inputs and `H` units.

    One step on a batch of `N` sequences is one stacked product, G = 4 gates or 3,

        a = W_ih x_t + W_hh h_{t-1} + b,    (G·H, D)·(D, N) + (G·H, H)·(H, N) + (G·H, 1),

    drawn to one scale, its gates in their colours, or `apart`. `T` is the number of steps.

    `shapes` are those of a cell of `lecture_lib` that ran, `counts` the parameters here and in
    PyTorch, Keras and ONNX. Raises ValueError for a size out of range, naming it.
    """

    constants: ClassVar[dict] = {"MOST_STEPS": MOST_STEPS, "GATES": GATES, "BIASES": BIASES}

    D = IntSlider(6, min=1, max=64, label="input size D")
    H = IntSlider(10, min=1, max=64, label="hidden size H")
    N = IntSlider(3, min=1, max=32, label="batch N")
    T = IntSlider(12, min=1, max=MOST_STEPS, label="steps T")
    apart = Switch(False, label="gates apart")

    tab = Whole(0, min=0, max=1)

    caption = Data(
        "Change D, H and N, and watch which sides of which matrix grow. Sides that meet in a "
        "product have the same length. Take the gates apart to see that each owns H rows."
    )

    @property
    def kind(self) -> str:
        return "GRU" if self.tab else "LSTM"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes by name, from a cell that ran over T steps of N sequences."""
        cell = (GRU if self.tab else LSTM)(self.D, self.H)
        trace = cell.forward(np.zeros((self.T, self.N, self.D)))
        arrays = {"x": trace.x, "h": trace.h} | cell.parameters()
        arrays |= {gate: getattr(trace, gate) for gate in cell.gates}
        if not self.tab:
            arrays["c"] = trace.c
        return {name: array.shape for name, array in arrays.items()}

    @property
    def counts(self) -> dict[str, int]:
        """The number of parameters, here and in each framework."""
        rows = len(GATES[self.kind]) * self.H
        return {
            name: rows * (self.D + self.H + biases) + extra * self.H
            for name, (biases, extra) in BIASES[self.kind].items()
        }

    def text(self):
        counts = ", ".join(f"{name} {count:,}" for name, count in self.counts.items())
        weights = self.shapes["weight_ih"], self.shapes["weight_hh"]
        return f"{self.kind}: W_ih {weights[0]}, W_hh {weights[1]}; parameters: {counts}."

    def still(self):
        gates, D, H, N = GATES[self.kind], self.D, self.H, self.N
        ax = Figure(figsize=(6, 2.6), layout="constrained").subplots()
        gap, left = 0.12 * (D + H + 2 * N), 0.0
        for name, width in [("W_ih", D), ("x", N), ("W_hh", H), ("h", N), ("b", 1), ("a", N)]:
            parts = gates if name not in "xh" else name
            height = H if parts is gates else (D if name == "x" else H)
            for k, gate in enumerate(parts):
                colour = plots.COLOURS["h"] if name == "h" else plots.COLOURS.get(gate, "0.6")
                corner = (left, -(k + 1) * height)
                ax.add_patch(Rectangle(corner, width, height, fc=colour, ec="w", alpha=0.7))
            ax.text(left + width / 2, 0.5, name, ha="center", va="bottom", fontsize=9)
            left += width + gap
        ax.set(xlim=(-1, left), ylim=(-len(gates) * H - 1, 0.2 * H + 2), aspect="equal")
        ax.axis("off")
        return plots.svg(ax)
