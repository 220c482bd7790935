/* RNN, LSTM and GRU in double precision for one sequence: forward, clamped, backward.
   The mirror of lecture_lib/cells, equal to it to 1e-12.

   Every array is a Float64Array, row by row. Weights are those of the NumPy cells: weightIh
   (rows × D), weightHh (rows × H), bias (rows), with rows = H for the RNN, 4H for the LSTM, gates
   i, f, g, o, and 3H for the GRU, gates r, z, n. x is T × D; a gate or state over time is T × H.

     const cell = createLSTM({ inputSize, hiddenSize, weightIh, weightHh, bias, maxSteps });
     const trace = cell.forward(x, T, { h0, c0, clamp: { f: 0.5 } });
     const grad = cell.backward(dh, dc);

   forward   A clamp holds a gate at a number, or at the values of a T × H array; NaN leaves the
             gate alone. States that are left out start at 0.
   backward  belongs to the forward before it: x, clamp and weights must still be as they were.
             dh and dc (T × H) are what the loss sends straight to each h_t and c_t, 0 if left out.
             grad has the names of the parameters, x, h0, c0, and h, c: all that reaches each h_t
             and c_t, straight and through later steps. A clamped gate passes no gradient.

   A cell makes its buffers once, for maxSteps steps. Each call fills the first T steps of the same
   trace or grad again. The weights are not copied: change one in place, and call again. */

export function sigmoid(a) {
  return 1 / (1 + Math.exp(-a));
}

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

