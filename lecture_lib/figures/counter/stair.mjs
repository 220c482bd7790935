// One network: its unit as a staircase over the letters, and what it expects after the one looked at.
import { LEVEL, MAX_LETTERS } from "./__init__.py";
import { createAxis, GUTTER, roundTicks } from "../../web/charts/axes.mjs";
import { percent } from "../../web/charts/next_bars.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { chooseByClick, levelOf, placeColumns } from "./columns.mjs";
import { expects, isWrong } from "./word.mjs";

const HEIGHT = 150;
const FLOOR = 120;

/**
 * @param {object} options `kind` of the network, the `state` that counts, and `choose(t)`, asked for
 *   a letter, from 1
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createView({ kind, state, choose }) {
  const name = html("span", { class: "live-heat-name" });
  const verdict = html("span", { class: "live-stair-says" });
  const stair = createStair({ kind, state, choose });
  const next = ["b", "end"].map((what) => ({ what, chance: html("span"), bar: html("i") }));
  const track = html(
    "div",
    { class: "live-next-split", "aria-hidden": "true" },
    ...next.map(({ bar }) => bar),
  );
  const root = html(
    "div",
    { class: `live-stair live-${state}` },
    html("div", { class: "live-heat-head" }, name, verdict),
    stair.root,
    html("div", { class: "live-next-two" }, next[0].chance, track, next[1].chance),
  );

  function draw(view) {
    const { due, pEnd, now, carried, unit } = view;
    const wrong = due.flatMap((what, t) => (isWrong(what, pEnd[t]) ? [t] : []));
    const title = `${kind}: ${state} of unit ${unit + 1}`;
    const sentence = judgement(view, wrong);
    write(name, title);
    root.classList.toggle("live-fails", wrong.length > 0);
    write(verdict, sentence);
    const label = `${title} after each letter, now ${fixed(carried[now])}; ${sentence}`;
    stair.draw({ ...view, label });
    next.forEach(({ what, chance, bar }, k) => {
      const p = k ? pEnd[now] : 1 - pEnd[now];
      write(chance, `${what} ${percent(p)}`);
      bar.style.width = `${100 * p}%`;
      chance.classList.toggle("live-now", now > 0 && expects(pEnd[now]) === what);
    });
  }
  return { root, layout: stair.layout, draw };
}

function judgement({ due, letters }, wrong) {
  const settled = due.filter(Boolean).length;
  if (!settled) return "nothing is settled";
  if (!wrong.length)
    return settled === 1 ? "right after the one b" : `right after all ${settled} b’s`;
  const a = letters.indexOf("b");
  const b = wrong[0] - a;
  const how =
    due[wrong[0]] === "b" ? `the end ${a - b} too early` : "another b where the end is due";
  return `× wrong after ${wrong.length} of ${settled} b’s: expects ${how}`;
}

function createStair({ kind, state, choose }) {
  const axis = createAxis();
  const cursor = svg("rect", { class: "live-stair-here", y: 2, height: HEIGHT - 6, rx: 5 });
  const truth = svg("path", { class: "live-curve live-curve-dashed live-soft" });
  const path = svg("path", { class: `live-curve live-${state}` });
  const dot = svg("circle", { class: `live-dot live-${state}`, r: 4.5 });
  const marks = Array.from({ length: MAX_LETTERS }, () =>
    svg("path", { class: "live-stair-mark" }),
  );
  const row = svg(
    "text",
    { class: "live-mark", x: GUTTER - 7, y: FLOOR + 22, "text-anchor": "end" },
    "right?",
  );
  const root = svg(
    "svg",
    { class: "live-curves", role: "img", height: HEIGHT },
    cursor,
    axis.root,
    row,
    truth,
    path,
    dot,
    ...marks,
  );
  let width = 600;
  let view = null;
  chooseByClick(root, () => ({ ...view, width }), choose);

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (view) draw(view);
  }

  function draw(newView) {
    view = newView;
    const { count, line, carried, now } = view;
    const column = placeColumns(width, view.columns);
    const expected = count.map((k) => line[0] + line[1] * k);
    const { low, high, ticks } = rangeOf(kind, view);
    const y = (value) => FLOOR - ((value - low) / (high - low)) * (FLOOR - 8);
    const isInside = (value) => value >= low && value <= high;
    const stairs = (values) => pathOf(values, isInside, column.left, y);
    axis.draw(ticks, y, width);
    put(truth, { d: stairs(expected) });
    put(path, { d: stairs(carried) });
    put(cursor, { x: column.left(now), width: column.width });
    put(dot, { cx: column.left(now + 0.5), cy: y(carried[now]) });
    marks.forEach((mark, k) => drawMark(mark, k + 1, view, column));
    root.setAttribute("aria-label", view.label);
  }
  return { root, layout, draw };
}

// The LSTM's axis has room for 10, 20, 40 or 80; h of a GRU cannot leave −1 … 1.
function rangeOf(kind, { count, line, carried }) {
  if (kind === "GRU") return { low: -1.05, high: 1.05, ticks: [-1, 0, 1] };
  const ends = [-1, levelOf(Math.max(1, ...count), LEVEL)].map((k) => line[0] + line[1] * k);
  const [low, high] = [Math.min(...ends, ...carried), Math.max(...ends, ...carried)];
  return { low, high, ticks: roundTicks(low, high, 4) };
}

// A stair for each value; what lies outside the axis is left out.
function pathOf(values, isInside, left, y) {
  let d = "";
  values.forEach((value, t) => {
    if (!isInside(value)) return;
    const begins = !t || !isInside(values[t - 1]);
    d += begins ? `M${left(t).toFixed(1)},` : "V";
    d += `${y(value).toFixed(1)}H${left(t + 1).toFixed(1)}`;
  });
  return d;
}

// Under a letter after which something is due: a dot where that is expected, else a cross.
function drawMark(mark, t, { letters, due, pEnd }, column) {
  const isDue = t <= letters.length && due[t] !== "";
  put(mark, { visibility: isDue ? "visible" : "hidden" });
  if (!isDue) return;
  const wrong = isWrong(due[t], pEnd[t]);
  const half = Math.max(2, Math.min(5, 0.4 * column.width));
  const [x, y] = [column.left(t + 0.5), FLOOR + 18];
  const cross = `M${x - half},${y - half}L${x + half},${y + half}M${x - half},${y + half}L${x + half},${y - half}`;
  mark.classList.toggle("live-wrong", wrong);
  put(mark, { d: wrong ? cross : `M${x - 0.01},${y}h0.02` });
}
