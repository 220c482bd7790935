"""Figures that a slow machine draws part by part: in the end the same, the last change included."""

import pytest

from book._tools import preview
from lecture_lib import figures
from tests.driver import Figure, joined

# A control of the figure, or its tabs, and values of it, the last of which counts.
MOVES = {
    figures.Stepper: ("forget_bias", ["4", "2", "-1"]),
    figures.Sampler: ("temperature", ["1.5", "1.1", "0.5"]),
    figures.SentenceLab: ("t", ["2", "4", "5"]),
    figures.GateLab: ("f", ["0.2", "0.6", "0.4"]),
    figures.Stream: ("k", ["40", "30", "15"]),
    figures.Conventions: ("tab", ["1", "0", "1"]),
    figures.Layouts: ("tab", ["1", "0", "1"]),
    figures.Microscope: ("tab", ["1", "0", "1"]),
}
# Sets values one after another, each a task of its own, and tells whether the figure was busy. With
# `slow`, the first is seen to take more than two frames, as on a slow machine.
SET = """([name, values, slow]) => new Promise((done) => {
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
  const drag = () => {
    const end = performance.now() + 100;
    while (performance.now() < end);
  };
  if (slow) requestAnimationFrame(drag);
  next();
})"""
# A change, and while its second part waits for a frame, another tab; until both are drawn.
TURN_BETWEEN = """async ([name, value, tab]) => {
  const view = document.querySelector(".live-view");
  const input = document.querySelector(`input[name="${name}"]`);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => setTimeout(done));
  const between = view.ariaBusy === "true";
  view.querySelectorAll(".live-tab")[tab].click();
  for (let frames = 0; frames < 3 || view.ariaBusy === "true"; frames += 1)
    await new Promise(requestAnimationFrame);
  return between;
}"""
# All but what is spoken, which waits until nothing changes any more.
SHOWN = """() => [...document.querySelectorAll(
    ".live-view :is(svg, table, p:not(.live-voice), canvas, .live-script)"
  )].map((node) => (node.tagName === "CANVAS" ? node.toDataURL() : node.outerHTML))"""


@pytest.fixture
def show(browser, tmp_path):
    contexts = []

    def open_page(cls, motion):
        contexts.append(browser.new_context(reduced_motion=motion, offline=True))
        contexts[-1].add_init_script("Math.random = () => 0.5")  # names are drawn
        page = contexts[-1].new_page()
        page.goto((tmp_path / preview.write(cls(), tmp_path)).as_uri())
        page.locator(".live-view .live-caption").wait_for()
        figure = Figure(page, cls.figure)
        if cls is figures.Microscope:  # whose engine is at work from the start
            figure.wait_until_done()
        return figure

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("cls", MOVES, ids=lambda cls: cls.figure)
def test_in_parts_it_comes_to_what_it_is_at_once(show, cls):
    name, (first, *others) = MOVES[cls]
    whole = show(cls, "reduce")
    assert not whole.page.evaluate(SET, [name, [first, others[-1]]])
    slow = show(cls, "no-preference")
    slow.page.evaluate(SET, [name, [first], True])
    assert slow.page.evaluate(SET, [name, others])
    expected, found = whole.page.evaluate(SHOWN), slow.page.evaluate(SHOWN)
    assert len(found) == len(expected) > 5
    for one, other in zip(found, expected, strict=True):
        assert one == other


@pytest.mark.parametrize("cls", MOVES, ids=lambda cls: cls.figure)
def test_who_wants_less_motion_gets_it_at_once(show, cls):
    name, (first, *others) = MOVES[cls]
    slow = show(cls, "reduce")
    assert not slow.page.evaluate(SET, [name, [first], True])
    assert not slow.page.evaluate(SET, [name, others])


def test_a_tab_that_turns_between_two_parts_is_drawn_like_any(show):
    whole, slow = show(figures.GateLab, "reduce"), show(figures.GateLab, "no-preference")
    uncaught = []
    slow.page.on("pageerror", lambda error: uncaught.append(error.message))
    for figure in (whole, slow):
        figure.page.evaluate(SET, ["f", ["0.6"], True])
        assert figure.page.evaluate(TURN_BETWEEN, ["f", "0.4", 1]) == (figure is slow)
    slow.page.wait_for_timeout(700)  # the belt glides for 420 ms
    assert slow.page.evaluate(SHOWN) == whole.page.evaluate(SHOWN)
    assert not uncaught


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


def test_what_changed_before_a_part_that_fails_is_drawn(browser):
    page = browser.new_page(reduced_motion="no-preference")
    uncaught = []
    page.on("pageerror", lambda error: uncaught.append(error.message))
    drawn = page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const { createTurns } = await import(url);
          const frames = async () => {
            for (let k = 0; k < 6; k += 1) await new Promise(requestAnimationFrame);
          };
          let [drawn, fails, lasts] = [[], false, 100];
          function* draw() {
            const end = performance.now() + lasts;
            while (performance.now() < end);
            drawn.push("one");
            yield;
            if (fails) {
              fails = false;
              throw new Error("on purpose");
            }
            drawn.push("two");
          }
          const begin = createTurns(document.createElement("div"), draw);
          begin();
          await frames();
          [drawn, fails, lasts] = [[], true, 0];
          begin();
          begin();
          await frames();
          return drawn;
        }""",
        joined("web/kit/turns.mjs"),
    )
    page.close()
    assert drawn == ["one", "one", "two"]
    assert uncaught == ["on purpose"]
