"""The LSTM: its step, its fused forward, its clamps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.cells import LSTM, lstm_step, lstm_step_backward

# A few roundings of numbers of order 1, added up over a short sequence.
CLOSE = {np.float64: 1e-13, np.float32: 1e-5}

sizes = st.tuples(*[st.integers(1, 6)] * 4)
seeds = st.integers(0, 2**32 - 1)
dtypes = st.sampled_from([np.float32, np.float64])


def make(size, seed, dtype=np.float64, scale=1.0):
    """A cell with random biases, a sequence for it, and a state."""
    T, N, D, H = size
    rng = np.random.default_rng(seed)
    cell = LSTM(D, H, seed, dtype)
    cell.bias[:] = rng.normal(size=4 * H)
    draw = [rng.normal(size=shape) * scale for shape in [(T, N, D), (N, H), (N, H)]]
    x, h, c = (array.astype(dtype) for array in draw)
    return cell, x, (h, c)


@settings(deadline=None)
@given(sizes, seeds, dtypes, st.sampled_from([0.0, 1.0, 100.0]))
def test_one_step_after_another_is_the_fused_forward(size, seed, dtype, scale):
    cell, x, (h, c) = make(size, seed, dtype, scale)
    trace = cell.forward(x, (h, c))
    for t in range(len(x)):
        h, c, gates = lstm_step(x[t], h, c, **cell.parameters())
        for name, wanted in zip("hcifgo", [h, c, *gates], strict=True):
            assert wanted.dtype == dtype
            np.testing.assert_allclose(
                getattr(trace, name)[t], wanted, atol=CLOSE[dtype] * max(1, scale)
            )


@settings(deadline=None)
@given(sizes, seeds, dtypes)
def test_one_step_backward_after_another_is_the_fused_backward(size, seed, dtype):
    T, N, _, H = size
    cell, x, state = make(size, seed, dtype)
    rng = np.random.default_rng(seed)
    dh, dc = (rng.normal(size=shape).astype(dtype) for shape in [(T, N, H), (N, H)])
    trace = cell.forward(x, state)
    ours = cell.backward(trace, dh, dc)
    h, c = [trace.h0, *trace.h], [trace.c0, *trace.c]
    weights = cell.weight_ih, cell.weight_hh
    carried, total = 0, {}
    for t in reversed(range(T)):
        gates = [getattr(trace, name)[t] for name in "ifgo"]
        step = lstm_step_backward(dh[t] + carried, dc, x[t], h[t], c[t], gates, *weights)
        carried, dc = step["h"], step["c"]
        np.testing.assert_allclose(ours["x"][t], step["x"], atol=10 * CLOSE[dtype])
        for name in cell.parameters():
            total[name] = total.get(name, 0) + step[name]
    np.testing.assert_allclose(ours["h0"], carried, atol=10 * CLOSE[dtype])
    np.testing.assert_allclose(ours["c0"], dc, atol=10 * CLOSE[dtype])
    for name, wanted in total.items():
        np.testing.assert_allclose(ours[name], wanted, atol=10 * CLOSE[dtype] * T)


def test_a_step_by_hand():
    ln3 = np.log(3)
    # σ(ln 3) = 3/4, σ(0) = 1/2, tanh(ln 3) = 4/5: i = 3/4, f = 1/2, g = 4/5, o = 3/4.
    h, c, _ = lstm_step(
        x=np.array([[1.0]]),
        h=np.array([[0.0]]),
        c=np.array([[2.0]]),
        weight_ih=np.array([[ln3], [0], [ln3], [ln3]]),
        weight_hh=np.ones((4, 1)),
        bias=np.zeros(4),
    )
    # Two roundings of numbers below 2.
    np.testing.assert_allclose(c, [[1.6]], rtol=1e-15)
    np.testing.assert_allclose(h, [[0.75 * np.tanh(1.6)]], rtol=1e-15)


@settings(deadline=None)
@given(sizes, seeds, st.sets(st.sampled_from("ifgo")), st.booleans())
def test_a_clamp_holds_its_gate_and_nothing_else(size, seed, held, part):
    T, N, _, H = size
    cell, x, (h, c) = make(size, seed)
    rng = np.random.default_rng(seed)
    clamp = {name: rng.uniform(size=(T, N, H)) for name in sorted(held)}
    if part:
        for value in clamp.values():
            value[rng.uniform(size=value.shape) < 0.5] = np.nan
    trace = cell.forward(x, (h, c), clamp)
    for t in range(T):
        _, _, free = lstm_step(x[t], h, c, **cell.parameters())
        i, f, g, o = (
            np.where(np.isnan(value), gate, value)
            for gate, value in (
                (gate, clamp[name][t] if name in clamp else np.full((N, H), np.nan))
                for name, gate in zip("ifgo", free, strict=True)
            )
        )
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, wanted in zip("hcifgo", [h, c, i, f, g, o], strict=True):
            np.testing.assert_allclose(getattr(trace, name)[t], wanted, atol=1e-13)


@settings(deadline=None)
@given(sizes, seeds)
def test_f_clamped_to_one_is_the_cell_of_1997(size, seed):
    cell, x, state = make(size, seed)
    trace = cell.forward(x, state, clamp={"f": 1.0})
    written = np.cumsum(trace.i * trace.g, axis=0)
    # A sum of at most 6 terms of order 1, in another order.
    np.testing.assert_allclose(trace.c, state[1] + written, atol=1e-13)


def test_a_clamp_broadcasts():
    cell, x, _ = make((5, 2, 3, 4), seed=0)
    steps = np.array([1, np.nan, np.nan, 0, np.nan])[:, None, None]
    trace = cell.forward(x, clamp={"f": steps, "g": -3.0})
    assert (trace.f[0] == 1).all() and (trace.f[3] == 0).all() and (trace.g == -3).all()
    assert ((trace.f[[1, 2, 4]] > 0) & (trace.f[[1, 2, 4]] < 1)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_closed_gate_is_small_but_not_zero(dtype):
    cell = LSTM(1, 1, dtype=dtype, forget_bias=-20)
    cell.weight_ih[:] = 0
    trace = cell.forward(np.zeros((1, 1, 1)))
    # One rounding of e^20 and one of the quotient.
    np.testing.assert_allclose(trace.f, np.exp(-20), rtol=1e-6 if dtype == np.float32 else 1e-8)


def test_gates_far_beyond_the_range_of_exp_are_quiet():
    cell, x, _ = make((3, 2, 2, 3), seed=0)
    trace = cell.forward(1e6 * x)
    assert np.isfinite(trace.h).all()
    assert set(np.unique(np.round(trace.i, 9))) <= {0, 1}


def test_forget_bias_sets_the_rows_of_f():
    np.testing.assert_array_equal(LSTM(1, 2, forget_bias=1.5).bias, [0, 0, 1.5, 1.5, 0, 0, 0, 0])


@settings(deadline=None)
@given(sizes, seeds, st.data())
def test_past_the_end_of_a_padded_sequence_c_repeats(size, seed, data):
    T, N, _, _ = size
    cell, x, state = make(size, seed)
    lengths = np.array(data.draw(st.lists(st.integers(1, T), min_size=N, max_size=N)))
    trace = cell.forward(x, state, lengths=lengths)
    whole = cell.forward(x, state)
    last = np.minimum(np.arange(T)[:, None], lengths - 1)
    np.testing.assert_array_equal(trace.c, whole.c[last, np.arange(N)])
    np.testing.assert_array_equal(trace.h, whole.h[last, np.arange(N)])


@pytest.mark.parametrize(
    ("clamp", "error", "message"),
    [
        ({"z": 0.0}, ValueError, "clamp names 'z', but the gates of this cell are: i, f, g, o"),
        ({"f": 1.5}, ValueError, r"clamp\['f'\] must be in \[0, 1\] \(or nan\), got 1.5"),
        ({"i": -0.1}, ValueError, r"clamp\['i'\] must be in \[0, 1\]"),
        ({"g": np.inf}, ValueError, r"clamp\['g'\] must be finite \(or nan\), got inf"),
        ({"o": np.zeros((7, 1, 1))}, ValueError, r"clamp\['o'\] must broadcast .*\(5, 2, 4\)"),
        ({"f": "open"}, TypeError, r"clamp\['f'\] must hold real numbers"),
        ({"f": None}, TypeError, r"clamp\['f'\] must hold real numbers"),
        ([("f", 0.0)], TypeError, "clamp must be a dict of gate: value, got list"),
    ],
)
def test_a_wrong_clamp_is_named(clamp, error, message):
    with pytest.raises(error, match=message):
        LSTM(3, 4).forward(np.zeros((5, 2, 3)), clamp=clamp)


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        (np.zeros((2, 4)), TypeError, r"state must be a pair \(h0, c0\), got ndarray"),
        ((np.zeros((2, 4)),), TypeError, r"state must be a pair \(h0, c0\)"),
        ((np.zeros((2, 4)), np.zeros((3, 4))), ValueError, r"c0 of state must have shape \(N, H\)"),
        ((np.full((2, 4), np.nan), None), ValueError, "h0 of state must be finite"),
    ],
)
def test_a_wrong_state_is_named(state, error, message):
    with pytest.raises(error, match=message):
        LSTM(3, 4).forward(np.zeros((5, 2, 3)), state)


def test_dc_last_is_checked():
    cell = LSTM(3, 4)
    trace = cell.forward(np.zeros((5, 2, 3)))
    with pytest.raises(ValueError, match=r"dc_last must have shape \(N, H\) = \(2, 4\)"):
        cell.backward(trace, np.zeros((5, 2, 4)), np.zeros((1, 4)))
