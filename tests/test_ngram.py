"""The n-gram: Kneser-Ney as its equation reads."""

import pytest

from lecture_lib.ngram import NGram


def by_hand(text, order, discount, context, letter, alphabet):
    """Kneser-Ney as its equation reads, counting every occurrence anew."""
    occurs = [(text[max(0, t - 9) : t], text[t]) for t in range(len(text))]

    def counts(s):
        if len(s) == order - 1:
            return [k for before, k in occurs if before.endswith(s)]
        longer = [(before, k) for before, k in occurs if before[1:].endswith(s) and before]
        pairs = {(before[-len(s) - 1], k) for before, k in longer}
        return [k for _, k in pairs]

    found = counts(context)
    shorter = 1 / len(alphabet)
    if context:
        shorter = by_hand(text, order, discount, context[1:], letter, alphabet)
    if not found:
        return shorter
    taken = discount * len(set(found))
    return (max(found.count(letter) - discount, 0) + taken * shorter) / len(found)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_ngram_is_what_its_equation_says(order):
    text, alphabet = "cbracadabra abba cab bad", "abcdr "
    model = NGram(text, alphabet, order, 0.6)
    p, _ = model.read("dabbaxrc".replace("x", " "))
    for t, row in enumerate(p):
        context = "dabba rc"[: t + 1][-(order - 1) :] if order > 1 else ""
        wanted = [by_hand(text, order, 0.6, context, k, alphabet) for k in alphabet]
        if len(context) == order - 1:
            assert row == pytest.approx(wanted, abs=1e-12)
        assert row.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"order": 0}, "order must be at least 1, got 0"),
        ({"discount": 1}, "discount must lie between 0 and 1, got 1"),
    ],
)
def test_an_ngram_refuses(given, message):
    with pytest.raises(ValueError, match=message):
        NGram("ab", "ab", **given)
