"""What cells start from."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN, sigmoid
from lecture_lib.cells.minimal import MinGRU
from lecture_lib.initialisers import init_chrono, init_forget_bias, init_glorot, init_orthogonal

H = 50


def rows(cell, gate):
    """The rows of `gate` in what is stacked by gates."""
    k = cell.gates.index(gate)
    return slice(k * cell.hidden_size, (k + 1) * cell.hidden_size)


def test_glorot_fills_the_range_of_each_gate():
    cell = LSTM(30, H)
    init_glorot(cell, seed=0)
    for matrix, fans in [(cell.weight_ih, 30 + H), (cell.weight_hh, 2 * H)]:
        bound = np.sqrt(6 / fans)
        for gate in cell.gates:
            block = matrix[rows(cell, gate)]
            assert np.abs(block).max() <= bound
            # Of n uniform draws the largest lies about bound / n below the bound; the standard
            # deviation of bound / √3 is met to 1/√n. Both allow for ten times that.
            assert np.abs(block).max() > bound * (1 - 10 / block.size)
            assert block.std() == pytest.approx(bound / np.sqrt(3), rel=10 / np.sqrt(block.size))


@pytest.mark.parametrize("cell", [RNN(2, H), LSTM(2, H), GRU(2, H)])
def test_orthogonal_turns_without_stretching(cell):
    init_orthogonal(cell, seed=0, gain=0.5)
    for block in np.split(cell.weight_hh, len(cell.weight_hh) // H):
        # QR is orthogonal to rounding, H · 1e-16.
        np.testing.assert_allclose(block @ block.T, 0.25 * np.eye(H), atol=1e-13)


def test_orthogonal_matrices_are_drawn_evenly():
    traces = []
    for seed in range(400):
        cell = RNN(1, 3)
        init_orthogonal(cell, seed)
        traces.append(np.trace(cell.weight_hh))
    # Drawn evenly, the trace has mean 0 and standard deviation 1: the mean of 400 lies within 0.2,
    # four standard errors. With QR's own signs it lies well below.
    assert np.mean(traces) == pytest.approx(0, abs=0.2)


def test_the_same_seed_draws_the_same():
    for init in (init_glorot, init_orthogonal, lambda cell, seed: init_chrono(cell, 9, seed)):
        one, two, other = (GRU(2, 3) for _ in range(3))
        for cell, seed in [(one, 1), (two, 1), (other, 2)]:
            cell.load_parameters({k: np.zeros_like(v) for k, v in cell.parameters().items()})
            init(cell, seed)
        drawn = [np.concatenate([a.ravel() for a in c.parameters().values()]) for c in (one, two)]
        np.testing.assert_array_equal(*drawn)
        assert any(
            (a != b).any()
            for a, b in zip(one.parameters().values(), other.parameters().values(), strict=True)
        )


def test_the_forget_bias_goes_to_f_alone():
    cell = LSTM(2, 3)
    init_forget_bias(cell, 1.5)
    np.testing.assert_array_equal(cell.bias, [0] * 3 + [1.5] * 3 + [0] * 6)


@pytest.mark.parametrize(("update", "z_bias"), [("write", -1.5), ("keep", 1.5)])
def test_the_forget_bias_of_a_gru_makes_z_keep(update, z_bias):
    cell = GRU(2, 3, update=update)
    init_forget_bias(cell, 1.5)
    np.testing.assert_array_equal(cell.bias, [0] * 3 + [z_bias] * 3 + [0] * 3)


def test_chrono_spreads_the_time_constants_and_closes_the_input():
    cell = LSTM(2, 1000)
    init_chrono(cell, 80, seed=0)
    f, i = cell.bias[rows(cell, "f")], cell.bias[rows(cell, "i")]
    np.testing.assert_array_equal(i, -f)
    time_constants = 1 / (1 - sigmoid(f))
    assert 2 <= time_constants.min() < 3
    assert 79 < time_constants.max() <= 80
    # Uniform in (2, 80): mean 41, standard error 22.5 / √1000 = 0.7; four of these.
    assert time_constants.mean() == pytest.approx(41, abs=3)
    assert not cell.bias[rows(cell, "g")].any()
    assert not cell.bias[rows(cell, "o")].any()


def test_a_chrono_gru_keeps_as_long_in_either_convention():
    write, keep = GRU(2, 5, update="write"), GRU(2, 5, update="keep")
    for cell in (write, keep):
        init_chrono(cell, 80, seed=0)
    np.testing.assert_array_equal(write.bias, -keep.bias)
    assert (keep.bias[rows(keep, "z")] > 0).all()
    assert not keep.bias[rows(keep, "r")].any()


def test_a_cell_without_such_a_gate_is_refused():
    for init in (init_forget_bias, init_chrono):
        with pytest.raises(TypeError, match=r"LSTM or GRU, got RNN\(2, 3"):
            init(RNN(2, 3), 5)


def test_chrono_wants_a_time_to_span():
    cell = LSTM(2, 3)
    with pytest.raises(ValueError, match="more than 2 steps, got 2"):
        init_chrono(cell, 2)
    assert not cell.bias.any()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda cell: init_forget_bias(cell, np.nan), ValueError, "value must be finite"),
        (lambda cell: init_forget_bias(cell, "1"), TypeError, "value must hold real numbers"),
        (lambda cell: init_forget_bias(cell, [1.0, 2.0]), ValueError, "value must have shape"),
        (lambda cell: init_orthogonal(cell, gain=np.inf), ValueError, "gain must be finite"),
        (lambda cell: init_orthogonal(cell, gain="2"), TypeError, "gain must be a number"),
        (lambda cell: init_chrono(cell, np.inf), ValueError, "longest must be more than 2 steps"),
        (lambda cell: init_chrono(cell, "9"), TypeError, "longest must be a number"),
        (lambda cell: init_glorot(cell, seed="a"), TypeError, "seed must be None or whole"),
    ],
)
def test_a_start_that_is_none_is_refused_and_changes_nothing(call, error, message):
    cell = GRU(2, 3, seed=0)
    before = {name: array.copy() for name, array in cell.parameters().items()}
    with pytest.raises(error, match=message):
        call(cell)
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(array, before[name])


def test_an_unsigned_bias_of_a_z_that_writes_is_negative():
    cell = GRU(1, 2)
    init_forget_bias(cell, np.uint8(3))
    np.testing.assert_array_equal(cell.bias, [0, 0, -3, -3, 0, 0])


def test_a_cell_without_a_recurrent_matrix_has_glorots_and_no_orthogonal_one():
    cell = MinGRU(2, 3, seed=0)
    init_glorot(cell, seed=1)
    assert np.abs(cell.weight_ih).max() <= np.sqrt(6 / 5)
    with pytest.raises(TypeError, match=r"cell must have a weight_hh, got MinGRU\(2, 3"):
        init_orthogonal(cell)
