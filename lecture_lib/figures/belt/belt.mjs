// A belt that only writes: the LSTM of 1997, whose cell state keeps all that was ever put on it.
// The traits: lecture_lib/figures/belt.py.
import { createLSTM } from "../../web/numbers/cells.mjs";
import { createCurves } from "../../web/charts/curves.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createPlayer, createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createLoad, createReadOut } from "./conveyor.mjs";

const T = 30;

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
    weightIh: new Float64Array(4),
    weightHh: new Float64Array(4),
    bias: new Float64Array(4),
    maxSteps: T,
  });
  const nothing = new Float64Array(T);
  return (f, i, g) => {
    const { c, h } = unit.forward(nothing, T, { clamp: { f, i, g, o: 1 } });
    return { c, h, slope: h.map((seen) => 1 - seen ** 2) };
  };
}

function render({ model, el, signal }) {
  const g = new Float64Array(T);
  const write1997 = createUnit();
  const write2000 = createUnit();

  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["i", "g", "noise", "seed", "compare", "f", "t"],
    fit: (width) => {
      load.layout(width);
      const half = width >= 600;
      lower.classList.toggle("live-halves", half);
      curves.layout(half ? Math.floor(width * 0.6) - 12 : width);
      readOut.layout(half ? Math.floor(width * 0.4) - 12 : width);
    },
  });
  const go = (t) => frame.change({ t: t + 1 });
  const load = createLoad(T, go);
  const legend = createLegend([
    { kind: "c", label: "c kept", style: "box" },
    { kind: "i", label: "written now, i × g", style: "box" },
    { kind: "h", label: "where tanh tells values apart: slope above 0.1", style: "band" },
    { kind: "f", label: "c with a forget gate", style: "dashed" },
  ]);
  const curves = createCurves({ series: SERIES, height: 200, low: -1, high: 1, choose: go });
  const readOut = createReadOut();
  const player = createPlayer(T, go, signal);
  const table = createTable(
    ["t", "g", "c", "h", "slope", "c with f", "h with f", "slope with f"],
    T,
  );
  const { equations, put: putNumbers } = createEquations();
  const heading = (text) => html("p", { class: "live-heading" }, text);
  const seen = html("div", {}, heading("What tanh lets out"), curves.root);
  const lens = html("div", {}, heading("Where c stands on tanh"), readOut.root);
  const lower = html("div", { class: "live-lower" }, seen, lens);
  el.append(
    html("div", { class: "live-head" }, player.root, frame.tools),
    heading("Cell state · nothing is ever dropped"),
    legend.root,
    load.root,
    equations,
    html("div", { class: "live-slot" }),
    lower,
    table.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const t = model.get("t") - 1;
    const compare = model.get("compare");
    const i = model.get("i");
    const draws = seededUniform(model.get("seed"), 4, T);
    for (let k = 0; k < T; k += 1)
      g[k] = Math.max(-1, Math.min(1, model.get("g") + model.get("noise") * draws[k]));
    const own = write1997(1, i, g);
    const other = write2000(model.get("f"), i, g);
    const c = own.c[t];
    const gain = Math.tanh(c + 1) - own.h[t];
    load.draw({
      t,
      c: own.c,
      other: compare && other.c,
      label: `Cell state over ${T} steps. At step ${t + 1} c is ${fixed(c)}${compare ? `; with the forget gate ${fixed(other.c[t])}` : ""}.`,
    });
    legend.draw([true, true, true, compare]);
    curves.draw({
      t,
      steps: T,
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
    putNumbers({
      before: t ? own.c[t - 1] : 0,
      i,
      g: g[t],
      c,
      h: own.h[t],
      more: c + 1,
      moreH: Math.tanh(c + 1),
      gain,
    });
    player.draw(t);
    const columns = [g, own.c, own.h, own.slope, other.c, other.h, other.slope];
    table.draw((row, k) => (k === 0 ? `${row + 1}` : columns[k - 1][row].toFixed(4)));
    frame.say(
      `Step ${t + 1}: c ${fixed(c)}, h ${fixed(own.h[t], 3)}, slope ${fixed(own.slope[t], 4)}.`,
    );
  }

  return frame.start();
}

// The belt, the read-out, and what one more on the belt would still show, with their numbers.
function createEquations() {
  const slots = {};
  const number = (name, kind = name, digits = 2) => {
    const node = html("b", { class: `live-${kind}` });
    slots[name] = [...(slots[name] ?? []), { node, digits }];
    return node;
  };
  const letter = (kind, index) =>
    html("i", { class: `live-${kind}` }, kind, html("sub", {}, index));
  const equations = html(
    "div",
    { class: "live-equations" },
    html(
      "span",
      {},
      letter("c", "t"),
      " = 1 × ",
      number("before", "c"),
      " + ",
      number("i"),
      " × ",
      number("g"),
      " = ",
      number("c"),
    ),
    html("span", {}, letter("h", "t"), " = tanh(", number("c"), ") = ", number("h", "h", 4)),
    html(
      "span",
      {},
      "with one more: tanh(",
      number("more", "c"),
      ") = ",
      number("moreH", "h", 4),
      ", a gain of ",
      number("gain", "h", 4),
    ),
  );
  function put(values) {
    for (const [name, nodes] of Object.entries(slots)) {
      for (const { node, digits } of nodes) {
        const bare = /[=(]\s*$/.test(node.previousSibling.textContent);
        const text =
          digits === 4 && Math.abs(values[name]) < 5e-5
            ? "less than 0.0001"
            : fixed(values[name], digits);
        write(node, values[name] < 0 && !bare ? `(${text})` : text);
      }
    }
  }
  return { equations, put };
}

export default { render };
