// Lines over one axis: the book's one line chart. It is made once, and moved on redraw.
import { placeIn } from "../kit/place.mjs";
import { createAxis, createPlaces, GUTTER, linear, MARGIN, roundTicks } from "./axes.mjs";
import { put, svg } from "../kit/dom.mjs";
import {
  createCursor,
  createEndNames,
  createLevel,
  createPaths,
  createPoints,
} from "./line_marks.mjs";

const EDGE = { left: GUTTER, right: MARGIN, top: 10, bottom: 24 };

/**
 * @typedef {object} Line
 * @property {string} kind a letter of the palette, "soft" or "ink", for the colour
 * @property {"line" | "dashed" | "dotted"} [style] of its stroke, "line"
 * @property {string} [name] stands at the line's end, to the right of the chart
 * @property {string} [area] the class of what lies below the line, where that is filled
 * @property {string} [looks] the classes of its path, in place of those of `style`
 *
 * @typedef {{ x?: number | number[], y: number[] | Float64Array }} Points the values of a line, and
 *   their places or the first of them (1); what is not a number is left out
 *
 * @typedef {object} View
 * @property {[number, number]} x the range of places
 * @property {[number, number]} y the range of values; on a `log` axis in powers of ten
 * @property {(Points | Points[] | null)[]} lines one for each line; several are drawn as one
 * @property {number} [at] the place looked at, where the upright line stands
 * @property {({ x: number, y: number, name?: string } | null)[]} [points] one for each point
 * @property {{ at: number, text: string, now?: boolean }[]} [places] below; else whole
 *   numbers, where the axis has a name
 * @property {{ value: number, name: string } | null} [level] a horizontal line with its name
 * @property {string} label the chart in a sentence
 * @property {string} [reading] what is at `at`, for who moves there by keyboard
 * @property {unknown} [version] while it stays the same, so do the lines
 */

/**
 * @param {object} options
 * @param {string} options.name the class of the drawing
 * @param {number} options.height
 * @param {Line[]} options.lines
 * @param {{ kind: string, r?: number, looks?: string }[]} [options.points] dots, whose names have the
 *   class `looks`
 * @param {{ left?: number, right?: number, top?: number, bottom?: number }} [options.edge]
 * @param {boolean} [options.log]
 * @param {(value: number) => string} [options.words] writes a value of the axis
 * @param {number | null} [options.mark] the value whose line is firmer
 * @param {number | number[]} [options.rows] how many values at most, or which
 * @param {string} [options.axisName] below the places, which then have strokes
 * @param {boolean} [options.clip] cuts lines off at the frame; else they are held at its edge
 * @param {string} [options.label] the drawing's name before it is first drawn
 * @param {(place: number) => void} [options.choose] is asked for a place that is clicked
 * @param {string} [options.keys] what a place is, "step": the upright line is then a slider
 * @returns {object} `layout(width)`, `draw(view: View)`
 */
export function createLineChart(options) {
  const { height, lines, points = [], axisName = "", clip = false, choose, keys } = options;
  const edge = { ...EDGE, ...options.edge };
  const floor = height - edge.bottom;
  const axis = createAxis({ ...options, left: edge.left, right: edge.right });
  const places = createPlaces({ strokes: Boolean(axisName) });
  const level = createLevel();
  const cursor = createCursor({ top: edge.top - 4, floor: floor + 4, choose, keys });
  const paths = createPaths(lines, { ...edge, floor, clip });
  const dots = createPoints(points);
  const names = createEndNames(lines, edge.top, floor);
  const title = svg("text", { class: "live-axis", "text-anchor": "middle", y: height - 4 });
  title.append(axisName);
  const scene = svg("svg", { role: "img", "aria-label": options.label ?? "being computed" });
  scene.append(...[axis, places, level].map((part) => part.root), title);
  if (!keys) scene.append(cursor.root);
  scene.append(...[paths, dots, names].map((part) => part.root));
  const root = keys ? svg("svg", { role: "group" }, cursor.root, scene) : scene;
  put(root, { class: options.name, height });
  let width = 640;
  let last = null;

  if (choose)
    root.addEventListener("click", (event) => {
      const [px] = placeIn(root, event);
      const [from, to] = last.x;
      const place = linear(edge.left, width - edge.right, from, to)(px);
      choose(Math.max(from, Math.min(to, place)));
    });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    put(title, { x: (edge.left + width - edge.right) / 2 });
    paths.layout(width);
    if (last) draw({ ...last, version: undefined });
  }

  /** @param {View} view */
  function draw(view) {
    const stale = !last || view.version === undefined || view.version !== last.version;
    last = view;
    const right = width - edge.right;
    const x = linear(...view.x, edge.left, right);
    const heightOf = heights(view.y, floor, edge.top, options.log);
    const y = heightOf(0);
    if (stale) paths.draw(view.lines, x, clip ? heightOf(2) : y, right - edge.left);
    axis.draw(ticksOf(view.y, options), y, width);
    places.draw(view.places ?? (axisName ? wholePlaces(view.x, width) : []), x, floor);
    cursor.draw(view, x);
    level.draw(view.level, y, edge.left, right);
    dots.draw(view.points ?? [], x, y, right);
    names.draw(view.lines, y, clip ? heightOf(2) : y, right);
    put(scene, { "aria-label": view.label });
    if (keys) put(root, { "aria-label": view.label });
  }

  return { root, layout, draw };
}

// Where a value is drawn, at most `beyond` times the frame's height outside of it: further out a path
// would lose its shape to rounding.
function heights([low, high], floor, top, log) {
  const y = linear(low, high, floor, top);
  return (beyond) => {
    const room = beyond * (high - low);
    const held = (place) => Math.max(low - room, Math.min(high + room, place));
    return (value) => y(held(log ? Math.log10(value) : value));
  };
}

function ticksOf([low, high], { lines, log, rows = 5 }) {
  if (Array.isArray(rows)) return rows;
  if (!lines.length) return [];
  const round = roundTicks(low, high, rows);
  return log ? round.filter(Number.isInteger).map((power) => Number(`1e${power}`)) : round;
}

function wholePlaces([from, to], width) {
  return roundTicks(from, to, width < 480 ? 4 : 8)
    .filter((place) => Number.isInteger(place) && place >= from)
    .map((place) => ({ at: place, text: `${place}` }));
}
