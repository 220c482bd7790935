"""The tasks of state: what they show, what they ask for, and what guessing costs."""

import numpy as np
import pytest

from lecture_lib.tasks import state


def test_the_tasks_of_state_ask_what_they_say():
    batch = state.draw_first(np.random.default_rng(0), steps=40, batch_size=500)
    number, flag = batch.x[..., 0], batch.x[..., 1] > 0
    for k in range(500):
        marked = np.flatnonzero(flag[:, k])
        wanted = np.zeros(40)
        if len(marked):
            wanted[marked[0] :] = number[marked[0], k]
        np.testing.assert_array_equal(batch.target[:, k, 0], wanted)
    # Always 0: the variance 1/3 of the number, where one was flagged, 1 - (1 - 0.9^40) / 4.
    wanted = (1 - 9 * (1 - 0.9**40) / 40) / 3
    assert (batch.target**2).mean() == pytest.approx(wanted, abs=0.03)

    batch = state.draw_parity(np.random.default_rng(0), steps=30, batch_size=200)
    np.testing.assert_array_equal(batch.target, batch.x[..., 1].cumsum(axis=0) % 2)
    assert batch.target.mean() == pytest.approx(0.5, abs=0.05)
