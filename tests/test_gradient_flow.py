"""The gradient flow where numbers grow too large, or come back from there."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.gradients import gradient_flow, spectral_radius


def test_a_flow_that_grows_beyond_all_numbers_is_inf_and_not_an_error():
    """‖(s I)^k‖ = s^k, which float64 holds up to 2^1024; what is beyond is inf."""
    cell = RNN(1, 2)
    cell.weight_ih[...], cell.weight_hh[...] = 0, 2.0**30 * np.eye(2)
    trace = cell.forward(np.zeros((60, 1, 1)))
    total = gradient_flow(cell, trace).total[:, 0]
    wanted = np.array([2.0 ** min(30 * k, 1023) if 30 * k < 1024 else np.inf for k in range(61)])
    np.testing.assert_allclose(total, wanted, rtol=1e-12)


@pytest.mark.parametrize("make", [RNN, LSTM, GRU])
def test_a_flow_of_huge_weights_is_told_or_refused(make):
    cell = make(2, 3, seed=0)
    for size in (1e3, 1e30, 1e160, 1e307):
        cell.weight_hh[...] = size * np.sign(cell.weight_hh)
        try:
            flow = gradient_flow(cell, cell.forward(np.ones((200, 1, 2))))
        except FloatingPointError as error:
            assert "too large" in str(error)
        else:
            assert not np.isnan(flow.total).any()


def test_what_comes_back_from_beyond_is_a_number_again():
    cell = GRU(1, 1)
    cell.weight_hh[...] = 0
    cell.weight_ih[...] = 0
    # n = tanh(u h) with h = 0: ∂n/∂h = r u; h_t = (1 − z) h + z n, with z = ½ and r = ½.
    cell.weight_hh[2] = 2.0**40
    total = gradient_flow(cell, cell.forward(np.zeros((40, 1, 1)))).total[:, 0]
    factor = 0.5 + 0.25 * 2.0**40
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(total, factor ** np.arange(41.0), rtol=1e-12)


@pytest.mark.parametrize(
    ("matrix", "error"),
    [
        (np.ones((2, 3)), ValueError),
        (np.ones((2, 2, 2)), ValueError),
        (np.ones((0, 0)), ValueError),
        ([[np.nan]], ValueError),
        ([[1j]], TypeError),
        (np.ma.array([[1.0]], mask=True), ValueError),
        ("ab", TypeError),
    ],
)
def test_what_has_no_spectral_radius_is_refused(matrix, error):
    with pytest.raises(error, match="matrix must"):
        spectral_radius(matrix)
    assert spectral_radius(np.uint8([[200]])) == 200
    with pytest.raises(FloatingPointError, match="the spectral radius is not finite"):
        spectral_radius(np.full((3, 3), 1.7e308))
