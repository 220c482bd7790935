// The heat maps of a layer, units × steps, under one cursor. A click chooses a step and a unit, a drag
// a span of steps; so do the keys.
import { createPlaces, GUTTER, MARGIN } from "../../web/charts/axes.mjs";
import { createHeatPainter } from "../../web/charts/heat_painter.mjs";
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { placeIn, zoomOf } from "../../web/kit/place.mjs";
import { onThemeChange } from "../../web/kit/theme.mjs";
import { windowOf } from "./window.mjs";

const GAP = 5; // px between two maps
const AXIS = 22;
const ROW = 7; // px that a row has at least, where there are few
const [LEAST, MOST] = [30, 62]; // px of a map's height
const DRAG = 8; // px that a press may wander before it is a drag
const KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
  PageUp: [0, -10],
  PageDown: [0, 10],
};

const heightOf = (units, count) =>
  count === 1 ? 6 * MOST : Math.max(LEAST, Math.min(MOST, ROW * units));

// One map: its letter, its scale, its canvas.
function createMap(letter) {
  const isGate = "fiozr".includes(letter);
  const canvas = html("canvas");
  const name = html("i", { class: "live-scope-letter" }, letter === "d" ? "Δh" : letter);
  const scale = html("span", { class: "live-scope-scale" });
  const label = html("div", { class: "live-scope-label", "aria-hidden": "true" }, name, scale);
  const root = html("div", { class: `live-scope-map live-${letter === "d" ? "h" : letter}` });
  root.append(label, html("div", { class: "live-heat-plate live-scope-plate" }, canvas));
  const painter = createHeatPainter(canvas, isGate ? "gate" : "state");
  return { letter, isGate, canvas, root, scale, painter };
}

/**
 * @typedef {object} MapsView
 * @property {{ letter: string, values: Float64Array, scale: number, ghost?: Float64Array,
 *   held?: Float64Array }[]} maps each T × H
 * @property {number} units H
 * @property {number} steps T
 * @property {Int32Array} order the unit of each row
 * @property {[number, number]} span the steps shown, from 0, the second left out
 * @property {number} step from 0
 * @property {number} unit from 0
 * @property {string[] | null} names of the steps
 * @property {string} label the maps in a sentence
 * @property {(step: number, unit: number) => string} say what is there, in words
 * @property {unknown} version another for other values, order or span
 * @property {{ base: unknown, from: number, to: number } | null} news the steps that alone differ from the
 *   version base
 */

/**
 * @param {object} options `choose(step, unit)`, both from 0; `look(step, unit)` is told what is
 *   pointed at, or nothing; `zoom(from, to)` is asked for a span of steps, the second left out
 * @returns {object} `layout(width)`, `draw(view: MapsView)`
 */
