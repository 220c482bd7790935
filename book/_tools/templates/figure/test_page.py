"""My figure in the browser, on a page of its own, held to lecture_lib."""

import pytest

from book._tools import preview
from lecture_lib.figures import MyFigure
from tests.driver import HTML, Figure

ANCHOR = "my-figure"


@pytest.fixture
def address():
    """Replace it by the lecture that shows the figure: return "notebooks/NN_lecture.html"."""
    return preview.write(MyFigure(), HTML)


@pytest.fixture
def figure(visit, address):
    return Figure(visit(address).page, ANCHOR)


def story(figure):
    return figure.root.locator(".live-story").inner_text()


def state(figure):
    return figure.inputs(), figure.rows(), story(figure)


@pytest.mark.parametrize("f", [0, 0.35, 0.9, 1])
def test_table_and_sentence_are_those_of_lecture_lib(figure, f):
    figure.set("f", f)
    twin = MyFigure(f=f)
    # Six decimals are shown.
    assert figure.numbers()["c"] == pytest.approx(twin.c.tolist(), rel=0, abs=0.51e-6)
    assert story(figure) == twin.text()


def test_the_slider_moves_the_bars(figure):
    before = figure.drawing(".live-bar")
    figure.input("f").press("ArrowLeft")
    assert figure.drawing(".live-bar") != before


def test_a_link_brings_it_back_and_reset_takes_it_away(visit, address, figure):
    opened = state(figure)
    figure.set("f", 0.4)
    here, link = state(figure), figure.link()
    again = Figure(visit(address, link).page, ANCHOR)
    assert state(again) == here
    again.root.get_by_role("button", name="Reset").click()
    assert state(again) == opened


def test_what_does_not_fit_in_a_link_is_left_out(visit, address, figure):
    opened = state(figure)
    for value in ("2", '"x"', "null", "[1]"):
        other = visit(address, f"#{ANCHOR}?f={value}&zap=1").page
        assert state(Figure(other, ANCHOR)) == opened


def test_nothing_is_clipped_on_a_narrow_page(visit, address):
    figure = Figure(visit(address, viewport={"width": 360, "height": 800}).page, ANCHOR)
    assert figure.root.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
