"""The numerical check, and by it the backward pass of every cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.gradients import check_gradients

CELLS = {
    "rnn": RNN,
    "lstm": LSTM,
    **{
        f"gru-{update}-{reset}": lambda *a, update=update, reset=reset: GRU(
            *a, update=update, reset=reset
        )
        for update in ("write", "keep")
        for reset in ("before", "after")
    },
}
each_cell = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)

# Differences of a loss of order 1 round to about 1e-16 / 1e-5 = 1e-11 of it, and entries are
# measured against 1e-4 of it at least.
NUMERICAL = 1e-6

sizes = st.tuples(st.integers(1, 5), *[st.integers(1, 4)] * 3)
seeds = st.integers(0, 2**32 - 1)


class Case:
    """A cell with random biases, a sequence, a state, and a loss that weighs all that comes out."""

    def __init__(self, make, size, seed):
        T, N, D, H = size
        self.rng = rng = np.random.default_rng(seed)
        self.cell = make(D, H, seed)
        for name, array in self.cell.parameters().items():
            if name.startswith("bias"):
                array[:] = rng.normal(size=array.shape)
        self.x, self.dh = (rng.normal(size=(T, N, k)) for k in (D, H))
        self.h0, self.c0, self.dc = (rng.normal(size=(N, H)) for _ in range(3))
        self.lstm = isinstance(self.cell, LSTM)
        self.state = (self.h0, self.c0) if self.lstm else self.h0
        self.arrays = {**self.cell.parameters(), "x": self.x, "h0": self.h0}
        if self.lstm:
            self.arrays["c0"] = self.c0

    def random_clamp(self):
        clamp = {}
        for gate in self.cell.gates:
            value = self.rng.uniform(size=self.dh.shape)
            value[self.rng.uniform(size=value.shape) < 0.6] = np.nan
            if self.rng.uniform() < 0.5:
                clamp[gate] = value
        return clamp

    def loss(self, **options):
        trace = self.cell.forward(self.x, self.state, **options)
        return (trace.h * self.dh).sum() + ((trace.c[-1] * self.dc).sum() if self.lstm else 0)

    def backward(self, trace):
        return self.cell.backward(trace, self.dh, *([self.dc] if self.lstm else []))

    def gradients(self, **options):
        return self.backward(self.cell.forward(self.x, self.state, **options))


@each_cell
@settings(deadline=None)
@given(sizes, seeds, st.booleans(), st.data())
def test_backward_is_the_gradient(make, size, seed, padded, data):
    case = Case(make, size, seed)
    T, N, _, _ = size
    lengths = st.lists(st.integers(1, T), min_size=N, max_size=N)
    options = {
        "clamp": case.random_clamp(),
        "lengths": data.draw(lengths) if padded else None,
    }
    gradients = case.gradients(**options)
    assert set(gradients) == set(case.arrays)
    check = check_gradients(lambda: case.loss(**options), case.arrays, gradients)
    assert check.error < NUMERICAL, check


@each_cell
def test_blocks_of_steps_join(make):
    # 48 sequences make blocks of 5 steps, the last one of 2; one sequence makes a single block.
    long, alone = Case(make, (37, 48, 2, 64), 0), Case(make, (37, 1, 2, 64), 0)
    alone.cell.load_parameters(long.cell.parameters())
    alone.x, alone.dh = long.x[:, 5:6], long.dh[:, 5:6]
    alone.h0, alone.c0, alone.dc = (array[5:6] for array in (long.h0, long.c0, long.dc))
    alone.state = (alone.h0, alone.c0) if alone.lstm else alone.h0
    whole, one = long.gradients(), alone.gradients()
    # The same sums in another order, of a hundred terms of order 1.
    np.testing.assert_allclose(whole["x"][:, 5:6], one["x"], atol=1e-12)
    np.testing.assert_allclose(whole["h0"][5:6], one["h0"], atol=1e-12)
    halves = [Case(make, (37, 48, 2, 64), 0) for _ in range(2)]
    for half, part in zip(halves, (slice(0, 24), slice(24, 48)), strict=True):
        half.x, half.dh, half.dc = half.x[:, part], half.dh[:, part], half.dc[part]
        half.state = (half.h0[part], half.c0[part]) if half.lstm else half.h0[part]
    first, second = (half.gradients() for half in halves)
    for name in long.cell.parameters():
        np.testing.assert_allclose(first[name] + second[name], whole[name], atol=1e-10)


@each_cell
@settings(deadline=None)
@given(sizes, seeds)
def test_a_clamped_gate_passes_no_gradient(make, size, seed):
    case = Case(make, size, seed)
    H = case.cell.hidden_size
    for place, gate in enumerate(case.cell.gates):
        gradients = case.gradients(clamp={gate: 0.5})
        rows = slice(place * H, (place + 1) * H)
        for name in ("weight_ih", "weight_hh", "bias"):
            assert not gradients[name][rows].any(), (gate, name)
            assert gradients[name].any() or len(case.x) == 1, (gate, name)


@each_cell
def test_with_all_gates_clamped_nothing_reaches_the_input(make):
    case = Case(make, (4, 2, 3, 2), 0)
    gradients = case.gradients(clamp=dict.fromkeys(case.cell.gates, 0.25))
    if case.cell.gates:
        assert not gradients["x"].any()
    else:
        assert gradients["x"].any()


@each_cell
@settings(deadline=None)
@given(sizes, seeds, st.data())
def test_past_its_end_a_sequence_gives_no_gradient(make, size, seed, data):
    case = Case(make, size, seed)
    T, N, _, _ = size
    lengths = np.array(data.draw(st.lists(st.integers(1, T), min_size=N, max_size=N)))
    padding = np.arange(T)[:, None] >= lengths
    gradients = case.gradients(lengths=lengths)
    assert not gradients["x"][padding].any()
    case.x[padding] = case.rng.normal(size=case.x[padding].shape)
    for name, again in case.gradients(lengths=lengths).items():
        np.testing.assert_array_equal(again, gradients[name], err_msg=name)


@each_cell
@settings(deadline=None)
@given(sizes, seeds, st.data())
def test_backward_in_two_parts_is_backward_over_the_whole(make, size, seed, data):
    case = Case(make, (size[0] + 1, *size[1:]), seed)
    cell, cut = case.cell, data.draw(st.integers(1, size[0]))
    whole = case.gradients()
    first = cell.forward(case.x[:cut], case.state)
    second = cell.forward(case.x[cut:], first.final_state)
    late = cell.backward(second, case.dh[cut:], *([case.dc] if case.lstm else []))
    dh = case.dh[:cut].copy()
    dh[-1] += late["h0"]
    early = cell.backward(first, dh, *([late["c0"]] if case.lstm else []))
    # The same sums in another order.
    for name in cell.parameters():
        np.testing.assert_allclose(early[name] + late[name], whole[name], atol=1e-12)
    np.testing.assert_allclose(np.concatenate([early["x"], late["x"]]), whole["x"], atol=1e-12)
    for name in set(whole) & {"h0", "c0"}:
        np.testing.assert_allclose(early[name], whole[name], atol=1e-12)


@each_cell
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_have_the_cells_dtype_and_shapes(make, dtype):
    case = Case(make, (3, 2, 4, 5), 0)
    cell = case.cell
    small = type(cell)(4, 5, **{"dtype": dtype} | conventions(cell))
    trace = small.forward(case.x, case.state)
    gradients = small.backward(trace, case.dh)
    for name, gradient in gradients.items():
        assert gradient.dtype == dtype, name
        assert gradient.shape == case.arrays[name].shape, name
        assert gradient.flags.c_contiguous, name


def conventions(cell):
    return {"update": cell.update, "reset": cell.reset} if isinstance(cell, GRU) else {}


@each_cell
def test_backward_leaves_the_trace_and_dh_as_they_were(make):
    case = Case(make, (4, 2, 3, 2), 0)
    trace = case.cell.forward(case.x, case.state)
    dh = case.dh.copy()
    shown = {name: getattr(trace, name).copy() for name in ["h", *case.cell.gates]}
    first, second = case.backward(trace), case.backward(trace)
    np.testing.assert_array_equal(case.dh, dh)
    for name, value in shown.items():
        np.testing.assert_array_equal(getattr(trace, name), value)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


@each_cell
def test_backward_differentiates_the_run_that_was_traced(make):
    case = Case(make, (4, 2, 3, 2), 0)
    trace = case.cell.forward(case.x, case.state)
    before = case.backward(trace)
    for array in case.cell.parameters().values():
        array += 1
    for name, gradient in case.backward(trace).items():
        np.testing.assert_array_equal(gradient, before[name])


@each_cell
@pytest.mark.parametrize(
    ("dh", "error", "message"),
    [
        (np.zeros((3, 2, 4)), ValueError, r"dh must have shape \(T, N, H\) = \(5, 2, 4\), got"),
        (np.zeros((2, 4)), ValueError, r"dh must have shape \(T, N, H\)"),
        (np.full((5, 2, 4), np.nan), ValueError, "dh must be finite"),
        (None, TypeError, "dh must hold real numbers"),
    ],
)
def test_a_wrong_dh_is_named(make, dh, error, message):
    cell = make(3, 4)
    with pytest.raises(error, match=message):
        cell.backward(cell.forward(np.zeros((5, 2, 3))), dh)


@each_cell
def test_a_trace_of_another_cell_is_refused(make):
    cell, other = make(3, 4), make(3, 4)
    with pytest.raises(ValueError, match=r"trace must be what forward of this .* returned"):
        cell.backward(other.forward(np.zeros((5, 2, 3))), np.zeros((5, 2, 4)))
    with pytest.raises(ValueError, match=r"trace must be what forward .*, got ndarray"):
        cell.backward(np.zeros((5, 2, 4)), np.zeros((5, 2, 4)))


# The check itself.


def cubic():
    """L = Σ w³ and its right gradient."""
    w = np.random.default_rng(0).normal(size=(3, 4))
    return (lambda: (w**3).sum()), {"w": w}, {"w": 3 * w**2}


def test_a_right_gradient_has_a_small_error():
    check = check_gradients(*cubic())
    assert check.error < 1e-9
    assert check.errors == {"w": check.error}


def test_the_worst_entry_is_named():
    loss, arrays, gradients = cubic()
    gradients["w"][2, 1] += 0.5
    arrays["v"], gradients["v"] = np.zeros(2), np.array([0, 0.01])
    check = check_gradients(loss, arrays, gradients)
    assert (check.name, check.index) == ("v", (1,))
    assert check.errors["w"] == pytest.approx(0.5 / abs(gradients["w"]).max(), rel=1e-6)
    del arrays["v"]
    check = check_gradients(loss, arrays, gradients)
    assert (check.name, check.index) == ("w", (2, 1))
    assert check.given - check.numerical == pytest.approx(0.5, rel=1e-6)
    assert check.scale == pytest.approx(abs(gradients["w"]).max())
    assert "w[2, 1]" in str(check)


def test_a_gradient_of_zero_that_is_zero_is_right():
    w = np.ones(3)
    check = check_gradients(lambda: 0.0, {"w": w}, {"w": np.zeros(3)})
    assert check.error == 0


def test_arrays_come_back_as_they_were_even_from_a_loss_that_fails():
    w = np.ones(3)

    def loss():
        if w[1] != 1:
            raise RuntimeError("no loss")
        return w.sum()

    with pytest.raises(RuntimeError, match="no loss"):
        check_gradients(loss, {"w": w}, {"w": np.ones(3)})
    np.testing.assert_array_equal(w, np.ones(3))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"arrays": {}}, ValueError, "arrays must name at least one array"),
        (
            {"arrays": {"w": np.ones(3, np.float32)}},
            TypeError,
            "must be a float64 array, got float32",
        ),
        ({"arrays": {"w": [1.0, 2.0]}}, TypeError, "must be a float64 array, got list"),
        ({"gradients": {}}, ValueError, "gradients must have 'w'"),
        ({"gradients": {"w": np.ones(2)}}, ValueError, r"must have shape \(3,\), got \(2,\)"),
        ({"gradients": {"w": np.full(3, np.nan)}}, ValueError, r"gradients\['w'\] must be finite"),
        ({"loss": lambda: np.inf}, ValueError, r"loss\(\) must be finite, got inf"),
        ({"step": 0}, ValueError, "step must be positive and finite, got 0"),
    ],
)
def test_a_wrong_argument_is_named(change, error, message):
    w = np.ones(3)
    right = {"loss": w.sum, "arrays": {"w": w}, "gradients": {"w": np.ones(3)}}
    with pytest.raises(error, match=message):
        check_gradients(**right | change)
