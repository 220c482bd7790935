"""The one-unit figure: its run, its fixed points, the time in which an impulse fades."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.figures import OneUnit


def test_the_state_follows_the_recurrence():
    unit, h = OneUnit(w=-1.3, u=0.7, b=0.2, input="noise"), 0.0
    for x, shown in zip(unit.x, unit.h, strict=True):
        h = math.tanh(-1.3 * h + 0.7 * x + 0.2)
        assert shown == pytest.approx(h, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(w=st.floats(-3, 3), b=st.floats(-2, 2))
def test_a_fixed_point_stays(w, b):
    points = OneUnit(w=w, b=b).fixed_points
    assert 1 <= len(points) <= 3
    for h, slope in points:
        assert math.tanh(w * h + b) == pytest.approx(h, abs=1e-9)
        assert slope == pytest.approx(w * (1 - h**2), rel=1e-9)


def test_there_are_three_where_w_is_above_one():
    assert len(OneUnit(w=0.9).fixed_points) == 1
    low, middle, high = OneUnit(w=2.0).fixed_points
    assert low[0] == pytest.approx(-high[0]) and middle[0] == pytest.approx(0, abs=1e-9)
    assert abs(high[1]) < 1 < middle[1]


@pytest.mark.parametrize("w", [1.0, -1.0])
def test_at_one_a_push_dies_out_and_that_is_called_stable(w):
    pushed = [0.1]
    for _ in range(20_000):  # slowly: about √(3 / 2t) is left
        pushed.append(abs(math.tanh(w * pushed[-1])))
    assert all(new < old for old, new in itertools.pairwise(pushed)) and pushed[-1] < 0.01
    assert "0.00 (stable)" in OneUnit(w=w).text()


@pytest.mark.parametrize("w", [0.5, -0.5, 0.8])
def test_a_small_impulse_fades_as_the_straight_line_says(w):
    # So small that tanh is straight: |w|ⁿ ≤ 1 %.
    assert OneUnit(w=w, u=0.01).fade_time == math.ceil(math.log(0.01) / math.log(abs(w)))


def test_some_impulses_do_not_fade():
    assert OneUnit(w=1.0).fade_time is None
    assert OneUnit(w=2.0).fade_time is None
    assert OneUnit(u=0.0).fade_time is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"w": 3.5}, r"w must be a number in \[-3, 3\], got 3.5"),
        ({"input": "speech"}, "input must be one of 'impulse'"),
        ({"t": 0}, "t must be a whole number"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        OneUnit(**given)


def test_the_still_is_small_and_the_text_has_its_numbers():
    unit = OneUnit(w=0.9)
    assert len(unit.still()) < 8000
    assert "fades to 1 % in 40 steps" in unit.text()
