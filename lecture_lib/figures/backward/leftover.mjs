// ‖δc‖ and ‖δh‖ at each step on a logarithmic axis: solid where the wave has been; dashed outlines are
// those with no route cut.
import { createAxis, linear } from "../../web/charts/axes.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { html, put, svg } from "../../web/kit/dom.mjs";
import { short } from "./words.mjs";

const EDGE = { left: 44, right: 6, top: 10, bottom: 26 };
const HEIGHT = 170;
const FLOOR = HEIGHT - EDGE.bottom;
const MOST_DECADES = 15;
const STATES = ["c", "h"];

function powerWords(value) {
  const power = Math.round(Math.log10(value));
  return Math.abs(power) > 3 ? `1e${power}`.replace("-", "−") : `${Number(value.toPrecision(1))}`;
}

// The powers of ten at the ends of the axis, and of its ticks from the top.
function decadesOf(norms) {
  const above0 = norms.filter((value) => value > 0);
  const high = Math.ceil(Math.log10(Math.max(...above0)) + 1e-9);
  const least = Math.min(high - 2, Math.floor(Math.log10(Math.min(...above0))));
  const low = Math.max(least, high - MOST_DECADES);
  const every = Math.ceil((high - low) / 5);
  const count = Math.floor((high - low) / every) + 1;
  return { low, high, ticks: Array.from({ length: count }, (_, n) => 10 ** (high - n * every)) };
}

// The bars of one step, with their outlines.
function createColumn(t, choose) {
  const rects = (looks) =>
    STATES.map((state) => svg("rect", { class: `${looks} live-${state}`, rx: 3 }));
  const [ghosts, bars] = [rects("live-left-ghost"), rects("live-bar")];
  const mark = svg("text", { class: "live-mark", "text-anchor": "middle", y: HEIGHT - 8 }, `${t}`);
  const hit = svg("rect", {
    class: "live-hit",
    y: 0,
    height: HEIGHT,
    onclick: () => choose(Math.max(1, t)),
  });
  const nodes = [...bars, ...ghosts, mark];
  function draw({ left, uncut, steps, t: now, cut }, column, y) {
    for (const node of [...nodes, hit])
      put(node, { visibility: t <= steps ? "visible" : "hidden" });
    if (t > steps) return;
    const middle = EDGE.left + (t + 0.5) * column;
    const thick = Math.min(16, 0.36 * column);
    const place = (node, k, value, shown) =>
      put(node, {
        x: middle + (left.c ? [-thick - 1, 1][k] : -thick / 2),
        width: thick,
        y: y(value || 1e-300),
        height: Math.max(0, FLOOR - y(value || 1e-300)),
        visibility: shown ? "visible" : "hidden",
      });
    STATES.forEach((state, k) => {
      place(bars[k], k, left[state]?.[t], Boolean(left[state]) && t >= now - 1);
      place(ghosts[k], k, uncut[state]?.[t], Boolean(uncut[state]) && (cut || t < now - 1));
    });
    put(mark, { x: middle });
    mark.classList.toggle("live-now", t === now || t === now - 1);
    put(hit, { x: middle - column / 2, width: column });
  }
  return { nodes, hit, draw };
}

/**
 * @param {number} most the most steps there may be
 * @param {(t: number) => void} choose is asked for a step, from 1
 * @returns {object} `layout(width)`, `draw({ left, uncut, steps, t, cut })`: the norms at steps 0 …
 *   T, those with no route cut, and whether one is
 */
export function createLeftover(most, choose) {
  const legend = createLegend([
    { kind: "c", label: "‖δc‖", style: "box" },
    { kind: "h", label: "‖δh‖", style: "box" },
    { kind: "soft", label: "nothing cut", style: "dashed" },
  ]);
  const axis = createAxis({ mark: null, words: powerWords, ...EDGE });
  const columns = Array.from({ length: most + 1 }, (_, t) => createColumn(t, choose));
  const here = svg("rect", { class: "live-here", x: 0, y: 2, height: HEIGHT - 4, rx: 8 });
  const chart = svg("svg", { class: "live-left", role: "img", height: HEIGHT }, here, axis.root);
  chart.append(...columns.flatMap(({ nodes }) => nodes), ...columns.map(({ hit }) => hit));
  const root = html("div", {}, legend.root, chart);
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { left, uncut, steps, t, cut } = view;
    legend.draw([Boolean(left.c), true, cut]);
    const { low, high, ticks } = decadesOf([left, uncut].flatMap(Object.values).flat());
    const place = linear(low, high, FLOOR, EDGE.top);
    const y = (value) => place(Math.max(low, Math.log10(value)));
    axis.draw(ticks, y, width);
    const column = (width - EDGE.left - EDGE.right) / (steps + 1);
    for (const part of columns) part.draw(view, column, y);
    put(here, {
      width: 2 * column - 2,
      transform: `translate(${EDGE.left + (t - 1) * column + 1},0)`,
    });
    const ends = Object.entries(left).map(([state, norms]) => `δ${state} ${short(norms[0])}`);
    put(chart, {
      "aria-label": `What is left of the gradient at each step, on a logarithmic axis. At step 0: ${ends.join(", ")}.`,
    });
  }
  return { root, layout, draw };
}
