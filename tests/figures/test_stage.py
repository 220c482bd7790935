"""Every figure of every page on the stage, as a class sees it, in three sizes of window."""

import json
import re

import pytest

from book._tools import preview
from lecture_lib.figures import Belt, GateLab, GRULab, OneUnit
from tests.driver import HTML, Figure, axe_faults, pages, twins

NAMES = [name for name in pages() if twins(name)]
WIDE = [(1280, 720), (1920, 1080)]
NARROW = (390, 844)
# What is seen of a figure: its parts and all that a hand can reach, but for a folded table.
OUTSIDE = """(view) => {
  const parts = [...view.children, ...view.querySelectorAll("button, input, select, svg, canvas")];
  const seen = parts.filter((node) => node.getClientRects().length
    && !node.matches(".live-voice") && !node.closest("details:not([open]) > :not(summary)"));
  return seen.filter((node) => {
    const box = node.getBoundingClientRect();
    return Math.min(box.left, box.top) < -1
      || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  }).map((node) => `${node.tagName}.${node.getAttribute("class")}`);
}"""
TOP = "(root) => root.getBoundingClientRect().top"
HEIGHT = "(root) => root.offsetHeight"
WIDTHS = """(view) => [...view.querySelectorAll("svg, canvas")]
  .filter((drawing) => drawing.checkVisibility())
  .map((drawing) => Math.round(drawing.getBoundingClientRect().width))"""
STATE = """(view) => [...view.querySelectorAll("input, select")]
  .filter((input) => input.getClientRects().length)
  .map((input) => `${input.name} ${input.checked} ${input.value}`)"""


class Stage:
    """A figure of an open page, on the stage or on its way there."""

    def __init__(self, page, anchor):
        self.page, self.root = page, page.locator(f"#{anchor}")
        self.view = self.root.locator(".live-view")
        self.dialog = self.root.locator("dialog.live-stage")

    def enter(self):
        self.root.get_by_role("button", name="Expand", exact=True).press("Enter")
        self.dialog.wait_for()
        self.settle()

    def settle(self):
        busy = self.root.locator(".live-view[aria-busy=true]")
        busy.wait_for(state="detached")
        self.page.evaluate("() => new Promise((f) => requestAnimationFrame(() => setTimeout(f)))")

    def check(self, size):
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.settle()
        scroll = self.dialog.evaluate(
            "(d) => [d.scrollHeight - d.clientHeight, d.scrollWidth - d.clientWidth]"
        )
        if size == NARROW:
            assert scroll[1] <= 0
        else:
            assert max(scroll) <= 1, (size, scroll)
            assert self.view.evaluate(OUTSIDE) == [], size


def seen(stage):
    return stage.root.evaluate(HEIGHT), stage.view.evaluate(WIDTHS), stage.view.evaluate(STATE)


@pytest.mark.parametrize("name", NAMES)
def test_each_figure_has_the_window_and_gives_it_back(visit, name):
    page = visit(name, viewport={"width": 1280, "height": 720}).page
    for anchor in twins(name):
        stage = Stage(page, anchor)
        stage.root.scroll_into_view_if_needed()
        stage.root.get_by_role("button", name="Expand", exact=True).focus()
        stage.settle()
        top = stage.root.evaluate(TOP)
        before = seen(stage)
        stage.enter()
        tabs = stage.root.locator(".live-tab")
        shown = tabs.evaluate_all("(t) => t.findIndex((tab) => tab.ariaPressed === 'true')")
        for tab in sorted(range(max(1, tabs.count())), key=lambda tab: tab == shown):
            if tabs.count():
                tabs.nth(tab).click()
            stage.check(WIDE[0])
        # A third of a kind differs in its state alone, which the smallest of these windows tells.
        for size in [] if re.search(r"-([3-9]|\d\d+)$", anchor) else [WIDE[1], NARROW]:
            stage.check(size)
        if tabs.count():  # what a second tab works out when it is first seen
            stage.root.get_by_role("button", name="Reset", exact=True).click()
        page.set_viewport_size({"width": 1280, "height": 720})
        page.keyboard.press("Escape")
        stage.dialog.wait_for(state="detached")
        stage.settle()
        for _ in range(50):  # as the window widens, the theme's sidebar slides in beside it
            if seen(stage) == before:
                break
            page.wait_for_timeout(100)
        assert seen(stage) == before
        # The browser scrolls by whole pixels: less than one is left.
        assert stage.root.evaluate(TOP) == pytest.approx(top, abs=1)
        assert stage.root.evaluate("(root) => root.contains(document.activeElement)")


