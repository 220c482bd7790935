"""The variants' functions by known numbers, their gradients by differences, what a run keeps."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells.variants import (
    GRUVariant,
    LSTMVariant,
    Reversed,
    RNNVariant,
    activation_of,
)
from lecture_lib.gradients import check_gradients

T, N, D, H = 4, 2, 2, 3
# As in test_variants.py: differences of a loss of order 1 round to 1e-11 of it, and entries are
# measured against 1e-4 of it at least.
NUMERICAL = 1e-6
# A function of each kind with numbers (a, f(a)) from tables: σ(1) = .7310585786, tanh(½) =
# .4621171573, 1 − 1/e = .6321205588, log 2 = .6931471806.
FUNCTIONS = {
    "linear": [(-3.0, -3.0)],
    ("affine", 2.0, 3.0): [(4.0, 11.0)],
    "relu": [(-1.0, 0.0), (2.0, 2.0)],
    "leaky_relu": [(-2.0, -0.02), (2.0, 2.0)],
    ("leaky_relu", 0.3): [(-2.0, -0.6)],
    "thresholded_relu": [(0.9, 0.0), (1.5, 1.5)],
    ("thresholded_relu", 0.2): [(0.1, 0.0), (0.9, 0.9)],
    "tanh": [(0.5, 0.4621171573)],
    ("scaled_tanh", 2.0, 0.5): [(1.0, 0.9242343146)],
    "sigmoid": [(1.0, 0.7310585786)],
    "hard_sigmoid": [(1.0, 0.7), (3.0, 1.0), (-3.0, 0.0)],
    ("hard_sigmoid", 0.3, 0.4): [(1.0, 0.7)],
    "keras3_hard_sigmoid": [(1.0, 2 / 3), (4.0, 1.0)],
    "elu": [(-1.0, -0.6321205588), (2.0, 2.0)],
    ("elu", 0.5): [(-1.0, -0.3160602794)],
    "selu": [(-1.0, -1.1113307378), (1.0, 1.0507009874)],
    "silu": [(1.0, 0.7310585786), (-1.0, -0.2689414214)],
    "softsign": [(-3.0, -0.75)],
    "softplus": [(0.0, 0.6931471806)],
}
each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=str)
padded = pytest.mark.parametrize("lengths", [None, [4, 2]], ids=["whole", "padded"])


@each_function
def test_a_function_has_its_value_and_its_slope(function):
    made = activation_of("activation", function)
    for a, wanted in FUNCTIONS[function]:
        assert made(np.array([a]))[0] == pytest.approx(wanted, abs=1e-10)
    a = np.linspace(-3.03, 3.07, 41)  # no corner lies on it
    e = 1e-6
    # A central difference is off by e² f‴ / 6 and by rounding, 1e-16 / e.
    difference = (made(a + e) - made(a - e)) / (2 * e)
    np.testing.assert_allclose(made.slope(a, made(a)), difference, rtol=0, atol=1e-8)


def test_every_function_is_among_those_tried():
    from lecture_lib.cells.variants.activations import DEFAULTS

    assert {name if isinstance(name, str) else name[0] for name in FUNCTIONS} == set(DEFAULTS)


def drawn(cell):
    """The cell with no parameter at its start, and x, the loss's weights of h."""
    rng = np.random.default_rng(5)
    for array in cell.parameters().values():
        array += rng.normal(0, 0.4, array.shape)
    return cell, rng.normal(size=(T, N, D)), rng.normal(size=(T, N, cell.hidden_size))


def assert_gradients(cell, lengths=None, clamp=None):
    cell, x, dh = drawn(cell)
    rng = np.random.default_rng(6)
    inner = getattr(cell, "cell", cell)
    first = {"h0": rng.normal(size=(N, inner.hidden_size))}
    if isinstance(inner, LSTMVariant):
        first["c0"] = rng.normal(size=(N, inner.cell_size))
        dc_last = rng.normal(size=(N, inner.cell_size))

    def run():
        state = tuple(first.values()) if "c0" in first else first["h0"]
        return cell.forward(x, state, clamp=clamp, lengths=lengths)

    def loss():
        trace = run()
        last = (trace.final_state[1] * dc_last).sum() if "c0" in first else 0.0
        return (trace.h * dh).sum() + last

    last = [dc_last] if "c0" in first else []
    gradients = cell.backward(run(), dh, *last)
    arrays = {**cell.parameters(), "x": x, **first}
    assert set(gradients) == set(arrays)
    assert check_gradients(loss, arrays, gradients).error < NUMERICAL


