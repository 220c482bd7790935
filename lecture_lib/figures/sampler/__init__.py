"""A network trained on this book's prose writes on, and beside it an n-gram counted in the same."""

from functools import cache
from typing import ClassVar

from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Slider, Text, Whole
from lecture_lib.seeded import seeded_uniform
from lecture_lib.tasks import characters

MAX_PREFIX = 40
MAX_WRITTEN = 200
MAX_SEED = 100
SHOWN = 8
# Of `seeded_uniform`.
STREAM = 0

network = cache(characters.load)
ngram = cache(characters.ngram)


class Sampler(LiveFigure):
    """What an LSTM of 64 units and a 6-gram write after `prefix`, letter by letter.

    Both learned from the same 40,000 letters of this book (`lecture_lib.tasks.characters`). After
    each letter each has a probability for the next, which `temperature` τ makes bolder or flatter,

        p_k(τ) = p_k^(1/τ) / Σ_j p_j^(1/τ),

    and the numbers of `seed`, the same for both, draw a letter from it: `written` of them, 1 to
    200. The network's letters are coloured by the state `shows`, "c" or "h", of `unit`, 1 to 64.
    `look` is the letter, from 1, after which the bars show the next; 0 is the last.

    Of `prefix`, at most 40 characters, those of the alphabet are read, upper case as lower:
    `start` is what was read, a space if nothing was. `sample` and `ngram_sample` are what was
    written, and `trace` is the LSTM's, over `text_read`, the prefix and the sample.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    constants: ClassVar = {
        "MAX_PREFIX": MAX_PREFIX,
        "MAX_SEED": MAX_SEED,
        "MAX_WRITTEN": MAX_WRITTEN,
        "SHOWN": SHOWN,
        "STREAM": STREAM,
    }

    temperature = Slider(0.7, min=0.1, max=2, step=0.05, label="temperature τ")
    seed = IntSlider(1, min=1, max=MAX_SEED, label="seed")
    unit = IntSlider(43, min=1, max=64, label="unit")
    shows = Choice(
        "h", options={"c": "cell state c", "h": "hidden state h"}, label="letters coloured by"
    )
    prefix = Text("the forget gate ", most=MAX_PREFIX)
    written = Whole(MAX_WRITTEN, min=1, max=MAX_WRITTEN)
    look = Whole(0, min=0, max=MAX_PREFIX + MAX_WRITTEN)

    caption = Data(
        "Move the temperature from 0.1 to 2, draw another sample, begin with words of your own. "
        "Point at a letter, or choose one with the arrow keys, to see what each expected after it."
    )

    @property
    def start(self) -> str:
        """The letters of `prefix` that are read."""
        read = (letter for letter in self.prefix.lower() if letter in characters.ALPHABET)
        return "".join(read) or " "

    def _write(self, model):
        uniform = (seeded_uniform(self.seed, STREAM, self.written) + 1) / 2
        return characters.write(model, self.start, uniform, self.temperature)

    @property
    def sample(self) -> str:
        """What the network writes."""
        return self._write(network())

    @property
    def ngram_sample(self) -> str:
        """What the 6-gram writes, with the same numbers drawn."""
        return self._write(ngram())

    @property
    def text_read(self) -> str:
        """The prefix as it was read, and the network's sample."""
        return self.start + self.sample

    @property
    def probabilities(self):
        """P(next letter) after each letter of `text_read` at the temperature: two arrays (T, 32),
        of the network and of the 6-gram, in the order of `characters.ALPHABET`."""
        return tuple(
            characters.temper(model.read(self.text_read)[0], self.temperature)
            for model in (network(), ngram())
        )

    @property
    def trace(self):
        """The LSTM's trace over `text_read`, arrays (T, 1, 64)."""
        return network().cell.forward(characters.one_hot(self.text_read))

    def _expected(self):
        """The letters looked at, and the likeliest after them: (letter, network's P, 6-gram's)."""
        text = self.text_read
        at = min(self.look or len(text), len(text))
        ours, theirs = (p[at - 1] for p in self.probabilities)
        likeliest = (-ours).argsort(kind="stable")[:SHOWN]
        return text[:at], [(characters.ALPHABET[k], ours[k], theirs[k]) for k in likeliest]

    def text(self):
        before, likeliest = self._expected()
        letter, ours, theirs = likeliest[0]
        name = "a space" if letter == " " else letter
        return (
            f"At temperature {self.temperature:g} the network writes “{self.sample}”, and the "
            f"6-gram “{self.ngram_sample}”. After “{before[-12:]}” the network's likeliest is "
            f"{name} ({ours:.2f}); the 6-gram gives it {theirs:.2f}."
        )

    def still(self):
        ax = Canvas(figsize=(5.4, 2.2), layout="constrained").subplots()
        before, likeliest = self._expected()
        for k, (_, ours, theirs) in enumerate(likeliest):
            ax.bar(k - 0.2, ours, 0.36, color=plots.COLOURS["h"])
            ax.bar(k + 0.2, theirs, 0.36, color=plots.FAINT)
        ax.set(xticks=range(SHOWN), ylim=(0, 1), title=f"after “{before[-12:]}”")
        ax.set_xticklabels([letter.replace(" ", "space") for letter, *_ in likeliest])
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
