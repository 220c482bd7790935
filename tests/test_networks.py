"""Building networks by name, and sizing them by their parameters."""

import math

import numpy as np
import pytest

from lecture_lib import networks


@pytest.mark.parametrize("kind", networks.CELLS)
@pytest.mark.parametrize("sizes", [(2, 1, 16), (9, 4, 5), (1, 10, 1)])
def test_the_formula_counts_what_is_there(kind, sizes):
    inputs, outputs, units = sizes
    model = networks.build(kind, inputs, units, outputs)
    counted = networks.count_parameters(model)
    assert counted == networks.parameters_of(kind, inputs, outputs, units)


@pytest.mark.parametrize("kind", networks.CELLS)
@pytest.mark.parametrize("wanted", [1, 66, 67, 1233])
def test_a_matching_network_has_at_least_as_many_and_no_unit_too_many(kind, wanted):
    size = networks.matching_size(kind, 2, 1, wanted)
    assert networks.parameters_of(kind, 2, 1, size) >= wanted
    assert size == 1 or networks.parameters_of(kind, 2, 1, size - 1) < wanted


@pytest.mark.parametrize(
    ("kind", "start"),
    [("RNN", start) for start in ("", ", orthogonal")]
    + [(kind, s) for kind in ("GRU", "LSTM") for s in (", bias 1", ", orthogonal", ", chrono")],
)
def test_a_name_says_the_cell_and_its_start(kind, start):
    D, H, span = 9, 16, 40
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[kind]
    cell = networks.build(kind + start, D, H, 4, span, seed=3).cell
    assert type(cell) is networks.CELLS[kind] and cell.dtype == np.float32
    # Glorot's bound, gate by gate: of 144 and 256 draws some come within a tenth of it.
    for matrix, fan_in in ((cell.weight_ih, D), (cell.weight_hh, H)):
        for gate in np.split(matrix, gates):
            if start == ", orthogonal" and matrix is cell.weight_hh:
                # Sums of 16 products in float32.
                np.testing.assert_allclose(gate @ gate.T, np.eye(H), atol=1e-6)
            else:
                bound = math.sqrt(6 / (fan_in + H))
                assert 0.9 * bound < np.abs(gate).max() <= bound
    bias = dict(zip(cell.gates or ("h",), np.split(cell.bias, gates), strict=True))
    keeps = bias.pop("f") if kind == "LSTM" else -bias.pop("z") if kind == "GRU" else np.zeros(H)
    if start == ", chrono":
        assert keeps.min() >= 0 and math.log(span / 2) < keeps.max() <= math.log(span - 1)
        if kind == "LSTM":
            assert (bias.pop("i") == -keeps).all()
    else:
        assert (keeps == (start == ", bias 1")).all()
    assert not any(rest.any() for rest in bias.values())


def test_a_bias_opens_f_and_closes_z():
    bias = networks.build("LSTM, bias 2", 1, 3, 1).cell.bias
    assert bias.tolist() == [0] * 3 + [2] * 3 + [0] * 6
    bias = networks.build("GRU, bias 2", 1, 3, 1).cell.bias
    assert bias.tolist() == [0] * 3 + [-2] * 3 + [0] * 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("CNN", "network must begin with RNN, LSTM, GRU, got 'CNN'"),
        ("LSTM, magic", "network must start from bias b, chrono or orthogonal"),
    ],
)
def test_an_unknown_name_is_refused(name, message):
    with pytest.raises(ValueError, match=message):
        networks.build(name, 1, 1, 1)


def test_what_was_learned_is_rounded_in_place():
    model = networks.build("LSTM", 2, 3, 1, seed=1)
    before = {name: array.copy() for name, array in model.parameters().items()}
    networks.round_parameters(model, 2)
    for name, array in model.parameters().items():
        assert np.abs(array - before[name]).max() <= 0.005 + 1e-7  # a half step, and float32
        assert np.array_equal(array, np.float32(np.round(100 * array) / 100))
