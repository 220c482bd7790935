// The minGRU in double precision, for a batch of sequences: the mirror of lecture_lib/cells/minimal.py.
import { checkLength, sigmoid } from "./cell_parts.mjs";
import { addProduct, addRows, fillRows, matrix, transposed } from "./products.mjs";

// So many rows at a time, of some steps, are still in the nearest cache when they are used.
const AT_ONCE = 64;

/**
 * z = σ(W_iz x_t + b_z),  n = W_in x_t + b_n
 * h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n                                            Feng et al. (2024)
 * Weights are weightIh (2H × D) and bias (2H), with the rows of z, n; x is T × N × D, a gate or state
 * over time T × N × H. Buffers and generators are as those of cells.mjs; there are no clamps.
 * @param {object} options inputSize, hiddenSize, weightIh, bias, maxSteps, batchSize (1 if left out)
 *   and inputGradient, false where no one wants the gradient of x
 * @returns {{ forwardSteps: Function, backwardSteps: Function }} `forwardSteps(x, T, { h0 })` gives
 *   { h, z, n }; `backwardSteps(dh)` gives { weightIh, bias, x, h0 }
 */
export function createMinGRU(options) {
  const { inputSize: D, hiddenSize: H, weightIh, bias, maxSteps } = options;
  const { batchSize: N = 1, inputGradient = true } = options;
  checkLength("weightIh", weightIh, 2 * H * D);
  checkLength("bias", bias, 2 * H);
  const weights = matrix(weightIh, D);
  const weightsT = transposed(weights);
  const sized = (rows, columns) => matrix(new Float64Array(rows * columns), columns);
  // The sums of z and n, and in the backward pass their gradients.
  const a = sized(maxSteps * N, 2 * H);
  const aT = transposed(a);
  const h = new Float64Array((maxSteps + 1) * N * H); // a row before the first step
  const x = matrix(new Float64Array(0), D);
  const z = new Float64Array(maxSteps * N * H);
  const trace = { h: h.subarray(N * H), z, n: new Float64Array(maxSteps * N * H) };
  const some = Math.max(1, Math.ceil(AT_ONCE / N)); // steps
  let [steps, dh, dX, grad] = [0, null, null, null];

  function* forwardSteps(input, T, { h0 } = {}) {
    if (!(T >= 1 && T <= maxSteps)) throw new RangeError(`T must lie in 1 … ${maxSteps}, got ${T}`);
    [steps, x.values] = [T, input];
    if (h0) h.set(h0);
    else h.fill(0, 0, N * H);
    for (let t = 0; t < T; t += 1) {
      yield;
      if (t % some === 0) {
        const rows = Math.min(some, T - t) * N;
        fillRows(a, bias, t * N, rows);
        addProduct(a, x, weightsT, t * N, rows, 0, D);
      }
      stepForward(t);
    }
    return trace;
  }
  function stepForward(t) {
    const [sums, { n }] = [a.values, trace];
    for (let row = t * N; row < (t + 1) * N; row += 1) {
      for (let k = 0, s = row * H, p = 2 * s; k < H; k += 1, s += 1, p += 1) {
        z[s] = sigmoid(sums[p]);
        n[s] = sums[p + H];
        h[s + N * H] = (1 - z[s]) * h[s] + z[s] * n[s];
      }
    }
  }
  function prepareBackward() {
    dh = new Float64Array(h.length);
    grad = { weightIh: new Float64Array(2 * H * D), bias: new Float64Array(2 * H) };
    if (inputGradient) dX = sized(maxSteps * N, D);
    if (inputGradient) grad.x = dX.values;
    grad.h0 = dh.subarray(0, N * H);
  }
  // ∂L/∂W = Σ_t δa_t x_tᵀ,  ∂L/∂b = Σ_t δa_t,  ∂L/∂x_t = Wᵀ δa_t, of some steps from t on
  function giveBack(t) {
    const [from, to] = [t * N, Math.min(t + some, steps) * N];
    addProduct(matrix(grad.weightIh, D), aT, x, 0, 2 * H, from, to);
    addRows(grad.bias, a, from, to - from);
    if (dX) addProduct(dX, a, weights, from, to - from, 0, 2 * H);
  }
  function* backwardSteps(dhLoss) {
    if (!grad) prepareBackward();
    for (const sum of [grad.weightIh, grad.bias, ...(dX ? [dX.values] : [])]) sum.fill(0);
    dh.fill(0, 0, N * H);
    dh.set(dhLoss.subarray(0, steps * N * H), N * H);
    for (let t = steps - 1; t >= 0; t -= 1) {
      stepBackward(t);
      if (t % some === 0) giveBack(t);
      yield;
    }
    return grad;
  }
  // δ_{t−1} += (1 − z) ⊙ δ_t
  function stepBackward(t) {
    const [sums, { n }] = [a.values, trace];
    for (let row = t * N; row < (t + 1) * N; row += 1) {
      for (let k = 0, s = row * H, p = 2 * s; k < H; k += 1, s += 1, p += 1) {
        const delta = dh[s + N * H];
        sums[p] = delta * (n[s] - h[s]) * z[s] * (1 - z[s]);
        sums[p + H] = delta * z[s];
        dh[s] += (1 - z[s]) * delta;
      }
    }
  }
  return { forwardSteps, backwardSteps };
}
