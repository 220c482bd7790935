// An LSTM and a GRU on one input, and on the same input nudged at one step: their states as heat
// maps, and how the difference fades.
import { createCurves } from "../../web/charts/curves.mjs";
import { createHeat } from "../../web/charts/heat.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { FLOOR, NUDGE, CONTROLS, SHARE, STEPS } from "./__init__.py";
import { createFacts } from "./facts.mjs";
import {
  compareRuns,
  createPair,
  largestOf,
  matchingUnits,
  parameterCount,
  rms,
  SIGNALS,
} from "./pair.mjs";

const STATES = {
  c: { colour: "c", title: "LSTM: cell state c", label: "c of the LSTM" },
  h: { colour: "h", title: "LSTM: hidden state h", label: "h of the LSTM" },
  gru: { colour: "h", title: "GRU: hidden state h", label: "h of the GRU", style: "dashed" },
};
const NAMES = Object.keys(STATES);

function render({ model, el, signal }) {
  const frame = createFrame({ model, el, draw, follows: CONTROLS, fit: layout });
  const choose = (t) => frame.change({ t: t + 1 });
  const maps = createMaps(choose, signal);
  const fading = createFading(choose);
  const facts = createFacts();
  const table = createTable(
    ["t", "x", "c left", "h left", "GRU h left", "RMS c", "RMS h", "RMS GRU h"],
    STEPS,
  );
  const story = html("p", { class: "live-story" });
  el.append(
    html("div", { class: "live-head" }, frame.tools),
    story,
    maps.root,
    facts.root,
    html("div", { class: "live-slot" }),
    ...fading.nodes,
    table.root,
    frame.caption,
    frame.voice,
  );
  let pair = null;
  let madeFor = "";

  function layout(width) {
    maps.layout(width);
    fading.layout(width);
  }
  function run() {
    const units = model.get("hidden_size");
    const weights = {
      units,
      other: model.get("match") === "units" ? units : matchingUnits(units),
      seed: model.get("seed"),
      scale: model.get("weight_scale"),
      forgetBias: model.get("forget_bias"),
    };
    if (madeFor !== JSON.stringify(weights)) pair = createPair(weights);
    madeFor = JSON.stringify(weights);
    const at = model.get("at") - 1;
    const x = SIGNALS[model.get("signal")](weights.seed);
    const runs = pair(
      x,
      x.map((value, k) => (k === at ? value + NUDGE : value)),
    );
    return { x, at, runs, found: perState((name) => compareRuns(runs[name], at)) };
  }
  function* draw() {
    const [t, difference] = [model.get("t") - 1, model.get("difference")];
    const { x, at, runs, found } = run();
    maps.draw(
      perState((name) => ({
        values: difference ? found[name].difference : runs[name].plain,
        units: runs[name].units,
      })),
      t,
    );
    yield;
    const what = difference
      ? `What the nudge at step ${at + 1} changes in each unit.`
      : `Both cells read the same ${STEPS} numbers, from an empty state; neither is trained.`;
    write(story, `${what} The two maps of h share their scale.`);
    facts.draw(factsOf(runs, found, at));
    fading.draw(found, at, t);
    table.draw((row, k) => {
      if (k === 0) return `${row + 1}`;
      if (k === 1) return x[row].toFixed(4);
      if (k < 5) return found[NAMES[k - 2]].share[row].toFixed(4);
      const { plain, units } = runs[NAMES[k - 5]];
      return rms(plain, units, row).toFixed(4);
    });
    frame.say(summaryOf(runs, found));
  }
  return frame.start();
}

const perState = (make) => Object.fromEntries(NAMES.map((name) => [name, make(name)]));

// The three states as heat maps; the two of h share their scale.
function createMaps(choose, signal) {
  const heats = perState((name) => {
    const { title, colour } = STATES[name];
    return createHeat({ name: title, colour, kind: "state", choose, signal });
  });
  const none = html(
    "p",
    { class: "live-none" },
    "The GRU has no second state: what it keeps is what it shows.",
  );
  const root = html("div", { class: "live-maps" });
  root.append(heats.c.root, none, heats.h.root, heats.gru.root);
  function layout(width) {
    const wide = width >= 560;
    root.classList.toggle("live-wide", wide);
    for (const heat of Object.values(heats))
      heat.layout(wide ? Math.floor((width - 24) / 2) : width);
  }
  function draw(shown, t) {
    const largest = perState((name) => largestOf(shown[name].values));
    const scaleOfH = Math.max(largest.h, largest.gru) || 1;
    for (const name of NAMES) {
      const scale = name === "c" ? largest.c || 1 : scaleOfH;
      heats[name].draw({ ...shown[name], steps: STEPS, t, unit: 0, scale });
    }
  }
  return { root, layout, draw };
}

// What is left of the nudge at each step, on a logarithmic axis.
function createFading(choose) {
  const heading = html(
    "p",
    { class: "live-heading" },
    "What is left of the nudge, as a share of its largest effect",
  );
  const curves = createCurves({
    series: NAMES.map((name) => {
      const { colour, label, style } = STATES[name];
      return { name, kind: colour, label, style };
    }),
    height: 210,
    low: Math.log10(FLOOR),
    high: 0,
    log: true,
    words: (share) => `${Number((100 * share).toPrecision(3))} %`,
    mark: SHARE,
    choose,
  });
  function draw(found, at, t) {
    curves.draw({
      t,
      steps: STEPS,
      values: perState((name) => found[name].share.map((value, k) => (k < at ? NaN : value))),
      label: `Steps after the nudge at which a tenth of it is left: ${found.h.memory} in the LSTM’s h, ${found.c.memory} in its c, ${found.gru.memory} in the GRU’s h.`,
    });
  }
  return { nodes: [heading, curves.root], layout: curves.layout, draw };
}

function factsOf({ c, h, gru }, found, at) {
  const most = STEPS - 1 - at;
  return {
    units: [h.units, gru.units],
    parameters: [parameterCount(4, h.units), parameterCount(3, gru.units)],
    c: [fixed(largestOf(c.plain)), "–"],
    h: [fixed(largestOf(h.plain)), fixed(largestOf(gru.plain))],
    memory: [found.h, found.gru].map(({ memory }) =>
      memory === most ? `${memory} or more` : `${memory}`,
    ),
  };
}

function summaryOf({ h, gru }, found) {
  const cell = (blocks, units) => `${units} units, ${parameterCount(blocks, units)} parameters`;
  return `LSTM ${cell(4, h.units)}; GRU ${cell(3, gru.units)}. A tenth of the nudge is left for ${found.h.memory} steps in the LSTM, for ${found.gru.memory} in the GRU.`;
}

export default { render };
