"""The belt that only writes, in Python; and the networks trained without a forget gate."""

import numpy as np
import pytest

from lecture_lib.experiments import write_only
from lecture_lib.figures import Belt
from lecture_lib.figures.belt import STEPS
from lecture_lib.tasks import latch


def test_c_is_the_sum_of_all_writes():
    belt = Belt(i=0.7, g=-0.3, noise=0.9, seed=5)
    trace = belt.trace
    assert np.ptp(trace.g) > 0.5
    np.testing.assert_allclose(trace.c, np.cumsum(0.7 * trace.g, axis=0), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.h, np.tanh(trace.c), rtol=0, atol=1e-15)


def test_with_a_forget_gate_c_settles():
    other = Belt(f=0.8).other
    assert other.c[-1, 0, 0] == pytest.approx(0.5 * 0.6 * (1 - 0.8**STEPS) / 0.2, abs=1e-12)


def test_candidates_stay_within_1():
    g = Belt(g=0.9, noise=1.0).trace.g
    assert g.max() == 1 and g.min() > -0.1 - 1e-12


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"i": 1.1}, "i must be a number in [0, 1], got 1.1"),
        ({"g": "x"}, "g must be a number in [-1, 1], got 'x'"),
        ({"t": 0}, "t must be a whole number in [1, 30], got 0"),
        ({"seed": 0.5}, "seed must be a whole number in [0, 99], got 0.5"),
        ({"draws": []}, "Belt has no 'draws'; it takes i, g"),
    ],
)
def test_what_does_not_fit_is_named(wrong, says):
    with pytest.raises((ValueError, TypeError)) as error:
        Belt(**wrong)
    assert says in str(error.value)


def test_what_is_published_is_light_and_the_same_twice():
    belts = [Belt(compare=True, noise=0.4) for _ in range(2)]
    assert belts[0].twin() == belts[1].twin()
    assert len(belts[0].still()) < 8_000
    assert repr(belts[0]) == "Belt(compare=True, noise=0.4)"
    assert "c = 3.00, h = 0.995, slope = 0.0099" in Belt().text()


def errors(forget_gate, steps):
    batch = latch.draw(np.random.default_rng(11), steps, batch_size=100)
    return [
        float(((model.predict(batch.x) - batch.target)[-10:] ** 2).mean())
        for model in write_only.load(forget_gate)
    ]


def test_only_the_recorded_networks_with_a_forget_gate_go_on():
    x = latch.draw(np.random.default_rng(0), 50).x
    for model in write_only.load(False):
        assert (model.cell.forward(x).f == 1).all()
    # 200 seeds of streams stay within a factor of 2 of what the lecture prints.
    assert max(errors(True, 20) + errors(False, 20)) < 0.005
    assert 3 * max(errors(True, 1000)) < min(errors(False, 1000))


def test_training_leaves_the_gate_that_keeps_alone_and_is_repeatable():
    models = [write_only.train(False, seed=0, updates=20, progress=False) for _ in range(2)]
    first, second = (model.parameters() for model in models)
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
    untrained = write_only.build(False, seed=0).cell
    np.testing.assert_array_equal(models[0].cell.weight_ih[4:8], 0)
    np.testing.assert_array_equal(models[0].cell.bias[4:8], untrained.bias[4:8])
    assert (models[0].cell.weight_ih[:4] != untrained.weight_ih[:4]).all()
