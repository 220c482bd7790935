// The GRU in double precision, in all its conventions: the mirror of lecture_lib/cells/gru.py.
import { asFactor, checkLength, createPasses, heldOr, ifFree, prepareCell } from "./cell_parts.mjs";
import { addProduct, addRows, fillRows, matrix, transposed } from "./products.mjs";

function stepForward(cell, t) {
  const { H, N, writes, before, held, gate, squash } = cell;
  const { r, z, n } = cell.trace;
  addProduct(cell.aRZ, cell.h, cell.weightHhT, t * N, N, 0, H);
  if (!before) {
    fillRows(cell.m, cell.biasHn, t * N, N);
    addProduct(cell.m, cell.h, cell.weightHnT, t * N, N, 0, H);
  }
  const [a, h, m] = [cell.a.values, cell.h.values, cell.m.values];
  const after = N * H;
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = row * 3 * H + k;
      r[s] = heldOr(held.r, s, gate.value(a[p]));
      z[s] = heldOr(held.z, s, gate.value(a[p + H]));
      if (before) m[s] = r[s] * h[s];
      else a[p + 2 * H] += r[s] * m[s];
    }
  }
  if (before) addProduct(cell.aN, cell.m, cell.weightHnT, t * N, N, 0, H);
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      n[s] = heldOr(held.n, s, squash.value(a[row * 3 * H + 2 * H + k]));
      h[s + after] = writes ? (1 - z[s]) * h[s] + z[s] * n[s] : z[s] * h[s] + (1 - z[s]) * n[s];
    }
  }
}

function stepBackward(cell, t) {
  const { H, N, writes, before, held, gate, squash } = cell;
  const { r, z, n } = cell.trace;
  const [a, h, m] = [cell.a.values, cell.h.values, cell.m.values];
  const [dh, dm] = [cell.dh.values, cell.dm.values];
  const after = N * H;
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = row * 3 * H + k;
      const write = writes ? z[s] : 1 - z[s];
      const dz = dh[s + after] * (writes ? n[s] - h[s] : h[s] - n[s]);
      dh[s] += dh[s + after] * (1 - write);
      a[p + H] = ifFree(held.z, s, dz * gate.slope(z[s]));
      a[p + 2 * H] = ifFree(held.n, s, dh[s + after] * write * squash.slope(n[s]));
      dm[s] = before ? 0 : a[p + 2 * H] * r[s];
    }
  }
  // δm = W_hnᵀ δa_n where m = r ⊙ h_{t-1}; δm = r ⊙ δa_n where m = W_hn h_{t-1} + b_hn
  if (before) addProduct(cell.dm, cell.aN, cell.weightHn, t * N, N, 0, H);
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = row * 3 * H + k;
      const dr = before ? dm[s] * h[s] : a[p + 2 * H] * m[s];
      a[p] = ifFree(held.r, s, dr * gate.slope(r[s]));
      if (before) dh[s] += dm[s] * r[s];
    }
  }
  if (!before) addProduct(cell.dh, cell.dm, cell.weightHn, t * N, N, 0, H);
  addProduct(cell.dh, cell.a, cell.weightHh, t * N, N, 0, 2 * H);
}

function prepareBackward(cell) {
  const { H, grad } = cell;
  cell.dm = matrix(new Float64Array(cell.m.values.length), H);
  cell.dmT = transposed(cell.dm);
  cell.gradHn = matrix(grad.weightHh, H, 2 * H * H);
  if (!cell.before) cell.sums.push((grad.biasHn = new Float64Array(H)));
}

// ∂L/∂W_hr, ∂L/∂W_hz = Σ_t δa_t h_{t-1}ᵀ;  ∂L/∂W_hn = Σ_t δa_n mᵀ, or Σ_t δm h_{t-1}ᵀ
function addRecurrent(cell, aT, from, to) {
  const { H, h, dm, grad, gradWeightHh, gradHn } = cell;
  addProduct(gradWeightHh, aT, h, 0, 2 * H, from, to);
  if (cell.before) return addProduct(gradHn, cell.aNT, cell.m, 0, H, from, to);
  addProduct(gradHn, cell.dmT, h, 0, H, from, to);
  addRows(grad.biasHn, dm, from, to - from);
}

/**
 * r, z = σ(W_ih x_t + W_hh h_{t-1} + b), each with its own rows; m is what n recalls of h_{t-1}
 * reset "before":  m = r ⊙ h_{t-1},         n = tanh(W_in x_t + W_hn m + b_n)  Cho et al. (2014)
 * reset "after":   m = W_hn h_{t-1} + b_hn,  n = tanh(W_in x_t + r ⊙ m + b_n)    PyTorch, cuDNN
 * update "write":  h_t = (1 - z) ⊙ h_{t-1} + z ⊙ n                          Chung et al. (2014)
 * update "keep":   h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n                            Cho et al. (2014)
 * @param {object} options see cells.mjs
 * @returns {Record<"forward" | "backward" | "forwardSteps" | "backwardSteps" | "inputSums", Function>}
 */
export function createGRU(options) {
  const { hiddenSize: H, weightHh, biasHn, update = "write", reset = "before" } = options;
  if (update !== "write" && update !== "keep") throw new RangeError(`update: ${update}`);
  if (reset !== "before" && reset !== "after") throw new RangeError(`reset: ${reset}`);
  const cell = prepareCell(options, { blocks: 3, states: ["h"], gates: ["r", "z", "n"] });
  const before = reset === "before";
  if (!before) checkLength("biasHn", biasHn, H);
  Object.assign(cell, { writes: update === "write", before, biasHn });
  cell.m = matrix(new Float64Array(cell.trace.n.length), H);
  // The sums of r and z, and those of n: the columns of `a` before 2H and from there on.
  cell.aRZ = matrix(cell.a.values, 2 * H, 0, 3 * H);
  cell.aN = matrix(cell.a.values, H, 2 * H, 3 * H);
  cell.aNT = transposed(cell.aN);
  cell.weightHn = matrix(weightHh, H, 2 * H * H);
  cell.weightHhT = asFactor(cell, cell.weightHh, 2 * H);
  cell.weightHnT = asFactor(cell, cell.weightHn, H);
  return createPasses(cell, { stepForward, stepBackward, prepareBackward, addRecurrent });
}
