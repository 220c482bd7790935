// The Gate Lab. First tab: the gates are the reader's. Second tab: an LSTM computes them from an
// input the reader edits, and each gate can be held. lecture_lib/figures/gate_lab.py has the traits.
import { createBelt } from "./belt.mjs";
import { createLSTM } from "./cells.mjs";
import { fixed, html, write } from "./dom.mjs";
import { button, createPlayer, createTable, createTabs, createVoice } from "./parts.mjs";
import { createStrip } from "./strip.mjs";
import stories from "./gate_lab_stories.json";

const T = stories.steps;
const GATES = ["f", "i", "g", "o"];
const UNITS = 4;

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

function meets(band, series) {
  const values = series[band.of].slice(band.from - 1, band.to);
  return values.every((value) => band.low <= value && value <= band.high);
}

function accepts(name, value) {
  const row = (low) => (r) => Array.isArray(r) && r.length === T && r.every((v) => Number.isFinite(v) && low <= v && v <= 1);
  if (name === "tab") return value === 0 || value === 1;
  if (name === "preset") return Object.hasOwn(stories.presets, value);
  if (name === "x") return Array.isArray(value) && value.length === 2 && value.every(row(-1));
  if (name !== "gates" || !value || Object.keys(value).sort().join() !== "f,g,i,o") return false;
  return GATES.every((gate) => row(gate === "g" ? -1 : 0)(value[gate]));
}

