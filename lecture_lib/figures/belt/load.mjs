// What lies on the belt at each step: what was there, and what the step writes.
import {
  columnsOf,
  createAxis,
  createPlaces,
  GUTTER,
  roundTicks,
  stepPlaces,
  stepUnder,
} from "../../web/charts/axes.mjs";
import { chevrons } from "../../web/charts/plumbing.mjs";
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";
import { STEPS } from "./__init__.py";
import { READABLE } from "./read_out.mjs";

const TOP = 26;
const BOTTOM = 178;
const HEIGHT = 206;
const BELT_HEIGHT = 11;

// The band of c in which tanh tells values apart.
function createBand() {
  const band = svg("rect", { class: "live-readable", x: GUTTER });
  const edges = svg("path", { class: "live-edge" });
  function draw(low, y, width) {
    const edge = (c) => (c < low ? "" : `M${GUTTER},${y(c)}H${width - 10}`);
    put(band, {
      width: width - GUTTER - 10,
      y: y(READABLE),
      height: y(Math.max(low, -READABLE)) - y(READABLE),
    });
    put(edges, { d: edge(READABLE) + edge(-READABLE) });
  }
  return { band, edges, draw };
}

function createBelt() {
  const track = svg("rect", {
    class: "live-track",
    x: GUTTER - 4,
    height: BELT_HEIGHT,
    rx: BELT_HEIGHT / 2,
  });
  const rollers = svg("path", { class: "live-rollers" });
  const root = svg("g", {}, track, rollers);
  function draw(y, width) {
    put(root, { transform: `translate(0,${y - BELT_HEIGHT / 2})` });
    put(track, { width: width - GUTTER - 2 });
    put(rollers, { d: chevrons(GUTTER + 6, width - 10, 14, 2.5, BELT_HEIGHT / 2) });
  }
  return { root, draw };
}

// One bar a step: what was there (blue) and what the step writes (green, hollow if it takes away).
function createBars() {
  const bars = Array.from({ length: STEPS }, () => ({
    kept: svg("rect", { class: "live-bar live-c" }),
    written: svg("rect", { class: "live-write live-i" }),
  }));
  const root = svg("g", {}, ...bars.flatMap(({ kept, written }) => [kept, written]));
  function draw(c, x, y, column) {
    const width = Math.max(4, column - 3);
    const between = (from, to) => ({
      y: Math.min(y(from), y(to)),
      height: Math.abs(y(to) - y(from)),
    });
    bars.forEach(({ kept, written }, t) => {
      const before = t ? c[t - 1] : 0;
      const now = c[t];
      const stays =
        before * now > 0 ? Math.sign(now) * Math.min(Math.abs(before), Math.abs(now)) : 0;
      put(kept, { x: x(t) - width / 2, width, ...between(0, stays) });
      put(written, { x: x(t) - width / 2, width, ...between(before, now) });
      written.classList.toggle("live-taken", Math.abs(now) < Math.abs(before));
    });
  }
  return { root, draw };
}

/**
 * @param {(t: number) => void} choose
 * @returns {object} `layout(width)`, `draw(v)`
 */
export function createLoad(choose) {
  const readable = createBand();
  const belt = createBelt();
  const axis = createAxis();
  const numbers = createPlaces();
  const here = svg("rect", { class: "live-here", rx: 7, y: TOP - 18, height: HEIGHT - TOP + 18 });
  const bars = createBars();
  const ghost = svg("path", { class: "live-curve live-curve-dashed live-f" });
  const value = svg("text", { class: "live-load live-c", "text-anchor": "middle" });
  const root = svg(
    "svg",
    {
      class: "live-hoard",
      role: "img",
      onclick: (event) => choose(stepUnder(event, columnsOf(width, STEPS).column, STEPS)),
    },
    readable.band,
    here,
    axis.root,
    numbers.root,
    bars.root,
    readable.edges,
    belt.root,
    ghost,
    value,
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(last);
  }

  // `v`: t (from 0), c, other (c of the ghost, or nothing), label.
  function draw(v) {
    last = v;
    const { t, c, other } = v;
    const all = other ? [...c, ...other] : c;
    const high = Math.max(READABLE, ...all);
    const low = Math.min(-READABLE * (Math.min(...all) < 0), ...all);
    const y = (number) => BOTTOM - ((number - low) * (BOTTOM - TOP)) / (high - low);
    const { column, x } = columnsOf(width, STEPS);
    axis.draw(roundTicks(low, high, 5), y, width);
    numbers.draw(stepPlaces(STEPS, t + 1, column), (step) => x(step - 1), BOTTOM + 6);
    readable.draw(low, y, width);
    belt.draw(y(0), width);
    bars.draw(c, x, y, column);
    put(ghost, { visibility: other ? "visible" : "hidden" });
    if (other) {
      const points = Array.from(other, (number, k) => `${x(k).toFixed(1)},${y(number).toFixed(1)}`);
      put(ghost, { d: `M${points.join("L")}` });
    }
    put(here, { width: column, x: x(t) - column / 2 });
    put(value, {
      x: Math.max(GUTTER + 20, Math.min(width - 26, x(t))),
      y: Math.min(y(c[t]), y(t ? c[t - 1] : 0), y(0)) - 7,
    });
    write(value, fixed(c[t]));
    root.setAttribute("aria-label", v.label);
  }

  return { root, layout, draw };
}
