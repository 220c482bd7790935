"""The Sentence Lab: hold a trained network's gates at a word, and see what it says next."""

import re
from functools import cache
from typing import ClassVar

import numpy as np
import traitlets
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.sentence_lab import gap
from lecture_lib.figures.traits import Choice, Data, IntSlider, Text, Value, Whole
from lecture_lib.tasks import distance, sentences

MAX_WORDS = 40
MAX_TEXT = 400
MAX_HOLDS = 40
GATES = ("f", "i", "o")
NETWORKS = ("LSTM, seed 0", "LSTM, seed 1", "LSTM, seed 2", "LSTM, seed 6", "LSTM 16, seed 1")
CLASSES = sentences.GRAMMAR.classes
EXAMPLES = {
    "John, then Mary": {"sentence": "John went to the store . Mary then quickly bought", "t": 7},
    "Only John": {"sentence": "John went to the store and quietly bought", "t": 1},
    "Both his": {"sentence": "Peter ran to the park . Tom gladly found", "t": 7},
    "Three of them": {
        "sentence": "Twins walked to the market . Anna soon lost her new hat . John found",
        "t": 14,
    },
    "A long way": {
        "sentence": "Lucy walked to the station . Students then gladly quietly soon quickly "
        "then gladly quietly soon quickly bought",
        "t": 7,
    },
}
WORD = schema.whole(1, MAX_WORDS)
UNITS = {"type": "array", "items": WORD, "maxItems": MAX_WORDS, "uniqueItems": True}
HOLD = {
    "type": "object",
    "properties": {"t": WORD, "units": UNITS, **{gate: schema.number(0, 1) for gate in GATES}},
    "required": ["t"],
    "anyOf": [{"required": [gate]} for gate in GATES],
}
# The 2 × 2 table: what its holds are, and its cells by what is held.
TABLE = {"f": 1.0, "i": 0.0}
QUARTERS = ("", "i", "f", "fi")


