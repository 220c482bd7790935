// Curves over the steps back, on an axis of decades: one up is ten times as much.
import { createLineChart } from "./line_chart.mjs";
import { powerOfTen } from "../kit/tens.mjs";

/**
 * @param {import("./line_chart.mjs").Line[]} lines
 * @returns {object} `layout(width)`, `draw({ steps, low, high, values, label })`: the axis from
 *   10^low to 10^high, and for each line its steps + 1 values, or null
 */
export function createDecades(lines) {
  const chart = createLineChart({
    name: "live-decades",
    height: 300,
    edge: { left: 44, right: 70, top: 12, bottom: 40 },
    lines,
    log: true,
    clip: true,
    words: powerOfTen,
    mark: 1,
    rows: 7,
    axisName: "steps back from the end",
    label: "Gradient against steps back, being computed",
  });
  function draw({ steps, low, high, values, label }) {
    const drawn = values.map((y) => y && { x: 0, y });
    chart.draw({ x: [0, steps], y: [low, high], lines: drawn, label });
  }
  return { root: chart.root, layout: chart.layout, draw };
}
