"""The Trainer: a network that learns before the reader's eyes."""

import itertools
import math
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.trainer.tasks import STREAMS as TASK_STREAMS
from lecture_lib.figures.trainer.tasks import TASKS, WORD
from lecture_lib.figures.traits import Choice, Data, IntSlider, Slider, Switch
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.seeded import seeded_uniform
from lecture_lib.training import Linear, SequenceModel, fit

BATCH = 32
HELD_OUT = 200
OPENING = 100
CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1.0, 10.0)
STREAMS = {"RNN": 30, "LSTM": 32, "GRU": 34, "readout": 36, "chrono": 37}


class Trainer(LiveFigure):
    """A network of `hidden_size` units that learns a task in the page, and what its gates do.

    `cell` is "RNN", "LSTM" or "GRU", `task` one of `lecture_lib.figures.trainer.tasks.TASKS`, and
    `lag` says how long its memory must last. Each update takes a fresh batch of 32 sequences, clips
    the gradient to norm `clip` (0: not at all), and steps with Adam at `learning_rate`. Matrices
    are Glorot's; biases are 0, but for the gate that keeps: f has `forget_bias`, the GRU's z, which
    writes, its negative. `chrono` spreads them instead, as `init_chrono` does, over 1 … lag − 1
    steps. Weights and batches are drawn by `seed` (`seeded_uniform`), so that `run(updates)` in
    NumPy is the run that the page shows.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    sheets = ("runs",)
    task = Choice(
        "recall",
        options={
            "recall": "delayed recall",
            "adding": "adding",
            "counting": "aⁿbⁿ, next symbol",
            "hello": "hello, next letter",
        },
        label="task",
    )
    cell = Choice("LSTM", options={name: name for name in CELLS}, label="cell")
    learning_rate = Choice(
        0.01, options={rate: f"{rate:g}" for rate in RATES}, label="learning rate"
    )
    lag = IntSlider(40, min=4, max=160, label="lag T", reads="{value} steps")
    hidden_size = IntSlider(16, min=2, max=32, label="units H")
    forget_bias = Slider(1.0, min=-2, max=6, step=0.05, label="forget bias b", colour="f")
    chrono = Switch(True, label="chrono: a bias for each unit", colour="f")
    clip = Slider(1.0, min=0, max=5, step=0.05, label="clip norm (0: off)", reads="{value}")
    seed = IntSlider(1, min=0, max=99, label="seed")

    constants: ClassVar[dict[str, Any]] = {
        "BATCH": BATCH,
        "HELD_OUT": HELD_OUT,
        "BLOCKS": {name: len(cell.gates) or 1 for name, cell in CELLS.items()},
        "STREAMS": STREAMS,
        "TASK_STREAMS": TASK_STREAMS,
        "TASK_SIZES": {
            name: {"inputs": task.inputs, "outputs": task.outputs} for name, task in TASKS.items()
        },
        "WORD": WORD,
        "LONGEST": lag.max + 2,
    }

    caption = Data(
        "Press play: where the map has colour up to step 1, the gradient reaches back to it, and "
        "the loss can leave the line of guessing. Keep the run, turn chrono on or off, and play "
        "again. Then drag back through the training, and see when the gates moved."
    )

    def model(self):
        """The untrained `SequenceModel`, in float64."""
        task, size = TASKS[self.task], self.hidden_size
        cell = CELLS[self.cell](task.inputs, size)
        for number, matrix in enumerate((cell.weight_ih, cell.weight_hh)):
            bound = math.sqrt(6 / (size + matrix.shape[1]))
            matrix[:] = bound * seeded_uniform(self.seed, STREAMS[self.cell] + number, matrix.shape)
        if self.cell != "RNN":
            init_forget_bias(cell, self._keeps())
        if self.cell == "LSTM" and self.chrono:
            cell.bias[:size] = -self._keeps()
        readout = Linear(size, task.outputs)
        drawn = seeded_uniform(self.seed, STREAMS["readout"], readout.weight.shape)
        readout.weight[:] = size**-0.5 * drawn
        return SequenceModel(cell, readout)

    def batch(self, update):
        """What update number `update`, from 1, learns from; 0 is the 200 that are held out."""
        count = BATCH if update else HELD_OUT
        return TASKS[self.task].draw(100 * update + self.seed, self.lag, count)

    def run(self, updates):
        """Train for `updates` updates; returns the model and its `History`.

        Raises FloatingPointError if the loss or the gradient is not finite.
        """
        model, number = self.model(), itertools.count(1)
        history = fit(
            model,
            lambda rng: self.batch(next(number)),
            TASKS[self.task].loss,
            updates,
            self.learning_rate,
            clip=self.clip or math.inf,
            progress=False,
        )
        return model, history

    def _keeps(self):
        if not self.chrono:
            return self.forget_bias
        part = (seeded_uniform(self.seed, STREAMS["chrono"], self.hidden_size) + 1) / 2
        return np.log(1 + (self.lag - 2) * part)

    def text(self):
        loss, best = _opening(tuple(self._settings().items())), TASKS[self.task].baseline(self.lag)
        return (
            f"Computed by NumPy: after {len(loss)} updates the loss has come from {loss[0]:.2f} to "
            f"{np.mean(loss[-10:]):.2f}; guessing has {best:.2f}."
        )

    def still(self):
        loss, best = _opening(tuple(self._settings().items())), TASKS[self.task].baseline(self.lag)
        ax = Canvas(figsize=(6.2, 2.6), layout="constrained").subplots()
        ax.axhline(best, color=plots.FAINT, lw=1, ls=":")
        ax.annotate("guessing", (len(loss), best), ha="right", va="bottom", color=plots.FAINT)
        ax.plot(np.arange(1, len(loss) + 1), loss, color=plots.COLOURS["c"], lw=1.5)
        ax.set(yscale="log", xlabel="updates", ylabel="loss")
        ax.minorticks_off()
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)

    def _settings(self):
        return {name: getattr(self, name) for name in self.controls()}


@lru_cache(maxsize=32)
def _opening(settings):
    """The losses of the first updates, as far as they are finite: for the still and its text."""
    trainer = Trainer(**dict(settings))
    return trainer.run(OPENING)[1].loss
