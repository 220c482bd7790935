"""Gradient flow in Chromium, at H = 32 and T = 100: from a slider's event to its new curves.

The curves of three cells are computed in slices, between which the page does its other work; the
gap is the longest time for which it could not.
"""

import statistics

from playwright.sync_api import sync_playwright

from bench.figures import HTML, RESULTS, chromium_path

LECTURE = "notebooks/11_why_gates_help.html"
ANCHOR = "gradient-flow"
# The lecture's first one opens with these sizes.
VALUES = {
    "forget_bias": [k / 10 for k in range(1, 41)],
    "seed": list(range(1, 41)),
}
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


def main():
    lines = [
        "Gradient flow, H = 32, T = 100; wanted: drawn in ≤ 50 ms, and no frozen page.",
        "",
        "| slider | median ms | p95 ms | longest gap, median ms |",
        "|---|---:|---:|---:|",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        page = browser.new_page()
        # A link that names the figure mounts it at once.
        page.goto(f"{(HTML / LECTURE).as_uri()}#{ANCHOR}")
        for name, values in VALUES.items():
            page.wait_for_timeout(500)
            took, gaps = page.evaluate(MOVES, [ANCHOR, name, values])
            if len(values) > 1:
                tail = statistics.quantiles(took, n=20)[-1]
                middle = statistics.median(took)
                lines.append(
                    f"| {name} | {middle:.1f} | {tail:.1f} | {statistics.median(gaps):.1f} |"
                )
        browser.close()
    text = "\n".join(lines)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "gradient_flow.md").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
