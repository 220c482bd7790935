// A state over time as lines: one for each unit with one of them in bold, or a single one.
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { html, write } from "../../web/kit/dom.mjs";

const CLEAR = 22; // px around the step looked at, where no other is written

/**
 * @param {object} options
 * @param {string} options.name heads the chart, whose axis runs from −1 to 1
 * @param {string} options.colour a letter of the palette
 * @param {(t: number) => void} options.choose is asked for a step, from 0
 * @returns {object} `layout(width)`, `draw({ lines, chosen, ghost, steps, t, says, version })`:
 *   arrays of `steps` values; which is in bold; what that one was before, or null; t from 0; the
 *   reading; `version` as in a heat map
 */
export function createLines({ name, colour, choose }) {
  const reading = html("span", { class: "live-lines-what" });
  const looks = (what) => ({ kind: colour, looks: `live-line live-line-${what}` });
  const chart = createLineChart({
    name: "live-lines-chart",
    height: 132,
    edge: { left: 26, right: 8, top: 8, bottom: 20 },
    lines: [looks("ghost"), looks("other"), looks("bold")],
    points: [{ kind: colour, r: 5 }],
    rows: [1, 0, -1],
    keys: "step",
    choose: (place) => choose(Math.round(place) - 1),
  });
  const title = html("span", { class: "live-heat-name" }, name);
  const head = html("div", { class: "live-heat-head" }, title, reading);
  const root = html("div", { class: `live-lines live-${colour}` }, head, chart.root);
  let width = 300;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    chart.layout(width);
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { lines, chosen, ghost, steps, t, says, version } = view;
    const others = lines.filter((_, k) => k !== chosen);
    const far = (step) => ((width - 34) * Math.abs(step - t - 1)) / Math.max(1, steps - 1) >= CLEAR;
    const ends = [1, steps].filter((step) => step !== t + 1 && far(step));
    chart.draw({
      x: [1, Math.max(2, steps)],
      y: [-1, 1],
      at: t + 1,
      lines: [ghost && { y: ghost }, others.map((y) => ({ y })), { y: lines[chosen] }],
      points: [{ x: t + 1, y: lines[chosen][t] }],
      places: [
        ...ends.map((at) => ({ at, text: `${at}` })),
        { at: t + 1, text: `${t + 1}`, now: true },
      ],
      label: `${name} over ${steps} steps; ${says}`,
      reading: `step ${t + 1}: ${says}`,
      version,
    });
    write(reading, says);
  }
  return { root, layout, draw };
}
