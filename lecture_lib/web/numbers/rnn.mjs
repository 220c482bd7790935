// The RNN in double precision: the mirror of lecture_lib/cells/rnn.py.
import { asFactor, createPasses, prepareCell } from "./cell_parts.mjs";
import { addProduct } from "./products.mjs";

function stepForward(cell, t) {
  const { H, N, a, h, weightHhT, squash } = cell;
  addProduct(a, h, weightHhT, t * N, N, 0, H);
  const after = N * H;
  for (let s = t * after; s < (t + 1) * after; s += 1)
    h.values[s + after] = squash.value(a.values[s]);
}

function stepBackward(cell, t) {
  const { H, N, a, h, dh, weightHh, squash } = cell;
  const after = N * H;
  for (let s = t * after; s < (t + 1) * after; s += 1)
    a.values[s] = dh.values[s + after] * squash.slope(h.values[s + after]);
  addProduct(dh, a, weightHh, t * N, N, 0, H);
}

// ∂L/∂W_hh = Σ_t δa_t h_{t-1}ᵀ
function addRecurrent({ gradWeightHh, h, rows }, aT, from, to) {
  addProduct(gradWeightHh, aT, h, 0, rows, from, to);
}

/**
 * h_t = tanh(W_ih x_t + W_hh h_{t-1} + b)                                       Elman (1990)
 * @param {object} options see cells.mjs
 * @returns {Record<"forward" | "backward" | "forwardSteps" | "backwardSteps" | "inputSums", Function>}
 */
export function createRNN(options) {
  const cell = prepareCell(options, { blocks: 1, states: ["h"], gates: [] });
  cell.weightHhT = asFactor(cell, cell.weightHh, cell.rows);
  return createPasses(cell, { stepForward, stepBackward, addRecurrent });
}
