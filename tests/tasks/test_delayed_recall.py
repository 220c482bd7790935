"""Delayed recall: what it shows and asks for, and what an LSTM needs to learn it."""

import numpy as np
import pytest

from lecture_lib.tasks import delayed_recall


def test_delayed_recall_is_one_symbol_noise_and_a_cue():
    batch = delayed_recall.draw(np.random.default_rng(0), delay=7, batch_size=50)
    assert batch.x.shape == (9, 50, 9) and (batch.x.sum(axis=2) == 1).all()
    shown = batch.x.argmax(axis=2)
    assert (shown[0] == batch.target[-1]).all() and set(shown[0]) == {0, 1, 2, 3}
    assert set(shown[1:-1].ravel()) == {4, 5, 6, 7} and (shown[-1] == 8).all()
    assert batch.weight.sum() == 50 and (batch.weight[-1] == 1).all()
    with pytest.raises(ValueError, match=r"network must be one of 'RNN', .* got 'RNN, chrono'"):
        delayed_recall.build("RNN, chrono", 10)


def test_chrono_learns_in_seconds_what_a_bias_of_1_does_not():
    _, chrono = delayed_recall.train("LSTM, chrono", 80, updates=400, progress=False)
    assert chrono.stopped == "goal"
    _, biased = delayed_recall.train("LSTM, bias 1", 80, updates=400, progress=False)
    assert biased.stopped is None and min(biased.scores) > 0.4
