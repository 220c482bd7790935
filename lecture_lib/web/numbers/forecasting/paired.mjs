// Whether one forecast is nearer than another by more than chance: the mirror of
// lecture_lib/forecasting/paired.py.
import { meanOf } from "./problem.mjs";
import { constants, worded } from "./words.mjs";

const { quantile, span } = constants.paired;

/**
 * By how much `second` is nearer than `first`, over origins that overlap, with the half width of its
 * 95 % interval; `toString()` says both.
 * @param {Float64Array} first errors in time order, one an origin
 * @param {Float64Array} second of the same origins
 * @param {number} horizon
 * @returns {{ mean: number, halfWidth: number, above: boolean, toString: () => string }} `above` says
 *   whether it is above 0 by more than chance
 */
export function paired(first, second, horizon) {
  const d = first.map((error, o) => error - second[o]);
  const n = d.length;
  const mean = meanOf(d);
  const M = Math.min(Math.max(horizon, Math.ceil(span * Math.sqrt(n))), n);
  let variance = 0;
  for (let j = 0; j < M; j += 1) {
    let covariance = 0;
    for (let o = j; o < n; o += 1) covariance += (d[o] - mean) * (d[o - j] - mean);
    variance += (j ? 2 : 1) * (1 - j / M) * (covariance / n);
  }
  const q = quantile.reduceRight((sum, part) => sum * (M / n) + part, 0);
  return differenceOf(rounded(mean), rounded(q * Math.sqrt(Math.max(variance, 0) / n)));
}

// With its words.
function differenceOf(mean, halfWidth) {
  const toString = () => worded("difference", { mean, half_width: halfWidth });
  return { mean, halfWidth, above: mean - halfWidth > 0, toString };
}

// To twelve places, as Python does it: rounding alone is no lead.
const rounded = (value) => Math.round(value * 1e12) / 1e12;