class SentenceLab(LiveFigure):
    """A trained LSTM reads `sentence`; hold its gates at a word, and see whose pronoun it says.

    `network` is one of the LSTMs of `lecture_lib.tasks.sentences`. Of the sentence, at most 400
    characters, the words that it knows are read, 40 at most: `words`; `unknown` are the others.
    `t` is the word in hand, from 1.

    A hold is a dict: {"t": 7, "f": 1.0, "i": 0.0} holds f and i at the seventh word, in all units;
    with "units": [1, 3] in these only. Units are counted by what they know of the last subject
    (`sentences.memory_units`), so that 1 is the memory unit; `order` are their places in the cell.
    One hold a word. `units` are those that the next hold is for, [] for all. `tried` are the cells
    of the 2 × 2 table that are open from the start: "f", "i", "fi".

    `trace` is what `lecture_lib` computes as held, `free` the same without holds; `probabilities`
    are P(next word) after each word, (T, V), `pronouns` those of "his", "her", "their" at the end.
    `quarters` is the 2 × 2 table: {"fi": (P of the old subject's pronoun, P of the new one's), …}.

    On the second `tab` so many `adverbs` stand between the subject and the verb, and an RNN and an
    LSTM with chrono's biases read on that were `trained` at one distance
    (`lecture_lib.tasks.distance`); `by_distance` is P(right pronoun) after 1, 2, … adverbs.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    sheets = ("who",)
    constants: ClassVar = {
        "GATES": GATES,
        "MAX_TEXT": MAX_TEXT,
        "MAX_WORDS": MAX_WORDS,
        "PER_ONE": gap.PER_ONE,
        "QUARTERS": QUARTERS,
        "TABLE": TABLE,
    }

    network = Choice(NETWORKS[1], options={name: name for name in NETWORKS}, label="network", tab=0)
    trained = Choice(
        80, options={d: f"{d} adverbs" for d in distance.DISTANCES}, label="trained at", tab=1
    )
    adverbs = IntSlider(80, min=1, max=gap.MOST_ADVERBS, label="adverbs", tab=1)

    tab = Whole(0, min=0, max=1)
    sentence = Text(EXAMPLES["John, then Mary"]["sentence"], most=MAX_TEXT)
    t = Whole(7, min=1, max=MAX_WORDS)
    holds = Value([], {"type": "array", "items": HOLD, "maxItems": MAX_HOLDS})
    units = Value([], UNITS)
    tried = Value([], {"type": "array", "items": {"enum": list(QUARTERS[1:])}, "maxItems": 3})
    task = Data()

    caption = Data(
        "Choose a word, and hold its gates: f = 1 keeps all that the network knew before it, i = 0 "
        "lets nothing of it in. Watch the slot at the end, then do the same at another word, in "
        "fewer units, and in another network. Then, on the second tab, move the verb away from its "
        "subject."
    )

    def __init__(self, **kwargs):
        super().__init__(task=_task(), **kwargs)

    @traitlets.validate("holds")
    def _each_a_hold(self, proposal):
        holds = proposal["value"]
        words = [hold["t"] for hold in holds]
        if len(set(words)) < len(words):
            raise ValueError(f"holds must be one a word, got t = {', '.join(map(str, words))}")
        return holds

    @property
    def words(self) -> list[str]:
        """The words of `sentence` that the network knows, at most 40."""
        return _read(self.sentence)[0][:MAX_WORDS]

    @property
    def unknown(self) -> list[str]:
        """What else stands in `sentence`, each once, in order."""
        return _read(self.sentence)[1]

    @property
    def order(self) -> list[int]:
        """The units of the network, from 0, the one that knows most of the subject first."""
        return _knowing(self.network)[0]

    @property
    def trace(self):
        """The LSTM's trace of the sentence, holds included; None without a word."""
        return self._forward(self.holds)

    @property
    def free(self):
        """The LSTM's trace of the sentence without any hold."""
        return self._forward([])

    def _forward(self, holds):
        if not self.words:
            return None
        cell = sentences.load(self.network).cell
        return cell.forward(sentences.encode(self.words), clamp=self.clamp(holds))

    def clamp(self, holds) -> dict[str, np.ndarray]:
        """`holds` as the `clamp` of the cell's `forward`: (T, 1, H), nan where free."""
        clamps, order = {}, self.order
        for hold in holds:
            ranks = hold.get("units") or range(1, len(order) + 1)
            reached = [order[rank - 1] for rank in ranks if rank <= len(order)]
            for gate in GATES:
                if gate in hold and hold["t"] <= len(self.words):
                    free = np.full((len(self.words), 1, len(order)), np.nan)
                    clamps.setdefault(gate, free)[hold["t"] - 1, 0, reached] = hold[gate]
        return clamps

    @property
    def probabilities(self) -> np.ndarray:
        """P(next word) after each word, holds included, (T, V)."""
        return self._probabilities(self.holds)

    def _probabilities(self, holds):
        if not self.words:
            return np.empty((0, len(sentences.VOCABULARY)))
        model = sentences.load(self.network)
        return sentences.probabilities(model, self.words, self.clamp(holds))

    @property
    def pronouns(self) -> dict[str, float]:
        """P of each pronoun after the last word, holds included."""
        return self._pronouns(self.holds)

    def _pronouns(self, holds):
        p = self._probabilities(holds)
        places = [sentences.VOCABULARY.index(word) for word in CLASSES]
        return dict(zip(CLASSES, p[-1, places].tolist(), strict=True)) if len(p) else {}

    @property
    def quarters(self) -> dict[str, tuple[float, float]]:
        """For "", "i" (i = 0), "f" (f = 1) and "fi" (both), held at the last subject: P of the
        subject's pronoun before it, and P of its own. Empty where these two do not differ."""
        at = [t for t, word in enumerate(self.words, 1) if word in sentences.SUBJECTS]
        owned = [sentences.SUBJECTS[self.words[t - 1]] for t in at[-2:]]
        if len(set(owned)) < 2:
            return {}
        old, new = owned
        table = {}
        for name in QUARTERS:
            held = {gate: value for gate, value in TABLE.items() if gate in name}
            p = self._pronouns([{"t": at[-1], **held}] if held else [])
            table[name] = p[old], p[new]
        return table

    @property
    def by_distance(self) -> dict[str, np.ndarray]:
        """P(right pronoun), his or her, after 1 … 120 adverbs, by network: the mean of the story
        about John, then Mary, and of that about Mary, then John."""
        return {name: gap.by_distance(name, self.trained) for name in distance.STORED}

    def text(self):
        if not self.words:
            return "No word that the network knows was written yet."
        held = [
            f"{gate} = {hold[gate]:.2f} at “{self.words[hold['t'] - 1]}”"
            for hold in self.holds
            for gate in GATES
            if gate in hold and hold["t"] <= len(self.words)
        ]
        as_held = ", ".join(f"{word} {p:.2f}" for word, p in self.pronouns.items())
        free = ", ".join(f"{word} {p:.2f}" for word, p in self._pronouns([]).items())
        with_holds = f" With {' and '.join(held)}: {as_held}." if held else ""
        return f"After “{' '.join(self.words)}” the {self.network} says: {free}.{with_holds}"

    def still(self):
        ax = Figure(figsize=(7, 2.2), layout="constrained").subplots()
        trace, unit = self.trace, self.order[0]
        steps = range(len(self.words))
        ax.axhline(0, color=plots.FAINT, lw=0.8)
        if trace is not None:
            for name in "fic":
                series = getattr(trace, name)[:, 0, unit]
                ax.plot(steps, series.round(2), lw=2, color=plots.COLOURS[name], label=name)
            ax.set_xticks(steps, self.words, rotation=45, ha="right")
            ax.set_yticks([-1, 0, 1])
            ax.legend(frameon=False, ncols=3, title="memory unit")
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)


@cache
def _knowing(network):
    """The units of the network, the one that knows most of the subject first, and what each of
    these knows (η²), to two decimals."""
    eta = sentences.memory_units(sentences.load(network))
    order = np.argsort(-eta, kind="stable")
    return order.tolist(), eta[order].astype(float).round(2).tolist()


@cache
def _task():
    """The grammar's words, the networks with what their units know, and the story told apart."""
    networks = {}
    for name in NETWORKS:
        order, eta = _knowing(name)
        weights = gap.whole(sentences.load(name))
        networks[name] = {"order": order, "eta": eta, "weights": weights}
    return {
        "kinds": [[kind, list(words)] for kind, words in sentences.KINDS.items()],
        "agrees": sentences.SUBJECTS,
        "classes": list(CLASSES),
        "networks": networks,
        "examples": [{"name": name} | example for name, example in EXAMPLES.items()],
        "gap": gap.story(),
    }


def _read(text):
    """The words of `text` that are in the vocabulary, and what else stands there."""
    known = {word.lower(): word for word in sentences.VOCABULARY}
    found = re.findall(r"[^\s.,;:!?]+|[.,;:!?]", text)
    words = [known[word.lower()] for word in found if word.lower() in known]
    return words, list(dict.fromkeys(word for word in found if word.lower() not in known))
