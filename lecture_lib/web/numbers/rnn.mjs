// The RNN in double precision: the mirror of lecture_lib/cells/rnn.py.
import {
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

const rnnGates = [];

// h_t = tanh(W_ih x_t + W_hh h_{t-1} + b)                                          Elman (1990)
export function createRNN({ inputSize: D, hiddenSize: H, weightIh, weightHh, bias, maxSteps }) {
  checkWeights(D, H, H, { weightIh, weightHh, bias });
  const { h, trace } = traceBuffers(maxSteps, H, ["h"], rnnGates);
  const { dh, grad } = gradientBuffers(maxSteps, D, H, H, ["h"]);
  const a = new Float64Array(H);
  let input, steps;

  function forward(x, T, { h0, clamp } = {}) {
    checkRun(x, T, D, H, maxSteps, clamp, rnnGates);
    input = x;
    steps = T;
    startState(h, h0, H);
    for (let t = 0; t < T; t++) {
      a.set(bias);
      addProduct(a, weightIh, x, t * D);
      addProduct(a, weightHh, h, t * H);
      for (let k = 0; k < H; k++) trace.h[t * H + k] = Math.tanh(a[k]);
    }
    return trace;
  }

  function backward(dhLoss) {
    startGradients(grad, steps * H, { h: dhLoss });
    for (let t = steps - 1; t >= 0; t--) {
      for (let k = 0; k < H; k++) a[k] = grad.h[t * H + k] * (1 - trace.h[t * H + k] ** 2);
      addOuter(grad.weightIh, a, input, t * D);
      addOuter(grad.weightHh, a, h, t * H);
      addTo(grad.bias, a, H);
      addTransposed(grad.x, t * D, weightIh, a);
      addTransposed(dh, t * H, weightHh, a);
    }
    return grad;
  }

  return { forward, backward };
}
