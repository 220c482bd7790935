// Lines over the steps of a sequence under their legend. A click, or the arrow keys, choose a step.
import { columnsOf, stepPlaces } from "./axes.mjs";

import { fixed, html } from "../kit/dom.mjs";
import { createLegend } from "./legend.mjs";
import { createLineChart } from "./line_chart.mjs";

/**
 * @param {object} options what a line chart takes, `height`, `log`, `mark`, `words`, and
 * @param {{ name: string, kind: string, label: string, style?: "line" | "dashed" }[]} options.series
 * @param {number} options.low of the axis; on a `log` one as a power of ten
 * @param {number} options.high
 * @param {(t: number) => void} options.choose is asked for a step, from 0
 * @returns {object} `layout(width)`, `draw({ t, steps, values, label })`: t from 0, and by name the
 *   values of each series, one that is left out is not drawn
 */
export function createCurves({ series, low, high, choose, ...options }) {
  const legend = createLegend(series);
  const chart = createLineChart({
    ...options,
    name: "live-curves",
    rows: options.log ? 6 : 4,
    lines: series.map(({ kind, style }) => ({ kind, style })),
    points: series,
    keys: "step",
    choose: (place) => choose(Math.max(1, Math.min(steps, Math.round(place))) - 1),
  });
  const root = html("div", {}, legend.root, chart.root);
  let width = 640;
  let steps = 1;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    chart.layout(width);
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    steps = view.steps;
    const { t, values, label } = view;
    const say = options.words ?? ((value) => fixed(value));
    const readings = series
      .filter(({ name }) => Number.isFinite(values[name]?.[t]))
      .map(({ name, label: of }) => `${of} ${say(values[name][t])}`);
    const cut = (array) => array.subarray?.(0, steps) ?? array.slice(0, steps);
    legend.draw(series.map(({ name }) => Boolean(values[name])));
    chart.draw({
      x: [0.5, steps + 0.5],
      y: [low, high],
      at: t + 1,
      lines: series.map(({ name }) => (values[name] ? { y: cut(values[name]) } : null)),
      points: series.map(({ name }) => (values[name] ? { x: t + 1, y: values[name][t] } : null)),
      places: stepPlaces(steps, t + 1, columnsOf(width, steps).column),
      label,
      reading: [`step ${t + 1}`, ...readings].join(", "),
    });
  }
  return { root, layout, draw };
}
