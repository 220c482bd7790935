"""The recorded curve over H: whole, of the sizes it names, and one point of it measured anew."""

import pytest

from lecture_lib import networks
from lecture_lib.experiments import hidden_size
from lecture_lib.tasks import digits


def test_the_curve_is_whole():
    rows = hidden_size.load()
    assert tuple(rows) == hidden_size.SIZES
    for H, row in rows.items():
        assert row["parameters"] == networks.count_parameters(digits.build("LSTM, bias 1", H))
        for scores in (row["learned"], row["tuned"]):
            assert len(scores) == len(hidden_size.SEEDS)
            # Shares of 600 images, recorded with four digits.
            assert all(abs(share * 600 - round(share * 600)) < 0.06 for share in scores)


def test_no_image_of_the_test_is_learned_from_or_tuned_by():
    pictures, *_ = digits.split(0)
    assert len(pictures) >= 2 * hidden_size.IMAGES


@pytest.mark.parametrize("H", [2, 8])
def test_a_point_of_it_comes_out_again(H):
    # Other processors round otherwise: within 0.1, less than doubling H from 2 gains.
    recorded, again = hidden_size.load()[H], hidden_size.scores(H, seed=0)
    for name, share in again.items():
        assert share == pytest.approx(recorded[name][0], abs=0.1)
