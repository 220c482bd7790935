"""The results explorer: every recorded run of RNN, LSTM and GRU on a task, a dot each."""

import math
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.experiments import comparison
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, Switch, Whole

CELLS = ("LSTM", "GRU", "RNN")


class Results(LiveFigure):
    """Each run of `lecture_lib.experiments.comparison` on `task`: where it came out in `measure`.

    `measure` is "updates", to the target; "score", at the end of training; or "parameters". `equal`
    says what GRU and RNN share with the LSTM, "units" or "parameters". The six lanes are LSTM,
    GRU and RNN, each with the learning rates 0.01 and 0.003; `paired` puts the runs of one seed at
    the same height in all lanes, else each lane is sorted. The run in hand is the one of `seed` in
    lane number `lane`, from 0.

    `lanes` are the rows of the record that are shown, `best` is {cell: row with its better rate}.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    sheets = ("runs",)
    task = Choice(
        "adding",
        options={name: task.title for name, task in comparison.TASKS.items()},
        label="task",
    )
    measure = Choice(
        "updates",
        options={
            "updates": "updates to target",
            "score": "score at the end",
            "parameters": "parameters",
        },
        label="measure",
    )
    equal = Choice(
        "parameters",
        options={"parameters": "equal parameters", "units": "equal units"},
        label="compare at",
    )
    paired = Switch(True, label="one height for each seed")
    lane = Whole(0, min=0, max=2 * len(CELLS) - 1)
    seed = Whole(0, min=0, max=len(comparison.SEEDS) - 1)
    record = Data()

    constants: ClassVar[dict[str, Any]] = {"CELLS": CELLS}

    caption = Data(
        "Every dot is a training run. The stroke is the median, the band behind it runs from the "
        "best to the worst. Point at a dot, or go to a lane with Tab and use the arrow keys, to "
        "read a run and follow its seed. Look first at how far the runs of one network lie apart."
    )

    def __init__(self, **kwargs):
        recorded = comparison.load()
        super().__init__(record={key: recorded[key] for key in ("tasks", "rows")}, **kwargs)

    @property
    def lanes(self):
        """The six rows shown, from the top; each as in `comparison.rows`."""
        return comparison.rows(self.task, self.equal)

    @property
    def best(self):
        """`{cell: row}` of the better learning rate of each cell."""
        measure = "score" if self.measure == "score" else "updates"
        return {cell: comparison.better(self.task, self.equal, cell, measure) for cell in CELLS}

    def values(self, row):
        """What the dots of a lane show, one for each seed; inf for a run that was not solved."""
        if self.measure == "parameters":
            return [row["parameters"]] * len(row["scores"])
        if self.measure == "score":
            return row["scores"]
        return [math.inf if n is None else n for n in row["updates"]]

    def text(self):
        medians = {cell: np.median(self.values(row)) for cell, row in self.best.items()}
        listed = ", ".join(
            f"{cell} {'not solved' if math.isinf(value) else f'{value:.4g}'}"
            for cell, value in medians.items()
        )
        title = comparison.TASKS[self.task].title
        return (
            f"Recorded: {title}, {self.measure}, median of {len(comparison.SEEDS)} seeds at the "
            f"better rate: {listed}."
        )

    def still(self):
        ax = Canvas(figsize=(5.6, 2.6), layout="constrained").subplots()
        limit = comparison.TASKS[self.task].updates
        colours = {"LSTM": plots.COLOURS["c"], "GRU": plots.COLOURS["h"], "RNN": plots.FAINT}
        for cell, colour in colours.items():
            lanes = [n for n, row in enumerate(self.lanes) if row["cell"] == cell]
            values = np.array([self.values(self.lanes[n]) for n in lanes], float)
            values = np.minimum(values, 1.3 * limit)
            heights = np.c_[lanes] + np.linspace(-0.25, 0.25, values.shape[1])
            ax.plot(values, heights, "o", color=colour, ms=4)
        names = [f"{row['cell']}, {row['learning_rate']:g}" for row in self.lanes]
        ax.set_yticks(range(len(names)), names)
        ax.set(ylim=(len(names) - 0.5, -0.5), xlabel=self.measure)
        ax.locator_params(axis="x", nbins=4)
        if self.measure == "updates":
            ax.set_xticks([0, limit // 2, limit])
            ax.text(1.3 * limit, -0.6, "not solved", ha="center", va="bottom", fontsize=8)
        ax.tick_params(length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)
        return plots.svg(ax)
