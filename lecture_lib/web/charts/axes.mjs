// The two axes of a chart: round ticks, values at the left, places below. Made once and moved.
import { fixed, put, svg, write } from "../kit/dom.mjs";
import { placeIn } from "../kit/place.mjs";

/** px for the numbers at the left. */
export const GUTTER = 48;
/** px at the right. */
export const MARGIN = 10;
const CLEAR = 18; // px around the place looked at, where no other is written

/**
 * Round values across low … high, `count` of them or fewer.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {number[]}
 */
export function roundTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = power * [1, 2, 5, 10].find((k) => k * power >= rough * (1 - 1e-9));
  const first = Math.ceil(low / every - 1e-9);
  const last = Math.floor(high / every + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * every);
}

/**
 * What takes low … high to start … end, in px.
 * @param {number} low
 * @param {number} high
 * @param {number} start
 * @param {number} end
 * @returns {(value: number) => number}
 */
export function linear(low, high, start, end) {
  return (value) => start + ((value - low) * (end - start)) / (high - low);
}

// As many nodes in `root` as there are items; what is over is kept aside.
function growing(root, make) {
  const nodes = [];
  return (items, draw) => {
    while (nodes.length < items.length) nodes.push(make());
    if (root.childElementCount !== items.length)
      root.replaceChildren(...nodes.slice(0, items.length));
    items.forEach((item, k) => draw(nodes[k], item));
  };
}

/**
 * Horizontal lines with their values, the one at `mark` firmer, from `left` px to `right` px before
 * the drawing's end.
 * @param {{ mark?: number | null, words?: (value: number) => string, left?: number, right?: number }} options
 *   `words` writes a value where it is not a plain number
 * @returns {object} `draw(ticks, y, width)`, with y(value) in px
 */
export function createAxis({ mark = 0, words, left = GUTTER, right = MARGIN } = {}) {
  const root = svg("g");
  const each = growing(root, () =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { x1: left }),
      svg("text", { "text-anchor": "end", x: left - 7 }),
    ),
  );
  const decimals = (value) => (`${Number(value.toPrecision(3))}`.split(".")[1] ?? "").length;
  function draw(ticks, y, width) {
    const digits = Math.max(0, ...ticks.map(decimals));
    each(ticks, ({ firstChild: line, lastChild: text }, value) => {
      put(line, {
        x2: width - right,
        y1: y(value),
        y2: y(value),
        class: value === mark ? "live-zero" : "",
      });
      put(text, { y: y(value) + 4 });
      write(text, words ? words(value) : fixed(value, digits));
    });
  }
  return { root, draw };
}

/**
 * The places under a chart, with short strokes or without.
 * @param {{ strokes?: boolean }} options
 * @returns {object} `draw(places, x, floor)`: places [{ at, text, now }], x(place) and the floor in
 *   px; the one that is `now` is in bold, and hides what would touch it
 */
export function createPlaces({ strokes = false } = {}) {
  const root = svg("g");
  const each = growing(root, () =>
    svg(
      "g",
      { class: "live-tick" },
      ...(strokes ? [svg("line")] : []),
      svg("text", { class: "live-mark", "text-anchor": "middle" }),
    ),
  );
  function draw(places, x, floor) {
    const now = places.find((place) => place.now);
    const isClear = (place) => !now || place === now || Math.abs(x(place.at) - x(now.at)) >= CLEAR;
    each(places.filter(isClear), (node, place) => {
      const at = x(place.at);
      if (strokes) put(node.firstChild, { x1: at, x2: at, y1: floor, y2: floor + 4 });
      put(node.lastChild, { x: at, y: floor + 16 });
      node.lastChild.classList.toggle("live-now", place === now);
      write(node.lastChild, place.text);
    });
  }
  return { root, draw };
}

/**
 * The width of one of `steps` columns, and the middle of column t, from 0, in a drawing `width` px wide.
 * @param {number} width
 * @param {number} steps
 * @returns {{ column: number, x: (t: number) => number }}
 */
export function columnsOf(width, steps) {
  const column = (width - GUTTER - MARGIN) / steps;
  return { column, x: (t) => GUTTER + (t + 0.5) * column };
}

/**
 * The step under the pointer, from 0, in a drawing whose columns are `column` px wide.
 * @param {PointerEvent} event
 * @param {number} column
 * @param {number} steps
 * @returns {number}
 */
export function stepUnder(event, column, steps) {
  const x = placeIn(event.currentTarget, event)[0] - GUTTER;
  return Math.min(steps - 1, Math.max(0, Math.floor(x / column)));
}

/**
 * The numbers of steps 1 … `steps`, as many as columns `column` px wide have room for beside the
 * one looked at.
 * @param {number} steps
 * @param {number} now the step looked at, from 1
 * @param {number} column
 * @returns {{ at: number, text: string, now: boolean }[]}
 */
export function stepPlaces(steps, now, column) {
  const room = steps < 100 ? 21 : 28; // px
  const every = [1, 2, 5, 10].find((k) => k * column >= room) ?? 20;
  const isFree = (step) => Math.abs(step - now) * column >= room - 3;
  return Array.from({ length: steps }, (_, t) => t + 1)
    .filter((step) => step === now || (step % every === 0 && isFree(step)))
    .map((step) => ({ at: step, text: `${step}`, now: step === now }));
}
