// The time constants of a layer's units on one ruler of steps, logarithmic, with the input's length.
import { createPlaces, linear } from "../../web/charts/axes.mjs";
import { put, svg, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";
import { walkByKeys } from "../../web/parts/keys.mjs";
import { stepsText } from "./readout.mjs";

const EDGE = 24;
const TOP = 26;
const FOOT = 44;
// px, the height of the bed on which so many dots lie
const bedOf = (units) => (units > 32 ? 110 : 56);
const FOREVER = 34; // px at the right end for what is kept for ever
const R = 4.5;

/**
 * @param {(unit: number) => void} choose is asked for a unit, from 0
 * @returns {object} `layout(width)`, `draw({ times, steps, unit, label })`
 */
export function createTimeRuler(choose) {
  const bed = svg("rect", { class: "live-ruler-bed", y: TOP, rx: 8 });
  const [end, endName] = [svg("line", { class: "live-needle" }), svg("text", { y: TOP - 8 })];
  const dots = svg("g");
  const here = svg("circle", { class: "live-time-here", r: R + 2.5 });
  const places = createPlaces({ strokes: true });
  const forever = svg("text", { class: "live-mark", "text-anchor": "middle" }, "∞");
  const title = svg("text", { class: "live-axis", "text-anchor": "middle" });
  title.append("time constant 1 / (1 − mean kept), in steps");
  const root = svg("svg", { class: "live-times live-like-c", role: "slider", tabindex: 0 });
  root.append(bed, end, endName, places.root, forever, dots, here, title);
  let width = 640;
  let shown = null;
  let spots = [];

  function layout(newWidth) {
    width = newWidth;
    put(bed, { x: EDGE - 12, width: width - 2 * EDGE + 24 });
    if (shown) draw(shown);
  }

  function draw(view) {
    shown = view;
    const { times, steps, unit, label } = view;
    const high = bedOf(times.length);
    const foot = TOP + high;
    put(root, { width, height: foot + FOOT, viewBox: `0 0 ${width} ${foot + FOOT}` });
    put(bed, { height: high });
    put(forever, { x: width - EDGE - 2, y: foot + 16 });
    put(title, { x: width / 2, y: foot + FOOT - 4 });
    const finite = [...times].filter(Number.isFinite);
    const most = Math.max(10, 2 * steps, ...finite);
    const scale = linear(0, Math.log10(most), EDGE, width - EDGE - FOREVER);
    const x = (tau) => (tau === Infinity ? width - EDGE - 2 : scale(Math.log10(Math.max(1, tau))));
    spots = spread([...times].map(x), high);
    while (dots.childElementCount < spots.length)
      dots.append(svg("circle", { class: "live-time" }));
    [...dots.children].forEach((dot, k) => {
      put(dot, { visibility: k < spots.length ? "visible" : "hidden" });
      if (k < spots.length) put(dot, { cx: spots[k].x, cy: spots[k].y, r: spots[k].r });
    });
    put(here, { cx: spots[unit].x, cy: spots[unit].y });
    const ends = x(steps);
    put(end, { x1: ends, x2: ends, y1: TOP - 4, y2: foot });
    const left = ends > width / 2;
    put(endName, { x: ends + (left ? -6 : 6), "text-anchor": left ? "end" : "start" });
    write(endName, `the input: ${steps} steps`);
    const powers = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, k) => 10 ** k);
    const between = powers.flatMap((p) => [p, 2 * p, 5 * p]).filter((tick) => tick <= most);
    const ticks = (between.length * 46 < width ? between : powers).map((tick) => ({
      at: tick,
      text: tick < 1e4 ? `${tick}` : tick.toExponential(0).replace("e+", "e"),
    }));
    places.draw(ticks, x, foot);
    put(root, {
      "aria-label": "Units by their time constant",
      "aria-valuemin": 1,
      "aria-valuemax": times.length,
      "aria-valuenow": unit + 1,
      "aria-valuetext": `unit ${unit + 1}: ${stepsText(times[unit])} steps. ${label}`,
    });
  }

  root.addEventListener("click", (event) => {
    const [x, y] = placeIn(root, event);
    const far = spots.map((spot) => Math.hypot(spot.x - x, spot.y - y));
    choose(far.indexOf(Math.min(...far)));
  });
  // From one dot to the next along the ruler.
  const walk = (by) => {
    const order = [...shown.times.keys()].sort((a, b) => shown.times[a] - shown.times[b] || a - b);
    const at = order.indexOf(shown.unit) + by;
    choose(order[Math.max(0, Math.min(order.length - 1, at))]);
  };
  walkByKeys(root, walk, { ArrowUp: 1, ArrowDown: -1 });
  return { root, layout, draw };
}

// Dots side by side are put on one another, smaller the more there are of them.
function spread(xs, high) {
  const r = xs.length > 400 ? 1.6 : xs.length > 120 ? 2.4 : xs.length > 40 ? 3.4 : R;
  const columns = new Map();
  for (const [k, x] of xs.entries()) {
    const column = Math.round(x / (2 * r));
    columns.set(column, [...(columns.get(column) ?? []), k]);
  }
  const spots = [];
  for (const units of columns.values()) {
    const pitch = Math.min(2 * r, (high - 12) / units.length);
    units.forEach((k, place) => {
      spots[k] = { x: xs[k], y: TOP + high - 6 - r - place * pitch, r };
    });
  }
  return spots;
}