@each_function
def test_an_lstm_with_another_function(function):
    assert_gradients(LSTMVariant(D, H, activation=function, seed=0))
    assert_gradients(LSTMVariant(D, H, output_activation=function, seed=0))
    gates = {"recurrent_activation": function, "activation": "softsign"}
    assert_gradients(LSTMVariant(D, H, **gates, peephole=True, seed=0), [4, 2])


OPTIONS = {
    "clip": {"clip": 0.6},
    "projection": {"proj_size": 2},
    "projection and clip, normalised": {"proj_size": 2, "clip": 0.8, "layer_norm": True},
    "projection, peepholes, coupled": {"proj_size": 2, "peephole": True, "coupled": True},
    "clip with peepholes": {"clip": 0.5, "peephole": True},
    "hard, coupled": {"recurrent_activation": "hard_sigmoid", "coupled": True},
    "no output tanh, clip": {"output_tanh": False, "clip": 0.7, "layer_norm": True},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@padded
def test_an_lstm_with_options(options, lengths):
    cell = LSTMVariant(D, H, **options, seed=0)
    assert_gradients(cell, lengths)
    assert_gradients(Reversed(cell), lengths)


@pytest.mark.parametrize("options", [{}, *OPTIONS.values()], ids=["plain", *OPTIONS])
@padded
def test_a_clamped_gate_passes_no_gradient(options, lengths):
    half = np.where(np.arange(T)[:, None, None] < 2, 0.3, np.nan)
    clamp = {"f": half, "g": np.where(half > 0, -1.5, np.nan), "o": 0.8}
    assert_gradients(LSTMVariant(D, H, **options, seed=0), lengths, clamp)


@each_function
def test_an_rnn_with_another_function(function):
    assert_gradients(RNNVariant(D, H, seed=0, activation=function))
    assert_gradients(RNNVariant(D, H, seed=0, activation=function, clip=0.5), [4, 2])
    assert_gradients(Reversed(RNNVariant(D, H, seed=0, activation=function)), [4, 2])


@each_function
def test_a_gru_with_another_function(function):
    assert_gradients(GRUVariant(D, H, seed=0, activation=function))
    both = {"activation": "softsign", "recurrent_activation": function}
    assert_gradients(GRUVariant(D, H, seed=0, update="keep", reset="after", **both), [4, 2])


@pytest.mark.parametrize("update", ["write", "keep"])
@pytest.mark.parametrize("reset", ["before", "after"])
def test_a_gru_of_each_convention(update, reset):
    conventions = {"update": update, "reset": reset, "seed": 0}
    assert_gradients(GRUVariant(D, H, **conventions, activation="elu"), [4, 2])
    hard = {"recurrent_activation": "hard_sigmoid", "clip": 0.6}
    assert_gradients(GRUVariant(D, H, **conventions, **hard), clamp={"z": 0.3, "n": -1.5})


PLAIN = {
    "rnn": (RNN(D, H, seed=1), RNNVariant(D, H, seed=1, activation="tanh")),
    "lstm": (LSTM(D, H, seed=1), LSTMVariant(D, H, seed=1)),
    **{
        f"gru {update} {reset}": tuple(
            make(D, H, seed=1, update=update, reset=reset) for make in (GRU, GRUVariant)
        )
        for update in ("write", "keep")
        for reset in ("before", "after")
    },
}


@pytest.mark.parametrize("plain, variant", PLAIN.values(), ids=PLAIN)
@padded
def test_with_its_usual_functions_a_variant_is_the_plain_cell(plain, variant, lengths):
    x, rng = np.random.default_rng(2).normal(size=(T, N, D)), np.random.default_rng(3)
    if lengths:
        x[np.arange(T)[:, None] >= lengths] = np.nan  # what follows the end does not count
    for clamp in [None, *({gate: 0.4} for gate in plain.gates)]:
        wanted, trace = (c.forward(x, clamp=clamp, lengths=lengths) for c in (plain, variant))
        # The same sums in another order, over four steps.
        np.testing.assert_allclose(trace.h, wanted.h, rtol=0, atol=1e-13)
        np.testing.assert_array_equal(variant.run(x, None, clamp, lengths)[0], trace.h)
        dh = rng.normal(size=(T, N, H))
        expected, found = plain.backward(wanted, dh), variant.backward(trace, dh)
        assert found.keys() == expected.keys()
        for name in expected:
            np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1e-12)


