// Errors by horizon, and how far one is behind another: what `Row` and `Comparison` of Python say of a
// row, at one step ahead or as the mean over the horizon.
import { paired } from "../../web/numbers/forecasting/paired.mjs";

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

/**
 * The MASE of each seed at each step ahead: the mean over origins, by the scale.
 * @param {object} row
 * @param {{ scale: number, horizon: number, origins: number }} problem
 * @returns {number[][]} (seeds, horizon)
 */
export function maseOf({ errors, seeds }, { scale, horizon, origins }) {
  return Array.from({ length: seeds }, (_, s) =>
    Array.from({ length: horizon }, (__, k) => {
      const there = Math.max(0, origins - k);
      let sum = 0;
      for (let o = 0; o < there; o += 1) sum += errors[(s * origins + o) * horizon + k];
      return sum / there / scale;
    }),
  );
}

/**
 * @param {number[][]} mase (seeds, horizon)
 * @param {number} step ahead, from 1; 0 for the mean over the horizon
 * @returns {number[]} a number for each seed
 */
export const atStep = (mase, step) => mase.map((one) => (step ? one[step - 1] : mean(one)));

// For each origin that sees `step`, or all of the horizon, the mean over seeds.
function byOrigin({ errors, seeds }, { scale, horizon, origins }, step) {
  const [from, to] = step ? [step - 1, step] : [0, horizon];
  return Float64Array.from({ length: Math.max(0, origins - to + 1) }, (_, o) => {
    let sum = 0;
    for (let s = 0; s < seeds; s += 1)
      for (let k = from; k < to; k += 1) sum += errors[(s * origins + o) * horizon + k];
    return sum / seeds / (to - from) / scale;
  });
}

/**
 * By how much `best` is nearer than `row`, with its 95 % interval.
 * @param {object} row
 * @param {object} best
 * @param {object} problem
 * @param {number} step ahead, 0 for the mean over the horizon
 * @returns {{ mean: number, halfWidth: number } | null} null where fewer than two origins tell
 */
export function behindOf(row, best, problem, step) {
  const [mine, its] = [row, best].map((one) => byOrigin(one, problem, step));
  return mine.length > 1 ? paired(mine, its, step || problem.horizon) : null;
}

/**
 * The mean over seeds.
 * @param {number[]} values
 * @returns {number}
 */
export const meanOf = mean;
