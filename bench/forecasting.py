"""How long a comparison of forecasts takes: 300 values, all methods, three seeds.

In Chromium and in Python, by the clock, since the page's Workers share the networks: it wants a
machine of two cores that does nothing else. Beside it the longest time from a key press to its
handler in the meantime.
"""

import sys
import time

from bench.cells_tables import table
from bench.figures import record
from bench.targets import Target, judge
from book._tools.browser import launched
from lecture_lib.experiments import series
from lecture_lib.figures.joiner import WEB, join
from lecture_lib.forecasting import METHODS, Training, compare

HORIZON, SEEDS = 12, [0, 1, 2]
WANTED = {"page": 60, "input": 0.05, "Python": 30}
PAUSE = 100  # ms between two key presses
WORDS = {
    "page": "in the page",
    "input": "in the page, the slowest answer to a key meanwhile",
    "Python": "in Python",
}

MODULE = """
import { createForecaster } from "./forecaster.mjs";

const late = [];
document.addEventListener("keydown", (event) => late.push(performance.now() - event.timeStamp));
globalThis.begin = (compare) => {
  globalThis.ended = "";
  const report = (answer) => {
    if (answer.refused) globalThis.ended = answer.refused;
    if (answer.done) globalThis.ended = "done";
  };
  createForecaster({ report }).send({ compare });
};
globalThis.slowest = () => Math.max(...late) / 1e3;
"""


def values():
    """300 yearly numbers of sunspots."""
    return series.load("sunspots").values[:300]


def in_page(browser):
    """Seconds until all is compared, and of the slowest answer to a key press on the way."""
    page = browser.new_page()
    script = join(WEB / "numbers" / "forecasting" / "bench.mjs", text=MODULE)
    page.add_script_tag(content=script, type="module")
    page.wait_for_function("() => globalThis.begin")
    training = vars(Training())
    training = {"hiddenSize" if key == "hidden_size" else key: n for key, n in training.items()}
    asked = {"values": values().tolist(), "horizon": HORIZON, "seeds": SEEDS, "training": training}
    began = time.perf_counter()
    page.evaluate("(compare) => begin(compare)", asked | {"methods": list(METHODS)})
    while not page.evaluate("() => ended"):
        page.keyboard.press("a")
        page.wait_for_timeout(PAUSE)
    took = time.perf_counter() - began
    assert page.evaluate("() => ended") == "done"
    slowest = page.evaluate("() => slowest()")
    page.close()
    return took, slowest


def in_python():
    """Seconds of the same comparison."""
    began = time.perf_counter()
    compare(values(), HORIZON, seeds=SEEDS, progress=False)
    return time.perf_counter() - began


def main():
    found = {"Python": in_python()}
    with launched() as browser:
        found["page"], found["input"] = in_page(browser)
    rows = [[words, f"{found[key]:.3g}"] for key, words in WORDS.items()]
    title = "Seconds to compare all forecasts of 300 values, three seeds"
    record("forecasting", {"seconds": found}, table(title, ["", "s"], rows))
    return [
        Target(f"a comparison of forecasts {WORDS[key]}", found[key], most, " s", 3)
        for key, most in WANTED.items()
    ]


if __name__ == "__main__":
    sys.exit(judge(main()))
