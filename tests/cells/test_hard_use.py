"""What people feed cells: honoured, or refused in a sentence, and never wrong in silence."""

import inspect
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.cells import (
    GRU,
    LSTM,
    RNN,
    gru_step,
    gru_step_backward,
    lstm_step,
    lstm_step_backward,
    rnn_step,
    rnn_step_backward,
    sigmoid,
)
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.minimal import (
    MinGRU,
    MinLSTM,
    linear_recurrence,
    min_gru_step,
    min_lstm_step,
    parallel_scan,
)
from lecture_lib.cells.stack import Stack

CELLS = {
    "rnn": RNN,
    "lstm": LSTM,
    "gru": GRU,
    "gru after": lambda *a, **k: GRU(*a, **k, reset="after"),
    "gru keep": lambda *a, **k: GRU(*a, **k, update="keep"),
    "minGRU": MinGRU,
    "minLSTM": MinLSTM,
}
PAIRS = {
    "stack": lambda D, H, **k: Stack([LSTM(D, H, **k), MinGRU(H, H, **k)]),
    "both ways": lambda D, H, **k: Bidirectional(GRU(D, 1, **k), RNN(D, H - 1, **k)),
}
each_cell = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
each = pytest.mark.parametrize("make", (CELLS | PAIRS).values(), ids=CELLS | PAIRS)

rng = np.random.default_rng(0)
D, H, N = 3, 4, 2
STEPS = {
    rnn_step: {"weight_ih": (H, D), "weight_hh": (H, H), "bias": (H,), "x": (N, D), "h": (N, H)},
    rnn_step_backward: {
        **{"dh": (N, H), "x": (N, D), "h": (N, H), "h_next": (N, H)},
        **{"weight_ih": (H, D), "weight_hh": (H, H)},
    },
    lstm_step: {
        **{"x": (N, D), "h": (N, H), "c": (N, H)},
        **{"weight_ih": (4 * H, D), "weight_hh": (4 * H, H), "bias": (4 * H,)},
    },
    gru_step: {
        **{"x": (N, D), "h": (N, H)},
        **{"weight_ih": (3 * H, D), "weight_hh": (3 * H, H), "bias": (3 * H,)},
    },
    min_gru_step: {"x": (N, D), "h": (N, H), "weight_ih": (2 * H, D), "bias": (2 * H,)},
    min_lstm_step: {"x": (N, D), "h": (N, H), "weight_ih": (3 * H, D), "bias": (3 * H,)},
    linear_recurrence: {"a": (5, 2), "b": (5, 2), "h0": (2,)},
    parallel_scan: {"a": (5, 2), "b": (5, 2), "h0": (2,)},
    sigmoid: {"z": (5, 2)},
}
each_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)


def leaves(result):
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, tuple | list):
        return [leaf for part in result for leaf in leaves(part)]
    return [np.asarray(result)]


def assert_same(results, wanted):
    for one, other in zip(leaves(results), leaves(wanted), strict=True):
        # The same operations; a strided operand may be added up in another order.
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


# Whole numbers small enough for one byte: what wraps there, or is cut off, is far from right.
@each_step
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64", "bool", ">f8", "f4", "O"])
def test_a_step_takes_whole_numbers_rightly_or_refuses_them(step, dtype):
    low = 0 if dtype in ("uint8", "uint64", "bool") else -5
    high = 2 if dtype == "bool" else 100
    wide = {name: rng.integers(low, high, shape) for name, shape in STEPS[step].items()}
    narrow = {name: array.astype(dtype) for name, array in wide.items()}
    if dtype == "O":
        with pytest.raises(TypeError, match="must hold real numbers, got dtype object"):
            step(**narrow)
        return
    right = step(**{name: array.astype(float) for name, array in wide.items()})
    found = step(**narrow)
    # bool and float32 are computed in float32: 1e-7 of sums of up to 7 · 100².
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype in ("bool", "f4") else {"rtol": 1e-12}
    for one, other in zip(leaves(found), leaves(right), strict=True):
        np.testing.assert_allclose(one, other, **tolerance)


