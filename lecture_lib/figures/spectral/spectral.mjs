// Spectral: the Jacobian product of a plain RNN against the lag, with the two conditions on its
// recurrent matrix. The traits: lecture_lib/figures/spectral.py.
import { createRNN } from "../../web/numbers/cells.mjs";
import { createDecades, inTens } from "../../web/charts/decades.mjs";
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { gradientFlow } from "../../web/numbers/jacobians.mjs";
import {
  createSpectralNorm,
  identity,
  orthogonalised,
  spectralRadius,
} from "../../web/numbers/matrices.mjs";
import { createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createSlices } from "../../web/kit/slices.mjs";

const SPECTRAL_INPUTS = 8;
const SPECTRAL_STEPS = 200;
const SPECTRAL_STREAMS = { ih: 20, hh: 21, input: 22 };
const LARGEST_RADIUS = 2;
const CHAIN = 0.4;
const FOLLOWS = ["radius", "matrix", "drive", "linear", "hidden_size", "steps", "seed"];

// The recurrent matrix with spectral radius 1, and for the chain its coupling beside the diagonal.
function recurrentMatrix({ matrix, radius, hidden_size: H, seed }) {
  if (matrix === "chain") {
    const chain = identity(H).map((value) => radius * value);
    for (let k = 0; k + 1 < H; k += 1) chain[k * H + k + 1] = CHAIN;
    return chain;
  }
  const drawn = seededUniform(seed, SPECTRAL_STREAMS.hh, H * H);
  const unit = matrix === "rotation" ? orthogonalised(drawn, H) : drawn;
  const scale = radius / (matrix === "rotation" ? 1 : spectralRadius(drawn, H));
  return unit.map((value) => scale * value);
}

// The states of the network, 0 where it is linear, so that tanh′ = 1 − h² = 1.
function statesOf(weightHh, { drive, linear, hidden_size: H, steps, seed }) {
  if (linear) return { h: new Float64Array(steps * H) };
  const scale = drive / Math.sqrt(H);
  const weightIh = seededUniform(seed, SPECTRAL_STREAMS.ih, H * SPECTRAL_INPUTS).map(
    (value) => scale * value,
  );
  const x = seededUniform(seed, SPECTRAL_STREAMS.input, steps * SPECTRAL_INPUTS).map(
    (value) => value * Math.sqrt(3),
  );
  const rnn = createRNN({
    inputSize: SPECTRAL_INPUTS,
    hiddenSize: H,
    weightIh,
    weightHh,
    bias: new Float64Array(H),
    maxSteps: steps,
  });
  return rnn.forward(x, steps);
}

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: FOLLOWS,
    fit: (width) => [chart, conditions].forEach((part) => part.layout(width)),
  });
  const chart = createDecades([
    { kind: "soft", style: "dashed", name: "bound" },
    { kind: "f", style: "dotted", name: "ρ alone" },
    { kind: "h", style: "line", name: "norm" },
  ]);
  const conditions = createConditions();
  const story = html("p", { class: "live-story live-measured" });
  const table = createTable(["lag", "norm", "bound", "ρ alone"], SPECTRAL_STEPS + 1);
  const rows = table.root.querySelectorAll("tbody tr");
  const head = html("div", { class: "live-head" }, frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(head, story, chart.root, conditions.root, slot, table.root, frame.caption, frame.voice);
  const slices = createSlices(signal);

  function* work(settings) {
    const { hidden_size: H, steps, radius } = settings;
    const weightHh = recurrentMatrix(settings);
    const trace = statesOf(weightHh, settings);
    const total = [];
    for (const point of gradientFlow({ kind: "RNN", hiddenSize: H, weightHh, trace, steps })) {
      total.push(point.total);
      yield;
    }
    const sigma = createSpectralNorm(H)(weightHh);
    const slope = 1 - Math.min(...trace.h.subarray(0, steps * H).map((h) => h * h));
    const curve = (base) => Array.from({ length: steps + 1 }, (_, lag) => base ** lag);
    paint(settings, { total, bound: curve(sigma * slope), alone: curve(radius), sigma, slope });
    yield;
    const columns = [total, curve(sigma * slope), curve(radius)];
    table.draw((lag, k) =>
      lag > steps ? "" : k === 0 ? `${lag}` : columns[k - 1][lag].toExponential(10),
    );
    rows.forEach((row, lag) => {
      row.hidden = lag > steps;
    });
  }

  function draw() {
    const settings = Object.fromEntries(FOLLOWS.map((name) => [name, model.get(name)]));
    el.setAttribute("aria-busy", "true");
    slices.start(work(settings), () => {
      if (FOLLOWS.every((name) => settings[name] === model.get(name)))
        el.setAttribute("aria-busy", "false");
    });
  }

  function paint(settings, { total, bound, alone, sigma, slope }) {
    const { steps } = settings;
    const peak = total.indexOf(Math.max(...total));
    const says =
      peak > 0 && total[steps] < total[peak] / 2
        ? `The norm grows to ${inTens(total[peak])} at lag ${peak}, and is ${inTens(total[steps])} at lag ${steps}.`
        : `The norm is ${inTens(total[steps])} at lag ${steps}.`;
    chart.draw({
      steps,
      low: -15,
      high: 5,
      values: [bound, alone, total],
      label: `${says} The numbers are in the table below.`,
    });
    conditions.draw({ ...settings, sigma, slope });
    write(story, `${says} ${judge(settings, sigma * slope)}`);
    frame.say(says);
  }

  return frame.start();
}