CHANGED = {
    "lstm": LSTMVariant(D, H, peephole=True, layer_norm=True, proj_size=2, seed=0),
    "rnn": RNNVariant(D, H, seed=0),
    "gru": GRUVariant(D, H, seed=0, reset="after"),
    "reversed": Reversed(LSTMVariant(D, H, seed=0)),
}


@pytest.mark.parametrize("cell", CHANGED.values(), ids=CHANGED)
def test_a_change_between_forward_and_backward_changes_nothing(cell):
    cell, x, dh = drawn(cell)
    kept = {name: array.copy() for name, array in cell.parameters().items()}
    inner = getattr(cell, "cell", cell)
    first = np.full((N, cell.hidden_size), 0.3)
    state = (first, np.ones((N, inner.cell_size))) if isinstance(inner, LSTMVariant) else first
    wanted = cell.backward(cell.forward(x.copy(), state), dh)
    trace = cell.forward(x, state)
    x[...], first[...] = 9.0, 9.0
    for array in cell.parameters().values():
        array[...] = 7.0
    if inner is CHANGED["gru"]:
        inner.update = "keep"
    found = cell.backward(trace, dh)
    for name in wanted:
        np.testing.assert_array_equal(found[name], wanted[name])
    for name, array in vars(trace).items():
        if isinstance(array, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0
            assert not np.shares_memory(array, x), name
    cell.load_parameters(kept)
    h = cell.run(np.ones((T, N, D)))[0]
    h += 1  # what run gives is its caller's own


@pytest.mark.parametrize(
    "cell",
    [
        RNNVariant(D, H, seed=0),
        GRUVariant(D, H, seed=0, activation="relu", recurrent_activation="relu"),
        LSTMVariant(D, H, seed=0, activation="relu", recurrent_activation="relu"),
    ],
)
def test_numbers_too_large_are_refused(cell):
    for array in cell.parameters().values():
        array[...] = 1e100
    with pytest.raises(FloatingPointError, match=r"is not finite: .* too large for float64"):
        cell.run(np.ones((T, N, D)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LSTMVariant(2, 3, proj_size=3), "proj_size must be 0 or below hidden_size = 3"),
        (lambda: LSTMVariant(2, 3, proj_size=1.5), "proj_size must be a whole number, got 1.5"),
        (lambda: LSTMVariant(2, 3, clip=0), "clip must be None or a finite number above 0, got 0"),
        (lambda: RNNVariant(2, 3, clip="a"), "clip must be None or a finite number .* got 'a'"),
        (lambda: RNNVariant(2, 3, activation="cube"), "activation must be one of .*got 'cube'"),
        (lambda: GRUVariant(2, 3, activation=7), "activation must be one of .*got 7"),
        (lambda: GRUVariant(2, 3, activation=("elu", 1, 2)), "activation = elu takes 1 finite"),
        (lambda: GRUVariant(2, 3, activation=("elu", "a")), "activation = elu takes 1 finite"),
        (
            lambda: LSTMVariant(2, 3, output_tanh=False, output_activation="relu"),
            "output_activation must be None",
        ),
        (
            lambda: RNNVariant(2, 3).run(np.ma.array(np.ones((4, 1, 2)), mask=True)),
            "x must have nothing masked",
        ),
        (lambda: Reversed(RNN(2, 3)).forward(np.ones((4, 2))), "x must have shape"),
        (lambda: Reversed(RNN(2, 3)).backward(None, np.ones((4, 1, 3))), "trace must be what"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_sizes_of_any_whole_number():
    cell = LSTMVariant(np.uint8(2), np.uint8(200), proj_size=np.uint8(100))
    assert cell.weight_hh.shape == (800, 100) and cell.weight_hr.shape == (100, 200)


def test_a_projection_is_drawn_by_the_seed_and_apart_from_the_gates():
    one, two = (LSTMVariant(2, 6, proj_size=3, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.weight_hr, two.weight_hr)
    gates = LSTMVariant(2, 6, seed=4)
    np.testing.assert_array_equal(one.weight_ih, gates.weight_ih)
    assert not np.isin(one.weight_hr, gates.weight_ih).any()
