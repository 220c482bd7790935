// One unit of a vanilla RNN: its state over time, and the map that each step goes through.
// The traits: lecture_lib/figures/one_unit.py.
import { createRNN } from "../../web/numbers/cells.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createPlayer, createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";

const STEPS = 20;
const LONGEST = 1000;
const FADED = 0.01;
const GRID = 2000;
const FOLLOWED = ["w", "u", "b", "input", "t"];

const noise = seededUniform(0, 30, STEPS);
const INPUTS_OF = {
  impulse: (t) => (t === 0 ? 1 : 0),
  pulses: (t) => (t === 0 ? 1 : t === 10 ? -1 : 0),
  steady: () => 1,
  noise: (t) => noise[t],
};

// The h with h = tanh(w h + b), from the least; stable where the map's slope there is within ±1.
function fixedPoints(w, b) {
  const excess = (h) => Math.tanh(w * h + b) - h;
  const at = (k) => -1.0003 + (2.001 * k) / GRID; // no round number, so that no fixed point lies on one
  const found = [];
  for (let k = 0; k < GRID; k += 1) {
    let [low, high] = [at(k), at(k + 1)];
    if (excess(low) * excess(high) > 0) continue;
    for (let n = 0; n < 60; n += 1) {
      const middle = (low + high) / 2;
      if (excess(low) * excess(middle) > 0) low = middle;
      else high = middle;
    }
    found.push({ h: low, slope: w * (1 - low ** 2) });
  }
  return found;
}

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: FOLLOWED,
    fit: (width) => {
      const side = width > 560;
      el.classList.toggle("live-narrow", !side);
      time.layout(side ? Math.floor(0.56 * width) - 12 : width);
      map.layout(side ? Math.floor(0.44 * width) - 12 : Math.min(width, 340));
    },
  });
  const go = (t) => frame.change({ t: t + 1 });
  const player = createPlayer(STEPS, go, signal);
  const [weightIh, weightHh, bias] = [1, 1, 1].map((n) => new Float64Array(n));
  const cell = createRNN({
    inputSize: 1,
    hiddenSize: 1,
    weightIh,
    weightHh,
    bias,
    maxSteps: LONGEST + 1,
  });
  const equation = html("p", { class: "live-unit-sum" });
  const time = createTimes(go);
  const map = createMap();
  const story = html("p", { class: "live-story live-measured" });
  const table = createTable(["t", "x", "h"], STEPS);
  const slot = html("div", { class: "live-slot" });
  const charts = html(
    "div",
    { class: "live-unit" },
    html("div", {}, html("p", { class: "live-heading" }, "over time"), time.root),
    html("div", {}, html("p", { class: "live-heading" }, "the map of one step"), map.root),
  );
  el.append(
    html("div", { class: "live-head" }, player.root, frame.tools),
    equation,
    charts,
    slot,
    story,
    table.root,
    frame.caption,
    frame.voice,
  );
  const impulse = new Float64Array(LONGEST + 1);
  const quiet = new Float64Array(LONGEST + 1);

  function fadeTime() {
    impulse[0] = 0;
    quiet.set(cell.forward(impulse, LONGEST + 1).h);
    impulse[0] = 1;
    const { h } = cell.forward(impulse, LONGEST + 1);
    const first = Math.abs(h[0] - quiet[0]);
    for (let k = LONGEST; k >= 0; k -= 1) {
      if (Math.abs(h[k] - quiet[k]) > FADED * first) return k < LONGEST ? k + 1 : null;
    }
    return null;
  }

  function draw() {
    const [w, u, b, input, step] = FOLLOWED.map((name) => model.get(name));
    [weightIh[0], weightHh[0], bias[0]] = [u, w, b];
    const fade = fadeTime();
    const x = Float64Array.from({ length: STEPS }, (_, t) => INPUTS_OF[input](t));
    const { h } = cell.forward(x, STEPS);
    const t = step - 1;
    const before = t ? h[t - 1] : 0;
    const points = fixedPoints(w, b);
    player.draw(t);
    showSum(equation, { w, u, b, x: x[t], before, h: h[t] });
    time.draw({ h, x, t });
    map.draw({ w, u, b, h, x, t, points });
    table.draw((row, k) => (k ? fixed(k === 1 ? x[row] : h[row], 6) : `${row + 1}`));
    const lasts =
      u === 0
        ? "With u = 0 nothing comes in."
        : fade === null
          ? `What an impulse changes has not faded to 1 % after ${LONGEST} steps.`
          : `What an impulse changes fades to 1 % in ${fade} step${fade === 1 ? "" : "s"}.`;
    const meets = points
      .map(
        ({ h: at, slope }) =>
          `${fixed(at)} (slope ${fixed(slope)}, ${Math.abs(slope) < 1 ? "stable" : "unstable"})`,
      )
      .join(", ");
    write(story, `${lasts} Without input, h stays at ${meets}.`);
    frame.say(`Step ${step}: h ${fixed(h[t])}. ${lasts} Fixed points ${meets}.`);
  }
  return frame.start();
}

