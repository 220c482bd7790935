"""Hands that do not wait: whatever they do while a figure is drawn in parts, in the end it is what
its link opens, all of it."""

import pytest

from book._tools import preview
from lecture_lib import figures
from tests.driver import Figure
from tests.figures.test_contract import kept, link_to

# Those that a slow machine draws in parts, and a desk that hears from an engine meanwhile.
CLASSES = (
    figures.Backward,
    figures.Conventions,
    figures.GateLab,
    figures.GRULab,
    figures.GradientFlow,
    figures.Layouts,
    figures.Microscope,
    figures.Sampler,
    figures.SentenceLab,
    figures.Shapes,
    figures.SideBySide,
    figures.Spectral,
    figures.Stepper,
    figures.Stream,
    figures.Trainer,
    figures.YourSeries,
)
# So many moves of controls, tabs and presets, with Resets and the stage among them, each in a frame
# or some in one; the first is seen to take long, as on a slow machine. Whether it was ever busy.
HANDS = """async ([kind, seed, count]) => {
  const root = document.getElementById(kind);
  const view = root.querySelector(".live-view");
  let state = seed;
  const below = (n) => Math.floor(((state = (state * 48271) % 2147483647) / 2147483647) * n);
  const press = (name) => [...root.querySelectorAll("button")]
    .find((b) => b.checkVisibility() && name.test(b.ariaLabel ?? b.textContent))?.click();
  let busy = false;
  new MutationObserver(() => { busy ||= view.ariaBusy === "true"; })
    .observe(view, { attributes: true, attributeFilter: ["aria-busy"] });
  requestAnimationFrame(() => {
    const end = performance.now() + 100;
    while (performance.now() < end);
  });
  const within = ".live-controls :is(input, select), .live-tab, .live-presets button";
  for (let k = 0; k < count; k += 1) {
    const hands = [...root.querySelectorAll(within)]
      .filter((each) => each.checkVisibility() && !each.disabled);
    const hand = hands[below(hands.length)];
    if (k % 9 === 4) press(/^(Expand|Return)$/);
    else if (k % 9 === 7) press(/^Reset$/);
    else if (hand.tagName === "BUTTON" || hand.type === "checkbox") hand.click();
    else {
      const { min, max, step } = hand;
      const steps = Math.round((max - min) / (step || 1));
      hand.value = hand.options
        ? hand.options[below(hand.options.length)].value
        : Number(min) + below(steps + 1) * (step || 1);
      for (const type of ["input", "change"])
        hand.dispatchEvent(new Event(type, { bubbles: true }));
    }
    if (below(3)) await new Promise(requestAnimationFrame);
    else await Promise.resolve();
    if (k === 0) for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame);
  }
  press(/^Return$/);
  return busy;
}"""
# Pictures, tables and texts as they are seen, but for what is spoken and where it is computed.
SEEN = """() => {
  const isSeen = (node) => node.data
    || (node.attributes && !node.hidden && node.getAttribute("visibility") !== "hidden");
  const of = ({ name, value }) => `${name}=${name === "class" ? value.split(" ").sort() : value}`;
  const told = (node) => node.attributes
    ? [node.tagName, [...node.attributes].filter(({ value }) => value).map(of).sort(),
      node.toDataURL?.() ?? [...node.childNodes].filter(isSeen).map(told)]
    : node.data;
  const parts = ":is(svg, table, canvas, p:not(.live-voice, .live-stamp), .live-equations)";
  return [...document.querySelectorAll(`.live-view ${parts}`)]
    .filter((node) => !node.closest("[hidden]")).map(told);
}"""


@pytest.fixture
def show(browser, tmp_path):
    """show(cls, motion, fragment): the figure alone on a page; nothing may have been logged."""
    contexts, complaints = [], []

    def hear(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def open_page(cls, motion, fragment=""):
        contexts.append(browser.new_context(reduced_motion=motion, offline=True))
        contexts[-1].add_init_script("Math.random = () => 0.5")  # names are drawn
        page = contexts[-1].new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(error.message))
        page.goto((tmp_path / preview.write(cls(), tmp_path)).as_uri() + fragment)
        page.locator(".live-view .live-caption").wait_for()
        wait_for_the_last_part(page)
        return Figure(page, cls.figure)

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def wait_for_the_last_part(page):
    page.evaluate("() => new Promise((done) => setTimeout(done, 50))")  # for what comes in a frame
    page.locator(".live-view:not([aria-busy=true])").wait_for(timeout=60_000)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.figure)
def test_in_the_end_it_is_what_its_link_opens(show, cls):
    figure = show(cls, "no-preference")
    assert figure.page.evaluate(HANDS, [cls.figure, 11, 25])
    figure.page.locator("dialog").wait_for(state="detached")
    figure.page.wait_for_timeout(600)  # a belt glides for 420 ms
    wait_for_the_last_part(figure.page)
    found = figure.page.evaluate(SEEN)
    opened = show(cls, "reduce", link_to(cls.figure, dict(kept(figure))))
    assert opened.root.locator(".live-unfit").count() == 0
    expected = opened.page.evaluate(SEEN)
    assert len(found) == len(expected) > 5
    for one, other in zip(found, expected, strict=True):
        assert one == other
