// The GRU in double precision, in all its conventions: the mirror of lecture_lib/cells/gru.py.
import {
  sigmoid,
  noClamp,
  heldOr,
  ifFree,
  addProduct,
  addTransposed,
  addOuter,
  addTo,
  splitAt,
  traceBuffers,
  gradientBuffers,
  startState,
  startGradients,
  checkLength,
  checkWeights,
  checkRun,
} from "./cell_parts.mjs";

const gruGates = ["r", "z", "n"];

// The buffers of a GRU and its weights by gate; `writes` and `before` are its conventions.
function prepare({ inputSize: D, hiddenSize: H, weightIh, weightHh, bias, biasHn, ...rest }) {
  const { maxSteps, update = "write", reset = "before" } = rest;
  checkWeights(D, H, 3 * H, { weightIh, weightHh, bias });
  if (update !== "write" && update !== "keep") throw new RangeError(`update: ${update}`);
  if (reset !== "before" && reset !== "after") throw new RangeError(`reset: ${reset}`);
  const before = reset === "before";
  if (!before) checkLength("biasHn", biasHn, H);
  const { h, trace } = traceBuffers(maxSteps, H, ["h"], gruGates);
  const { dh, grad } = gradientBuffers(maxSteps, D, H, 3 * H, ["h"]);
  if (!before) grad.biasHn = new Float64Array(H);
  const [weightRZ, weightHn] = splitAt(weightHh, 2 * H * H);
  const [gradRZ, gradHn] = splitAt(grad.weightHh, 2 * H * H);
  const a = new Float64Array(3 * H);
  const [aRZ, aN] = splitAt(a, 2 * H);
  const m = new Float64Array(maxSteps * H);
  const row = new Float64Array(H);
  const weights = { weightIh, weightRZ, weightHn, bias, biasHn };
  const sizes = { D, H, maxSteps, writes: update === "write", before };
  return { ...sizes, ...weights, h, trace, dh, grad, gradRZ, gradHn, a, aRZ, aN, m, row };
}

function stepForward(cell, t) {
  const { D, H, writes, before, weightIh, weightRZ, weightHn, bias, biasHn, input, held } = cell;
  const { h, a, aRZ, aN, m, row } = cell;
  const { r, z, n } = cell.trace;
  a.set(bias);
  addProduct(a, weightIh, input, t * D);
  addProduct(aRZ, weightRZ, h, t * H);
  for (let k = 0; k < H; k++) {
    const s = t * H + k;
    r[s] = heldOr(held.r, s, sigmoid(a[k]));
    z[s] = heldOr(held.z, s, sigmoid(a[H + k]));
  }
  if (before) {
    for (let s = t * H; s < (t + 1) * H; s++) m[s] = r[s] * h[s];
    addProduct(aN, weightHn, m, t * H);
  } else {
    row.set(biasHn);
    addProduct(row, weightHn, h, t * H);
    m.set(row, t * H);
    for (let k = 0; k < H; k++) aN[k] += r[t * H + k] * row[k];
  }
  for (let k = 0; k < H; k++) {
    const s = t * H + k;
    n[s] = heldOr(held.n, s, Math.tanh(aN[k]));
    h[s + H] = writes ? (1 - z[s]) * h[s] + z[s] * n[s] : z[s] * h[s] + (1 - z[s]) * n[s];
  }
}

function stepBackward(cell, t) {
  const { D, H, writes, before, weightIh, weightRZ, weightHn, input, held } = cell;
  const { h, dh, grad, gradRZ, gradHn, a, aRZ, aN, m, row } = cell;
  const { r, z, n } = cell.trace;
  for (let k = 0; k < H; k++) {
    const s = t * H + k;
    const write = writes ? z[s] : 1 - z[s];
    const keep = writes ? 1 - z[s] : z[s];
    const dz = dh[s + H] * (writes ? n[s] - h[s] : h[s] - n[s]);
    dh[s] += dh[s + H] * keep;
    a[H + k] = ifFree(held.z, s, dz * z[s] * (1 - z[s]));
    aN[k] = ifFree(held.n, s, dh[s + H] * write * (1 - n[s] ** 2));
  }
  row.fill(0);
  if (before) addTransposed(row, 0, weightHn, aN); // row = what reaches m = r ⊙ h_{t-1}
  for (let k = 0; k < H; k++) {
    const s = t * H + k;
    const dr = before ? row[k] * h[s] : aN[k] * m[s];
    a[k] = ifFree(held.r, s, dr * r[s] * (1 - r[s]));
    if (before) dh[s] += row[k] * r[s];
    else row[k] = aN[k] * r[s]; // row = what reaches m = W_hn h_{t-1} + b_hn
  }
  if (before) addOuter(gradHn, aN, m, t * H);
  else {
    addOuter(gradHn, row, h, t * H);
    addTo(grad.biasHn, row, H);
    addTransposed(dh, t * H, weightHn, row);
  }
  addOuter(grad.weightIh, a, input, t * D);
  addOuter(gradRZ, aRZ, h, t * H);
  addTo(grad.bias, a, 3 * H);
  addTransposed(grad.x, t * D, weightIh, a);
  addTransposed(dh, t * H, weightRZ, aRZ);
}

// r, z = σ(W_ih x_t + W_hh h_{t-1} + b), each with its own rows; m is what n recalls of h_{t-1}
// reset "before":  m = r ⊙ h_{t-1},         n = tanh(W_in x_t + W_hn m + b_n)  Cho et al. (2014)
// reset "after":   m = W_hn h_{t-1} + b_hn,  n = tanh(W_in x_t + r ⊙ m + b_n)    PyTorch, cuDNN
// update "write":  h_t = (1 - z) ⊙ h_{t-1} + z ⊙ n                          Chung et al. (2014)
// update "keep":   h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n                            Cho et al. (2014)
export function createGRU(options) {
  const cell = prepare(options);
  const { D, H, maxSteps, h, trace, grad } = cell;

  function forward(x, T, { h0, clamp = noClamp } = {}) {
    checkRun(x, T, D, H, maxSteps, clamp, gruGates);
    Object.assign(cell, { input: x, steps: T, held: clamp });
    startState(h, h0, H);
    for (let t = 0; t < T; t++) stepForward(cell, t);
    return trace;
  }
  function backward(dhLoss) {
    startGradients(grad, cell.steps * H, { h: dhLoss });
    for (let t = cell.steps - 1; t >= 0; t--) stepBackward(cell, t);
    return grad;
  }
  return { forward, backward };
}
