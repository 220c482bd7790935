"""The variants: as it comes the LSTM, and every part's equations and gradients."""

import itertools

import numpy as np
import pytest

from lecture_lib.cells import LSTM, sigmoid
from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.gradients import check_gradients

T, N, D, H = 6, 3, 2, 4
TOGGLES = {
    "peephole": True,
    "coupled": True,
    "forget_gate": False,
    "input_gate": False,
    "output_gate": False,
    "output_tanh": False,
    "layer_norm": True,
}
SETS = [
    dict(pair)
    for size in (0, 1, 2)
    for pair in itertools.combinations(TOGGLES.items(), size)
    if not ("coupled" in dict(pair) and {"forget_gate", "input_gate"} & set(dict(pair)))
]
SETS.append({name: TOGGLES[name] for name in ("peephole", "coupled", "output_tanh", "layer_norm")})
GATES = {name: value for name, value in TOGGLES.items() if name.endswith("gate")}
SETS.append(GATES)
each_set = pytest.mark.parametrize("toggles", SETS, ids=lambda toggles: "+".join(toggles) or "none")

# Differences of a loss of order 1 round to about 1e-16 / 1e-5 = 1e-11 of it, and entries are
# measured against 1e-4 of it at least.
NUMERICAL = 1e-6


def case(toggles, dtype=np.float64):
    """A cell with no parameter at its start, and x, (h0, c0), dh."""
    rng = np.random.default_rng(3)
    cell = LSTMVariant(D, H, **toggles, seed=1, dtype=dtype)
    for name, parameter in cell.parameters().items():
        if name in ("weight_ih", "weight_hh"):
            continue
        parameter += rng.normal(0, 0.5, parameter.shape).astype(dtype)
    shapes = (T, N, D), (N, H), (N, H), (T, N, H)
    x, h0, c0, dh = (rng.normal(size=shape).astype(dtype) for shape in shapes)
    return cell, x, (h0, c0), dh


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lengths", [None, [6, 2, 4]])
def test_as_it_comes_it_is_the_lstm(dtype, lengths):
    _, x, state, dh = case({}, dtype)
    plain = LSTM(D, H, seed=1, dtype=dtype, forget_bias=1.0)
    cell = LSTMVariant(D, H, seed=1, dtype=dtype, forget_bias=1.0)
    for name, array in plain.parameters().items():
        np.testing.assert_array_equal(cell.parameters()[name], array)
    # The same sums in another order, over at most six steps.
    close = {"rtol": 0, "atol": 1e-13 if dtype is np.float64 else 1e-5}
    wanted, trace = (c.forward(x, state, lengths=lengths) for c in (plain, cell))
    for name in "hc":
        assert getattr(trace, name).dtype == dtype
        np.testing.assert_allclose(getattr(trace, name), getattr(wanted, name), **close)
    expected = plain.backward(wanted, dh)
    for name, gradient in cell.backward(trace, dh).items():
        assert gradient.dtype == dtype
        np.testing.assert_allclose(gradient, expected[name], **close)
    np.testing.assert_array_equal(cell.run(x, state, lengths=lengths)[0], trace.h)


@each_set
def test_the_steps_are_the_equations(toggles):
    cell, x, (h, c), _ = case(toggles)
    trace = cell.forward(x, (h, c))
    there = dict.fromkeys(TOGGLES, False) | {
        name: True for name, value in TOGGLES.items() if value is False
    }
    there |= toggles
    gates = [
        gate
        for gate, kept in {
            "i": there["input_gate"] and not there["coupled"],
            "f": there["forget_gate"],
            "g": True,
            "o": there["output_gate"],
        }.items()
        if kept
    ]
    assert list(cell.gates) == gates
    for t in range(T):
        pre, peep, k = {}, dict.fromkeys("ifo", 0.0), 0
        for n, gate in enumerate(gates):
            rows = slice(n * H, (n + 1) * H)
            a = x[t] @ cell.weight_ih[rows].T + h @ cell.weight_hh[rows].T
            if there["layer_norm"]:
                a = (a - a.mean(axis=1, keepdims=True)) / np.sqrt(
                    a.var(axis=1, keepdims=True) + 1e-5
                )
                a = a * cell.gain[rows]
            pre[gate] = a + cell.bias[rows]
            if there["peephole"] and gate != "g":
                peep[gate], k = cell.peepholes[k], k + 1
        f = sigmoid(pre["f"] + peep["f"] * c) if "f" in pre else 1
        i = sigmoid(pre["i"] + peep["i"] * c) if "i" in pre else 1
        if there["coupled"]:
            i = 1 - f
        c = f * c + i * np.tanh(pre["g"])
        o = sigmoid(pre["o"] + peep["o"] * c) if "o" in pre else 1
        h = o * (np.tanh(c) if there["output_tanh"] else c)
        # A few roundings of numbers of order 1.
        np.testing.assert_allclose(trace.h[t], h, atol=1e-12)
        np.testing.assert_allclose(trace.c[t], c, atol=1e-12)
        for name, gate in {"i": i, "f": f, "o": o}.items():
            np.testing.assert_allclose(getattr(trace, name)[t], gate * np.ones((N, H)), atol=1e-12)


@each_set
@pytest.mark.parametrize("lengths", [None, [6, 2, 4]], ids=["whole", "padded"])
def test_the_backward_is_the_gradient(toggles, lengths):
    cell, x, (h0, c0), dh = case(toggles)

    def loss():
        return (cell.forward(x, (h0, c0), lengths=lengths).h * dh).sum()

    gradients = cell.backward(cell.forward(x, (h0, c0), lengths=lengths), dh)
    arrays = {**cell.parameters(), "x": x, "h0": h0, "c0": c0}
    assert set(gradients) == set(arrays)
    assert check_gradients(loss, arrays, gradients).error < NUMERICAL


def test_the_same_seed_gives_the_gates_that_are_left_the_same_weights():
    whole = LSTMVariant(D, H, seed=5)
    for toggles in SETS:
        cell = LSTMVariant(D, H, **toggles, seed=5)
        for gate, rows in cell.rows.items():
            np.testing.assert_array_equal(cell.weight_hh[rows], whole.weight_hh[whole.rows[gate]])


def test_peepholes_and_gains_start_without_effect_on_the_rest():
    x = np.random.default_rng(0).normal(size=(T, N, D))
    plain = LSTMVariant(D, H, seed=2).forward(x).h
    np.testing.assert_array_equal(LSTMVariant(D, H, peephole=True, seed=2).forward(x).h, plain)
    assert np.abs(LSTMVariant(D, H, layer_norm=True, seed=2).forward(x).h - plain).max() > 0.01


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LSTMVariant(2, 3, peephole=1), "peephole must be True or False, got 1"),
        (
            lambda: LSTMVariant(2, 3, coupled=True, forget_gate=False),
            "coupled must be False unless",
        ),
        (lambda: LSTMVariant(2, 3, coupled=True, input_gate=False), "coupled must be False unless"),
        (lambda: LSTMVariant(0, 3), "input_size must be at least 1, got 0"),
        (lambda: LSTMVariant(2, 3).copy_gates(LSTM(2, 4)), r"sizes \(2, 3\), got \(2, 4\)"),
        (lambda: LSTMVariant(2, 3).forward(np.zeros((4, 1, 5))), "x must have shape"),
        (
            lambda: LSTMVariant(2, 3, forget_gate=False).run(np.zeros((4, 1, 2)), clamp={"f": 1.0}),
            "clamp names 'f', but the gates of this cell are",
        ),
        (lambda: LSTMVariant(2, 3).backward(None, np.zeros((4, 1, 3))), "trace must be what"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()
