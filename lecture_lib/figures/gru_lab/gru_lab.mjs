// The GRU Lab: one unit over 12 steps, its gates and its input the reader's, its candidate computed.
import { createStrip } from "../../web/charts/strip.mjs";
import { createEquations, handle, letter, slot } from "../../web/kit/equations.mjs";
import { acceptsBy, impliedBy, renderLab } from "../../web/kit/lab.mjs";
import { createGRU } from "../../web/numbers/cells.mjs";
import { HANDLES, ROWS, WEIGHT } from "./__init__.py";
import { createConveyor } from "./conveyor.mjs";
import stories from "./stories.json";

const T = stories.steps;

// n_t = tanh(w x_t + w r_t h_{t-1}), h_t = (1 − z_t) h_{t-1} + z_t n_t
function createUnit() {
  const gru = createGRU({
    inputSize: 1,
    hiddenSize: 1,
    maxSteps: T,
    weightIh: Float64Array.of(0, 0, WEIGHT),
    weightHh: Float64Array.of(0, 0, WEIGHT),
    bias: new Float64Array(3),
  });
  return ({ r, z, x }) => {
    const { n, h } = gru.forward(Float64Array.from(x), T, { clamp: { r, z } });
    return { r, z, x, n: [...n], h: [...h.subarray(0, T)] };
  };
}

function createSums(change) {
  const now = (name) => slot(name, (v) => v[name]);
  const set = (name) => handle(HANDLES[name], change);
  const before = slot("h", (v) => v.before);
  const kept = slot("z", (v) => 1 - v.z);
  return createEquations(
    [
      [
        letter("n"),
        ` = tanh(${WEIGHT} × `,
        set("x"),
        ` + ${WEIGHT} × `,
        set("r"),
        " × ",
        before,
        ") = ",
        now("n"),
      ],
      [letter("h"), " = ", kept, " × ", before, " + ", set("z"), " × ", now("n"), " = ", now("h")],
    ],
    "live-tight",
  );
}

const render = (host) =>
  renderLab(host, {
    stories,
    rows: "rows",
    names: ROWS,
    compute: createUnit(),
    columns: ["x", "r", "z", "n", "h"],
    memory: "h",
    conveyor: createConveyor(),
    createSums,
    createStrip: (choose) =>
      createStrip(T, ROWS, choose, {
        label: `Candidate, state and gates over ${T} steps; the numbers are in the table below.`,
        bars: { n: "n proposed", h: "h kept and shown" },
      }),
  });

export default { render, accepts: acceptsBy(ROWS), implied: impliedBy(stories, "rows", ROWS) };
