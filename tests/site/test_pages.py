"""Every built page: quiet, self-contained, accessible, narrow enough and light."""

import re

import pytest

from bench.figures import allowed_weight, page_weight
from book._ext.embed import by_kind
from tests.driver import HTML, LECTURE, axe_faults, twins


def test_the_root_leads_to_the_front_page(visit):
    page = visit("index.html", all_figures=False).page
    page.wait_for_url("**/book/intro.html")
    assert page.locator("h1").first.inner_text().startswith("Memory with Gates")


def test_every_figure_is_mounted(at, page_name):
    page = at("light", 1280).page
    assert page.evaluate("document.querySelectorAll('div.live-figure[data-figure]').length") == len(
        twins(page_name)
    )
    for anchor in twins(page_name):
        figure = page.locator(f"#{anchor}")
        assert figure.locator(".live-caption").is_visible()
        figure.locator("svg[role=img]:visible").first.wait_for()
        # A class without controls draws fields of its own.
        place = (
            ".live-controls"
            if by_kind()[re.sub(r"-\d+$", "", anchor)].controls()
            else ".live-fields"
        )
        assert figure.locator(f"{place} :is(input, select):visible").count() > 0
        assert figure.locator(".live-still").count() == 0


def test_a_page_logs_nothing_and_stays_in_its_folder(at):
    seen = at("light", 1280)
    seen.page.wait_for_load_state("networkidle")
    assert not seen.complaints
    assert not seen.outside()
    # The style sheets at least were asked for: the listener listens.
    assert any(url.endswith(".css") or ".css?" in url for url in seen.requests)


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious(at, page_name, theme, width):
    page = at(theme, width).page
    assert page.locator("html").get_attribute("data-theme") == theme
    unfold(page)
    # What opens fades in, and text half faded has half its contrast.
    page.wait_for_function("document.getAnimations().every((a) => a.playState === 'finished')")
    # Most of the time goes into what comes again and again: two figures of a kind tell what ten
    # would, clashing ids included; code and formulas are set alike on every page.
    again = [f"#{anchor}" for anchor in twins(page_name) if re.search(r"-([3-9]|\d\d+)$", anchor)]
    alike = [] if page_name == LECTURE else [".highlight", "math"]
    context = {"exclude": [[selector] for selector in again + alike]}
    faults = axe_faults(page, context)
    assert not faults, faults


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@pytest.fixture
def narrow(at):
    page = at("dark", 390).page
    page.set_viewport_size({"width": 360, "height": 800})
    return page


def test_a_page_fits_360_pixels(narrow):
    unfold(narrow)
    assert narrow.evaluate("document.scrollingElement.scrollWidth") <= 360
    for drawing in narrow.locator(".live-view > svg:visible").all():
        box = drawing.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_letters_of_twice_the_size_fit_a_narrow_page(narrow):
    narrow.evaluate("document.documentElement.style.fontSize = '200%'")
    assert narrow.evaluate("document.scrollingElement.scrollWidth") <= 360
    outside = """nodes => nodes.filter((node) => {
      const { left, right } = node.getBoundingClientRect();
      return node.checkVisibility() && (left < 0 || right > 360);
    }).map((node) => node.className)"""
    parts = narrow.locator(".article-header-buttons .btn, .prev-next-info")
    assert not parts.evaluate_all(outside)
    # The head reaches as far down as its last row of buttons.
    head = narrow.locator(".bd-header-article").bounding_box()
    for button in narrow.locator(".bd-header-article .btn:visible").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= head["y"] + head["height"] + 1
    narrow.evaluate("document.documentElement.style.fontSize = ''")


def test_the_lecture_and_the_front_page_have_figures():
    assert len(twins("book/intro.html")) >= 1
    assert len(twins(LECTURE)) >= 1


def has_something_live(page_name):
    """Figures, or formulas whose gates light each other."""
    text = (HTML / page_name).read_text(encoding="utf-8")
    return bool(twins(page_name)) or '<mstyle class="live-' in text


def test_a_page_carries_only_scripts_it_uses(page_name):
    text = (HTML / page_name).read_text(encoding="utf-8")
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert scripts
    unwanted = "widget-state|mathjax|thebe|require|embed-amd|fontawesome|https?:"
    assert not [script for script in scripts if re.search(unwanted, script, re.I)]
    assert any("live/" in script for script in scripts) == has_something_live(page_name)


def test_the_own_part_of_a_page_is_light(page_name):
    parts = page_weight(page_name)
    assert sum(parts.values()) <= allowed_weight(page_name), parts
    assert ("host.js" in parts) == has_something_live(page_name)
