"""The page's face: how long a line is, what stands beside it, and that nothing loses its room."""

import re

import pytest

from tests.driver import LECTURE, ROOT

# The letters of each full line of the long paragraphs: of each but the last.
LINES = """() => {
  const counts = [];
  for (const p of document.querySelectorAll(".bd-article section > p")) {
    if (p.textContent.length < 200 || p.querySelector("math, code")) continue;
    const range = document.createRange();
    const lines = new Map();
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode: text } = walker;
      for (let k = 0; k < text.length; k += 1) {
        range.setStart(text, k);
        range.setEnd(text, k + 1);
        const { bottom, height } = range.getBoundingClientRect();
        if (!height) continue;
        // The letters of a line share its bottom, an index's or a bold one's but for a few px.
        const line = Math.round(bottom / 14);
        lines.set(line, (lines.get(line) ?? 0) + 1);
      }
    }
    counts.push(...[...lines.values()].filter((count) => count > 20).slice(0, -1));
  }
  return counts.sort((a, b) => a - b);
}"""
NOTES = """() => [...document.querySelectorAll("a.first-named")].map((link) => {
  const style = getComputedStyle(link, "::after");
  return { text: link.title, width: parseFloat(style.width) || 0, float: style.float };
})"""


@pytest.fixture
def at_width(visit):
    return lambda name, width, **options: (
        visit(name, viewport={"width": width, "height": 900}, **options).page
    )


@pytest.mark.parametrize("width", [1280, 1600])
def test_a_line_has_65_to_75_letters(at_width, width):
    counts = at_width(LECTURE, width, java_script_enabled=True, all_figures=False).evaluate(LINES)
    assert len(counts) > 20
    assert 65 <= counts[len(counts) // 2] <= 75


def test_a_figure_has_the_column_and_the_front_pages_the_page(at_width):
    wide = "node => node.getBoundingClientRect().width"
    for name, width, least in [(LECTURE, 1280, 688), (LECTURE, 1600, 790), (LECTURE, 390, 358)]:
        page = at_width(name, width, all_figures=False)
        assert page.locator("div.live-figure[data-figure]").first.evaluate(wide) >= least
    page = at_width("book/intro.html", 1280, all_figures=False)
    main = page.locator(".bd-main").evaluate(wide)
    assert page.locator("div.live-figure[data-figure]").first.evaluate(wide) >= main - 80


def test_the_sources_stand_beside_the_text_where_there_is_room(at_width):
    page = at_width(LECTURE, 1600, all_figures=False)
    notes = page.evaluate(NOTES)
    assert len(notes) > 4 and len({note["text"] for note in notes}) == len(notes)
    beside = [note for note in notes if note["float"] == "right"]
    assert len(beside) > 2 and min(note["width"] for note in beside) >= 200
    # They take nothing from the text, and nothing has to be scrolled for them.
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1600
    room = page.evaluate("""() => {
      const column = document.querySelector(".bd-article").getBoundingClientRect();
      const text = document.querySelector(".bd-article section > p:not([class])");
      return column.right - text.getBoundingClientRect().right - parseFloat(
        getComputedStyle(document.querySelector("p a.first-named"), "::after").width);
    }""")
    assert room >= 32
    page.set_viewport_size({"width": 1280, "height": 900})
    assert {note["float"] for note in page.evaluate(NOTES)} == {"none"}


def test_no_rule_asks_what_the_figures_room_holds():
    """`:has()` on an element around the figures is asked anew at each change in them: one such rule
    made the browser spend six times as long on the styles of lecture 5."""
    for sheet in (ROOT / "book" / "_style").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)
        room = r"(?<![\w.-])(?:html|body|main|section|article|\.bd-[\w-]+)(?:\[[^\]]*\])?:has\("
        assert not re.search(room, rules), sheet.name
