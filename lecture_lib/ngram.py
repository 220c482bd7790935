"""Say the next letter from the last few: an n-gram, counted in a text and smoothed."""

from functools import cache

import numpy as np


class NGram:
    """Interpolated Kneser-Ney (Kneser & Ney, 1995; Chen & Goodman, 1999) over letters.

    After a context s of n − 1 letters, with s' being s without its first letter,

        P(k | s) = (max(C(s k) − d, 0) + d · K(s) · P(k | s')) / Σ_j C(s j)

    where K(s) is the number of different letters seen after s. For the longest contexts C counts
    occurrences in `text`; for the shorter ones it counts before how many different letters s k
    was seen. What the discount 0 < d < 1 takes from seen letters goes to the shorter context, in
    the end to a uniform guess. A context that was never seen is shortened at once.

    `order` is n ≥ 1; `alphabet` are the letters, in the order of the probabilities.

    Raises ValueError for another order or discount, an alphabet with a letter twice and a text with
    others than its letters; TypeError for what is no text and an order that is no whole number.
    """

    def __init__(self, text, alphabet, order=6, discount=0.9):
        if not isinstance(order, int):
            raise TypeError(f"order must be a whole number, got {order!r}")
        if order < 1:
            raise ValueError(f"order must be at least 1, got {order}")
        if not isinstance(discount, int | float) or not 0 < discount < 1:
            raise ValueError(f"discount must lie between 0 and 1, got {discount!r}")
        for name, value in (("text", text), ("alphabet", alphabet)):
            if not isinstance(value, str):
                raise TypeError(f"{name} must be a text, got {value!r}")
        if not alphabet or len(set(alphabet)) < len(alphabet):
            raise ValueError(f"alphabet must be letters, each once, got {alphabet!r}")
        if foreign := set(text) - set(alphabet):
            raise ValueError(f"text must be letters of {alphabet!r}, got {sorted(foreign)}")
        self.text, self.alphabet = text, alphabet
        self.order, self.discount = order, discount
        self._after = cache(self._look_up)

    def read(self, text, before=""):
        """P(next letter) after each letter of `text`, (T, K), and what to pass as `before` when
        reading on: the last n − 1 letters."""
        if not (isinstance(text, str) and text and isinstance(before, str)):
            raise ValueError(f"text must be one or more letters, got {text!r} after {before!r}")
        whole = before + text
        places = range(len(before) + 1, len(whole) + 1)
        last = [whole[max(0, place - self.order + 1) : place] for place in places]
        return np.array([self._after(context) for context in last]), last[-1]

    def _look_up(self, context):
        alphabet = self.alphabet
        shorter = self._after(context[1:]) if context else np.full(len(alphabet), 1 / len(alphabet))
        counts = self._count(context)
        if not counts.any():
            return shorter
        taken = self.discount * np.count_nonzero(counts)
        return (np.maximum(counts - self.discount, 0) + taken * shorter) / counts.sum()

    def _count(self, context):
        text, counts, seen = self.text, np.zeros(len(self.alphabet)), set()
        longest = len(context) == self.order - 1
        # A letter must follow and, where predecessors are counted, one must precede.
        at = text.find(context, 0 if longest else 1, -1)
        while at >= 0:
            following = text[at + len(context)]
            pair = at if longest else (text[at - 1], following)
            if pair not in seen:
                seen.add(pair)
                counts[self.alphabet.index(following)] += 1
            at = text.find(context, at + 1, -1)
        return counts
