"""Links into a page that is open already, the back button, and a reload at once after a change."""

import pytest

from lecture_lib.figures.gate_lab import PRESETS
from tests.driver import HTML, LECTURE, Figure, twins

# Two figures of one kind, and no more.
PAGE = "notebooks/04_conveyor_belt.html"
FIRST, SECOND = twins(PAGE)

# As a browser whose site data are blocked.
BLOCKED = """for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(window, name, {
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
}"""


@pytest.fixture
def page(visit):
    return visit(PAGE).page


def step(page, anchor=FIRST):
    return Figure(page, anchor).input("t").input_value()


def is_in_view(page, anchor):
    return page.locator(f"#{anchor}").evaluate(
        "(node) => { const { top } = node.getBoundingClientRect(); return top >= 0 && top < 200; }"
    )


def go(page, fragment):
    """As by hand in the address bar."""
    page.evaluate("(fragment) => { location.hash = fragment; }", fragment)


def back(page):
    page.evaluate("history.back()")


def wait_for_step(page, t, anchor=FIRST):
    page.wait_for_function(
        "([anchor, t]) => document.querySelector(`#${anchor} input[name=t]`).value === t",
        arg=[anchor, t],
    )


def test_a_link_sets_the_figure_of_a_page_that_is_open(page):
    at_first, other = step(page), step(page, SECOND)
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    go(page, f"{FIRST}?t=3")
    wait_for_step(page, "3")
    assert at_first != "3" and step(page, SECOND) == other
    assert is_in_view(page, FIRST)
    # What a second link does not say is as it was at first.
    go(page, f"{SECOND}?t=4")
    wait_for_step(page, "4", SECOND)
    assert step(page) == "3"
    go(page, f"{FIRST}?compare=true")
    wait_for_step(page, at_first)
    assert Figure(page, FIRST).input("compare").is_checked()


def test_the_back_button_undoes_a_link_and_the_forward_button_does_it_again(page):
    at_first = step(page)
    go(page, f"{FIRST}?t=3")
    wait_for_step(page, "3")
    go(page, f"{FIRST}?t=4")
    wait_for_step(page, "4")
    back(page)
    wait_for_step(page, "3")
    back(page)
    wait_for_step(page, at_first)
    assert "?" not in page.url
    page.evaluate("history.go(2)")
    wait_for_step(page, "4")


def test_back_leads_to_what_was_changed_by_hand_before_the_link(page):
    Figure(page, SECOND).set("t", 2)
    Figure(page, FIRST).set("t", 6)
    assert SECOND in Figure(page, FIRST).link()
    go(page, f"{FIRST}?t=3")
    wait_for_step(page, "3")
    Figure(page, SECOND).set("t", 5)
    back(page)
    wait_for_step(page, "6")
    assert step(page, SECOND) == "2"


def test_a_link_to_a_section_leaves_the_figures_as_they_are(page):
    Figure(page, FIRST).set("t", 3)
    Figure(page, FIRST).link()
    heading = page.evaluate("document.querySelector('section section').id")
    go(page, heading)
    page.wait_for_function("(id) => location.hash === `#${id}`", arg=heading)
    assert step(page) == "3"
    back(page)
    page.wait_for_function("location.hash.includes('t=3')")
    assert step(page) == "3"


@pytest.mark.parametrize(
    "fragment",
    [f"{FIRST}?t=99", f"{FIRST}?t=%5B", "?", ";;", f"{FIRST}?gates=1&i=2", "nobody?t=3", "%"],
)
def test_a_link_that_does_not_fit_sets_nothing(page, fragment):
    rows = Figure(page, FIRST).rows()
    go(page, fragment)
    page.wait_for_timeout(100)  # for what must not happen
    assert Figure(page, FIRST).rows() == rows


def place_link(page, href, anchor):
    """A link in the prose, right before the figure `anchor`."""
    page.evaluate(
        """([href, anchor]) => {
          const link = Object.assign(document.createElement("a"), { href, id: "told" });
          link.append("drop it");
          document.getElementById(anchor).before(link);
        }""",
        [href, anchor],
    )
    return page.locator("#told")


def test_a_link_in_prose_sets_the_nearest_figure_of_that_name(page):
    at_first, other = step(page), step(page, SECOND)
    place_link(page, "#belt?t=3", SECOND).click()
    wait_for_step(page, "3", SECOND)
    assert step(page) == at_first
    # The address is that of the figure it has set, so that it can be handed on.
    assert page.evaluate("location.hash") == f"#{SECOND}?t=3"
    back(page)
    wait_for_step(page, other, SECOND)
    assert step(page) == at_first


