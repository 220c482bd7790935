"""The GRU Lab: a GRU of one unit as a conveyor belt whose two gates you set by hand."""

import json
from pathlib import Path

import numpy as np
import traitlets
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import GRU
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, IntSlider, OneOf, Slider, Switch, Value

_STORIES = json.loads(Path(__file__).with_name("stories.json").read_text(encoding="utf-8"))
STEPS = _STORIES["steps"]
PRESETS = _STORIES["presets"]
GOALS = _STORIES["goals"]
ROWS = {"r": 0, "z": 0, "x": -1}  # each with the lowest value it may hold; the highest is 1


class GRULab(LiveFigure):
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

    rows = Value(
        PRESETS["free"]["rows"],
        schema.record(**{k: schema.row(STEPS, schema.number(low, 1)) for k, low in ROWS.items()}),
    )
    preset = OneOf("free", PRESETS)
    goal = OneOf("", ["", *GOALS], fixed=True)
    focus = Value("rzx", schema.pattern("[rzx]{1,3}", "some of r, z, x"), fixed=True)

    caption = Data(
        "Click a step, or play; drag z and r. Watch the one gate z turn two valves against each "
        "other: what it replaces of h on the belt, it writes from the candidate. And watch how "
        "much of h the gate r lets the candidate see."
    )

    def __init__(self, *, preset="free", goal="", **kwargs):
        _known("preset", preset, PRESETS)
        _known("goal", goal, ["", *GOALS])
        story = GOALS[goal] if goal else PRESETS[preset]
        sliders = {name: kwargs.pop(name) for name in (*ROWS, "all_steps") if name in kwargs}
        defaults = {"t": story["t"], "rows": story["rows"], "focus": story.get("focus", "rzx")}
        super().__init__(preset=preset, goal=goal, **(defaults | kwargs))
        self._follow_step()
        for name in ("all_steps", *ROWS):
            if name in sliders:
                setattr(self, name, sliders[name])
        self.initial = self.state()

    @traitlets.observe(*ROWS)
    def _write_row(self, change):
        row, here = self.rows[change["name"]], self.t - 1
        if row[here] == change["new"]:
            return
        row = [change["new"] if self.all_steps or t == here else old for t, old in enumerate(row)]
        self.rows = self.rows | {change["name"]: row}

    @traitlets.observe("t", "rows")
    def _follow_step(self, change=None):
        for name in ROWS:
            setattr(self, name, self.rows[name][self.t - 1])

    def shown_controls(self):
        hidden = set(ROWS) - set(self.focus)
        return {k: control for k, control in super().shown_controls().items() if k not in hidden}

    @property
    def trace(self):
        """The GRU's trace for the rows that are shown: one sequence, one unit."""
        cell = GRU(1, 1)
        cell.weight_ih[:], cell.weight_hh[:] = [[0], [0], [2]], [[0], [0], [2]]
        column = {name: np.reshape(self.rows[name], (STEPS, 1, 1)) for name in ROWS}
        return cell.forward(column["x"], clamp={"r": column["r"], "z": column["z"]})

    @property
    def solved(self) -> bool:
        """Whether h lies in every band of the goal, at each of its steps."""
        if not self.goal:
            raise ValueError("this GRU Lab has no goal; choose one of " + ", ".join(GOALS))
        h = self.trace.h[:, 0, 0]
        return all(
            band["low"] <= value <= band["high"]
            for band in GOALS[self.goal]["bands"]
            for value in h[band["from"] - 1 : band["to"]]
        )

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


def _known(name, value, allowed):
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
