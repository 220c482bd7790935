"""The adding task: what it shows, what it asks for, and that a GRU learns it in seconds."""

import numpy as np
import pytest

from lecture_lib.tasks import adding
from lecture_lib.training import SequenceModel


@pytest.mark.parametrize("length", [2, 7, 100])
def test_one_mark_lies_in_each_half_and_the_target_is_the_sum(length):
    batch = adding.draw(np.random.default_rng(0), length, batch_size=200)
    numbers, marks = batch.x[..., 0], batch.x[..., 1]
    assert batch.x.shape == (length, 200, 2) and batch.target.shape == (length, 200, 1)
    assert set(np.unique(marks)) <= {0.0, 1.0}
    assert (marks[: length // 2].sum(axis=0) == 1).all()
    assert (marks[length // 2 :].sum(axis=0) == 1).all()
    assert numbers.min() >= 0 and numbers.max() <= 1
    np.testing.assert_allclose(batch.target[-1, :, 0], (numbers * marks).sum(axis=0))
    assert batch.weight[-1].tolist() == [1] * 200 and not batch.weight[:-1].any()


def test_every_step_gets_its_marks():
    batch = adding.draw(np.random.default_rng(0), 10, batch_size=2000)
    # 1 in 5, with a standard error of 0.009.
    assert batch.x[..., 1].mean(axis=1) == pytest.approx(0.2, abs=0.04)


def test_the_baseline_is_the_variance_of_the_sum():
    batch = adding.draw(np.random.default_rng(0), 4, batch_size=100_000)
    always_one = adding.build("RNN", 4)
    always_one.readout.weight[:], always_one.readout.bias[:] = 0, 1
    # The standard error of the variance over 100 000 sums is 0.0006.
    assert adding.error(always_one, batch) == pytest.approx(adding.BASELINE, abs=0.003)


def test_fewer_than_two_steps_are_refused():
    with pytest.raises(ValueError, match="length must be at least 2"):
        adding.draw(np.random.default_rng(0), 1)


def test_a_gru_learns_it_in_400_updates_and_alike_from_the_same_seed():
    model, history = adding.train("GRU, bias 1", 100, updates=400, progress=False)
    assert isinstance(model, SequenceModel)
    assert history.stopped == "goal" and history.scores[-1] <= adding.SOLVED
    assert history.scores[0] > adding.BASELINE / 2
    _, again = adding.train("GRU, bias 1", 100, updates=20, progress=False)
    assert again.loss == history.loss[:20]
    _, other = adding.train("GRU, bias 1", 100, updates=20, seed=1, progress=False)
    assert other.loss != history.loss[:20]
