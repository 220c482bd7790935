"""Moves of the figures that have most to draw, in Chromium on a processor slowed down fourfold.

A gap is the time between two frames: the longest after one move of a control is what a reader sees
stand still. The table has the median over some moves, and the worst. Without throttling the same
moves say what of it is the machine's own.

`python -m bench.slow` runs it. It is no part of `make bench` while its targets are out of reach:
these figures draw all that a move changes in one frame.
"""

import statistics
import sys

from bench.figures import HTML, record
from bench.targets import Target, judge
from book._tools.browser import launched

WANTED = 50.0
RATE = 4
MOVES = {
    "14_characters.html#sampler": ("Another sample", "temperature", "unit", "shows"),
    "06_step_by_step.html#stepper": ("seed", "weight_scale", "hidden_size", "forget_bias", "t"),
    "13_john_and_mary.html#sentence-lab": (".live-quarter", ".live-presets button", "t"),
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


def gaps(browser, place, names, rate, moves=8):
    """The longest gap after each of some moves of each control of a figure, in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((HTML / "notebooks" / place.partition("#")[0]).as_uri())
    anchor = place.partition("#")[2]
    page.locator(f"#{anchor}").scroll_into_view_if_needed()
    page.wait_for_function(MOUNTED, arg=anchor)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    found = {}
    for name in names:
        asked = [[anchor, name, k] for k in range(moves + 2)]
        found[name] = [page.evaluate(LONGEST_GAP, each) for each in asked][2:]  # two to warm up
    page.close()
    return found


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
        "| figure, what is moved | median ms | worst ms | median ms, unthrottled |",
        "|---|---:|---:|---:|",
    ]
    for place, rates in result.items():
        for name, slow in rates[RATE].items():
            own = statistics.median(rates[1][name])
            figures = f"{statistics.median(slow):.0f} | {max(slow):.0f} | {own:.0f}"
            lines.append(f"| {place.partition('#')[2]}, {name} | {figures} |")
    return "\n".join(lines)


def targets(result):
    return [
        Target(f"{place.partition('#')[2]} slowed down, {name}", statistics.median(slow), WANTED)
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