function render({ model, el, signal }) {
  el.classList.add("live-figure", "live-view");
  const goal = stories.goals[model.get("goal")];
  const learned = model.get("learned");
  const focus = model.get("focus");
  const { weight_ih, weight_hh, bias } = model.get("weights");
  const lstm = createLSTM({
    inputSize: 2, hiddenSize: UNITS, maxSteps: T,
    weightIh: Float64Array.from(weight_ih.flat()), weightHh: Float64Array.from(weight_hh.flat()), bias: Float64Array.from(bias),
  });
  const x = new Float64Array(2 * T);

  const change = (values) => {
    for (const name in values) model.set(name, values[name]);
    model.save_changes();
  };
  const go = (t) => change({ t: t + 1 });
  const tabs = createTabs(["Set the gates", "Computed gates"], (tab) => change({ tab }));
  const belt = createBelt();
  const strip = createStrip(T, GATES, go);
  const player = createPlayer(T, go, signal);
  const table = createTable(["t", ...GATES, "c", "h"], T);
  const voice = createVoice(() => sentence);
  const presets = Object.entries(stories.presets)
    .filter(([name]) => name !== "free")
    .map(([name, story]) => {
      const choose = () => change({ preset: name, gates: story.gates, t: story.t });
      return [name, button(story.name, choose)];
    });
  const reset = button("Reset", () => {
    const initial = model.get("initial");
    change({ gates: initial.gates, t: initial.t });
    change(initial);
  }, { class: "live-button live-reset" });
  const story = html("p", { class: "live-story" });
  const verdict = html("p", { class: "live-verdict", role: "status" });
  const equations = html("div", { class: "live-equations" });
  const slot = html("div", { class: "live-slot" });
  const editor = createEditor(model.get("x"), (row, t, value) => {
    const rows = model.get("x").map((r) => [...r]);
    rows[row][t] = value;
    change({ x: rows, t: t + 1 });
  });
  const head = html("div", { class: "live-head" });
  if (learned) head.append(tabs.root);
  const choices = html("div", { class: "live-presets", role: "group", "aria-label": "Presets" }, ...presets.map(([, b]) => b));
  if (!goal) head.append(choices);
  head.append(html("div", { class: "live-tools" }, reset));
  el.append(head, story, verdict, belt.root, equations, slot, player.root, strip.root, editor.root, table.root,
    html("p", { class: "live-caption" }, model.get("caption")), voice.root);
  belt.focus(focus);

  let sentence = "";
  let series = {};
  let shownStep = null;

  function compute() {
    if (model.get("tab") === 0) return byHand(model.get("gates"));
    model.get("x").forEach((row, d) => row.forEach((value, t) => { x[2 * t + d] = value; }));
    const clamp = {};
    for (const gate of GATES) if (model.get(`hold_${gate}`)) clamp[gate] = model.get(`held_${gate}`);
    const trace = lstm.forward(x, T, { clamp });
    const unit = model.get("unit") - 1;
    const pick = (name) => Array.from({ length: T }, (_, t) => trace[name][t * UNITS + unit]);
    return Object.fromEntries([...GATES, "c", "h"].map((name) => [name, pick(name)]));
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
    const held = Object.fromEntries(GATES.map((gate) => [gate, tab === 1 && model.get(`hold_${gate}`)]));
    strip.draw({ t, series, held, words: tab === 0 && told.words, bands, met });
    strip.root.setAttribute("aria-label", `Cell state, hidden state and gates over ${T} steps; the numbers are in the table below.`);
    player.draw(t, tab === 0 && told.words?.[t]);
    table.draw((row, k) => (k === 0 ? `${row + 1}` : series[[...GATES, "c", "h"][k - 1]][row].toFixed(4)));
    drawEquations(equations, now, before);
    tabs.draw(tab);
    for (const [name, b] of presets) b.setAttribute("aria-pressed", tab === 0 && name === model.get("preset"));
    choices.hidden = tab === 1;
    editor.root.hidden = tab === 0;
    editor.draw(model.get("x"), t);
    write(story, tab === 1 ? "An LSTM with 2 inputs and 4 units computes its own gates. Edit the input below, choose a unit, hold a gate." : told.text);
    if (goal) {
      const done = met.filter(Boolean).length;
      verdict.classList.toggle("live-met", done === met.length);
      write(verdict, done === met.length ? "Solved: every band is met." : `${done} of ${met.length} bands met.`);
    }
    sentence = `Step ${t + 1}: ${[...GATES, "c", "h"].map((name) => `${name} ${fixed(now[name])}`).join(", ")}.`;
    voice.speak();
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

  // Several traits change in one event: draw once, when they all have.
  let queued = false;
  function queue() {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      draw();
    });
  }
  const listeners = [
    ...GATES.map((gate) => [`change:${gate}`, () => writeGate(gate)]),
    ["change:t", followStep], ["change:gates", followStep],
    ...["t", "gates", "tab", "x", "unit", "preset", ...GATES.flatMap((k) => [`hold_${k}`, `held_${k}`])].map((name) => [`change:${name}`, queue]),
  ];
  for (const [event, listener] of listeners) model.on(event, listener);

  const fit = () => {
    const width = Math.max(300, Math.floor(belt.root.parentElement.clientWidth));
    belt.layout(width);
    strip.layout(width);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(el);
  fit();
  followStep();
  draw();

  return () => {
    observer.disconnect();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

// Two rows of vertical sliders, one a step, under the columns of the strip.
function createEditor(start, edit) {
  const inputs = start.map((row, d) =>
    row.map((value, t) =>
      html("input", {
        type: "range", min: -1, max: 1, step: 0.1, value, class: "live-upright", "aria-label": `input x${d + 1} at step ${t + 1}`,
        oninput: (event) => edit(d, t, event.target.valueAsNumber),
      }),
    ),
  );
  const numbers = start.map((row) => row.map(() => html("span")));
  const rows = inputs.map((row, d) =>
    html("div", { class: "live-inputs" }, html("span", { class: "live-name" }, html("i", {}, "x"), html("sub", {}, `${d + 1}`)),
      ...row.map((input, t) => html("span", { class: "live-input" }, input, numbers[d][t]))),
  );
  const root = html("div", { class: "live-editor", role: "group", "aria-label": "Input sequence" }, ...rows);
  const draw = (values, now) =>
    values.forEach((row, d) =>
      row.forEach((value, t) => {
        if (inputs[d][t].valueAsNumber !== value) inputs[d][t].value = value;
        write(numbers[d][t], fixed(value, 1));
        inputs[d][t].parentElement.classList.toggle("live-now", t === now);
      }),
    );
  return { root, draw };
}

function drawEquations(root, now, before) {
  if (!root.firstChild) {
    const number = (kind) => html("b", { class: `live-${kind}`, "data-value": kind });
    const letter = (kind, index) => html("i", { class: `live-${kind}` }, kind, html("sub", {}, index));
    root.append(
      html("span", {}, letter("c", "t"), " = ", number("f"), " × ", html("b", { class: "live-c", "data-value": "before" }), " + ", number("i"), " × ", number("g"), " = ", number("c")),
      html("span", {}, letter("h", "t"), " = ", number("o"), " × tanh(", html("b", { class: "live-c", "data-value": "c" }), ") = ", number("h")),
    );
  }
  for (const node of root.querySelectorAll("[data-value]")) {
    const value = node.dataset.value === "before" ? before : now[node.dataset.value];
    // A negative factor or term wants brackets; a result or a bracketed argument does not.
    const bare = /[=(]\s*$/.test(node.previousSibling.textContent);
    write(node, value < 0 && !bare ? `(${fixed(value)})` : fixed(value));
  }
}

// The sliders f, i, g, o are not among the saved: they follow from the gates and the step.
const saved = ["tab", "preset", "gates", "t", "all_steps", "x", "unit", ...GATES.flatMap((k) => [`hold_${k}`, `held_${k}`])];

export default { render, accepts, saved };
