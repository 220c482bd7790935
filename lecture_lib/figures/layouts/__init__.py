"""The layout mapper: one cell in the files of two frameworks, and a checkpoint to repair."""

from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.conventions import SAME
from lecture_lib.figures.traits import Choice, Data, IntSlider, OneOf, Switch, Value, Whole
from lecture_lib.interchange import reorder_gates
from lecture_lib.interchange.layouts import (
    GATES,
    KERAS_GATES,
    ONNX_GATES,
    cell_of,
    stacked,
)
from lecture_lib.seeded import seeded_uniform

STEPS, INPUTS = 12, 2
UNITS = (2, 3)  # of the cell on each tab
# What the numbers of each array are drawn by, of `seeded_uniform`, and how large they are. Of two
# biases `bias_part` goes from the first to the second.
STREAMS = {
    "weight_ih": 0,
    "weight_hh": 1,
    "bias": 2,
    "x": 3,
    "bias_hn": 4,
    "bias_part": 5,
    "order": 10,
}
SCALES = {"weight_ih": 1.5, "weight_hh": 1.5, "bias": 0.5, "bias_hn": 0.5, "bias_part": 0.5}
FRAMEWORKS = {"book": "this book", "torch": "PyTorch", "keras": "Keras", "onnx": "ONNX"}
ORDERS = {"book": GATES, "torch": GATES, "keras": KERAS_GATES, "onnx": ONNX_GATES}
# How many biases a file has for each row.
BIASES = {
    name: {"lstm": count, "gru": count, "gru_after": 2 if name == "keras" else count}
    for name, count in {"book": 1, "torch": 2, "keras": 1, "onnx": 2}.items()
}
CELLS = {"lstm": "LSTM", "gru": "GRU, reset before", "gru_after": "GRU, reset after"}
FOLLOWED = "ifgorzn"  # the gates whose way can be followed
REFUSAL = (
    'PyTorch has no GRU with reset="before": it computes r ⊙ (U · h + b′), and no weights make '
    "that U · (r ⊙ h). Train a GRU with the reset after, or go by way of Keras or ONNX."
)


