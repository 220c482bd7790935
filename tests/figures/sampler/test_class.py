"""The Sampler in Python: what it accepts, what it writes, what it says of it."""

import json
import re

import numpy as np
import pytest

from lecture_lib.figures import Sampler
from lecture_lib.figures.sampler import MAX_PREFIX, MAX_WRITTEN
from lecture_lib.tasks import characters

BAD = [
    ({"temperature": 0}, "temperature must be a number in [0.1, 2], got 0"),
    ({"temperature": float("nan")}, "temperature must be a number in [0.1, 2], got nan"),
    ({"seed": 0}, "seed must be a whole number in [1, 100], got 0"),
    ({"seed": 1.5}, "seed must be a whole number in [1, 100], got 1.5"),
    ({"unit": 65}, "unit must be a whole number in [1, 64], got 65"),
    ({"shows": "f"}, "shows must be one of 'c', 'h', got 'f'"),
    ({"prefix": "a" * 41}, "prefix must have at most 40 characters, got 41"),
    ({"prefix": 3}, "prefix must be a text, got 3"),
    ({"written": 0}, "written must be a whole number in [1, 200], got 0"),
    ({"written": 201}, "written must be a whole number in [1, 200], got 201"),
    ({"look": 241}, "look must be a whole number in [0, 240], got 241"),
    ({"heat": 1}, "Sampler has no 'heat'; it takes temperature, seed, unit, shows"),
]


@pytest.mark.parametrize(("given", "message"), BAD)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        Sampler(**given)


def test_it_reads_what_is_in_its_alphabet():
    assert Sampler(prefix="Héllo, WORLD 7!").start == "hllo, world "
    for nothing in ("", "777"):
        assert Sampler(prefix=nothing).start == " "


def test_a_sample_is_repeatable_and_follows_seed_and_temperature():
    one = Sampler(written=80)
    assert one.sample == Sampler(written=80).sample and len(one.sample) == 80
    assert one.sample[:30] == Sampler(written=30).sample
    assert one.sample != Sampler(written=80, seed=2).sample
    assert one.sample != Sampler(written=80, temperature=1.5).sample
    assert one.ngram_sample != one.sample
    assert set(one.sample + one.ngram_sample) <= set(characters.ALPHABET)


def test_a_low_temperature_repeats_itself_and_a_high_one_does_not():
    cold, hot = (Sampler(temperature=t).sample.split() for t in (0.1, 2.0))
    # Both have 200 letters.
    assert len(set(cold)) / len(cold) < 0.8
    assert len(set(hot)) / len(hot) > 0.9


def test_every_letter_was_likely_enough_to_be_drawn():
    figure = Sampler(written=60)
    ours, theirs = figure.probabilities
    text = figure.text_read
    assert ours.shape == theirs.shape == (len(text), 32)
    assert ours.sum(axis=1) == pytest.approx(1)
    given = ours[np.arange(len(text) - 1), characters.indices(text)[1:]]
    assert given[len(figure.start) - 1 :].min() > 0
    assert figure.trace.c.shape == (len(text), 1, 64)


def test_text_and_still_say_what_is_looked_at():
    figure = Sampler(prefix="the ga", look=6, written=5)
    assert "“the ga”" in figure.text() and figure.sample in figure.text()
    ours, _ = figure.probabilities
    likeliest = characters.ALPHABET[ours[5].argmax()]
    assert f"likeliest is {likeliest} ({ours[5].max():.2f})" in figure.text()
    assert len(figure.still().encode()) <= 8000


def test_the_twin_is_repeatable_and_light():
    twin = Sampler(seed=7).twin()
    assert twin == Sampler(seed=7).twin() and repr(Sampler(seed=7)) == "Sampler(seed=7)"
    state = json.loads(re.search(r"json\">(.*?)</script>", twin)[1])["state"]
    assert state["seed"] == 7 and state["written"] == MAX_WRITTEN and MAX_PREFIX == 40
    assert len(twin) < 16_000
