"""My figure in Python: what it computes, what it refuses, what it publishes."""

import numpy as np
import pytest

from lecture_lib.figures import MyFigure


@pytest.mark.parametrize("f", [0.0, 0.3, 0.9, 1.0])
def test_each_step_keeps_the_share_f(f):
    c = MyFigure(f=f).c
    # Powers and products round differently, by less than one unit of 2e-16 a step.
    np.testing.assert_allclose(c, f * np.append(1, c[:-1]), rtol=0, atol=len(c) * 2e-16)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"f": 1.1}, "f must be a number in [0, 1], got 1.1"),
        ({"f": "x"}, "f must be a number in [0, 1], got 'x'"),
        ({"g": 1}, "MyFigure has no 'g'; it takes f"),
    ],
)
def test_what_does_not_fit_is_named(wrong, says):
    with pytest.raises((ValueError, TypeError)) as error:
        MyFigure(**wrong)
    assert says in str(error.value)


def test_what_is_published_is_light_and_the_same_twice():
    first, second = MyFigure(f=0.5), MyFigure(f=0.5)
    assert first.twin() == second.twin()
    assert len(first.still()) < 8_000
    assert repr(first) == "MyFigure(f=0.5)"
    assert first.text() == "With f = 0.50, 0.00 is left after 20 steps."
