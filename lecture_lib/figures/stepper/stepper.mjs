// The Stepper: an LSTM and a GRU over one sequence, as circuits, equations, heat maps and lines.
// The class beside it says what each trait means.
import { fixed, html } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTour } from "../../web/kit/tour.mjs";
import { createHolds } from "../../web/parts/holds.mjs";
import { createPlayer } from "../../web/parts/player.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { MAX_HOLDS, MAX_STEPS } from "./__init__.py";
import { createCharts } from "./charts.mjs";
import { createCircuit } from "./circuits/circuit.mjs";
import { GRU_CIRCUIT } from "./circuits/gru.mjs";
import { LSTM_CIRCUIT } from "./circuits/lstm.mjs";
import { createEditor } from "./editor.mjs";
import { CELLS, HOLDABLE } from "./names.mjs";
import { createPhases } from "./phases.mjs";
import { createRun, createWatch, pick } from "./run.mjs";
import plan from "./tour.json";
import { createWorking, valuesOf } from "./working.mjs";

const SPEEDS = [1, 0.5, 2, 5, 10, 30];
const STEP_LASTS = 1600; // ms
const PLANS = { lstm: LSTM_CIRCUIT, gru: GRU_CIRCUIT };

// What no trait can say: a gate is its cell's, and but for a candidate not negative.
const accepts = (name, value) =>
  name !== "holds" ||
  value.every((hold) =>
    HOLDABLE.some(
      ({ cell, gate, low }) => cell === hold.cell && gate === hold.gate && low <= hold.value,
    ),
  );

function render({ model, el, signal }) {
  const frame = createFrame({ model, el, draw, follows: Object.keys(model.get("initial")), fit });
  const { change } = frame;
  const { compute } = createRun(model);
  let run, place;

  const phases = createPhases({
    chosen: () => model.get("phase"),
    choose: (phase) => change({ phase }),
    redraw: drawCircuits,
    signal,
  });
  function go(t, lasts = STEP_LASTS) {
    change({ t: t + 1 });
    phases.walk(lasts);
  }
  function choose(t, unit) {
    phases.halt();
    change(unit === undefined ? { t: t + 1 } : { t: t + 1, unit: unit + 1 });
  }
  const player = createPlayer(1, go, signal, SPEEDS);
  const editor = createEditor({ change, choose, halt: phases.halt });
  const circuits = createCircuits((look) => change({ look }));
  const charts = mapCells((cell) => createCharts(cell, { choose, signal }));
  const holds = createHolds({
    gates: HOLDABLE,
    most: MAX_HOLDS,
    change: (list) => change({ holds: list }),
    suggest: () => suggestHold(model, run),
  });
  const numbers = createNumbers();
  createTour({ model, el, signal }, { frame, plan });
  el.append(...arranged({ frame, editor, player, phases, circuits, holds, charts, numbers }));

  function fit(width) {
    el.classList.toggle("live-narrow", width < 600);
    // On the stage some stand beside each other where others do not.
    const room = (part) =>
      el.querySelector(`.live-beside-${part}`).clientWidth || Math.floor((width - 24) / 2);
    editor.layout(width);
    circuits.layout(room("circuits > *"));
    for (const cell in CELLS) charts[cell].layout(room("lines > *"), room("heats .live-heat"));
  }

  function* draw() {
    run = compute();
    if (model.get("unit") > run.units) change({ unit: run.units });
    place = { t: Math.min(model.get("t"), run.input.count) - 1, unit: model.get("unit") - 1 };
    editor.draw({ input: run.input, t: place.t, ...pick(model, ["source", "word", "numbers"]) });
    player.draw(place.t, run.input.letters?.[place.t], run.input.count);
    phases.draw();
    for (const cell in CELLS) {
      yield;
      drawCircuit(cell);
    }
    yield;
    holds.draw({ holds: model.get("holds"), units: run.units, steps: run.input.count });
    for (const cell in CELLS) {
      yield;
      yield* charts[cell].draw(run, place, model.get("show"));
    }
    yield;
    numbers.draw(run, place);
    frame.say(describe(run, place));
  }

  function drawCircuit(cell) {
    const state = pick(model, ["look", "update", "reset"]);
    circuits.draw(cell, run, place, { ...state, phase: phases.lit() });
  }
  function drawCircuits() {
    Object.keys(CELLS).forEach(drawCircuit);
  }

  return frame.start();
}

