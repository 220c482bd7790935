// One cell over time: h as lines, and each gate and state as a heat map with a row for each unit.
import { createHeat } from "../../web/charts/heat.mjs";
import { fixed, html } from "../../web/kit/dom.mjs";
import { createLines } from "./lines.mjs";
import { CELLS, LETTERS, isGate } from "./names.mjs";
import { createWatch } from "./run.mjs";

const MAPS_AT_ONCE = 3; // of the six of an LSTM

const SUMMARIES = {
  rms: (h) => Math.sqrt(h.reduce((sum, value) => sum + value * value, 0) / h.length),
  mean: (h) => h.reduce((sum, value) => sum + value, 0) / h.length,
};

/**
 * @param {string} cell "lstm" or "gru"
 * @param {object} options `choose(t, unit)` is asked for a step and a unit, from 0
 * @returns {object} `lines` and `maps`, elements, `layout(linesWidth, mapsWidth)`, and `draw(run, place, show)`, in parts, with
 *   a run, the { t, unit } looked at and what the lines are of
 */
export function createCharts(cell, { choose, signal }) {
  const { name, shown } = CELLS[cell];
  const lines = createLines({ name: `${name} h over time`, colour: "h", choose });
  const maps = [...shown].map((letter) =>
    createHeat({
      name: LETTERS[letter],
      of: name,
      colour: letter,
      kind: isGate(letter) ? "gate" : "state",
      choose,
      signal,
    }),
  );
  const title = html("p", { class: "live-cell-name" }, `${name}: a row for each unit`);
  const isNew = createWatch();
  let curves;

  function layout(linesWidth, mapsWidth) {
    lines.layout(linesWidth);
    for (const map of maps) map.layout(mapsWidth);
  }

  function* draw(run, place, show) {
    yield* drawMaps(run, place);
    yield;
    drawLines(run, place, show);
  }

  function* drawMaps({ input, units, traces, free, clamps, version }, place) {
    const most = traces.lstm.c.subarray(0, input.count * units);
    for (const [k, map] of maps.entries()) {
      const letter = shown[k];
      if (k === MAPS_AT_ONCE) yield;
      map.draw({
        values: traces[cell][letter],
        ghost: free[cell]?.[letter],
        held: clamps[cell][letter],
        units,
        steps: input.count,
        ...place,
        scale: letter === "c" ? Math.max(1, largestOf(most)) : 1,
        version,
      });
    }
  }

  function drawLines(run, place, show) {
    const ofUnits = show === "units";
    if (isNew("curves", [run.version, show, ofUnits && place.unit]))
      curves = curvesOf(run, cell, ofUnits ? place.unit : null, show);
    const what = { units: `unit ${place.unit + 1}`, rms: "RMS", mean: "mean" }[show];
    lines.draw({
      ...curves,
      steps: run.input.count,
      t: place.t,
      says: `${what}: ${fixed(curves.lines[curves.chosen][place.t])}`,
      version: `${run.version} ${show} ${place.unit}`,
    });
  }

  return { lines: lines.root, maps: [title, ...maps.map(({ root }) => root)], layout, draw };
}

// h of every unit with `unit` chosen, or where that is null of the summary `show`; each a ghost of
// the free run behind it.
function curvesOf({ input, units: H, traces, free }, cell, unit, show) {
  const over = (value) => Float64Array.from({ length: input.count }, (_, t) => value(t));
  const [h, before] = [traces[cell].h, free[cell]?.h];
  if (unit === null) {
    const summary = (of) => over((t) => SUMMARIES[show](of.subarray(t * H, (t + 1) * H)));
    return { lines: [summary(h)], chosen: 0, ghost: before ? summary(before) : null };
  }
  const line = (of, k) => over((t) => of[t * H + k]);
  const lines = Array.from({ length: H }, (_, k) => line(h, k));
  return { lines, chosen: unit, ghost: before ? line(before, unit) : null };
}

function largestOf(values) {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return Math.ceil(10 * most) / 10;
}
