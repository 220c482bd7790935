"""The counter in Python: what it reads, what it computes, what it refuses."""

import numpy as np
import pytest

from lecture_lib.figures import Counter
from lecture_lib.tasks import counting


def test_it_opens_beyond_the_training_where_the_gru_fails():
    figure = Counter()
    assert figure.letters == "a" * 15 + "b" * 15
    assert figure.wrong("LSTM") == []
    assert figure.wrong("GRU")
    # The first ten are what training showed.
    assert Counter(n=10).wrong("GRU") == []


def test_n_writes_the_word():
    assert Counter(n=3).word == "aaabbb"
    figure = Counter(word="aab")
    assert (figure.n, figure.letters) == (15, "aab")
    figure.n = 2
    assert figure.word == "aabb"


@pytest.mark.parametrize("seed", "01234")
@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_it_is_wrong_just_beyond_its_reach(kind, seed):
    reach = counting.reach(counting.load(kind, int(seed)))
    assert Counter(n=reach, seed=seed).wrong(kind) == []
    assert Counter(n=reach + 1, seed=seed).wrong(kind) != []


def test_the_state_shown_is_the_one_that_counts_and_its_line_is_published():
    figure = Counter(n=10)
    for kind in ("LSTM", "GRU"):
        carried = figure.carried(kind)
        assert np.corrcoef(carried, figure.count)[0, 1] == pytest.approx(
            counting.counter(counting.load(kind))[1]
        )
        start, slope = figure.networks[kind][0]["line"]
        rest = carried - start - slope * figure.count
        # Least squares leaves nothing that the count explains; the line has four decimals.
        assert rest @ figure.count == pytest.approx(0, abs=0.02)
        assert rest.mean() == pytest.approx(0, abs=1e-3)
    assert np.abs(Counter(n=40).carried("GRU")).max() <= 1 < figure.carried("LSTM").max()


def test_other_letters_are_left_out_and_nothing_is_due_in_other_words():
    assert Counter(word="A b<i>ab7").letters == "abab"
    assert Counter(word="abab").wrong("GRU") == []
    assert Counter(word="abab").count.tolist() == [0, 1, 0, 1, 0]
    assert Counter(word="bbb").wrong("LSTM") == []
    assert "No a or b" in Counter(word="?").text()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"word": "a" * 81}, "word must have at most 80 characters, got 81"),
        ({"n": 0}, r"n must be a whole number in \[1, 40\], got 0"),
        ({"n": 2.5}, r"n must be a whole number in \[1, 40\], got 2.5"),
        ({"seed": "7"}, "seed must be one of '0', '1', '2', '3', '4', got '7'"),
        ({"t": 81}, r"t must be a whole number in \[0, 80\], got 81"),
        ({"letters": "ab"}, "Counter has no 'letters'"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Counter(**given)


def test_what_is_published_is_small_and_hostile_text_stays_text():
    assert len(Counter().still()) < 8000
    twin = Counter(word="<b>aab</b>").twin()
    assert "<b>" not in twin and len(twin) < 20_000
