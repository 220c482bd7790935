"""minGRU and minLSTM beside GRU and LSTM: what they start from, and what was recorded of them."""

import math

import numpy as np
import pytest

from lecture_lib.cells.minimal import Stack
from lecture_lib.experiments import after
from lecture_lib.training import softmax_cross_entropy


def test_gates_start_from_what_the_task_says():
    model = after.build("minGRU", "recall")
    assert (model.cell.bias[:16] == -1).all() and not model.cell.bias[16:].any()
    model = after.build("minLSTM", "adding, chrono", seed=3)
    i, f, g = np.split(model.cell.bias, 3)
    assert (i == -f).all() and not g.any() and f.min() >= 0 and f.max() <= math.log(99)
    trace = model.cell.forward(np.zeros((1, 1, 2)))
    # f and 1 − f already sum to 1: the time constants are those of chrono.
    np.testing.assert_allclose(trace.keep[0, 0], 1 / (1 + np.exp(-f)), rtol=1e-6)
    assert isinstance(after.build("minGRU × 2", "first").cell, Stack)
    for name, task in (("minGRU × 3", "first"), ("minGRU", "sums")):
        with pytest.raises(ValueError, match="must be one of"):
            after.build(name, task)


def test_what_was_recorded_is_what_training_gives():
    for network, task in (("minGRU", "recall, chrono"), ("minLSTM", "adding, chrono")):
        _, history = after.train(network, task, progress=False)
        assert history.stopped == "goal"
        assert history.steps[-1] == after.row(task, network)["updates"][0]


def test_the_records_say_what_the_lecture_says():
    assert {(r["task"], r["network"]) for r in after.load()} >= {
        (task, network) for task in after.TASKS for network in after.NETWORKS
    }
    for network in ("minGRU", "minLSTM"):
        assert after.solved("recall, chrono", network)[0] == 5
        assert after.solved("recall", network)[0] == 0
        assert after.solved("first", network) == (0, math.inf)
        assert min(after.row("parity", network)["scores"]) > 0.35
    for network in ("LSTM", "GRU"):
        assert after.solved("parity", network)[0] >= 4
    with pytest.raises(ValueError, match="no run was recorded"):
        after.row("recall", "minGRU × 2")


def test_losses_of_classes_work_too():
    model = after.build("minLSTM × 2", "parity")
    batch = after.draw_parity(np.random.default_rng(0))
    _, gradients = model.loss_and_gradients(batch, softmax_cross_entropy)
    assert set(gradients) == set(model.parameters())
    assert all(np.abs(g).max() > 0 for g in gradients.values())
