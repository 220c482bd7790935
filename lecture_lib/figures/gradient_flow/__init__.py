"""Gradient flow: what is left of a gradient after each step back, in RNN, LSTM and GRU."""

import math
from typing import Any, ClassVar

import numpy as np

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Slider, Switch
from lecture_lib.gradients import gradient_flow, spectral_radius
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.plots import gradients as gradient_plots
from lecture_lib.seeded import seeded_uniform

INPUTS = 8
KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
STREAMS = {"RNN": 10, "LSTM": 12, "GRU": 14, "input": 16, "chrono": 17}


class GradientFlow(LiveFigure):
    """How strongly the last state depends on the one k steps before it, for k = 0 … T.

    Three untrained cells with 8 inputs and `hidden_size` units read the same `steps` inputs,
    uniform with mean 0 and variance 1. Their weights are uniform in ±1/√H; then the recurrent ones
    are multiplied by `gain` in LSTM and GRU, and scaled to the spectral radius `radius` in the RNN,
    where a draw would give about 0.58. Biases are 0, but for the gate that keeps: f has
    `forget_bias`, the GRU's z, which writes, has its negative. `chrono` spreads them instead, as
    `init_chrono` does, over time constants of 1 … T − 1 steps. All is drawn by `seed`
    (`seeded_uniform`).

    `follow` says which of the LSTM's states is followed, "c" or "h". `flows` is what
    `lecture_lib.gradients.gradient_flow` computes for the state that the figure shows.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    forget_bias = Slider(
        0.0, min=-2, max=6, step=0.05, label="forget bias b", colour="f", reads="{value}"
    )
    chrono = Switch(False, label="chrono: a bias for each unit")
    gain = Slider(
        1.0, min=0, max=2, step=0.05, label="gates: recurrent gain", reads="{value} times"
    )
    radius = Slider(1.0, min=0, max=1.5, step=0.05, label="RNN: spectral radius")
    follow = Choice(
        "c", options={"c": "c, the memory", "h": "h, what it shows"}, label="LSTM state"
    )
    hidden_size = IntSlider(32, min=2, max=64, label="units H")
    steps = IntSlider(100, min=10, max=200, label="steps T")
    seed = IntSlider(0, min=0, max=99, label="seed of the weights")

    constants: ClassVar[dict[str, Any]] = {
        "INPUTS": INPUTS,
        "BLOCKS": {name: len(cell.gates) or 1 for name, cell in KINDS.items()},
        "STREAMS": STREAMS,
        "LONGEST": steps.max,
    }

    caption = Data(
        "Solid: the gradient in all. Dashed: the direct path alone, the product of the gates that "
        "keep. Raise the forget bias from 0 and watch both; then turn the gates’ recurrent gain "
        "down to 0, which cuts the way through h, and see the two become one."
    )

    def cells(self):
        """The three untrained cells by name."""
        built = {}
        for kind, make in KINDS.items():
            cell = make(INPUTS, self.hidden_size)
            bound, stream = self.hidden_size**-0.5, STREAMS[kind]
            cell.weight_ih[:] = bound * seeded_uniform(self.seed, stream, cell.weight_ih.shape)
            drawn = seeded_uniform(self.seed, stream + 1, cell.weight_hh.shape)
            scale = self.radius / spectral_radius(drawn) if kind == "RNN" else bound * self.gain
            cell.weight_hh[:] = scale * drawn
            if kind != "RNN":
                init_forget_bias(cell, self._bias())
            if kind == "LSTM" and self.chrono:
                cell.bias[: self.hidden_size] = -self._bias()
            built[kind] = cell
        return built

    def inputs(self):
        """What the cells read, (T, 1, 8)."""
        return math.sqrt(3) * seeded_uniform(self.seed, STREAMS["input"], (self.steps, 1, INPUTS))

    @property
    def flows(self):
        """`{"RNN": …, "LSTM": …, "GRU": …}` of `lecture_lib.gradients.GradientFlow`."""
        x = self.inputs()
        return {
            kind: gradient_flow(cell, cell.forward(x), self.follow if kind == "LSTM" else None)
            for kind, cell in self.cells().items()
        }

    def _bias(self):
        if not self.chrono:
            return self.forget_bias
        part = (seeded_uniform(self.seed, STREAMS["chrono"], self.hidden_size) + 1) / 2
        return np.log(1 + (self.steps - 2) * part)

    def text(self):
        ends = ", ".join(f"{kind} {flow.total[-1, 0]:.0e}" for kind, flow in self.flows.items())
        return f"Computed by NumPy: after {self.steps} steps there is left {ends}."

    def still(self):
        return plots.svg(gradient_plots.flows(self.flows))
