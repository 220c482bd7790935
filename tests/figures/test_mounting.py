"""Figures are mounted as they come near, and what a reader sees does not move."""

import pytest

from tests.driver import LECTURE, scroll_past_figures, twins

LAST = list(twins(LECTURE))[-1]
STANDS = "(anchor) => Boolean(document.querySelector(`#${anchor} > .live-view`))"

# The layout shifts of the page, but for those that follow a reader's own click or key.
HEAR_SHIFTS = """addEventListener("DOMContentLoaded", () => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) shifts.push([entry.startTime, entry.value]);
    }
  }).observe({ type: "layout-shift", buffered: true });
})"""

# As in Safari, which does not hold the reader's place when something grows above.
NO_ANCHORING = """{
  const supports = CSS.supports;
  CSS.supports = (name, ...rest) => name !== "overflow-anchor" && supports.call(CSS, name, ...rest);
  const style = new CSSStyleSheet();
  style.replaceSync("* { overflow-anchor: none !important; }");
  document.adoptedStyleSheets = [style];
}"""


@pytest.fixture
def bare(visit):
    """`bare(fragment, script)`: the lecture as it opens, with nothing brought into view."""

    def open_page(fragment="", script="", **options):
        seen = visit("book/intro.html", all_figures=False, **options)
        open_page.complaints, page = seen.complaints, seen.page
        page.context.add_init_script(script)
        page.goto(page.url.replace("book/intro.html", LECTURE) + fragment)
        return page

    return open_page


def awake(page):
    return page.locator(".live-figure:has(> .live-view)").evaluate_all(
        "all => all.map((n) => n.id)"
    )


def settle(page):
    """A few frames: what comes into view is mounted in the first."""
    page.evaluate("""async () => {
      for (let k = 0; k < 5; k += 1) await new Promise(requestAnimationFrame);
    }""")


def test_a_figure_far_below_waits_until_it_is_near(bare):
    page = bare()
    settle(page)
    assert LAST not in awake(page)
    twin = page.locator(f"#{LAST}")
    assert twin.locator(".live-still svg").count() == 1
    assert twin.get_attribute("tabindex") == "0"
    # Not in the window yet, but within a screen of it.
    page.evaluate(
        """(anchor) => scrollTo({ behavior: "instant", top:
          document.getElementById(anchor).getBoundingClientRect().top + scrollY - 1.5 * innerHeight,
        })""",
        LAST,
    )
    page.wait_for_function(STANDS, arg=LAST)
    assert twin.bounding_box()["y"] > page.viewport_size["height"]
    assert twin.locator(".live-still").count() == 0
    assert twin.get_attribute("tabindex") is None


def test_all_are_mounted_at_once_without_an_intersection_observer(bare):
    page = bare(script="delete window.IntersectionObserver")
    assert awake(page) == list(twins(LECTURE))
    # The theme wants one for the contents beside the text, and says so.
    bare.complaints.clear()


def test_a_link_into_the_last_figure_restores_its_state_and_leads_to_it(bare):
    page = bare(f"#{LAST}?t=3")
    assert LAST in awake(page)
    settle(page)
    assert page.locator(f'#{LAST} input[name="t"]').input_value() == "3"
    assert page.locator(f"#{LAST}").evaluate(
        "(twin) => { const { top } = twin.getBoundingClientRect(); return top >= 0 && top < 200; }"
    )


@pytest.mark.parametrize("script", ["", NO_ANCHORING])
def test_the_place_holds_when_a_figure_above_is_mounted(bare, script):
    page = bare(f"#{LAST}", script, viewport={"width": 390, "height": 800})
    settle(page)
    waiting = set(twins(LECTURE)) - set(awake(page))
    assert len(waiting) >= 5
    heading = page.locator(f"#{LAST}")
    for _ in range(12):
        before = heading.bounding_box()["y"]
        page.evaluate("scrollBy({ top: -300, behavior: 'instant' })")
        settle(page)
        # To a pixel: what stands above has heights that are no whole numbers.
        assert heading.bounding_box()["y"] == pytest.approx(before + 300, abs=1.5)
    assert set(awake(page)) & waiting


def test_a_link_within_the_page_leads_where_it_should(bare):
    page = bare(viewport={"width": 1400, "height": 900})
    link = page.locator(".bd-toc-nav a, .page-toc a").last
    aim = link.get_attribute("href")
    link.click()
    settle(page)
    top = page.locator(aim).evaluate("(node) => node.getBoundingClientRect().top")
    bottom = page.evaluate("scrollY + innerHeight >= document.scrollingElement.scrollHeight - 2")
    assert bottom or 0 <= top < 200
    before = set(twins(LECTURE)) - set(awake(page))
    after = page.evaluate(
        """(aim) => [...document.querySelectorAll("div.live-figure")].filter((twin) =>
          document.querySelector(aim).compareDocumentPosition(twin) & 4).map((twin) => twin.id)""",
        aim,
    )
    assert before <= set(after)


def test_a_page_comes_back_at_the_place_where_it_was_left(bare):
    page = bare()
    scroll_past_figures(page)
    place = page.evaluate("scrollTo(0, 6000), scrollY")
    assert place == 6000
    page.reload()
    assert awake(page) == list(twins(LECTURE))
    # To two lines: the formulas' face comes a moment later and moves a little what stands above.
    assert page.evaluate("scrollY") == pytest.approx(place, abs=50)


def test_the_keyboard_reaches_a_figure_that_waits(bare):
    page = bare()
    page.locator(f"#{LAST}").focus()
    page.wait_for_function(STANDS, arg=LAST)
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert page.evaluate("(anchor) => document.activeElement.closest('#' + anchor) !== null", LAST)


@pytest.mark.parametrize("size", [(1280, 900), (390, 800)])
def test_nothing_jumps_while_the_lecture_is_scrolled(bare, size):
    page = bare(script=HEAR_SHIFTS, viewport=dict(zip(("width", "height"), size, strict=True)))
    end = page.evaluate("document.scrollingElement.scrollHeight")
    place = 0
    while place < end:
        place += 500
        page.evaluate("(top) => scrollTo({ top, behavior: 'instant' })", place)
        settle(page)
        end = page.evaluate("document.scrollingElement.scrollHeight")
    assert awake(page) == list(twins(LECTURE))
    shifts = page.evaluate("shifts")
    assert sum(value for _, value in shifts) < 0.1, shifts


def test_paper_has_the_still_pictures_of_figures_that_were_not_seen(bare):
    page = bare()
    settle(page)
    page.emulate_media(media="print")
    still = page.locator(f"#{LAST} .live-still")
    assert still.locator("svg").bounding_box()["height"] > 100
    twin = page.locator(f"#{LAST}").bounding_box()
    # Its box is as high as the picture and its words, with no room kept for what will not come.
    assert twin["height"] < still.bounding_box()["height"] + 60
    page.emulate_media(media="screen")


def test_a_figure_that_fails_keeps_its_picture(bare):
    broken = """Object.defineProperty(window, "liveFigures", {
      get: () => ({ "gate-lab": { saved: [], render() { throw Error("broken on purpose"); } } }),
    })"""
    page = bare(script=broken)
    failed = page.locator(".live-figure").first
    with page.expect_console_message(lambda message: "broken on purpose" in message.text):
        failed.scroll_into_view_if_needed()
    assert failed.locator(".live-still svg").is_visible()
    assert page.locator(".live-view").count() == 0
    bare.complaints.clear()
