"""The Gate Lab: an LSTM cell as a conveyor belt with three valves, by hand or as computed."""

from typing import ClassVar

import numpy as np

from lecture_lib import plots
from lecture_lib.cells import LSTM
from lecture_lib.figures import schema
from lecture_lib.figures.lab import Lab, read_stories, rows_over, some_of
from lecture_lib.figures.traits import Data, IntSlider, OneOf, Slider, Switch, Value, Whole
from lecture_lib.tasks import latch

STEPS, PRESETS, GOALS = read_stories(__file__)
LOWEST = {"f": 0, "i": 0, "g": -1, "o": 0}
GATES = tuple(LOWEST)
# A value to remember, and a flag at steps 3 and 8.
_VALUES = [0.3, -0.5, 0.8, -0.2, 0.6, -0.7, 0.1, -0.9, 0.5, -0.4, 0.7, 0.2]
_FLAGS = [float(step in (3, 8)) for step in range(1, STEPS + 1)]


class GateLab(Lab):
    """One LSTM cell over 12 steps, as a conveyor belt whose valves are the gates.

    On the first tab the gates are yours: `f`, `i`, `o` in [0, 1] and the candidate `g` in [-1, 1]
    are the sliders at step `t`, or at every step while `all_steps` is on, and

        c_t = f_t c_{t-1} + i_t g_t,    h_t = o_t tanh(c_t),    c_0 = 0.

    On the second tab an LSTM of 2 inputs and 4 units, trained to remember the last flagged value
    (`lecture_lib.tasks.latch`), computes its own gates from an input that you edit; `hold_f` and
    its kin hold a gate of all units at `held_f`, as `LSTM.forward(..., clamp={"f": ...})` does.

    `preset` names the story to start from (`PRESETS`), `goal` an exercise (`GOALS`): the
    candidate is then given, and `solved` says whether your gates do what was asked. `focus` is
    the gates whose sliders are shown, "fgio" or fewer; `learned=False` leaves out the second tab.

    `trace` is what `lecture_lib` computes for the state that the figure shows.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    presets, goals, lowest, rows_trait = PRESETS, GOALS, LOWEST, "gates"
    constants: ClassVar[dict] = {"STEPS": STEPS, "GATES": GATES, "UNITS": latch.HIDDEN_SIZE}

    f = Slider(
        0.9,
        min=0,
        max=1,
        label="forget gate f",
        colour="f",
        tab=0,
        fixed=True,
        reads="{value}, keeps {percent} %",
    )
    i = Slider(
        0.6,
        min=0,
        max=1,
        label="input gate i",
        colour="i",
        tab=0,
        fixed=True,
        reads="{value}, writes {percent} %",
    )
    g = Slider(0.7, min=-1, max=1, label="candidate g", colour="g", tab=0, fixed=True)
    o = Slider(
        0.5,
        min=0,
        max=1,
        label="output gate o",
        colour="o",
        tab=0,
        fixed=True,
        reads="{value}, shows {percent} %",
    )
    all_steps = Switch(False, label="set at all steps", tab=0)
    hold_f = Switch(False, label="hold f at", colour="f", tab=1)
    held_f = Slider(1.0, min=0, max=1, label="held f", colour="f", tab=1)
    hold_i = Switch(False, label="hold i at", colour="i", tab=1)
    held_i = Slider(0.0, min=0, max=1, label="held i", colour="i", tab=1)
    hold_g = Switch(False, label="hold g at", colour="g", tab=1)
    held_g = Slider(0.0, min=-1, max=1, label="held g", colour="g", tab=1)
    hold_o = Switch(False, label="hold o at", colour="o", tab=1)
    held_o = Slider(1.0, min=0, max=1, label="held o", colour="o", tab=1)
    unit = IntSlider(3, min=1, max=latch.HIDDEN_SIZE, label="unit", tab=1)
    t = IntSlider(5, min=1, max=STEPS, label="step t")

    tab = Whole(0, min=0, max=1)
    gates = Value(PRESETS["free"]["gates"], rows_over(STEPS, LOWEST))
    x = Value([_VALUES, _FLAGS], schema.row(2, schema.row(STEPS, schema.number(-1, 1))))
    preset = OneOf("free", PRESETS)
    goal = OneOf("", ["", *GOALS], fixed=True)
    focus = Value("fgio", some_of("fgio"), fixed=True)
    learned = Value(True, {"type": "boolean"}, fixed=True)
    weights = Data()

    caption = Data(
        "Click a step, or play; drag the gates. Watch how much of the old memory passes the "
        "forget gate, what the input gate adds, and what the output gate lets out."
    )

    def __init__(self, **settings):
        settings.setdefault("learned", not settings.get("goal"))
        if settings["learned"]:
            trained = latch.load().parameters()
            settings["weights"] = {name: array.tolist() for name, array in trained.items()}
        super().__init__(**settings)

    def shown_controls(self):
        return {k: v for k, v in super().shown_controls().items() if self.learned or v.tab != 1}

    @property
    def trace(self):
        """The LSTM's trace for what the open tab shows: one unit by hand, or the four trained."""
        if not self.tab:
            clamp = {name: np.reshape(self.gates[name], (STEPS, 1, 1)) for name in GATES}
            return LSTM(1, 1).forward(np.zeros((STEPS, 1, 1)), clamp=clamp)
        held = {k: getattr(self, f"held_{k}") for k in GATES if getattr(self, f"hold_{k}")}
        return latch.load().cell.forward(np.transpose(self.x)[:, None, :], clamp=held)

    def text(self):
        trace, now = self.trace, self.t - 1
        unit = self.unit - 1 if self.tab else 0
        shown = ", ".join(f"{k} = {getattr(trace, k)[now, 0, unit]:.2f}" for k in "figoch")
        return f"At step {self.t} of {STEPS}: {shown}."

    def still(self):
        return plots.svg(plots.gate_strip(self.trace, unit=self.unit - 1 if self.tab else 0))
