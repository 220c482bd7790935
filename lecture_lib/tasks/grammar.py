"""Grammars in which one word has to agree with a subject that came long before it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lecture_lib.cells._checks import as_number, must_be_dict
from lecture_lib.checks import as_count, as_rng
from lecture_lib.training import Batch


@dataclass(frozen=True, eq=False)
class Grammar:
    """Text without end, in which the last word says what *kind* of word comes next.

    kinds is {kind: its words}, all words of a kind equally likely; follows is {kind: {kind:
    probability}}. Only one kind asks for a memory: which of its words comes is told by the last
    subject, as agrees, {subject: agreeing word}, says. A text begins as if after a full stop;
    until it names a subject, it goes on as if it had named the first one.

    Raises ValueError for words and kinds that do not go together, TypeError for what is no dict.
    """

    kinds: dict
    follows: dict
    agrees: dict

    def __post_init__(self):
        for name in ("kinds", "follows", "agrees"):
            must_be_dict(name, getattr(self, name))
        # Copies: what a caller changes later changes nothing here.
        object.__setattr__(self, "kinds", {kind: tuple(own) for kind, own in self.kinds.items()})
        object.__setattr__(self, "follows", {kind: {**own} for kind, own in self.follows.items()})
        object.__setattr__(self, "agrees", dict(self.agrees))
        words = self.vocabulary
        if len(set(words)) < len(words) or "." not in words:
            raise ValueError('kinds must hold each word once, and "." among them')
        if missing := {*self.agrees, *self.agrees.values()} - {*words} or not self.agrees:
            raise ValueError(f"agrees must name words of kinds, got {missing or 'none'}")
        for kind in self.kinds:
            after = self.follows.get(kind, {})
            if not {*after} <= {*self.kinds} or abs(sum(after.values()) - 1) > 1e-9:
                wanted = "kinds, with probabilities that add up to 1"
                raise ValueError(f"follows[{kind!r}] must hold {wanted}, got {after!r}")

    @cached_property
    def vocabulary(self):
        """All words, kind by kind, in the order of the one-hot vectors."""
        return tuple(word for words in self.kinds.values() for word in words)

    @cached_property
    def classes(self):
        """The words that agree with a subject: what a network has to choose from."""
        return tuple(dict.fromkeys(self.agrees.values()))

    @cached_property
    def asking(self):
        """The words after which one that agrees can come."""
        agreeing = {kind for kind, words in self.kinds.items() if set(words) & set(self.classes)}
        return tuple(
            word
            for kind, words in self.kinds.items()
            if agreeing & set(self.follows[kind])
            for word in words
        )

    def numbers(self, words):
        """The places of `words`, a string or a list, in the vocabulary.

        Raises ValueError that names the unknown words, or says that there is no word at all.
        """
        given = words.split() if isinstance(words, str) else words
        words = list(given) if isinstance(given, Iterable) else [None]
        if not all(isinstance(word, str) for word in words):
            raise TypeError(f"words must be a text or a list of words, got {given!r}")
        unknown = [word for word in dict.fromkeys(words) if word not in self.vocabulary]
        if unknown:
            raise ValueError(f"not in the vocabulary: {', '.join(unknown)}")
        if not words:
            raise ValueError("words must hold at least one word")
        return np.array([self.vocabulary.index(word) for word in words])

    def encode(self, words):
        """`words`, a string or a list, as one-hot x (T, 1, V). Raises as `numbers` does."""
        return np.eye(len(self.vocabulary))[self.numbers(words)][:, None]

    @cached_property
    def transitions(self):
        """P(next state | state), (S, S). State V·k + v is word v, its last subject of class k."""
        V, K = len(self.vocabulary), len(self.classes)
        kind_of = {word: kind for kind, words in self.kinds.items() for word in words}
        table = np.zeros((K, V, K, V))
        for k, agreeing in enumerate(self.classes):
            for v, word in enumerate(self.vocabulary):
                for kind, probability in self.follows[kind_of[word]].items():
                    asks = agreeing in self.kinds[kind]
                    choice = [agreeing] if asks else self.kinds[kind]
                    for following in choice:
                        owner = self.classes.index(self.agrees.get(following, agreeing))
                        column = self.vocabulary.index(following)
                        table[k, v, owner, column] += probability / len(choice)
        return table.reshape(K * V, K * V)

    def draw(self, rng, steps=40, batch_size=32, asked_weight=1.0):
        """A `Batch` of texts: x (T, N, V), the next words (T, N), and their weight (T, N):
        `asked_weight` where the next word can be one that agrees with a subject, 1 elsewhere."""
        as_rng(rng)
        steps, batch_size = as_count("steps", steps), as_count("batch_size", batch_size)
        asked_weight = as_number(
            "asked_weight", asked_weight, "be finite and not negative", lambda w: 0 <= w < math.inf
        )
        V = len(self.vocabulary)
        reach = self.transitions.cumsum(axis=1)
        reach /= reach[:, -1:]
        state = np.full(batch_size, self.vocabulary.index("."))
        shown = np.empty((steps + 1, batch_size), int)
        for t, chance in enumerate(rng.random((steps + 1, batch_size, 1))):
            state = (reach[state] <= chance).sum(axis=1)
            shown[t] = state % V
        asking = np.isin(shown[:-1], self.numbers(self.asking))
        return Batch(np.eye(V)[shown[:-1]], shown[1:], np.where(asking, asked_weight, 1.0))

    def floor(self, steps=40):
        """The mean surprise in bits a word of the best there is: who knows the grammar and never
        forgets a subject, over the `steps` predictions of `draw`. Exact, from the transitions."""
        steps = as_count("steps", steps)
        p = np.where(self.transitions > 0, self.transitions, 1)
        surprise = -(p * np.log2(p)).sum(axis=1)
        state = self.transitions[self.vocabulary.index(".")]
        bits = []
        for _ in range(steps):
            bits.append(state @ surprise)
            state = state @ self.transitions
        return float(np.mean(bits))
