// Cells in few bits: the mirror of lecture_lib/quantise, with the same rounding to the even one.
import { createGRU } from "./gru.mjs";
import { createLSTM } from "./lstm.mjs";
import { createRNN } from "./rnn.mjs";

const CREATE = { RNN: createRNN, GRU: createGRU, LSTM: createLSTM };
const WEIGHTS = ["weightIh", "weightHh"];

/**
 * The nearest whole number, and the even one of two that are as near.
 * @param {number} value
 * @returns {number}
 */
export function nearestEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function largestOf(array, from = 0, to = array.length) {
  let largest = 0;
  for (let k = from; k < to; k += 1) largest = Math.max(largest, Math.abs(array[k]));
  return largest;
}

/**
 * q = round(w / s),  ŵ = s · q,  s = max |w| / (2^(bits−1) − 1), for the whole array or each of its rows
 * @param {Float64Array} array
 * @param {number} bits 2 … 16
 * @param {number} [rows] in how many parts the array is taken, each with a scale of its own
 * @returns {Float64Array} a new one
 */
export function rounded(array, bits, rows = 1) {
  const out = new Float64Array(array.length);
  const width = array.length / rows;
  for (let from = 0; from < array.length; from += width) {
    const scale = largestOf(array, from, from + width) / (2 ** (bits - 1) - 1);
    for (let k = from; k < from + width && scale > 0; k += 1)
      out[k] = nearestEven(array[k] / scale) * scale;
  }
  return out;
}

/**
 * What a `create…` of cells.mjs takes, with rounded weights; the biases are kept.
 * @param {object} options
 * @param {number} bits 2 … 16
 * @param {"tensor" | "row"} per
 * @returns {object} a copy
 */
export function roundedCell(options, bits, per) {
  const rows = per === "row" ? options.bias.length : 1;
  const found = WEIGHTS.map((name) => [name, rounded(options[name], bits, rows)]);
  return { ...options, ...Object.fromEntries(found) };
}

/**
 * The smallest power of two that is not below the largest |value|; 1 for zeros.
 * @param {...Float64Array} arrays
 * @returns {number}
 */
export function rangeOf(...arrays) {
  const largest = Math.max(...arrays.map((array) => largestOf(array)));
  if (largest === 0) return 1;
  let power = 1;
  while (power < largest) power *= 2;
  while (power / 2 >= largest) power /= 2;
  return power;
}

/**
 * ŝ = step · round(s / step), step = range / 2^(bits−1), within ±(range − step); in place
 * @param {Float64Array} state
 * @param {number} bits
 * @param {number} range
 */
function roundState(state, bits, range) {
  const step = range / 2 ** (bits - 1);
  const most = 2 ** (bits - 1) - 1;
  for (let k = 0; k < state.length; k += 1) {
    state[k] = Math.min(most, Math.max(-most, nearestEven(state[k] / step))) * step;
  }
}

/**
 * A cell with rounded weights, whose state is rounded after each step: the mirror of `quantise.run`.
 * @param {"RNN" | "GRU" | "LSTM"} kind
 * @param {object} options what its `create…` takes; `maxSteps` bounds a run
 * @param {object} how
 * @param {number} how.bits of the weights, 2 … 16
 * @param {"tensor" | "row"} how.per
 * @param {{ h: number, c?: number } | null} how.stateBits null leaves the state as it is
 * @param {{ h: number, c?: number }} [how.ranges] powers of two, as `rangeOf` finds them
 * @returns {(x: Float64Array, T: number, start?: { h0?: Float64Array, c0?: Float64Array }) => object}
 *   run: its trace has the states and gates, T × N × H, and is filled again by the next run
 */
export function createRounded(kind, options, { bits, per, stateBits, ranges }) {
  const small = roundedCell(options, bits, per);
  if (!stateBits) {
    const cell = CREATE[kind](small);
    return (x, T, start) => cell.forward(x, T, start);
  }
  const { inputSize: D, hiddenSize: H, batchSize: N = 1, maxSteps } = options;
  const cell = CREATE[kind]({ ...small, maxSteps: 1 });
  const states = kind === "LSTM" ? ["h", "c"] : ["h"];
  const trace = {};

  function keep(found, t) {
    for (const name in found) {
      trace[name] ??= new Float64Array(maxSteps * N * H);
      trace[name].set(found[name].subarray(0, N * H), t * N * H);
    }
  }
  return (x, T, start = {}) => {
    const now = {};
    for (const name of states) {
      now[`${name}0`] = Float64Array.from(start[`${name}0`] ?? new Float64Array(N * H));
      roundState(now[`${name}0`], stateBits[name], ranges[name]);
    }
    for (let t = 0; t < T; t += 1) {
      const found = cell.forward(x.subarray(t * N * D, (t + 1) * N * D), 1, now);
      for (const name of states) {
        now[`${name}0`].set(found[name].subarray(0, N * H));
        roundState(now[`${name}0`], stateBits[name], ranges[name]);
        found[name].set(now[`${name}0`]);
      }
      keep(found, t);
    }
    return trace;
  };
}
