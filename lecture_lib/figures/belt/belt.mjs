// A belt that only writes: the LSTM of 1997, whose cell state keeps all that was ever put on it.
import { createCurves } from "../../web/charts/curves.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html } from "../../web/kit/dom.mjs";
import { createEquations, letter, slot } from "../../web/kit/equations.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createLSTM } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createPlayer } from "../../web/parts/player.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { NOISE_STREAM, READABLE_SLOPE, STEPS } from "./__init__.py";
import { createLoad } from "./load.mjs";
import { createReadOut } from "./read_out.mjs";

const SERIES = [
  { name: "h", kind: "h", label: "h = tanh(c)" },
  { name: "slope", kind: "soft", label: "slope 1 − tanh²(c)" },
  { name: "otherH", kind: "h", label: "h with the forget gate", style: "dashed" },
  { name: "otherSlope", kind: "soft", label: "its slope", style: "dashed" },
];

// One unit under clamps alone: f, i and o are numbers, g is a number a step.
function createUnit() {
  const unit = createLSTM({
    inputSize: 1,
    hiddenSize: 1,
    maxSteps: STEPS,
    weightIh: new Float64Array(4),
    weightHh: new Float64Array(4),
    bias: new Float64Array(4),
  });
  const nothing = new Float64Array(STEPS);
  return (f, i, g) => {
    const { c, h } = unit.forward(nothing, STEPS, { clamp: { f, i, g, o: 1 } });
    return { c, h, slope: h.map((value) => 1 - value ** 2) };
  };
}

const heading = (text) => html("p", { class: "live-heading" }, text);

function createCharts(choose) {
  const load = createLoad(choose);
  const legend = createLegend([
    { kind: "c", label: "c kept", style: "box" },
    { kind: "i", label: "written now, i × g", style: "box" },
    {
      kind: "h",
      label: `where tanh tells values apart: slope above ${READABLE_SLOPE}`,
      style: "band",
    },
    { kind: "f", label: "c with a forget gate", style: "dashed" },
  ]);
  const curves = createCurves({ series: SERIES, height: 150, low: -1, high: 1, choose });
  const readOut = createReadOut();
  const lower = html(
    "div",
    { class: "live-lower" },
    html("div", {}, heading("What tanh lets out"), curves.root),
    html("div", {}, heading("Where c stands on tanh"), readOut.root),
  );

  function layout(width) {
    const half = width >= 600;
    load.layout(width);
    lower.classList.toggle("live-halves", half);
    curves.layout(half ? Math.floor(width * 0.6) - 12 : width);
    readOut.layout(half ? Math.floor(width * 0.4) - 12 : width);
  }

  // `own` and `other` are the runs of 1997 and 2000, `gain` what one more would change of h.
  function draw({ t, own, other, gain, compare }) {
    const c = own.c[t];
    const gated = compare ? `; with the forget gate ${fixed(other.c[t])}` : "";
    load.draw({
      t,
      c: own.c,
      other: compare && other.c,
      label: `Cell state over ${STEPS} steps. At step ${t + 1} c is ${fixed(c)}${gated}.`,
    });
    legend.draw([true, true, true, compare]);
    curves.draw({
      t,
      steps: STEPS,
      values: {
        h: own.h,
        slope: own.slope,
        ...(compare && { otherH: other.h, otherSlope: other.slope }),
      },
      label: `At step ${t + 1} h is ${fixed(own.h[t], 3)} and the slope of tanh ${fixed(own.slope[t], 4)}.`,
    });
    readOut.draw({
      c,
      low: Math.min(...own.c),
      high: Math.max(...own.c),
      label: `tanh with c = ${fixed(c)} on it; one more on the belt would change h by ${fixed(gain, 4)}.`,
    });
  }

  return { load, legend, lower, layout, draw };
}

// The belt, the read-out, and what one more on the belt would still show.
function createSums() {
  const number = (name, kind = name) => slot(kind, (v) => v[name]);
  const small = (value) => (Math.abs(value) < 5e-5 ? "less than 0.0001" : fixed(value, 4));
  const shown = (name) => slot("h", (v) => v[name], small);
  return createEquations([
    [
      letter("c"),
      " = 1 × ",
      number("before", "c"),
      " + ",
      number("i"),
      " × ",
      number("g"),
      " = ",
      number("c"),
    ],
    [letter("h"), " = tanh(", number("c"), ") = ", shown("h")],
    [
      "with one more: tanh(",
      number("more", "c"),
      ") = ",
      shown("moreH"),
      ", a gain of ",
      shown("gain"),
    ],
  ]);
}

function render({ model, el, signal }) {
  const run1997 = createUnit();
  const run2000 = createUnit();
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["i", "g", "noise", "seed", "compare", "f", "t"],
    fit: (width) => charts.layout(width),
  });
  const go = (t) => frame.change({ t: t + 1 });
  const charts = createCharts(go);
  const player = createPlayer(STEPS, go, signal);
  const table = createTable(
    ["t", "g", "c", "h", "slope", "c with f", "h with f", "slope with f"],
    STEPS,
  );
  const sums = createSums();
  el.append(
    html("div", { class: "live-head" }, player.root, frame.tools),
    heading("Cell state · nothing is ever dropped"),
    charts.legend.root,
    charts.load.root,
    sums.root,
    html("div", { class: "live-slot" }),
    charts.lower,
    table.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const t = model.get("t") - 1;
    const i = model.get("i");
    const g = seededUniform(model.get("seed"), NOISE_STREAM, STEPS).map((drawn) =>
      Math.max(-1, Math.min(1, model.get("g") + model.get("noise") * drawn)),
    );
    const own = run1997(1, i, g);
    const other = run2000(model.get("f"), i, g);
    const [c, h, slope] = [own.c[t], own.h[t], own.slope[t]];
    const moreH = Math.tanh(c + 1);
    charts.draw({ t, own, other, gain: moreH - h, compare: model.get("compare") });
    const before = t ? own.c[t - 1] : 0;
    sums.draw({ before, i, g: g[t], c, h, more: c + 1, moreH, gain: moreH - h });
    player.draw(t);
    const columns = [g, own.c, own.h, own.slope, other.c, other.h, other.slope];
    table.draw((row, k) => (k === 0 ? `${row + 1}` : columns[k - 1][row].toFixed(4)));
    frame.say(`Step ${t + 1}: c ${fixed(c)}, h ${fixed(h, 3)}, slope ${fixed(slope, 4)}.`);
  }

  return frame.start();
}

export default { render };
