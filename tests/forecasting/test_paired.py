"""The interval of a paired difference covers what it says, with overlapping origins too."""

import numpy as np
import pytest

from lecture_lib.forecasting import Difference, paired


@pytest.mark.parametrize("horizon", [1, 6, 12])
def test_the_interval_covers_in_nineteen_cases_of_twenty(horizon):
    """500 draws of 80 errors that each share all but one of their parts with the next, as forecasts
    `horizon` ahead do. 95 % give or take four standard errors of 500 draws, .039; the quantile is
    that of many origins, so that few cover a little less."""
    rng = np.random.default_rng(horizon)
    covered = 0
    for _ in range(500):
        shared = np.convolve(rng.normal(size=80 + horizon - 1), np.ones(horizon), "valid")
        found = paired(shared + 3.0, np.zeros(80), horizon)
        covered += abs(found.mean - 3.0) <= found.half_width
    assert 0.88 <= covered / 500 <= 0.99
    assert covered / 500 >= 0.91 or horizon == 12


def test_an_interval_that_knows_nothing_of_the_overlap_would_not():
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(500):
        shared = np.convolve(rng.normal(size=91), np.ones(12), "valid")
        covered += abs(shared.mean()) <= 1.96 * shared.std() / np.sqrt(80)
    assert covered / 500 < 0.6


def test_which_is_nearer_and_by_how_much():
    rng = np.random.default_rng(0)
    first, second = 2 + rng.normal(size=(2, 60)) / 10
    assert not paired(first, second, 1)
    ahead = paired(first + 1, second, 1)
    assert ahead and ahead.mean == pytest.approx(1, abs=0.05)
    assert not paired(second, first + 1, 1)
    assert not Difference(0.0, 0.0)


@pytest.mark.parametrize(
    ("first", "second", "horizon", "words"),
    [
        ([1.0, 2.0], [1.0], 1, "one length"),
        ([1.0], [1.0], 1, "at least 2"),
        ([1.0, np.nan], [1.0, 2.0], 1, "first must be finite"),
        ([1.0, 2.0], [1.0, 2.0], 0, "horizon"),
    ],
)
def test_what_does_not_fit_is_refused(first, second, horizon, words):
    with pytest.raises(ValueError, match=words):
        paired(first, second, horizon)
