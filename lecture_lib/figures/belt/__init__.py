"""The belt of 1997: it only writes, nothing is ever dropped, and tanh reads it."""

import math
from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import LSTM
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, IntSlider, Slider, Switch
from lecture_lib.seeded import seeded_uniform

STEPS = 30
NOISE_STREAM = 4  # of `seeded_uniform`
READABLE_SLOPE = 0.1  # of tanh, above which values are told apart


class Belt(LiveFigure):
    """One LSTM unit without a forget gate, over 30 steps: the constant error carousel.

        c_t = 1 · c_{t−1} + i g_t,    h_t = tanh(c_t),    c_0 = 0

    (Hochreiter & Schmidhuber, 1997, with the output gate open.) The input gate `i` in [0, 1] is the
    same at every step; the candidate is g_t = `g` + `noise` · ε_t, held to [−1, 1], with ε drawn by
    `seed`, uniformly from [−1, 1) (`seeded_uniform`). `compare` draws beside it the cell of 2000,
    whose forget gate `f` keeps less. `t` is the step that is read.

    `trace` and `other` are what `lecture_lib` computes for the two; 1 − h² is the read-out's slope,
    the share of a small change of c that still shows in h.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    constants: ClassVar[dict] = {
        "STEPS": STEPS,
        "NOISE_STREAM": NOISE_STREAM,
        "READABLE_SLOPE": READABLE_SLOPE,
    }

    i = Slider(
        0.5, min=0, max=1, label="input gate i", colour="i", reads="{value}, writes {percent} %"
    )
    g = Slider(0.6, min=-1, max=1, label="candidate g", colour="g")
    noise = Slider(0.0, min=0, max=1, label="noise on the candidate", colour="g")
    seed = IntSlider(1, min=0, max=99, label="seed of the noise")
    compare = Switch(False, label="show what a forget gate keeps")
    f = Slider(
        0.8,
        min=0,
        max=1,
        label="forget gate f to compare",
        colour="f",
        reads="{value}, keeps {percent} %",
    )
    t = IntSlider(10, min=1, max=STEPS, label="step t")

    caption = Data(
        "Play, or move the step: each step puts i × g on the belt, and nothing is ever taken off. "
        "Watch c climb out of the band in which tanh tells values apart, and the slope go to zero. "
        "Then compare it with a forget gate, and set g to 0 with noise."
    )

    @property
    def trace(self):
        """The LSTM's trace with f held at 1."""
        return self._run(1.0)

    @property
    def other(self):
        """The same with the forget gate at `f`."""
        return self._run(self.f)

    def _run(self, f):
        g = np.clip(self.g + self.noise * seeded_uniform(self.seed, NOISE_STREAM, STEPS), -1, 1)
        clamp = {"f": f, "i": self.i, "g": g.reshape(STEPS, 1, 1), "o": 1.0}
        return LSTM(1, 1).forward(np.zeros((STEPS, 1, 1)), clamp=clamp)

    def text(self):
        c = self.trace.c[self.t - 1, 0, 0]
        h = math.tanh(c)
        return f"At step {self.t} of {STEPS}: c = {c:.2f}, h = {h:.3f}, slope = {1 - h**2:.4f}."

    def still(self):
        ax = Figure(figsize=(5.4, 2.4), layout="constrained").subplots()
        lines = [("c", "-", self.trace), ("h", "-", self.trace)]
        if self.compare:
            lines.append(("c", "--", self.other))
        for name, style, run in lines:
            label = name if style == "-" else f"{name} with f = {self.f:g}"
            values = getattr(run, name)[:, 0, 0]
            ax.plot(range(1, STEPS + 1), values, style, color=plots.COLOURS[name], label=label)
        ax.locator_params(axis="y", nbins=4)
        ax.set(xlabel="step t", xticks=[1, 10, 20, 30])
        ax.legend(frameon=False)
        return plots.svg(ax)
