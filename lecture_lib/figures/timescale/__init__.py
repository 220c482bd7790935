"""The timescale ruler: a gate's bias, its value, its time constant and its half-life."""

import math
from typing import Any, ClassVar

from lecture_lib import plots
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, IntSlider, Slider
from lecture_lib.plots import gradients as gradient_plots


class Timescale(LiveFigure):
    """How long a gate that rests at its bias remembers.

        f = σ(b),   time constant 1 / (1 − f) = 1 + e^b,   half-life n with fⁿ = ½

    `bias` is b, `reach` the steps over which the fading is drawn. `gate`, `time_constant`,
    `half_life` and `left(steps)` are computed from them.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    bias = Slider(1.0, min=-3, max=7, label="bias b", colour="f")
    reach = IntSlider(80, min=10, max=1000, label="steps shown")

    constants: ClassVar[dict[str, Any]] = {"BIAS": [bias.min, bias.max]}

    caption = Data(
        "Drag the ruler anywhere, or go to a scale with Tab and use the arrow keys. Which bias "
        "does a gate need that still holds half of a value after 80 steps?"
    )

    @property
    def gate(self) -> float:
        """σ(b), the share kept at each step."""
        return 1 / (1 + math.exp(-self.bias))

    @property
    def time_constant(self) -> float:
        """1 + e^b steps; after it, for f near 1, about 1/e is left."""
        return 1 + math.exp(self.bias)

    @property
    def half_life(self) -> float:
        """ln ½ / ln σ(b) steps, after which half is left."""
        return math.log(2) / math.log1p(math.exp(-self.bias))

    def left(self, steps) -> float:
        """σ(b) ^ steps, the share that is left after so many steps."""
        return self.gate**steps

    def text(self):
        return (
            f"Bias {self.bias:.2f}: gate {self.gate:.4f}, time constant {self.time_constant:.2f} "
            f"steps, half-life {self.half_life:.2f} steps; "
            f"after {self.reach} steps {self.left(self.reach):.1e} is left."
        )

    def still(self):
        return plots.svg(gradient_plots.fade(self.gate, self.reach, self.half_life))
