// Gradient flow: what is left of a gradient after each step back in time, in an untrained RNN, LSTM
// and GRU. The traits: lecture_lib/figures/gradient_flow.py.
import { createGRU, createLSTM, createRNN, sigmoid } from "../../web/numbers/cells.mjs";
import { createDecades, inTens } from "../../web/charts/decades.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { gradientFlow } from "../../web/numbers/jacobians.mjs";
import { spectralRadius } from "../../web/numbers/matrices.mjs";
import { createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createSlices } from "../../web/kit/slices.mjs";

const INPUTS = 8;
const MAX_STEPS = 200;
const KINDS = ["RNN", "LSTM", "GRU"];
const MAKE = { RNN: createRNN, LSTM: createLSTM, GRU: createGRU };
const BLOCKS = { RNN: 1, LSTM: 4, GRU: 3 };
const COLOURS = { RNN: "soft", LSTM: "c", GRU: "h" };
const STREAMS = { RNN: 10, LSTM: 12, GRU: 14, input: 16, chrono: 17 };

const SETTINGS = [
  "forget_bias",
  "chrono",
  "gain",
  "radius",
  "follow",
  "hidden_size",
  "steps",
  "seed",
];

const settingsOf = (model) => Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)]));

// What a cell's curves depend on: while it stays the same they need not be computed again.
function keyOf(kind, { forget_bias, chrono, gain, radius, follow, hidden_size, steps, seed }) {
  const own = kind === "RNN" ? [radius] : [gain, chrono || forget_bias];
  return [hidden_size, steps, seed, ...own, kind === "LSTM" && follow].join();
}

// The biases: of the LSTM's f and i, and of the GRU's z, which writes, the negative of f's.
function biasOf(kind, { forget_bias, chrono, hidden_size: H, steps, seed }) {
  const bias = new Float64Array(BLOCKS[kind] * H);
  if (kind === "RNN") return bias;
  const drawn = seededUniform(seed, STREAMS.chrono, H);
  for (let k = 0; k < H; k += 1) {
    const keeps = chrono ? Math.log(1 + ((steps - 2) * (drawn[k] + 1)) / 2) : forget_bias;
    bias[H + k] = kind === "LSTM" ? keeps : -keeps;
    if (kind === "LSTM" && chrono) bias[k] = -keeps;
  }
  return bias;
}

// Runs the cell forward, then follows the gradient back; yields after each step.
function* flowOf(kind, settings) {
  const { hidden_size: H, steps, seed, follow } = settings;
  const rows = BLOCKS[kind] * H;
  const bound = 1 / Math.sqrt(H);
  const weightIh = seededUniform(seed, STREAMS[kind], rows * INPUTS).map((value) => value * bound);
  const drawn = seededUniform(seed, STREAMS[kind] + 1, rows * H);
  const gain = kind === "RNN" ? settings.radius / spectralRadius(drawn, H) : bound * settings.gain;
  const weightHh = drawn.map((value) => value * gain);
  const x = seededUniform(seed, STREAMS.input, steps * INPUTS).map((value) => value * Math.sqrt(3));
  const cell = MAKE[kind]({
    inputSize: INPUTS,
    hiddenSize: H,
    weightIh,
    weightHh,
    bias: biasOf(kind, settings),
    maxSteps: steps,
  });
  const trace = cell.forward(x, steps);
  const total = [];
  const direct = [];
  for (const point of gradientFlow({
    kind,
    hiddenSize: H,
    weightHh,
    trace,
    steps,
    state: follow,
  })) {
    total.push(point.total);
    direct.push(point.direct);
    yield;
  }
  return { total, direct: direct[0] === null ? null : direct };
}

