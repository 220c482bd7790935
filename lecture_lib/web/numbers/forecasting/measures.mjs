// A row's errors by seed, step and origin: the mirror of `Row` in lecture_lib/forecasting.
import { meanOf } from "./problem.mjs";

/**
 * (seeds, origins): the mean MASE over the horizon, of origins that see all of it, or that at a step.
 * @param {{ horizon: number, scale: number }} problem
 * @param {Row} row
 * @param {number} [step] ahead, 0 for all
 * @returns {Float64Array[]} one array a seed
 */
export function bySeed({ horizon, scale }, { errors, seeds }, step = 0) {
  const [from, to] = step ? [step - 1, step] : [0, horizon];
  const n = errors.length / seeds / horizon;
  return Array.from({ length: seeds }, (_, seed) =>
    Float64Array.from({ length: Math.max(n - to + 1, 0) }, (__, o) => {
      const at = (seed * n + o) * horizon;
      return meanOf(errors.subarray(at + from, at + to)) / scale;
    }),
  );
}

/**
 * (origins): its mean over the seeds.
 * @param {{ horizon: number, scale: number }} problem
 * @param {Row} row
 * @param {number} [step] ahead, 0 for all
 * @returns {Float64Array}
 */
export function byOrigin(problem, row, step = 0) {
  const seeds = bySeed(problem, row, step);
  return seeds[0].map((_, o) => meanOf(seeds.map((seed) => seed[o])));
}

/**
 * (seeds, horizon): the mean over origins, by the scale.
 * @param {{ horizon: number, scale: number }} problem
 * @param {Row} row
 * @returns {Float64Array[]} one array a seed
 */
export function maseOf(problem, row) {
  const steps = Array.from({ length: problem.horizon }, (_, k) =>
    bySeed(problem, row, k + 1).map((errors) => meanOf(errors)),
  );
  return Array.from({ length: row.seeds }, (_, seed) =>
    Float64Array.from(steps, (step) => step[seed]),
  );
}
