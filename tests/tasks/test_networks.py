"""Building networks by name, and sizing them by their parameters."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.tasks import networks
from lecture_lib.tasks.delayed_recall import build as recall_network


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
    ("name", "cell"),
    [("RNN", RNN), ("RNN, orthogonal", RNN), ("LSTM, bias 1", LSTM), ("GRU, chrono", GRU)],
)
def test_a_name_says_the_cell_and_its_start(name, cell):
    mine = networks.build(name, 9, 16, 4, span=40, seed=3)
    assert type(mine.cell) is cell
    # The recall task has built its networks so from the beginning.
    theirs = recall_network(name, 40, seed=3).parameters()
    for parameter, array in mine.parameters().items():
        np.testing.assert_array_equal(array, theirs[parameter], err_msg=parameter)


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
