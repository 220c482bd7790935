// tanh, through which a cell shows what is on its belt.
import { createAxis, GUTTER, roundTicks } from "../../web/charts/axes.mjs";
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";
import { READABLE_SLOPE } from "./__init__.py";

const TOP = 10;
const BOTTOM = 126;
const HEIGHT = 150;
const REACH = 1.4; // the largest h of the drawing

/** The c up to which tanh tells values apart: its slope is 1 − tanh². */
export const READABLE = Math.atanh(Math.sqrt(1 - READABLE_SLOPE));

const y = (h) => BOTTOM - ((h + REACH) * (BOTTOM - TOP)) / (2 * REACH);

// Values of c under the curve.
function createMarks() {
  const marks = Array.from({ length: 12 }, () =>
    svg("text", { class: "live-mark", "text-anchor": "middle", y: HEIGHT - 8 }),
  );
  function draw(values, x) {
    marks.forEach((mark, k) => {
      put(mark, { visibility: k < values.length ? "visible" : "hidden" });
      if (k >= values.length) return;
      put(mark, { x: x(values[k]) });
      write(mark, fixed(values[k], 0));
    });
  }
  return { root: svg("g", {}, ...marks), draw };
}

// The tangent at c, of constant length in px, so that its tilt alone tells the slope.
function tangentAt(c, x, unit) {
  const rise = (-(1 - Math.tanh(c) ** 2) * (BOTTOM - TOP)) / (2 * REACH) / unit;
  const half = 34 / Math.hypot(1, rise);
  const middle = y(Math.tanh(c));
  return { x1: x(c) - half, x2: x(c) + half, y1: middle - half * rise, y2: middle + half * rise };
}

/**
 * tanh with the belt's content on it, its slope there, and what one more would change.
 * @returns {object} `layout(width)`, `draw(v)`
 */
export function createReadOut() {
  const axis = createAxis();
  const marks = createMarks();
  const band = svg("rect", { class: "live-readable", y: TOP, height: BOTTOM - TOP });
  const curve = svg("path", { class: "live-curve live-curve-line live-h" });
  const tangent = svg("line", { class: "live-tangent" });
  const dot = svg("circle", { class: "live-dot live-c", r: 6 });
  const more = svg("circle", { class: "live-dot live-more live-c", r: 5 });
  const label = svg("text", { class: "live-load live-c", "text-anchor": "end" });
  const moreLabel = svg("text", { class: "live-load live-c" }, "+1");
  const root = svg(
    "svg",
    { class: "live-read-out", role: "img" },
    band,
    axis.root,
    marks.root,
    curve,
    tangent,
    more,
    dot,
    moreLabel,
    label,
  );
  let width = 320;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    axis.draw([-1, 0, 1], y, width);
    if (last) draw(last);
  }

  // `v`: c, the smallest and largest c of the run (low, high), label.
  function draw(v) {
    last = v;
    const low = Math.min(-2.5, v.low - 0.5);
    const high = Math.max(4.5, v.high + 1.5);
    const left = GUTTER;
    const unit = (width - left - 10) / (high - low);
    const x = (c) => left + (c - low) * unit;
    const [here, there] = [v.c, v.c + 1].map((c) => ({ cx: x(c), cy: y(Math.tanh(c)) }));
    put(band, { x: x(-READABLE), width: x(READABLE) - x(-READABLE) });
    marks.draw(roundTicks(low, high, 6), x);
    let d = "";
    for (let px = left; px <= width - 10; px += 3)
      d += `${d ? "L" : "M"}${px},${y(Math.tanh(low + (px - left) / unit)).toFixed(1)}`;
    put(curve, { d });
    put(tangent, tangentAt(v.c, x, unit));
    put(dot, here);
    put(more, there);
    // The curve rises to the right, so that above on the left and below on the right are free.
    const end = Math.max(left + 56, here.cx - 8);
    put(label, { x: end, y: here.cy - 10 });
    put(moreLabel, { x: Math.min(width - 28, Math.max(end + 6, there.cx + 8)), y: there.cy + 18 });
    write(label, `c ${fixed(v.c)}`);
    root.setAttribute("aria-label", v.label);
  }

  return { root, layout, draw };
}
