"""The task "hello" and its figure: what the bigram cannot, and the trained networks can."""

from itertools import pairwise

import numpy as np
import pytest

from lecture_lib.figures import NextLetter
from lecture_lib.tasks import hello


def test_the_bigram_is_what_counting_gives():
    table = hello.bigram()
    assert table.sum(axis=1) == pytest.approx(1)
    assert table[2].tolist() == [0, 0, 0.5, 0.5]
    text, bits = hello.stream(0, 101), []
    for last, following in pairwise(text):
        bits.append(-np.log2(table["helo".index(last), "helo".index(following)]))
    assert np.mean(bits) == pytest.approx(0.4)


@pytest.mark.parametrize("kind", hello.CELLS)
def test_the_recorded_networks_know_hello_from_any_letter(kind):
    model = hello.load(kind)
    assert hello.surprise(model) < 0.01
    assert hello.probabilities(model, "l")[-1, 2:] == pytest.approx(0.5, abs=0.05)


def test_training_from_the_recorded_seed_gives_the_recorded_network():
    model, _ = hello.train("RNN", progress=False)
    for name, array in hello.load("RNN").parameters().items():
        # Rounded to three decimals; another BLAS may round the last the other way.
        assert model.parameters()[name] == pytest.approx(array, abs=2e-3)


def test_a_batch_is_streams_and_their_next_letters():
    batch = hello.draw(np.random.default_rng(0), steps=7, batch_size=3)
    assert batch.x.shape == (7, 3, 4) and batch.target.shape == (7, 3)
    assert (batch.x.argmax(axis=2)[1:] == batch.target[:-1]).all()


@pytest.mark.parametrize("text", ["", "hexlo", "Hello"])
def test_other_letters_are_named(text):
    with pytest.raises(ValueError, match="text must be one or more of the letters 'helo', got"):
        hello.one_hot(text)


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="kind must be one of 'RNN', 'LSTM', 'GRU', got 'CNN'"):
        hello.load("CNN")


def test_the_figure_reads_only_its_letters():
    figure = NextLetter(word="He7l<b>")
    assert figure.letters == "hel"
    assert figure.network == pytest.approx(hello.probabilities(hello.load("RNN"), "hel"))
    assert figure.bigram.tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0.5, 0.5]]
    assert NextLetter(word="").network.shape == (0, 4)
    assert "No letter" in NextLetter(word="?").text()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"word": "l" * 41}, ValueError, "word must have at most 40 characters, got 41"),
        ({"word": 7}, ValueError, "word"),
        ({"kind": "CNN"}, ValueError, "kind must be one of 'RNN'"),
        ({"letters": "hel"}, TypeError, "has no 'letters'"),
    ],
)
def test_a_bad_argument_is_named(given, error, message):
    with pytest.raises(error, match=message):
        NextLetter(**given)


def test_the_still_is_small_and_hostile_text_stays_text():
    assert len(NextLetter().still()) < 8000
    assert "<b>" not in NextLetter(word="<b>hel</b>").twin()
