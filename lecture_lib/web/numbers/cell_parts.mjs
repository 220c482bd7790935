// What the page's cells are made of: checks, buffers, clamps, and the run over the steps.
import { addProduct, addRows, byFours, fillRows, matrix, transposed } from "./products.mjs";

/**
 * σ(a) = 1 / (1 + e^(−a))
 * @param {number} a
 * @returns {number}
 */
export function sigmoid(a) {
  return 1 / (1 + Math.exp(-a));
}

/**
 * tanh(a) = (1 − e^(−2|a|)) / (1 + e^(−2|a|)) with the sign of a, to 1e-14 of itself: in half the time of
 * Math.tanh. Where 1 − e^(−2|a|) would lose digits, the first terms of its series.
 * @param {number} a
 * @returns {number}
 */
export function tanh(a) {
  if (a < 0.02 && a > -0.02) {
    const s = a * a;
    return a * (1 - s * (1 / 3 - s * (2 / 15 - (17 / 315) * s)));
  }
  const e = Math.exp(-2 * Math.abs(a));
  const size = (1 - e) / (1 + e);
  return a < 0 ? -size : size;
}

/**
 * A function of a sum, with its derivative, told by the value that it gave.
 * @typedef {{ value: (a: number) => number, slope: (y: number) => number }} Squash
 */
/** @type {Squash} */
export const SIGMOID = { value: sigmoid, slope: (y) => y * (1 - y) };
/** @type {Squash} */
export const TANH = { value: tanh, slope: (y) => 1 - y ** 2 };

/**
 * A gate's value: the clamp's, at entry s of its array, or the one computed where there is none.
 * @param {number | Float64Array | undefined} clamp
 * @param {number} s
 * @param {number} computed
 * @returns {number}
 */
export function heldOr(clamp, s, computed) {
  if (clamp === undefined) return computed;
  const value = typeof clamp === "number" ? clamp : clamp[s];
  return Number.isNaN(value) ? computed : value;
}

/**
 * The gradient that passes a gate: none where the gate is clamped.
 * @param {number | Float64Array | undefined} clamp
 * @param {number} s
 * @param {number} gradient
 * @returns {number}
 */
export function ifFree(clamp, s, gradient) {
  return Number.isNaN(heldOr(clamp, s, NaN)) ? gradient : 0;
}

/**
 * @param {string} name
 * @param {Float64Array | undefined} array
 * @param {number} length
 * @throws {RangeError} if it is not a Float64Array of that length
 */
export function checkLength(name, array, length) {
  if (!(array instanceof Float64Array) || array.length !== length) {
    throw new RangeError(`${name} must be a Float64Array of ${length}, got ${array?.length}`);
  }
}

function checkRun({ D, H, N, maxSteps, gates }, x, T, clamp) {
  if (!(T >= 1 && T <= maxSteps)) throw new RangeError(`T must lie in 1 … ${maxSteps}, got ${T}`);
  const wanted = T * N * D;
  if (x.length < wanted) {
    const size = N === 1 ? "T · D" : "T · N · D";
    throw new RangeError(`x must hold ${size} = ${wanted} values, got ${x.length}`);
  }
  for (const gate in clamp) {
    if (!gates.includes(gate)) throw new RangeError(`clamp: no gate ${gate}, only ${gates}`);
    const value = clamp[gate];
    if (typeof value !== "number" && !(value.length >= T * N * H)) {
      const size = N === 1 ? "T · H" : "T · N · H";
      throw new RangeError(`clamp.${gate} must be a number or hold ${size} = ${T * N * H} values`);
    }
  }
}

/**
 * The sizes, weights and buffers of a cell. A state has a row for each sequence before the first step,
 * then the rows of its steps: step t reads from row t · N on, and writes from row (t + 1) · N on.
 * @param {object} options what a `create…` of cells.mjs takes
 * @param {object} kind
 * @param {number} kind.blocks how many blocks of H rows the weights have
 * @param {string[]} kind.states
 * @param {string[]} kind.gates
 * @returns {object} `a` (T · N × rows) holds each step's sums, and in the backward pass their gradients
 */
export function prepareCell(options, { blocks, states, gates }) {
  const { inputSize: D, hiddenSize: H, weightIh, weightHh, bias, maxSteps } = options;
  const { batchSize: N = 1, inputGradient = true } = options;
  const rows = blocks * H;
  checkLength("weightIh", weightIh, rows * D);
  checkLength("weightHh", weightHh, rows * H);
  checkLength("bias", bias, rows);
  const cell = { D, H, N, rows, maxSteps, states, gates, inputGradient, bias, trace: {} };
  const { gate = SIGMOID, squash = TANH, show = TANH, fixed = false } = options;
  Object.assign(cell, { gate, squash, show, fixed });
  for (const name of states) {
    cell[name] = matrix(new Float64Array((maxSteps + 1) * N * H), H);
    cell.trace[name] = cell[name].values.subarray(N * H);
  }
  for (const name of gates) cell.trace[name] = new Float64Array(maxSteps * N * H);
  return Object.assign(cell, {
    x: matrix(new Float64Array(0), D),
    a: matrix(new Float64Array(maxSteps * N * rows), rows),
    weightIh: matrix(weightIh, D),
    weightHh: matrix(weightHh, H),
  });
}

/**
 * Recurrent weights as the factor of a step, W_hhᵀ.
 * @param {object} cell
 * @param {import("./products.mjs").Matrix} weights
 * @param {number} rows of the weights
 * @returns {import("./products.mjs").Matrix}
 */