def odd_forms(array):
    """The same numbers, held otherwise."""
    frozen = array.copy()
    frozen.flags.writeable = False
    wider = np.repeat(array, 2, axis=-1)[..., ::2]
    return [array.tolist(), frozen, wider, np.asfortranarray(array), array.astype(">f8"),
            array[::-1].copy()[::-1], np.ma.array(array)]  # fmt: skip


@each_step
def test_a_step_takes_the_same_numbers_in_any_form(step):
    plain = {name: rng.normal(size=shape) for name, shape in STEPS[step].items()}
    right = step(**plain)
    before = {name: array.copy() for name, array in plain.items()}
    for forms in zip(*map(odd_forms, plain.values()), strict=True):
        assert_same(step(**dict(zip(plain, forms, strict=True))), right)
    for name, array in plain.items():
        np.testing.assert_array_equal(array, before[name])


@each_step
@pytest.mark.parametrize("bad", ["mask", "nan", "text", "complex", "none"])
def test_a_step_refuses_what_it_cannot_take_by_name(step, bad):
    plain = {name: rng.normal(size=shape) for name, shape in STEPS[step].items()}
    for name, array in plain.items():
        if step is sigmoid and bad in ("nan", "none"):
            continue  # σ(nan) is nan; there is no default to leave out
        wrong = {
            "mask": np.ma.array(array, mask=array > 0),
            "nan": np.full_like(array, np.nan),
            "text": array.astype(str),
            "complex": array.astype(complex),
            "none": None,
        }[bad]
        if bad == "mask" and not np.ma.is_masked(wrong):
            continue
        with pytest.raises((TypeError, ValueError), match=rf"{name}\b"):
            step(**plain | {name: wrong})


@pytest.mark.parametrize("step", [s for s in STEPS if "weight_ih" in STEPS[s]])
def test_a_step_refuses_shapes_that_would_only_broadcast(step):
    plain = {name: rng.normal(size=shape) for name, shape in STEPS[step].items()}
    for name, array in plain.items():
        for wrong in (array[:1], array[..., :1], array[..., None], array[:0]):
            if wrong.shape == array.shape:
                continue
            with pytest.raises(ValueError, match="must have shape"):
                step(**plain | {name: wrong})


def test_conventions_that_are_none_are_refused():
    given = {name: np.ones(shape) for name, shape in STEPS[gru_step].items()}
    for wrong, message in [
        ({"update": "kept"}, 'update must be "write" or "keep"'),
        ({"reset": "never"}, 'reset must be "before" or "after"'),
        ({"reset": "after"}, r"bias_hn must be an array \(H,\) where reset='after', got None"),
        ({"bias_hn": np.ones(H)}, "bias_hn must be None where reset='before'"),
    ]:
        with pytest.raises(ValueError, match=message):
            gru_step(**given | wrong)
    cell = GRU(2, 3)
    cell.update = "kept"
    with pytest.raises(ValueError, match='update must be "write" or "keep"'):
        cell.run(np.ones((2, 1, 2)))


@each_step
def test_numbers_too_large_to_be_multiplied_are_named(step):
    given = {name: np.full(shape, 1e308) for name, shape in STEPS[step].items()}
    for name in ("x", "b", "weight_ih"):
        if name in given:
            given[name][..., ::2] *= -1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = step(**given)
        except FloatingPointError as error:
            assert "too large for float64" in str(error)
        else:
            assert all(np.isfinite(leaf).all() for leaf in leaves(found))


