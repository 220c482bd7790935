// The two cells on one input, and on the same input nudged; and how the difference fades.
import { SHARE, STEPS, STREAMS } from "./__init__.py";
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";

/** By name the input, STEPS numbers. */
export const SIGNALS = {
  noise: (seed) => seededUniform(seed, STREAMS.noise, STEPS),
  sine: () => Float64Array.from({ length: STEPS }, (_, t) => Math.sin((2 * Math.PI * t) / 10)),
  step: () => Float64Array.from({ length: STEPS }, (_, t) => (t >= STEPS / 4 ? 1 : 0)),
  silence: () => new Float64Array(STEPS),
};

/**
 * The parameters of a cell that reads one number: an LSTM has 4 blocks, a GRU 3.
 * @param {number} blocks
 * @param {number} units
 * @returns {number}
 */
export const parameterCount = (blocks, units) => blocks * units * (units + 2);

/**
 * The units with which a GRU comes nearest to the parameters of an LSTM of `units`.
 * @param {number} units
 * @returns {number}
 */
export function matchingUnits(units) {
  const distance = (k) => Math.abs(parameterCount(3, k) - parameterCount(4, units));
  let best = 1;
  for (let k = 2; k <= 2 * units; k += 1) if (distance(k) < distance(best)) best = k;
  return best;
}

/**
 * Both cells, twice: a cell fills the same trace again.
 * @param {{ units: number, other: number, seed: number, scale: number, forgetBias: number }} settings
 *   units of the LSTM and of the GRU
 * @returns {(x: Float64Array, nudged: Float64Array) => Record<"c" | "h" | "gru", Run>} c and h of the
 *   LSTM, h of the GRU: the states of both runs, steps × units
 * @typedef {{ plain: Float64Array, nudged: Float64Array, units: number }} Run
 */
export function createPair({ units, other, seed, scale, forgetBias }) {
  function make(create, blocks, H, stream, bias) {
    const bound = scale / Math.sqrt(H);
    const draw = (k, count) => seededUniform(seed, stream + k, count).map((value) => bound * value);
    const weights = {
      weightIh: draw(0, blocks * H),
      weightHh: draw(1, blocks * H * H),
      bias: new Float64Array(blocks * H).fill(bias, H, 2 * H), // the rows of f, or of z
    };
    const cells = [0, 1].map(() =>
      create({ inputSize: 1, hiddenSize: H, maxSteps: STEPS, ...weights }),
    );
    return (...inputs) => cells.map((cell, k) => cell.forward(inputs[k], STEPS));
  }
  const lstm = make(createLSTM, 4, units, STREAMS.lstm, forgetBias);
  const gru = make(createGRU, 3, other, STREAMS.gru, -forgetBias);
  return (x, nudged) => {
    const [ofLSTM, ofGRU] = [lstm(x, nudged), gru(x, nudged)];
    const run = ([a, b], state, H) => ({ plain: a[state], nudged: b[state], units: H });
    return { c: run(ofLSTM, "c", units), h: run(ofLSTM, "h", units), gru: run(ofGRU, "h", other) };
  };
}

/**
 * The root mean square over the units at step t.
 * @param {Float64Array} values steps × units
 * @param {number} units
 * @param {number} t
 * @returns {number}
 */
export function rms(values, units, t) {
  return Math.hypot(...values.subarray(t * units, (t + 1) * units)) / Math.sqrt(units);
}

/**
 * By how much the runs differ.
 * @param {Run} run
 * @param {number} at the step that is nudged, from 0
 * @returns {{ difference: Float64Array, share: Float64Array, memory: number }} of each value; the root
 *   mean square over units at each step as a share of the largest; for how many steps after the nudge
 *   a tenth of it is left
 */
export function compareRuns({ plain, nudged, units }, at) {
  const difference = nudged.map((value, k) => value - plain[k]);
  const size = Float64Array.from({ length: STEPS }, (_, t) => {
    let sum = 0;
    for (let k = 0; k < units; k += 1) sum += difference[t * units + k] ** 2;
    return Math.sqrt(sum / units);
  });
  const largest = Math.max(...size) || 1;
  const share = size.map((value) => value / largest);
  const memory = Math.max(0, share.findLastIndex((value) => value >= SHARE) - at);
  return { difference, share, memory };
}

/**
 * The largest absolute value.
 * @param {Float64Array} values
 * @returns {number}
 */
export const largestOf = (values) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
