// The Gate Lab. First tab: the gates are the reader's. Second tab: a trained LSTM computes them from
// an input the reader edits, and each gate can be held. The traits: lecture_lib/figures/gate_lab.py.
import { createBelt } from "./conveyor.mjs";
import { createLSTM } from "../../web/numbers/cells.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { button, createPlayer, createTable, createTabs } from "../../web/kit/parts.mjs";
import { createStrip } from "../../web/charts/strip.mjs";
import stories from "./stories.json";

const T = stories.steps;
const UNITS = 4;
const GATES = ["f", "i", "g", "o"];

// What the reader set by hand: c_t = f_t c_{t-1} + i_t g_t, h_t = o_t tanh(c_t).
function byHand(gates) {
  const c = [];
  const h = [];
  for (let t = 0; t < T; t += 1) {
    c.push(gates.f[t] * (t ? c[t - 1] : 0) + gates.i[t] * gates.g[t]);
    h.push(gates.o[t] * Math.tanh(c[t]));
  }
  return { ...gates, c, h };
}

// The trained LSTM and its readout: gates and states of one unit, the answer, and the answer wanted.
function createNetwork(weights) {
  const flat = (name) => Float64Array.from(weights[name].flat());
  const lstm = createLSTM({
    inputSize: 2,
    hiddenSize: UNITS,
    maxSteps: T,
    weightIh: flat("cell.weight_ih"),
    weightHh: flat("cell.weight_hh"),
    bias: flat("cell.bias"),
  });
  const [readout] = weights["readout.weight"];
  const [offset] = weights["readout.bias"];
  const x = new Float64Array(2 * T);
  return (rows, clamp, unit) => {
    for (let t = 0; t < T; t += 1) {
      x[2 * t] = rows[0][t];
      x[2 * t + 1] = rows[1][t];
    }
    const trace = lstm.forward(x, T, { clamp });
    const series = { answer: [], wanted: [] };
    for (const name of [...GATES, "c", "h"])
      series[name] = Array.from({ length: T }, (_, t) => trace[name][t * UNITS + unit]);
    for (let t = 0; t < T; t += 1) {
      series.answer.push(
        readout.reduce((sum, weight, k) => sum + weight * trace.h[t * UNITS + k], offset),
      );
      series.wanted.push(isFlag(rows[1][t]) ? rows[0][t] : (series.wanted[t - 1] ?? 0));
    }
    return series;
  };
}

const isFlag = (value) => value >= 0.5;

function meets(band, series) {
  const values = series[band.of].slice(band.from - 1, band.to);
  return values.every((value) => band.low <= value && value <= band.high);
}

const LEARNED =
  "This LSTM of 4 units was trained to answer with the last flagged value. Nobody told it when to keep and when to write. " +
  "Edit the input below, look at its units, hold a gate, and see the answer break.";

// What no trait can say: the second tab is there only where the figure has a trained network.
const accepts = (name, value, { learned }) => name !== "tab" || value === 0 || learned;

// A preset brings its gates and its step.
function implied({ preset }) {
  const { gates, t } = stories.presets[preset] ?? {};
  return gates ? { gates, t } : {};
}

