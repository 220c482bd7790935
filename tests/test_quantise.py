"""Rounding to few bits, held to Python's own rounding, to whole numbers, and to the cells."""

import copy

import numpy as np
import pytest

from lecture_lib import quantise
from lecture_lib.cells import GRU, LSTM, RNN, Bidirectional, Stack, gru_step, lstm_step, rnn_step
from lecture_lib.cells.variants import LSTMVariant

BITS = range(2, 17)
CELLS = {
    "rnn": lambda D, H, seed: RNN(D, H, seed=seed),
    "lstm": lambda D, H, seed: LSTM(D, H, seed=seed, forget_bias=1.0),
    "gru": lambda D, H, seed: GRU(D, H, seed=seed),
    "gru keep after": lambda D, H, seed: GRU(D, H, seed=seed, update="keep", reset="after"),
}
# Sums of the same products in another order: 1e-16 a step, over 30 steps. A state rounded another
# way is off by a step of its grid, at 16 bits 3e-5.
TOLERANCE = 1e-12


def by_hand(array, bits, per):
    """`rounded` by Python's round, which takes the even one half-way, a row at a time."""
    levels = 2 ** (bits - 1) - 1
    rows = [list(map(float, row)) for row in array]
    largest = [max(map(abs, row)) for row in rows]
    if per == "tensor":
        largest = [max(largest)] * len(rows)
    return [
        [round(w / (most / levels)) * (most / levels) if most else 0.0 for w in row]
        for row, most in zip(rows, largest, strict=True)
    ]


@pytest.mark.parametrize("per", ["tensor", "row"])
@pytest.mark.parametrize("bits", BITS)
def test_it_is_pythons_rounding(bits, per):
    array = np.random.default_rng(bits).normal(size=(12, 5)) * np.logspace(-3, 2, 12)[:, None]
    array[4] = 0
    found = quantise.rounded(array, bits, per)
    np.testing.assert_array_equal(found, by_hand(array, bits, per))
    width = quantise.scale(array, bits, per)
    assert (np.abs(found - array) <= width / 2 * (1 + 1e-12)).all()
    assert len(np.unique(found)) <= 2**bits - 1 or per == "row"


def test_half_way_goes_to_the_even_one():
    array = np.array([127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 126.5])  # at 8 bits the scale is 1
    np.testing.assert_array_equal(
        quantise.rounded(array, 8), [127.0, 0.0, 2.0, 2.0, 0.0, -2.0, -2.0, 126.0]
    )


@pytest.mark.parametrize("name", CELLS)
def test_a_rounded_cell_is_a_copy_with_its_weights_rounded(name):
    cell = CELLS[name](3, 4, 0)
    cell.bias += np.random.default_rng(1).normal(size=cell.bias.shape)
    before = copy.deepcopy(cell.parameters())
    small = quantise.rounded_cell(cell, 4, "row")
    assert repr(small) == repr(cell)
    for key, array in small.parameters().items():
        np.testing.assert_array_equal(cell.parameters()[key], before[key])
        assert not np.shares_memory(array, cell.parameters()[key])
        wanted = by_hand(before[key], 4, "row") if key.startswith("weight") else before[key]
        np.testing.assert_array_equal(array, wanted)


def test_stacks_and_pairs_are_rounded_cell_by_cell():
    both = Bidirectional(Stack([LSTM(2, 3, seed=0), RNN(3, 4, seed=1)]), GRU(2, 3, seed=2))
    small = quantise.rounded_cell(both, 3)
    for key, array in both.parameters().items():
        wanted = by_hand(array, 3, "tensor") if "weight" in key else array
        np.testing.assert_array_equal(small.parameters()[key], wanted)


def test_what_a_variant_has_besides_weights_is_kept():
    cell = LSTMVariant(2, 5, peephole=True, layer_norm=True, proj_size=3, seed=0)
    cell.peepholes += 0.123
    small = quantise.rounded_cell(cell, 2)
    np.testing.assert_array_equal(small.peepholes, cell.peepholes)
    np.testing.assert_array_equal(small.gain, cell.gain)
    assert len(np.unique(np.abs(small.weight_hr))) == 2