def test_focus_stays_inside_and_the_page_waits(visit):
    page = visit("notebooks/05_gate_by_gate.html", viewport={"width": 1280, "height": 720}).page
    stage = Stage(page, "gate-lab")
    stage.enter()
    for _ in range(60):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "() => document.activeElement === document.body"
            " || document.activeElement.closest('dialog.live-stage') !== null"
        )
        assert inside
    stage.root.get_by_role("button", name="Return", exact=True).click()
    stage.dialog.wait_for(state="detached")


def test_a_link_remembers_the_stage(visit):
    """With what is set there; Escape takes it out of the address, and the back button too."""
    opened = visit("notebooks/06_step_by_step.html", "#stepper?t=7&stage=1")
    page, stage = opened.page, Stage(opened.page, "stepper")
    stage.dialog.wait_for()
    assert Figure(page, "stepper").input("t").first.input_value() == "7"
    Figure(page, "stepper").root.get_by_role("button", name="Forward one step").click()
    page.wait_for_function("location.hash === '#stepper?t=8&stage=1'")
    page.keyboard.press("Escape")
    page.wait_for_function("location.hash === '#stepper?t=8'")
    page.evaluate("location.hash = '#stepper?t=3&stage=1'")
    stage.dialog.wait_for()
    page.go_back()
    stage.dialog.wait_for(state="detached")


def test_another_stage_than_1_is_refused(visit):
    page = visit("notebooks/02_vanilla_rnn.html", "#one-unit?w=0.5&stage=2").page
    told = page.locator("#one-unit .live-told")
    assert told.inner_text() == (
        "This link asks for stage = 2, but stage must be 1, or not named. Nothing was set."
    )
    assert not page.locator("dialog").count()
    assert Figure(page, "one-unit").input("w").input_value() == "0.9"


def test_embedded_figures_have_it_too(browser, tmp_path):
    """In a shadow tree, on a page that clips and shifts what it holds."""
    folder = (HTML / "_static" / "live").as_uri()
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    (tmp_path / "page.html").write_text(
        f'<!doctype html><title>x</title><script src="{folder}/embed.js" defer></script>'
        '<div style="width: 420px; height: 300px; overflow: hidden; transform: rotate(2deg)">'
        '<div class="live-figure" data-figure="gate-lab"></div></div>'
    )
    page.goto((tmp_path / "page.html").as_uri())
    button = page.get_by_role("button", name="Expand", exact=True)
    button.click()
    dialog = page.locator("dialog.live-stage")
    dialog.wait_for()
    box = dialog.bounding_box()
    assert (box["width"], box["height"]) == (1280, 720)
    assert dialog.evaluate("(d) => d.scrollHeight - d.clientHeight") <= 1
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert button.is_visible()
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_stage_has_no_faults_for_those_who_do_not_see_it(browser, tmp_path, theme):
    page = browser.new_page(color_scheme=theme, viewport={"width": 1280, "height": 720})
    page.goto((tmp_path / preview.write(GateLab(), tmp_path)).as_uri() + "#gate-lab?stage=1")
    page.locator("dialog.live-stage").wait_for()
    assert axe_faults(page) == ""
    page.close()


def test_no_trait_has_the_name_that_the_stage_has_in_links():
    for name in NAMES:
        for state in twins(name).values():
            assert "stage" not in state, json.dumps(state)


@pytest.mark.parametrize("cls", [GateLab, GRULab, OneUnit, Belt])
def test_in_the_column_a_slider_and_what_it_moves_fit_one_screen(browser, tmp_path, cls):
    """From the first drawing to the last, in the book's column, on a screen of 720 px."""
    page = browser.new_page(viewport={"width": 740, "height": 720})
    page.goto((tmp_path / preview.write(cls(), tmp_path)).as_uri())
    page.locator(".live-caption").wait_for()
    first, last = page.locator(".live-view").evaluate(
        """(view) => {
          const parts = [...view.querySelectorAll("svg:not(button svg), .live-controls *")];
          const boxes = parts.filter((part) => part.getClientRects().length)
            .map((part) => part.getBoundingClientRect());
          return [Math.min(...boxes.map((b) => b.top)), Math.max(...boxes.map((b) => b.bottom))];
        }"""
    )
    assert last - first <= 720
    page.close()
