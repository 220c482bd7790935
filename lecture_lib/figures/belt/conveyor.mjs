// A belt that only writes: what lies on it at each step, and the tanh through which it is read.
import {
  columnsOf,
  createAxis,
  createPlaces,
  GUTTER,
  roundTicks,
  stepPlaces,
  stepUnder,
} from "../../web/charts/axes.mjs";
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";

const LOAD = { top: 26, bottom: 218, height: 246 };
const BELT_HEIGHT = 11;
const READABLE = Math.atanh(Math.sqrt(0.9)); // where the slope of tanh is 0.1

// One bar a step: what was there (blue) and what the step writes (green, hollow if it takes away).
export function createLoad(steps, choose) {
  const band = svg("rect", { class: "live-readable", x: GUTTER });
  const edges = svg("path", { class: "live-edge" });
  const belt = svg(
    "g",
    {},
    svg("rect", { class: "live-track", x: GUTTER - 4, height: BELT_HEIGHT, rx: BELT_HEIGHT / 2 }),
    svg("path", { class: "live-rollers" }),
  );
  const axis = createAxis();
  const numbers = createPlaces();
  const here = svg("rect", {
    class: "live-here",
    rx: 7,
    y: LOAD.top - 18,
    height: LOAD.height - LOAD.top + 18,
  });
  const kept = [];
  const written = [];
  const bars = svg("g", {});
  for (let t = 0; t < steps; t += 1) {
    kept.push(svg("rect", { class: "live-bar live-c" }));
    written.push(svg("rect", { class: "live-write live-i" }));
    bars.append(kept[t], written[t]);
  }
  const ghost = svg("path", { class: "live-curve live-curve-dashed live-f" });
  const value = svg("text", { class: "live-load live-c", "text-anchor": "middle" });
  const root = svg(
    "svg",
    {
      class: "live-hoard",
      role: "img",
      onclick: (event) => choose(stepUnder(event, columnsOf(width, steps).column, steps)),
    },
    band,
    here,
    axis.root,
    numbers.root,
    bars,
    edges,
    belt,
    ghost,
    value,
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: LOAD.height, viewBox: `0 0 ${width} ${LOAD.height}` });
    put(band, { width: width - GUTTER - 10 });
    put(belt.firstChild, { width: width - GUTTER - 2 });
    let rollers = "";
    for (let x = GUTTER + 6; x < width - 10; x += 14)
      rollers += `M${x},${BELT_HEIGHT / 2 - 2.5}l2.5,2.5l-2.5,2.5`;
    put(belt.lastChild, { d: rollers });
    if (last) draw(last);
  }

  // `v`: t (from 0), c, other (c of the ghost, or nothing), label.
  function draw(v) {
    last = v;
    const all = v.other ? [...v.c, ...v.other] : v.c;
    const high = Math.max(READABLE, ...all);
    const low = Math.min(-READABLE * (Math.min(...all) < 0), ...all);
    const y = (number) => LOAD.bottom - ((number - low) * (LOAD.bottom - LOAD.top)) / (high - low);
    const { column, x } = columnsOf(width, steps);
    const thick = Math.max(4, column - 3);
    axis.draw(roundTicks(low, high, 5), y, width);
    numbers.draw(stepPlaces(steps, v.t + 1, column), (step) => x(step - 1), LOAD.bottom + 6);
    put(band, { y: y(READABLE), height: y(Math.max(low, -READABLE)) - y(READABLE) });
    const edge = (number) => (number < low ? "" : `M${GUTTER},${y(number)}H${width - 10}`);
    put(edges, { d: edge(READABLE) + edge(-READABLE) });
    put(belt, { transform: `translate(0,${y(0) - BELT_HEIGHT / 2})` });
    for (let t = 0; t < steps; t += 1) {
      const before = t ? v.c[t - 1] : 0;
      const now = v.c[t];
      const left = { x: x(t) - thick / 2, width: thick };
      const stays =
        before * now > 0 ? Math.sign(now) * Math.min(Math.abs(before), Math.abs(now)) : 0;
      put(kept[t], { ...left, y: Math.min(y(0), y(stays)), height: Math.abs(y(stays) - y(0)) });
      put(written[t], {
        ...left,
        y: Math.min(y(before), y(now)),
        height: Math.abs(y(now) - y(before)),
      });
      written[t].classList.toggle("live-taken", Math.abs(now) < Math.abs(before));
    }
    put(ghost, { visibility: v.other ? "visible" : "hidden" });
    if (v.other)
      put(ghost, {
        d: `M${Array.from(v.other, (number, t) => `${x(t).toFixed(1)},${y(number).toFixed(1)}`).join("L")}`,
      });
    put(here, { width: column, x: x(v.t) - column / 2 });
    const from = v.t ? v.c[v.t - 1] : 0;
    put(value, {
      x: Math.max(GUTTER + 20, Math.min(width - 26, x(v.t))),
      y: Math.min(y(v.c[v.t]), y(from), y(0)) - 7,
    });
    write(value, fixed(v.c[v.t]));
    root.setAttribute("aria-label", v.label);
  }

  return { root, layout, draw };
}

