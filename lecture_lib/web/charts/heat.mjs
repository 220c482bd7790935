// A heat map of units × time on a canvas: a gate, 0 … 1, in its own colour; a state, or a candidate,
// in its own colour above 0 and in grey with a dash below. Hover, or arrow keys, read out a cell.
import { zoomOf } from "../kit/place.mjs";
import { createHeatPainter, differ, isHeld } from "./heat_painter.mjs";
import { fixed, html, put, write } from "../kit/dom.mjs";
import { onThemeChange } from "../kit/theme.mjs";

const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

/**
 * @typedef {object} HeatView
 * @property {Float64Array} values steps × units, row by row, as in cells.mjs
 * @property {number} steps the columns
 * @property {number} units the rows
 * @property {number} t the step to mark, from 0
 * @property {number} unit the unit to read out, from 0
 * @property {number} [scale] the |value| of full colour, 1
 * @property {Float64Array} [ghost] values to compare with, seen in the middle, or at the foot, of each
 *   cell that differs
 * @property {Float64Array} [held] NaN where free; the rest is outlined
 * @property {unknown} [version] while it stays the same the values have not changed; without it all
 *   is painted
 */

/**
 * @param {object} options
 * @param {string} options.name heads the map
 * @param {string} [options.of] says whose it is to those who do not see where it stands
 * @param {string} options.colour a letter of the palette
 * @param {"gate" | "state"} [options.kind]
 * @param {(t: number, unit: number) => void} [options.choose] is called, both from 0, for a cell that is
 *   clicked, or chosen with Enter
 * @param {AbortSignal} [options.signal]
 * @returns {object} `layout(width)`, `draw(view: HeatView)`
 */
export function createHeat({ name, of = "", colour, kind = "gate", choose = () => {}, signal }) {
  const plate = createPlate(`${of} ${name}, cells of the heat map`.trim());
  const key = createKey(kind);
  const reading = html("p", { class: "live-heat-reading" });
  const title = html("span", { class: "live-heat-name" }, name);
  const head = html("div", { class: "live-heat-head" }, title, key.root);
  const root = html("div", { class: `live-heat live-${colour}` }, head, plate.root, reading);
  const painter = createHeatPainter(plate.canvas, kind);
  let width = 300;
  let shown = null;

  function layout(newWidth) {
    width = newWidth;
    painter.forgetColours(); // Jupyter draws first, and only then attaches to where they are known.
    if (shown) draw({ ...shown, version: undefined });
  }

  /** @param {HeatView} view */
  function draw(view) {
    const stale = !shown || view.version === undefined || view.version !== shown.version;
    shown = { scale: 1, ...view };
    if (stale) paint();
    plate.mark({ ...shown, column: width / shown.steps, row: rowHeight(shown) });
    read(plate.pointed());
  }
  function paint() {
    const row = rowHeight(shown);
    plate.resize(width, shown.units * row);
    painter.paint(shown, { width, row, root });
    key.draw(shown.scale);
  }
  function read(cell) {
    const { values, units, steps, ghost, held } = shown;
    const { t, unit } = cell ?? shown;
    const s = t * units + unit;
    const free = ghost && differ(values[s], ghost[s]) ? `, free ${fixed(ghost[s], 4)}` : "";
    const holds = isHeld(held, s) ? ", held" : "";
    write(reading, `unit ${unit + 1}, step ${t + 1}: ${fixed(values[s], 4)}${holds}${free}`);
    put(plate.root, {
      "aria-valuemax": units * steps,
      "aria-valuenow": unit * steps + t + 1,
      "aria-valuetext": reading.textContent,
    });
  }
  plate.onPoint(read, (t, unit) => choose(t, unit));
  onThemeChange(() => {
    painter.forgetColours();
    if (shown) paint();
  }, signal);

  return { root, layout, draw };
}

const rowHeight = ({ units }) => Math.max(7, Math.min(24, Math.floor(112 / units)));

// The scale's ends, with its colours between them.
function createKey(kind) {
  const [least, most] = [html("span"), html("span")];
  const looks = `live-heat-key live-heat-${kind}`;
  const root = html("span", { class: looks, "aria-hidden": "true" }, least, html("i"), most);
  function draw(scale) {
    const digits = Number.isInteger(scale) ? 0 : 1;
    write(least, kind === "gate" ? "0" : fixed(-scale, digits));
    write(most, fixed(scale, digits));
  }
  return { root, draw };
}

// The canvas under two frames: the step looked at, and the cell under the pointer or the keys.
function createPlate(label) {
  const canvas = html("canvas");
  const here = html("div", { class: "live-heat-here" });
  const cursor = html("div", { class: "live-heat-cursor", hidden: true });
  const looks = { class: "live-heat-plate", role: "slider", tabindex: 0, "aria-label": label };
  const root = html("div", { ...looks, "aria-valuemin": 1 }, canvas, here, cursor);
  let grid = null; // steps, units, column and row of what is shown; t and unit
  let pointed = null;
  let read = () => {};

  function place(box, t, unit, rows) {
    Object.assign(box.style, {
      width: `${grid.column}px`,
      height: `${rows * grid.row}px`,
      transform: `translate(${t * grid.column}px, ${unit * grid.row}px)`,
    });
  }
  function mark(newGrid) {
    grid = newGrid;
    if (pointed && (pointed.t >= grid.steps || pointed.unit >= grid.units)) leave();
    place(here, grid.t, 0, grid.units);
  }
  function resize(width, height) {
    const ratio = devicePixelRatio * zoomOf(root);
    const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (canvas.width === size.width && canvas.height === size.height) return;
    put(canvas, size);
    Object.assign(root.style, { width: `${width}px`, height: `${height}px` });
  }
  function look(t, unit) {
    pointed = { t, unit };
    cursor.hidden = false;
    place(cursor, t, unit, 1);
    read(pointed);
  }
  function leave() {
    pointed = null;
    cursor.hidden = true;
    read(null);
  }
  const within = (k, count) => Math.max(0, Math.min(count - 1, k));
  function under(event) {
    const box = root.getBoundingClientRect();
    const part = (offset, size, count) => within(Math.floor((offset / size) * count), count);
    return [
      part(event.clientX - box.left, box.width, grid.steps),
      part(event.clientY - box.top, box.height, grid.units),
    ];
  }
  function onPoint(newRead, choose) {
    read = newRead;
    root.addEventListener("pointermove", (event) => look(...under(event)));
    root.addEventListener("pointerleave", leave);
    root.addEventListener("click", (event) => choose(...under(event)));
    root.addEventListener("blur", leave);
    root.addEventListener("keydown", (event) => {
      const { t, unit } = pointed ?? grid;
      const move = MOVES[event.key];
      if (move) look(within(t + move[0], grid.steps), within(unit + move[1], grid.units));
      else if (event.key === "Enter" || event.key === " ") choose(t, unit);
      else return;
      event.preventDefault();
    });
  }
  return { root, canvas, mark, resize, onPoint, pointed: () => pointed };
}
