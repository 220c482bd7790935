"""Figures that a slow machine draws part by part: in the end the same, the last change included."""

import pytest

from book._tools import preview
from lecture_lib import figures
from tests.driver import Figure, joined

# A control of the figure, or its tabs, and values of it, the last of which counts; how many times
# slower the processor is made, so that one change of it takes more than two frames.
MOVES = {
    figures.Stepper: ("forget_bias", ["4", "2", "-1"], 8),
    figures.Sampler: ("temperature", ["1.5", "1.1", "0.5"], 8),
    figures.SentenceLab: ("t", ["2", "4", "5"], 8),
    figures.GateLab: ("f", ["0.2", "0.6", "0.4"], 16),
    figures.Stream: ("k", ["40", "30", "15"], 16),
    figures.Conventions: ("tab", ["1", "0", "1"], 16),
    figures.Layouts: ("tab", ["1", "0", "1"], 16),
    figures.Microscope: ("tab", ["1", "0", "1"], 16),
}
# Sets values one after another, each a task of its own, and tells whether the figure was busy.
SET = """([name, values]) => new Promise((done) => {
  const view = document.querySelector(".live-view");
  const input = document.querySelector(`input[name="${name}"]`);
  let busy = false;
  new MutationObserver(() => { busy ||= view.ariaBusy === "true"; })
    .observe(view, { attributes: true, attributeFilter: ["aria-busy"] });
  const wait = (frames) => {
    if (view.ariaBusy !== "true" && frames <= 0) done(busy);
    else requestAnimationFrame(() => wait(frames - 1));
  };
  const next = () => {
    if (!values.length) return wait(3);
    if (name === "tab") view.querySelectorAll(".live-tab")[values.shift()].click();
    else input.value = values.shift();
    input?.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(next);
  };
  next();
})"""
# Some milliseconds of work, and how long it took.
LOOP = """() => {
  const start = performance.now();
  for (let k = 0, sum = 0; k < 2e6; k += 1) sum += Math.sqrt(sum + k);
  return performance.now() - start;
}"""
# All but what is spoken, which waits until nothing changes any more.
SHOWN = """() => [...document.querySelectorAll(
    ".live-view :is(svg, table, p:not(.live-voice), canvas, .live-script)"
  )].map((node) => (node.tagName === "CANVAS" ? node.toDataURL() : node.outerHTML))"""


def slow_down(page, rate):
    """Makes the page's processor slower, and waits until it is."""
    alone = min(page.evaluate(LOOP) for _ in range(3))
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    assert any(page.evaluate(LOOP) > alone * rate / 2 for _ in range(50))


@pytest.fixture
def show(browser, tmp_path):
    contexts = []

    def open_page(cls, motion, rate):
        contexts.append(browser.new_context(reduced_motion=motion, offline=True))
        contexts[-1].add_init_script("Math.random = () => 0.5")  # names are drawn
        page = contexts[-1].new_page()
        page.goto((tmp_path / preview.write(cls(), tmp_path)).as_uri())
        page.locator(".live-view .live-caption").wait_for()
        slow_down(page, rate)
        figure = Figure(page, cls.figure)
        if cls is figures.Microscope:  # whose engine is at work from the start
            figure.wait_until_done()
        return figure

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("cls", MOVES, ids=lambda cls: cls.figure)
def test_in_parts_it_comes_to_what_it_is_at_once(show, cls):
    name, (first, *others), rate = MOVES[cls]
    whole = show(cls, "reduce", 1)
    assert not whole.page.evaluate(SET, [name, [first, others[-1]]])
    # A first change is seen to take more than two frames; what comes then is in parts.
    slow = show(cls, "no-preference", rate)
    slow.page.evaluate(SET, [name, [first]])
    slow.page.wait_for_timeout(500)
    assert slow.page.evaluate(SET, [name, others])
    expected, found = whole.page.evaluate(SHOWN), slow.page.evaluate(SHOWN)
    assert len(found) == len(expected) > 5
    for one, other in zip(found, expected, strict=True):
        assert one == other


@pytest.mark.parametrize("cls", MOVES, ids=lambda cls: cls.figure)
def test_who_wants_less_motion_gets_it_at_once(show, cls):
    name, (first, *others), rate = MOVES[cls]
    slow = show(cls, "reduce", rate)
    assert not slow.page.evaluate(SET, [name, [first]])
    slow.page.wait_for_timeout(500)
    assert not slow.page.evaluate(SET, [name, others])


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "in parts"])
def test_after_a_part_that_fails_the_next_change_is_drawn(browser, slow):
    page = browser.new_page(reduced_motion="no-preference")
    drawn = page.evaluate(
        """async ([source, slow]) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const { createTurns } = await import(url);
          const frames = async () => {
            for (let k = 0; k < 4; k += 1) await new Promise(requestAnimationFrame);
          };
          const drawn = [];
          let [fails, lasts] = [false, slow ? 100 : 0];
          function* draw() {
            const end = performance.now() + lasts;
            while (performance.now() < end);
            if (fails) throw new Error("on purpose");
            drawn.push("one");
            yield;
            drawn.push("two");
          }
          const begin = createTurns(document.createElement("div"), draw);
          begin();
          await frames();
          [fails, lasts] = [true, 0];
          try { begin(); } catch { drawn.push("failed"); }
          fails = false;
          begin();
          if (drawn.at(-1) === "one") drawn.push("a frame");
          await frames();
          return drawn;
        }""",
        [joined("web/kit/turns.mjs"), slow],
    )
    page.close()
    frame = ["a frame"] if slow else []
    assert drawn == ["one", "two", "failed", "one", *frame, "two"]


def test_a_desk_is_busy_until_what_came_between_two_parts_is_drawn(browser):
    page = browser.new_page(reduced_motion="no-preference")
    busy = page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const { renderDesk } = await import(url);
          const frame = () => new Promise(requestAnimationFrame);
          const el = document.body.appendChild(document.createElement("div"));
          const model = { get: () => ({}), set() {}, on() {}, off() {}, save_changes() {} };
          const busy = [];
          let [calls, lasts, comes, redraw] = [null, 100, false, null];
          const createSession = (_, given) => {
            calls = given;
            return { follow() {}, letGo() {} };
          };
          function* draw() {
            const end = performance.now() + lasts;
            while (performance.now() < end);
            yield;
            if (comes) calls.grew();
            comes = false;
            return { waits: false, says: "" };
          }
          const createDesk = (given) => {
            redraw = given.redraw;
            return { nodes: [], layout() {}, drawWork() {}, draw };
          };
          const end = renderDesk({ model, el }, createSession, createDesk);
          for (let k = 0; k < 4; k += 1) await frame();
          [lasts, comes] = [0, true];
          redraw();
          for (let k = 0; k < 4; k += 1) {
            busy.push(el.ariaBusy);
            await frame();
          }
          end();
          return busy;
        }""",
        joined("web/kit/desk.mjs"),
    )
    page.close()
    # The first part; the second, in which a piece comes; that piece's two.
    assert busy == ["true", "true", "true", "false"]