const LENS = { top: 10, bottom: 176, height: 200, reach: 1.4 };

// tanh with the belt's content on it, its slope there, and what one more on the belt would change.
export function createReadOut() {
  const axis = createAxis();
  const ticks = Array.from({ length: 12 }, () =>
    svg("text", { class: "live-mark", "text-anchor": "middle" }),
  );
  const band = svg("rect", { class: "live-readable", y: LENS.top, height: LENS.bottom - LENS.top });
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
    ...ticks,
    curve,
    tangent,
    more,
    dot,
    moreLabel,
    label,
  );
  const y = (value) =>
    LENS.bottom - ((value + LENS.reach) * (LENS.bottom - LENS.top)) / (2 * LENS.reach);
  let width = 320;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: LENS.height, viewBox: `0 0 ${width} ${LENS.height}` });
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
    put(band, { x: x(-READABLE), width: x(READABLE) - x(-READABLE) });
    const marks = roundTicks(low, high, 6);
    ticks.forEach((tick, k) => {
      put(tick, { visibility: k < marks.length ? "visible" : "hidden" });
      if (k >= marks.length) return;
      put(tick, { x: x(marks[k]), y: LENS.height - 8 });
      write(tick, fixed(marks[k], 0));
    });
    let d = "";
    for (let px = left; px <= width - 10; px += 3) {
      d += `${d ? "L" : "M"}${px},${y(Math.tanh(low + (px - left) / unit)).toFixed(1)}`;
    }
    put(curve, { d });
    const seen = Math.tanh(v.c);
    const slope = 1 - seen ** 2;
    // A tangent of constant length in px, so that its tilt alone tells the slope.
    const rise = (-slope * (LENS.bottom - LENS.top)) / (2 * LENS.reach) / unit;
    const part = 34 / Math.hypot(1, rise);
    put(tangent, {
      x1: x(v.c) - part,
      x2: x(v.c) + part,
      y1: y(seen) - part * rise,
      y2: y(seen) + part * rise,
    });
    put(dot, { cx: x(v.c), cy: y(seen) });
    put(more, { cx: x(v.c + 1), cy: y(Math.tanh(v.c + 1)) });
    // The curve rises to the right, so that above on the left and below on the right are free.
    put(label, { x: Math.max(left + 56, x(v.c) - 8), y: y(seen) - 10 });
    put(moreLabel, { x: Math.min(width - 28, x(v.c + 1) + 8), y: y(Math.tanh(v.c + 1)) + 18 });
    write(label, `c ${fixed(v.c)}`);
    root.setAttribute("aria-label", v.label);
  }

  return { root, layout, draw };
}
