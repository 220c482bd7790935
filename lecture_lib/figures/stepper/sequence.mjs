// The input sequence: bars that can be drawn over, or the letters of a word.
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";
import { walkByKeys } from "../../web/parts/keys.mjs";

const HEIGHT = 92;
const GUTTER = 30;
const MIDDLE = HEIGHT / 2 - 8;
const REACH = MIDDLE - 8; // px of the largest value

const between = (low, value, high) => Math.max(low, Math.min(high, value));

/**
 * @param {object} options `edit(t, value)` is asked for another number at step t, from 0, `choose(t)`
 *   for the step; `maxSteps` is the longest sequence, `largest` the largest number to be drawn
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createSequence({ edit, choose, maxSteps, largest }) {
  const axis = createAxis();
  const here = svg("rect", { class: "live-sequence-here", y: 1, height: HEIGHT - 2, rx: 6 });
  const columns = Array.from({ length: maxSteps }, createColumn);
  const root = svg(
    "svg",
    { class: "live-sequence", role: "slider", tabindex: 0, height: HEIGHT, "aria-valuemin": 1 },
    here,
    axis.root,
    ...columns.flatMap((column) => column.nodes),
  );
  let width = 600;
  let view = null;
  let drawing = false;

  const columnWidth = () => (width - GUTTER - 4) / view.count;
  const round = (value) => Math.round(100 * between(-largest, value, largest)) / 100;

  function touch(event) {
    const [x, y] = placeIn(root, event);
    const step = Math.floor((x - GUTTER) / columnWidth());
    const t = between(0, step, view.count - 1);
    if (view.letters) choose(t);
    else edit(t, round(between(-1, (MIDDLE - y) / REACH, 1) * sizeOf(view)));
  }
  root.addEventListener("pointerdown", (event) => {
    drawing = true;
    root.setPointerCapture(event.pointerId);
    touch(event);
  });
  root.addEventListener("pointermove", (event) => drawing && touch(event));
  for (const end of ["pointerup", "pointercancel"])
    root.addEventListener(end, () => {
      drawing = false;
    });
  walkByKeys(root, (by) => choose(between(0, view.t + by, view.count - 1)));
  root.addEventListener("keydown", (event) => {
    const up = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 0.5, PageDown: -0.5 }[event.key];
    if (!up || !view.values) return;
    edit(view.t, round(view.values[view.t] + up));
    event.preventDefault();
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    axis.layout(width);
    if (view) draw(view);
  }

  // `values`, numbers, or `letters`, a text; `count` of them; `t` from 0.
  function draw(newView) {
    view = newView;
    const { letters, values, count, t } = view;
    const wide = columnWidth();
    axis.draw(!letters, sizeOf(view));
    put(here, { x: GUTTER + t * wide, width: wide });
    columns.forEach((column, k) => column.draw(view, k, wide));
    const reading = letters ? `“${letters[t]}”` : fixed(values[t]);
    put(root, {
      "aria-label": letters
        ? "Letters: left and right choose the step"
        : "Input: left and right choose the step, up and down change its number",
      "aria-valuemax": count,
      "aria-valuenow": t + 1,
      "aria-valuetext": `step ${t + 1}: ${reading}`,
    });
  }
  return { root, layout, draw };
}

// The number that the top of the drawing stands for.
const sizeOf = ({ values }) => (values ? Math.max(1, ...values, -Math.min(...values)) : 1);

function createAxis() {
  const zero = svg("line", { class: "live-zero", x1: GUTTER, y1: MIDDLE, y2: MIDDLE });
  const [high, low, origin] = [13, 2 * MIDDLE - 5, MIDDLE + 4].map((y) =>
    svg("text", { x: GUTTER - 7, y, "text-anchor": "end" }),
  );
  write(origin, "0");
  const root = svg("g", { class: "live-tick" }, zero, high, low, origin);
  function draw(visible, size) {
    put(root, { visibility: visible ? "visible" : "hidden" });
    const digits = Number.isInteger(size) ? 0 : 1;
    write(high, fixed(size, digits));
    write(low, fixed(-size, digits));
  }
  return { root, layout: (width) => put(zero, { x2: width - 4 }), draw };
}

// One step: its bar or its letter, and its number below.
function createColumn() {
  const bar = svg("rect", { class: "live-sequence-bar", rx: 2 });
  const name = svg("text", {
    class: "live-sequence-letter",
    y: MIDDLE + 10,
    "text-anchor": "middle",
  });
  const mark = svg("text", { class: "live-mark", y: HEIGHT - 7, "text-anchor": "middle" });
  const show = (node, visible) => put(node, { visibility: visible ? "visible" : "hidden" });

  function draw(view, k, wide) {
    const { letters, count, t } = view;
    const there = k < count;
    const x = GUTTER + (k + 0.5) * wide;
    const every = wide >= 20 ? 1 : wide >= 9 ? 5 : 10;
    const isNumbered =
      k === t || every === 1 || ((k + 1) % every === 0 && Math.abs(k - t) * wide > 18);
    put(mark, { x });
    put(name, { x });
    show(mark, there && isNumbered);
    show(bar, there && !letters);
    show(name, there && letters);
    if (!there) return;
    write(mark, `${k + 1}`);
    mark.classList.toggle("live-now", k === t);
    if (!letters) return placeBar(x, view.values[k], sizeOf(view), wide);
    write(name, letters[k]);
    name.style.fontSize = `${between(9, 1.5 * wide, 26)}px`;
    name.classList.toggle("live-now", k === t);
  }
  function placeBar(x, value, size, wide) {
    const tall = (Math.abs(value) / size) * REACH;
    const thick = between(2, 0.6 * wide, 18);
    const y = (value > 0 ? MIDDLE - tall : MIDDLE) - 1;
    put(bar, { x: x - thick / 2, width: thick, y, height: tall + 2 });
  }
  return { nodes: [bar, name, mark], draw };
}
