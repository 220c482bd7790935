"""Cells one above another: gradients, a state and a clamp for each layer, and what is refused."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.minimal import MinGRU, MinLSTM
from lecture_lib.cells.stack import Stack
from lecture_lib.gradients import check_gradients

# Differences of a loss of order 1 round to about 1e-16 / 1e-5 = 1e-11 of it, and entries are
# measured against 1e-4 of it at least.
NUMERICAL = 1e-6


def case():
    rng = np.random.default_rng(0)
    stack = Stack([LSTM(2, 3, seed=0), GRU(3, 4, seed=1)])
    state = [tuple(rng.normal(size=(2, 2, 3))), rng.normal(size=(2, 4))]
    return stack, rng.normal(size=(6, 2, 2)), state


def test_a_stack_learns_through_both_layers():
    rng = np.random.default_rng(0)
    stack = Stack([MinGRU(2, 3, seed=0), MinLSTM(3, 4, seed=1)])
    x, dh = rng.normal(size=(6, 2, 2)), rng.normal(size=(6, 2, 4))
    lengths = np.array([4, 6])
    arrays = {**stack.parameters(), "x": x}
    gradients = stack.backward(stack.forward(x, lengths=lengths), dh)

    def loss():
        return (stack.forward(x, lengths=lengths).h * dh).sum()

    assert check_gradients(loss, arrays, gradients).error < NUMERICAL
    assert {"0.weight_ih", "1.bias"} < set(stack.parameters())
    with pytest.raises(ValueError, match=r"hidden_size of the one below, 3, got input_size = 2"):
        Stack([MinGRU(2, 3), MinGRU(2, 3)])


def test_each_layer_starts_from_its_state_and_holds_its_gates():
    stack, x, state = case()
    clamp = [{"f": 0.5}, {"z": np.linspace(0, 1, 6)[:, None, None]}]
    lengths = [4, 6]
    trace = stack.forward(x, state, clamp, lengths)
    lstm, gru = stack.layers
    below = lstm.forward(x, state[0], clamp[0], lengths)
    above = gru.forward(below.h, state[1], clamp[1], lengths)
    np.testing.assert_array_equal(trace.h, above.h)
    assert not np.allclose(trace.h, stack.forward(x, lengths=lengths).h)
    h, last = stack.run(x, state, clamp, lengths)
    np.testing.assert_array_equal(h, above.h)
    for found in (last, trace.final_state):
        np.testing.assert_array_equal(found[0], below.final_state)
        np.testing.assert_array_equal(found[1], above.final_state)


def test_a_sequence_in_two_parts_is_the_sequence():
    stack, x, state = case()
    whole, _ = stack.run(x, state)
    first, state = stack.run(x[:2], state)
    second, _ = stack.run(x[2:], state)
    np.testing.assert_array_equal(np.concatenate([first, second]), whole)


def test_a_pair_that_reads_both_ways_can_be_a_layer():
    stack = Stack([Bidirectional(GRU(2, 3, seed=0), GRU(2, 3, seed=1)), LSTM(6, 4, seed=2)])
    h0 = np.ones((2, 3))
    h, last = stack.run(np.ones((5, 2, 2)), state=[{"back": h0}, None])
    assert h.shape == (5, 2, 4) and set(last[0]) == {"there", "back"}


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"state": np.zeros((2, 4))}, TypeError, "state must be a list of one for each .* ndarray"),
        ({"state": "nonsense"}, TypeError, "state must be a list of one for each of the 2 layers"),
        ({"state": [None]}, ValueError, "state must be a list of one for each .* got 1"),
        ({"state": [None, np.zeros((2, 3))]}, ValueError, "state must have shape"),
        ({"clamp": {"f": 1.0}}, TypeError, "clamp must be a list of one for each .* got dict"),
        ({"clamp": [{"q": 1.0}, None]}, ValueError, "clamp names 'q'"),
        ({"clamp": [None, {"f": 1.0}]}, ValueError, "clamp names 'f'"),
    ],
)
def test_a_state_or_clamp_that_does_not_fit_is_refused(given, error, message):
    stack, x, _ = case()
    for call in (stack.forward, stack.run):
        with pytest.raises(error, match=message):
            call(x, **given)


def test_layers_that_make_no_stack_are_refused():
    with pytest.raises(ValueError, match="at least one cell"):
        Stack([])
    cell = GRU(3, 3)
    with pytest.raises(ValueError, match="layers must be different cells"):
        Stack([cell, cell])
    stack, x, _ = case()
    other, *_ = case()
    with pytest.raises(ValueError, match="trace must be what forward of this Stack"):
        stack.backward(other.forward(x), np.ones((6, 2, 4)))
