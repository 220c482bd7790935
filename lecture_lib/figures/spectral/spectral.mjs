// Spectral: the Jacobian product of a plain RNN against the lag, with the two conditions on its
// recurrent matrix.
import { createDecades } from "../../web/charts/decades.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createSlices } from "../../web/kit/slices.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createRNN } from "../../web/numbers/cells.mjs";
import { gradientFlow } from "../../web/numbers/jacobians.mjs";
import {
  createSpectralNorm,
  identity,
  orthogonalised,
  spectralRadius,
} from "../../web/numbers/matrices.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { CHAIN, INPUTS, LONGEST, CONTROLS, STREAMS } from "./__init__.py";
import { createConditions } from "./conditions.mjs";

// The recurrent matrix with spectral radius 1, and for the chain its coupling beside the diagonal; in
// parts.
function* recurrentMatrix({ matrix, radius, hidden_size: H, seed }) {
  if (matrix === "chain") {
    const chain = identity(H).map((value) => radius * value);
    for (let k = 0; k + 1 < H; k += 1) chain[k * H + k + 1] = CHAIN;
    return chain;
  }
  const drawn = seededUniform(seed, STREAMS.hh, H * H);
  const unit = matrix === "rotation" ? orthogonalised(drawn, H) : drawn;
  const scale = radius / (matrix === "rotation" ? 1 : yield* spectralRadius(drawn, H));
  return unit.map((value) => scale * value);
}

// The states of the network, 0 where it is linear, so that tanh′ = 1 − h² = 1.
function statesOf(weightHh, { drive, linear, hidden_size: H, steps, seed }) {
  if (linear) return { h: new Float64Array(steps * H) };
  const scale = drive / Math.sqrt(H);
  const weightIh = seededUniform(seed, STREAMS.ih, H * INPUTS).map((value) => scale * value);
  const x = seededUniform(seed, STREAMS.input, steps * INPUTS).map((value) => value * Math.sqrt(3));
  const rnn = createRNN({
    inputSize: INPUTS,
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
    follows: CONTROLS,
    fit: (width) => [chart, conditions].forEach((part) => part.layout(width)),
  });
  el.classList.add("live-plain");
  const chart = createDecades([
    { kind: "soft", style: "dashed", name: "bound" },
    { kind: "f", style: "dotted", name: "ρ alone" },
    { kind: "h", style: "line", name: "norm" },
  ]);
  const conditions = createConditions();
  const story = html("p", { class: "live-story live-measured" });
  const table = createTable(["lag", "norm", "bound", "ρ alone"], LONGEST + 1);
  const rows = table.root.querySelectorAll("tbody tr");
  const head = html("div", { class: "live-head" }, frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(head, story, chart.root, conditions.root, slot, table.root, frame.caption, frame.voice);
  const slices = createSlices(signal);

  function* work(settings) {
    const { hidden_size: H, steps, radius } = settings;
    const weightHh = yield* recurrentMatrix(settings);
    const trace = statesOf(weightHh, settings);
    const total = [];
    for (const point of gradientFlow({ kind: "RNN", hiddenSize: H, weightHh, trace, steps })) {
      total.push(point.total);
      yield;
    }
    const sigma = createSpectralNorm(H)(weightHh);
    const slope = 1 - Math.min(...trace.h.subarray(0, steps * H).map((h) => h * h));
    const powersOf = (base) => Array.from({ length: steps + 1 }, (_, lag) => base ** lag);
    const [bound, alone] = [powersOf(sigma * slope), powersOf(radius)];
    paint(settings, { total, bound, alone, sigma, slope });
    yield;
    const columns = [total, bound, alone];
    table.draw((lag, k) =>
      lag > steps ? "" : k === 0 ? `${lag}` : columns[k - 1][lag].toExponential(10),
    );
    rows.forEach((row, lag) => {
      row.hidden = lag > steps;
    });
  }

  function draw() {
    const settings = Object.fromEntries(CONTROLS.map((name) => [name, model.get(name)]));
    el.setAttribute("aria-busy", "true");
    slices.start(work(settings), () => {
      if (CONTROLS.every((name) => settings[name] === model.get(name)))
        el.setAttribute("aria-busy", "false");
    });
  }

  function paint(settings, { total, bound, alone, sigma, slope }) {
    const { steps } = settings;
    const peak = total.indexOf(Math.max(...total));
    const words =
      peak > 0 && total[steps] < total[peak] / 2
        ? `The norm grows to ${inTens(total[peak])} at lag ${peak}, and is ${inTens(total[steps])} at lag ${steps}.`
        : `The norm is ${inTens(total[steps])} at lag ${steps}.`;
    chart.draw({
      steps,
      low: -15,
      high: 5,
      values: [bound, alone, total],
      label: `${words} The numbers are in the table below.`,
    });
    conditions.draw({ ...settings, sigma, slope });
    write(story, `${words} ${verdictOf(settings, sigma * slope)}`);
    frame.say(words);
  }

  return frame.start();
}

function verdictOf({ radius, linear }, factor) {
  if (factor < 1) return `Each step multiplies it by at most ${factor.toFixed(2)}: it must vanish.`;
  if (radius <= 1)
    return `A step may multiply it by up to ${factor.toFixed(2)}${linear ? ", but ρ ≤ 1: not for ever" : ""}.`;
  return linear
    ? "ρ > 1: in the end it must explode."
    : "ρ > 1: it may explode; where tanh is flat, it need not.";
}

export default { render };
