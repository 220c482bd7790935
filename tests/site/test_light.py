"""One gate, one light: letters of formulas and parts of figures light together."""

import re

import pytest
from docutils import nodes

from book._ext import math_ml
from lecture_lib.figures import style as sheets
from lecture_lib.plots import style
from tests.driver import HTML, LECTURE, Figure, axe_faults, pages, twins

GRU = "notebooks/08_gru.html"
LIT = "document.documentElement.getAttribute('data-lit')"
# Whether the first element that matches looks lit: by its ground or line in words and formulas, by
# its glow in a drawing.
LOOKS = """(selector) => {
  const node = document.querySelector(selector);
  const style = getComputedStyle(node);
  return style.boxShadow !== "none" || style.filter !== "none"
    || style.textDecorationLine === "underline";
}"""
BOXES = """() => [...document.querySelectorAll("math *, #gate-lab *")].map((node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  return [x + scrollX, y + scrollY, width, height].map((n) => n.toFixed(2)).join();
}).join(" ")"""


@pytest.fixture
def page(visit):
    return visit(LECTURE).page


def lit_is(page, letter):
    page.wait_for_function(f"wanted => {LIT} === wanted", arg=letter)


def point(page, node):
    node.scroll_into_view_if_needed()
    node.hover(force=True)


@pytest.mark.parametrize(
    ("latex", "letter"),
    [
        (r"\textcolor{#D55E00}{f_t}", "f"),
        (r"\textcolor{#D55E00}{z_t}", "z"),
        (r"\textcolor{#56B4E9}{o_{t-1}}", "o"),
        (r"\textcolor{#56B4E9}{r_t}", "r"),
        (r"\textcolor{#E69F00}{\tilde{n}_t}", "n"),
        (r"\textcolor{#D55E00}{W_f^T}", "f"),
        (r"\textcolor{#D55E00}{z = 1}", "z"),
        (r"\textcolor{#123456}{f_t}", None),
        (r"\textcolor{#D55E00}{o_t}", None),
        (r"f_t", None),
    ],
)
def test_a_letter_in_its_gates_colour_is_that_gate(latex, letter):
    found = re.findall(r'class="live-(\w)"', math_ml.mathml(nodes.math("", latex), "inline"))
    assert found == ([letter] if letter else [])


def test_every_coloured_letter_of_the_book_is_a_gate_or_state():
    found = [
        (name, tag)
        for name in pages()
        for tag in re.findall(r"<mstyle[^>]*mathcolor[^>]*>", (HTML / name).read_text("utf-8"))
    ]
    assert len(found) > 300
    assert not [each for each in found if 'class="live-' not in each[1]]


