"""Counting aⁿbⁿ: the words, the measures, and what the recorded networks can."""

import numpy as np
import pytest

from lecture_lib.tasks import counting


def test_words_are_what_they_say():
    batch = counting.words([1, 3])
    shown = ["".join("Sab"[k] for k in row) for row in batch.x[:, 1:].argmax(axis=2).T]
    assert shown == ["Saaabbb"]
    assert batch.lengths.tolist() == [3, 7]
    assert batch.x[3:, 0].sum() == 0
    assert batch.weight.T.tolist() == [[0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1]]
    assert batch.target.T.tolist() == [[0, 0, 1, 0, 0, 0, 0], [0] * 6 + [1]]
    assert (counting.one_hot("aaabbb") == batch.x[:, 1:]).all()


def test_training_draws_each_length_as_often():
    batch = counting.draw(np.random.default_rng(0), batch_size=5000)
    _, times = np.unique(batch.lengths, return_counts=True)
    # 500 of each expected, with a spread of 21.
    assert len(times) == 10 and times.min() > 400 and times.max() < 600


def test_always_another_b_is_the_baseline():
    model = counting.build("LSTM", 2, seed=0)
    model.readout.weight[...] = 0
    model.readout.bias[...] = 1, 0
    assert counting.right(model) == pytest.approx(counting.BASELINE)
    assert counting.reach(model) == 0


def test_a_perfect_counter_reaches_any_limit_and_a_shifted_one_nothing():
    model = counting.build("LSTM", 1)
    # The gates stand open, and a candidate of ±0.01 is added for each letter.
    model.cell.weight_ih[...] = 0
    model.cell.weight_hh[...] = 0
    model.cell.bias[...] = 40, 40, 0, 40
    model.cell.weight_ih[2] = 0, 0.01, -0.01
    model.readout.weight[...] = [[1000], [-1000]]
    model.readout.bias[...] = -5, 5
    assert counting.reach(model, limit=40) == 40
    unit, r = counting.counter(model)
    assert unit == 0 and r == pytest.approx(1)
    model.readout.bias[...] = -15, 15
    assert counting.reach(model) == 1
    model.readout.bias[...] = 5, -5
    assert counting.reach(model) == 0


def recorded(key, kind, hidden_size):
    runs = counting.runs()
    return [r[key] for r in runs if (r["kind"], r["hidden_size"]) == (kind, hidden_size)]


def test_the_lstm_counts_beyond_its_training_and_the_gru_hardly():
    assert sum(reach >= 15 for reach in recorded("reach", "LSTM", 2)) >= 4
    assert min(recorded("correlation", "LSTM", 2)) >= 0.99
    for hidden_size in (2, 4, 8):
        assert min(recorded("reach", "GRU", hidden_size)) >= 10
        assert max(recorded("reach", "GRU", hidden_size)) < min(recorded("reach", "LSTM", 2))


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_the_stored_networks_are_the_recorded_ones(kind):
    models = [counting.load(kind, seed) for seed in counting.SEEDS]
    assert [counting.reach(model) for model in models] == recorded("reach", kind, 2)
    r = [abs(counting.counter(model)[1]) for model in models]
    # Recorded with four decimals.
    assert r == pytest.approx(recorded("correlation", kind, 2), abs=1e-4)


def test_an_lstm_fits_ten_within_600_updates():
    model, history = counting.train("LSTM", 2, seed=0, updates=600, progress=False)
    assert len(history.loss) == 600
    assert counting.right(model) == 1 and counting.reach(model) >= 10


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="text must hold the letters 'ab' only, got 'abc'"):
        counting.one_hot("abc")
    with pytest.raises(ValueError, match="kind must be one of 'RNN', 'LSTM', 'GRU', got 'CNN'"):
        counting.build("CNN", 2)