export function asFactor({ H, N, fixed }, weights, rows) {
  const factor = transposed(weights);
  return fixed && N === 1 ? byFours(factor, H, rows) : factor;
}

// The gradients' buffers, which a cell that only runs forward never needs.
function prepareGradients(cell) {
  const { D, H, N, rows, maxSteps } = cell;
  const grad = {
    weightIh: new Float64Array(rows * D),
    weightHh: new Float64Array(rows * H),
    bias: new Float64Array(rows),
  };
  if (cell.inputGradient) grad.x = new Float64Array(maxSteps * N * D);
  cell.sums = Object.values(grad); // over the steps: they start at 0
  for (const name of cell.states) {
    const all = new Float64Array((maxSteps + 1) * N * H);
    cell[`d${name}`] = matrix(all, H);
    grad[`${name}0`] = all.subarray(0, N * H);
    grad[name] = all.subarray(N * H);
  }
  cell.gradWeightIh = matrix(grad.weightIh, D);
  cell.gradWeightHh = matrix(grad.weightHh, H);
  cell.gradX = cell.inputGradient && matrix(grad.x, D);
  cell.grad = grad;
}

function startState(state, initial, length) {
  if (!initial) return state.values.fill(0, 0, length);
  checkLength("initial state", initial, length);
  state.values.set(initial);
}

// What the loss sends straight to each state, and nothing to the initial one.
function startGradient({ values }, fromLoss, first, length) {
  values.fill(0, 0, first);
  if (!fromLoss) values.fill(0, first, first + length);
  else for (let k = 0; k < length; k += 1) values[first + k] = fromLoss[k];
}

function finished(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

// So many rows of `a` at least are taken in at a time, and turned into gradients, while they are in the
// nearest cache: with few sequences, those of some steps; but of a large layer no more than takes some
// milliseconds, which is so many products.
const AT_ONCE = 64;
const MOST = 2 ** 22;

/**
 * The passes of a cell: the inputs of some steps in one product, the cell's own step after step, and the
 * gradients of the weights over some steps in one product each.
 * @param {object} cell what `prepareCell` gave
 * @param {object} own
 * @param {(cell: object, t: number) => void} own.stepForward
 * @param {(cell: object, t: number) => void} own.stepBackward leaves the gradients of step t's sums in `a`
 * @param {(cell: object) => void} [own.prepareBackward] makes what else the backward pass needs, once
 * @param {(cell: object, aT: Matrix, from: number, to: number) => void} own.addRecurrent adds to the
 *   gradients of the recurrent weights what rows `from` up to `to` of `a` give; `aT` is `a` transposed
 * @returns {Record<"forward" | "backward" | "forwardSteps" | "backwardSteps" | "inputSums", Function>}
 */
export function createPasses(cell, own) {
  const { D, H, N, rows, a, x, bias, trace } = cell;
  const { stepForward, stepBackward } = own;
  const weightIhT = transposed(cell.weightIh);
  const aT = transposed(a);
  const some = Math.max(1, Math.ceil(Math.min(AT_ONCE, MOST / (rows * D)) / N)); // steps
  let steps = 0;

  // b + W_ih x_t, of some steps from t on
  function addInputs(to, t, count) {
    fillRows(to, bias, t * N, count * N);
    addProduct(to, x, weightIhT, t * N, count * N, 0, D);
  }
  function inputSums(input, T, into) {
    x.values = input;
    const to = matrix(into, rows);
    for (let t = 0; t < T; t += some) addInputs(to, t, Math.min(some, T - t));
  }
  // ∂L/∂W_ih = Σ_t δa_t x_tᵀ,  ∂L/∂b = Σ_t δa_t,  ∂L/∂x_t = W_ihᵀ δa_t, of some steps from t on
  function giveBack(t) {
    const [from, to] = [t * N, Math.min(t + some, steps) * N];
    addProduct(cell.gradWeightIh, aT, x, 0, rows, from, to);
    addRows(cell.grad.bias, a, from, to - from);
    own.addRecurrent(cell, aT, from, to);
    if (cell.gradX) addProduct(cell.gradX, a, cell.weightIh, from, to - from, 0, rows);
  }

  function* forwardSteps(input, T, { h0, c0, clamp = {}, sums } = {}) {
    checkRun(cell, input, T, clamp);
    if (sums) checkLength("sums", sums, T * N * rows);
    steps = T;
    x.values = input;
    cell.held = clamp;
    startState(cell.h, h0, N * H);
    if (cell.c) startState(cell.c, c0, N * H);
    if (sums) a.values.set(sums);
    for (let t = 0; t < T; t += 1) {
      yield;
      if (!sums && t % some === 0) addInputs(a, t, Math.min(some, T - t));
      stepForward(cell, t);
    }
    return trace;
  }

  function* backwardSteps(dhLoss, dcLoss) {
    if (!cell.grad) {
      prepareGradients(cell);
      own.prepareBackward?.(cell);
    }
    for (const array of cell.sums) array.fill(0);
    startGradient(cell.dh, dhLoss, N * H, steps * N * H);
    if (cell.dc) startGradient(cell.dc, dcLoss, N * H, steps * N * H);
    for (let t = steps - 1; t >= 0; t -= 1) {
      stepBackward(cell, t);
      if (t % some === 0) giveBack(t);
      yield;
    }
    return cell.grad;
  }

  const forward = (input, T, options) => finished(forwardSteps(input, T, options));
  const backward = (dhLoss, dcLoss) => finished(backwardSteps(dhLoss, dcLoss));
  return { forward, backward, forwardSteps, backwardSteps, inputSums };
}
