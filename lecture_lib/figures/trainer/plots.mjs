// The Trainer's line charts, and legends that say a value.
import { createLegend } from "../../web/charts/legend.mjs";
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { html, write } from "../../web/kit/dom.mjs";

/**
 * @param {object} options what a line chart takes, but its name, mark and edge
 * @returns {object} a line chart
 */
export function createPlot(options) {
  const edge = { top: 8, bottom: options.axisName ? 34 : 10 };
  const rows = options.log ? 5 : 2;
  return createLineChart({ ...options, name: "live-plot", mark: null, rows, edge });
}

/**
 * A legend whose entries say a value.
 * @param {{ kind: string, label: string }[]} entries
 * @returns {object} `draw(texts)`, null for an entry that is not shown
 */
export function createReadings(entries) {
  const legend = createLegend(entries);
  legend.root.classList.add("live-readings");
  const values = [...legend.root.children].map((entry) => entry.appendChild(html("b")));
  function draw(texts) {
    legend.draw(texts.map((text) => text !== null));
    texts.forEach((text, k) => write(values[k], text ?? ""));
  }
  return { root: legend.root, draw };
}

/**
 * What heads a chart.
 * @param {string} text
 * @returns {HTMLElement}
 */
export const createHeading = (text) => html("p", { class: "live-plot-head" }, text);

/**
 * A slider on the axis of the charts above it, under its name.
 * @param {string} name
 * @param {object} attributes of the slider
 * @param {(value: number) => void} move
 * @returns {object} `draw(value, limits, words)`: by name `min` and `max`, and the value in words
 */
export function createScrubber(name, attributes, move) {
  const input = html("input", {
    type: "range",
    autocomplete: "off",
    ...attributes,
    oninput: () => move(input.valueAsNumber),
  });
  const label = html("span", { "aria-hidden": "true" }, name);
  const root = html("div", { class: "live-scrub" }, label, input);
  function draw(value, limits, words) {
    for (const limit in limits) input.setAttribute(limit, limits[limit]);
    input.value = value;
    input.setAttribute("aria-valuetext", words);
  }
  return { root, draw };
}