function judge({ radius, linear }, factor) {
  if (factor < 1) return `Each step multiplies it by at most ${factor.toFixed(2)}: it must vanish.`;
  if (radius <= 1)
    return `A step may multiply it by up to ${factor.toFixed(2)}${linear ? ", but ρ ≤ 1: not for ever" : ""}.`;
  return linear
    ? "ρ > 1: in the end it must explode."
    : "ρ > 1: it may explode; where tanh is flat, it need not.";
}

// Two bars over the same scale of ρ: where the norm must vanish, and where it may explode.
function createConditions() {
  const LEFT = 10;
  const bars = [
    { kind: "i", name: "must vanish: σ₁ · max tanh′ < 1", y: 24 },
    { kind: "f", name: "may explode: ρ > 1", y: 70 },
  ].map(({ kind, name, y }) => {
    const track = svg("rect", { class: "live-condition-track", x: LEFT, y, height: 14, rx: 7 });
    const fill = svg("rect", { class: "live-condition", y, height: 14, rx: 7 });
    const text = svg("text", { x: LEFT, y: y - 7 }, name);
    const verdict = svg("text", { class: "live-condition-says", y: y - 7, "text-anchor": "end" });
    return {
      track,
      fill,
      text,
      verdict,
      root: svg("g", { class: `live-${kind}` }, track, fill, text, verdict),
    };
  });
  const needle = svg("path", { class: "live-needle", d: "M0,20V42M0,66V88" });
  const mark = svg("text", { class: "live-mark live-now", y: 104, "text-anchor": "middle" });
  const root = svg(
    "svg",
    {
      class: "live-conditions",
      role: "img",
      "aria-label": "Conditions, being computed",
      height: 110,
    },
    ...bars.map((bar) => bar.root),
    needle,
    mark,
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} 110` });
    if (last) draw(last);
  }
  function draw(v) {
    last = v;
    const { radius, sigma, slope, linear } = v;
    const x = (value) =>
      LEFT + (Math.min(value, LARGEST_RADIUS) * (width - 2 * LEFT)) / LARGEST_RADIUS;
    const met = [sigma * slope < 1, radius > 1];
    const factors = width < 480 ? "" : `${sigma.toFixed(2)} × ${slope.toFixed(2)} = `;
    const says = [`${factors}${(sigma * slope).toFixed(2)}`, radius.toFixed(2)];
    // σ₁ grows with ρ: up to which ρ the product stays below 1, for this matrix and this max tanh′.
    const ends = [
      [0, v.matrix === "chain" ? Math.max(0, 1 / slope - CHAIN) : radius / (sigma * slope)],
      [1, LARGEST_RADIUS],
    ];
    bars.forEach((bar, k) => {
      const [from, to] = ends[k];
      put(bar.track, { width: width - 2 * LEFT });
      put(bar.fill, { x: x(from), width: Math.max(0, x(to) - x(from)) });
      put(bar.verdict, { x: width - LEFT });
      write(bar.verdict, `${says[k]}: ${met[k] ? "yes" : "no"}`);
      bar.root.classList.toggle("live-met", met[k]);
    });
    put(needle, { transform: `translate(${x(radius)},0)` });
    put(mark, { x: Math.max(30, Math.min(width - 30, x(radius))) });
    write(mark, `ρ = ${radius.toFixed(2)}`);
    root.setAttribute(
      "aria-label",
      `Largest singular value times largest slope: ${says[0]}, ${met[0] ? "below 1: the norm must vanish" : "not below 1"}. Spectral radius ${says[1]}, ${met[1] ? "above 1: the norm may explode" : `not above 1${linear ? ": it cannot grow for ever" : ""}`}.`,
    );
  }
  return { root, layout, draw };
}

export default { render };
