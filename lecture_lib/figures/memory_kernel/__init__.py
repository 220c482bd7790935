"""Decay kernel against attention row: how much each earlier step weighs in what is read now."""

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, IntSlider, Slider, Value, Whole
from lecture_lib.training import softmax

LETTERS = "ABCADBACDABDCABC"
STEPS = len(LETTERS)
WIDTH = 4
FREE = "." * STEPS
HELD = schema.pattern(f"[01.]{{{STEPS}}}", f"{STEPS} characters out of 0, 1 and .")


def _keys():
    """A vector for each step, (16, 4): its letter's own axis, and a little of everything."""
    rng = np.random.default_rng(0)
    letters = np.array(["ABCD".index(letter) for letter in LETTERS])
    return (1.5 * np.eye(WIDTH)[letters] + rng.uniform(-0.3, 0.3, (STEPS, WIDTH))).round(2)


class MemoryKernel(LiveFigure):
    """How much the step s ≤ t weighs at step t: in a gated linear memory, and in attention.

        memory     c_t = f_t c_{t−1} + i_t g_t = Σ_s i_s f_{s+1} ⋯ f_t · g_s
        attention  y_t = Σ_s softmax_s(β q_t · k_s / √d) · v_s,  s = 1 … t

    The sequence has 16 steps, each with one of four letters. `f` and `i` are the gates of all
    steps but those held: `held_f` and `held_i` have a character for each step, "0" or "1" where
    its gate is held there, "." where it follows the slider. k_s is a vector of 4 numbers that
    says mostly which letter it is; the query of a step is its own key, q_t = k_t. `sharpness` is
    β, `t` the step that asks, and `s` the earlier step whose gates the buttons set.

    `length` is how long a sequence the costs are counted for, with memory, keys and values of
    `COST_WIDTH` numbers. `kernel`, `scores`, `attention` and `costs` are computed from these.
    Raises ValueError or TypeError for a value out of range, naming it.
    """

    sheets = ("who",)
    COST_WIDTH = 64

    t = IntSlider(14, min=1, max=STEPS, label="step t that asks")
    f = Slider(
        0.85, min=0, max=1, label="forget gate f", colour="f", reads="{value}, keeps {percent} %"
    )
    i = Slider(
        0.5, min=0, max=1, label="input gate i", colour="i", reads="{value}, writes {percent} %"
    )
    sharpness = Slider(3.0, min=0, max=10, step=0.1, label="sharpness β")
    length = IntSlider(1024, min=16, max=4096, label="length T (costs)")
    s = Whole(4, min=1, max=STEPS)
    held_f = Value(FREE, HELD)
    held_i = Value(FREE, HELD)
    letters = Data(LETTERS)
    keys_of_steps = Data(_keys().tolist())

    constants: ClassVar[dict[str, Any]] = {
        "COST_WIDTH": COST_WIDTH,
        "LONGEST": length.max,
        "FREE": FREE,
    }

    caption = Data(
        "Move t. The memory’s weights fade with distance, whatever the letters; attention finds "
        "the step’s own letter, however far back. Then choose a step and shut its gates: can you "
        "make the memory weigh step 1 most?"
    )

    def gates(self):
        """f and i at each step, each (16,)."""
        return tuple(
            np.array([value if held == "." else float(held) for held in row])
            for value, row in ((self.f, self.held_f), (self.i, self.held_i))
        )

    @property
    def kernel(self):
        """i_s f_{s+1} ⋯ f_t for s = 1 … t, (t,)."""
        f, i = (gate[: self.t] for gate in self.gates())
        kept = np.append(np.cumprod(f[:0:-1])[::-1], 1.0)
        return i * kept

    @property
    def scores(self):
        """q_t · k_s / √d for s = 1 … t, (t,)."""
        keys = np.array(self.keys_of_steps)[: self.t]
        return keys @ keys[-1] / np.sqrt(WIDTH)

    @property
    def attention(self):
        """softmax(β · scores), (t,)."""
        return softmax(self.sharpness * self.scores)

    @property
    def costs(self):
        """{"memory": …, "attention": …}, each the numbers stored after T = `length` steps, and the
        products of the last step and of all steps."""
        d, T = self.COST_WIDTH, self.length
        return {
            "memory": (d, 2 * d, 2 * d * T),
            "attention": (2 * d * T, 2 * d * T, d * T * (T + 1)),
        }

    def text(self):
        kernel, row = self.kernel, self.attention
        most = int(row.argmax()) + 1
        memory, cache = self.costs["memory"], self.costs["attention"]
        return (
            f"At step {self.t}, letter {self.letters[self.t - 1]}: the memory weighs step 1 "
            f"{kernel[0]:.3f} and step {self.t} {kernel[-1]:.3f}; attention weighs step {most} "
            f"most, {row[most - 1]:.3f}. After {self.length} steps a memory of width "
            f"{self.COST_WIDTH} stores {memory[0]:,} numbers, attention {cache[0]:,}."
        )

    def still(self):
        ax = Figure(figsize=(5.4, 2.6), layout="constrained").subplots()
        steps = np.arange(1, self.t + 1)
        for base, weights, colour in (
            (1.2, self.kernel, plots.COLOURS["c"]),
            (0, self.attention, "#7a52c7"),
        ):
            # All bars are one line with gaps, and so a small drawing.
            ends = np.stack([0 * weights, weights, np.full(self.t, np.nan)], axis=1)
            ax.plot(
                np.repeat(steps, 3), base + ends.ravel(), color=colour, lw=9, solid_capstyle="butt"
            )
        ax.set_xticks(range(1, STEPS + 1), list(self.letters))
        ax.set_yticks([0, 1, 1.2, 2.2], ["attention 0", "1", "memory 0", "1"])
        ax.set(xlim=(0.3, STEPS + 0.7), ylim=(0, 2.2))
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        return plots.svg(ax)