def test_float32_stays_float32():
    cell = GRU(2, 3, seed=0, dtype=np.float32)
    small = quantise.rounded_cell(cell, 8)
    wanted = np.float32(quantise.rounded(cell.weight_hh, 8))
    assert small.weight_hh.dtype == np.float32
    np.testing.assert_array_equal(small.weight_hh, wanted)
    trace = quantise.run(cell, np.ones((4, 1, 2)), 8, state_bits=8)
    assert trace.h.dtype == np.float32


def state_by_hand(value, bits, limit):
    """A state on its grid, by Python's round, a number at a time."""
    step, most = limit / 2 ** (bits - 1), 2 ** (bits - 1) - 1
    one = [max(-most, min(most, round(float(v) / step))) * step for v in value.flat]
    return np.reshape(one, value.shape)


def run_by_hand(cell, x, bits, per, h_bits, c_bits, limits):
    """The run of a rounded cell by its own single step, the state rounded after each."""
    p = {key: np.array(array) for key, array in cell.parameters().items()}
    for key in ("weight_ih", "weight_hh"):
        p[key] = np.array(by_hand(p[key], bits, per))
    h = c = np.zeros((x.shape[1], cell.hidden_size))
    found = []
    for x_t in x:
        if isinstance(cell, LSTM):
            h, c, _ = lstm_step(x_t, h, c, **p)
            c = state_by_hand(c, c_bits, limits["c"])
        elif isinstance(cell, GRU):
            h, _ = gru_step(x_t, h, **p, update=cell.update, reset=cell.reset)
        else:
            h = rnn_step(x_t, h, **p)
        h = state_by_hand(h, h_bits, limits["h"])
        found.append((h, c))
    return np.array(found).swapaxes(0, 1)


@pytest.mark.parametrize("name", CELLS)
def test_the_state_is_rounded_after_each_step(name):
    cell = CELLS[name](2, 4, 0)
    x = np.random.default_rng(3).normal(size=(30, 2, 2))
    limits = quantise.ranges(cell, x)
    for bits in BITS:
        wide = min(16, bits + 4)
        state_bits = {"h": bits, "c": wide} if isinstance(cell, LSTM) else bits
        trace = quantise.run(cell, x, bits, "row", state_bits)
        h, c = run_by_hand(cell, x, bits, "row", bits, wide, limits)
        np.testing.assert_allclose(trace.h, h, atol=TOLERANCE, rtol=0)
        if isinstance(cell, LSTM):
            np.testing.assert_allclose(trace.c, c, atol=TOLERANCE, rtol=0)
            assert trace.f.shape == trace.gates["i"].shape == (30, 2, 4)