export function createMaps({ choose, look, zoom, signal }) {
  const known = new Map();
  const stack = html("div", { class: "live-scope-stack" });
  const places = createPlaces();
  const axis = svg("svg", { class: "live-scope-axis", height: AXIS, "aria-hidden": "true" });
  axis.append(places.root);
  const marks = createMarks();
  const looks = { class: "live-scope-cursor", role: "slider", tabindex: 0, "aria-valuemin": 1 };
  const plate = html("div", { ...looks, "aria-label": "Step and unit on the maps" }, marks.root);
  const root = html("div", { class: "live-scope" }, stack, plate, axis);
  let width = 640;
  let shown = null;
  let rows = []; // of each map: its top, its height
  let painted = null;

  const across = () => width - GUTTER - MARGIN;
  const mapOf = (letter) => {
    if (!known.has(letter)) known.set(letter, createMap(letter));
    return known.get(letter);
  };

  function layout(newWidth) {
    width = newWidth;
    put(axis, { width, viewBox: `0 0 ${width} ${AXIS}` });
    painted = null;
    for (const { painter } of known.values()) painter.forgetColours();
    if (shown) draw(shown);
  }

  /** @param {MapsView} view */
  function draw(view) {
    shown = view;
    if (view.version === undefined || view.version !== painted)
      paint(view.news?.base === painted ? view.news : null);
    painted = view.version;
    const [from, to] = view.span;
    const column = across() / (to - from);
    marks.draw({ ...view, column, rows, width: across() });
    places.draw(stepNames(view, column), (t) => GUTTER + (t - from + 0.5) * column, 0);
    put(plate, {
      "aria-valuemax": view.steps * view.units,
      "aria-valuenow": view.unit * view.steps + view.step + 1,
      "aria-valuetext": view.say(view.step, view.unit),
      "aria-description": view.label,
    });
  }

  // With news, of those steps alone.
  function paint(news) {
    const { maps, units } = shown;
    const height = heightOf(units, maps.length);
    const each = maps.map(({ letter }) => mapOf(letter));
    if (
      stack.children.length !== each.length ||
      each.some(({ root: map }, k) => map !== stack.children[k])
    )
      stack.replaceChildren(...each.map((map) => map.root));
    rows = maps.map((_, k) => ({ top: k * (height + GAP), height }));
    const whole = rows.length * (height + GAP) - GAP;
    Object.assign(plate.style, {
      left: `${GUTTER}px`,
      width: `${across()}px`,
      height: `${whole}px`,
    });
    marks.size(across(), whole);
    maps.forEach((one, k) => paintOne(each[k], one, height, news));
  }
  function paintOne(map, one, height, news) {
    const { canvas, painter, scale, isGate } = map;
    const ratio = devicePixelRatio * zoomOf(root);
    const size = { width: Math.round(across() * ratio), height: Math.round(height * ratio) };
    put(canvas, size);
    Object.assign(canvas.parentNode.style, { width: `${across()}px`, height: `${height}px` });
    const view = windowOf(one, shown, size, news && { ...news, window: map.window });
    map.window = view;
    painter.paint(
      { ...view, scale: one.scale },
      { width: across(), row: height / view.units, root: canvas },
    );
    write(
      scale,
      isGate ? "0 … 1" : `±${one.scale < 1e-3 ? one.scale.toExponential(0) : one.scale}`,
    );
  }

  const within = (k, count) => Math.max(0, Math.min(count - 1, k));
  function under(event) {
    const [x, y] = placeIn(plate, event);
    const [from, to] = shown.span;
    const row = rows.findLast(({ top }) => y >= top) ?? rows[0];
    const part = Math.floor(((y - row.top) / row.height) * shown.units);
    const step = from + within(Math.floor((x / across()) * (to - from)), to - from);
    return { step, unit: shown.order[within(part, shown.units)], x };
  }
  listenToPointer(plate, { under, marks, choose, look, zoom });
  plate.addEventListener("keydown", (event) => {
    const { step, unit, order, steps, units } = shown;
    const move = KEYS[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = within(order.indexOf(unit) + move[1], units);
    choose(within(step + move[0], steps), order[row]);
  });
  onThemeChange(() => {
    for (const { painter } of known.values()) painter.forgetColours();
    painted = null;
    if (shown) draw(shown);
  }, signal);

  return { root, layout, draw };
}

// Names where they have room, else numbers.
function stepNames({ names, span: [from, to], step }, column) {
  const steps = Array.from({ length: to - from }, (_, k) => from + k);
  const longest = names ? Math.max(...steps.map((t) => [...names[t]].length)) : 0;
  if (names && column >= 5 + 6.5 * longest)
    return steps.map((t) => ({ at: t, text: names[t].trim() || "␣", now: t === step }));
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((k) => k * column >= 30) ?? 1000;
  return steps
    .filter((t) => (t + 1) % every === 0 || t === step)
    .map((t) => ({ at: t, text: `${t + 1}`, now: t === step }));
}

// The step and the unit chosen, those pointed at, and the span that is being dragged.
function createMarks() {
  const line = (looks) => svg("line", { class: looks, y1: 0 });
  const [here, there] = [line("live-scope-here"), line("live-scope-there")];
  put(there, { visibility: "hidden" });
  const [cells, rowMarks] = [svg("g"), svg("g")];
  const drag = svg("rect", { class: "live-scope-drag", y: 0, visibility: "hidden" });
  const root = svg("svg", { class: "live-scope-marks", "aria-hidden": "true" });
  root.append(rowMarks, here, cells, there, drag);
  let view = null;
  let high = 0;

  function size(width, height) {
    high = height;
    put(root, { width, height, viewBox: `0 0 ${width} ${height}` });
    for (const node of [here, there]) put(node, { y2: height });
    put(drag, { height });
  }
  const place = (step) => (step - view.span[0] + 0.5) * view.column;
  const shows = (step) => step >= view.span[0] && step < view.span[1];

  function draw(newView) {
    view = newView;
    const { rows, step, unit, order, units, column, width } = view;
    const row = order.indexOf(unit);
    while (cells.children.length < rows.length) {
      const box = () => svg("rect", { rx: 1.5 });
      cells.append(svg("g", { class: "live-scope-cell" }, box(), box()));
      rowMarks.append(svg("path", { class: "live-scope-row", d: "M2,0l7,-4v8Z" }));
    }
    rowMarks.childNodes.forEach((mark, k) => {
      const there = k < rows.length;
      const tall = there ? rows[k].height / units : 0;
      const middle = there ? rows[k].top + (row + 0.5) * tall : 0;
      const [wide, high] = [Math.max(6, column), Math.max(6, tall)];
      put(mark, {
        visibility: there ? "visible" : "hidden",
        transform: `translate(${width},${middle})`,
      });
      put(cells.children[k], { visibility: there && shows(step) ? "visible" : "hidden" });
      for (const box of cells.children[k].children)
        put(box, { x: place(step) - wide / 2, y: middle - high / 2, width: wide, height: high });
    });
    put(here, { x1: place(step), x2: place(step), visibility: shows(step) ? "visible" : "hidden" });
  }
  function point(step) {
    const seen = view && step !== null && shows(step);
    put(there, { visibility: seen ? "visible" : "hidden" });
    if (seen) put(there, { x1: place(step), x2: place(step) });
  }
  function band(from, to) {
    put(drag, { visibility: from === null ? "hidden" : "visible", height: high });
    if (from !== null) put(drag, { x: Math.min(from, to), width: Math.abs(to - from) });
  }
  return { root, size, draw, point, band };
}

function listenToPointer(plate, { under, marks, choose, look, zoom }) {
  let pressed = null;
  plate.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType === "touch") return;
    plate.setPointerCapture(event.pointerId);
    pressed = under(event);
  });
  plate.addEventListener("pointermove", (event) => {
    const at = under(event);
    marks.point(at.step);
    look(at.step, at.unit);
    if (pressed) marks.band(Math.abs(at.x - pressed.x) > DRAG ? pressed.x : null, at.x);
  });
  plate.addEventListener("pointerleave", () => {
    marks.point(null);
    look(null);
  });
  const end = () => {
    marks.band(null);
    pressed = null;
  };
  plate.addEventListener("pointercancel", end);
  plate.addEventListener("click", (event) => {
    const at = under(event);
    const dragged = pressed && Math.abs(at.x - pressed.x) > DRAG;
    if (dragged) zoom(...[pressed.step, at.step].sort((a, b) => a - b).map((t, k) => t + k));
    else choose(at.step, at.unit);
    end();
  });
}
