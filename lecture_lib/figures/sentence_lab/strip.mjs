// The gates and the cell state under the words of a sentence, a column a word: the unit that knows
// most of the subject with its numbers, the others as a heat map below it. A sentence too long for
// the page scrolls in its own box.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";
import { onThemeChange } from "../../web/kit/theme.mjs";
import { createGutter } from "./strip_gutter.mjs";
import { HEIGHT, placeColumns, rowAt } from "./strip_layout.mjs";
import { createPainter } from "./strip_painter.mjs";

const NARROW = 480; // px
const DIFFERS = 0.00005; // from the free run, to be read

/**
 * @param {object} options `choose(t)` is asked for the word at t, from 0
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createStrip({ choose, signal }) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  const here = html("div", { class: "live-columns-here" });
  const sheet = html("div", { class: "live-columns-sheet" }, canvas, here);
  const box = html(
    "div",
    {
      class: "live-columns-box",
      tabindex: 0,
      role: "group",
      "aria-label": "Gates and cell state, a column a word; the numbers are in the table below",
    },
    sheet,
  );
  const gutter = createGutter();
  const reading = html("p", { class: "live-heat-reading" });
  const root = html("div", {}, html("div", { class: "live-columns" }, gutter.root, box), reading);
  const painter = createPainter(canvas, root);
  let width = 600;
  let view = null;
  let columns = [];
  let pointed = null;

  function layout(newWidth) {
    width = newWidth;
    painter.forget(); // Jupyter draws first, and only then attaches to where the colours are known.
    if (view) draw(view);
  }

  // `order`: the units, the one that knows most of the subject first, `eta` how much each of these
  // knows; trace and free as from cells.mjs; `held`: {gate: T × H, NaN where free}.
  function draw(newView) {
    view = newView;
    const room = width - gutter.draw(view, width < NARROW);
    columns = placeColumns(view.words.map(painter.measure), room);
    const wide = painter.paint(view, columns);
    for (const { style } of [canvas, sheet])
      Object.assign(style, { width: `${wide}px`, height: `${HEIGHT}px` });
    const { x, width: column } = columns[view.t];
    Object.assign(here.style, { width: `${column - 2}px`, transform: `translate(${x + 1}px, 0)` });
    if (x < box.scrollLeft) box.scrollLeft = x;
    else if (x + column > box.scrollLeft + room) box.scrollLeft = x + column - room;
    if (pointed && pointed.t >= view.words.length) pointed = null;
    read();
  }

  const read = () => write(reading, describe(view, pointed ?? { kind: "f", rank: 0, t: view.t }));

  function cellUnder(event) {
    const [left, top] = placeIn(canvas, event);
    const x = Math.max(0, left);
    const t = columns.findLastIndex((column) => column.x <= x);
    return { t, ...rowAt(top, view.order.length) };
  }
  function point(cell) {
    pointed = cell;
    read();
  }
  sheet.addEventListener("pointermove", (event) => point(cellUnder(event)));
  sheet.addEventListener("pointerleave", () => point(null));
  sheet.addEventListener("click", (event) => choose(cellUnder(event).t));
  box.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    choose(Math.max(0, Math.min(view.words.length - 1, view.t + by)));
    event.preventDefault();
  });
  onThemeChange(() => {
    painter.forget();
    if (view) draw(view);
  }, signal);

  return { root, layout, draw };
}

function describe({ words, order, eta, trace, free, held }, { kind, rank, t }) {
  const s = t * order.length + order[rank];
  const [value, before] = [trace[kind][s], free[kind][s]];
  const clamp = held[kind] && !Number.isNaN(held[kind][s]) ? ", held" : "";
  const differs = Math.abs(value - before) > DIFFERS ? `, free ${fixed(before, 4)}` : "";
  return `${kind} of unit ${rank + 1} (η² ${fixed(eta[rank])}) at “${words[t]}”: ${fixed(value, 4)}${clamp}${differs}`;
}
