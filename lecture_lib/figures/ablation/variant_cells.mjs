// An LSTM with parts added or taken away, forward: the mirror of lecture_lib/cells/variants/lstm.py.
import { sigmoid } from "../../web/numbers/cells.mjs";

const GATES = "ifgo";
const NORM_EPSILON = 1e-5;

/**
 * @param {object} options
 * @param {number} options.inputSize D
 * @param {number} options.hiddenSize H
 * @param {Float64Array} options.weightIh (4H × D) of the whole LSTM, and so are weightHh (4H × H) and
 *   bias (4H): what is not there is not read
 * @param {Float64Array} options.weightHh
 * @param {Float64Array} options.bias
 * @param {Float64Array} options.peepholes (3 × H), of i, f, o
 * @param {Record<string, boolean>} options.parts the arguments of LSTMVariant by name
 * @returns {object} forward(x, T), which gives c and h, T × H. Gains of layer normalisation are 1.
 */
export function createVariant({
  inputSize: D,
  hiddenSize: H,
  weightIh,
  weightHh,
  bias,
  peepholes,
  parts,
}) {
  const there = {
    i: parts.input_gate && !parts.coupled,
    f: parts.forget_gate,
    g: true,
    o: parts.output_gate,
  };

  function preActivation(gate, x, t, h) {
    const block = GATES.indexOf(gate);
    const a = Float64Array.from({ length: H }, (_, k) => {
      const row = block * H + k;
      let sum = 0;
      for (let d = 0; d < D; d += 1) sum += weightIh[row * D + d] * x[t * D + d];
      for (let d = 0; d < H; d += 1) sum += weightHh[row * H + d] * h[d];
      return sum;
    });
    const normed = parts.layer_norm ? normalised(a) : a;
    return normed.map((value, k) => value + bias[block * H + k]);
  }

  // A gate's H values, 1 where it is not there; it looks at c through its peepholes.
  function gateValues(gate, x, t, h, c) {
    if (!there[gate]) return new Float64Array(H).fill(1);
    const row = "ifo".indexOf(gate) * H;
    return preActivation(gate, x, t, h).map((a, k) =>
      sigmoid(parts.peephole ? a + peepholes[row + k] * c[k] : a),
    );
  }

  function forward(x, T) {
    const trace = { c: new Float64Array(T * H), h: new Float64Array(T * H) };
    let h = new Float64Array(H);
    let c = new Float64Array(H);
    for (let t = 0; t < T; t += 1) {
      const f = gateValues("f", x, t, h, c);
      const i = parts.coupled ? f.map((value) => 1 - value) : gateValues("i", x, t, h, c);
      const g = preActivation("g", x, t, h).map(Math.tanh);
      c = c.map((value, k) => f[k] * value + i[k] * g[k]);
      const o = gateValues("o", x, t, h, c);
      h = o.map((value, k) => value * (parts.output_tanh ? Math.tanh(c[k]) : c[k]));
      trace.c.set(c, t * H);
      trace.h.set(h, t * H);
    }
    return trace;
  }

  return { forward };
}

// Mean 0 and variance 1.
function normalised(a) {
  const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
  const variance = a.reduce((sum, value) => sum + (value - mean) ** 2, 0) / a.length;
  return a.map((value) => (value - mean) / Math.sqrt(variance + NORM_EPSILON));
}
