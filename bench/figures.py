"""The live figures of the built lecture in Chromium: time of a slider event, weight of each page.

A slider's `input` event is computed and drawn in the microtask after it; reading the drawing's
size then makes the browser lay it out. That is timed, event by event, while one slider after
another sweeps its range. `to frame` also waits for the next frame, so it holds up to 16.7 ms of
waiting for the screen.
"""

import gzip
import json
import re
import statistics
import sys
from importlib.metadata import version
from pathlib import Path

from bench.targets import Target, judge
from book._tools.browser import launched

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
RESULTS = Path(__file__).parent / "results"
LECTURE = "notebooks/05_gate_by_gate.html"
EVENTS = 240
WANTED = {"median": 4.0, "p95": 16.0}
WEIGHT, WEIGHT_LADEN = 60_000, 90_000
# These bring trained networks along, the text that one was trained on, or the figures of several
# lectures.
LADEN = {
    f"notebooks/{name}.html"
    for name in ("13_john_and_mary", "14_characters", "20_myths", "26_your_network")
}

TWIN = re.compile(r'<div class="live-figure" data-figure=.*?</figure>\s*</div>', re.S)

TIME_EVENTS = """
async ([anchor, names, events]) => {
  const figure = document.getElementById(anchor);
  const drawn = [];
  const toFrame = [];
  for (let k = 0; k < events; k += 1) {
    const input = figure.querySelector(`input[name="${names[k % names.length]}"]`);
    const part = ((k * 37) % 101) / 100;
    input.value = Number(input.min) + part * (input.max - input.min);
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.resolve();
    figure.getBoundingClientRect();
    figure.querySelector(".live-belt").getBBox();
    drawn.push(performance.now() - start);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    toFrame.push(performance.now() - start);
  }
  return { drawn, toFrame };
}
"""


def page_weight(name):
    """Gzipped bytes of a page's own part: its figures' scripts, style, state and stills."""
    page = HTML / name
    text = page.read_text(encoding="utf-8")
    own = re.findall(r'(?:src|href)="([^"?]*_static/live/[^"?]+)', text)
    files = {file: _zipped((page.parent / file).read_bytes()) for file in dict.fromkeys(own)}
    # What the twins add to the page: it is sent as one gzipped text with and without them.
    twins = _zipped(text.encode()) - _zipped(TWIN.sub("", text).encode())
    return {Path(file).name: size for file, size in files.items()} | {"state and stills": twins}


def allowed_weight(name):
    """Gzipped bytes that a page's own part may weigh."""
    return WEIGHT_LADEN if name in LADEN else WEIGHT


def _zipped(data):
    return len(gzip.compress(data, 6, mtime=0))


def time_events(page):
    """Milliseconds of each slider event on both tabs of the lecture's first figure."""
    page.goto((HTML / LECTURE).as_uri())
    for twin in page.locator(".live-figure[data-figure]").all():
        twin.scroll_into_view_if_needed()
    anchor = page.locator(".live-figure[data-figure]:has(.live-tab)").first.get_attribute("id")
    times = {}
    for tab, names in enumerate((["f", "i", "g", "o"], ["held_f", "held_i", "held_g", "held_o"])):
        page.locator(f"#{anchor} .live-tab").nth(tab).click()
        for box in page.locator(f'#{anchor} input[name^="hold_"]:visible').all():
            box.check()
        page.evaluate(TIME_EVENTS, [anchor, names, 40])
        times[f"tab {tab + 1}"] = page.evaluate(TIME_EVENTS, [anchor, names, EVENTS])
    return times


def percentiles(values):
    return {"median": statistics.median(values), "p95": statistics.quantiles(values, n=20)[-1]}


def measure():
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        times = time_events(page)
        chromium = browser.version
    pages = sorted([*HTML.glob("book/*.html"), *HTML.glob("notebooks/*.html")])
    return {
        "chromium": chromium,
        "playwright": version("playwright"),
        "events": EVENTS,
        "milliseconds": {
            f"{tab}, {what}": percentiles(values)
            for tab, series in times.items()
            for what, values in (("drawn", series["drawn"]), ("to frame", series["toFrame"]))
        },
        "gzipped bytes": {
            str(p.relative_to(HTML)): page_weight(p.relative_to(HTML)) for p in pages
        },
    }


def table(result):
    lines = [
        f"Chromium {result['chromium']}, {result['events']} slider events on each tab of the Gate "
        f"Lab; wanted: drawn in ≤ {WANTED['median']:g} ms median, ≤ {WANTED['p95']:g} ms p95.",
        "",
        "| slider event | median ms | p95 ms |",
        "|---|---:|---:|",
    ]
    for what, times in result["milliseconds"].items():
        lines.append(f"| {what} | {times['median']:.2f} | {times['p95']:.2f} |")
    lines += [
        "",
        f"A page's own part, gzipped; wanted: ≤ {WEIGHT / 1000:g} kB, "
        f"≤ {WEIGHT_LADEN / 1000:g} kB of {', '.join(sorted(LADEN))}.",
        "",
        "| page | scripts kB | style kB | state and stills kB | all kB |",
        "|---|---:|---:|---:|---:|",
    ]
    for page, parts in result["gzipped bytes"].items():
        scripts = sum(size for file, size in parts.items() if file.endswith(".js"))
        style = sum(size for file, size in parts.items() if file.endswith(".css"))
        cells = (scripts, style, parts["state and stills"], sum(parts.values()))
        lines.append(f"| {page} | " + " | ".join(f"{size / 1000:.1f}" for size in cells) + " |")
    return "\n".join(lines)


def targets(result):
    times = [
        Target(f"Gate Lab, {what}, {part}", value, WANTED[part], " ms")
        for what, ms in result["milliseconds"].items()
        if what.endswith("drawn")
        for part, value in ms.items()
    ]
    weights = [
        Target(f"weight of {page}", sum(parts.values()), allowed_weight(page), " bytes", 0)
        for page, parts in result["gzipped bytes"].items()
    ]
    return times + weights


def record(name, result, text):
    """Keep what was measured as JSON, and its table as Markdown; print the table."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (RESULTS / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    print(text)


def main():
    if not (HTML / LECTURE).exists():
        raise SystemExit("_build/html is missing: run `make book` first")
    result = measure()
    record("figures", result, table(result))
    return targets(result)


if __name__ == "__main__":
    sys.exit(judge(main()))
