"""On a narrow screen: in the corners of its controls no text of a drawing lies on another."""

import itertools
import json

import pytest

from book._tools import preview
from tests.figures.test_contract import CLASSES

WIDTHS = 390, 360
MARGIN = 16  # px of the book's page beside a figure
# Where the numbers of several controls stand side by side, their ends are all combined; elsewhere
# one control at a time goes to either end.
COMBINED = {"gate-lab", "gru-lab", "shapes"}

# Sets the controls as a reader does, for each of `corners`, and returns what of the drawings then
# cannot be read: a text that lies on another or on a part that is not its own, and one that is cut.
SWEEP = """async ([root, corners]) => {
  const view = root.querySelector(".live-view");
  const set = (name, value) => {
    if (name === "tab") return view.querySelectorAll(".live-tab")[value]?.click();
    if (name === "preset") return view.querySelectorAll(".live-presets button")[value].click();
    const input = view.querySelector(`.live-controls [name="${name}"]`);
    if (!input) return;
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const isShown = (node) =>
    node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";
  // The letters of a line, without the room above and below them: three quarters of their size.
  const ink = (node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(node).fontSize);
    const upright = bottom - top > 1.9 * size && right - left < 1.9 * size;
    const spare = upright ? 0 : (bottom - top - 0.75 * size) / 2;
    return { node, left, right, top: top + spare, bottom: bottom - spare };
  };
  // What comes closer than a pixel is read as one; what comes near to tanh, as what it gives.
  const meet = (a, b, near = 1) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > -near &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > -near;
  // A text in the corner of a circle's box need not be near the circle.
  const isRoundFrom = (part, { x, y, width }, a) => {
    const r = width / 2;
    const across = Math.max(a.left - x - r, x + r - a.right, 0);
    const down = Math.max(a.top - y - r, y + r - a.bottom, 0);
    return part.localName === "circle" && Math.hypot(across, down) > r + 1;
  };
  const look = () => {
    const wrong = [];
    for (const drawing of view.querySelectorAll("svg")) {
      if (drawing.closest("button") || !isShown(drawing)) continue;
      const texts = [...drawing.querySelectorAll("text")]
        .filter((node) => node.textContent.trim() && isShown(node))
        .map(ink);
      texts.forEach((a, k) => {
        for (const b of texts.slice(k + 1))
          if (meet(a, b)) wrong.push(`“${a.node.textContent}” lies on “${b.node.textContent}”`);
      });
      const parts = drawing.querySelectorAll(
        ":is(.live-tanh, .live-pill, .live-box) rect, .live-body, .live-can, .live-tap, .live-ring",
      );
      for (const part of [...parts].filter(isShown)) {
        const box = part.getBoundingClientRect();
        const isTanh = part.closest(".live-tanh");
        for (const a of texts) {
          const near = isTanh && a.node.matches(".live-label") ? 6 : 1;
          if (!part.parentNode.contains(a.node) && meet(a, box, near) && !isRoundFrom(part, box, a))
            wrong.push(`“${a.node.textContent}” lies on ${part.parentNode.getAttribute("class")}`);
        }
      }
      const edge = (drawing.closest(".live-scroll") ?? root).getBoundingClientRect();
      for (const a of texts)
        if (a.left < edge.left - 0.5 || a.right > edge.right + 0.5)
          if (!drawing.closest(".live-scroll")) wrong.push(`“${a.node.textContent}” is cut`);
      for (const pill of drawing.querySelectorAll(".live-pill")) {
        const room = pill.querySelector("rect").getBoundingClientRect();
        const { left, right, node } = ink(pill.querySelector("text"));
        if (left < room.left + 1 || right > room.right - 1)
          wrong.push(`“${node.textContent}” does not fit its pill`);
      }
    }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
    return wrong;
  };
  const found = [];
  for (const corner of corners) {
    for (const name in corner) set(name, corner[name]);
    // To the end of a frame: a figure hears of another width before it is seen, after callbacks.
    do await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    while (view.getAttribute("aria-busy") === "true");
    for (const fault of new Set(look())) found.push(`${JSON.stringify(corner)}: ${fault}`);
  }
  return found;
}"""
CONTROLS = """(root) => Object.fromEntries(
  [...root.querySelectorAll(".live-controls [name]")]
    .filter((input) => input.getClientRects().length)
    .map((input) => [
      input.name,
      input.type === "checkbox" ? [false, true]
      : input.options ? [input.options[0].value, [...input.options].at(-1).value]
      : [input.min, input.max].map(Number),
    ]))"""


def corners(kind, ends, presets):
    first = [{}] + [{"preset": k} for k in range(presets)]
    if kind in COMBINED and len(ends) < 7:
        every = itertools.product(*ends.values())
        return first + [dict(zip(ends, values, strict=True)) for values in every]
    whole = [{name: values[k] for name, values in ends.items()} for k in (0, -1)]
    return first + [{name: v} for name, values in ends.items() for v in values] + whole


@pytest.fixture
def narrow(browser, tmp_path):
    context = browser.new_context(
        reduced_motion="reduce", offline=True, viewport={"width": WIDTHS[0], "height": 844}
    )

    def opened(kind):
        page = context.new_page()
        page.goto((tmp_path / preview.write(CLASSES[kind](), tmp_path)).as_uri())
        page.add_style_tag(content=f"body {{ padding: {MARGIN}px }}")
        page.locator(".live-view .live-caption").wait_for()
        return page

    yield opened
    context.close()


@pytest.mark.parametrize("kind", CLASSES)
def test_nothing_lies_on_another_thing(narrow, kind):
    page = narrow(kind)
    root = page.locator(f"#{kind}").element_handle()
    for tab in range(max(1, page.locator(".live-tab").count())):
        page.evaluate(SWEEP, [root, [{"tab": tab}]])
        presets = page.locator(".live-presets button:visible").count()
        ends = root.evaluate(CONTROLS)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            # The narrower one asks again where numbers stand side by side, else of the start alone.
            every = corners(kind, ends, presets)
            asked = every if width == WIDTHS[0] or kind in COMBINED else every[: 1 + presets]
            found = page.evaluate(SWEEP, [root, asked])
            assert not found, f"{width} px, tab {tab}\n" + "\n".join(found)


@pytest.mark.parametrize("kind", ["gate-lab", "gru-lab"])
def test_the_words_of_a_story_are_there_and_large_enough(narrow, kind):
    page = narrow(kind)
    stories = json.loads((CLASSES[kind].home / "stories.json").read_text("utf-8"))
    words = stories["presets"]["overwrite"]["words"]
    assert "favourite" in words
    page.locator(".live-presets button", has_text="overwrite").click()
    shown = page.locator(".live-strip .live-word")
    assert shown.all_text_contents() == words
    boxes = [shown.nth(k).bounding_box() for k in range(len(words))]
    rows = page.locator(".live-strip .live-cell").first.bounding_box()["y"]
    # As large as the numbers of the steps.
    size = "node => getComputedStyle(node).fontSize"
    assert shown.first.evaluate(size) == page.locator(".live-strip .live-mark").first.evaluate(size)
    for word, box in zip(words, boxes, strict=True):
        assert box["y"] + box["height"] <= rows, word
