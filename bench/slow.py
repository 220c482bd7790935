"""Moves of the figures that have most to draw, in Chromium on a processor slowed down fourfold.

A gap is the time between two frames: the longest after one move of a control is what a reader sees
stand still. The table has the median over some moves, and the worst. Without throttling the same
moves say what of it is the machine's own. Beside them what the page itself works from one frame to
the next, processor time times the throttling: other programs at work hardly change it.

`python -m bench.slow` runs it alone.
"""

import json
import statistics
import sys
from bisect import bisect
from collections import Counter

from bench.figures import HTML, record
from bench.targets import Target, judge
from book._tools.browser import launched

WANTED = 50.0
RATE = 4
MOVES = {
    "14_characters.html#sampler": ("Another sample", "temperature", "unit", "shows"),
    "06_step_by_step.html#stepper": ("seed", "weight_scale", "hidden_size", "forget_bias", "t"),
    "13_john_and_mary.html#sentence-lab": (
        ".live-quarter",
        ".live-presets button",
        "t",
        ".live-tab",
    ),
    "03_vanishing_gradients.html#spectral": ("hidden_size",),
    "05_gate_by_gate.html#gate-lab": (".live-presets button",),
    "08_gru.html#conventions": (".live-tab",),
    "09_side_by_side.html#side-by-side": ("hidden_size",),
    "10_backpropagation.html#backward": (".live-tab",),
    "12_training.html#trainer": ("task", "lag"),
    "18_frameworks.html#layouts": ("cell", ".live-tab"),
    "26_your_network.html#microscope": (".live-tab",),
    "28_in_a_stream.html#stream": ("cell", "k"),
}

LONGEST_GAP = """
async ([anchor, what, k]) => {
  const figure = document.getElementById(anchor);
  const control = figure.querySelector(`[name="${what}"]`);
  function move() {
    if (!control) {
      const named = (node) => node.matches(what[0] === "." ? what : "button");
      const nodes = [...figure.querySelectorAll("button")].filter(named);
      const those = what[0] === "." ? nodes : nodes.filter((node) => node.textContent === what);
      return those[k % those.length].click();
    }
    if (control.type === "range") {
      const part = ((k * 37 + 20) % 101) / 100;
      control.value = Number(control.min) + part * (control.max - control.min);
    } else control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  let last = await new Promise(requestAnimationFrame);
  const start = last;
  let longest = 0;
  performance.mark("move");
  move();
  while (last - start < 500) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}
"""
MOUNTED = "(anchor) => document.getElementById(anchor)?.classList.contains('live-awake')"


TRACED = ["devtools.timeline", "toplevel", "blink.user_timing"]


def worked(browser, page, asked):
    """The most processor time of the page from one frame to the next, after each of some moves."""
    browser.start_tracing(page=page, categories=TRACED)
    for each in asked:
        page.evaluate(LONGEST_GAP, each)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    moves = sorted((e["ts"], e["pid"], e["tid"]) for e in events if e["name"] == "move")
    starts, thread = [ts for ts, *_ in moves], moves[0][1:]
    mine = [e for e in events if (e["pid"], e["tid"]) == thread]
    frames = sorted(e["ts"] for e in mine if e["name"] == "FireAnimationFrame")
    work = Counter()
    for e in mine:
        if e["name"] == "ThreadControllerImpl::RunTask" and e["ts"] >= starts[0]:
            work[bisect(starts, e["ts"]), bisect(frames, e["ts"])] += e.get("tdur", 0) / 1e3
    return [max(ms for (of, _), ms in work.items() if of == k + 1) for k in range(len(starts))]


def gaps(browser, place, names, rate, moves=9):
    """The longest gap after each of some moves of each control of a figure, in milliseconds; and,
    not slowed down any more, the processor time of the same moves."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((HTML / "notebooks" / place.partition("#")[0]).as_uri())
    anchor = place.partition("#")[2]
    page.locator(f"#{anchor}").scroll_into_view_if_needed()
    page.wait_for_function(MOUNTED, arg=anchor)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    asked = {name: [[anchor, name, k] for k in range(moves + 2)] for name in names}
    # Two to warm up.
    found = {
        name: [page.evaluate(LONGEST_GAP, each) for each in those][2:]
        for name, those in asked.items()
    }
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    work = {name: worked(browser, page, those)[2:] for name, those in asked.items()}
    page.close()
    return {name: {"gaps": found[name], "work": work[name]} for name in names}


def measure(browser):
    return {
        place: {rate: gaps(browser, place, names, rate) for rate in (RATE, 1)}
        for place, names in MOVES.items()
    }


def table(result):
    lines = [
        f"The longest gap between two frames after a move, at {RATE} × throttling; "
        f"wanted: ≤ {WANTED:g} ms median.",
        "",
        f"| figure, what is moved | median ms | worst ms | median ms, unthrottled "
        f"| {RATE} × processor ms, median | worst |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for place, rates in result.items():
        for name, slow in rates[RATE].items():
            wall, own = slow["gaps"], statistics.median(rates[1][name]["gaps"])
            work = [RATE * each for each in slow["work"]]
            figures = f"{statistics.median(wall):.0f} | {max(wall):.0f} | {own:.0f}"
            figures += f" | {statistics.median(work):.0f} | {max(work):.0f}"
            lines.append(f"| {place.partition('#')[2]}, {name} | {figures} |")
    return "\n".join(lines)


def targets(result):
    return [
        Target(
            f"{place.partition('#')[2]} slowed down, {name}",
            statistics.median(slow["gaps"]),
            WANTED,
        )
        for place, rates in result.items()
        for name, slow in rates[RATE].items()
    ]


def main():
    with launched() as browser:
        result = measure(browser)
    record("slow", result, table(result))
    return targets(result)


if __name__ == "__main__":
    sys.exit(judge(main()))
