"""The timescale ruler on the published lecture: four scales of one number, by mouse and by keys."""

import math
from itertools import pairwise

import pytest

from lecture_lib.figures import Timescale
from tests.driver import Figure

PAGE = "notebooks/11_why_gates_help.html"
ANCHOR = "timescale"


@pytest.fixture
def ruler(visit):
    return Figure(visit(PAGE, figure=ANCHOR).page, ANCHOR)


def numbers(figure):
    _, *rows = figure.rows()
    return [float(value) for _, value in rows]


def assert_ruler_is(figure, twin):
    wanted = [twin.bias, twin.gate, twin.time_constant, twin.half_life]
    wanted += [twin.left(10), twin.left(100), twin.left(twin.reach)]
    # Seven digits are shown.
    assert numbers(figure) == pytest.approx(wanted, rel=1e-6)


def test_the_table_is_what_python_computes(ruler):
    for reach in (10, 80, 1000):
        ruler.set("reach", reach)
        for bias in (-3, -0.75, 0, 1, 2, 4.6, 7):
            ruler.set("bias", bias)
            assert_ruler_is(ruler, Timescale(bias=bias, reach=reach))


def scale(figure, k):
    return figure.root.locator(".live-ruler-row").nth(k)


# From bias 1: what one press of the right arrow does to the scale's own value.
NUDGES = {0: (1.0, 0.1), 1: (1 / (1 + math.exp(-1)), 0.01), 2: (1 + math.e, 1.0), 3: (None, 0.1)}


@pytest.mark.parametrize("k", NUDGES)
def test_each_scale_is_a_slider_for_the_keyboard(ruler, k):
    ruler.set("bias", 1)
    before, nudge = numbers(ruler)[k], NUDGES[k][1]
    scale(ruler, k).focus()
    ruler.page.keyboard.press("ArrowRight")
    after = numbers(ruler)
    # The bias is kept to four digits.
    assert after[k] - before == pytest.approx(nudge, rel=2e-3)
    assert_ruler_is(ruler, Timescale(bias=after[0], reach=ruler.inputs()["reach"]))
    assert scale(ruler, k).get_attribute("role") == "slider"
    assert float(scale(ruler, k).get_attribute("aria-valuenow")) == pytest.approx(after[k], 1e-6)
    ruler.page.keyboard.press("Home")
    assert numbers(ruler)[0] == -3
    ruler.page.keyboard.press("ArrowLeft")
    assert numbers(ruler)[0] == -3
    ruler.page.keyboard.press("End")
    assert numbers(ruler)[0] == 7
    ruler.page.keyboard.press("PageUp")
    assert numbers(ruler)[0] == 7


@pytest.mark.parametrize("k", range(4))
def test_a_drag_on_any_scale_moves_all(ruler, k):
    ruler.root.locator(".live-ruler").scroll_into_view_if_needed()
    box = scale(ruler, k).locator("rect").first.bounding_box()
    y = box["y"] + box["height"] / 2
    shown = []
    ruler.page.mouse.move(box["x"] + 0.3 * box["width"], y)
    ruler.page.mouse.down()
    for part in (0.3, 0.5, 0.8):
        ruler.page.mouse.move(box["x"] + part * box["width"], y)
        shown.append(numbers(ruler))
    ruler.page.mouse.up()
    ruler.page.mouse.move(box["x"] + 0.1 * box["width"], y)
    assert numbers(ruler) == shown[-1]
    assert all(a < b for one, two in pairwise(shown) for a, b in zip(one[:4], two[:4], strict=True))
    assert_ruler_is(ruler, Timescale(bias=shown[-1][0], reach=ruler.inputs()["reach"]))
