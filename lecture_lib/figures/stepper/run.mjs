// Both cells over the input, with the holds and without; computed again only when what it depends
// on has changed.
import { MAX_STEPS, STREAMS } from "./__init__.py";
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { readInput } from "./input.mjs";
import { CELLS } from "./names.mjs";

const INPUTS = ["source", "steps", "seed", "numbers", "word"];
const WEIGHTS = ["hidden_size", "seed", "weight_scale", "forget_bias", "update", "reset"];

/**
 * @returns {(name: string, values: unknown) => boolean} whether `values` differ from those that came
 *   under that name the last time
 */
export function createWatch() {
  const known = {};
  return (name, values) => {
    const key = JSON.stringify(values);
    const changed = known[name] !== key;
    known[name] = key;
    return changed;
  };
}

/**
 * @param {object} model of the figure
 * @param {string[]} names of traits
 * @returns {object} their values by name
 */
export const pick = (model, names) =>
  Object.fromEntries(names.map((name) => [name, model.get(name)]));

/**
 * @param {object} model of the figure
 * @returns {{compute: () => object}} which gives `input`, and by cell `cells`, `traces`, `free` (null
 *   where nothing is held) and `clamps`; `units`; and `version`, another for other numbers
 */
export function createRun(model) {
  const isNew = createWatch();
  const run = { version: 0, traces: {}, free: {}, clamps: {} };

  function compute() {
    const newInput = isNew("input", pick(model, INPUTS));
    if (newInput) run.input = readInput(pick(model, INPUTS));
    const newWeights = isNew("weights", { ...pick(model, WEIGHTS), size: run.input.size });
    if (newWeights) run.cells = createCells(pick(model, WEIGHTS), run.input.size);
    if (!isNew("holds", model.get("holds")) && !newInput && !newWeights) return run;
    run.version += 1;
    run.units = model.get("hidden_size");
    const { x, count } = run.input;
    for (const [name, { held, free }] of Object.entries(run.cells)) {
      const clamp = createClamp(model.get("holds"), name, count, run.units);
      run.clamps[name] = clamp;
      run.traces[name] = held.forward(x, count, { clamp });
      run.free[name] = Object.keys(clamp).length ? free.forward(x, count) : null;
    }
    return run;
  }
  return { compute };
}

// Both cells with the seeded weights, twice: to be held and free.
function createCells({ hidden_size: H, seed, weight_scale, forget_bias, update, reset }, D) {
  const bound = weight_scale / Math.sqrt(H);
  function draw(name) {
    const rows = CELLS[name].gates.length * H;
    const weight = (kind, columns) =>
      seededUniform(seed, STREAMS[`${name}.${kind}`], rows * columns).map((u) => bound * u);
    const sizes = { inputSize: D, hiddenSize: H, maxSteps: MAX_STEPS };
    const bias = new Float64Array(rows);
    return { ...sizes, weightIh: weight("ih", D), weightHh: weight("hh", H), bias };
  }
  const lstm = draw("lstm");
  const gru = { update, reset, biasHn: new Float64Array(H), ...draw("gru") };
  lstm.bias.fill(forget_bias, H, 2 * H);
  gru.bias.fill(update === "keep" ? forget_bias : -forget_bias, H, 2 * H);
  return {
    lstm: { ...lstm, held: createLSTM(lstm), free: createLSTM(lstm) },
    gru: { ...gru, held: createGRU(gru), free: createGRU(gru) },
  };
}

// What holds a cell: { gate: T × H values, NaN where free }.
function createClamp(holds, name, T, H) {
  const clamp = {};
  for (const { cell, gate, unit, from, to, value } of holds) {
    if (cell !== name) continue;
    const held = (clamp[gate] ??= new Float64Array(T * H).fill(NaN));
    for (let t = from - 1; t < Math.min(to, T); t += 1) {
      for (let k = 0; k < H; k += 1) if (unit === 0 || unit === k + 1) held[t * H + k] = value;
    }
  }
  return clamp;
}
