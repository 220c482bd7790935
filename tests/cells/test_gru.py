"""The GRU: its step, its fused forward, its clamps and its four conventions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.cells import GRU, gru_step, gru_step_backward

# A few roundings of numbers of order 1, added up over a short sequence.
CLOSE = {np.float64: 1e-13, np.float32: 1e-5}

sizes = st.tuples(*[st.integers(1, 6)] * 4)
seeds = st.integers(0, 2**32 - 1)
dtypes = st.sampled_from([np.float32, np.float64])
updates = st.sampled_from(["write", "keep"])
resets = st.sampled_from(["before", "after"])


def make(size, seed, update, reset, dtype=np.float64):
    """A cell with random biases, a sequence for it, and a state."""
    T, N, D, H = size
    rng = np.random.default_rng(seed)
    cell = GRU(D, H, seed, dtype, update, reset)
    for name, array in cell.parameters().items():
        if name.startswith("bias"):
            array[:] = rng.normal(size=array.shape)
    x, h = rng.normal(size=(T, N, D)).astype(dtype), rng.normal(size=(N, H)).astype(dtype)
    return cell, x, h


@settings(deadline=None)
@given(sizes, seeds, updates, resets, dtypes)
def test_one_step_after_another_is_the_fused_forward(size, seed, update, reset, dtype):
    cell, x, h = make(size, seed, update, reset, dtype)
    trace = cell.forward(x, h)
    for t in range(len(x)):
        h, gates = gru_step(x[t], h, **cell.parameters(), update=update, reset=reset)
        for name, wanted in zip("hrzn", [h, *gates], strict=True):
            assert wanted.dtype == dtype
            np.testing.assert_allclose(getattr(trace, name)[t], wanted, atol=CLOSE[dtype])


@settings(deadline=None)
@given(sizes, seeds, updates, resets, dtypes)
def test_one_step_backward_after_another_is_the_fused_backward(size, seed, update, reset, dtype):
    T, N, _, H = size
    cell, x, h0 = make(size, seed, update, reset, dtype)
    dh = np.random.default_rng(seed).normal(size=(T, N, H)).astype(dtype)
    trace = cell.forward(x, h0)
    ours = cell.backward(trace, dh)
    h = [trace.h0, *trace.h]
    others = (cell.weight_ih, cell.weight_hh, getattr(cell, "bias_hn", None), update, reset)
    carried, total = 0, {}
    for t in reversed(range(T)):
        gates = [getattr(trace, name)[t] for name in "rzn"]
        step = gru_step_backward(dh[t] + carried, x[t], h[t], gates, *others)
        carried = step["h"]
        np.testing.assert_allclose(ours["x"][t], step["x"], atol=10 * CLOSE[dtype])
        for name in cell.parameters():
            total[name] = total.get(name, 0) + step[name]
    np.testing.assert_allclose(ours["h0"], carried, atol=10 * CLOSE[dtype])
    for name, wanted in total.items():
        np.testing.assert_allclose(ours[name], wanted, atol=10 * CLOSE[dtype] * T)


@pytest.mark.parametrize(
    ("update", "reset", "wanted"),
    [
        # σ(ln 3) = 3/4 = z, σ(0) = 1/2 = r; n = tanh(½ · 2 + 0) before, tanh(½ (2 + 1)) after.
        ("write", "before", 0.25 * 2 + 0.75 * np.tanh(1)),
        ("keep", "before", 0.75 * 2 + 0.25 * np.tanh(1)),
        ("write", "after", 0.25 * 2 + 0.75 * np.tanh(1.5)),
        ("keep", "after", 0.75 * 2 + 0.25 * np.tanh(1.5)),
    ],
)
def test_a_step_by_hand(update, reset, wanted):
    cell = GRU(1, 1, update=update, reset=reset)
    cell.weight_ih[:] = [[0], [np.log(3)], [0]]
    cell.weight_hh[:] = [[0], [0], [1]]
    if reset == "after":
        cell.bias_hn[:] = 1
    trace = cell.forward(np.ones((1, 1, 1)), np.full((1, 1), 2.0))
    # A handful of roundings of numbers below 2.
    np.testing.assert_allclose(trace.h, [[[wanted]]], rtol=1e-14)


@settings(deadline=None)
@given(sizes, seeds, resets)
def test_keep_is_write_with_the_rows_of_z_negated(size, seed, reset):
    write, x, h0 = make(size, seed, "write", reset)
    H = write.hidden_size
    keep = GRU(write.input_size, H, update="keep", reset=reset)
    keep.load_parameters(write.parameters())
    for name in ("weight_ih", "weight_hh", "bias"):
        getattr(keep, name)[H : 2 * H] *= -1
    ours, theirs = write.forward(x, h0), keep.forward(x, h0)
    np.testing.assert_allclose(theirs.h, ours.h, atol=1e-13)
    np.testing.assert_allclose(theirs.z, 1 - ours.z, atol=1e-13)


def test_reset_before_and_after_are_not_the_same_function():
    before, x, h0 = make((1, 1, 2, 3), 0, "write", "before")
    after = GRU(2, 3, reset="after")
    after.load_parameters({**before.parameters(), "bias_hn": np.zeros(3)})
    assert abs(before.forward(x, h0).h - after.forward(x, h0).h).max() > 1e-3
    # With r held at 1, or with one unit, the two come to the same.
    ours, theirs = (cell.forward(x, h0, {"r": 1.0}).h for cell in (before, after))
    np.testing.assert_allclose(ours, theirs, atol=1e-15)


@settings(deadline=None)
@given(sizes, seeds, updates, resets, st.sets(st.sampled_from("rzn")), st.booleans())
def test_a_clamp_holds_its_gate_and_nothing_else(size, seed, update, reset, held, part):
    T, N, _, H = size
    cell, x, h = make(size, seed, update, reset)
    rng = np.random.default_rng(seed)
    clamp = {name: rng.uniform(size=(T, N, H)) for name in "rzn"}
    for name, value in clamp.items():
        if name not in held:
            value[:] = np.nan
        elif part:
            value[rng.uniform(size=value.shape) < 0.5] = np.nan
    trace = cell.forward(x, h, clamp)
    u_n, w_n, b_n = cell.weight_hh[2 * H :], cell.weight_ih[2 * H :], cell.bias[2 * H :]
    for t in range(T):
        _, (r, z, _) = gru_step(x[t], h, **cell.parameters(), update=update, reset=reset)
        r, z = (
            np.where(np.isnan(clamp[name][t]), gate, clamp[name][t])
            for name, gate in [("r", r), ("z", z)]
        )
        recall = (r * h) @ u_n.T if reset == "before" else r * (h @ u_n.T + cell.bias_hn)
        n = np.tanh(x[t] @ w_n.T + recall + b_n)
        n = np.where(np.isnan(clamp["n"][t]), n, clamp["n"][t])
        h = (1 - z) * h + z * n if update == "write" else z * h + (1 - z) * n
        for name, wanted in zip("hrzn", [h, r, z, n], strict=True):
            np.testing.assert_allclose(getattr(trace, name)[t], wanted, atol=1e-13)


@pytest.mark.parametrize(("update", "held"), [("write", 0.0), ("keep", 1.0)])
def test_a_gate_that_keeps_keeps_the_state_exactly(update, held):
    cell, x, h0 = make((4, 2, 3, 5), 0, update, "before")
    trace = cell.forward(x, h0, {"z": held})
    np.testing.assert_array_equal(trace.h, np.broadcast_to(h0, trace.h.shape))


@pytest.mark.parametrize(
    ("clamp", "error", "message"),
    [
        ({"f": 0.0}, ValueError, "clamp names 'f', but the gates of this cell are: r, z, n"),
        ({"z": 1.5}, ValueError, r"clamp\['z'\] must be in \[0, 1\] \(or nan\), got 1.5"),
        ({"n": -np.inf}, ValueError, r"clamp\['n'\] must be finite"),
    ],
)
def test_a_wrong_clamp_is_named(clamp, error, message):
    with pytest.raises(error, match=message):
        GRU(3, 4).forward(np.zeros((5, 2, 3)), clamp=clamp)


@pytest.mark.parametrize(
    ("convention", "message"),
    [
        ({"update": "erase"}, 'update must be "write" or "keep", got \'erase\''),
        ({"reset": True}, 'reset must be "before" or "after", got True'),
    ],
)
def test_an_unknown_convention_is_named(convention, message):
    with pytest.raises(ValueError, match=message):
        GRU(1, 1, **convention)
