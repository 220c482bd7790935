// What lies in the frame of a line chart: lines, dots, names, a level, and the place looked at.
import { ownId, put, svg, write } from "../kit/dom.mjs";

const NAME = 15; // px between the names at the lines' ends
const MOVES = {
  ArrowLeft: -1,
  ArrowDown: -1,
  Home: -Infinity,
  ArrowRight: 1,
  ArrowUp: 1,
  End: Infinity,
};

// No more points than there are pixels; of those between, the last. What is not a number is left out.
function outline({ x: places = 1, y: values }, x, y, room) {
  const place = typeof places === "number" ? (k) => places + k : (k) => places[k];
  const every = Math.max(1, Math.floor(values.length / room));
  let d = "";
  for (let k = (values.length - 1) % every; k < values.length; k += every) {
    if (!Number.isNaN(values[k]))
      d += `${d ? "L" : "M"}${x(place(k)).toFixed(1)},${y(values[k]).toFixed(1)}`;
  }
  return d.includes("L") || !d ? d : `${d}h0`; // one point alone is a dot
}

/**
 * The lines, with what is filled below them.
 * @param {import("./line_chart.mjs").Line[]} lines
 * @param {{ left: number, right: number, top: number, floor: number, clip: boolean }} frame in px
 * @returns {object} `layout(width)`, `draw(values, x, y, room)`: Points for each line, and where a
 *   place and a value lie
 */
export function createPaths(lines, { left, right, top, floor, clip }) {
  const paths = lines.map(({ kind, style = "line", looks = `live-curve live-curve-${style}` }) =>
    svg("path", { class: `${looks} live-${kind}` }),
  );
  const areas = lines.map(
    ({ kind, area }) => area && svg("path", { class: `${area} live-${kind}` }),
  );
  const box = svg("rect", { x: left, y: top - 2, height: floor - top + 4 });
  const id = ownId("live-frame");
  const root = svg("g", {}, ...areas.filter(Boolean), ...paths);
  if (clip) {
    root.append(svg("clipPath", { id }, box));
    put(root, { "clip-path": `url(#${id})` });
  }
  const layout = (width) => put(box, { width: width - left - right + 2 });
  function draw(values, x, y, room) {
    values.forEach((line, k) => {
      const d = line
        ? [line]
            .flat()
            .map((one) => outline(one, x, y, room))
            .join("")
        : "";
      put(paths[k], { d });
      if (areas[k]) put(areas[k], { d: d && `${d}V${floor}H${d.slice(1).split(",")[0]}Z` });
    });
  }
  return { root, layout, draw };
}

/**
 * The upright line at the place looked at; with `keys`, the name of a place, it is a slider.
 * @param {{ top: number, floor: number, choose?: (place: number) => void, keys?: string }} options
 * @returns {object} `draw(view, x)`: the chart's View, and where a place lies
 */
export function createCursor({ top, floor, choose, keys }) {
  const line = svg("line", { class: "live-cursor", y1: top, y2: floor });
  const root = svg("g", { visibility: "hidden" }, line);
  let view = null;
  function press(event) {
    const by = MOVES[event.key];
    if (!by) return;
    choose(Math.max(view.x[0], Math.min(view.x[1], view.at + by)));
    event.preventDefault();
  }
  if (keys) {
    put(root, { role: "slider", tabindex: 0, "aria-label": keys });
    root.addEventListener("keydown", press);
  }
  function draw(newView, x) {
    view = newView;
    const { at } = view;
    put(root, { visibility: at === undefined ? "hidden" : "visible" });
    if (at === undefined) return;
    put(line, { x1: x(at), x2: x(at) });
    if (!keys) return;
    put(root, {
      "aria-valuemin": Math.ceil(view.x[0]),
      "aria-valuemax": Math.floor(view.x[1]),
      "aria-valuenow": at,
      "aria-valuetext": view.reading ?? view.label,
    });
  }
  return { root, draw };
}

/**
 * A horizontal line at a value, with its name above its right end.
 * @returns {object} `draw(level, y, left, right)`: { value, name } or nothing, and where a value
 *   lies
 */
export function createLevel() {
  const line = svg("line", { class: "live-baseline" });
  const name = svg("text", { class: "live-baseline-name", "text-anchor": "end" });
  const root = svg("g", { visibility: "hidden" }, line, name);
  function draw(level, y, left, right) {
    put(root, { visibility: level ? "visible" : "hidden" });
    if (!level) return;
    put(line, { x1: left, x2: right, y1: y(level.value), y2: y(level.value) });
    put(name, { x: right - 4, y: y(level.value) - 5 });
    write(name, level.name);
  }
  return { root, draw };
}

/**
 * Dots, each with its name beside it where it has one.
 * @param {{ kind: string, r?: number, looks?: string }[]} points
 * @returns {object} `draw(places, x, y, right)`: { x, y, name } for each dot, or null
 */
export function createPoints(points) {
  const nodes = points.map(({ kind, r = 4.5, looks }) => {
    const dot = svg("circle", { class: `live-dot live-${kind}`, r });
    const name = looks ? svg("text", { class: `${looks} live-${kind}` }) : null;
    return { dot, name };
  });
  const root = svg("g", {}, ...nodes.flatMap(({ dot, name }) => (name ? [dot, name] : [dot])));
  function draw(places, x, y, right) {
    nodes.forEach(({ dot, name }, k) => {
      const place = places[k];
      const shown = place && Number.isFinite(place.y);
      for (const node of name ? [dot, name] : [dot])
        put(node, { visibility: shown ? "visible" : "hidden" });
      if (!shown) return;
      const [cx, cy] = [x(place.x), y(place.y)];
      put(dot, { cx, cy });
      if (!name) return;
      const left = cx > right - 120;
      put(name, {
        x: cx + (left ? -10 : 10),
        y: cy + (left ? 18 : -6),
        "text-anchor": left ? "end" : "start",
      });
      write(name, place.name ?? "");
    });
  }
  return { root, draw };
}

/**
 * Names at the lines' right ends, pushed apart where they would meet; an arrow says that the line has
 * left the frame.
 * @param {import("./line_chart.mjs").Line[]} lines
 * @param {number} top
 * @param {number} floor
 * @returns {object} `draw(values, y, out, right)`: Points for each line
 */
export function createEndNames(lines, top, floor) {
  const names = lines.map(({ kind }) => svg("text", { class: `live-end live-${kind}` }));
  const root = svg("g", {}, ...names);
  // y(value) in the frame, and `out(value)` where the line goes on outside of it.
  function draw(values, y, out, right) {
    const ends = lines
      .map(({ name }, k) => ({ name, k, value: values[k]?.y?.at(-1) }))
      .filter(({ name, value }) => name && value !== undefined && !Number.isNaN(value))
      .map((end) => ({ ...end, at: y(end.value) }))
      .sort((a, b) => b.value - a.value || a.k - b.k);
    let above = -Infinity;
    for (const end of ends) above = end.at = Math.max(end.at, above + NAME, top);
    let below = floor + NAME;
    for (const end of ends.toReversed()) below = end.at = Math.min(end.at, below - NAME);
    for (const node of names) put(node, { visibility: "hidden" });
    for (const { name, k, value, at } of ends) {
      const beyond = out(value) - y(value);
      put(names[k], { visibility: "visible", x: right + 7, y: at + 4 });
      write(names[k], `${beyond > 0 ? "↓ " : beyond < 0 ? "↑ " : ""}${name}`);
    }
  }
  return { root, draw };
}