@each
@pytest.mark.parametrize("size", [1e30, 1e155, 1e308])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_cell_gives_numbers_or_says_that_they_are_too_large(make, size, dtype):
    size = min(size, 1e38) if dtype == np.float32 else size
    signs = rng.choice([-1.0, 1.0], size=(6, 3, 5))
    cell = make(5, 7, seed=1, dtype=dtype)
    for call in (cell.run, lambda x: cell.backward(cell.forward(x), np.ones((6, 3, 7)))):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = call(size * signs)
            except FloatingPointError as error:
                assert "too large" in str(error) or "not finite" in str(error)
            else:
                assert all(np.isfinite(leaf).all() for leaf in leaves(found))


def test_the_gru_says_that_1e308_is_too_large():
    x = np.full((3, 1, 2), 1e308)
    x[..., 1] *= -1
    cell = GRU(2, 3)
    cell.weight_ih[...] = 2.0
    with pytest.raises(FloatingPointError, match=r"h is not finite: .* too large for float64"):
        cell.run(x)
    # A pre-activation that overflows to one side is one that saturates.
    x[..., 1] = 0
    assert (cell.run(x)[0] == 1).all()


def test_a_clamp_does_not_hide_what_overflows():
    cell = LSTM(2, 1, seed=0)
    held = {"g": 1.7e308, "i": 1.0, "f": 1.0, "o": 1.0}
    with pytest.raises(FloatingPointError, match="c is not finite"):
        cell.run(np.zeros((3, 1, 2)), clamp=held)
    x = np.full((3, 1, 2), 1e308)
    x[0, :, 1] *= -1
    x[1:] = 0
    cell.weight_ih[...] = 2.0
    later = {gate: np.array([np.nan, 0.5, 0.5])[:, None, None] for gate in "ifgo"}
    first = {gate: np.array([0.5, np.nan, np.nan])[:, None, None] for gate in "ifg"}
    with pytest.raises(FloatingPointError, match="not finite"):
        cell.run(x, clamp=later)
    with pytest.raises(FloatingPointError, match="not finite"):
        cell.forward(x, clamp=first | {"o": later["o"]})


@each
def test_backward_is_that_of_the_run_whatever_changes_in_between(make):
    cell, x = make(D, H, seed=0), rng.normal(size=(5, N, D))
    states = (
        {"state": rng.normal(size=(N, H))} if isinstance(cell, RNN | GRU | MinGRU | MinLSTM) else {}
    )
    dh, trace = rng.normal(size=(5, N, H)), cell.forward(x, **states)
    before = {name: array.copy() for name, array in cell.backward(trace, dh).items()}
    for array in cell.parameters().values():
        array += 1
    x += 1
    for array in states.values():
        array += 1
    for name, again in cell.backward(trace, dh).items():
        np.testing.assert_array_equal(again, before[name], err_msg=name)


@each
def test_nothing_in_a_trace_can_be_written_to(make):
    cell, x = make(D, H, seed=0), rng.normal(size=(5, N, D))
    traces = [cell.forward(x)]
    inner = getattr(traces[0], "traces", [])
    traces += list(inner.values()) if isinstance(inner, dict) else list(inner)
    for trace in traces:
        arrays = [value for value in vars(trace).values() if isinstance(value, np.ndarray)]
        arrays += list(getattr(trace, "_gates", {}).values())
        assert arrays
        for array in arrays:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0
    assert x.flags.writeable
    x[...] = 0
    h, _ = cell.run(x)
    h[...] = 0  # what `run` returns is the caller's


@each
def test_the_state_that_is_handed_on_is_a_copy(make):
    cell, x = make(D, H, seed=0), rng.normal(size=(5, N, D))
    trace = cell.forward(x)
    for leaf in leaves(list(leaves_of_state(trace.final_state))):
        assert leaf.flags.writeable
    h, last = cell.run(x)
    kept = h.copy()
    for leaf in leaves_of_state(last):
        leaf += 1
    np.testing.assert_array_equal(h, kept)


def leaves_of_state(state):
    if isinstance(state, dict):
        state = list(state.values())
    if isinstance(state, tuple | list):
        for part in state:
            yield from leaves_of_state(part)
    else:
        yield state


