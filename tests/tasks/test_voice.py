"""The detector of speech: what is drawn, the baseline without a network, what was learned."""

import numpy as np
import pytest

from lecture_lib.tasks import voice


@pytest.fixture(scope="module")
def batch():
    return voice.draw(np.random.default_rng(0), steps=400, batch_size=400)


def test_speech_is_as_frequent_as_it_says(batch):
    assert batch.x.shape == (400, 400, 2)
    # Turns begin at 1/50 and end, where they sound, at as much: 5/11 of their frames are pauses.
    assert batch.target.mean() == pytest.approx(0.63, abs=0.02)
    begins = (batch.target[1:] > batch.target[:-1]).sum() / (batch.target[:-1] == 0).sum()
    assert begins == pytest.approx(voice.BEGINS, rel=0.1)


def test_a_turn_begins_and_ends_with_a_sound(batch):
    # Less than the noise of its recording, a voice is 0.7 louder in the low band at least.
    speaks, low = batch.target, batch.x[..., 0]
    first = (speaks[1:] == 1) & (speaks[:-1] == 0)
    last = (speaks[:-1] == 1) & (speaks[1:] == 0)
    silence = low[speaks == 0].mean()
    assert low[1:][first].mean() - silence == pytest.approx(1, abs=0.05)
    assert low[:-1][last].mean() - silence == pytest.approx(1, abs=0.05)
    pauses = low[speaks == 1].mean() - silence
    # A sound lasts 6 frames, a pause 5.
    assert 0.45 < pauses < 0.65


def test_knocks_are_heard_in_silence_and_in_the_high_band(batch):
    silent = batch.target == 0
    low, high = batch.x[..., 0][silent], batch.x[..., 1][silent]
    assert np.mean(high - low > 0.7) == pytest.approx(voice.KNOCKS, abs=0.03)


def test_hang_over_waits():
    low = np.array([0, 1, 0, 0, 0, 0, 1, 0], float)
    x = np.stack([low, 0 * low], axis=-1)[:, None]
    said = voice.hang_over(x, 0.5, 2)[:, 0]
    assert said.tolist() == [False, True, True, True, False, False, True, True]
    assert voice.hang_over(x, 0.5, 0)[:, 0].tolist() == (low > 0.5).tolist()


def test_the_gates_hear_more_than_the_baseline_and_more_than_the_rnn():
    _, _, baseline = voice.best_hang_over()
    scores = {
        kind: [voice.accuracy(voice.load(kind, seed)) for seed in voice.SEEDS]
        for kind in voice.STARTS
    }
    assert 0.8 < baseline < 0.84
    assert min(scores["LSTM"] + scores["GRU"]) > baseline + 0.05


def test_speech_is_what_the_readout_says():
    model, x = voice.load("LSTM"), voice.draw(np.random.default_rng(1), 30, 2).x
    logits = model.predict(x)
    wanted = 1 / (1 + np.exp(logits[..., 0] - logits[..., 1]))
    np.testing.assert_allclose(voice.speech(model, model.cell.forward(x).h), wanted, atol=1e-12)


@pytest.mark.slow
def test_training_gives_the_recorded_network():
    model = voice.train("GRU", progress=False)
    assert voice.accuracy(model) == pytest.approx(voice.accuracy(voice.load("GRU")), abs=0.01)
