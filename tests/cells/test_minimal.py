"""minGRU and minLSTM: the scan is the recurrence, and the gradients are right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.cells import GRU
from lecture_lib.cells import scan as scans
from lecture_lib.cells.minimal import (
    MinGRU,
    MinLSTM,
    linear_recurrence,
    min_gru_step,
    min_lstm_step,
    parallel_scan,
)
from lecture_lib.cells.scan import scan
from lecture_lib.gradients import check_gradients
from lecture_lib.training import (
    Batch,
    Linear,
    SequenceModel,
    fit,
    mean_squared_error,
)

CELLS = {"minGRU": (MinGRU, min_gru_step), "minLSTM": (MinLSTM, min_lstm_step)}
each_cell = pytest.mark.parametrize(("make", "step"), CELLS.values(), ids=CELLS)
# Each way that the state is worked out, which a step's width decides.
each_way = pytest.mark.parametrize("wide", [1, 2**31], ids=["step by step", "scan"])
sizes = st.tuples(st.integers(1, 20), *[st.integers(1, 4)] * 3)
seeds = st.integers(0, 2**32 - 1)

# A few roundings of numbers of order 1, added up over at most 20 steps.
CLOSE = {np.float64: 1e-13, np.float32: 1e-5}
# Differences of a loss of order 1 round to about 1e-16 / 1e-5 = 1e-11 of it, and entries are
# measured against 1e-4 of it at least.
NUMERICAL = 1e-6


def case(make, size, seed, dtype=np.float64):
    T, N, D, H = size
    rng = np.random.default_rng(seed)
    cell = make(D, H, seed, dtype)
    cell.bias[:] = rng.normal(size=cell.bias.shape)
    x, h0, dh = (rng.normal(size=shape).astype(dtype) for shape in ((T, N, D), (N, H), (T, N, H)))
    return rng, cell, x, h0, dh


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 130), seeds)
def test_the_scan_is_the_recurrence(steps, seed):
    rng = np.random.default_rng(seed)
    # Factors beyond 1 and of both signs: the scan divides by nothing.
    a, b = rng.uniform(-1.1, 1.1, (steps, 3)), rng.normal(size=(steps, 3))
    h0 = rng.normal(size=3)
    kept = a.copy(), b.copy()
    one_by_one = linear_recurrence(a, b, h0)
    scanned = parallel_scan(a, b, h0)
    # Other sums of up to 130 terms, which grow by 1.1 a step at most.
    np.testing.assert_allclose(scanned, one_by_one, rtol=1e-9, atol=1e-10)
    np.testing.assert_array_equal(a, kept[0])
    np.testing.assert_array_equal(b, kept[1])


@pytest.mark.parametrize(("steps", "passes"), [(1, 0), (2, 1), (3, 2), (64, 6), (65, 7), (100, 7)])
def test_the_scan_takes_the_logarithm_of_the_steps_in_passes(steps, passes):
    class Counted(np.ndarray):
        products = 0

        def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
            Counted.products += ufunc is np.multiply
            plain = [np.asarray(array) for array in inputs]
            into = {"out": tuple(np.asarray(array) for array in out)} if out else {}
            return getattr(ufunc, method)(*plain, **into, **kwargs).view(Counted)

    a, b = (np.full((steps, 1), 0.5).view(Counted) for _ in range(2))
    scan(a, b)
    # One product with h0, then two for each pass.
    assert Counted.products == 1 + 2 * passes


@each_way
@each_cell
@settings(deadline=None, max_examples=30)
@given(size=sizes, seed=seeds, dtype=st.sampled_from([np.float32, np.float64]))
def test_one_step_after_another_is_the_forward(make, step, wide, size, seed, dtype):
    _, cell, x, h, _ = case(make, size, seed, dtype)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scans, "WIDE", wide)
        trace = cell.forward(x, h)
        np.testing.assert_array_equal(cell.run(x, h)[1], trace.final_state)
    for t in range(size[0]):
        h, gates = step(x[t], h, **cell.parameters())
        assert h.dtype == trace.h.dtype == dtype
        np.testing.assert_allclose(trace.h[t], h, atol=CLOSE[dtype])
        for letter, gate in zip(cell.gates, gates, strict=True):
            np.testing.assert_allclose(getattr(trace, letter)[t], gate, atol=CLOSE[dtype])


@settings(deadline=None, max_examples=30)
@given(sizes, seeds)
def test_a_gru_without_its_recurrent_weights_writes_alike(size, seed):
    _, cell, x, h0, _ = case(MinGRU, size, seed)
    gru = GRU(size[2], size[3])
    H = size[3]
    # Small pre-activations of n, so that tanh is the identity but for 1e-12 of it.
    cell.weight_ih[H:] *= 1e-5
    cell.bias[H:] *= 1e-5
    gru.weight_hh[:] = 0
    gru.weight_ih[H:], gru.bias[H:] = cell.weight_ih, cell.bias
    np.testing.assert_allclose(
        cell.forward(x, h0 * 1e-5).h, gru.forward(x, h0 * 1e-5).h, atol=1e-12
    )


@each_way
@each_cell
@settings(deadline=None, max_examples=8)
@given(size=st.tuples(st.integers(1, 9), *[st.integers(1, 3)] * 3), seed=seeds)
def test_the_backward_is_the_gradient(make, step, wide, size, seed):
    rng, cell, x, h0, dh = case(make, size, seed)
    T, N, _, H = size
    lengths = rng.integers(1, T + 1, size=N)
    clamp = {}
    for gate in cell.gates:
        value = rng.uniform(0.1, 1, (T, N, H))
        value[rng.random(value.shape) < 0.7] = np.nan
        clamp[gate] = value
    for options in ({}, {"lengths": lengths}, {"clamp": clamp, "lengths": lengths}):

        def loss(options=options):
            return (cell.forward(x, h0, **options).h * dh).sum()

        arrays = {**cell.parameters(), "x": x, "h0": h0}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scans, "WIDE", wide)
            gradients = cell.backward(cell.forward(x, h0, **options), dh)
            assert check_gradients(loss, arrays, gradients).error < NUMERICAL


@each_way
@each_cell
@settings(deadline=None, max_examples=30)
@given(size=sizes, seed=seeds, data=st.data())
def test_states_are_passed_on_and_padding_is_left_alone(make, step, wide, size, seed, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scans, "WIDE", wide)
        pass_on_and_pad(case(make, size, seed), size, data)


def pass_on_and_pad(made, size, data):
    _, cell, x, h0, _ = made
    T, N, *_ = size
    whole = cell.forward(x, h0)
    cut = data.draw(st.integers(1, T))
    first = cell.forward(x[:cut], h0)
    np.testing.assert_allclose(first.h, whole.h[:cut], atol=1e-13)
    if cut < T:
        second = cell.forward(x[cut:], first.final_state)
        np.testing.assert_allclose(second.h, whole.h[cut:], atol=1e-13)
    lengths = np.array(data.draw(st.lists(st.integers(1, T), min_size=N, max_size=N)))
    padded = cell.forward(x, h0, lengths=lengths)
    for k, length in enumerate(lengths):
        np.testing.assert_allclose(padded.h[:length, k], whole.h[:length, k], atol=1e-13)
        # What repeats is multiplied by 1 and has 0 added, in all orders of the scan.
        np.testing.assert_allclose(padded.h[length:, k] - padded.h[length - 1, k], 0, atol=1e-13)


@each_cell
def test_a_gate_that_sees_no_state_is_the_same_from_any_state(make, step):
    _, cell, x, h0, _ = case(make, (5, 2, 3, 4), 0)
    one, other = cell.forward(x, h0), cell.forward(x, 100 * h0)
    for letter in (*cell.gates, "keep"):
        np.testing.assert_array_equal(getattr(one, letter), getattr(other, letter))
    assert not np.allclose(one.h, other.h)
    with pytest.raises(AttributeError, match="no 'q'"):
        _ = one.q


def test_the_minlstm_has_shares_and_holds_when_both_gates_are_shut():
    _, cell, x, h0, dh = case(MinLSTM, (5, 2, 3, 4), 0)
    trace = cell.forward(x, h0)
    np.testing.assert_allclose(trace.keep, trace.f / (trace.f + trace.i))
    shut = cell.forward(x, h0, clamp={"i": 0.0, "f": 0.0})
    np.testing.assert_array_equal(shut.h, np.broadcast_to(h0, shut.h.shape))
    assert all(np.isfinite(value).all() for value in cell.backward(shut, dh).values())


@each_cell
def test_wrong_input_is_named(make, step):
    cell = make(2, 3, seed=0)
    x = np.zeros((4, 1, 2))
    with pytest.raises(ValueError, match=r"x must have shape"):
        cell.forward(x[0])
    with pytest.raises(ValueError, match="clamp names 'o'"):
        cell.forward(x, clamp={"o": 1.0})
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        cell.forward(x, clamp={cell.gates[0]: 2.0})
    with pytest.raises(ValueError, match="dh must have shape"):
        cell.backward(cell.forward(x), np.zeros((4, 1, 2)))
    with pytest.raises(ValueError, match="trace must be what forward"):
        cell.backward(make(2, 3, seed=0).forward(x), np.zeros((4, 1, 3)))
    assert "weight_hh" not in cell.parameters() and repr(cell).startswith(make.__name__)


@pytest.mark.parametrize("make", [MinGRU, MinLSTM])
def test_it_learns_under_fit(make):
    model = SequenceModel(make(2, 8, seed=0), Linear(8, 1, seed=0))

    def draw(rng):
        x = rng.normal(size=(12, 16, 2))
        return Batch(x, x[..., :1].cumsum(axis=0) / 12)

    history = fit(model, draw, mean_squared_error, 200, progress=False)
    assert np.mean(history.loss[-10:]) < np.mean(history.loss[:10]) / 5


def test_no_one_layer_minimal_cell_can_turn_its_state_around():
    """Two inputs that leave two states apart never bring them into the other order."""
    rng = np.random.default_rng(0)
    for make in (MinGRU, MinLSTM):
        cell = make(3, 8, seed=1)
        x = rng.normal(size=(50, 1, 3))
        low, high = cell.forward(x, np.zeros((1, 8))), cell.forward(x, np.ones((1, 8)))
        assert (high.h >= low.h).all() and (high.h <= low.h + 1).all()
