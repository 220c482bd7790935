"""How long the page takes to examine a network: LSTM(40, 256) over 500 steps, in Chromium.

From the input to the gates and states, to all findings, to what a held gate changes and to which
inputs one unit came from, by the clock, since two Workers share the work: it wants a machine that
does nothing else. Beside them the longest gap between two frames of the page in the meantime. The
median of some rounds.
"""

import statistics
import sys
import time

from bench.cells_tables import table
from bench.figures import record
from bench.targets import Target, judge
from book._tools.browser import launched
from lecture_lib.figures.joiner import WEB, join

SIZES = {"T": 500, "D": 40, "H": 256}
WANTED = {"traces": 500, "findings": 2000}
WANTED_GAP = 100
ROUNDS = 5
WORDS = {
    "traces": "gates and states",
    "findings": "everything, up to the findings",
    "held": "a gate held from the first step on",
    "origins": "which inputs one unit came from",
}
HOLD = {"layer": "lstm", "direction": "there", "gate": "f", "units": [0], "from": 0, "to": 500}
ORIGINS = {"layer": "lstm", "direction": "there", "step": 499, "unit": 0}
LATER = {"held": {"holds": [HOLD | {"value": 0.5}]}, "origins": {"origins": ORIGINS}}

MODULE = """
import { createExaminer } from "./examiner.mjs";
import { seededUniform } from "../seeded.mjs";

const heard = new Set();
const examiner = createExaminer({ report: (answer) => {
  for (const key in answer) heard.add(key);
} });
globalThis.send = (message) => {
  heard.clear();
  examiner.send(message);
};
globalThis.hears = (key) => {
  if (heard.has("refused")) throw new Error("refused");
  return heard.has(key);
};
globalThis.input = ({ T, D, seed }) => ({ input: { x: seededUniform(seed, 3, T * D), T } });
globalThis.network = ({ D, H }) => {
  const drawn = (stream, count) => seededUniform(0, stream, count).map((w) => w / Math.sqrt(H));
  const bias = new Float64Array(4 * H).fill(1, H, 2 * H);
  const there = { weightIh: drawn(1, 4 * H * D), weightHh: drawn(2, 4 * H * H), bias };
  const layer = { name: "lstm", kind: "LSTM", inputSize: D, hiddenSize: H, direction: "forward" };
  return { network: { layers: [{ ...layer, follows: null, cells: { there }, state: null }] } };
};
// The longest gap between two frames since the call before.
let [gap, last] = [0, performance.now()];
requestAnimationFrame(function frame() {
  const now = performance.now();
  [gap, last] = [Math.max(gap, now - last), now];
  requestAnimationFrame(frame);
});
globalThis.longestGap = () => {
  const found = gap;
  gap = 0;
  return found;
};
"""


def measure(browser):
    """Milliseconds of each part, and the longest gap: the medians of some rounds in one page,
    after one to warm up."""
    page = browser.new_page()
    script = join(WEB / "numbers" / "examination" / "bench.mjs", text=MODULE)
    page.add_script_tag(content=script, type="module")
    page.wait_for_function("() => globalThis.longestGap")

    def took(key, script, given):
        before = time.perf_counter()
        page.evaluate(script, given)
        page.wait_for_function("(key) => hears(key)", arg=key)
        return 1e3 * (time.perf_counter() - before)

    took("network", "(sizes) => send(network(sizes))", SIZES)
    rounds = []
    for seed in range(ROUNDS + 1):
        page.evaluate("() => longestGap()")
        found = {"traces": took("traces", "(given) => send(input(given))", SIZES | {"seed": seed})}
        found["findings"] = found["traces"] + took("findings", "() => {}", None)
        for key, message in LATER.items():
            found[key] = took(key, "(message) => send(message)", message)
        rounds.append(found | {"gap": page.evaluate("() => longestGap()")})
    page.close()
    return {key: statistics.median(each[key] for each in rounds[1:]) for key in rounds[0]}


def main():
    with launched() as browser:
        found = measure(browser)
    rows = [[words, f"{found[key]:.0f}"] for key, words in WORDS.items()]
    rows.append(["the longest gap between two frames", f"{found['gap']:.0f}"])
    title = "Milliseconds to examine LSTM(40, 256) over 500 steps in the page"
    record("microscope", {"sizes": SIZES, "milliseconds": found}, table(title, ["", "ms"], rows))
    what = "the page's microscope"
    targets = [
        Target(f"{what}, {WORDS[key]}", found[key], most, " ms", 0) for key, most in WANTED.items()
    ]
    return [*targets, Target(f"{what}, between two frames", found["gap"], WANTED_GAP, " ms", 0)]


if __name__ == "__main__":
    sys.exit(judge(main()))
