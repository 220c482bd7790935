"""One unit of a vanilla RNN: its weights, its memory over time, its fixed points."""

from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.cells import RNN
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Slider
from lecture_lib.seeded import seeded_uniform

STEPS = 20
LONGEST = 1000  # the steps over which an impulse is followed
FADED = 0.01
GRID = 2000  # intervals in each of which a fixed point is looked for
EDGES = (-1.0003, 1.0007)  # no point of the grid is a round number, so no fixed point lies on one
NOISE_STREAM = 30  # of `seeded_uniform`
SECOND_PULSE = 10  # the step of "pulses" at which the −1 comes, from 0


class OneUnit(LiveFigure):
    """One RNN unit over 20 steps, h_t = tanh(w h_{t−1} + u x_t + b), h_0 = 0.

    `input` is what it reads: "impulse", 1 at step 1 and then 0; "pulses", 1 at step 1 and −1 at
    step 11; "steady", 1 throughout; "noise", drawn from [−1, 1). `t` is the step that is shown.

    `x` and `h` (20,) are the input and the state; `fixed_points` the h with h = tanh(w h + b), each
    with the slope w (1 − h²) of the map there, stable where |slope| ≤ 1 (at 1 itself, w = ±1 and
    b = 0, the bend of tanh still lets a push die out); `fade_time` the steps until what a single
    impulse changed has fallen to 1 %, or None if 1000 are not enough.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    constants: ClassVar[dict] = {
        "STEPS": STEPS,
        "LONGEST": LONGEST,
        "FADED": FADED,
        "GRID": GRID,
        "EDGES": EDGES,
        "NOISE_STREAM": NOISE_STREAM,
        "SECOND_PULSE": SECOND_PULSE,
    }

    w = Slider(0.9, min=-3, max=3, label="w, weight of the old state", colour="h")
    u = Slider(1.0, min=-2, max=2, label="u, weight of the input", colour="i")
    b = Slider(0.0, min=-2, max=2, label="b, bias", colour="g")
    input = Choice(
        "impulse",
        options={
            "impulse": "one impulse",
            "pulses": "+1, then −1 at step 11",
            "steady": "1 at every step",
            "noise": "noise",
        },
        label="input x",
    )
    t = IntSlider(4, min=1, max=STEPS, label="step t")

    caption = Data(
        "Drag w and watch the impulse fade: at 0.5, at 0.9, at 1, and above. Right: each step goes "
        "up to the curve and across to the diagonal; where they meet, h stays."
    )

    def _run(self, x):
        rnn = RNN(1, 1)
        rnn.weight_ih[:], rnn.weight_hh[:], rnn.bias[:] = self.u, self.w, self.b
        return rnn.forward(np.reshape(x, (-1, 1, 1))).h[:, 0, 0]

    @property
    def x(self) -> np.ndarray:
        """The input, (20,)."""
        x = np.zeros(STEPS)
        if self.input == "steady":
            x[:] = 1
        elif self.input == "noise":
            x[:] = seeded_uniform(0, NOISE_STREAM, STEPS)
        else:
            x[0] = 1
            x[SECOND_PULSE] = -1 if self.input == "pulses" else 0
        return x

    @property
    def h(self) -> np.ndarray:
        """The state after each step, (20,)."""
        return self._run(self.x)

    @property
    def fixed_points(self) -> list[tuple[float, float]]:
        """Each h with h = tanh(w h + b) from the least, and the map's slope there."""

        def excess(h):
            return np.tanh(self.w * h + self.b) - h

        grid = np.linspace(*EDGES, GRID + 1)
        found = []
        for k in np.flatnonzero(np.diff(np.sign(excess(grid)))):
            low, high = grid[k], grid[k + 1]
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if excess(low) * excess(middle) > 0 else (low, middle)
            found.append((float(low), float(self.w * (1 - low**2))))
        return found

    @property
    def fade_time(self) -> int | None:
        """Steps after an impulse of 1 until its effect on h is at most 1 % of the first."""
        impulse = np.zeros(LONGEST + 1)
        quiet = self._run(impulse)
        impulse[0] = 1
        effect = abs(self._run(impulse) - quiet)
        lasting = np.flatnonzero(effect > FADED * effect[0])
        return int(lasting[-1] + 1) if len(lasting) and lasting[-1] < LONGEST else None

    def text(self):
        fade = self.fade_time
        lasts = f"fades to 1 % in {fade} steps" if fade else f"is not gone after {LONGEST} steps"
        points = ", ".join(
            f"{round(h, 2) + 0:.2f} ({'stable' if abs(slope) <= 1 else 'unstable'})"
            for h, slope in self.fixed_points
        )
        return (
            f"w = {self.w:.2f}, u = {self.u:.2f}, b = {self.b:.2f}: at step {self.t} "
            f"h = {self.h[self.t - 1]:.2f}. An impulse {lasts}. Fixed points: {points}."
        )

    def still(self):
        ax = Canvas(figsize=(5.4, 2.2), layout="constrained").subplots()
        ax.plot(range(1, STEPS + 1), self.h, color=plots.COLOURS["h"], lw=2)
        ax.axhline(0, color=plots.FAINT, lw=0.8)
        ax.set(ylim=(-1.05, 1.05), xlabel="step t", ylabel="h")
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
