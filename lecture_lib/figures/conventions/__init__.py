"""The convention switchboard: one cell, stored and run in other ways. Is it still the same?"""

import json
from pathlib import Path
from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Switch, Whole
from lecture_lib.interchange import reorder_gates
from lecture_lib.seeded import seeded_uniform

STEPS, INPUTS, UNITS = 8, 2, 3
PRESETS = json.loads(Path(__file__).with_name("presets.json").read_text(encoding="utf-8"))
GATES = {"GRU": "rzn", "LSTM": "ifgo"}  # in the order of the book's rows
# What the numbers of each array are drawn by, of `seeded_uniform`, and how large they are.
STREAMS = {"weight_ih": 0, "weight_hh": 1, "bias": 2, "x": 3, "bias_hh": 4}
SCALES = {"weight_ih": 1.5, "weight_hh": 1.5, "bias": 0.5, "bias_hh": 0.5}
SAME = 1e-12  # states are below 1 and take a few hundred roundings of 1e-16
# The letters of an order as this book writes them: h and c are names of the candidate.
BOOK_NAMES = {"zrh": "zrn", "ifco": "ifgo", "iofc": "iofg"}


class Conventions(LiveFigure):
    """A cell of this book, stored and run by another convention, beside the cell itself.

    The reference is the book's GRU (tab 0: z writes, the reset acts before the product, rows r, z,
    n, one bias) or LSTM (tab 1: rows i, f, g, o, one bias) of 2 inputs and 3 units, its numbers
    drawn by `seed`. `stored` is what a file in the chosen convention holds: the same numbers,
    translated, or with `translate=False` copied as they are. `cell` is what that convention's
    software makes of the file. `difference` is the largest between the two cells' hidden states
    over 8 steps, and `same` says whether it is rounding alone.

    `diagonal` makes U_n of the reference diagonal: where no unit hears another, the product and
    the reset may change places.

    Raises ValueError or TypeError for a value that is no choice, naming it.
    """

    sheets = ("badge",)
    constants: ClassVar[dict] = {
        "STEPS": STEPS,
        "INPUTS": INPUTS,
        "UNITS": UNITS,
        "PRESETS": PRESETS,
        "GATES": GATES,
        "STREAMS": STREAMS,
        "SCALES": SCALES,
        "SAME": SAME,
        "BOOK_NAMES": BOOK_NAMES,
    }

    update = Choice(
        "write",
        options={"write": "writes n", "keep": "keeps h"},
        label="update gate z",
        colour="f",
        tab=0,
    )
    reset = Choice(
        "before",
        options={"before": "before U", "after": "after U"},
        label="reset gate r",
        colour="o",
        tab=0,
    )
    order = Choice(
        "rzn",
        options={"rzn": "r, z, n", "zrh": "z, r, h"},
        label="order of the rows",
        tab=0,
    )
    lstm_order = Choice(
        "ifgo",
        options={"ifgo": "i, f, g, o", "ifco": "i, f, c, o", "iofc": "i, o, f, c"},
        label="order of the rows",
        tab=1,
    )
    biases = Choice(
        "one",
        options={"one": "one", "two": "two"},
        label="biases",
    )
    seed = IntSlider(6, min=1, max=20, label="seed of the numbers")
    translate = Switch(True, label="translate the weights")
    diagonal = Switch(False, label="no unit hears another in n", tab=0)

    tab = Whole(0, min=0, max=1)

    caption = Data(
        "Choose a convention, or turn one switch at a time. Watch which line changes in the "
        "equations, the diagram and the code, what happens to the stored numbers, and whether the "
        "dots, computed by the convention, stay on the lines, computed by this book's cell."
    )

    @property
    def x(self):
        """The input sequence (T, 1, D)."""
        return self._drawn("x", (STEPS, 1, INPUTS))

    def _drawn(self, name, shape):
        return SCALES.get(name, 1) * seeded_uniform(self.seed, STREAMS[name], shape)

    @property
    def reference(self):
        """The book's cell."""
        cell = LSTM(INPUTS, UNITS) if self.tab else GRU(INPUTS, UNITS)
        for name, array in cell.parameters().items():
            array[...] = self._drawn(name, array.shape)
        if self.diagonal and not self.tab:
            cell.weight_hh[-UNITS:] *= np.eye(UNITS)
        return cell

    @property
    def stored(self) -> dict[str, np.ndarray]:
        """The arrays of the convention: weight_ih, weight_hh, bias_ih and, of two, bias_hh."""
        weight_ih, weight_hh, bias_ih = arrays = list(self.reference.parameters().values())
        # The second bias: any split will do, for only the sum counts; untranslated, what was there.
        bias_hh = self._drawn("bias_hh", bias_ih.shape)
        if self.translate:
            if not self.tab and self.update == "keep":
                for array in arrays:
                    array[UNITS : 2 * UNITS] *= -1
            if not self.tab and self.reset == "after":
                bias_hh[-UNITS:] = 0  # there it stands inside r ⊙ (…), where the book has none
            if self.biases == "two":
                bias_ih -= bias_hh
        arrays = {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias_ih": bias_ih}
        if self.biases == "two":
            arrays["bias_hh"] = bias_hh
        if self.translate:
            have, want = self._orders()
            arrays = reorder_gates(arrays, have, want)
        return arrays

    @property
    def cell(self):
        """The cell that the convention's software reads out of `stored`."""
        have, want = reversed(self._orders())
        arrays = reorder_gates(self.stored, have, want)
        bias_hh = arrays.pop("bias_hh", np.zeros_like(arrays["bias_ih"]))
        bias = arrays.pop("bias_ih")
        if self.tab:
            cell = LSTM(INPUTS, UNITS)
        else:
            cell = GRU(INPUTS, UNITS, update=self.update, reset=self.reset)
            if self.reset == "after":
                arrays["bias_hn"] = bias_hh[-UNITS:].copy()
                bias_hh[-UNITS:] = 0
        cell.load_parameters({**arrays, "bias": bias + bias_hh})
        return cell

    def _orders(self):
        """The book's order of the rows, and the convention's in the book's letters."""
        chosen = self.lstm_order if self.tab else self.order
        return GATES["LSTM" if self.tab else "GRU"], BOOK_NAMES.get(chosen, chosen)

    @property
    def states(self):
        """h of the reference and of the convention's cell, each (T, H)."""
        return tuple(cell.run(self.x)[0][:, 0] for cell in (self.reference, self.cell))

    @property
    def difference(self) -> float:
        book, other = self.states
        return float(abs(book - other).max())

    @property
    def same(self) -> bool:
        return self.difference <= SAME

    def text(self):
        badge = "same function" if self.same else "different function"
        name = "LSTM" if self.tab else "GRU"
        return f"{name}: {badge}; largest difference of the hidden states {self.difference:.1e}."

    def still(self):
        ax = Figure(figsize=(6, 2.2), layout="constrained").subplots()
        steps = np.arange(1, STEPS + 1)
        book, other = self.states
        ax.plot(steps, book, color=plots.COLOURS["h"], lw=4, alpha=0.4)
        ax.plot(steps, other, "k:", lw=1.5)
        ax.set(xlabel="step t", ylim=(-1, 1), yticks=[-1, 0, 1], xticks=steps)
        ax.set_title("lines: this book; dotted: the convention", fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
