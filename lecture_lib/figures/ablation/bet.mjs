// The variants in the reader's order, to be moved by buttons, and the runs beside them once revealed.
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { BETS } from "./__init__.py";

const HEIGHT = 34;
const EDGE = 12;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * A recorded row with what its dots show, and its standing, of which a better one has less.
 * @param {object} row
 * @param {boolean} less whether its values are updates, of which fewer are better
 * @returns {object} the row with `values`, `solved`, how many runs were, `middle` and `standing`
 */
export function betRow(row, less) {
  const values = less ? row.updates.map((n) => n ?? Infinity) : row.scores;
  const solved = row.updates.filter((n) => n !== null).length;
  const middle = median(values);
  return { ...row, values, solved, middle, standing: [-solved, (less ? 1 : -1) * middle] };
}

const isBetter = ([solved, middle], other) =>
  solved < other[0] || (solved === other[0] && middle < other[1]);

// The place of each row as measured, from 1; equals share one.
const placesOf = (rows) =>
  rows.map((row) => 1 + rows.filter((other) => isBetter(other.standing, row.standing)).length);

// How many pairs are ordered as measured, and of how many.
function agreementOf(order, places) {
  const ranked = [...order].map((letter) => places[BETS.indexOf(letter)]);
  const pairs = ranked.flatMap((a, n) => ranked.slice(n + 1).map((b) => a <= b));
  return [pairs.filter(Boolean).length, pairs.length];
}

// A variant with its place in the bet, its buttons, and its runs as dots.
function createItem(name, seeds, move) {
  const arrow = (by, sign, word) =>
    button(sign, (event) => move(by, event.currentTarget), {
      "aria-label": `Move ${name} ${word}`,
    });
  const [up, down] = [arrow(-1, "↑", "up"), arrow(1, "↓", "down")];
  const place = html("b");
  const dots = Array.from({ length: seeds }, () => svg("circle", { class: "live-run-dot", r: 5 }));
  const middle = svg("line", { class: "live-bet-middle", y1: 5, y2: HEIGHT - 5 });
  const bed = svg("line", { class: "live-bet-bed", x1: 8, y1: HEIGHT / 2, y2: HEIGHT / 2 });
  const looks = { role: "img", height: HEIGHT, class: "live-like-c" };
  const chart = svg("svg", looks, bed, middle, ...dots);
  const [rank, reading] = [html("b"), html("span")];
  const root = html(
    "li",
    {},
    place,
    html("span", { class: "live-bet-name" }, name),
    html("span", { class: "live-bet-buttons" }, up, down),
    chart,
    html("span", { class: "live-bet-measured" }, rank, reading),
  );
  function layout(width) {
    put(chart, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    put(bed, { x2: width - 8 });
  }
  // `at` in the bet, from 0, of `count`; `measured`, its place; x(value) in px.
  function draw(row, { at, count, open, measured, less, x }) {
    write(place, `${at + 1}`);
    put(up, { "aria-disabled": at === 0 });
    put(down, { "aria-disabled": at === count - 1 });
    put(chart, { visibility: open ? "visible" : "hidden" });
    put(middle, { x1: x(row.middle), x2: x(row.middle) });
    dots.forEach((dot, seed) => {
      const value = row.values[seed];
      put(dot, { cx: x(value).toFixed(1), cy: HEIGHT / 2 + 4 * (seed - (seeds - 1) / 2) });
      dot.classList.toggle("live-hollow", value === Infinity);
    });
    const said = row.middle === Infinity ? "not solved" : `median ${row.middle}`;
    const solved = less ? ` · ${row.solved} of ${seeds}` : "";
    write(rank, open ? `place ${measured}` : "");
    write(reading, open ? said + solved : "");
    const runs = row.values.map((value) => (value === Infinity ? "not solved" : value));
    put(chart, { "aria-label": `${row.variant}: ${runs.join(", ")}` });
  }
  return { root, layout, draw };
}

function axisText({ open, less, most }) {
  if (!open) return "";
  return less
    ? `A dot is a run: updates until solved, 0 at the left, fewer is better; hollow at the right edge: not solved in ${most}. The stroke is the median.`
    : `A dot is a run: the largest n counted right, 0 at the left, more is better; at the right ${most}, beyond which nobody asked. The stroke is the median.`;
}

/**
 * @param {object} options
 * @param {string[]} options.names of the variants, in the order of their letters
 * @param {number} options.seeds how many runs each has
 * @param {(values: { order?: string, revealed?: string }) => void} options.change
 * @returns {object} `layout(width)`, `draw({ task, less, most, order, open, rows })`: rows from
 *   `betRow`; it returns the verdict
 */
export function createBet({ names, seeds, change }) {
  const title = html("p", { class: "live-heading" });
  const items = names.map((name, k) =>
    createItem(name, seeds, (by, from) => move(BETS[k], by, from)),
  );
  const list = html("ol", { class: "live-bet-list", "aria-label": "Your ranking, best first" });
  const axis = html("p", { class: "live-bet-axis" });
  const verdict = html("p", { class: "live-answer" });
  const reveal = button("Reveal the runs", () => change({ revealed: last.open ? "" : last.task }));
  const revealed = html("p", { class: "live-bet-reveal" }, reveal);
  const root = html("div", { class: "live-bet" }, title, list, axis, revealed, verdict);
  let width = 200;
  let last = null;

  function move(letter, by, from) {
    const order = [...last.order];
    const at = order.indexOf(letter);
    const to = at + by;
    if (to < 0 || to >= order.length) return;
    [order[at], order[to]] = [order[to], order[at]];
    change({ order: order.join("") });
    queueMicrotask(() => from.focus()); // the list was put together anew
  }
  function layout(newWidth) {
    const wide = newWidth >= 560;
    root.classList.toggle("live-narrow", !wide);
    width = wide ? newWidth - 380 : newWidth - 90;
    for (const item of items) item.layout(width);
    if (last) draw(last);
  }
  function draw(view) {
    const { task, less, most, order, open, rows } = view;
    if (last?.order !== order)
      list.replaceChildren(...[...order].map((letter) => items[BETS.indexOf(letter)].root));
    last = view;
    write(title, `Your bet: which variant does best at ${task}?`);
    write(reveal, open ? "Hide the runs" : "Reveal the runs");
    write(axis, axisText(view));
    const high = less ? 1.14 * most : most;
    const x = (value) => EDGE + ((width - 2 * EDGE) * Math.min(value, high)) / high;
    const places = placesOf(rows);
    rows.forEach((row, k) => {
      const at = order.indexOf(BETS[k]);
      items[k].draw(row, { at, count: rows.length, open, measured: places[k], less, x });
    });
    const [agreed, pairs] = agreementOf(order, places);
    write(verdict, open ? `${agreed} of ${pairs} pairs are in the order that was measured.` : "");
    return verdict.textContent;
  }
  return { root, layout, draw };
}
