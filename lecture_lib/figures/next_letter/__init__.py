"""The next letter of a word that you type: a trained network beside a bigram."""

from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, Text, Whole
from lecture_lib.tasks import hello

MAX_LETTERS = 40


class NextLetter(LiveFigure):
    """P(next letter) after each letter of `word`, by a network and by a bigram.

    Both know "hellohello…" (`lecture_lib.tasks.hello`). The network is the trained `kind`, "RNN",
    "LSTM" or "GRU", with 6 units; the bigram is the table counted in the same stream. Of `word`, at
    most 40 characters, the letters of "helo" are read, upper case as lower; `letters` is what was
    read. `t` is the letter after which the bars look, from 1; 0 is the last.

    `network` and `bigram` are the probabilities as `lecture_lib` computes them, (letters, 4).

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    constants: ClassVar = {
        "BIGRAM": hello.bigram().tolist(),
        "LETTERS": hello.LETTERS,
        "MAX_LETTERS": MAX_LETTERS,
    }

    kind = Choice("RNN", options={name: name for name in hello.CELLS}, label="network")
    word = Text("hel", most=MAX_LETTERS)
    t = Whole(0, min=0, max=MAX_LETTERS)
    weights = Data()

    caption = Data(
        "Type a word of the letters h, e, l, o, and see what each thinks comes next. Compare “hel” "
        "with “hell”; then let each of them write on."
    )

    def __init__(self, **kwargs):
        weights = {
            kind: {name: a.tolist() for name, a in hello.load(kind).parameters().items()}
            for kind in hello.CELLS
        }
        super().__init__(weights=weights, **kwargs)

    @property
    def letters(self) -> str:
        """The letters of `word` that are read."""
        return "".join(letter for letter in self.word.lower() if letter in hello.LETTERS)

    @property
    def network(self) -> np.ndarray:
        """P(next letter) by the network after each letter, in the order h, e, l, o."""
        if not self.letters:
            return np.empty((0, len(hello.LETTERS)))
        return hello.probabilities(hello.load(self.kind), self.letters)

    @property
    def bigram(self) -> np.ndarray:
        """P(next letter) by the bigram after each letter, in the order h, e, l, o."""
        return hello.bigram()[[hello.LETTERS.index(letter) for letter in self.letters]]

    def _looked_at(self):
        return min(self.t or MAX_LETTERS, len(self.letters))

    def text(self):
        t = self._looked_at()
        if not t:
            return "No letter of h, e, l, o was typed yet."
        chances = (
            f"{who}: "
            + ", ".join(f"{k} {p:.2f}" for k, p in zip(hello.LETTERS, row[t - 1], strict=True))
            for who, row in ((self.kind, self.network), ("bigram", self.bigram))
        )
        return f"After “{self.letters[:t]}”, {'; '.join(chances)}."

    def still(self):
        ax = Canvas(figsize=(5.4, 2.2), layout="constrained").subplots()
        t, place = self._looked_at(), np.arange(len(hello.LETTERS))
        series = ((self.bigram, plots.FAINT), (self.network, plots.COLOURS["h"]))
        for k, (rows, colour) in enumerate(series):
            if t:
                ax.bar(place + 0.4 * k - 0.2, rows[t - 1], 0.36, color=colour)
        ax.set(xticks=place, ylim=(0, 1), title=f"after “{self.letters[:t]}”")
        ax.set_xticklabels(list(hello.LETTERS))
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
