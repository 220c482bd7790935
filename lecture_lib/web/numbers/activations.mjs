// σ and tanh, by an exponential that takes half the time of Math.exp where it stands in a loop: the
// compiler takes it into `sigmoidEach` and `tanhEach`, and no number becomes an object on the way.

// e^x = 2^(n / 64) · e^r with whole n and |r| ≤ ln 2 / 128: the first factor from two tables.
const PARTS = 64;
const ROOTS = Float64Array.from({ length: PARTS }, (_, j) => 2 ** (j / PARTS));
const POWERS = Float64Array.from({ length: 2048 }, (_, k) => 2 ** (k - 1023));
// ln 2 in two numbers: n times the first is exact, and the second has the digits that a double lacks.
const LN2 = Math.fround(Math.LN2) / PARTS;
const LN2_REST = (Math.LN2 - Math.fround(Math.LN2) + 2.3190468138462996e-17) / PARTS;
// Added and taken away again, it leaves no digit after the point: 1.5 · 2^52.
const ROUNDING = 6755399441055744;

/**
 * e^x, to 1e-15 of itself.
 * @param {number} x
 * @returns {number}
 */
export function exp(x) {
  if (!(x > -708 && x < 709)) return Math.exp(x);
  const n = x * (PARTS / Math.LN2) + ROUNDING - ROUNDING;
  const whole = n | 0;
  const r = x - n * LN2 - n * LN2_REST;
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
  return ROOTS[whole & (PARTS - 1)] * POWERS[(whole >> 6) + 1023] * series;
}

/**
 * σ(a) = 1 / (1 + e^(−a))
 * @param {number} a
 * @returns {number}
 */
export function sigmoid(a) {
  return 1 / (1 + exp(-a));
}

/**
 * tanh(a) = (1 − e^(−2|a|)) / (1 + e^(−2|a|)) with the sign of a, to 1e-14 of itself. Where
 * 1 − e^(−2|a|) would lose digits, the first terms of its series.
 * @param {number} a
 * @returns {number}
 */
export function tanh(a) {
  if (a < 0.02 && a > -0.02) {
    const s = a * a;
    return a * (1 - s * (1 / 3 - s * (2 / 15 - (17 / 315) * s)));
  }
  const e = exp(-2 * Math.abs(a));
  const size = (1 - e) / (1 + e);
  return a < 0 ? -size : size;
}

/**
 * σ of each number from `from` up to `to`, in its place.
 * @param {Float64Array} values
 * @param {number} from
 * @param {number} to
 */
export function sigmoidEach(values, from, to) {
  for (let k = from; k < to; k += 1) values[k] = sigmoid(values[k]);
}

/**
 * tanh of each number from `from` up to `to`, in its place.
 * @param {Float64Array} values
 * @param {number} from
 * @param {number} to
 */
export function tanhEach(values, from, to) {
  for (let k = from; k < to; k += 1) values[k] = tanh(values[k]);
}
