"""The GRU Lab: a GRU of one unit as a conveyor belt whose two gates you set by hand."""

from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import GRU
from lecture_lib.figures.lab import Lab, read_stories, rows_over, some_of
from lecture_lib.figures.traits import Data, IntSlider, OneOf, Slider, Switch, Value

STEPS, PRESETS, GOALS = read_stories(__file__)
ROWS = {"r": 0, "z": 0, "x": -1}  # each with the lowest value it may hold; the highest is 1
WEIGHT = 2  # of the input and of the state in the candidate


class GRULab(Lab):
    """A GRU of one unit over 12 steps, as a conveyor belt with a single state.

    The gates `r`, `z` in [0, 1] and the input `x` in [-1, 1] are the sliders at step `t`, or at
    every step while `all_steps` is on; the candidate is computed from them,

        n_t = tanh(2 x_t + 2 r_t h_{t-1}),    h_t = (1 - z_t) h_{t-1} + z_t n_t,    h_0 = 0,

    for with a candidate set by hand the reset gate would have nothing to do. The 2s are the
    weights of this cell.

    `rows` holds r, z and x at all steps. `preset` names the story to start from (`PRESETS`), `goal`
    an exercise (`GOALS`): all but one row is then given, and `solved` says whether h does what was
    asked. `focus` is the rows whose sliders are shown, "rzx" or fewer.

    `trace` is what `lecture_lib` computes for the state that the figure shows.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    presets, goals, lowest, rows_trait = PRESETS, GOALS, ROWS, "rows"
    constants: ClassVar[dict] = {"ROWS": list(ROWS), "WEIGHT": WEIGHT}

    r = Slider(
        0.5,
        min=0,
        max=1,
        label="reset gate r",
        colour="o",
        reads="{value}, lets {percent} % of h into the candidate",
        fixed=True,
    )
    z = Slider(
        0.3,
        min=0,
        max=1,
        label="update gate z",
        colour="f",
        reads="{value}, replaces {percent} % of h",
        fixed=True,
    )
    x = Slider(0.7, min=-1, max=1, label="input x", fixed=True)
    all_steps = Switch(False, label="set at all steps")
    t = IntSlider(4, min=1, max=STEPS, label="step t")

    rows = Value(PRESETS["free"]["rows"], rows_over(STEPS, ROWS))
    preset = OneOf("free", PRESETS)
    goal = OneOf("", ["", *GOALS], fixed=True)
    focus = Value("rzx", some_of("rzx"), fixed=True)

    caption = Data(
        "Click a step, or play; drag z and r. Watch the one gate z turn two valves against each "
        "other: what it replaces of h on the belt, it writes from the candidate. And watch how "
        "much of h the gate r lets the candidate see."
    )

    @property
    def trace(self):
        """The GRU's trace for the rows that are shown: one sequence, one unit."""
        cell = GRU(1, 1)
        cell.weight_ih[:], cell.weight_hh[:] = [[0], [0], [WEIGHT]], [[0], [0], [WEIGHT]]
        column = {name: np.reshape(self.rows[name], (STEPS, 1, 1)) for name in ROWS}
        return cell.forward(column["x"], clamp={"r": column["r"], "z": column["z"]})

    def text(self):
        trace, now = self.trace, self.t - 1
        shown = ", ".join(f"{k} = {getattr(trace, k)[now, 0, 0]:.2f}" for k in "rznh")
        return f"At step {self.t} of {STEPS}: x = {self.x:.2f}, {shown}."

    def still(self):
        ax = Figure(figsize=(6, 2.2), layout="constrained").subplots()
        steps = np.arange(1, STEPS + 1)
        for name, words in (("n", "candidate n"), ("h", "state h")):
            values = getattr(self.trace, name)[:, 0, 0]
            ax.plot(steps, values, "--" if name == "n" else "-", color=plots.COLOURS[name])
            ax.text(STEPS + 0.2, values[-1], words, va="bottom" if name == "n" else "top")
        ax.set(xlabel="step t", ylim=(-1.1, 1.1), yticks=[-1, 0, 1], xticks=steps[::2])
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