const gateReading = (value) => `${Math.round(1000 * value) / 10} %`;

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: SETTINGS,
    fit: (width) => chart.layout(width),
  });
  const chart = createDecades(
    KINDS.flatMap((kind) => [
      { kind: COLOURS[kind], style: "line", name: kind },
      { kind: COLOURS[kind], style: "dashed" },
    ]),
  );
  const story = html("p", { class: "live-story live-measured" });
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" });
  const ends = createEnds();
  const table = createTable(
    ["lag", "RNN", "LSTM", "LSTM direct", "GRU", "GRU direct"],
    MAX_STEPS + 1,
  );
  const slot = html("div", { class: "live-slot" });
  const head = html("div", { class: "live-head" }, stamp, frame.tools);
  el.append(head, story, chart.root, ends.root, slot, table.root, frame.caption, frame.voice);

  const rows = table.root.querySelectorAll("tbody tr");
  const slices = createSlices(signal);
  const flows = {}; // by kind: { key, total, direct }

  function* work(settings, began) {
    for (const kind of KINDS) {
      const key = keyOf(kind, settings);
      if (flows[kind]?.key !== key) flows[kind] = { key, ...(yield* flowOf(kind, settings)) };
    }
    paint(settings);
    write(
      stamp,
      `computed in this browser, in ${Math.max(1, Math.round(performance.now() - began))} ms`,
    );
    yield; // the curves first, their numbers in the next slice
    fillTable(settings.steps);
  }

  function draw() {
    const settings = settingsOf(model);
    el.setAttribute("aria-busy", "true");
    slices.start(work(settings, performance.now()), () => {
      const stale = JSON.stringify(settings) !== JSON.stringify(settingsOf(model));
      if (!stale) el.setAttribute("aria-busy", "false");
    });
  }

  function paint(settings) {
    const { steps, follow } = settings;
    const at = (kind, path) => flows[kind][path]?.[steps];
    const says = KINDS.map((kind) => `${kind} ${inTens(at(kind, "total"))}`).join(", ");
    chart.draw({
      steps,
      low: -Math.max(10, 5 * Math.ceil(0.06 * steps)),
      high: 5,
      values: KINDS.flatMap((kind) => [flows[kind].total, flows[kind].direct]),
      label: `Norm of the gradient against the lag, on a logarithmic axis. After ${steps} steps: ${says}. The numbers are in the table below.`,
    });
    ends.draw(steps, follow, at);
    write(story, tell(settings, at));
    frame.say(`After ${steps} steps: ${says}.`);
  }

  function fillTable(steps) {
    const columns = KINDS.flatMap((kind) =>
      kind === "RNN" ? [flows[kind].total] : [flows[kind].total, flows[kind].direct],
    );
    const cell = (lag, k) =>
      k === 0 ? `${lag}` : columns[k - 1] ? columns[k - 1][lag].toExponential(10) : "none";
    table.draw((lag, k) => (lag > steps ? "" : cell(lag, k)));
    rows.forEach((row, lag) => {
      row.hidden = lag > steps;
    });
  }

  return frame.start();
}

function tell({ forget_bias, chrono, steps }, at) {
  const [rnn, lstm] = [at("RNN", "total"), at("LSTM", "total")];
  const keeps = chrono
    ? `Chrono gives each unit its own forget bias, for 1 … ${steps - 1} steps.`
    : `With b = ${fixed(forget_bias)} a gate keeps about ${gateReading(sigmoid(forget_bias))} a step.`;
  const ratio = lstm / rnn;
  const word = ratio >= 10 ? "more than" : ratio <= 0.1 ? "less than" : "about as much as";
  const grown = lstm > 10 ? " Gates can explode, too." : "";
  return `${keeps} After ${steps} steps the LSTM’s gradient is ${inTens(lstm)}, ${word} the plain RNN’s ${inTens(rnn)}.${grown}`;
}

// What is left after the last step, by cell: in all, on the direct path, and a step on average.
function createEnds() {
  const cells = Object.fromEntries(
    KINDS.map((kind) => [kind, Array.from({ length: 4 }, () => html("td"))]),
  );
  const heads = ["cell", "measured", "in all", "direct path", "in all, a step"].map((name) =>
    html("th", { scope: "col" }, name),
  );
  const rows = KINDS.map((kind) =>
    html(
      "tr",
      { class: `live-${COLOURS[kind]}` },
      html("th", { scope: "row" }, kind),
      ...cells[kind],
    ),
  );
  const root = html(
    "table",
    { class: "live-ends" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...rows),
  );
  function draw(steps, follow, at) {
    for (const kind of KINDS) {
      const s = kind === "LSTM" ? follow : "h";
      const [what, total, direct, share] = cells[kind];
      what.replaceChildren(
        "‖∂",
        html("i", {}, s),
        html("sub", {}, "T"),
        "/∂",
        html("i", {}, s),
        html("sub", {}, "0"),
        "‖",
      );
      write(total, inTens(at(kind, "total")));
      write(direct, at(kind, "direct") === undefined ? "none" : inTens(at(kind, "direct")));
      write(share, `× ${(at(kind, "total") ** (1 / steps)).toFixed(2)}`);
    }
  }
  return { root, draw };
}

export default { render };
