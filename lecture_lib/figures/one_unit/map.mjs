// The map of one step: the old state to the right, the new one upwards.
import { fixed, put, svg } from "../../web/kit/dom.mjs";
import { createLevels, EDGE, HEIGHT, REACH, y } from "./levels.mjs";

const MOST_POINTS = 3;

/**
 * Whether a push dies out: at 1 itself, w = ±1 and b = 0, the bend of tanh still lets it.
 * @param {{ slope: number }} point a fixed point, and the map's slope there
 * @returns {"stable" | "unstable"}
 */
export const stability = ({ slope }) => (Math.abs(slope) <= 1 ? "stable" : "unstable");

// Upright lines at −1, 0 and 1 with their values.
function createUprights() {
  const lines = [-1, 0, 1].map((value) =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { y1: y(REACH), y2: y(-REACH), class: value ? "" : "live-zero" }),
      svg("text", { "text-anchor": "middle", y: y(-REACH) + 13 }, fixed(value, 0)),
    ),
  );
  const draw = (x) =>
    lines.forEach((line, k) => {
      put(line.firstChild, { x1: x(k - 1), x2: x(k - 1) });
      put(line.lastChild, { x: x(k - 1) });
    });
  return { root: svg("g", {}, ...lines), draw };
}

function createPoints() {
  const circles = Array.from({ length: MOST_POINTS }, () =>
    svg("circle", { class: "live-unit-point", r: 5.5 }),
  );
  const draw = (points, x) =>
    circles.forEach((circle, k) => {
      const point = points[k];
      put(circle, { visibility: point ? "visible" : "hidden" });
      if (!point) return;
      put(circle, { cx: x(point.h), cy: y(point.h) });
      circle.classList.toggle("live-met", stability(point) === "stable");
    });
  return { root: svg("g", {}, ...circles), draw };
}

/**
 * The curve, the diagonal, the steps so far and the fixed points.
 * @returns {object} `layout(width)`, `draw(v)`
 */
export function createMap() {
  const levels = createLevels();
  const uprights = createUprights();
  const diagonal = svg("path", { class: "live-unit-diagonal" });
  const shifted = svg("path", { class: "live-curve live-curve-dashed live-like-i" });
  const curve = svg("path", { class: "live-curve live-h" });
  const web = svg("path", { class: "live-unit-web" });
  const dot = svg("circle", { class: "live-dot live-h", r: 5 });
  const fixedPoints = createPoints();
  const axis = svg(
    "text",
    { class: "live-axis", "text-anchor": "middle", y: HEIGHT - 4 },
    "old h across, new h up",
  );
  const root = svg(
    "svg",
    { class: "live-unit-map", role: "img", height: HEIGHT },
    levels.root,
    uprights.root,
    diagonal,
    shifted,
    curve,
    web,
    fixedPoints.root,
    dot,
    axis,
  );
  let width = 280;
  let last = null;
  const x = (h) => EDGE.left + ((h + REACH) * (width - EDGE.left - EDGE.right)) / (2 * REACH);
  const path = (map) =>
    `M${Array.from({ length: 61 }, (_, k) => -REACH + (2 * REACH * k) / 60)
      .map((h) => `${x(h).toFixed(1)},${y(map(h)).toFixed(1)}`)
      .join("L")}`;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    levels.draw(width - EDGE.right);
    uprights.draw(x);
    put(axis, { x: x(0) });
    put(diagonal, { d: `M${x(-REACH)},${y(-REACH)}L${x(REACH)},${y(REACH)}` });
    if (last) draw(last);
  }

  // `v`: w, u, b, t (from 0), h and x at each step, and the fixed points, each { h, slope }.
  function draw(v) {
    last = v;
    const { w, b, h, t, points } = v;
    const input = v.u * v.x[t];
    put(curve, { d: path((old) => Math.tanh(w * old + b)) });
    put(shifted, { d: input ? path((old) => Math.tanh(w * old + input + b)) : "" });
    let d = `M${x(0)},${y(0)}`;
    for (let s = 0; s <= t; s += 1) d += `V${y(h[s]).toFixed(1)}H${x(h[s]).toFixed(1)}`;
    put(web, { d });
    put(dot, { cx: x(h[t]), cy: y(h[t]) });
    fixedPoints.draw(points, x);
    const found = points.map((point) => `${fixed(point.h)}, ${stability(point)}`).join("; ");
    root.setAttribute("aria-label", `The new state against the old. Fixed points at ${found}.`);
  }
  return { root, layout, draw };
}
