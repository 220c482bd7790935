// How far back the last state reaches: the gradients by each earlier input and state. The mirror of
// lecture_lib/examination/reach.py.
import { seededUniform } from "../seeded.mjs";
import { constants } from "./limits.mjs";
import { createLinear } from "./linear.mjs";

// Between these a gradient neither overflows at the next step nor is all subnormal, which processors
// multiply slowly. What has fallen below the second is 0.
const [LARGE, GONE] = [2 ** 300, 2 ** -930];

/**
 * Rows whose gradients give a Frobenius norm: the unit vectors, or seeded ones of ±1.
 * @param {number} H
 * @returns {{ rows: Float64Array, P: number, probes: number }} P × H; `probes` is how many are random
 */
export function probesOf(H) {
  if (H <= constants.exact_units) {
    const rows = new Float64Array(H * H);
    for (let k = 0; k < H; k += 1) rows[k * H + k] = 1;
    return { rows, P: H, probes: 0 };
  }
  const P = constants.probes;
  const drawn = seededUniform(0, constants.probe_stream, P * H);
  return { rows: drawn.map((value) => (value >= 0 ? 1 : -1)), P, probes: P };
}

function largestOf(array) {
  let largest = 0;
  for (let k = 0; k < array.length; k += 1) largest = Math.max(largest, Math.abs(array[k]));
  return largest;
}

// √Σ a² · 2^exponent: ∞ where it is beyond the largest number.
function normOf(array, exponent) {
  const largest = largestOf(array);
  const unit = largest > 0 && largest < 1e-140 ? largest : 1; // its squares would be 0
  let sum = 0;
  for (let k = 0; k < array.length; k += 1) sum += (array[k] / unit) ** 2;
  const half = 2 ** (exponent / 2);
  return unit * Math.sqrt(sum) * half * half;
}

// ‖∏ kept‖ by lag.
function directOf({ kept }, H, T, rowOf) {
  const product = new Float64Array(H).fill(1);
  return new Float64Array(T).map((_, lag) => {
    const norm = normOf(product, 0);
    const row = rowOf(T - 1 - lag) * H;
    for (let k = 0; k < H; k += 1) product[k] *= kept[row + k];
    return norm;
  });
}

/**
 * What is left of a gradient ℓ steps before the last step of a direction, for ℓ = 0 … T − 1.
 *   x = ‖∂h_T/∂x_{T−ℓ}‖, by what the layer itself reads
 *   state = ‖∂s_T/∂s_{T−ℓ}‖, where s is c of an LSTM, else h
 *   direct = the same along the direct path alone, ‖∏ kept‖; null for an RNN
 * Frobenius norms: exact up to 32 units, else estimated by seeded probes, off by `spread` at most in a
 * standard deviation.
 * @param {object} entry a layer of a run
 * @param {"there" | "back"} side
 * @param {"all" | "x" | "state"} [part] which of the two is wanted, of an LSTM; the other is null
 * @yields {{ done: number }}
 * @returns {Generator} { x, state, direct, probes, spread }
 */
export function* reachSteps(entry, side, part = "all") {
  const { T } = entry;
  const { hiddenSize: H } = entry.layer;
  const { rows, P, probes } = probesOf(H);
  const isLSTM = entry.layer.kind === "LSTM";
  // Those of h_T first, then, for an LSTM, those of c_T.
  const ofH = part === "state" ? 0 : P;
  const ofC = isLSTM && part !== "x" ? P : 0;
  const linear = createLinear(entry, side, ofH + ofC, ofH);
  const { dh, dc, dx } = linear;
  if (ofH) dh.set(rows);
  if (ofC) dc.set(rows, ofH * H);
  const byState = isLSTM ? dc.subarray(ofH * H) : dh;
  const [x, state] = [new Float64Array(T), new Float64Array(T)];
  let exponent = 0;
  for (let lag = 0; lag < T; lag += 1) {
    state[lag] = normOf(byState, exponent);
    for (const _ of linear.back(T - 1 - lag)) yield { done: lag / T };
    x[lag] = normOf(dx, exponent);
    const largest = Math.max(largestOf(dh), isLSTM ? largestOf(dc) : 0);
    if (largest < GONE && !exponent) break;
    if (largest > LARGE || (exponent && largest < 1 / LARGE)) {
      const shift = Math.max(Math.floor(Math.log2(largest)) + 1, -exponent);
      exponent += shift;
      for (let k = 0; k < dh.length; k += 1) dh[k] *= 2 ** -shift;
      for (let k = 0; isLSTM && k < dc.length; k += 1) dc[k] *= 2 ** -shift;
    }
  }
  const scale = Math.sqrt(probes || 1);
  return {
    x: ofH ? x.map((norm) => norm / scale) : null,
    state: isLSTM && !ofC ? null : state.map((norm) => norm / scale),
    direct: linear.trace.kept ? directOf(linear.trace, H, T, linear.rowOf) : null,
    probes,
    spread: probes ? Math.sqrt(2 / probes) / 2 : 0,
  };
}
