"""My figure: what a gate that stays the same leaves of a 1."""

from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, Slider

STEPS = 20


class MyFigure(LiveFigure):
    """A 1 on the belt over 20 steps, with nothing written.

        c_t = f c_{t−1},    c_0 = 1

    `f` in [0, 1] is the forget gate. `c` (20,) is what is left after each step.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    # What the module takes from here by `import { STEPS } from "./__init__.py";`.
    constants: ClassVar[dict] = {"STEPS": STEPS}

    f = Slider(
        0.9, min=0, max=1, label="forget gate f", colour="f", reads="{value}, keeps {percent} %"
    )

    caption = Data(
        "Drag f, and watch how much of the 1 is left. Which f still keeps half of it at step 20?"
    )

    @property
    def c(self) -> np.ndarray:
        """What is left after each step, (20,)."""
        # Replace this formula, here and in the module; a cell's numbers come from lecture_lib.
        return self.f ** np.arange(1, STEPS + 1)

    def text(self):
        return f"With f = {self.f:.2f}, {self.c[-1]:.2f} is left after {STEPS} steps."

    def still(self):
        ax = Figure(figsize=(5.4, 2.2), layout="constrained").subplots()
        ax.bar(range(1, STEPS + 1), self.c, width=0.6, color=plots.COLOURS["c"])
        ax.set(ylim=(0, 1), xlabel="step t", ylabel="c", xticks=[1, 5, 10, 15, 20])
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
