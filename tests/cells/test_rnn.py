"""The plain RNN, and what all cells share: parameters, checks of the input, padded batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.cells import GRU, LSTM, RNN, rnn_step, rnn_step_backward

# A few roundings of numbers of order 1, added up over a short sequence.
CLOSE = {np.float64: 1e-13, np.float32: 1e-5}

CELLS = [
    RNN,
    LSTM,
    GRU,
    lambda *sizes, **options: GRU(*sizes, update="keep", reset="after", **options),
]

sizes = st.tuples(*[st.integers(1, 6)] * 4)
seeds = st.integers(0, 2**32 - 1)
dtypes = st.sampled_from([np.float32, np.float64])


@settings(deadline=None)
@given(sizes, seeds, dtypes)
def test_one_step_after_another_is_the_fused_forward(size, seed, dtype):
    T, N, D, H = size
    rng = np.random.default_rng(seed)
    cell = RNN(D, H, seed, dtype)
    cell.bias[:] = rng.normal(size=H)
    x = rng.normal(size=(T, N, D)).astype(dtype)
    h = rng.normal(size=(N, H)).astype(dtype)
    trace = cell.forward(x, h)
    for t in range(T):
        h = rnn_step(x[t], h, **cell.parameters())
        assert h.dtype == dtype
        np.testing.assert_allclose(trace.h[t], h, atol=CLOSE[dtype])


@settings(deadline=None)
@given(sizes, seeds, dtypes)
def test_one_step_backward_after_another_is_the_fused_backward(size, seed, dtype):
    T, N, D, H = size
    rng = np.random.default_rng(seed)
    cell = RNN(D, H, seed, dtype)
    x, dh = (rng.normal(size=(T, N, k)).astype(dtype) for k in (D, H))
    trace = cell.forward(x, rng.normal(size=(N, H)))
    ours = cell.backward(trace, dh)
    h = [trace.h0, *trace.h]
    carried, total = 0, {}
    for t in reversed(range(T)):
        step = rnn_step_backward(
            dh[t] + carried, x[t], h[t], h[t + 1], cell.weight_ih, cell.weight_hh
        )
        carried = step["h"]
        np.testing.assert_allclose(ours["x"][t], step["x"], atol=10 * CLOSE[dtype])
        for name in cell.parameters():
            total[name] = total.get(name, 0) + step[name]
    np.testing.assert_allclose(ours["h0"], carried, atol=10 * CLOSE[dtype])
    for name, wanted in total.items():
        np.testing.assert_allclose(ours[name], wanted, atol=10 * CLOSE[dtype] * T)


@pytest.mark.parametrize("make", CELLS)
@settings(deadline=None)
@given(sizes, seeds, dtypes)
def test_shapes_and_dtypes(make, size, seed, dtype):
    T, N, D, H = size
    x = np.random.default_rng(seed).normal(size=size[:3])
    cell = make(D, H, seed=seed, dtype=dtype)
    trace = cell.forward(x)
    for name in ["h", *cell.gates]:
        assert getattr(trace, name).shape == (T, N, H)
        assert getattr(trace, name).dtype == dtype
    h, _ = cell.run(x)
    assert h.dtype == dtype
    np.testing.assert_array_equal(h, trace.h)


@pytest.mark.parametrize("make", CELLS)
@settings(deadline=None)
@given(sizes, seeds, st.data())
def test_passing_the_state_on_continues_the_sequence(make, size, seed, data):
    T, N, D, H = size
    x = np.random.default_rng(seed).normal(size=(T + 1, N, D))
    cut = data.draw(st.integers(1, T))
    cell = make(D, H, seed=seed)
    whole = cell.forward(x)
    first = cell.forward(x[:cut])
    second = cell.forward(x[cut:], first.final_state)
    # The same products in another memory layout: they may round differently.
    np.testing.assert_allclose(np.concatenate([first.h, second.h]), whole.h, atol=1e-13)
    _, state = cell.run(x)
    np.testing.assert_array_equal(state, whole.final_state)


@pytest.mark.parametrize("make", CELLS)
@settings(deadline=None)
@given(sizes, seeds, st.data())
def test_a_padded_sequence_ends_where_it_would_alone(make, size, seed, data):
    T, N, D, H = size
    x = np.random.default_rng(seed).normal(size=(T, N, D))
    lengths = data.draw(st.lists(st.integers(1, T), min_size=N, max_size=N))
    cell = make(D, H, seed=seed)
    padded = cell.forward(x, lengths=lengths)
    for k, length in enumerate(lengths):
        alone = cell.forward(x[:length, [k]])
        # A batch of one and a batch of N are different products: they may round differently.
        np.testing.assert_allclose(padded.h[:length, [k]], alone.h, atol=1e-13)
        np.testing.assert_array_equal(
            padded.h[length:, k], np.broadcast_to(padded.h[length - 1, k], (T - length, H))
        )
    h, state = cell.run(x, lengths=lengths)
    np.testing.assert_array_equal(h, padded.h)
    np.testing.assert_array_equal(state, padded.final_state)


@pytest.mark.parametrize("make", CELLS)
def test_a_seed_fixes_the_weights_and_the_draw_is_pytorchs(make):
    cell, again, other = make(3, 100, seed=1), make(3, 100, seed=1), make(3, 100, seed=2)
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(array, again.parameters()[name])
        if name.startswith("weight"):
            assert not np.array_equal(array, other.parameters()[name])
            # 300 draws or more from ±1/√100: all inside, and some near either end.
            assert -0.1 <= array.min() < -0.09 and 0.09 < array.max() <= 0.1
        else:
            assert not array.any()


@pytest.mark.parametrize("make", CELLS)
def test_parameters_are_live(make):
    cell, x = make(2, 3, seed=0), np.ones((1, 1, 2))
    before = cell.forward(x).h.copy()
    for array in cell.parameters().values():
        array *= 2
        array += 0.1
    assert not np.allclose(cell.forward(x).h, before)


@pytest.mark.parametrize("make", CELLS)
def test_a_trace_is_not_overwritten_by_the_next_run(make):
    cell, rng = make(2, 3, seed=0), np.random.default_rng(0)
    trace = cell.forward(rng.normal(size=(4, 2, 2)))
    held = {name: getattr(trace, name).copy() for name in ["h", *cell.gates]}
    cell.forward(rng.normal(size=(4, 2, 2)))
    for name, value in held.items():
        np.testing.assert_array_equal(getattr(trace, name), value)


@pytest.mark.parametrize("make", CELLS)
def test_load_parameters_takes_all_or_nothing(make):
    cell, other = make(2, 3, seed=0), make(2, 3, seed=1)
    before = {name: array.copy() for name, array in cell.parameters().items()}
    wrong = [
        ({**other.parameters(), "bias": np.zeros(2)}, "bias must have shape"),
        ({**other.parameters(), "bias": np.full(cell.bias.shape, np.inf)}, "bias must be finite"),
        ({"weight_ih": other.weight_ih}, "must have the names"),
        ({**other.parameters(), "weight_xy": np.zeros(2)}, "weight_xy"),
    ]
    for arrays, message in wrong:
        with pytest.raises(ValueError, match=message):
            cell.load_parameters(arrays)
        for name, array in cell.parameters().items():
            np.testing.assert_array_equal(array, before[name])
    cell.load_parameters(other.parameters())
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(array, other.parameters()[name])
        assert array is not other.parameters()[name]


@pytest.mark.parametrize("make", CELLS)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.zeros((5, 3)), ValueError, r"x must have shape \(T, N, D\).*got \(5, 3\)"),
        (np.zeros((5, 2, 4)), ValueError, r"x must have shape .*3\), got \(5, 2, 4\)"),
        (np.zeros((0, 2, 3)), ValueError, r"any ≥ 1.*got \(0, 2, 3\)"),
        (np.zeros((5, 0, 3)), ValueError, r"any ≥ 1.*got \(5, 0, 3\)"),
        (np.full((5, 2, 3), np.nan), ValueError, r"x must be finite.*got nan at index \(0, 0, 0\)"),
        (np.full((5, 2, 3), np.inf), ValueError, "x must be finite.*got inf"),
        ([[[1, 2, 3], [1, 2]]], ValueError, "x must be an array .*uneven"),
        (np.full((5, 2, 3), "a"), TypeError, "x must hold real numbers, got dtype <U1"),
        (np.full((5, 2, 3), 1j), TypeError, "x must hold real numbers, got dtype complex128"),
        (None, TypeError, "x must hold real numbers, got dtype object"),
    ],
)
def test_a_wrong_x_is_named(make, x, error, message):
    with pytest.raises(error, match=message):
        make(3, 4).forward(x)


def test_a_value_too_large_for_float32_is_named():
    with pytest.raises(ValueError, match="x must be finite in float32, got inf"):
        RNN(1, 1, dtype=np.float32).forward(np.full((1, 1, 1), 1e39))


@pytest.mark.parametrize("make", CELLS)
@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([5], ValueError, r"lengths must have shape \(N,\) = \(2,\), got \(1,\)"),
        ([5, 6], ValueError, r"lengths must lie in 1 … T = 5, got \[5, 6\]"),
        ([0, 5], ValueError, "lengths must lie in 1 … T = 5"),
        ([2.0, 3.0], TypeError, "lengths must be whole numbers, got dtype float64"),
        ([True, True], TypeError, "lengths must be whole numbers, got dtype bool"),
    ],
)
def test_wrong_lengths_are_named(make, lengths, error, message):
    with pytest.raises(error, match=message):
        make(3, 4).forward(np.zeros((5, 2, 3)), lengths=lengths)


@pytest.mark.parametrize("make", [RNN, GRU])
@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        (np.zeros((2, 3)), ValueError, r"state must have shape \(N, H\) = \(2, 4\), got \(2, 3\)"),
        (np.full((2, 4), np.nan), ValueError, "state must be finite"),
        ((np.zeros((2, 4)), np.zeros((2, 4))), ValueError, r"state must have shape"),
        ("zeros", TypeError, "state must hold real numbers"),
    ],
)
def test_a_wrong_state_is_named(make, state, error, message):
    with pytest.raises(error, match=message):
        make(3, 4).forward(np.zeros((5, 2, 3)), state)


@pytest.mark.parametrize("make", CELLS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"input_size": 0, "hidden_size": 2}, ValueError, "input_size must be at least 1, got 0"),
        ({"input_size": 2, "hidden_size": -1}, ValueError, "hidden_size must be at least 1"),
        ({"input_size": 2, "hidden_size": 2.5}, TypeError, "hidden_size must be a whole number"),
    ],
)
def test_wrong_sizes_are_named(make, arguments, error, message):
    with pytest.raises(error, match=message):
        make(*arguments.values())


def test_an_integer_dtype_is_refused():
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got int64"):
        RNN(2, 2, dtype=np.int64)


def test_an_rnn_has_no_gate_to_clamp():
    with pytest.raises(ValueError, match="clamp names 'f', but the gates of this cell are: none"):
        RNN(2, 2).forward(np.zeros((1, 1, 2)), clamp={"f": 1.0})