def test_a_link_in_prose_marks_and_says_what_it_changed_and_keeps_focus_and_place(page):
    link = place_link(page, "#belt?t=3&compare=true", SECOND)
    # The drawing is in view, if not all of the figure.
    page.locator(f"#{SECOND} svg[role=img]").first.evaluate(
        "(drawing) => drawing.scrollIntoView({ block: 'end', behavior: 'instant' })"
    )
    link.evaluate("(link) => link.focus({ preventScroll: true })")
    place = page.evaluate("scrollY")
    # In one breath: the marks are gone after a second.
    marked = link.evaluate(
        """(link) => {
          link.click();
          const marked = [...document.querySelectorAll(".live-marked")];
          return marked.map((node) => node.id || node.querySelector("[name]").name).sort();
        }"""
    )
    changed = {"t"} | ({"compare"} if not twins(PAGE)[SECOND]["compare"] else set())
    assert marked == sorted([SECOND, *changed])
    told = page.locator(f"#{SECOND} .live-told[aria-live=polite]")
    assert told.text_content() == "Belt: step t 3, show what a forget gate keeps: on"
    assert page.evaluate("document.activeElement.id") == "told"
    assert page.evaluate("scrollY") == place
    page.wait_for_function("!document.querySelector('.live-marked')")


def test_a_link_in_prose_that_does_not_fit_is_refused_as_a_whole_in_words(page):
    rows, entries = Figure(page, SECOND).rows(), page.evaluate("history.length")
    place_link(page, "#belt?t=3&f=2", SECOND).click()
    told = page.locator(f"#{SECOND} .live-unfit")
    assert told.inner_text() == (
        "This link asks for f = 2, but f must be a number in [0, 1]. Nothing was set."
    )
    assert Figure(page, SECOND).rows() == rows
    assert page.evaluate("history.length") == entries
    # The next change by hand takes the sentence away.
    Figure(page, SECOND).set("t", 4)
    assert told.count() == 0


def test_the_back_button_keeps_a_change_made_the_moment_before_a_link_in_prose(page):
    place_link(page, "#belt?t=3", FIRST)
    Figure(page, FIRST).set("t", 6)
    page.locator("#told").click()
    wait_for_step(page, "3")
    back(page)
    wait_for_step(page, "6")


def test_a_link_in_prose_wakes_a_figure_and_a_click_for_a_new_tab_is_left_alone(visit):
    page = visit(PAGE, all_figures=False).page
    link = place_link(page, f"#{SECOND}?t=3", FIRST)
    link.evaluate(
        """(link) => {
          addEventListener("click", (event) => event.preventDefault(), { once: true });
          const options = { ctrlKey: true, bubbles: true, cancelable: true };
          link.dispatchEvent(new MouseEvent("click", options));
        }"""
    )
    assert page.locator(f"#{SECOND} > .live-view").count() == 0
    link.evaluate("(link) => link.click()")
    page.locator(f"#{SECOND} > .live-view").wait_for()
    assert step(page, SECOND) == "3"
    page.wait_for_function(
        """(anchor) => {
          const { top } = document.getElementById(anchor).getBoundingClientRect();
          return top < innerHeight;
        }""",
        arg=SECOND,
    )


def test_a_reload_at_once_after_a_change_keeps_it(page):
    Figure(page, FIRST).set("t", 3)
    page.reload()
    assert step(page) == "3"
    # It is laid by for that reload alone: a new visit of the page begins as the page does.
    page.goto("about:blank")
    page.goto((HTML / PAGE).as_uri())
    page.locator(f"#{FIRST}").scroll_into_view_if_needed()
    assert step(page) == str(twins(PAGE)[FIRST]["t"])


def test_a_page_left_at_once_after_a_change_comes_back_with_it(page):
    # In one breath: the address is written 300 ms after a change.
    with page.expect_navigation(url="about:blank"):
        Figure(page, FIRST).input("t").evaluate(
            """(input) => {
              input.value = 3;
              input.dispatchEvent(new Event("input", { bubbles: true }));
              location.href = "about:blank";
            }"""
        )
    page.go_back()
    page.locator(f"#{FIRST} > .live-view").wait_for()
    assert step(page) == "3"


def test_with_site_data_blocked_only_the_last_moment_is_lost(visit):
    seen = visit("book/intro.html", all_figures=False)
    seen.page.context.add_init_script(BLOCKED)
    seen.page.goto(seen.page.url.replace("book/intro.html", PAGE))
    page = seen.page
    page.locator(f"#{FIRST}").scroll_into_view_if_needed()
    Figure(page, FIRST).set("t", 3)
    page.wait_for_function("location.hash.includes('t=3')")
    Figure(page, FIRST).set("t", 4)
    page.reload()
    assert step(page) == "3"
    # The theme's own scripts want the storage; the figures' do not.
    assert not [c for c in seen.complaints if "host.js" in c]
    seen.complaints.clear()


def test_a_link_that_names_a_preset_brings_what_belongs_to_it(visit):
    lab = Figure(visit(LECTURE, '#gate-lab?preset="latch"', all_figures=False).page, "gate-lab")
    shown = lab.numbers()
    for gate in "figo":
        # The table has two decimals at least.
        assert shown[gate] == pytest.approx(PRESETS["latch"]["gates"][gate], abs=0.0051)