class Layouts(LiveFigure):
    """A cell's weights on their way from one framework to another (tab 0), and a repair (tab 1).

    Tab 0: the numbers of this book's LSTM or GRU of 2 inputs and 2 units, whose z writes, drawn by
    `seed`. `source_file` holds them as `source` would, two biases split at random; `target_file` as
    `lecture_lib.interchange` translates them, or with `copied=True` block by block as they were.
    `states` are h of the cell and of what `target` reads, `difference` the largest between the two.

    Tab 1: `checkpoint` is an LSTM of 3 units, `original`, with its gates stacked in an order that
    nobody wrote down. `order` says, block by block, which gate the reader takes each for, `repair`
    is the cell that this gives, and `repaired` whether its states are the original's.

    Raises ValueError for a value that is no choice, for an order that is not one of i, f, g, o, and
    from `target_file` and `states` if there is no translation.
    """

    sheets = ("badge",)
    constants: ClassVar[dict] = {
        "STEPS": STEPS,
        "INPUTS": INPUTS,
        "UNITS": UNITS,
        "STREAMS": STREAMS,
        "SCALES": SCALES,
        "SAME": SAME,
        "FRAMEWORKS": FRAMEWORKS,
        "ORDERS": ORDERS,
        "BIASES": BIASES,
        "GATES": FOLLOWED,
        "REFUSAL": REFUSAL,
    }

    cell = Choice("lstm", options=CELLS, label="cell", tab=0)
    source = Choice("torch", options=FRAMEWORKS, label="from", tab=0)
    target = Choice("onnx", options=FRAMEWORKS, label="to", tab=0)
    copied = Switch(False, label="copy the blocks as they are", tab=0)
    seed = IntSlider(4, min=1, max=20, label="seed of the numbers")

    tab = Whole(0, min=0, max=1)
    gate = OneOf("", ["", *FOLLOWED])
    order = Value("ifgo", schema.order("ifgo"))

    caption = Data(
        "Choose a cell and two frameworks, then follow one gate: where do its rows go, and what is "
        "done to its numbers? Copy the blocks as they are, and watch the dots leave the lines. On "
        "the second tab, say which gate each block is until the dots are back on the lines."
    )

    @property
    def x(self):
        """The input sequence (T, 1, D)."""
        return self._drawn("x", (STEPS, 1, INPUTS))

    @property
    def reference(self):
        """The cell of tab 0, this book's own."""
        if self.cell == "lstm":
            return self._filled(LSTM(INPUTS, UNITS[0]))
        return self._filled(GRU(INPUTS, UNITS[0], reset=self._reset()))

    @property
    def original(self):
        """The LSTM of tab 1 as it was trained to be, with a forget bias about 1."""
        cell = self._filled(LSTM(INPUTS, UNITS[1]))
        cell.bias[UNITS[1] : 2 * UNITS[1]] += 1.0
        return cell

    def _drawn(self, name, shape):
        return SCALES.get(name, 1) * seeded_uniform(self.seed, STREAMS[name], shape)

    def _filled(self, cell):
        for name, array in cell.parameters().items():
            array[...] = self._drawn(name, array.shape)
        return cell

    @property
    def refusal(self) -> str:
        """Why there is no such translation, or nothing."""
        reached = self.cell == "gru" and "torch" in (self.source, self.target)
        return REFUSAL if reached else ""

    @property
    def source_file(self) -> dict[str, np.ndarray]:
        return self._file(self._source_arrays(), self.source)

    @property
    def target_file(self) -> dict[str, np.ndarray]:
        return self._file(self._target_arrays(), self.target)

    def _kind(self):
        return "LSTM" if self.cell == "lstm" else "GRU"

    def _reset(self):
        return "after" if self.cell == "gru_after" else "before"

    def _stacks(self, cell, framework):
        """weight_ih, weight_hh, bias_ih and bias_hh of a cell whose z writes, as `framework` has
        them: its order, and outside this book a z that keeps."""
        if framework != "book":
            return stacked(cell, ORDERS[framework])
        weight_ih, weight_hh, bias, *bias_hn = cell.parameters().values()
        bias_hh = np.zeros_like(bias)
        if bias_hn:
            bias_hh[-UNITS[0] :] = bias_hn[0]
        return [weight_ih, weight_hh, bias, bias_hh]

    def _read(self, arrays, framework, update="write"):
        """The cell whose `_stacks` these are, or its kin with a z that keeps."""
        if framework != "book":
            return cell_of(self._kind(), ORDERS[framework], arrays, update, self._reset())
        cell = self.reference
        names = ["weight_ih", "weight_hh", "bias"]
        parameters = dict(zip(names, arrays, strict=False))
        if "bias_hn" in cell.parameters():
            parameters["bias_hn"] = arrays[3][-UNITS[0] :]
        cell.load_parameters(parameters)
        return cell

    def _source_arrays(self):
        if self.refusal:
            raise ValueError(self.refusal)
        arrays = self._stacks(self.reference, self.source)
        if BIASES[self.source][self.cell] == 2:
            # Any split will do, for only the sum counts; but n's stand apart if the reset is after.
            part = self._drawn("bias_part", arrays[2].shape)
            if self.cell == "gru_after":
                part[-UNITS[0] :] = 0
            arrays = [*arrays[:2], arrays[2] - part, arrays[3] + part]
        return arrays

    def _target_arrays(self):
        arrays = self._source_arrays()
        if not self.copied:
            return self._stacks(self._read(arrays, self.source), self.target)
        weight_ih, weight_hh, bias_ih, bias_hh = arrays
        inside = np.zeros_like(bias_hh)
        if self.cell == "gru_after":
            inside[-UNITS[0] :] = bias_hh[-UNITS[0] :]
        return [weight_ih, weight_hh, bias_ih + (bias_hh - inside), inside]

    def _file(self, arrays, framework):
        """The arrays of a file, by the names and in the shapes of a framework."""
        weight_ih, weight_hh, bias_ih, bias_hh = arrays
        after = self.cell == "gru_after"
        if framework == "torch":
            return {
                "weight_ih_l0": weight_ih,
                "weight_hh_l0": weight_hh,
                "bias_ih_l0": bias_ih,
                "bias_hh_l0": bias_hh,
            }
        if framework == "keras":
            bias = np.stack([bias_ih, bias_hh]) if after else bias_ih
            return {"kernel": weight_ih.T, "recurrent_kernel": weight_hh.T, "bias": bias}
        if framework == "onnx":
            both = np.concatenate([bias_ih, bias_hh])
            return {"W": weight_ih[None], "R": weight_hh[None], "B": both[None]}
        own = {"bias_hn": bias_hh[-UNITS[0] :]} if after else {}
        return {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias": bias_ih, **own}

    @property
    def loaded(self):
        """The cell that `target` reads out of `target_file`."""
        return self._read(self._target_arrays(), self.target, update="keep")

    @property
    def checkpoint(self) -> dict[str, np.ndarray]:
        """The file of tab 1, its gates in an order drawn by the seed."""
        ranks = np.argsort(self._drawn("order", (4,)))
        order = "".join("ifgo"[k] for k in ranks)
        return reorder_gates(self.original.parameters(), have="ifgo", want=order)

    @property
    def repair(self):
        """The LSTM that comes out of `checkpoint` if its order is `order`."""
        cell = LSTM(INPUTS, UNITS[1])
        cell.load_parameters(reorder_gates(self.checkpoint, have=self.order, want="ifgo"))
        return cell

    @property
    def repaired(self) -> bool:
        outputs = [cell.run(self.x)[0] for cell in (self.original, self.repair)]
        return bool(abs(outputs[0] - outputs[1]).max() <= SAME)

    @property
    def states(self):
        """h as it should be and as loaded, each (T, H)."""
        cells = (self.original, self.repair) if self.tab else (self.reference, self.loaded)
        return tuple(cell.run(self.x)[0][:, 0] for cell in cells)

    @property
    def difference(self) -> float:
        wanted, got = self.states
        return float(abs(wanted - got).max())

    @property
    def same(self) -> bool:
        return self.difference <= SAME

    def text(self):
        if self.tab:
            state = "repaired" if self.same else "not yet repaired"
            return f"Blocks read as {', '.join(self.order)}: {state}."
        way = f"{CELLS[self.cell]}, {FRAMEWORKS[self.source]} to {FRAMEWORKS[self.target]}"
        if self.refusal:
            return f"{way}: no translation. {self.refusal}"
        how = "copied as it was" if self.copied else "translated"
        verdict = "the same function" if self.same else f"h differs by up to {self.difference:.3f}"
        return f"{way}, {how}: {verdict}."

    def still(self):
        ax = Figure(figsize=(6, 2.2), layout="constrained").subplots()
        if not self.tab and self.refusal:
            ax.text(0.5, 0.5, "no translation", ha="center", va="center")
            ax.axis("off")
            return plots.svg(ax)
        steps = np.arange(1, STEPS + 1)
        wanted, got = self.states
        ax.plot(steps, wanted, color=plots.COLOURS["h"], lw=4, alpha=0.4)
        ax.plot(steps, got, "k:", lw=1.5)
        ax.set(xlabel="step t", ylim=(-1, 1), yticks=[-1, 0, 1], xticks=steps)
        ax.set_title("lines: h as it should be; dotted: as loaded", fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
