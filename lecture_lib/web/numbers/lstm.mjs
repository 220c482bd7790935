// The LSTM in double precision: the mirror of lecture_lib/cells/lstm.py.
import {
  sigmoid,
  noClamp,
  heldOr,
  ifFree,
  addProduct,
  addTransposed,
  addOuter,
  addTo,
  traceBuffers,
  gradientBuffers,
  startState,
  startGradients,
  checkWeights,
  checkRun,
} from "./cell_parts.mjs";

const lstmGates = ["i", "f", "g", "o"];

// i, f, o = σ(W_ih x_t + W_hh h_{t-1} + b), g = tanh(likewise), each with its own rows
// c_t = f ⊙ c_{t-1} + i ⊙ g
// h_t = o ⊙ tanh(c_t)                                     Gers, Schmidhuber & Cummins (2000)
export function createLSTM({ inputSize: D, hiddenSize: H, weightIh, weightHh, bias, maxSteps }) {
  checkWeights(D, H, 4 * H, { weightIh, weightHh, bias });
  // Row 0 of h, c, dh and dc belongs to the initial state, so step t reads row t and writes t + 1.
  const { h, c, trace } = traceBuffers(maxSteps, H, ["h", "c"], lstmGates);
  const { dh, dc, grad } = gradientBuffers(maxSteps, D, H, 4 * H, ["h", "c"]);
  const { i, f, g, o } = trace;
  const a = new Float64Array(4 * H);
  let input, steps, held;

  function forward(x, T, { h0, c0, clamp = noClamp } = {}) {
    checkRun(x, T, D, H, maxSteps, clamp, lstmGates);
    input = x;
    steps = T;
    held = clamp;
    startState(h, h0, H);
    startState(c, c0, H);
    for (let t = 0; t < T; t++) {
      a.set(bias);
      addProduct(a, weightIh, x, t * D);
      addProduct(a, weightHh, h, t * H);
      for (let k = 0; k < H; k++) {
        const s = t * H + k;
        i[s] = heldOr(held.i, s, sigmoid(a[k]));
        f[s] = heldOr(held.f, s, sigmoid(a[H + k]));
        g[s] = heldOr(held.g, s, Math.tanh(a[2 * H + k]));
        o[s] = heldOr(held.o, s, sigmoid(a[3 * H + k]));
        c[s + H] = f[s] * c[s] + i[s] * g[s];
        h[s + H] = o[s] * Math.tanh(c[s + H]);
      }
    }
    return trace;
  }

  function backward(dhLoss, dcLoss) {
    startGradients(grad, steps * H, { h: dhLoss, c: dcLoss });
    for (let t = steps - 1; t >= 0; t--) {
      for (let k = 0; k < H; k++) {
        const s = t * H + k;
        const tanhC = Math.tanh(c[s + H]);
        dc[s + H] += dh[s + H] * o[s] * (1 - tanhC ** 2);
        dc[s] += dc[s + H] * f[s];
        a[k] = ifFree(held.i, s, dc[s + H] * g[s] * i[s] * (1 - i[s]));
        a[H + k] = ifFree(held.f, s, dc[s + H] * c[s] * f[s] * (1 - f[s]));
        a[2 * H + k] = ifFree(held.g, s, dc[s + H] * i[s] * (1 - g[s] ** 2));
        a[3 * H + k] = ifFree(held.o, s, dh[s + H] * tanhC * o[s] * (1 - o[s]));
      }
      addOuter(grad.weightIh, a, input, t * D);
      addOuter(grad.weightHh, a, h, t * H);
      addTo(grad.bias, a, 4 * H);
      addTransposed(grad.x, t * D, weightIh, a);
      addTransposed(dh, t * H, weightHh, a);
    }
    return grad;
  }

  return { forward, backward };
}