function render({ model, el, signal }) {
  const goal = stories.goals[model.get("goal")];
  const learned = model.get("learned");
  const focus = model.get("focus");
  const network = learned && createNetwork(model.get("weights"));

  const frame = createFrame({
    model,
    el,
    draw,
    follows: [
      "t",
      "gates",
      "tab",
      "x",
      "unit",
      "preset",
      ...GATES.flatMap((k) => [`hold_${k}`, `held_${k}`]),
    ],
    fit: (width) => [belt, strip].forEach((part) => part.layout(width)),
    // The gates before the sliders: a slider that moves writes its gate.
    restore: ({ gates, t }) => ({ gates, t }),
  });
  const { change } = frame;
  const go = (t) => change({ t: t + 1 });
  const tabs = createTabs(["Set the gates", "Learned gates"], (tab) => change({ tab }));
  const belt = createBelt();
  const strip = createStrip(T, GATES, go);
  const player = createPlayer(T, go, signal);
  const table = createTable(["t", ...GATES, "c", "h"], T);
  const presets = Object.entries(stories.presets)
    .filter(([name]) => name !== "free")
    .map(([name, story]) => [
      name,
      button(story.name, () => change({ preset: name, ...implied({ preset: name }) })),
    ]);
  const story = html("p", { class: "live-story" });
  const verdict = html("p", { class: "live-verdict", role: "status" });
  const equations = html("div", { class: "live-equations" });
  const answer = html("p", { class: "live-answer" });
  const slot = html("div", { class: "live-slot" });
  const editor = createEditor((row, t, value) => {
    const rows = model.get("x").map((r) => [...r]);
    rows[row][t] = value;
    change({ x: rows, t: t + 1 });
  });
  const head = html("div", { class: "live-head" });
  if (learned) head.append(tabs.root);
  const choices = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Presets" },
    ...presets.map(([, b]) => b),
  );
  if (!goal) head.append(choices);
  head.append(frame.tools);
  el.append(
    head,
    story,
    verdict,
    belt.root,
    equations,
    answer,
    slot,
    player.root,
    strip.root,
    editor.root,
    table.root,
    frame.caption,
    frame.voice,
  );
  belt.focus(focus);

  let series = {};
  let shownStep = null;

  function compute() {
    if (model.get("tab") === 0) return byHand(model.get("gates"));
    const clamp = {};
    for (const gate of GATES)
      if (model.get(`hold_${gate}`)) clamp[gate] = model.get(`held_${gate}`);
    return network(model.get("x"), clamp, model.get("unit") - 1);
  }

  function draw() {
    const tab = model.get("tab");
    const t = model.get("t") - 1;
    const told = goal ?? stories.presets[model.get("preset")];
    series = compute();
    const scale = Math.max(1, ...series.c.map(Math.abs));
    const now = Object.fromEntries([...GATES, "c", "h"].map((name) => [name, series[name][t]]));
    const before = t ? series.c[t - 1] : 0;
    const key = `${tab} ${t} ${model.get("preset")} ${model.get("unit")}`;
    belt.draw({ ...now, before, scale }, key !== shownStep);
    shownStep = key;
    const bands = goal?.bands ?? [];
    const met = bands.map((band) => meets(band, series));
    const held = Object.fromEntries(
      GATES.map((gate) => [gate, tab === 1 && model.get(`hold_${gate}`)]),
    );
    strip.draw({
      t,
      series,
      held,
      answer: series.answer,
      wanted: series.wanted,
      words: tab === 0 && told.words,
      bands,
      met,
    });
    strip.root.setAttribute(
      "aria-label",
      `Cell state, hidden state and gates over ${T} steps; the numbers are in the table below.`,
    );
    player.draw(t, tab === 0 && told.words?.[t]);
    table.draw((row, k) =>
      k === 0 ? `${row + 1}` : series[[...GATES, "c", "h"][k - 1]][row].toFixed(4),
    );
    drawEquations(equations, now, before);
    write(
      answer,
      tab === 1
        ? `The network answers ${fixed(series.answer[t])}; wanted: ${fixed(series.wanted[t])}.`
        : "",
    );
    tabs.draw(tab);
    for (const [name, b] of presets)
      b.setAttribute("aria-pressed", tab === 0 && name === model.get("preset"));
    choices.hidden = tab === 1;
    editor.root.hidden = tab === 0;
    editor.draw(model.get("x"), t);
    write(story, tab === 1 ? LEARNED : told.text);
    if (goal) {
      const done = met.filter(Boolean).length;
      verdict.classList.toggle("live-met", done === met.length);
      write(
        verdict,
        done === met.length ? "Solved: every band is met." : `${done} of ${met.length} bands met.`,
      );
    }
    frame.say(
      `Step ${t + 1}: ${[...GATES, "c", "h"].map((name) => `${name} ${fixed(now[name])}`).join(", ")}.`,
    );
  }

  // A slider writes its gate at this step, or at all; a new step or preset moves the sliders.
  function writeGate(gate) {
    const rows = model.get("gates");
    const here = model.get("t") - 1;
    const value = model.get(gate);
    const row = rows[gate].map((old, t) => (model.get("all_steps") || t === here ? value : old));
    if (value !== rows[gate][here]) change({ gates: { ...rows, [gate]: row } });
  }
  function followStep() {
    const here = model.get("t") - 1;
    change(Object.fromEntries(GATES.map((gate) => [gate, model.get("gates")[gate][here]])));
  }

  const listeners = [
    ...GATES.map((gate) => [`change:${gate}`, () => writeGate(gate)]),
    ["change:t", followStep],
    ["change:gates", followStep],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  followStep();
  const stop = frame.start();
  return () => {
    stop();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

// The input, one column a step under the strip: a slider for the number, a box for its flag.
function createEditor(edit) {
  const column = (t) => {
    const number = html("input", {
      type: "range",
      min: -1,
      max: 1,
      step: 0.1,
      class: "live-upright",
      "aria-label": `number at step ${t + 1}`,
      oninput: () => edit(0, t, number.valueAsNumber),
    });
    const reading = html("span");
    const flag = html("input", {
      type: "checkbox",
      "aria-label": `flag at step ${t + 1}`,
      onchange: () => edit(1, t, flag.checked ? 1 : 0),
    });
    return {
      root: html("span", { class: "live-input" }, number, reading, flag),
      number,
      reading,
      flag,
    };
  };
  const columns = Array.from({ length: T }, (_, t) => column(t));
  const name = (letter, index) =>
    html("span", { class: "live-name" }, html("i", {}, letter), html("sub", {}, index));
  const names = html("span", { class: "live-names" }, name("x", "1"), name("x", "2"));
  const root = html(
    "div",
    { class: "live-editor", role: "group", "aria-label": "Input sequence: numbers and flags" },
    html("div", { class: "live-inputs" }, names, ...columns.map((c) => c.root)),
    html(
      "p",
      {},
      "x",
      html("sub", {}, "1"),
      ": the number at each step. x",
      html("sub", {}, "2"),
      ": the flag that says “remember this one”.",
    ),
  );
  const draw = ([numbers, flags], now) =>
    columns.forEach((c, t) => {
      if (c.number.valueAsNumber !== numbers[t]) c.number.value = numbers[t];
      write(c.reading, fixed(numbers[t], 1));
      c.flag.checked = isFlag(flags[t]);
      c.root.classList.toggle("live-now", t === now);
    });
  return { root, draw };
}

function drawEquations(root, now, before) {
  if (!root.firstChild) {
    const number = (kind) => html("b", { class: `live-${kind}`, "data-value": kind });
    const letter = (kind, index) =>
      html("i", { class: `live-${kind}` }, kind, html("sub", {}, index));
    root.append(
      html(
        "span",
        {},
        letter("c", "t"),
        " = ",
        number("f"),
        " × ",
        html("b", { class: "live-c", "data-value": "before" }),
        " + ",
        number("i"),
        " × ",
        number("g"),
        " = ",
        number("c"),
      ),
      html(
        "span",
        {},
        letter("h", "t"),
        " = ",
        number("o"),
        " × tanh(",
        html("b", { class: "live-c", "data-value": "c" }),
        ") = ",
        number("h"),
      ),
    );
  }
  for (const node of root.querySelectorAll("[data-value]")) {
    const value = node.dataset.value === "before" ? before : now[node.dataset.value];
    // A negative factor or term wants brackets; a result or a bracketed argument does not.
    const bare = /[=(]\s*$/.test(node.previousSibling.textContent);
    write(node, value < 0 && !bare ? `(${fixed(value)})` : fixed(value));
  }
}

export default { render, accepts, implied };