@each_cell
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64, np.uint16])
def test_sizes_of_numpy_are_sizes(make, kind):
    cell = make(kind(3), kind(100), seed=0)
    same = make(3, 100, seed=0)
    for name, array in same.parameters().items():
        np.testing.assert_array_equal(cell.parameters()[name], array)
    assert type(cell.input_size) is type(cell.hidden_size) is int
    assert repr(cell) == repr(same)


@each_cell
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"hidden_size": True}, TypeError, "hidden_size must be a whole number, got True"),
        ({"hidden_size": "3"}, TypeError, "hidden_size must be a whole number, got '3'"),
        ({"seed": "one"}, TypeError, "seed must be None or whole numbers ≥ 0, got 'one'"),
        ({"seed": -1}, ValueError, "seed must be None or whole numbers ≥ 0, got -1"),
        ({"dtype": "nonsense"}, TypeError, "dtype must be float32 or float64, got 'nonsense'"),
        ({"dtype": ">f8"}, ValueError, "dtype must be float32 or float64, got >f8"),
        ({"dtype": np.float16}, ValueError, "dtype must be float32 or float64, got float16"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(make, arguments, error, message):
    with pytest.raises(error, match=message):
        make(**{"input_size": 2, "hidden_size": 3} | arguments)


def test_a_seed_may_be_a_matrix():
    """NumPy itself would call itself on it without end."""
    seed = np.array([[1, 2]]).view(np.matrix)
    assert (RNN(2, 3, seed=seed).weight_hh == RNN(2, 3, seed=[[1, 2]]).weight_hh).all()


@pytest.mark.parametrize(
    ("bias", "error", "message"),
    [
        (np.nan, ValueError, "forget_bias must be finite"),
        ("1", TypeError, "forget_bias must hold real numbers"),
        ([1.0, 2.0], ValueError, r"forget_bias must have shape \(H,\) = \(3\), got \(2,\)"),
    ],
)
def test_a_forget_bias_that_is_none_is_refused(bias, error, message):
    with pytest.raises(error, match=message):
        LSTM(2, 3, forget_bias=bias)
    np.testing.assert_array_equal(LSTM(1, 2, forget_bias=[1, 2]).bias[2:4], [1, 2])


@each_cell
def test_masked_values_are_refused_wherever_they_come(make):
    cell, x = make(D, H, seed=0), rng.normal(size=(5, N, D))
    masked = np.ma.array(x, mask=np.arange(x.size).reshape(x.shape) == 0)
    state = np.ma.array(np.ones((N, H)), mask=True)
    calls = [
        lambda: cell.forward(masked),
        lambda: cell.run([list(masked[0]), *x[1:].tolist()]),
        lambda: cell.run(x, state=(state, None) if isinstance(cell, LSTM) else state),
        lambda: cell.backward(cell.forward(x), np.ma.array(np.ones((5, N, H)), mask=True)),
        lambda: cell.run(x, lengths=np.ma.array([5, 3], mask=[False, True])),
        lambda: cell.load_parameters({k: np.ma.array(v, mask=True)
                                      for k, v in cell.parameters().items()}),
    ]  # fmt: skip
    if cell.gates:
        calls.append(lambda: cell.run(x, clamp={cell.gates[0]: np.ma.masked}))
    for call in calls:
        with pytest.raises(ValueError, match="must have nothing masked"):
            call()
    np.testing.assert_array_equal(cell.run(np.ma.array(x))[0], cell.run(x)[0])


@each_cell
@pytest.mark.parametrize("filler", [np.nan, np.inf, -1e30])
def test_past_its_end_a_sequence_may_hold_anything(make, filler):
    cell, x = make(D, H, seed=0), rng.normal(size=(5, N, D))
    lengths = np.array([5, 2], np.uint8)
    x[2:, 1] = 0
    right = cell.forward(x, lengths=lengths)
    padded = x.copy()
    padded[2:, 1] = filler
    found = cell.forward(padded, lengths=lengths)
    np.testing.assert_array_equal(found.h, right.h)
    dh = rng.normal(size=(5, N, H))
    for name, array in cell.backward(right, dh).items():
        np.testing.assert_array_equal(cell.backward(found, dh)[name], array, err_msg=name)
    if not np.isfinite(filler):
        padded[1, 1, 0] = filler
        with pytest.raises(ValueError, match=r"x must be finite .* \(1, 1, 0\)"):
            cell.forward(padded, lengths=lengths)


@pytest.mark.parametrize("gate", ["if", "", "ifgo", 5, None])
def test_a_gate_goes_by_one_letter(gate):
    with pytest.raises(ValueError, match="but the gates of this cell are: i, f, g, o"):
        LSTM(D, H).forward(np.zeros((5, N, D)), clamp={gate: 0.5})


def test_a_weight_of_another_shape_is_refused():
    for make in CELLS.values():
        cell = make(D, H, seed=0)
        cell.bias = cell.bias[:1]
        with pytest.raises(ValueError, match="bias must have shape of this cell"):
            cell.run(np.zeros((2, 1, D)))


def test_a_shape_of_float32_raises_no_false_alarm():
    """Matrices of 5 columns and 4k + 2 rows or so, on memory that has held a signalling nan."""
    signalling = np.full(4096, 0x7FA00000, np.uint32).view(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for make in CELLS.values():
            for size in range(1, 8):
                cell = make(5, size, seed=0, dtype=np.float32)
                del_me = signalling.copy()
                cell.backward(cell.forward(np.ones((6, 1, 5))), np.ones((6, 1, size)))
                del del_me


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_comes_is_computed_rightly_or_refused(data):
    """Shapes, dtypes and orders at random: the answer is that of the plain float64 numbers."""
    make = data.draw(st.sampled_from(list((CELLS | PAIRS).values())))
    shape = data.draw(st.lists(st.integers(0, 4), min_size=0, max_size=4))
    dtypes = ["f2", "f4", "f8", ">f4", "<f8", "g", "i1", "u1", "i8", "?", "c16", "U3", "M8[s]", "O"]
    dtype = data.draw(st.sampled_from(dtypes))
    seed = data.draw(st.integers(0, 99))
    numbers = np.random.default_rng(seed).integers(0, 2, shape)
    x = numbers.astype(dtype)
    if data.draw(st.booleans()) and x.ndim:
        x = np.asarray(x, order="F")[::-1]
        numbers = numbers[::-1]
    cell = make(D, H, seed=0)
    before = x.copy()
    try:
        h, _ = cell.run(x)
    except (TypeError, ValueError) as error:
        fits = len(shape) == 3 and shape[2] == D and 0 not in shape
        assert not (fits and dtype not in ("c16", "U3", "M8[s]", "O")), error
        assert "x must" in str(error)
    else:
        right, _ = cell.run(numbers.astype(float))
        np.testing.assert_allclose(h, right, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(
    ("step", "inner"), [(lstm_step, "sigmoid"), (lstm_step_backward, "hstack")]
)
def test_the_steps_that_lectures_print_are_bare(step, inner):
    source = inspect.getsource(step)
    assert source.startswith(f"def {step.__name__}(") and "->" not in source
    assert source.count('"""') == 2 and inner in source


def test_gru_step_backward_takes_lists():
    given = {name: np.ones(shape) for name, shape in STEPS[gru_step].items() if name != "bias"}
    _, gates = gru_step(**given, bias=np.zeros(3 * H))
    right = gru_step_backward(np.ones((N, H)), gates=gates, **given)
    found = gru_step_backward(
        np.ones((N, H)).tolist(),
        gates=[gate.tolist() for gate in gates],
        **{name: array.tolist() for name, array in given.items()},
    )
    assert_same(found, right)
