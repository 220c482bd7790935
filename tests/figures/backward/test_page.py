"""The backward figure on the published lecture: its numbers, its cuts, its walk."""

import random

import pytest

from lecture_lib.figures import Backward
from lecture_lib.figures.backward import ROUTES
from tests.driver import Figure, axe_faults

PAGE = "notebooks/10_backpropagation.html"
NAMES = {"δh": "dh_in", "δc": "dc", "δh before": "dh_before", "δc before": "dc_before"}


class Page(Figure):
    """The figure with the table of the cell in front."""

    def rows(self):
        return self.root.locator(".live-numbers:not([hidden]) table").evaluate(
            """table => [...table.rows].filter((row) => !row.hidden).map(
              (row) => [...row.cells].map((cell) => cell.textContent))"""
        )

    def numbers(self):
        heads, *rows = self.rows()
        return [
            dict(zip(heads, (float(n.replace("−", "-")) for n in row), strict=True)) for row in rows
        ]


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="backward").page, "backward")


def as_opened(**changes):
    """The same figure in Python: the lecture's opens with 4 units and 8 steps."""
    return Backward(**({"hidden_size": 4, "steps": 8, "t": 8} | changes))


def assert_table_is(page, figure):
    rows, unit = page.numbers(), min(figure.unit, figure.hidden_size) - 1
    assert [row["t"] for row in rows] == list(range(figure.steps, 0, -1))
    for row in rows:
        routes = figure.back[int(row.pop("t"))]
        for name, shown in row.items():
            computed = routes[NAMES.get(name, name)][unit]
            # Seven digits are shown: half a unit of the last, and nothing more.
            assert shown == pytest.approx(computed, rel=0.51e-6, abs=1e-300), name


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_are_those_of_lecture_lib(figure, seed):
    rng, settings = random.Random(seed), {}
    if seed % 2:
        figure.choose_tab(1)
        settings["tab"] = 1
    moves = {
        "hidden_size": rng.randint(2, 4),
        "steps": rng.randint(4, 12),
        "unit": rng.randint(1, 4),
        "seed": rng.randint(0, 99),
        "gain": rng.randint(0, 400) / 100,
        "forget_bias": rng.randint(-200, 600) / 100,
    }
    for name, value in moves.items():
        figure.set(name, value)
    settings |= moves
    assert_table_is(figure, as_opened(**settings))
    for name in rng.sample(ROUTES["GRU" if seed % 2 else "LSTM"], 2):
        figure.set(f"cut_{name}", True)
        settings[f"cut_{name}"] = True
        assert_table_is(figure, as_opened(**settings))


@pytest.mark.parametrize("kind", ROUTES)
def test_each_cut_is_the_term_left_out(figure, kind):
    tab = list(ROUTES).index(kind)
    figure.choose_tab(tab)
    figure.set("seed", 3)
    whole = figure.drawing(".live-left")
    for cut in ROUTES[kind]:
        figure.set(f"cut_{cut}", True)
        assert_table_is(figure, as_opened(tab=tab, seed=3, **{f"cut_{cut}": True}))
        assert figure.drawing(".live-left") != whole, cut
        assert "Cut:" in figure.root.locator(".live-story").inner_text()
        figure.set(f"cut_{cut}", False)
    assert figure.drawing(".live-left") == whole


@pytest.mark.parametrize("tab", range(len(ROUTES)))
def test_cuts_may_stand_once_in_m_steps(figure, tab):
    figure.choose_tab(tab)
    for name, value in {"cut_belt": True, "cut_h": True, "every": 3}.items():
        figure.set(name, value)
    assert_table_is(figure, as_opened(tab=tab, cut_belt=True, cut_h=True, every=3))
    assert "once in 3 steps" in figure.root.locator(".live-story").inner_text()
    closed = figure.root.locator(".live-routes:not([hidden]) .live-pipe-closed")
    for t, cut in ((8, False), (7, True)):  # steps 7, 4 and 1 are the first of a piece
        figure.set("t", t)
        assert (closed.count() > 0) == cut, t


def test_with_no_route_cut_it_says_that_m_changes_nothing(figure):
    story = figure.root.locator(".live-story")
    idle = "No route is cut, so M = 3 changes nothing."
    whole = figure.drawing(".live-left")
    figure.set("every", 3)
    assert figure.drawing(".live-left") == whole
    assert idle in story.inner_text()
    assert "a route that is cut: once in M steps" in figure.root.locator("form").inner_text()
    figure.set("cut_belt", True)
    assert idle not in story.inner_text()


def test_the_buttons_walk_from_the_last_step_to_the_first(figure):
    back = figure.root.get_by_role("button", name="one step back")
    assert figure.root.get_by_role("button", name="to step T").is_disabled()
    for t in range(8, 1, -1):
        assert figure.inputs()["t"] == t
        assert f"step {t} of 8" in figure.root.locator(".live-step").inner_text()
        before = figure.drawing(".live-routes:not([hidden])")
        back.press("Enter")
        assert figure.drawing(".live-routes:not([hidden])") != before
    assert back.is_disabled()
    figure.root.get_by_role("button", name="to step T").press("Enter")
    assert figure.inputs()["t"] == 8


def test_the_drawing_has_the_numbers_of_its_step_and_unit(figure):
    figure.set("t", 6)
    figure.set("unit", 2)
    label = figure.root.locator(".live-routes:not([hidden])").get_attribute("aria-label")
    belt = as_opened().back[6]["belt"][1]
    assert "through step 6, unit 2" in label
    assert f"belt {belt:.2f}".replace("-", "−") in label


def test_it_says_where_it_settles(figure):
    figure.set("t", 4)
    voice = figure.root.locator(".live-voice[aria-live=polite]")
    voice.filter(has_text="Back through step 4").wait_for(state="attached")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, theme):
    figure = Page(visit(PAGE, color_scheme=theme, figure="backward").page, "backward")
    figure.set("cut_f", True)
    faults = axe_faults(figure.page, "#backward")
    assert not faults, faults