// r, z = σ(W_ih x_t + W_hh h_{t-1} + b), each with its own rows; m is what n recalls of h_{t-1}
// reset "before":  m = r ⊙ h_{t-1},         n = tanh(W_in x_t + W_hn m + b_n)  Cho et al. (2014)
// reset "after":   m = W_hn h_{t-1} + b_hn,  n = tanh(W_in x_t + r ⊙ m + b_n)    PyTorch, cuDNN
// update "write":  h_t = (1 - z) ⊙ h_{t-1} + z ⊙ n                          Chung et al. (2014)
// update "keep":   h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n                            Cho et al. (2014)
export function createGRU({
  inputSize: D,
  hiddenSize: H,
  weightIh,
  weightHh,
  bias,
  biasHn,
  maxSteps,
  update = "write",
  reset = "before",
}) {
  checkWeights(D, H, 3 * H, { weightIh, weightHh, bias });
  if (update !== "write" && update !== "keep") throw new RangeError(`update: ${update}`);
  if (reset !== "before" && reset !== "after") throw new RangeError(`reset: ${reset}`);
  const writes = update === "write",
    before = reset === "before";
  if (!before) checkLength("biasHn", biasHn, H);
  const { h, trace } = traceBuffers(maxSteps, H, ["h"], gruGates);
  const { dh, grad } = gradientBuffers(maxSteps, D, H, 3 * H, ["h"]);
  if (!before) grad.biasHn = new Float64Array(H);
  const { r, z, n } = trace;
  const [weightRZ, weightHn] = splitAt(weightHh, 2 * H * H);
  const [gradRZ, gradHn] = splitAt(grad.weightHh, 2 * H * H);
  const a = new Float64Array(3 * H);
  const [aRZ, aN] = splitAt(a, 2 * H);
  const m = new Float64Array(maxSteps * H);
  const row = new Float64Array(H);
  let input, steps, held;

  function forward(x, T, { h0, clamp = noClamp } = {}) {
    checkRun(x, T, D, H, maxSteps, clamp, gruGates);
    input = x;
    steps = T;
    held = clamp;
    startState(h, h0, H);
    for (let t = 0; t < T; t++) {
      a.set(bias);
      addProduct(a, weightIh, x, t * D);
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
    return trace;
  }

  function backward(dhLoss) {
    startGradients(grad, steps * H, { h: dhLoss });
    for (let t = steps - 1; t >= 0; t--) {
      for (let k = 0; k < H; k++) {
        const s = t * H + k;
        const write = writes ? z[s] : 1 - z[s],
          keep = writes ? 1 - z[s] : z[s];
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
    return grad;
  }

  return { forward, backward };
}

const rnnGates = [];
const lstmGates = ["i", "f", "g", "o"];
const gruGates = ["r", "z", "n"];
const noClamp = {};

function heldOr(clamp, s, computed) {
  if (clamp === undefined) return computed;
  const value = typeof clamp === "number" ? clamp : clamp[s];
  return Number.isNaN(value) ? computed : value;
}

function ifFree(clamp, s, gradient) {
  return Number.isNaN(heldOr(clamp, s, NaN)) ? gradient : 0;
}

// out += weight · v, with v from position `at`; weight has one row for each entry of out.
function addProduct(out, weight, v, at) {
  const columns = weight.length / out.length;
  for (let row = 0, w = 0; row < out.length; row++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += weight[w++] * v[at + j];
    out[row] += sum;
  }
}

// out += weightᵀ · d, into out from position `at`.
function addTransposed(out, at, weight, d) {
  const columns = weight.length / d.length;
  for (let row = 0, w = 0; row < d.length; row++) {
    const dRow = d[row];
    for (let j = 0; j < columns; j++) out[at + j] += weight[w++] * dRow;
  }
}

// gradient += d · vᵀ, with v from position `at`.
function addOuter(gradient, d, v, at) {
  const columns = gradient.length / d.length;
  for (let row = 0, w = 0; row < d.length; row++) {
    const dRow = d[row];
    for (let j = 0; j < columns; j++) gradient[w++] += dRow * v[at + j];
  }
}

function addTo(out, v, length) {
  for (let k = 0; k < length; k++) out[k] += v[k];
}

function splitAt(array, position) {
  return [array.subarray(0, position), array.subarray(position)];
}

// Each state as { h: row 0 the initial one, rows 1 … }, and the trace, which shows rows 1 ….
function traceBuffers(maxSteps, H, states, gates) {
  const buffers = { trace: {} };
  for (const name of states) {
    buffers[name] = new Float64Array((maxSteps + 1) * H);
    buffers.trace[name] = buffers[name].subarray(H);
  }
  for (const name of gates) buffers.trace[name] = new Float64Array(maxSteps * H);
  return buffers;
}

function gradientBuffers(maxSteps, D, H, rows, states) {
  const grad = {
    weightIh: new Float64Array(rows * D),
    weightHh: new Float64Array(rows * H),
    bias: new Float64Array(rows),
    x: new Float64Array(maxSteps * D),
  };
  const buffers = { grad };
  for (const name of states) {
    const rowsOfState = new Float64Array((maxSteps + 1) * H);
    buffers[`d${name}`] = rowsOfState;
    [grad[`${name}0`], grad[name]] = splitAt(rowsOfState, H);
  }
  return buffers;
}

function startState(state, initial, H) {
  state.fill(0, 0, H);
  if (!initial) return;
  checkLength("initial state", initial, H);
  state.set(initial);
}

function startGradients(grad, length, fromLoss) {
  for (const name in grad) grad[name].fill(0);
  for (const name in fromLoss) if (fromLoss[name]) addTo(grad[name], fromLoss[name], length);
}

function checkLength(name, array, length) {
  if (!(array instanceof Float64Array) || array.length !== length) {
    throw new RangeError(`${name} must be a Float64Array of ${length}, got ${array?.length}`);
  }
}

function checkWeights(D, H, rows, { weightIh, weightHh, bias }) {
  checkLength("weightIh", weightIh, rows * D);
  checkLength("weightHh", weightHh, rows * H);
  checkLength("bias", bias, rows);
}

function checkRun(x, T, D, H, maxSteps, clamp, gates) {
  if (!(T >= 1 && T <= maxSteps)) throw new RangeError(`T must lie in 1 … ${maxSteps}, got ${T}`);
  if (x.length < T * D)
    throw new RangeError(`x must hold T · D = ${T * D} values, got ${x.length}`);
  for (const gate in clamp) {
    if (!gates.includes(gate)) throw new RangeError(`clamp: no gate ${gate}, only ${gates}`);
    const value = clamp[gate];
    if (typeof value !== "number" && !(value.length >= T * H)) {
      throw new RangeError(`clamp.${gate} must be a number or hold T · H = ${T * H} values`);
    }
  }
}
