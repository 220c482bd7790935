// The GRU Lab: one unit over 12 steps, its gates and its input the reader's, its candidate computed.
// The traits: lecture_lib/figures/gru_lab.py.
import { createGRU } from "../../web/numbers/cells.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createGRUBelt } from "./conveyor.mjs";
import { button, createPlayer, createTable } from "../../web/kit/parts.mjs";
import { createStrip } from "../../web/charts/strip.mjs";
import stories from "./stories.json";

const T = stories.steps;
const LOWEST = { r: 0, z: 0, x: -1 };
const COLUMNS = ["x", "r", "z", "n", "h"];

// n_t = tanh(2 x_t + 2 r_t h_{t-1}), h_t = (1 − z_t) h_{t-1} + z_t n_t
function createUnit() {
  const gru = createGRU({
    inputSize: 1,
    hiddenSize: 1,
    maxSteps: T,
    weightIh: Float64Array.of(0, 0, 2),
    weightHh: Float64Array.of(0, 0, 2),
    bias: new Float64Array(3),
  });
  return ({ r, z, x }) => {
    const trace = gru.forward(Float64Array.from(x), T, { clamp: { r, z } });
    return { r, z, x, n: [...trace.n], h: [...trace.h.subarray(0, T)] };
  };
}

// A preset brings its rows and its step.
function implied({ preset }) {
  const { rows, t } = stories.presets[preset] ?? {};
  return rows ? { rows, t } : {};
}

function render({ model, el, signal }) {
  const goal = stories.goals[model.get("goal")];
  const unit = createUnit();
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["t", "rows", "preset"],
    fit: (width) => [belt, strip].forEach((part) => part.layout(width)),
    // The rows before the sliders: a slider that moves writes its row.
    restore: ({ rows, t }) => ({ rows, t }),
  });
  const { change } = frame;
  const go = (t) => change({ t: t + 1 });
  const belt = createGRUBelt();
  const strip = createStrip(T, ["r", "z", "x"], go, { n: "n proposed", h: "h kept and shown" });
  const player = createPlayer(T, go, signal);
  const table = createTable(["t", ...COLUMNS], T);
  const presets = Object.entries(stories.presets)
    .filter(([name]) => name !== "free")
    .map(([name, story]) => [
      name,
      button(story.name, () => change({ preset: name, ...implied({ preset: name }) })),
    ]);
  const story = html("p", { class: "live-story" });
  const verdict = html("p", { class: "live-verdict", role: "status" });
  const equations = createGRUEquations();
  const head = html("div", { class: "live-head" });
  if (!goal)
    head.append(
      html(
        "div",
        { class: "live-presets", role: "group", "aria-label": "Presets" },
        ...presets.map(([, b]) => b),
      ),
    );
  head.append(frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(
    head,
    story,
    verdict,
    belt.root,
    equations.root,
    slot,
    player.root,
    strip.root,
    table.root,
    frame.caption,
    frame.voice,
  );

  let shownStep = null;

  function draw() {
    const t = model.get("t") - 1;
    const told = goal ?? stories.presets[model.get("preset")];
    const series = unit(model.get("rows"));
    const now = Object.fromEntries(COLUMNS.map((name) => [name, series[name][t]]));
    now.before = t ? series.h[t - 1] : 0;
    const key = `${t} ${model.get("preset")}`;
    belt.draw(now, key !== shownStep);
    shownStep = key;
    const bands = goal?.bands ?? [];
    const met = bands.map((band) =>
      series.h
        .slice(band.from - 1, band.to)
        .every((value) => band.low <= value && value <= band.high),
    );
    strip.draw({ t, series, held: {}, words: told.words, bands, met });
    strip.root.setAttribute(
      "aria-label",
      `Candidate, state and gates over ${T} steps; the numbers are in the table below.`,
    );
    player.draw(t, told.words?.[t]);
    table.draw((row, k) => (k === 0 ? `${row + 1}` : series[COLUMNS[k - 1]][row].toFixed(4)));
    equations.draw(now);
    for (const [name, b] of presets) b.setAttribute("aria-pressed", name === model.get("preset"));
    write(story, told.text);
    if (goal) {
      const done = met.filter(Boolean).length;
      verdict.classList.toggle("live-met", done === met.length);
      write(
        verdict,
        done === met.length ? "Solved: every band is met." : `${done} of ${met.length} bands met.`,
      );
    }
    frame.say(`Step ${t + 1}: ${COLUMNS.map((name) => `${name} ${fixed(now[name])}`).join(", ")}.`);
  }

  // A slider writes its row at this step, or at all; a new step or preset moves the sliders.
  function writeRow(name) {
    const rows = model.get("rows");
    const here = model.get("t") - 1;
    const value = model.get(name);
    const row = rows[name].map((old, t) => (model.get("all_steps") || t === here ? value : old));
    if (value !== rows[name][here]) change({ rows: { ...rows, [name]: row } });
  }
  function followStep() {
    const here = model.get("t") - 1;
    change(
      Object.fromEntries(Object.keys(LOWEST).map((name) => [name, model.get("rows")[name][here]])),
    );
  }

  const listeners = [
    ...Object.keys(LOWEST).map((name) => [`change:${name}`, () => writeRow(name)]),
    ["change:t", followStep],
    ["change:rows", followStep],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  followStep();
  const stop = frame.start();
  return () => {
    stop();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

// The two equations of this cell with the numbers put in; a negative factor wants brackets.
function createGRUEquations() {
  const fields = [];
  const number = (kind, value, bare) => {
    const node = html("b", { class: `live-${kind}` });
    fields.push({ node, value, bare });
    return node;
  };
  const letter = (kind) => html("i", { class: `live-${kind}` }, kind, html("sub", {}, "t"));
  const root = html(
    "div",
    { class: "live-equations live-tight" },
    html(
      "span",
      {},
      letter("n"),
      " = tanh(2 × ",
      number("x", (v) => v.x),
      " + 2 × ",
      number("r", (v) => v.r),
      " × ",
      number("h", (v) => v.before),
      ") = ",
      number("n", (v) => v.n, true),
    ),
    html(
      "span",
      {},
      letter("h"),
      " = ",
      number("z", (v) => 1 - v.z),
      " × ",
      number("h", (v) => v.before),
      " + ",
      number("z", (v) => v.z),
      " × ",
      number("n", (v) => v.n),
      " = ",
      number("h", (v) => v.h, true),
    ),
  );
  const draw = (v) =>
    fields.forEach(({ node, value, bare }) =>
      write(node, value(v) < 0 && !bare ? `(${fixed(value(v))})` : fixed(value(v))),
    );
  return { root, draw };
}

export default { render, implied };
