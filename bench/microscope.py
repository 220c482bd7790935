"""How long the page takes to examine a network: LSTM(40, 256) over 500 steps, in Chromium.

From the input to the gates and states, to all findings, to a held run and to which inputs one unit
came from, by the clock, since two Workers share the work: it wants a machine that does nothing
else. Beside them the longest gap between two frames of the page in the meantime. Then the figure
itself, with this network dropped on it: from the move of a held gate's slider to the frame that
shows at the first step what it changes, and to the one that shows all steps; and from a key to the
frame with the cursor moved. The median of some rounds.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.cells_tables import table
from bench.figures import record
from bench.targets import Target, judge
from book._tools import preview
from book._tools.browser import launched
from lecture_lib.cells import LSTM
from lecture_lib.figures import Microscope
from lecture_lib.figures.joiner import WEB, join
from lecture_lib.interchange import to_onnx

SIZES = {"T": 500, "D": 40, "H": 256}
WANTED = {"traces": 500, "findings": 2000, "gap": 100, "cursor": 50, "shown": 50}
ROUNDS = 5
MOVES = 12  # of the slider, and of the cursor
WORDS = {
    "traces": "gates and states",
    "findings": "everything, up to the findings",
    "held": "a run with a gate held from the first step on",
    "origins": "which inputs one unit came from",
    "gap": "the longest gap between two frames",
    "cursor": "in the figure, a key moves the cursor",
    "shown": "in the figure, a slider holds a gate: seen at the step held",
    "whole": "in the figure, a slider holds a gate: seen at all steps",
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


# Milliseconds from an event to the frame in which the map of f has changed at its first step, and
# to the one in which nothing is computed any more and it has changed at its last.
MOVED = """async (value) => {
  const view = document.querySelector(".live-view");
  const map = view.querySelector(".live-scope-map.live-f canvas");
  const copy = Object.assign(document.createElement("canvas"), { width: 2, height: map.height });
  const brush = copy.getContext("2d", { willReadFrequently: true });
  function ends() {
    [0, map.width - 1].forEach((x, k) =>
      brush.drawImage(map, x, 0, 1, map.height, k, 0, 1, map.height));
    const { data } = brush.getImageData(0, 0, 2, map.height);
    return [0, 4].map((from) => data.filter((_, k) => k % 8 >= from && k % 8 < from + 4).join());
  }
  const before = ends();
  const field = view.querySelector('[aria-label="Hold 1: value"]');
  const began = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  let shown = null;
  for (;;) {
    await new Promise(requestAnimationFrame);
    const [took, now] = [performance.now() - began, ends()];
    if (now[0] !== before[0]) shown ??= took;
    if (now[1] !== before[1] && view.getAttribute("aria-busy") === "false")
      return { shown, whole: took };
  }
}"""
STEPPED = """async () => {
  const plate = document.querySelector(".live-scope-cursor");
  const before = plate.getAttribute("aria-valuenow");
  const began = performance.now();
  plate.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
  while (plate.getAttribute("aria-valuenow") === before)
    await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""


def measure_figure(browser, folder):
    """Milliseconds from a hand to the drawing, in the figure: medians, after two to warm up."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((folder / preview.write(Microscope(), folder)).as_uri())

    def settle():
        page.locator(".live-view[aria-busy=false]").wait_for(timeout=120_000)

    def change(name, value):
        page.get_by_label(name).fill(value)
        page.keyboard.press("Enter")
        settle()

    x = np.random.default_rng(1).normal(size=(SIZES["T"], SIZES["D"]))
    text = "\n".join(",".join(f"{value:.4f}" for value in row) for row in x)
    model = to_onnx(LSTM(SIZES["D"], SIZES["H"], seed=0, forget_bias=3.0))
    for name, data in {"x.csv": text.encode(), "m.onnx": model.SerializeToString()}.items():
        settle()
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        page.locator(".live-view input[type=file]").first.set_input_files([file])
    settle()
    stepped = [page.evaluate(STEPPED) for _ in range(MOVES)]
    page.get_by_role("button", name="+ Hold a gate").click()
    settle()
    change("Hold 1: from step", "1")
    moved = [page.evaluate(MOVED, (0.1, 0.9)[k % 2]) for k in range(MOVES)]
    page.close()
    found = {key: statistics.median(each[key] for each in moved[2:]) for key in moved[0]}
    return {"cursor": statistics.median(stepped[2:])} | found


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
    with launched() as browser, tempfile.TemporaryDirectory() as folder:
        found = measure(browser) | measure_figure(browser, Path(folder))
    rows = [[words, f"{found[key]:.0f}"] for key, words in WORDS.items()]
    title = "Milliseconds to examine LSTM(40, 256) over 500 steps in the page"
    record("microscope", {"sizes": SIZES, "milliseconds": found}, table(title, ["", "ms"], rows))
    what = "the page's microscope"
    return [
        Target(f"{what}, {WORDS[key]}", found[key], most, " ms", 0) for key, most in WANTED.items()
    ]


if __name__ == "__main__":
    sys.exit(judge(main()))