def test_it_is_what_sums_of_whole_numbers_give():
    """W_hh · h from int8 numbers alone, and one product with their scales at the end."""
    cell = RNN(1, 6, seed=0)
    x = np.random.default_rng(0).normal(size=(20, 1, 1))
    trace = quantise.run(cell, x, 8, "row", 8)
    width = quantise.scale(cell.weight_hh, 8, "row")
    q = np.round(cell.weight_hh / width).astype(np.int8).astype(np.int64)
    step = trace.ranges["h"] / 128
    for t in range(1, 20):
        q_h = np.round(trace.h[t - 1] / step).astype(np.int8).astype(np.int64)
        sums = (q_h @ q.T) * (width[:, 0] * step)
        x_share = x[t] @ quantise.rounded_cell(cell, 8, "row").weight_ih.T
        h = state_by_hand(np.tanh(sums + x_share + cell.bias), 8, trace.ranges["h"])
        np.testing.assert_allclose(trace.h[t], h, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize(
    ("largest", "limit"), [(0.0, 1), (0.5, 0.5), (0.51, 1), (1.0, 1), (9.0, 16), (2**-9, 2**-9)]
)
def test_a_range_is_the_power_of_two_that_holds_the_state(largest, limit):
    still = RNN(1, 2)
    still.weight_hh[...] = 0
    x = np.zeros((3, 1, 1))
    assert quantise.ranges(still, x, state=[[0.0, -largest]]) == {"h": limit}
    held = LSTM(1, 2, forget_bias=50.0)
    held.weight_hh[...] = held.weight_ih[...] = 0
    assert quantise.ranges(held, x, state=(None, [[-largest, 0.0]]))["c"] == limit


def test_beyond_its_range_a_state_is_held_at_the_end():
    cell, x = LSTM(1, 3, seed=0, forget_bias=9.0), np.ones((40, 1, 1))
    free = quantise.run(cell, x, 16)
    held = quantise.run(cell, x, 16, state_bits=8, ranges={"h": 1.0, "c": 0.5})
    assert np.abs(free.c).max() > 1
    assert np.abs(held.c).max() == 0.5 - 0.5 / 128


@pytest.mark.parametrize("state_bits", [None, 8])
def test_chunks_with_their_state_are_the_whole(state_bits):
    stack = Stack([LSTM(2, 3, seed=0), GRU(3, 4, seed=1), RNN(4, 2, seed=2)])
    x = np.random.default_rng(0).normal(size=(30, 2, 2))
    limits = None if state_bits is None else quantise.ranges(stack, x)
    whole = quantise.run(stack, x, 6, "row", state_bits, ranges=limits)
    for k in (1, 4, 7, 30):
        state, found = None, []
        for t in range(0, 30, k):
            trace = quantise.run(stack, x[t : t + k], 6, "row", state_bits, state, limits)
            state = trace.final_state
            found.append(trace.h)
        np.testing.assert_allclose(np.concatenate(found), whole.h, atol=TOLERANCE, rtol=0)


def test_a_pair_reads_both_ways():
    there, back = GRU(2, 3, seed=0), LSTM(2, 4, seed=1)
    both = Bidirectional(there, back)
    x = np.random.default_rng(0).normal(size=(9, 2, 2))
    trace = quantise.run(both, x, 5, "row", 7)
    turned = quantise.run(back, x[::-1], 5, "row", 7).h[::-1]
    np.testing.assert_array_equal(trace.h[..., :3], quantise.run(there, x, 5, "row", 7).h)
    np.testing.assert_array_equal(trace.h[..., 3:], turned)
    ordinary = both.forward(x)
    np.testing.assert_array_equal(trace.order, ordinary.order)
    assert set(trace.final_state) == set(ordinary.final_state)


def test_without_state_bits_it_is_the_rounded_cells_own_run():
    cell, x = LSTM(2, 3, seed=0), np.random.default_rng(0).normal(size=(9, 1, 2))
    wanted = quantise.rounded_cell(cell, 4).forward(x)
    np.testing.assert_array_equal(quantise.run(cell, x, 4).c, wanted.c)


def test_the_report_is_the_difference():
    stack = Stack([LSTM(2, 3, seed=0), RNN(3, 4, seed=1)])
    x = np.random.default_rng(0).normal(size=(25, 2, 2))
    found = quantise.report(stack, x, 5, "row", 8, epsilon=0.006)
    exact, small = stack.forward(x), quantise.run(stack, x, 5, "row", 8)
    off = [max(abs(small.h[t] - exact.h[t]).ravel()) for t in range(25)]
    np.testing.assert_array_equal(found.by_step, off)
    assert found.largest == max(off) == off[found.at]
    assert found.first == next(t for t in range(25) if off[t] > 0.006) > 0
    gate = np.abs(small.traces[0].f - exact.traces[0].f)
    np.testing.assert_array_equal(found.gates["0.f"], gate.max(axis=(0, 1)))
    assert set(found.weights) == {"0.i", "0.f", "0.g", "0.o", "1.h"}
    rows = np.abs(stack.layers[0].weight_hh - by_hand(stack.layers[0].weight_hh, 5, "row"))
    also = np.abs(stack.layers[0].weight_ih - by_hand(stack.layers[0].weight_ih, 5, "row"))
    wanted = np.maximum(rows.max(axis=1), also.max(axis=1))[3:6]
    np.testing.assert_array_equal(found.weights["0.f"], wanted)
    assert quantise.report(stack, x, 16, epsilon=1.0).first is None
    assert "never above 1" in str(quantise.report(stack, x, 16, epsilon=1.0))


def test_more_bits_are_nearer():
    cell, x = LSTM(2, 8, seed=0), np.random.default_rng(0).normal(size=(60, 1, 2))
    errors = [quantise.report(cell, x, bits, "row", bits).largest for bits in (4, 8, 12, 16)]
    assert errors[0] > 8 * errors[1] > 64 * errors[2] > 512 * errors[3] > 0


ONE = np.ones((2, 1, 2))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: quantise.rounded([1.0], 1), ValueError, "bits must be at least 2, got 1"),
        (lambda: quantise.rounded([1.0], 17), ValueError, "bits must be at most 16"),
        (lambda: quantise.rounded([1.0], 8.0), TypeError, "bits must be a whole number"),
        (lambda: quantise.rounded([np.inf], 8), ValueError, "array must be finite"),
        (lambda: quantise.rounded(["a"], 8), TypeError, "array must hold real numbers"),
        (lambda: quantise.rounded([1.0], 8, "gate"), ValueError, 'per must be "tensor" or "row"'),
        (lambda: quantise.rounded(1.0, 8, "row"), ValueError, "array must have rows"),
        (lambda: quantise.rounded_cell(LSTM, 8), TypeError, "cell must be a cell"),
        (lambda: quantise.run(RNN(2, 3), ONE, 8, state_bits=1), ValueError, "state_bits must be"),
        (
            lambda: quantise.run(RNN(2, 3), ONE, 8, state_bits={"c": 8}),
            ValueError,
            r"state_bits must have one for each of \['h'\]",
        ),
        (
            lambda: quantise.run(RNN(2, 3), ONE, 8, state_bits=8, ranges={"h": 0.7}),
            ValueError,
            "must be a power of two, got 0.7",
        ),
        (
            lambda: quantise.run(LSTM(2, 3), ONE, 8, state_bits=8, ranges={"h": 1.0}),
            ValueError,
            r"ranges must have one for each of \['h', 'c'\]",
        ),
        (
            lambda: quantise.run(RNN(2, 3), ONE, 8, ranges={"h": 1.0}),
            ValueError,
            "ranges must be None where state_bits is",
        ),
        (lambda: quantise.run(RNN(2, 3), ONE[0], 8), ValueError, "x must have shape"),
        (lambda: quantise.report(RNN(2, 3), ONE, 8, epsilon=-1), ValueError, "epsilon must be 0"),
    ],
)
def test_it_refuses_what_it_cannot_do(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_nothing_a_caller_owns_is_kept():
    cell, x = LSTM(2, 3, seed=0), np.ones((5, 1, 2))
    state, limits = (np.full((1, 3), 0.3), np.full((1, 3), 0.3)), {"h": 1.0, "c": 2.0}
    trace = quantise.run(cell, x, 8, state_bits=8, state=state, ranges=limits)
    assert (state[0] == 0.3).all() and trace.ranges is not limits
    trace.final_state[0][...] = 9
    assert np.abs(trace.h).max() < 1
    with pytest.raises(AttributeError, match="no z, only h, c and i, f, g, o"):
        _ = trace.z
    with pytest.raises(ValueError, match="trace must be what forward"):
        cell.backward(trace, np.ones((5, 1, 3)))
    again = copy.deepcopy(trace)
    assert not again.h.flags.writeable
    np.testing.assert_array_equal(again.f, trace.f)
