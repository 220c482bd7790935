"""Take an LSTM apart: its equations and traces with parts added or removed, and a bet on which
part was needed, beside the recorded runs."""

import itertools
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import LSTM
from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.experiments import variants
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, OneOf, Switch, Value
from lecture_lib.seeded import seeded_uniform

STEPS = 24
UNITS = 4
SCALE = 1.5
FORGET_BIAS = 1.0
STREAMS = {"ih": 0, "hh": 1, "peepholes": 2, "input": 3}
NAMES = tuple(variants.VARIANTS)
BETS = "abcdefgh"  # a letter for each name


class Ablation(LiveFigure):
    """An untrained cell of 4 units whose parts are switched, and a ranking of the variants.

    The switches are the arguments of `LSTMVariant`. `coupled` asks for both gates, and `peephole`
    for one at least: without them these do nothing (see `toggles`). Weights and the input of 24
    numbers are drawn by `seed`; the forget bias is 1. `unit` is the one whose c and h are drawn,
    over those of the whole LSTM.

    `order` is how the reader ranks the variants for `task`, from the best: a letter for each, "a"
    for the first of `NAMES`. `revealed` is the task whose recorded runs are shown, or "".

    `trace` and `plain` are what the cell and the whole LSTM compute, and `agreement` counts the
    pairs of variants that `order` has as measured. Raises ValueError or TypeError for a value out
    of range, naming it.
    """

    sheets = ("runs",)
    peephole = Switch(False, label="peepholes")
    coupled = Switch(False, label="coupled gates")
    forget_gate = Switch(True, label="forget gate", colour="f")
    input_gate = Switch(True, label="input gate", colour="i")
    output_gate = Switch(True, label="output gate", colour="o")
    output_tanh = Switch(True, label="output tanh")
    layer_norm = Switch(False, label="layer norm")
    unit = IntSlider(1, min=1, max=UNITS, label="unit drawn")
    seed = IntSlider(1, min=0, max=99, label="seed of weights and input")
    task = Choice(
        "adding",
        options={
            "adding": "adding, 50 steps",
            "recall": "recall after 40 steps",
            "counting": "counting aⁿbⁿ",
        },
        label="task to bet on",
    )
    order = Value(BETS, schema.order(BETS))
    revealed = OneOf("", ["", *variants.TASKS])
    record = Data()

    constants: ClassVar[dict[str, Any]] = {
        "STEPS": STEPS,
        "UNITS": UNITS,
        "SCALE": SCALE,
        "FORGET_BIAS": FORGET_BIAS,
        "STREAMS": STREAMS,
        "BETS": BETS,
    }

    caption = Data(
        "Switch parts on and off: the equations say what changes, the curves what it does to one "
        "unit of an untrained cell. Then bet: order the variants for a task from the best to the "
        "worst, reveal the runs, and look how far the five runs of one variant lie apart before "
        "you read the medians."
    )

    def __init__(self, **kwargs):
        tasks = {
            name: {
                "less": task.target is not None,
                "most": task.updates if task.target else variants.LIMIT,
            }
            for name, task in variants.TASKS.items()
        }
        super().__init__(record={"tasks": tasks, "rows": variants.load()}, **kwargs)

    @property
    def toggles(self):
        """The arguments of the `LSTMVariant` that is drawn."""
        chosen = {
            name: getattr(self, name)
            for name, control in self.controls().items()
            if isinstance(control, Switch)
        }
        chosen["coupled"] &= self.forget_gate and self.input_gate
        chosen["peephole"] &= self.forget_gate or self.input_gate or self.output_gate
        return chosen

    @property
    def x(self):
        """The input, (24, 1, 1)."""
        return seeded_uniform(self.seed, STREAMS["input"], (STEPS, 1, 1))

    @property
    def whole(self):
        """The `LSTM` whose parts are switched."""
        cell = LSTM(1, UNITS, forget_bias=FORGET_BIAS)
        for name, weight in (("ih", cell.weight_ih), ("hh", cell.weight_hh)):
            weight[...] = SCALE * seeded_uniform(self.seed, STREAMS[name], weight.shape)
        return cell

    @property
    def cell(self):
        """The `LSTMVariant` that is drawn: the weights of `whole`, and peepholes from ±1.5."""
        toggles = self.toggles
        cell = LSTMVariant(1, UNITS, **toggles)
        cell.copy_gates(self.whole)
        if toggles["peephole"]:
            drawn = SCALE * seeded_uniform(self.seed, STREAMS["peepholes"], (3, UNITS))
            cell.peepholes[...] = [drawn["ifo".index(gate)] for gate in cell.gates if gate in "ifo"]
        return cell

    @property
    def trace(self):
        return self.cell.forward(self.x)

    @property
    def plain(self):
        return self.whole.forward(self.x)

    @property
    def ranked(self):
        """The names of the variants in the reader's order."""
        return [NAMES[BETS.index(letter)] for letter in self.order]

    @property
    def places(self):
        """`{variant: place}` as measured, from 1; equals share a place."""
        rows = variants.ranking(self.task)
        better = {
            row["variant"]: sum(variants.standing(r) < variants.standing(row) for r in rows)
            for row in rows
        }
        return {variant: 1 + count for variant, count in better.items()}

    @property
    def agreement(self):
        """How many of the 28 pairs of variants are ordered as measured; equals always are."""
        pairs = itertools.combinations(self.ranked, 2)
        return sum(self.places[a] <= self.places[b] for a, b in pairs)

    def text(self):
        parts = ", ".join(name for name, there in self.toggles.items() if there)
        c, h = (getattr(self.trace, name)[-1, 0, self.unit - 1] for name in "ch")
        said = f"With {parts or 'no part'}: unit {self.unit} ends at c = {c:.2f}, h = {h:.2f}."
        if self.revealed != self.task:
            return said
        places = ", ".join(f"{name} {place}" for name, place in self.places.items())
        return f"{said} Measured on {self.task}: {places}."

    def still(self):
        axes = Figure(figsize=(5.4, 2.6), layout="constrained").subplots(2, sharex=True)
        steps = np.arange(1, STEPS + 1)
        for ax, name in zip(axes, "ch", strict=True):
            for trace, style, label in ((self.plain, ":", "LSTM"), (self.trace, "-", "variant")):
                values = getattr(trace, name)[:, 0, self.unit - 1]
                ax.plot(steps, values.round(3), style, color=plots.COLOURS[name], label=label)
            ax.set(ylabel=name)
            ax.locator_params(axis="y", nbins=3)
        axes[0].legend(frameon=False, fontsize=8)
        axes[1].set(xlabel="step t", xticks=[1, 12, 24])
        return plots.svg(axes[0])
