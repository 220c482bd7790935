"""An LSTM and a GRU side by side: one input, two memories, and how long a nudge lives in each."""

import math
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Slider, Switch
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.seeded import seeded_uniform

STEPS = 40
NUDGE = 1.0
FLOOR = 1e-4
STREAMS = {"lstm": 0, "gru": 2, "noise": 4}
SHARE = 0.1  # a nudge counts as remembered while this share of it is left


def parameter_count(blocks, hidden_size, input_size=1):
    """blocks · H (D + H + 1): an LSTM has 4 blocks, a GRU 3."""
    return blocks * hidden_size * (input_size + hidden_size + 1)


def matching_units(hidden_size, input_size=1):
    """The units with which a GRU comes nearest to the parameters of an LSTM of `hidden_size`."""
    budget = parameter_count(4, hidden_size, input_size)
    sizes = range(1, 2 * hidden_size + 1)
    return min(sizes, key=lambda units: abs(parameter_count(3, units, input_size) - budget))


class SideBySide(LiveFigure):
    """An LSTM and a GRU, neither trained, on one input of 40 steps, and on the same input nudged.

    The LSTM has `hidden_size` units; the GRU as many (`match="units"`), or as many as bring its
    parameters nearest to the LSTM's (`match="parameters"`, see `matching_units`). Weights are drawn
    by `seed`, uniformly from ±`weight_scale`/√H with each cell's own H; `forget_bias` brings
    the LSTM's f and the GRU's 1 − z near its σ (`init_forget_bias`), all other biases are 0. The
    GRU's conventions are the book's: z writes, reset before the product.

    `signal` is what is read. In the nudged run the input of step `at` is larger by 1. `difference`
    shows what that changes instead of the states, and `t` is the step that is read out.

    `traces` and `nudged` hold the LSTM's and the GRU's trace of the two runs; `fading` the
    difference between them, and `memory` how long a tenth of it lasts. Raises ValueError or
    TypeError for a value out of range, naming it.
    """

    match = Choice(
        "units",
        options={"units": "units H", "parameters": "parameters"},
        label="alike in",
    )
    signal = Choice(
        "noise",
        options={"noise": "noise", "sine": "a sine", "step": "a step", "silence": "silence"},
        label="input",
    )
    hidden_size = IntSlider(8, min=2, max=12, label="units H of the LSTM")
    seed = IntSlider(1, min=0, max=99, label="seed of weights and noise")
    weight_scale = Slider(1.0, min=0, max=4, step=0.1, label="scale of weights")
    forget_bias = Slider(1.0, min=-2, max=6, step=0.1, label="forget bias", colour="f")
    at = IntSlider(5, min=1, max=STEPS, label="step that is nudged")
    t = IntSlider(20, min=1, max=STEPS, label="step t")
    difference = Switch(False, label="show what the nudge changes")

    constants: ClassVar[dict[str, Any]] = {
        "STEPS": STEPS,
        "NUDGE": NUDGE,
        "FLOOR": FLOOR,
        "SHARE": SHARE,
        "STREAMS": STREAMS,
    }

    caption = Data(
        "Compare the maps: the LSTM keeps c and shows h, the GRU shows all that it keeps. Then "
        "turn up the forget bias, and see which line fades later, and what becomes of |c|."
    )

    @property
    def x(self):
        """The input, (40, 1, 1)."""
        steps = np.arange(STEPS)
        values = {
            "noise": lambda: seeded_uniform(self.seed, STREAMS["noise"], STEPS),
            "sine": lambda: np.sin(2 * np.pi * steps / 10),
            "step": lambda: (steps >= STEPS // 4).astype(float),
            "silence": lambda: np.zeros(STEPS),
        }[self.signal]()
        return values.reshape(STEPS, 1, 1)

    @property
    def cells(self):
        """{"lstm": LSTM, "gru": GRU} with the weights that the figure shows."""
        units = self.hidden_size
        other = units if self.match == "units" else matching_units(units)
        cells = {"lstm": LSTM(1, units), "gru": GRU(1, other)}
        for name, cell in cells.items():
            bound = self.weight_scale / math.sqrt(cell.hidden_size)
            for k, weight in enumerate((cell.weight_ih, cell.weight_hh)):
                weight[...] = bound * seeded_uniform(self.seed, STREAMS[name] + k, weight.shape)
            init_forget_bias(cell, self.forget_bias)
        return cells

    @property
    def traces(self):
        """{"lstm": LSTMTrace, "gru": GRUTrace} on the input."""
        return {name: cell.forward(self.x) for name, cell in self.cells.items()}

    @property
    def nudged(self):
        """The same on the nudged input."""
        x = self.x
        x[self.at - 1] += NUDGE
        return {name: cell.forward(x) for name, cell in self.cells.items()}

    @property
    def fading(self):
        """What is left of the nudge, (40,), for the LSTM's "c" and "h" and for the GRU's "gru".

        The root mean square over units of the difference between the runs, as a share of its
        largest value; 0 throughout if the nudge changes nothing.
        """
        traces, nudged = self.traces, self.nudged
        shown = {"c": ("lstm", "c"), "h": ("lstm", "h"), "gru": ("gru", "h")}
        fading = {}
        for name, (cell, state) in shown.items():
            difference = (getattr(nudged[cell], state) - getattr(traces[cell], state))[:, 0]
            size = np.sqrt((difference**2).mean(axis=1))
            fading[name] = size / (size.max() or 1)
        return fading

    @property
    def memory(self):
        """How many steps after the nudge a tenth of it is left, for "c", "h" and "gru".

        At most 40 − `at`, where the input ends.
        """
        return {
            name: max(0, int(np.flatnonzero(share >= SHARE).max(initial=0)) + 1 - self.at)
            for name, share in self.fading.items()
        }

    def text(self):
        said = []
        for (name, cell), blocks, state in zip(
            self.cells.items(), (4, 3), ("h", "gru"), strict=True
        ):
            units, largest = cell.hidden_size, np.abs(self.traces[name].h).max()
            said.append(
                f"{name.upper()}, {units} units, {parameter_count(blocks, units)} parameters: "
                f"largest |h| {largest:.2f}; "
                f"a tenth of the nudge left for {self.memory[state]} steps."
            )
        return " ".join(said)

    def still(self):
        ax = Figure(figsize=(5.4, 2.4), layout="constrained").subplots()
        steps = np.arange(self.at, STEPS + 1)
        for name, label, style in (("h", "LSTM", "-"), ("gru", "GRU", "--")):
            left = np.maximum(self.fading[name][self.at - 1 :], FLOOR)
            ax.plot(steps, np.log10(left), style, color=plots.COLOURS["h"], label=label)
        ax.set_yticks(range(-4, 1), ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"])
        ax.set(xlabel="step t", ylabel="left of the nudge in h", xticks=[1, 10, 20, 30, 40])
        ax.legend(frameon=False)
        return plots.svg(ax)