// What stands in the figure, from top to bottom.
function arranged({ frame, editor, player, phases, circuits, holds, charts, numbers }) {
  return [
    html("div", { class: "live-head" }, frame.tools),
    html("div", { class: "live-slot" }),
    editor.root,
    html(
      "div",
      { class: "live-stepping" },
      player.root,
      html("div", { class: "live-phasing" }, "Light up", phases.root),
    ),
    ...circuits.roots,
    holds.root,
    putBeside("lines", (cell) => [charts[cell].lines]),
    putBeside("heats", (cell) => charts[cell].maps),
    numbers.root,
    frame.caption,
    frame.voice,
  ];
}

const mapCells = (make) => Object.fromEntries(Object.keys(CELLS).map((cell) => [cell, make(cell)]));

// What both cells have, the LSTM's on the left.
function putBeside(kind, pick) {
  const sides = Object.keys(CELLS).map((cell) => html("div", { "data-cell": cell }, ...pick(cell)));
  return html("div", { class: `live-beside live-beside-${kind}` }, ...sides);
}

// Both circuits and, below them, the working of the part that is looked at.
function createCircuits(choose) {
  const circuits = mapCells((cell) =>
    createCircuit(PLANS[cell], (part) => choose(`${cell}.${part}`)),
  );
  const working = createWorking();
  const advice = html(
    "p",
    { class: "live-advice" },
    "Thick: large. Dashed: below 0. Click a wire or a gate, or go there with the arrow keys: its equation stands below.",
  );

  function layout(width) {
    for (const circuit of Object.values(circuits)) circuit.layout(width);
  }
  function draw(cell, { input, cells, traces, clamps }, place, { look, update, reset, phase }) {
    const [cellLookedAt, partLookedAt] = look.split(".");
    const at = {
      ...place,
      cell: cells[cell],
      trace: traces[cell],
      clamp: clamps[cell],
      input,
      update,
      reset,
    };
    const values = valuesOf(cell, at);
    const chosen = cell === cellLookedAt ? partLookedAt : null;
    const variants = cell === "gru" ? [update, reset] : [];
    circuits[cell].draw({ values, chosen, phase, variants });
    if (chosen) working.draw(cell, chosen, at, values, PLANS[cell].parts[chosen]);
  }
  const roots = [putBeside("circuits", (cell) => [circuits[cell].root]), advice, working.root];
  return { roots, layout, draw };
}

// The gate looked at, or the second of its cell, held at 0 from the step shown to the end.
function suggestHold(model, { input }) {
  const [cell, part] = model.get("look").split(".");
  const { gates } = CELLS[cell];
  const gate = gates.includes(part) ? part : gates[1];
  return { cell, gate, unit: 0, from: model.get("t"), to: input.count, value: 0 };
}

// The numbers of one unit, filled in while they are unfolded.
function createNumbers() {
  const table = createTable(["t", "x", ..."figoc", "h LSTM", ..."rzn", "h GRU"], MAX_STEPS);
  const isNew = createWatch();
  let view;
  function fill() {
    if (!table.root.open) return;
    const { input, units, traces, unit } = view;
    const columns = Object.entries(CELLS).flatMap(([cell, { shown }]) =>
      [...shown].map((letter) => traces[cell][letter]),
    );
    table.draw((t, k) => {
      if (k === 0) return `${t + 1}`;
      if (k === 1) return input.letters ? input.letters[t] : fixed(input.values[t]);
      return columns[k - 2][t * units + unit].toFixed(6);
    }, input.count);
  }
  function draw(run, { unit }) {
    view = { ...run, unit };
    if (isNew("numbers", [run.version, unit])) fill();
  }
  table.root.addEventListener("toggle", fill);
  return { root: table.root, draw };
}

function describe({ input, units, traces }, { t, unit }) {
  const cells = Object.entries(CELLS).map(([cell, { name, shown }]) => {
    const values = [...shown].map((k) => `${k} ${fixed(traces[cell][k][t * units + unit])}`);
    return `${name}: ${values.join(", ")}`;
  });
  return `Step ${t + 1} of ${input.count}, unit ${unit + 1}. ${cells.join(". ")}`;
}

export default { render, accepts };
