"""Spectral radius and time: the norm of a plain RNN's Jacobian product, and what bounds it."""

import math
from typing import Any, ClassVar

import numpy as np

from lecture_lib import plots
from lecture_lib.cells import RNN
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Slider, Switch
from lecture_lib.gradients import gradient_flow, spectral_radius
from lecture_lib.plots import gradients as gradient_plots
from lecture_lib.seeded import seeded_uniform

INPUTS = 8
CHAIN = 0.4
STREAMS = {"ih": 20, "hh": 21, "input": 22}


class Spectral(LiveFigure):
    """The norm ‖∂h_T/∂h_{T−k}‖ of an RNN for k = 0 … T, between ρᵏ and (σ₁ · max tanh′)ᵏ.

    `radius` is the spectral radius ρ of the recurrent matrix U (H, H), σ₁ its largest singular
    value. `matrix` says what U is: "random", uniform entries; "rotation", orthogonal, so that
    σ₁ = ρ; "chain", ρ on the diagonal and 0.4 beside it, so that each unit feeds one other. The
    network reads `steps` inputs of size 8, uniform with mean 0 and variance 1, through weights
    uniform in ± `drive`/√H; `linear` leaves tanh out. All is drawn by `seed` (`seeded_uniform`).

    Pascanu, Mikolov & Bengio (2013): σ₁ · max tanh′ < 1 is sufficient for the norm to vanish; for
    the linear network ρ > 1 is necessary for it to explode. `flow` is what
    `lecture_lib.gradients.gradient_flow` computes for the state that the figure shows.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    radius = Slider(0.9, min=0.05, max=2, label="spectral radius ρ", colour="f")
    steps = IntSlider(100, min=10, max=200, label="steps T")
    matrix = Choice(
        "random",
        options={"random": "random", "rotation": "a rotation", "chain": "a chain"},
        label="matrix U",
    )
    linear = Switch(False, label="linear: leave tanh out")
    drive = Slider(1.0, min=0, max=4, step=0.05, label="input strength")
    hidden_size = IntSlider(32, min=2, max=64, label="units H")
    seed = IntSlider(0, min=0, max=99, label="seed of the weights")

    constants: ClassVar[dict[str, Any]] = {
        "INPUTS": INPUTS,
        "CHAIN": CHAIN,
        "STREAMS": STREAMS,
        "LARGEST": radius.max,
        "LONGEST": steps.max,
    }

    caption = Data(
        "Drag ρ through 1 and watch the slope of the curve. Then leave tanh out, and choose a "
        "chain: see the norm grow first and vanish after."
    )

    def cell(self):
        """The RNN, its U scaled to `radius`."""
        rnn = RNN(INPUTS, self.hidden_size)
        scale = self.drive / math.sqrt(self.hidden_size)
        rnn.weight_ih[:] = scale * seeded_uniform(self.seed, STREAMS["ih"], rnn.weight_ih.shape)
        drawn = seeded_uniform(self.seed, STREAMS["hh"], rnn.weight_hh.shape)
        if self.matrix == "random":
            rnn.weight_hh[:] = self.radius / spectral_radius(drawn) * drawn
        elif self.matrix == "rotation":
            q, r = np.linalg.qr(drawn)
            rnn.weight_hh[:] = self.radius * q * np.sign(np.diag(r))
        else:
            beside = np.eye(self.hidden_size, k=1)
            rnn.weight_hh[:] = self.radius * np.eye(self.hidden_size) + CHAIN * beside
        return rnn

    @property
    def flow(self):
        """The `GradientFlow` of the network, or of its linear part."""
        cell = self.cell()
        x = math.sqrt(3) * seeded_uniform(self.seed, STREAMS["input"], (self.steps, 1, INPUTS))
        # Without input the states stay 0, where tanh′ = 1: the linear network's Jacobians.
        return gradient_flow(cell, cell.forward(0 * x if self.linear else x))

    @property
    def growth(self):
        """σ₁ · max tanh′, by which a step can let a gradient grow at most."""
        cell = self.cell()
        return float(np.linalg.norm(cell.weight_hh, 2) * self._steepest(cell))

    def _steepest(self, cell):
        if self.linear:
            return 1.0
        x = math.sqrt(3) * seeded_uniform(self.seed, STREAMS["input"], (self.steps, 1, INPUTS))
        return 1 - (cell.forward(x).h ** 2).min()

    def text(self):
        total = self.flow.total[:, 0]
        return (
            f"Computed by NumPy: with ρ = {self.radius:.2f} and σ₁ · max tanh′ = {self.growth:.2f} "
            f"the norm is {total[-1]:.0e} after {self.steps} steps, at most {total.max():.1f}."
        )

    def still(self):
        return plots.svg(
            gradient_plots.bounds(self.flow.total[:, 0], growth=self.growth, radius=self.radius)
        )
