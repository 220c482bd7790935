// The Gate Lab. First tab: the gates are the reader's. Second tab: a trained LSTM computes them from
// an input the reader edits, and each gate can be held.
import { createStrip } from "../../web/charts/strip.mjs";
import { createEquations, handle, letter, slot } from "../../web/kit/equations.mjs";
import { acceptsBy, impliedBy, renderLab } from "../../web/kit/lab.mjs";
import { GATES, HANDLES } from "./__init__.py";
import { createConveyor } from "./conveyor.mjs";
import { createNetwork } from "./network.mjs";
import stories from "./stories.json";

const COLUMNS = [...GATES, "c", "h"];

// What the reader set by hand: c_t = f_t c_{t-1} + i_t g_t, h_t = o_t tanh(c_t).
function compute(gates) {
  const c = [];
  const h = [];
  for (let t = 0; t < stories.steps; t += 1) {
    c.push(gates.f[t] * (t ? c[t - 1] : 0) + gates.i[t] * gates.g[t]);
    h.push(gates.o[t] * Math.tanh(c[t]));
  }
  return { ...gates, c, h };
}

function createSums(change) {
  const now = (name) => slot(name, (v) => v[name]);
  const set = (name) => handle(HANDLES[name], change);
  const before = slot("c", (v) => v.before);
  return createEquations([
    [
      letter("c"),
      " = ",
      set("f"),
      " × ",
      before,
      " + ",
      set("i"),
      " × ",
      set("g"),
      " = ",
      now("c"),
    ],
    [letter("h"), " = ", set("o"), " × tanh(", now("c"), ") = ", now("h")],
  ]);
}

function render(host) {
  const { model } = host;
  const conveyor = createConveyor();
  conveyor.focus(model.get("focus"));
  return renderLab(host, {
    stories,
    rows: "gates",
    names: GATES,
    compute,
    columns: COLUMNS,
    memory: "c",
    conveyor,
    createSums,
    createStrip: (choose) =>
      createStrip(stories.steps, GATES, choose, {
        label: `Cell state, hidden state and gates over ${stories.steps} steps; the numbers are in the table below.`,
        bars: { c: "c kept", h: "h shown" },
      }),
    createNetwork: (change) => (model.get("learned") ? createNetwork(model, change) : null),
    follows: ["tab", "x", "unit", ...GATES.flatMap((gate) => [`hold_${gate}`, `held_${gate}`])],
  });
}

// What no trait can say: the second tab is there only where the figure has a trained network.
const accepts = (name, value, state) =>
  acceptsBy(GATES)(name, value, state) && (name !== "tab" || value === 0 || state.learned);

export default { render, accepts, implied: impliedBy(stories, "gates", GATES) };