function showSum(node, { w, u, b, x, before, h }) {
  const number = (kind, value) =>
    html("b", { class: `live-${kind}` }, value < 0 ? `(${fixed(value)})` : fixed(value));
  node.replaceChildren(
    "h = tanh(",
    number("h", w),
    " · ",
    number("soft", before),
    " + ",
    number("i", u),
    " · ",
    number("soft", x),
    " + ",
    number("g", b),
    ") = ",
    number("h", h),
  );
}

const UNIT_EDGE = { left: 30, right: 8, top: 10, bottom: 36 };
const UNIT_HEIGHT = 250;

// Lines at −1, 0 and 1 with their values.
function createLevels(y) {
  const lines = [1, 0, -1].map((value) => {
    const text = svg(
      "text",
      { x: UNIT_EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" },
      fixed(value, 0),
    );
    return svg(
      "g",
      { class: "live-tick" },
      svg("line", {
        x1: UNIT_EDGE.left,
        y1: y(value),
        y2: y(value),
        class: value ? "" : "live-zero",
      }),
      text,
    );
  });
  const draw = (right) => lines.forEach((line) => put(line.firstChild, { x2: right }));
  return { root: svg("g", {}, ...lines), draw };
}

// h as bars and x as stems over the steps.
function createTimes(go) {
  const y = (value) =>
    UNIT_EDGE.top + ((1.05 - value) * (UNIT_HEIGHT - UNIT_EDGE.top - UNIT_EDGE.bottom)) / 2.1;
  const levels = createLevels(y);
  const here = svg("rect", {
    class: "live-here",
    y: 2,
    height: UNIT_HEIGHT - UNIT_EDGE.bottom + 14,
    rx: 7,
    x: 0,
  });
  const steps = Array.from({ length: STEPS }, (_, t) => ({
    bar: svg("rect", { class: "live-bar live-h", rx: 2 }),
    stem: svg("path", { class: "live-unit-input live-i" }),
    mark: svg(
      "text",
      { class: "live-mark", "text-anchor": "middle", y: UNIT_HEIGHT - UNIT_EDGE.bottom + 12 },
      `${t + 1}`,
    ),
    hit: svg("rect", { class: "live-hit", y: 0, height: UNIT_HEIGHT, onclick: () => go(t) }),
  }));
  const key = svg(
    "g",
    { class: "live-key" },
    svg("rect", {
      class: "live-h",
      x: UNIT_EDGE.left,
      y: UNIT_HEIGHT - 13,
      width: 9,
      height: 9,
      rx: 2,
    }),
    svg("text", { class: "live-h", x: UNIT_EDGE.left + 14, y: UNIT_HEIGHT - 4 }, "state h"),
    svg("path", {
      class: "live-unit-input live-i",
      d: `M${UNIT_EDGE.left + 84},${UNIT_HEIGHT - 8}h14`,
    }),
    svg("text", { class: "live-i", x: UNIT_EDGE.left + 104, y: UNIT_HEIGHT - 4 }, "input x"),
  );
  const root = svg(
    "svg",
    { class: "live-unit-time", role: "img", height: UNIT_HEIGHT },
    here,
    levels.root,
    ...steps.flatMap(({ bar, stem, mark }) => [bar, stem, mark]),
    key,
    ...steps.map(({ hit }) => hit),
  );
  let width = 340;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${UNIT_HEIGHT}` });
    levels.draw(width - UNIT_EDGE.right);
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const column = (width - UNIT_EDGE.left - UNIT_EDGE.right) / STEPS;
    const every = column >= 18 ? 1 : column >= 9 ? 5 : 10;
    put(here, { width: column, transform: `translate(${UNIT_EDGE.left + view.t * column},0)` });
    steps.forEach(({ bar, stem, mark, hit }, t) => {
      const x = UNIT_EDGE.left + t * column;
      const [h, input] = [view.h[t], view.x[t]];
      put(bar, {
        x: x + 0.2 * column,
        width: 0.6 * column,
        y: Math.min(y(h), y(0)),
        height: Math.abs(y(h) - y(0)),
      });
      put(stem, {
        d: input
          ? `M${x + 0.5 * column},${y(0)}V${y(input)}m${-0.3 * column},0h${0.6 * column}`
          : "",
      });
      const near = t !== view.t && Math.abs(t - view.t) * column < 17;
      put(mark, {
        x: x + column / 2,
        visibility: t === view.t || (!near && (t + 1) % every === 0) ? "visible" : "hidden",
      });
      mark.classList.toggle("live-now", t === view.t);
      put(hit, { x, width: column });
    });
    root.setAttribute(
      "aria-label",
      `The state h over ${STEPS} steps; at step ${view.t + 1} it is ${fixed(view.h[view.t])}. The numbers are in the table below.`,
    );
  }
  return { root, layout, draw };
}

// The old state to the right, the new one upwards: curve, diagonal, the steps so far, fixed points.
function createMap() {
  const levels = createLevels(
    (value) =>
      UNIT_EDGE.top + ((1.05 - value) * (UNIT_HEIGHT - UNIT_EDGE.top - UNIT_EDGE.bottom)) / 2.1,
  );
  const y = (value) =>
    UNIT_EDGE.top + ((1.05 - value) * (UNIT_HEIGHT - UNIT_EDGE.top - UNIT_EDGE.bottom)) / 2.1;
  const uprights = [-1, 0, 1].map((value) =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { y1: y(1.05), y2: y(-1.05), class: value ? "" : "live-zero" }),
      svg("text", { "text-anchor": "middle", y: y(-1.05) + 13 }, fixed(value, 0)),
    ),
  );
  const diagonal = svg("path", { class: "live-unit-diagonal" });
  const shifted = svg("path", { class: "live-curve live-curve-dashed live-i" });
  const curve = svg("path", { class: "live-curve live-h" });
  const web = svg("path", { class: "live-unit-web" });
  const dot = svg("circle", { class: "live-dot live-h", r: 5 });
  const marks = Array.from({ length: 3 }, () =>
    svg("circle", { class: "live-unit-point", r: 5.5 }),
  );
  const axis = svg(
    "text",
    { class: "live-axis", "text-anchor": "middle", y: UNIT_HEIGHT - 4 },
    "old h across, new h up",
  );
  const root = svg(
    "svg",
    { class: "live-unit-map", role: "img", height: UNIT_HEIGHT },
    levels.root,
    ...uprights,
    diagonal,
    shifted,
    curve,
    web,
    ...marks,
    dot,
    axis,
  );
  let width = 280;
  let last = null;
  const x = (value) =>
    UNIT_EDGE.left + ((value + 1.05) * (width - UNIT_EDGE.left - UNIT_EDGE.right)) / 2.1;
  const path = (of) =>
    `M${Array.from({ length: 61 }, (_, k) => -1.05 + 0.035 * k)
      .map((h) => `${x(h).toFixed(1)},${y(of(h)).toFixed(1)}`)
      .join("L")}`;
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${UNIT_HEIGHT}` });
    levels.draw(width - UNIT_EDGE.right);
    uprights.forEach((line, k) => {
      put(line.firstChild, { x1: x(k - 1), x2: x(k - 1) });
      put(line.lastChild, { x: x(k - 1) });
    });
    put(axis, { x: x(0) });
    put(diagonal, { d: `M${x(-1.05)},${y(-1.05)}L${x(1.05)},${y(1.05)}` });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { w, u, b, h, t, points } = view;
    const input = u * view.x[t];
    put(curve, { d: path((old) => Math.tanh(w * old + b)) });
    put(shifted, { d: input ? path((old) => Math.tanh(w * old + input + b)) : "" });
    let d = `M${x(0)},${y(0)}`;
    for (let s = 0; s <= t; s += 1) d += `V${y(h[s]).toFixed(1)}H${x(h[s]).toFixed(1)}`;
    put(web, { d });
    put(dot, { cx: x(h[t]), cy: y(h[t]) });
    marks.forEach((mark, k) => {
      const point = points[k];
      put(mark, { visibility: point ? "visible" : "hidden" });
      if (!point) return;
      put(mark, { cx: x(point.h), cy: y(point.h) });
      mark.classList.toggle("live-met", Math.abs(point.slope) < 1);
    });
    root.setAttribute(
      "aria-label",
      `The new state against the old. Fixed points at ${points.map((point) => `${fixed(point.h)}, ${Math.abs(point.slope) < 1 ? "stable" : "unstable"}`).join("; ")}.`,
    );
  }
  return { root, layout, draw };
}

export default { render };
