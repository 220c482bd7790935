"""The shape explorer on the published lecture: its shapes, counts and drawing to scale."""

import ast
import math
import random

import pytest

from lecture_lib.figures import Shapes
from tests.driver import Figure, twins

LECTURE = "notebooks/07_vector_form.html"
LIMITS = {"D": 64, "H": 64, "N": 32, "T": 40}
SYMBOLS = {"x": "x", "h": "h", "W_ih": "weight_ih", "W_hh": "weight_hh", "b": "bias"}


@pytest.fixture
def explorer(visit):
    anchor = next(a for a in twins(LECTURE) if a.startswith("shapes"))
    return Figure(visit(LECTURE, figure=anchor).page, anchor)


def counts(figure):
    """{framework: count} of the table in view."""
    rows = figure.root.locator(".live-counts tr:visible").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {row[0]: int(row[-1].replace(",", "")) for row in cells}


def rects(figure):
    """Width and height of every part of the matrices, by its class."""
    return figure.root.locator(".live-product .live-matrix").evaluate_all(
        """nodes => nodes.filter((n) => n.getAttribute("visibility") !== "hidden").map((n) => {
             const { width, height } = n.firstChild;
             return [width.baseVal.value, height.baseVal.value]; })"""
    )


@pytest.mark.parametrize("tab", [0, 1])
def test_shapes_and_counts_are_those_of_lecture_lib(explorer, tab):
    explorer.choose_tab(tab)
    rng = random.Random(tab)
    for _ in range(5):
        sizes = {name: rng.randint(1, most) for name, most in LIMITS.items()}
        for name, value in sizes.items():
            explorer.set(name, value)
        wanted = Shapes(tab=tab, **sizes)
        assert counts(explorer) == wanted.counts
        heads, *rows = explorer.rows()
        assert heads == ["symbol", "what it is", "shape in the code", "here", "numbers"]
        table = {row[0]: row for row in rows}
        for symbol, name in SYMBOLS.items():
            assert ast.literal_eval(table[symbol][3]) == wanted.shapes[name], symbol
        assert ("c" in table) == (not tab)
        for row in rows:
            here = ast.literal_eval(row[3])
            assert int(row[4].replace(",", "")) == math.prod(here)
            named = {"G": 3 if tab else 4} | sizes
            symbolic = row[2].replace("4H", "(4*H)").replace("3H", "(3*H)")
            assert eval(symbolic, {}, named) == here, row


@pytest.mark.parametrize("tab", [0, 1])
@pytest.mark.parametrize("apart", [False, True])
def test_all_matrices_are_drawn_to_one_scale(explorer, tab, apart):
    explorer.choose_tab(tab)
    explorer.set("apart", apart)
    for D, H, N in [(1, 1, 1), (6, 10, 3), (64, 5, 32), (3, 64, 1)]:
        for name, value in {"D": D, "H": H, "N": N}.items():
            explorer.set(name, value)
        G = 3 if tab else 4
        states = [(N, H)] * (2 if tab else 1)
        wanted = [*[(D, H)] * G, (N, D), *[(H, H)] * G, *states, *[(1, H)] * G, *[(N, H)] * G]
        drawn = rects(explorer)
        scale = drawn[0][0] / D
        assert len(drawn) == len(wanted) and scale > 0
        for got, sizes in zip(drawn, wanted, strict=True):
            # SVG keeps lengths in single precision.
            assert got == pytest.approx([scale * s for s in sizes], rel=1e-5)


def test_the_warning_knows_when_d_equals_h(explorer):
    warning = explorer.root.locator(".live-warning")
    explorer.set("D", 6)
    explorer.set("H", 10)
    assert "4H × (D + H) = 40 × 16" in warning.inner_text()
    assert "holds only when D = H" in warning.inner_text()
    explorer.set("D", 10)
    assert "fits here, since D = H = 10" in warning.inner_text()
