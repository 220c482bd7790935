"""Counting a's and b's: an LSTM's cell as a staircase, and what a GRU makes of it."""

from typing import ClassVar

import numpy as np
import traitlets
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Text, Whole
from lecture_lib.tasks import counting

MAX_LETTERS = 80
KINDS = {"LSTM": "c", "GRU": "h"}
# The axes have room for so many letters, or 2, 4 or 8 times as many.
LEVEL = 10


class Counter(LiveFigure):
    """What an LSTM and a GRU carry through a's and b's, and whether they expect the end in time.

    Both have 2 units and learned aⁿbⁿ with n = 1 … 10 (`lecture_lib.tasks.counting`) from `seed`,
    "0" … "4". Setting `n` writes aⁿbⁿ into `word`, which may be any text of at most 80 characters;
    its a's and b's are read, upper case as lower, and are `letters`. `t` is the letter that is
    looked at, from 1; 0 is the last.

    Of each network the unit is shown whose state follows the count best: `carried(kind)` is c of
    the LSTM, h of the GRU, after the start and each letter; `p_end(kind)` is P(the end) there.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    constants: ClassVar = {
        "KINDS": KINDS,
        "LETTERS": counting.LETTERS,
        "LEVEL": LEVEL,
        "MAX_LETTERS": MAX_LETTERS,
    }

    n = IntSlider(15, min=1, max=MAX_LETTERS // 2, label="n in aⁿbⁿ", reads="{value} each")
    seed = Choice("0", options={str(s): f"seed {s}" for s in counting.SEEDS}, label="trained from")
    word = Text("a" * 15 + "b" * 15, most=MAX_LETTERS)
    t = Whole(0, min=0, max=MAX_LETTERS)
    networks = Data()

    caption = Data(
        "Type a’s and b’s, or move n: the LSTM’s cell climbs one stair with each a and comes down "
        "with each b, and the end is due where it is back. Training went to n = 10: how far beyond "
        "does each count, and what stops the GRU? Then try the other seeds."
    )

    def __init__(self, **kwargs):
        networks = {
            kind: [_published(counting.load(kind, seed)) for seed in counting.SEEDS]
            for kind in KINDS
        }
        super().__init__(networks=networks, **kwargs)
        if "word" in kwargs:  # n, given beside it, has written its own
            self.word = kwargs["word"]
            self.initial = self.state()

    @traitlets.observe("n")
    def _write(self, change):
        self.word = "a" * self.n + "b" * self.n

    @property
    def letters(self) -> str:
        """The letters of `word` that are read."""
        return "".join(letter for letter in self.word.lower() if letter in counting.LETTERS)

    @property
    def count(self) -> np.ndarray:
        """How many more a's than b's were read, after the start and after each letter."""
        steps = [1 if letter == "a" else -1 for letter in self.letters]
        return np.cumsum([0, *steps])

    def carried(self, kind) -> np.ndarray:
        """The state of the unit that counts, after the start and after each letter."""
        model = counting.load(kind, int(self.seed))
        return counting.state(model, self.letters)[:, counting.counter(model)[0]]

    def p_end(self, kind) -> np.ndarray:
        """P(the end), the alternative being another b, after the start and after each letter."""
        return counting.probabilities(counting.load(kind, int(self.seed)), self.letters)[:, 1]

    def wrong(self, kind) -> list[int]:
        """The letters, from 1, after which what comes is settled and `kind` expects the other."""
        b_only = self.letters.lstrip("a")
        first = len(self.letters) - len(b_only)
        settled = 0 if set(b_only) - {"b"} else min(first, len(b_only))
        expects, count = self.p_end(kind) > 0.5, self.count
        return [t for t in range(first + 1, first + settled + 1) if expects[t] != (count[t] == 0)]

    def text(self):
        if not self.letters:
            return "No a or b was typed yet."
        runs = "; ".join(
            f"the {kind} carries {letter} = {self.carried(kind)[-1]:.2f}, "
            f"gives the end {self.p_end(kind)[-1]:.2f}, and was wrong after {len(self.wrong(kind))}"
            for kind, letter in KINDS.items()
        )
        word = f"{self.letters.count('a')} a’s and {self.letters.count('b')} b’s"
        return f"After {word}, {runs} letters."

    def still(self):
        axes = Canvas(figsize=(6, 3.2), layout="constrained").subplots(2, sharex=True)
        for ax, (kind, letter) in zip(axes, KINDS.items(), strict=True):
            carried, wrong = self.carried(kind), self.wrong(kind)
            ax.step(range(len(carried)), carried, where="mid", color=plots.COLOURS[letter])
            ax.plot(wrong, carried[wrong], "x", color=plots.COLOURS["f"])
            ax.set(title=f"{kind}: {letter} of the unit that counts; × expects the wrong thing")
            ax.set_xticks([0, self.letters.count("a"), len(self.letters)])
            ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(axes)


def _published(model):
    """The parameters as lists, the unit that counts, and the line from the count to its state."""
    unit, _ = counting.counter(model)
    n = counting.LONGEST
    count = np.concatenate([np.arange(n + 1), np.arange(n)[::-1]])
    slope, start = np.polyfit(count, counting.state(model, "a" * n + "b" * n)[:, unit], 1)
    return {name: array.tolist() for name, array in model.parameters().items()} | {
        "unit": unit,
        "line": [round(float(start), 4), round(float(slope), 4)],
    }
