"""How long the page takes to examine a network: LSTM(40, 256) over 500 steps, in Chromium.

From the input to the gates and states, to all findings, and to what a held gate changes; and the
longest gap between two frames of the page in the meantime, since all is computed in a Worker. Of
some rounds the median, and of the gaps too: another process may take a frame away.
"""

import statistics
import sys

from bench.cells_tables import table
from bench.figures import record
from bench.targets import Target, judge
from book._tools.browser import launched
from lecture_lib.figures.joiner import WEB, join

SIZES = {"T": 500, "D": 40, "H": 256}
WANTED = {"traces": 500, "findings": 2000, "frame gap": 100}  # milliseconds, on two quiet cores
ROUNDS = 5
WORDS = {
    "traces": "gates and states",
    "findings": "everything, up to the findings",
    "held": "a gate held from the first step on",
    "origins": "which inputs one unit came from",
    "frame gap": "the longest gap between two frames",
}

MODULE = """
import { createExaminer } from "./examiner.mjs";
import { seededUniform } from "../seeded.mjs";

globalThis.timeExamination = async ({ T, D, H }) => {
  const draw = (stream, count) => seededUniform(0, stream, count, new Float64Array(count));
  const drawn = (stream, count) => draw(stream, count).map((value) => value / Math.sqrt(H));
  const bias = new Float64Array(4 * H).fill(1, H, 2 * H);
  const there = { weightIh: drawn(1, 4 * H * D), weightHh: drawn(2, 4 * H * H), bias };
  const layer = { name: "lstm", kind: "LSTM", inputSize: D, hiddenSize: H, direction: "forward" };
  const network = { layers: [{ ...layer, follows: null, cells: { there }, state: null }] };
  let hear;
  const examiner = createExaminer({ report: (answer) => hear(answer) });
  const asked = (message, key) => new Promise((resolve, reject) => {
    const began = performance.now();
    hear = (answer) => {
      if (answer.refused) reject(new Error(answer.refused));
      if (key in answer) resolve(performance.now() - began);
      else if ("traces" in answer) took.traces = performance.now() - began;
    };
    examiner.send(message);
  });
  const took = {};
  await asked({ network }, "network");
  let [gap, last, going] = [0, performance.now(), true];
  const frame = () => {
    const now = performance.now();
    [gap, last] = [Math.max(gap, now - last), now];
    if (going) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const input = { x: draw(3, T * D), T };
  took.findings = await asked({ input }, "findings");
  const about = { layer: "lstm", direction: "there" };
  const hold = { ...about, gate: "f", units: [0], from: 0, to: T, value: 0.5 };
  took.held = await asked({ holds: [hold] }, "held");
  took.origins = await asked({ origins: { ...about, step: T - 1, unit: 0 } }, "origins");
  going = false;
  return { ...took, "frame gap": gap };
};
"""


def measure(browser):
    """Milliseconds of each part, the median of some rounds in one page after one to warm up."""
    page = browser.new_page()
    script = join(WEB / "numbers" / "examination" / "bench.mjs", text=MODULE)
    page.add_script_tag(content=script, type="module")
    page.wait_for_function("() => globalThis.timeExamination")
    rounds = [page.evaluate("(sizes) => timeExamination(sizes)", SIZES) for _ in range(ROUNDS + 1)]
    page.close()
    return {name: statistics.median(each[name] for each in rounds[1:]) for name in WORDS}


def main():
    with launched() as browser:
        found = measure(browser)
    rows = [[WORDS[name], f"{time:.0f}"] for name, time in found.items()]
    title = "Milliseconds to examine LSTM(40, 256) over 500 steps in the page"
    record("microscope", {"sizes": SIZES, "milliseconds": found}, table(title, ["", "ms"], rows))
    return [
        Target(f"the page's microscope, {WORDS[name]}", found[name], most, " ms", 0)
        for name, most in WANTED.items()
    ]


if __name__ == "__main__":
    sys.exit(judge(main()))
