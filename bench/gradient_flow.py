"""Gradient flow in Chromium, at H = 32 and T = 100: from a slider's event to its new curves.

The curves of three cells are computed in slices, between which the page does its other work; the
gap is the longest time for which it could not.
"""

import sys

from bench.figures import HTML, percentiles, record
from bench.targets import Target, judge
from book._tools.browser import launched

LECTURE = "notebooks/11_why_gates_help.html"
ANCHOR = "gradient-flow"
# The lecture's first one opens with these sizes.
VALUES = {
    "forget_bias": [k / 10 for k in range(1, 41)],
    "seed": list(range(1, 41)),
}
# In the median, milliseconds.
WANTED = {"drawn": 50, "longest gap": 16}
MOVES = """async ([anchor, name, values]) => {
  const root = document.getElementById(anchor), input = root.querySelector(`input[name="${name}"]`);
  const curves = [...root.querySelectorAll(".live-decades .live-curve")];
  const drawn = () => curves.map((curve) => curve.getAttribute("d")).join();
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const took = [], gaps = [];
  for (const value of values) {
    await pause(150);
    const before = drawn(), start = performance.now();
    let last = start, gap = 0;
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const now = performance.now();
        gap = Math.max(gap, now - last);
        last = now;
        if (drawn() === before) channel.port2.postMessage(0);
        else done();
      };
      channel.port2.postMessage(0);
    });
    took.push(performance.now() - start);
    gaps.push(gap);
  }
  return [took, gaps];
}"""


def measure():
    result = {}
    with launched() as browser:
        page = browser.new_page()
        # A link that names the figure mounts it at once.
        page.goto(f"{(HTML / LECTURE).as_uri()}#{ANCHOR}")
        for name, values in VALUES.items():
            page.wait_for_timeout(500)
            took, gaps = page.evaluate(MOVES, [ANCHOR, name, values])
            result[name] = {"drawn": percentiles(took), "longest gap": percentiles(gaps)}
    return result


def table(result):
    lines = [
        f"Gradient flow, H = 32, T = 100; wanted: drawn in ≤ {WANTED['drawn']} ms, the page never "
        f"frozen for more than {WANTED['longest gap']} ms, in the median.",
        "",
        "| slider | drawn, median ms | p95 ms | longest gap, median ms |",
        "|---|---:|---:|---:|",
    ]
    for name, times in result.items():
        drawn, gap = times["drawn"], times["longest gap"]
        row = (drawn["median"], drawn["p95"], gap["median"])
        lines.append(f"| {name} | " + " | ".join(f"{ms:.1f}" for ms in row) + " |")
    return "\n".join(lines)


def targets(result):
    return [
        Target(f"Gradient flow, {name}, {what}", times[what]["median"], most, " ms", 1)
        for name, times in result.items()
        for what, most in WANTED.items()
    ]


def main():
    result = measure()
    record("gradient_flow", result, table(result))
    return targets(result)


if __name__ == "__main__":
    sys.exit(judge(main()))
