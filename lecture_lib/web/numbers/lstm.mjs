// The LSTM in double precision: the mirror of lecture_lib/cells/lstm.py.
import { asFactor, createPasses, heldOr, ifFree, prepareCell } from "./cell_parts.mjs";
import { addProduct } from "./products.mjs";

function stepForward(cell, t) {
  const { H, N, tanhC, held, gate, squash, show } = cell;
  const { i, f, g, o } = cell.trace;
  addProduct(cell.a, cell.h, cell.weightHhT, t * N, N, 0, H);
  const [a, h, c] = [cell.a.values, cell.h.values, cell.c.values];
  const after = N * H;
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = row * 4 * H + k;
      i[s] = heldOr(held.i, s, gate.value(a[p]));
      f[s] = heldOr(held.f, s, gate.value(a[p + H]));
      g[s] = heldOr(held.g, s, squash.value(a[p + 2 * H]));
      o[s] = heldOr(held.o, s, gate.value(a[p + 3 * H]));
      c[s + after] = f[s] * c[s] + i[s] * g[s];
      tanhC[s] = show.value(c[s + after]);
      h[s + after] = o[s] * tanhC[s];
    }
  }
}

function stepBackward(cell, t) {
  const { H, N, tanhC, held, gate, squash, show } = cell;
  const { i, f, g, o } = cell.trace;
  const [a, c, dh, dc] = [cell.a.values, cell.c.values, cell.dh.values, cell.dc.values];
  const after = N * H;
  for (let row = t * N; row < (t + 1) * N; row += 1) {
    for (let k = 0; k < H; k += 1) {
      const s = row * H + k;
      const p = row * 4 * H + k;
      dc[s + after] += dh[s + after] * o[s] * show.slope(tanhC[s]);
      dc[s] += dc[s + after] * f[s];
      a[p] = ifFree(held.i, s, dc[s + after] * g[s] * gate.slope(i[s]));
      a[p + H] = ifFree(held.f, s, dc[s + after] * c[s] * gate.slope(f[s]));
      a[p + 2 * H] = ifFree(held.g, s, dc[s + after] * i[s] * squash.slope(g[s]));
      a[p + 3 * H] = ifFree(held.o, s, dh[s + after] * tanhC[s] * gate.slope(o[s]));
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
 * @returns {Record<"forward" | "backward" | "forwardSteps" | "backwardSteps" | "inputSums", Function>}
 */
export function createLSTM(options) {
  const cell = prepareCell(options, { blocks: 4, states: ["h", "c"], gates: ["i", "f", "g", "o"] });
  cell.weightHhT = asFactor(cell, cell.weightHh, cell.rows);
  cell.tanhC = new Float64Array(cell.trace.i.length);
  return createPasses(cell, { stepForward, stepBackward, addRecurrent });
}
