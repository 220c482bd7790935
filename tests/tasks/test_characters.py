"""The task of this book's own text: the corpus, the n-gram, the network, and how they write."""

from itertools import pairwise

import numpy as np
import pytest

from lecture_lib import records
from lecture_lib.ngram import NGram
from lecture_lib.tasks import characters

LEARN, TUNE, HELD_OUT = characters.corpus()


def test_the_corpus_is_plain_and_small_and_falls_into_three_parts():
    text = characters.CORPUS.read_text(encoding="ascii").strip()
    assert text == LEARN + TUNE + HELD_OUT
    assert set(text) == set(characters.ALPHABET)
    assert 40_000 < len(text) <= 60_000
    assert len(HELD_OUT) == pytest.approx(0.1 * len(text), abs=1)


def test_longer_contexts_help_until_they_do_not():
    scores = [characters.bits(characters.ngram(order), HELD_OUT) for order in range(1, 7)]
    assert scores[0] < characters.UNIFORM
    assert all(longer < shorter for shorter, longer in pairwise(scores))
    assert scores[4] - scores[5] < 0.05


def test_the_discount_is_better_than_its_neighbours():
    tuned = {
        d: characters.bits(NGram(LEARN, characters.ALPHABET, 4, d), TUNE) for d in (0.6, 0.7, 0.8)
    }
    assert min(tuned, key=tuned.get) == characters.DISCOUNTS[4]


def test_the_ngram_beats_the_recorded_network():
    """The honest result of lecture 14."""
    network = characters.bits(characters.load(), HELD_OUT)
    table = characters.bits(characters.ngram(), HELD_OUT)
    assert table < 2.0 < network < 2.25


@pytest.mark.parametrize("model", [characters.load(), characters.ngram(3)], ids=["LSTM", "3-gram"])
def test_reading_on_is_reading_at_once(model):
    text = HELD_OUT[:80]
    whole, _ = model.read(text)
    first, state = model.read(text[:33])
    second, _ = model.read(text[33:], state)
    assert np.vstack([first, second]) == pytest.approx(whole, abs=1e-12)
    assert whole.sum(axis=1) == pytest.approx(1)


def test_the_surprise_is_that_of_each_next_letter():
    text = "the gate"
    p, _ = characters.load().read(text)
    each = characters.surprise(characters.load(), text)
    assert len(each) == 7
    assert each[0] == pytest.approx(-np.log2(p[0, characters.ALPHABET.index("h")]))
    assert characters.bits(characters.load(), text) == pytest.approx(each.mean())


def test_temperature():
    p = np.array([[0.5, 0.3, 0.2]])
    assert characters.temper(p, 1.0) == pytest.approx(p)
    assert characters.temper(p, 0.5) == pytest.approx(p**2 / (p**2).sum())
    assert characters.temper(p, 0.01)[0, 0] == pytest.approx(1)
    assert characters.temper(p, 1e6) == pytest.approx(1 / 3, abs=1e-4)
    for bad in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="temperature must be above 0"):
            characters.temper(p, bad)


class Fixed:
    """Always the same three letters: a half, three tenths, a fifth."""

    def read(self, text, before=None):
        p = np.zeros((len(text), len(characters.ALPHABET)))
        p[:, 1:4] = 0.5, 0.3, 0.2
        return p, None


def test_a_number_draws_its_letter():
    assert characters.write(Fixed(), "x", [0.0, 0.49, 0.51, 0.79, 0.81, 0.999]) == "aabbcc"
    assert characters.write(Fixed(), "x", []) == ""


def test_a_sample_has_the_frequencies_it_was_drawn_with():
    written = characters.write(Fixed(), "x", np.random.default_rng(0).random(4000))
    # Four standard deviations of a share among 4000 are 0.03.
    assert [written.count(k) / 4000 for k in "abc"] == pytest.approx([0.5, 0.3, 0.2], abs=0.03)


def test_at_a_low_temperature_the_likeliest_is_written():
    model = characters.load()
    text = "the "
    for _ in range(12):
        text += characters.ALPHABET[model.read(text)[0][-1].argmax()]
    assert characters.write(model, "the ", np.full(12, 0.5), 0.02) == text[4:]


def test_the_windows_of_a_batch_are_shifted_by_one():
    batch = characters.draw(np.random.default_rng(0), characters.indices(LEARN), 7, 5)
    assert batch.x.shape == (7, 5, 32) and batch.target.shape == (7, 5)
    assert (batch.x[1:].argmax(axis=-1) == batch.target[:-1]).all()
    for n in range(5):
        window = [*batch.x[:, n].argmax(axis=-1), batch.target[-1, n]]
        assert "".join(characters.ALPHABET[k] for k in window) in LEARN


def test_quantised_weights_are_whole_steps():
    model = characters.build("LSTM", seed=3)
    for bias in (model.cell.bias, model.readout.bias):
        bias[:] = np.linspace(-1, 1, len(bias))
    before = {name: array.copy() for name, array in model.parameters().items()}
    per_one = characters.quantise(model)
    for name, array in model.parameters().items():
        whole = array * per_one[name]
        assert (whole == np.round(whole)).all() and np.abs(whole).max() <= 127
        assert np.abs(array - before[name]).max() <= 0.5 / per_one[name]


def test_the_page_has_the_recorded_network_and_its_score():
    model, counted = characters.load(), characters.ngram()
    per_one = characters.quantise(model)  # changes nothing: it is rounded already
    scores = {
        "network": characters.bits(model, HELD_OUT),
        "ngram": characters.bits(counted, HELD_OUT),
    }
    assert records.read("characters_page") == characters.page_data(model, per_one, counted, scores)


def test_a_little_training_helps():
    model = characters.train("GRU", updates=50, progress=False)
    untrained = characters.build("GRU", seed=0)
    assert characters.bits(model, TUNE) < characters.bits(untrained, TUNE) - 1


def test_bad_texts_and_names_are_refused():
    with pytest.raises(ValueError, match=r"text must be one or more letters of .*, got '!é'"):
        characters.one_hot("é!")
    with pytest.raises(ValueError, match="got none"):
        characters.one_hot("")
    with pytest.raises(ValueError, match="kind must be one of 'LSTM', 'GRU', 'RNN', got 'CNN'"):
        characters.build("CNN")


def test_it_is_light():
    assert (records.FOLDER / "characters.npz").stat().st_size < 60_000
