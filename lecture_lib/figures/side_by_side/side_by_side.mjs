// An LSTM and a GRU on one input, and on the same input nudged at one step: their states as heat
// maps, and how the difference fades. The traits: lecture_lib/figures/side_by_side.py.
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { createCurves } from "../../web/charts/curves.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createHeat } from "../../web/charts/heat.mjs";
import { createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";

const T = 40;
const NUDGE = 1;
const SHARE = 0.1;
const FLOOR = 1e-4;
const NAMES = ["c", "h", "gru"];

const SIGNALS = {
  noise: (seed) => seededUniform(seed, 4, T),
  sine: () => Float64Array.from({ length: T }, (_, t) => Math.sin((2 * Math.PI * t) / 10)),
  step: () => Float64Array.from({ length: T }, (_, t) => (t >= T / 4 ? 1 : 0)),
  silence: () => new Float64Array(T),
};

const parameters = (blocks, units) => blocks * units * (units + 2);

// The units with which a GRU comes nearest to the parameters of an LSTM of `units`.
function matchingUnits(units) {
  let best = 1;
  const off = (k) => Math.abs(parameters(3, k) - parameters(4, units));
  for (let k = 2; k <= 2 * units; k += 1) if (off(k) < off(best)) best = k;
  return best;
}

// Two of each cell, for the plain and for the nudged run: a cell fills the same trace again.
function createPair({ units, other, seed, scale, forgetBias }) {
  function make(create, blocks, H, stream, bias) {
    const bound = scale / Math.sqrt(H);
    const draw = (k, count) => seededUniform(seed, stream + k, count).map((value) => bound * value);
    const weights = {
      weightIh: draw(0, blocks * H),
      weightHh: draw(1, blocks * H * H),
      bias: new Float64Array(blocks * H),
    };
    weights.bias.fill(bias, H, 2 * H); // the rows of f, or of z
    return [0, 1].map(() => create({ inputSize: 1, hiddenSize: H, maxSteps: T, ...weights }));
  }
  const lstm = make(createLSTM, 4, units, 0, forgetBias);
  const gru = make(createGRU, 3, other, 2, -forgetBias);
  return (x, nudged) => {
    const [a, b] = lstm.map((cell, k) => cell.forward(k ? nudged : x, T));
    const [p, q] = gru.map((cell, k) => cell.forward(k ? nudged : x, T));
    return {
      c: { plain: a.c, nudged: b.c, units },
      h: { plain: a.h, nudged: b.h, units },
      gru: { plain: p.h, nudged: q.h, units: other },
    };
  };
}

// By how much the runs differ: each value, its root mean square over units at each step as a share
// of the largest, and for how many steps after the nudge a tenth of it is left.
function compareRuns({ plain, nudged, units }, at) {
  const difference = nudged.map((value, k) => value - plain[k]);
  const size = Float64Array.from({ length: T }, (_, t) => {
    let sum = 0;
    for (let k = 0; k < units; k += 1) sum += difference[t * units + k] ** 2;
    return Math.sqrt(sum / units);
  });
  const largest = Math.max(...size) || 1;
  const share = size.map((value) => value / largest);
  return {
    difference,
    share,
    memory: Math.max(0, share.findLastIndex((value) => value >= SHARE) - at),
  };
}

const largestOf = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: [
      "match",
      "signal",
      "hidden_size",
      "seed",
      "weight_scale",
      "forget_bias",
      "at",
      "t",
      "difference",
    ],
    fit: (width) => {
      const wide = width >= 560;
      maps.classList.toggle("live-wide", wide);
      for (const heat of Object.values(heats))
        heat.layout(wide ? Math.floor((width - 24) / 2) : width);
      curves.layout(width);
    },
  });
  const choose = (t) => frame.change({ t: t + 1 });
  const heats = {
    c: createHeat({ name: "LSTM: cell state c", colour: "c", kind: "state", choose, signal }),
    h: createHeat({ name: "LSTM: hidden state h", colour: "h", kind: "state", choose, signal }),
    gru: createHeat({ name: "GRU: hidden state h", colour: "h", kind: "state", choose, signal }),
  };
  const curves = createCurves({
    series: [
      { name: "c", kind: "c", label: "c of the LSTM" },
      { name: "h", kind: "h", label: "h of the LSTM" },
      { name: "gru", kind: "h", label: "h of the GRU", style: "dashed" },
    ],
    maxSteps: T,
    height: 210,
    low: FLOOR,
    high: 1,
    log: true,
    mark: SHARE,
    choose,
  });
  const none = html(
    "p",
    { class: "live-none" },
    "The GRU has no second state: what it keeps is what it shows.",
  );
  const maps = html(
    "div",
    { class: "live-maps" },
    heats.c.root,
    none,
    heats.h.root,
    heats.gru.root,
  );
  const facts = createFacts();
  const table = createTable(
    ["t", "x", "c left", "h left", "GRU h left", "RMS c", "RMS h", "RMS GRU h"],
    T,
  );
  const now = html("p", { class: "live-story" });
  el.append(
    html("div", { class: "live-head" }, frame.tools),
    now,
    maps,
    facts.root,
    html("div", { class: "live-slot" }),
    html(
      "p",
      { class: "live-heading" },
      "What is left of the nudge, as a share of its largest effect",
    ),
    curves.root,
    table.root,
    frame.caption,
    frame.voice,
  );

  let pair = null;
  let made = "";

  function draw() {
    const t = model.get("t") - 1;
    const at = model.get("at") - 1;
    const units = model.get("hidden_size");
    const other = model.get("match") === "units" ? units : matchingUnits(units);
    const settings = {
      units,
      other,
      seed: model.get("seed"),
      scale: model.get("weight_scale"),
      forgetBias: model.get("forget_bias"),
    };
    if (made !== JSON.stringify(settings)) pair = createPair(settings);
    made = JSON.stringify(settings);
    const x = SIGNALS[model.get("signal")](settings.seed);
    const nudged = x.map((value, k) => (k === at ? value + NUDGE : value));
    const runs = pair(x, nudged);
    const found = Object.fromEntries(NAMES.map((name) => [name, compareRuns(runs[name], at)]));

    const difference = model.get("difference");
    const shown = Object.fromEntries(
      NAMES.map((name) => [name, difference ? found[name].difference : runs[name].plain]),
    );
    const scaleOfH = Math.max(largestOf(shown.h), largestOf(shown.gru)) || 1;
    for (const name of NAMES) {
      const scale = name === "c" ? largestOf(shown.c) || 1 : scaleOfH;
      heats[name].draw({
        values: shown[name],
        units: runs[name].units,
        steps: T,
        t,
        unit: 0,
        scale,
      });
    }
    write(
      now,
      `${
        difference
          ? `What the nudge at step ${at + 1} changes in each unit.`
          : `Both cells read the same ${T} numbers, from an empty state; neither is trained.`
      } The two maps of h share their scale.`,
    );
    facts.draw({
      units: [units, other],
      parameters: [parameters(4, units), parameters(3, other)],
      c: [fixed(largestOf(runs.c.plain)), "–"],
      h: [fixed(largestOf(runs.h.plain)), fixed(largestOf(runs.gru.plain))],
      memory: ["h", "gru"].map((name) =>
        found[name].memory === T - 1 - at
          ? `${found[name].memory} or more`
          : `${found[name].memory}`,
      ),
    });
    const left = Object.fromEntries(
      NAMES.map((name) => [name, found[name].share.map((value, k) => (k < at ? NaN : value))]),
    );
    curves.draw({
      t,
      steps: T,
      values: left,
      label: `Steps after the nudge at which a tenth of it is left: ${found.h.memory} in the LSTM’s h, ${found.c.memory} in its c, ${found.gru.memory} in the GRU’s h.`,
    });
    const rms = (name, row) =>
      Math.hypot(
        ...runs[name].plain.subarray(row * runs[name].units, (row + 1) * runs[name].units),
      ) / Math.sqrt(runs[name].units);
    table.draw((row, k) => {
      if (k === 0) return `${row + 1}`;
      if (k === 1) return x[row].toFixed(4);
      return (k < 5 ? found[NAMES[k - 2]].share[row] : rms(NAMES[k - 5], row)).toFixed(4);
    });
    frame.say(
      `LSTM ${units} units, ${parameters(4, units)} parameters; GRU ${other} units, ${parameters(3, other)} parameters. A tenth of the nudge is left for ${found.h.memory} steps in the LSTM, for ${found.gru.memory} in the GRU.`,
    );
  }

  return frame.start();
}

// The two cells in numbers, always in view.
function createFacts() {
  const labels = {
    units: "units H",
    parameters: "parameters",
    c: "largest |c|",
    h: "largest |h|",
    memory: "steps until less than a tenth of the nudge is left in h",
  };
  const rows = Object.entries(labels).map(([name, label]) =>
    html("tr", { "data-fact": name }, html("th", { scope: "row" }, label), html("td"), html("td")),
  );
  const head = html(
    "tr",
    {},
    html("td"),
    html("th", { scope: "col" }, "LSTM"),
    html("th", { scope: "col" }, "GRU"),
  );
  const root = html(
    "table",
    { class: "live-facts" },
    html("thead", {}, head),
    html("tbody", {}, ...rows),
  );
  const draw = (facts) =>
    rows.forEach((row) =>
      facts[row.dataset.fact].forEach((value, k) => write(row.children[k + 1], `${value}`)),
    );
  return { root, draw };
}

export default { render };
