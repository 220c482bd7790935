// What the page's cells are made of: their buffers, sums of products, clamps, and checks.

export function sigmoid(a) {
  return 1 / (1 + Math.exp(-a));
}

export const noClamp = {};

export function heldOr(clamp, s, computed) {
  if (clamp === undefined) return computed;
  const value = typeof clamp === "number" ? clamp : clamp[s];
  return Number.isNaN(value) ? computed : value;
}

export function ifFree(clamp, s, gradient) {
  return Number.isNaN(heldOr(clamp, s, NaN)) ? gradient : 0;
}

// out += weight · v, with v from position `at`; weight has one row for each entry of out.
export function addProduct(out, weight, v, at) {
  const columns = weight.length / out.length;
  for (let row = 0, w = 0; row < out.length; row++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += weight[w++] * v[at + j];
    out[row] += sum;
  }
}

// out += weightᵀ · d, into out from position `at`.
export function addTransposed(out, at, weight, d) {
  const columns = weight.length / d.length;
  for (let row = 0, w = 0; row < d.length; row++) {
    const dRow = d[row];
    for (let j = 0; j < columns; j++) out[at + j] += weight[w++] * dRow;
  }
}

// gradient += d · vᵀ, with v from position `at`.
export function addOuter(gradient, d, v, at) {
  const columns = gradient.length / d.length;
  for (let row = 0, w = 0; row < d.length; row++) {
    const dRow = d[row];
    for (let j = 0; j < columns; j++) gradient[w++] += dRow * v[at + j];
  }
}

export function addTo(out, v, length) {
  for (let k = 0; k < length; k++) out[k] += v[k];
}

export function splitAt(array, position) {
  return [array.subarray(0, position), array.subarray(position)];
}

// Each state as { h: row 0 the initial one, rows 1 … }, and the trace, which shows rows 1 ….
export function traceBuffers(maxSteps, H, states, gates) {
  const buffers = { trace: {} };
  for (const name of states) {
    buffers[name] = new Float64Array((maxSteps + 1) * H);
    buffers.trace[name] = buffers[name].subarray(H);
  }
  for (const name of gates) buffers.trace[name] = new Float64Array(maxSteps * H);
  return buffers;
}

export function gradientBuffers(maxSteps, D, H, rows, states) {
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

export function startState(state, initial, H) {
  state.fill(0, 0, H);
  if (!initial) return;
  checkLength("initial state", initial, H);
  state.set(initial);
}

export function startGradients(grad, length, fromLoss) {
  for (const name in grad) grad[name].fill(0);
  for (const name in fromLoss) if (fromLoss[name]) addTo(grad[name], fromLoss[name], length);
}

export function checkLength(name, array, length) {
  if (!(array instanceof Float64Array) || array.length !== length) {
    throw new RangeError(`${name} must be a Float64Array of ${length}, got ${array?.length}`);
  }
}

export function checkWeights(D, H, rows, { weightIh, weightHh, bias }) {
  checkLength("weightIh", weightIh, rows * D);
  checkLength("weightHh", weightHh, rows * H);
  checkLength("bias", bias, rows);
}

export function checkRun(x, T, D, H, maxSteps, clamp, gates) {
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
