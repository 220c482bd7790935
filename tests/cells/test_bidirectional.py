"""Reading both ways: what each half sees, where the padding lies, and the gradients."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.gradients import check_gradients
from lecture_lib.training import Batch, Linear, SequenceModel, fit, mean_squared_error

LENGTHS = np.array([7, 3, 1])


def case():
    rng = np.random.default_rng(0)
    return Bidirectional(LSTM(2, 3, seed=0), GRU(2, 4, seed=1)), rng.normal(size=(7, 3, 2)), rng


def test_each_half_is_its_cell_on_its_own_reading():
    both, x, _ = case()
    h = both.forward(x).h
    np.testing.assert_array_equal(h[..., :3], both.cells["there"].forward(x).h)
    np.testing.assert_array_equal(h[..., 3:], both.cells["back"].forward(x[::-1]).h[::-1])
    np.testing.assert_array_equal(both.run(x)[0], h)


def test_the_first_step_knows_the_last_by_one_half_only():
    both, x, _ = case()
    other = x.copy()
    other[-1] += 1
    change = both.forward(other).h[0] - both.forward(x).h[0]
    assert not change[:, :3].any()
    assert change[:, 3:].any(axis=1).all()


def test_padding_is_as_if_it_were_not_there():
    both, x, _ = case()
    h = both.forward(x, lengths=LENGTHS).h
    for n, length in enumerate(LENGTHS):
        alone = both.forward(x[:length, n : n + 1]).h[:, 0]
        # Products over other batch sizes round otherwise.
        np.testing.assert_allclose(h[:length, n], alone, atol=1e-14)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "padded"])
def test_the_gradients_are_those_of_differences(lengths):
    both, x, rng = case()
    trace = both.forward(x, lengths=lengths)
    dh = rng.normal(size=trace.h.shape)
    if lengths is not None:
        dh *= (np.arange(7)[:, None] < lengths)[..., None]
    check = check_gradients(
        lambda: (both.forward(x, lengths=lengths).h * dh).sum(),
        both.parameters() | {"x": x},
        both.backward(trace, dh),
    )
    assert check.error < 1e-6, check


def test_it_learns_what_one_way_cannot():
    def next_number(rng):
        x = rng.uniform(-1, 1, (8, 16, 1))
        return Batch(x, np.concatenate([x[1:], np.zeros((1, 16, 1))]))

    both = Bidirectional(GRU(1, 4, seed=0), GRU(1, 4, seed=1))
    model = SequenceModel(both, Linear(8, 1, seed=0))
    fit(model, next_number, mean_squared_error, 200, learning_rate=2e-2, progress=False)
    test = next_number(np.random.default_rng(9))
    # One way, the best answer is 0, with an error of 7/8 · 1/3.
    assert mean_squared_error(model.predict(test.x), test.target)[0] < 0.1


def test_cells_of_different_inputs_are_refused():
    with pytest.raises(ValueError, match="2 there and 3 back"):
        Bidirectional(GRU(2, 4), GRU(3, 4))


def test_each_cell_starts_from_its_state():
    both, x, rng = case()
    there = tuple(rng.normal(size=(2, 3, 3)))
    back = rng.normal(size=(3, 4))
    h, last = both.run(x, {"there": there, "back": back})
    one = both.cells["there"].forward(x, there)
    other = both.cells["back"].forward(x[::-1], back)
    np.testing.assert_array_equal(h, np.concatenate([one.h, other.h[::-1]], axis=-1))
    np.testing.assert_array_equal(last["there"], one.final_state)
    np.testing.assert_array_equal(last["back"], other.final_state)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "padded"])
def test_a_clamp_holds_the_step_that_it_names_in_both_directions(lengths):
    both, x, _ = case()
    held = np.full((7, 1, 1), np.nan)
    held[0] = 0.0
    trace = both.forward(x, clamp={"there": {"i": held}, "back": {"z": held}}, lengths=lengths)
    np.testing.assert_array_equal(trace.traces["there"].i[0], 0)
    ends = np.full(3, 7) if lengths is None else lengths
    # The first step of each sequence is the last that `back` reads.
    for n, end in enumerate(ends):
        z = trace.traces["back"].z[:, n]
        np.testing.assert_array_equal(z[end - 1], 0)
        assert (z[: end - 1] > 0).all()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"state": np.zeros((3, 7))}, TypeError, 'state must be a dict .*"there".* got ndarray'),
        ({"state": {"left": None}}, ValueError, 'no names but "there" and "back", got'),
        ({"state": {"back": np.zeros((3, 9))}}, ValueError, "state must have shape"),
        ({"clamp": {"f": 1.0}}, ValueError, 'no names but "there" and "back"'),
        ({"clamp": {"back": {"f": 1.0}}}, ValueError, "clamp names 'f'"),
        ({"clamp": {"back": {"z": 2.0}}}, ValueError, r"in \[0, 1\]"),
        ({"clamp": {"back": {"z": np.zeros((9, 1, 1))}}}, ValueError, "must broadcast"),
        ({"lengths": [9, 1, 1]}, ValueError, "lengths must lie in"),
    ],
)
def test_a_state_or_clamp_that_does_not_fit_is_refused(given, error, message):
    both, x, _ = case()
    for call in (both.forward, both.run):
        with pytest.raises(error, match=message):
            call(x, **given)


def test_a_pair_of_one_cell_and_a_trace_of_another_are_refused():
    cell = GRU(2, 4)
    with pytest.raises(ValueError, match="must be different cells"):
        Bidirectional(cell, cell)
    both, x, _ = case()
    with pytest.raises(ValueError, match="trace must be what forward of this Bidirectional"):
        both.backward(case()[0].forward(x), np.ones((7, 3, 7)))
    with pytest.raises(ValueError, match=r"dh must have shape \(T, N, H\) = \(7, 3, 7\)"):
        both.backward(both.forward(x), np.ones((7, 3, 6)))
