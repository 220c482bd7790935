// The LSTM in double precision: the mirror of lecture_lib/cells/lstm.py.
import { sigmoidEach, tanhEach } from "./activations.mjs";
import { createPasses, heldOr, ifFree, prepareCell } from "./cell_parts.mjs";
import { addProduct, transposed } from "./products.mjs";

function stepForward(cell, t) {
  const { H, N, tanhC } = cell;
  const { i, f, g, o } = cell.trace;
  const { i: heldI, f: heldF, g: heldG, o: heldO } = cell.held;
  addProduct(cell.a, cell.h, cell.weightHhT, t * N, N, 0, H);
  const [a, h, c] = [cell.a.values, cell.h.values, cell.c.values];
  const after = N * H;
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    const start = row * 4 * H;
    sigmoidEach(a, start, start + 2 * H);
    tanhEach(a, start + 2 * H, start + 3 * H);
    sigmoidEach(a, start + 3 * H, start + 4 * H);
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = start + k;
      i[s] = heldOr(heldI, s, a[p]);
      f[s] = heldOr(heldF, s, a[p + H]);
      g[s] = heldOr(heldG, s, a[p + 2 * H]);
      o[s] = heldOr(heldO, s, a[p + 3 * H]);
      c[s + after] = f[s] * c[s] + i[s] * g[s];
      tanhC[s] = c[s + after];
    }
  }
  tanhEach(tanhC, t * after, (t + 1) * after);
  for (let s = t * after; s < (t + 1) * after; s += 1) h[s + after] = o[s] * tanhC[s];
}

function stepBackward(cell, t) {
  const { H, N, tanhC } = cell;
  const { i, f, g, o } = cell.trace;
  const { i: heldI, f: heldF, g: heldG, o: heldO } = cell.held;
  const [a, c, dh, dc] = [cell.a.values, cell.c.values, cell.dh.values, cell.dc.values];
  const after = N * H;
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = row * 4 * H + k;
      const dhAfter = dh[s + after];
      const dcAfter = dc[s + after] + dhAfter * o[s] * (1 - tanhC[s] ** 2);
      dc[s + after] = dcAfter;
      dc[s] += dcAfter * f[s];
      a[p] = ifFree(heldI, s, dcAfter * g[s] * i[s] * (1 - i[s]));
      a[p + H] = ifFree(heldF, s, dcAfter * c[s] * f[s] * (1 - f[s]));
      a[p + 2 * H] = ifFree(heldG, s, dcAfter * i[s] * (1 - g[s] ** 2));
      a[p + 3 * H] = ifFree(heldO, s, dhAfter * tanhC[s] * o[s] * (1 - o[s]));
    }
  }
  // δh_{t-1} = W_hhᵀ δa_t
  addProduct(cell.dh, cell.a, cell.weightHh, t * N, N, 0, 4 * H);
}

// ∂L/∂W_hh = Σ_t δa_t h_{t-1}ᵀ
function addRecurrent({ gradWeightHh, h, rows }, aT, from, to) {
  addProduct(gradWeightHh, aT, h, 0, rows, from, to);
}

/**
 * i, f, o = σ(W_ih x_t + W_hh h_{t-1} + b), g = tanh(likewise), each with its own rows
 * c_t = f ⊙ c_{t-1} + i ⊙ g
 * h_t = o ⊙ tanh(c_t)                                  Gers, Schmidhuber & Cummins (2000)
 * @param {object} options see cells.mjs
 * @returns {{ forward: Function, backward: Function, forwardSteps: Function, backwardSteps: Function }}
 */
export function createLSTM(options) {
  const cell = prepareCell(options, { blocks: 4, states: ["h", "c"], gates: ["i", "f", "g", "o"] });
  cell.weightHhT = transposed(cell.weightHh);
  cell.tanhC = new Float64Array(cell.trace.i.length);
  return createPasses(cell, { stepForward, stepBackward, addRecurrent });
}
