"""The Stepper in Chromium at its largest, H = 16 and T = 40: slider moves, steps, playing, memory.

A move or a step is timed from its event until what it changes is computed, drawn and laid out, in
the manner of `bench.figures`. While the figure plays at 30 steps a second, a frame is dropped when
the screen's next one (60 a second) comes after more than 1.5 times its time.
"""

import statistics
import sys

from bench.figures import HTML, record
from bench.targets import Target, judge
from book._tools.browser import launched

LECTURE = "notebooks/06_step_by_step.html"
WANTED = {"median": 8.0, "p95": 16.0, "dropped": 0.01}

TIME = """
async ([what, events]) => {
  const figure = document.getElementById("stepper");
  const control = (name) => figure.querySelector(`[name="${name}"]`);
  const move = (name, part) => {
    const input = control(name);
    input.value = Number(input.min) + part * (input.max - input.min);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const forward = figure.querySelector('[aria-label="Forward one step"]');
  const acts = {
    "weight scale": (k) => move("weight_scale", ((k * 37) % 101) / 100),
    "forget bias": (k) => move("forget_bias", ((k * 37) % 101) / 100),
    "held gate's value": (k) => {
      const input = figure.querySelector(".live-holds input[type=range]");
      input.value = ((k * 37) % 101) / 100;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
    scrub: (k) => move("t", ((k * 37) % 101) / 100),
    step: (k) => (k % 39 ? forward.click() : move("t", 0)),
  };
  const times = [];
  for (let k = 0; k < events; k += 1) {
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    acts[what](k);
    await Promise.resolve();
    figure.getBoundingClientRect();
    figure.querySelector(".live-schema").getBBox();
    times.push(performance.now() - start);
  }
  return times;
}
"""

IDLE = """
async (frames) => {
  const gaps = [];
  let last = await new Promise(requestAnimationFrame);
  while (gaps.length < frames) {
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - last);
    last = now;
  }
  return gaps;
}
"""

PLAY = """
async (rounds) => {
  const figure = document.getElementById("stepper");
  figure.querySelector('[name="speed"]').value = "30";
  const gaps = [];
  for (let round = 0; round < rounds; round += 1) {
    figure.querySelector('[aria-label="Play"]').click();
    let last = await new Promise(requestAnimationFrame);
    while (figure.querySelector('[aria-label="Pause"]')) {
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
    }
  }
  return gaps;
}
"""


def measure(page, events=240):
    # A figure is mounted once it is near.
    page.locator("#stepper").scroll_into_view_if_needed()
    page.locator('#stepper [name="hidden_size"]').fill("16")
    page.locator('#stepper [name="steps"]').fill("40")
    page.locator("#stepper").get_by_role("button", name="Hold a gate").click()
    times = {}
    for what in ("weight scale", "forget bias", "held gate's value", "scrub", "step"):
        page.evaluate(TIME, [what, 40])
        times[what] = page.evaluate(TIME, [what, events])
    gaps = page.evaluate(PLAY, 5)
    idle = page.evaluate(IDLE, len(gaps))
    heap = page.context.new_cdp_session(page)
    sizes = []
    for _ in range(3):  # the first round warms up
        page.evaluate(TIME, ["step", 1000])
        heap.send("HeapProfiler.collectGarbage")
        sizes.append(heap.send("Runtime.getHeapUsage")["usedSize"])
    return {
        "milliseconds": {
            what: {"median": statistics.median(t), "p95": statistics.quantiles(t, n=20)[-1]}
            for what, t in times.items()
        },
        "dropped": _late(gaps),
        "dropped while idle": _late(idle),
        "frames": len(gaps),
        "kilobytes over 2000 steps": (sizes[2] - sizes[0]) / 1000,
    }


def _late(gaps):
    return sum(gap > 25 for gap in gaps) / len(gaps)


def table(result):
    lines = [
        "The Stepper, H = 16, T = 40, one gate held; wanted: "
        f"≤ {WANTED['median']:g} ms median, ≤ {WANTED['p95']:g} ms p95.",
        "",
        "| event | median ms | p95 ms |",
        "|---|---:|---:|",
    ]
    for what, ms in result["milliseconds"].items():
        lines.append(f"| {what} | {ms['median']:.2f} | {ms['p95']:.2f} |")
    lines += [
        "",
        f"Playing at 30 steps/s: {result['dropped']:.1%} of {result['frames']} frames dropped "
        f"(wanted: ≤ {WANTED['dropped']:.0%}); of as many while nothing moves: "
        f"{result['dropped while idle']:.1%}.",
        f"Memory after 2000 steps more: {result['kilobytes over 2000 steps']:+.0f} kB.",
    ]
    return "\n".join(lines)


def targets(result):
    times = [
        Target(f"Stepper, {what}, {part}", value, WANTED[part], " ms")
        for what, ms in result["milliseconds"].items()
        for part, value in ms.items()
    ]
    dropped, most = 100 * result["dropped"], 100 * WANTED["dropped"]
    return [*times, Target("Stepper, playing, frames dropped", dropped, most, " %", 1)]


def main(url=None):
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url or (HTML / LECTURE).as_uri())
        result = measure(page)
    record("stepper", result, table(result))
    return targets(result)


if __name__ == "__main__":
    sys.exit(judge(main(*sys.argv[1:])))
