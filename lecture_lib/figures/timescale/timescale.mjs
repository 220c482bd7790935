// The timescale ruler: a gate's bias, its value, its time constant and its half-life on one ruler.
// The traits: lecture_lib/figures/timescale.py.
import { sigmoid } from "../../web/numbers/cells.mjs";
import { createLags } from "../../web/charts/curves.mjs";
import { inTens } from "../../web/charts/decades.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/kit/parts.mjs";

const LEAST_BIAS = -3;
const MOST_BIAS = 7;
const RULER_EDGE = 24;
const RULER_ROW = 58;
const RULER_PILL = 62;
const FADE = { height: 190, left: 44, right: 14, top: 14, bottom: 38 };

// Each scale of the ruler: its value for a bias, the bias for a value, what the arrow keys do.
const SCALES = [
  {
    name: "bias b",
    kind: "soft",
    ticks: [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7],
    of: (b) => b,
    bias: (value) => value,
    nudge: (value, by) => value + 0.1 * by,
    says: (value) => fixed(value),
  },
  {
    name: "gate f = σ(b)",
    kind: "f",
    ticks: [0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999],
    of: sigmoid,
    bias: (f) => Math.log(f / (1 - f)),
    nudge: (f, by) => (f < 0.9 ? f + 0.01 * by : 1 - (1 - f) * 0.9 ** by),
    says: (f) => f.toFixed(f < 0.95 ? 2 : 4),
  },
  {
    name: "time constant 1 + eᵇ, in steps",
    kind: "c",
    ticks: [1.1, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000],
    of: (b) => 1 + Math.exp(b),
    bias: (tau) => Math.log(tau - 1),
    nudge: (tau, by) => tau + stride(tau) * by,
    says: steps,
  },
  {
    name: "half-life, in steps",
    kind: "h",
    ticks: [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
    of: halfLife,
    bias: (n) => Math.log(1 / (2 ** (1 / n) - 1)),
    nudge: (n, by) => n + stride(n) * by,
    says: steps,
  },
];

function halfLife(b) {
  return Math.LN2 / Math.log1p(Math.exp(-b)); // −ln σ(b) = ln(1 + e⁻ᵇ)
}

// One step where steps count; less for a time shorter than a few.
function stride(value) {
  return value < 3 ? 0.1 : value < 30 ? 1 : 10;
}

function steps(value) {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function withinRuler(bias) {
  if (Number.isNaN(bias)) return LEAST_BIAS; // a nudge below what a scale can be
  return Math.round(1e4 * Math.max(LEAST_BIAS, Math.min(MOST_BIAS, bias))) / 1e4;
}

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["bias", "reach"],
    fit: (width) => [ruler, fade].forEach((part) => part.layout(width)),
  });
  const ruler = createRuler((bias) => frame.change({ bias: withinRuler(bias) }));
  const fade = createFade();
  const story = html("p", { class: "live-story" });
  const table = createTable(["quantity", "value"], SCALES.length + 3);
  const head = html("div", { class: "live-head" }, frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(head, ruler.root, slot, story, fade.root, table.root, frame.caption, frame.voice);

  function draw() {
    const [bias, reach] = [model.get("bias"), model.get("reach")];
    const left = sigmoid(bias) ** reach;
    const values = SCALES.map((scale) => scale.of(bias));
    ruler.draw(bias, values);
    fade.draw(bias, reach);
    const says = SCALES.map((scale, k) => `${scale.name} ${scale.says(values[k])}`).join("; ");
    write(
      story,
      `Of a value on the belt, ${inTens(left)} is left after ${reach} steps, if the gate stays at ${SCALES[1].says(values[1])} and nothing is written.`,
    );
    const kept = [10, 100, reach];
    table.draw((row, k) => {
      if (row < SCALES.length) return k ? values[row].toPrecision(7) : SCALES[row].name;
      const n = kept[row - SCALES.length];
      return k ? (sigmoid(bias) ** n).toExponential(6) : `left after ${n} steps`;
    });
    frame.say(says);
  }
  return frame.start();
}