def contrast(one, other):
    def light(colour):
        parts = [
            tone / 12.92 if tone <= 0.04045 else ((tone + 0.055) / 1.055) ** 2.4 for tone in colour
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05

    ratio = light(one) / light(other)
    return max(ratio, 1 / ratio)


@pytest.mark.parametrize(
    ("inks", "grounds"),
    [(style.INKS_LIGHT, ["#ffffff", "#f5f7f9"]), (style.INKS_DARK, ["#14181e", "#1f252d"])],
)
def test_a_lit_word_can_be_read_on_its_ground(inks, grounds):
    # A tenth of the ink over the page's or the figure's ground: WCAG wants 4.5.
    assert "currentColor 10%" in math_ml.LIGHT and "own-ink) 10%" in sheets.light()

    def rgb(colour):
        return [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]

    for ink in map(rgb, inks.values()):
        for ground in map(rgb, grounds):
            tinted = [0.1 * a + 0.9 * b for a, b in zip(ink, ground, strict=True)]
            assert contrast(ink, tinted) >= 4.5


def test_no_word_steps_back():
    rules = [rule for rule in sheets.light().split("}") if "opacity" in rule]
    assert len(rules) == 1
    assert not re.search(
        r"\.live-[a-z] (?:text|b|i|span)|live-label|live-title|live-value", rules[0]
    )


def test_formulas_and_figures_light_each_other(page):
    letters = page.locator("div.equation math .live-f")
    point(page, letters.first)
    lit_is(page, "f")
    parts = [
        "div.equation .live-f",
        ".live-belt .live-valve.live-f > .live-works",
        ".live-belt .live-stream-dropped",
        ".live-belt .live-f > .live-title",
        ".live-equations b.live-f",
        ".live-control.live-f",
    ]
    others = [part.replace("live-f", "live-i") for part in parts if "dropped" not in part]
    for part in parts:
        assert page.evaluate(LOOKS, part), part
    for part in others:
        assert not page.evaluate(LOOKS, part), part
    valve = "node => getComputedStyle(node).opacity"
    dim = page.locator(".live-valve.live-i > .live-works").first.evaluate(valve)
    assert (
        float(dim) < 0.5 and page.locator(".live-valve.live-i > text").first.evaluate(valve) == "1"
    )
    # The other way round, and nothing is left when the mouse has gone.
    point(page, page.locator(".live-belt .live-valve.live-o > .live-works").first)
    lit_is(page, "o")
    assert page.evaluate(LOOKS, "math .live-o") and not page.evaluate(LOOKS, "math .live-f")
    point(page, page.locator(".bd-article h1"))
    lit_is(page, None)
    assert not page.evaluate(LOOKS, "math .live-o")


def test_nothing_moves(page):
    before = page.evaluate(BOXES)
    for letter in style.COLOURS:
        page.evaluate("letter => document.documentElement.setAttribute('data-lit', letter)", letter)
        assert page.evaluate(BOXES) == before, letter
    faults = axe_faults(page, "#gate-lab") + axe_faults(page, "div.equation")
    assert not faults, faults


def test_letters_in_a_folded_answer_and_in_a_table_light_too(visit):
    page = visit("book/notation.html").page
    cell = page.locator("td math .live-z, td math .live-f").first
    letter = re.search(r"live-(\w)", cell.get_attribute("class"))[1]
    point(page, cell)
    lit_is(page, letter)
    page = visit(LECTURE).page
    fold = page.locator("details:has(math [class^=live-])").first
    if fold.count():
        fold.evaluate("node => { node.open = true; }")
        inside = fold.locator("math [class^=live-]").first
        point(page, inside)
        lit_is(page, re.search(r"live-(\w)", inside.get_attribute("class"))[1])


def test_the_grus_gates_are_not_the_lstms_of_the_same_colour(visit):
    page = visit(GRU).page
    point(page, page.locator("div.equation .live-r").first)
    lit_is(page, "r")
    lab = f"#{next(anchor for anchor in twins(GRU) if anchor.startswith('gru-lab'))}"
    assert page.evaluate(LOOKS, f"{lab} .live-valve.live-r > .live-works")
    assert page.evaluate(LOOKS, f"{lab} .live-control:has([name=r])")
    assert not page.evaluate(LOOKS, f"{lab} .live-valve.live-z > .live-works")
    for letter in ("o", "f", "g"):
        page.evaluate("letter => document.documentElement.setAttribute('data-lit', letter)", letter)
        for name in "rzn":
            assert not page.evaluate(
                LOOKS, f"{lab} .live-label.live-{name}, {lab} .live-row.live-{name}"
            )
    point(page, page.locator(f"{lab} .live-control:has([name=z]) label"))
    lit_is(page, "z")


def test_what_only_wears_a_gates_colour_lights_nothing(visit):
    page = visit("notebooks/15_real_series.html").page
    point(page, page.locator(".live-plain .live-control:has([name=ar]) label").first)
    page.wait_for_timeout(200)  # longer than a pointer has to rest
    assert page.evaluate(LIT) is None
    page = visit("notebooks/02_vanilla_rnn.html").page
    point(page, page.locator(".live-control:has([name=u]) label"))
    page.wait_for_timeout(200)
    assert page.evaluate(LIT) not in style.COLOURS


def test_the_keyboard_lights_with_one_stop_an_equation(page):
    named = page.locator("div.equation").evaluate_all(
        "nodes => nodes.filter((node) => node.querySelector('[class^=live-]')).length"
    )
    assert page.locator("math [tabindex='0']").count() == named > 0
    assert page.locator("p math [tabindex], td math [tabindex]").count() == 0
    block = page.locator("div.equation:has(.live-f):has(.live-c)").first
    letters = block.locator("[class^=live-]")
    page.locator(".bd-article h1").click()
    letters.first.evaluate("node => node.focus()")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    order = [
        each[-1]
        for each in letters.evaluate_all(
            "ns => ns.map((n) => n.className.baseVal ?? n.getAttribute('class'))"
        )
    ]
    lit_is(page, order[0])
    for letter in [*order[1:], order[0]]:
        page.keyboard.press("ArrowRight")
        lit_is(page, letter)
    page.keyboard.press("ArrowLeft")
    lit_is(page, order[-1])
    page.keyboard.press("Tab")
    page.wait_for_function("!document.activeElement.closest('math')")
    # A slider, and a number of the equations, light their gate when the keyboard comes to them.
    lab = Figure(
        page, next(a for a, s in twins(LECTURE).items() if s["focus"] == "fgio" and not s["tab"])
    )
    lab.input("i").focus()
    page.keyboard.press("Tab")
    lit_is(page, "g")
    page.keyboard.press("Shift+Tab")
    lit_is(page, "i")
    # A mouse leaves nothing lit behind it, though the slider keeps the focus.
    lab.input("f").click()
    lit_is(page, "f")
    point(page, page.locator(".bd-article h1"))
    lit_is(page, None)
    assert page.evaluate("document.activeElement.name") == "f"


def test_a_tap_lights_and_a_tap_elsewhere_does_not(visit):
    size = {"width": 390, "height": 700}
    page = visit(LECTURE, has_touch=True, is_mobile=True, viewport=size).page

    def tap(node):
        node.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
        box = node.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y)
        return x, y

    letter = page.locator("div.equation .live-i").first
    tap(letter)
    lit_is(page, "i")
    tap(page.locator("div.equation .live-c").first)
    lit_is(page, "c")
    tap(page.locator(".bd-article h1"))
    lit_is(page, None)
    # A finger that scrolls from a letter lights nothing.
    x, y = tap(letter)
    lit_is(page, "i")
    tap(page.locator(".bd-article h1"))
    lit_is(page, None)
    letter.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    top = page.evaluate("scrollY")
    cdp = page.context.new_cdp_session(page)
    for k in range(12):
        kind = "touchMove" if k else "touchStart"
        points = [{"x": x, "y": y - 10 * k}]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("top => scrollY !== top", arg=top)
    page.wait_for_timeout(200)
    assert page.evaluate(LIT) is None


def test_print_and_contrast_themes(visit):
    page = visit(LECTURE, forced_colors="active").page
    page.evaluate("document.documentElement.setAttribute('data-lit', 'f')")
    outline = "node => getComputedStyle(node).outlineStyle"
    assert page.locator("math .live-f").first.evaluate(outline) == "solid"
    assert page.locator("math .live-i").first.evaluate(outline) == "none"
    assert page.evaluate(LOOKS, ".live-control.live-f")
    page.emulate_media(media="print")
    for part in (
        "math .live-f",
        ".live-valve.live-f > .live-works",
        ".live-belt .live-f > .live-title",
    ):
        assert not page.evaluate(LOOKS, part), part
    assert (
        page.locator(".live-valve.live-i > .live-works").first.evaluate(
            "n => getComputedStyle(n).opacity"
        )
        == "1"
    )
