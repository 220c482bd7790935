"""The convention switchboard on the published lecture: its badge against both cells in NumPy."""

import itertools
import re

import numpy as np
import pytest

from lecture_lib.cells import sigmoid
from lecture_lib.figures import Conventions
from lecture_lib.figures.conventions import PRESETS, STEPS, UNITS
from tests.driver import Figure, twins

LECTURE = "notebooks/08_gru.html"

# The table has six decimals; half a unit of the last, and the engines' own 1e-15 at a tie.
SHOWN = 0.5e-6 + 1e-12


@pytest.fixture
def board(visit):
    anchor = next(a for a in twins(LECTURE) if a.startswith("conventions"))
    return Figure(visit(LECTURE, figure=anchor).page, anchor)


def choose(board, **settings):
    for name, value in settings.items():
        if name == "tab":
            board.choose_tab(value)
        else:
            board.set(name, value)


def assert_shows(board, figure):
    heads, *rows = board.rows()
    assert heads[0] == "t" and len(rows) == STEPS
    shown = np.array([[float(n.replace("−", "-")) for n in row[1:]] for row in rows])
    np.testing.assert_allclose(shown, np.hstack(figure.states), rtol=0, atol=SHOWN)
    badge = board.root.locator(".live-badge").inner_text()
    assert badge == ("= same function" if figure.same else "≠ different function")
    measured = board.root.locator(".live-judgement").inner_text()
    if figure.difference >= 0.001:
        assert float(re.search(r"[\d.]+$", measured)[0]) == pytest.approx(
            figure.difference, abs=0.5e-3 + 1e-12
        )
    else:
        assert measured.rstrip().endswith(" 0") or "× 10⁻" in measured


def test_the_badge_is_right_for_every_setting_of_the_gru(board):
    options = {
        "update": ["write", "keep"],
        "reset": ["before", "after"],
        "order": ["rzn", "zrh"],
        "biases": ["one", "two"],
        "diagonal": [False, True],
        "translate": [True, False],
    }
    before = {}
    for values in itertools.product(*options.values()):
        settings = dict(zip(options, values, strict=True))
        choose(board, **{k: v for k, v in settings.items() if before.get(k) != v})
        before = settings
        assert_shows(board, Conventions(**settings))


def test_the_badge_is_right_for_every_setting_of_the_lstm(board):
    choose(board, tab=1)
    for order, biases, translate in itertools.product(
        ["ifgo", "ifco", "iofc"], ["one", "two"], [True, False]
    ):
        settings = {"lstm_order": order, "biases": biases, "translate": translate}
        choose(board, **settings)
        assert_shows(board, Conventions(tab=1, **settings))


def test_other_numbers_by_the_seed(board):
    choose(board, reset="after")
    for seed in (1, 13, 20):
        choose(board, seed=seed)
        assert_shows(board, Conventions(seed=seed, reset="after"))


def cells_of(board, figure):
    """The drawn numbers, row by row, as the file has them."""
    texts = board.root.locator(".live-rows .live-cell").evaluate_all(
        """cells => cells.filter((c) => c.getAttribute("visibility") !== "hidden")
             .map((c) => Number(c.textContent.replace("−", "-")))"""
    )
    widths = [array.reshape(len(array), -1).shape[1] for array in figure.stored.values()]
    gates = 4 if figure.tab else 3
    blocks = np.array(texts).reshape(gates, UNITS * sum(widths))
    ends = np.cumsum([UNITS * width for width in widths])[:-1]
    parts = [np.split(block, ends) for block in blocks]
    return [np.concatenate([p[k] for p in parts]) for k in range(len(widths))]


@pytest.mark.parametrize("tab", [0, 1])
def test_a_preset_sets_its_switches_and_the_shown_code_runs_on_the_stored_numbers(board, tab):
    choose(board, tab=tab)
    for name, switches in PRESETS[["gru", "lstm"][tab]].items():
        button = board.root.locator(".live-presets:visible button").get_by_text(name, exact=True)
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        figure = Conventions(tab=tab, **switches)
        assert_shows(board, figure)
        for shown, array in zip(cells_of(board, figure), figure.stored.values(), strict=True):
            np.testing.assert_allclose(shown, array.ravel(), rtol=0, atol=0.5e-2 + 1e-12)
        code = "\n".join(
            board.root.locator(".live-code > span").evaluate_all(
                "lines => lines.map((line) => line.firstChild.textContent)"
            )
        )
        short = {"weight_ih": "W_ih", "weight_hh": "W_hh", "bias_ih": "b_ih", "bias_hh": "b_hh"}
        names = {short[k]: array for k, array in figure.stored.items()}
        names |= {"np": np, "sigmoid": sigmoid, "h": np.zeros(UNITS), "c": np.zeros(UNITS)}
        for x, wanted in zip(figure.x[:, 0], figure.states[1], strict=True):
            names["x"] = x
            exec(code, names)
            np.testing.assert_allclose(names["h"], wanted, rtol=0, atol=1e-13)


def test_equation_diagram_and_code_change_together(board):
    parts = [".live-formulas", ".live-plan", ".live-code"]
    for settings in ({"update": "keep"}, {"reset": "after"}):
        before = [board.drawing(part) for part in parts]
        choose(board, **settings)
        after = [board.drawing(part) for part in parts]
        assert all(old != new for old, new in zip(before, after, strict=True))
    assert board.root.locator(".live-formulas .live-differs").count() == 2
    assert board.root.locator(".live-code .live-differs").count() == 2