// Four scales under one hand. A drag anywhere moves it; each scale is a slider for the keyboard.
function createRuler(move) {
  const rows = SCALES.map((scale, k) => createScale(scale, k, move));
  const hand = svg("line", { class: "live-needle", y1: 22, y2: SCALES.length * RULER_ROW - 6 });
  const root = svg(
    "svg",
    { class: "live-ruler", height: SCALES.length * RULER_ROW + 6 },
    ...rows.map((row) => row.root),
    hand,
    ...rows.map((row) => row.pill),
  );
  let width = 640;
  let last = null;
  const x = (bias) =>
    RULER_EDGE + ((bias - LEAST_BIAS) * (width - 2 * RULER_EDGE)) / (MOST_BIAS - LEAST_BIAS);

  function follow(event) {
    const at = event.clientX - root.getBoundingClientRect().left;
    move(LEAST_BIAS + ((at - RULER_EDGE) * (MOST_BIAS - LEAST_BIAS)) / (width - 2 * RULER_EDGE));
  }
  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    follow(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) follow(event);
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${SCALES.length * RULER_ROW + 6}` });
    for (const row of rows) row.layout(x, width);
    if (last) draw(...last);
  }
  function draw(bias, values) {
    last = [bias, values];
    put(hand, { x1: x(bias), x2: x(bias) });
    rows.forEach((row, k) => row.draw(x(bias), values[k], width));
  }
  return { root, layout, draw };
}

function createScale(scale, k, move) {
  const top = k * RULER_ROW;
  const bed = svg("rect", { class: "live-ruler-bed", y: top + 22, height: 30, rx: 8 });
  const name = svg(
    "text",
    { class: "live-ruler-name", x: RULER_EDGE - 8, y: top + 16 },
    scale.name,
  );
  const ticks = scale.ticks.map((value) =>
    svg(
      "g",
      {},
      svg("line", { y1: top + 22, y2: top + 29 }),
      svg("text", { y: top + 45, "text-anchor": "middle" }, `${value}`.replace("-", "−")),
    ),
  );
  const pill = svg(
    "g",
    { class: `live-ruler-pill live-${scale.kind}`, "aria-hidden": "true" },
    svg("rect", { y: top + 25, height: 24, width: RULER_PILL, rx: 12 }),
    svg("text", { y: top + 42, "text-anchor": "middle" }),
  );
  const root = svg(
    "g",
    {
      class: `live-ruler-row live-${scale.kind}`,
      role: "slider",
      tabindex: 0,
      "aria-label": scale.name,
      "aria-valuemin": scale.of(LEAST_BIAS),
      "aria-valuemax": scale.of(MOST_BIAS),
      onkeydown: press,
    },
    bed,
    name,
    ...ticks,
  );
  let now = 0;
  let places = [];

  function press(event) {
    const by = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 10,
      PageDown: -10,
    }[event.key];
    if (by) move(scale.bias(scale.nudge(now, by)));
    else if (event.key === "Home") move(LEAST_BIAS);
    else if (event.key === "End") move(MOST_BIAS);
    else return;
    event.preventDefault();
  }
  function layout(x, width) {
    put(bed, { x: RULER_EDGE - 12, width: width - 2 * RULER_EDGE + 24 });
    let free = RULER_EDGE - 8;
    places = scale.ticks.map((value, n) => {
      const at = x(scale.bias(value));
      const room = 4 * `${value}`.length;
      const fits = at - room > free && at + room < width - RULER_EDGE + 8;
      if (fits) free = at + room + 4;
      put(ticks[n].firstChild, { x1: at, x2: at });
      put(ticks[n].lastChild, { x: at });
      return { at, room, fits };
    });
  }
  function draw(at, value, width) {
    now = value;
    const half = RULER_PILL / 2;
    const middle = Math.max(half, Math.min(width - half, at));
    places.forEach((place, n) => {
      const covered = Math.abs(place.at - middle) < half + place.room;
      put(ticks[n].lastChild, { visibility: place.fits && !covered ? "visible" : "hidden" });
    });
    put(pill.firstChild, { x: middle - half });
    put(pill.lastChild, { x: middle });
    write(pill.lastChild, scale.says(value));
    put(root, { "aria-valuenow": value, "aria-valuetext": scale.says(value) });
  }
  return { root, pill, layout, draw };
}

// What is left of a value after each step: f^n.
function createFade() {
  const rows = [0, 0.25, 0.5, 0.75, 1].map(() =>
    svg("g", { class: "live-tick" }, svg("line"), svg("text", { "text-anchor": "end" })),
  );
  const lags = createLags();
  const area = svg("path", { class: "live-fade-area live-c" });
  const curve = svg("path", { class: "live-curve live-c" });
  const marks = ["h", "c"].map((kind) =>
    svg(
      "g",
      { class: `live-${kind}` },
      svg("circle", { class: "live-dot", r: 5 }),
      svg("text", { class: "live-fade-name" }),
    ),
  );
  const axis = svg("text", { "text-anchor": "middle" }, "steps since it was written");
  const root = svg(
    "svg",
    { class: "live-fade", role: "img", height: FADE.height },
    ...rows,
    lags.root,
    axis,
    area,
    curve,
    ...marks,
  );
  const floor = FADE.height - FADE.bottom;
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${FADE.height}` });
    put(axis, { x: (FADE.left + width - FADE.right) / 2, y: FADE.height - 4 });
    if (last) draw(...last);
  }
  function draw(bias, reach) {
    last = [bias, reach];
    const right = width - FADE.right;
    const x = (n) => FADE.left + (n * (right - FADE.left)) / reach;
    const y = (share) => floor - share * (floor - FADE.top);
    [0, 0.25, 0.5, 0.75, 1].forEach((share, k) => {
      put(rows[k].firstChild, {
        x1: FADE.left,
        x2: right,
        y1: y(share),
        y2: y(share),
        class: share ? "" : "live-zero",
      });
      put(rows[k].lastChild, { x: FADE.left - 7, y: y(share) + 4 });
      write(rows[k].lastChild, `${100 * share} %`);
    });
    lags.draw(reach, x, floor, width);
    const f = sigmoid(bias);
    const d = Array.from(
      { length: 101 },
      (_, k) => `${x((k * reach) / 100).toFixed(1)},${y(f ** ((k * reach) / 100)).toFixed(1)}`,
    ).join("L");
    put(curve, { d: `M${d}` });
    put(area, { d: `M${d}L${right},${floor}H${FADE.left}Z` });
    [
      [halfLife(bias), "half-life"],
      [1 + Math.exp(bias), "time constant"],
    ].forEach(([n, name], k) => {
      const share = f ** n;
      const left = x(n) > right - 120;
      put(marks[k], { visibility: n <= reach ? "visible" : "hidden" });
      put(marks[k].firstChild, { cx: x(n), cy: y(share) });
      put(marks[k].lastChild, {
        x: x(n) + (left ? -10 : 10),
        y: y(share) + (left ? 18 : -6),
        "text-anchor": left ? "end" : "start",
      });
      write(marks[k].lastChild, `${name}: ${Math.round(100 * share)} %`);
    });
    root.setAttribute(
      "aria-label",
      `Share of a value that is left, from 100 % down to ${inTens(f ** reach)} after ${reach} steps.`,
    );
  }
  return { root, layout, draw };
}

export default { render };
