"""Which inputs a state came from: against differences of the network's own run."""

from importlib import import_module

import numpy as np
import pytest

from lecture_lib.examination import origins
from lecture_lib.examination.running import Given, run
from tests.examination.networks import KINDS, layer_of, network_of, noise

STEP = 1e-5  # of central differences, whose error is then about STEP², 1e-10
BOTH = ("there", "back")


def by_differences(network, x, layer, direction, step):
    """∂h[step, k]/∂x[s, d] for every unit, (T, D, H)."""
    rows = []
    for s in range(x.shape[0]):
        for d in range(x.shape[1]):
            ends = []
            for sign in (1, -1):
                moved = x.copy()
                moved[s, d] += sign * STEP
                ran, _ = run(network, Given(moved[:, None]))
                one = next(o for o in ran[layer].passes if o.direction == direction)
                ends.append(one.shown(one.of("h"))[step])
            rows.append((ends[0] - ends[1]) / (2 * STEP))
    return np.array(rows).reshape(*x.shape, -1)


@pytest.mark.parametrize("ways", [("there",), ("back",), BOTH], ids="+".join)
@pytest.mark.parametrize("kind", KINDS)
def test_origins_in_one_layer(kind, ways):
    network, x = network_of(layer_of("one", kind, 2, 3, ways)), noise(6, 2)
    for direction in ways:
        wanted = by_differences(network, x, "one", direction, 3)
        found = origins(network, x, "one", direction, 3, unit=1)
        np.testing.assert_allclose(found, wanted[..., 1], rtol=0, atol=1e-8)
        found = origins(network, x, "one", direction, 3)
        np.testing.assert_allclose(found, np.linalg.norm(wanted, axis=-1), rtol=0, atol=1e-8)
        # What was not read yet has no share.
        later = slice(4, None) if direction == "there" else slice(0, 3)
        assert not found[later].any() and found[3].any()


@pytest.mark.parametrize("kinds", [("LSTM", "GRU keep after"), ("RNN", "LSTM")], ids="+".join)
def test_origins_through_the_layers_below(kinds):
    """Both directions below, one of them shorter than x, and both above."""
    below = layer_of("below", kinds[0], 2, 3, BOTH, lengths=np.array([5]))
    above = layer_of("above", kinds[1], 6, 3, BOTH, 7, follows="below")
    network, x = network_of(below, above), noise(6, 2)
    for direction in BOTH:
        for step in (1, 5):
            wanted = by_differences(network, x, "above", direction, step)
            found = origins(network, x, "above", direction, step, unit=2)
            np.testing.assert_allclose(found, wanted[..., 2], rtol=0, atol=1e-8)
            found = origins(network, x, "above", direction, step)
            np.testing.assert_allclose(found, np.linalg.norm(wanted, axis=-1), rtol=0, atol=1e-8)
    assert not origins(network, x, "above")[5].any(), "past its end nothing is read"


def test_a_first_state_and_what_is_held_have_their_part():
    state = (np.full((1, 3), 0.5), np.full((1, 3), -1.0))
    network = network_of(layer_of("one", "LSTM", 2, 3, state=state))
    x, held = noise(5, 2), {"layer": "one", "gate": "i", "from": 2, "to": 3, "value": 0.4}
    exam = network.examine(x, holds=[held])
    found = exam.origins("one", unit=0)
    np.testing.assert_array_equal(found, origins(network, x, "one", unit=0, holds=[held]))
    for s in range(5):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[s, 1] += sign * STEP
            ends.append(network.examine(moved, holds=[held])["one"].h[-1, 0])
        assert found[s, 1] == pytest.approx((ends[0] - ends[1]) / (2 * STEP), abs=1e-8)


def test_many_units_are_estimated_and_one_is_exact():
    network, x = network_of(layer_of("one", "LSTM", 2, 40)), noise(8, 2)
    every = np.stack([origins(network, x, "one", unit=k) for k in range(40)], axis=-1)
    exact, found = np.linalg.norm(every, axis=-1), origins(network, x, "one")
    # Three of the standard deviations that `Reach.spread` states, 18 %.
    assert np.abs(found / exact - 1).max() < 0.53
    assert np.abs(found / exact - 1).max() > 1e-6


def test_origins_are_the_same_in_pieces(monkeypatch):

    network, x = network_of(layer_of("one", "GRU write before", 2, 5, BOTH)), noise(8, 2)
    whole = origins(network, x, "one", "back", 2)
    monkeypatch.setattr(import_module("lecture_lib.examination.origins"), "ROOM", 1)
    np.testing.assert_allclose(origins(network, x, "one", "back", 2), whole, rtol=1e-14)


def test_a_layer_that_was_watched_in_its_own_place_came_from_what_it_read_there():
    seen = noise(6, 4, N=1)
    network = network_of(layer_of("first", "RNN", 2, 3), layer_of("own", "LSTM", 4, 3, x=seen))
    found = origins(network, noise(9, 2), "own")
    alone = network_of(layer_of("own", "LSTM", 4, 3))
    np.testing.assert_array_equal(found, origins(alone, seen, "own"))
