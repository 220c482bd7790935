"""How long a comparison of forecasts takes: 300 values, all methods, three seeds.

In the figure Your Series in Chromium, and in Python, by the clock, since the page's Workers share
the networks: it wants a machine of two cores that does nothing else. Beside it the longest time
from a key press to its handler while the networks are trained.
"""

import sys
import tempfile
import time
from pathlib import Path

from bench.cells_tables import table
from bench.figures import record
from bench.targets import Target, judge
from book._tools import preview
from book._tools.browser import launched
from lecture_lib.experiments import series
from lecture_lib.figures import YourSeries
from lecture_lib.forecasting import compare
from lecture_lib.forecasting.recurrent import KINDS

HORIZON, SEEDS = 12, 3
WANTED = {"page": 60, "input": 0.05, "Python": 30}
PAUSE = 100  # ms between two key presses
WORDS = {
    "page": "in the page",
    "input": "in the page, the slowest answer to a key meanwhile",
    "Python": "in Python",
}
LISTEN = """() => {
  globalThis.late = [];
  const note = (event) => late.push(performance.now() - event.timeStamp);
  document.addEventListener("keydown", note, true);
}"""


def values():
    """300 yearly numbers of sunspots."""
    return series.load("sunspots").values[:300]


def in_page(browser):
    """Seconds until all is compared, and of the slowest answer to a key press on the way."""
    with tempfile.TemporaryDirectory() as folder:
        figure = YourSeries(values(), horizon=HORIZON, seeds=SEEDS)
        address = Path(folder, preview.write(figure, Path(folder))).as_uri()
        page = browser.new_page()
        page.goto(address)
        train = page.get_by_role("button", name="Train the networks")
        page.wait_for_selector(".live-work.live-idle", state="attached")
        page.evaluate(LISTEN)
        began = time.perf_counter()
        train.click()
        page.wait_for_selector(".live-work:not(.live-idle)")
        while not page.locator(".live-work.live-idle").count():
            page.keyboard.press("Shift")
            page.wait_for_timeout(PAUSE)
        took = time.perf_counter() - began
        shown = page.locator("#your-series").inner_text()
        assert all(kind in shown for kind in KINDS), shown
        slowest = page.evaluate("() => Math.max(...late) / 1e3")
        page.close()
    return took, slowest


def in_python():
    """Seconds of the same comparison."""
    began = time.perf_counter()
    compare(values(), HORIZON, seeds=range(SEEDS), progress=False)
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
