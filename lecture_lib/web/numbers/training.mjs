// Training in double precision: a readout, two losses, clipping and Adam around the cells of
// cells.mjs. The mirror of lecture_lib/training.py; parameters and gradients are objects of
// Float64Arrays under the same names, changed in place.
import { addProduct, addRows, fillRows, matrix, transposed } from "./products.mjs";

/**
 * p = softmax(logits), the surprise −log p[target] times the row's share of the whole loss; the
 * gradient is share · (p − one-hot(target)).
 * @param {Float64Array} logits (rows × K)
 * @param {Float64Array} target (rows) whole numbers 0 … K − 1
 * @param {Float64Array} share (rows)
 * @param {Float64Array} gradient (rows × K) is filled
 * @param {number} [rows] how many of the rows count, from the first; all if left out
 * @returns {number} the sum over the rows
 */
export function softmaxCrossEntropy(logits, target, share, gradient, rows = target.length) {
  const K = logits.length / target.length;
  let value = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = row * K;
    const end = start + K;
    let most = -Infinity;
    for (let k = start; k < end; k += 1) most = Math.max(most, logits[k]);
    let sum = 0;
    for (let k = start; k < end; k += 1) sum += gradient[k] = Math.exp(logits[k] - most);
    for (let k = start; k < end; k += 1) gradient[k] *= share[row] / sum;
    gradient[start + target[row]] -= share[row];
    value += share[row] * (most + Math.log(sum) - logits[start + target[row]]);
  }
  return value;
}

/**
 * (prediction − target)² times the row's share, one number a row; the gradient is
 * 2 · share · (prediction − target).
 * @param {Float64Array} prediction (rows)
 * @param {Float64Array} target (rows)
 * @param {Float64Array} share (rows)
 * @param {Float64Array} gradient (rows) is filled
 * @param {number} [rows] how many of the rows count, from the first; all if left out
 * @returns {number} the sum over the rows
 */
export function squaredError(prediction, target, share, gradient, rows = target.length) {
  let value = 0;
  for (let row = 0; row < rows; row += 1) {
    const difference = prediction[row] - target[row];
    gradient[row] = 2 * share[row] * difference;
    value += share[row] * difference ** 2;
  }
  return value;
}

/**
 * Shortens the gradient, all arrays taken as one vector, to the length `maxNorm` if it is longer
 * (Pascanu, Mikolov & Bengio, 2013).
 * @param {Record<string, Float64Array>} gradients
 * @param {number} maxNorm
 * @returns {number} the length it had
 */
export function clipGradNorm(gradients, maxNorm) {
  let squares = 0;
  for (const name in gradients) {
    const g = gradients[name];
    for (let k = 0; k < g.length; k += 1) squares += g[k] * g[k];
  }
  const norm = Math.sqrt(squares);
  const scale = maxNorm / norm;
  if (!(scale < 1)) return norm;
  for (const name in gradients) {
    const g = gradients[name];
    for (let k = 0; k < g.length; k += 1) g[k] *= scale;
  }
  return norm;
}

const zerosLike = (arrays) =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, new Float64Array(array.length)]),
  );

/**
 * m = β₁ m + (1 − β₁) g,  v = β₂ v + (1 − β₂) g²,  θ = θ − rate · m̂ / (√v̂ + ε)   Kingma & Ba (2015)
 * with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 * @param {Record<string, Float64Array>} parameters
 * @param {number} rate
 * @returns {{ step: (gradients: Record<string, Float64Array>) => void }}
 */
export function createAdam(parameters, rate) {
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  const [first, second] = [zerosLike(parameters), zerosLike(parameters)];
  let steps = 0;

  function step(gradients) {
    steps += 1;
    const size = rate / (1 - beta1 ** steps);
    const correction = Math.sqrt(1 - beta2 ** steps);
    for (const name in parameters) {
      const [theta, g, m, v] = [parameters[name], gradients[name], first[name], second[name]];
      for (let k = 0; k < theta.length; k += 1) {
        m[k] += (1 - beta1) * (g[k] - m[k]);
        v[k] = v[k] * beta2 + (1 - beta2) * g[k] * g[k];
        theta[k] -= (size * m[k]) / (Math.sqrt(v[k]) / correction + eps);
      }
    }
  }

  return { step };
}

/**
 * Some sequences of a batch as a batch of their own.
 * @param {Batch} batch
 * @param {number} first
 * @param {number} count past the batch's end the sequences are empty: nothing is asked of them
 * @returns {Batch}
 */
export function partOf(batch, first, count) {
  const { steps, x, target, weight } = batch;
  const N = batch.lengths.length;
  const there = Math.min(count, N - first);
  const take = (array) => {
    const width = array.length / (steps * N);
    const part = new Float64Array(steps * count * width);
    for (let t = 0; t < steps; t += 1) {
      const from = (t * N + first) * width;
      part.set(array.subarray(from, from + there * width), t * count * width);
    }
    return part;
  };
  const lengths = new Int32Array(count);
  lengths.set(batch.lengths.subarray(first, first + there));
  return { steps, lengths, x: take(x), target: take(target), weight: take(weight) };
}

// y = W h + b of those rows of the states that are asked for, and their gradients.
function createReadout({ readoutWeight, readoutBias }, gradients, { H, O, most }) {
  const [weight, gradWeight] = [readoutWeight, gradients.readoutWeight].map((of) => matrix(of, H));
  const weightT = transposed(weight);
  const [read, output, dOutput, dRead] = [H, O, O, H].map((columns) =>
    matrix(new Float64Array(most * columns), columns),
  );
  const dOutputT = transposed(dOutput);
  const rows = new Int32Array(most);

  function forward(h, count) {
    for (let i = 0; i < count; i += 1)
      for (let j = 0; j < H; j += 1) read.values[i * H + j] = h[rows[i] * H + j];
    fillRows(output, readoutBias, 0, count);
    addProduct(output, read, weightT, 0, count, 0, H);
  }
  // What reaches the states that were read.
  function spread(dh, count) {
    dRead.values.fill(0, 0, count * H);
    addProduct(dRead, dOutput, weight, 0, count, 0, O);
    for (let i = 0; i < count; i += 1)
      for (let j = 0; j < H; j += 1) dh[rows[i] * H + j] = dRead.values[i * H + j];
  }
  function fillGradients(count) {
    gradWeight.values.fill(0);
    addProduct(gradWeight, dOutputT, read, 0, O, 0, count);
    gradients.readoutBias.fill(0);
    addRows(gradients.readoutBias, dOutput, 0, count);
  }
  return { rows, output: output.values, dOutput: dOutput.values, forward, spread, fillGradients };
}

/**
 * N sequences of up to T = `steps` steps: x (T × N × D), lengths (N), target and weight (T × N). A step
 * of weight 0 is not read out.
 * @typedef {{ steps: number, lengths: Int32Array, x: Float64Array, target: Float64Array,
 *   weight: Float64Array }} Batch
 */

/**
 * A cell and a readout y = W h + b of its h, at the steps that count.
 * @param {object} options
 * @param {Function} options.create one of cells.mjs
 * @param {number} options.inputSize
 * @param {number} options.hiddenSize
 * @param {number} options.outputSize
 * @param {Record<string, Float64Array>} options.parameters weightIh, weightHh and bias of the cell,
 *   readoutWeight (O × H) and readoutBias (O)
 * @param {Function} options.loss softmaxCrossEntropy or squaredError
 * @param {number} options.maxSteps
 * @param {number} options.batchSize how many sequences each batch has
 * @returns {{ gradients: Record<string, Float64Array>, lossAndGradients: Function,
 *   gradientFromTheEnd: Function, countMistaken: Function }}
 */
export function createSequenceModel(options) {
  const { inputSize, hiddenSize: H, outputSize: O, maxSteps, batchSize: N } = options;
  const { create, parameters, loss } = options;
  const { readoutWeight, readoutBias, ...ofCell } = parameters;
  const sizes = { inputSize, hiddenSize: H, maxSteps, batchSize: N };
  const cell = create({ ...sizes, ...ofCell, inputGradient: false });
  const most = maxSteps * N;
  const gradients = zerosLike({ readoutWeight, readoutBias });
  const readout = createReadout(parameters, gradients, { H, O, most });
  const [target, share] = [new Float64Array(most), new Float64Array(most)];
  const dh = new Float64Array(most * H);

  // The rows that count, with what they count for; returns how many there are.
  function choose(batch, T) {
    let count = 0;
    let all = 0;
    for (let s = 0; s < T * N; s += 1) {
      if (!batch.weight[s]) continue;
      readout.rows[count] = s;
      target[count] = batch.target[s];
      share[count] = batch.weight[s];
      all += batch.weight[s];
      count += 1;
    }
    for (let k = 0; k < count; k += 1) share[k] /= all;
    return count;
  }

  // The batch's loss, its gradient in `gradients`; yields after each step.
  function* lossAndGradients(batch) {
    const T = longest(batch);
    const { h } = yield* cell.forwardSteps(batch.x, T);
    const count = choose(batch, T);
    readout.forward(h, count);
    const value = loss(readout.output, target, share, readout.dOutput, count);
    dh.fill(0, 0, T * N * H);
    readout.spread(dh, count);
    readout.fillGradients(count);
    const grad = yield* cell.backwardSteps(dh);
    for (const name in ofCell) gradients[name] = grad[name];
    return value;
  }

  // The trace of a batch of one, and what reaches each state from the loss at its last step.
  function gradientFromTheEnd(batch) {
    const T = batch.lengths[0];
    const trace = cell.forward(batch.x, T);
    [readout.rows[0], target[0], share[0]] = [T - 1, batch.target[T - 1], 1];
    readout.forward(trace.h, 1);
    loss(readout.output, target, share, readout.dOutput, 1);
    dh.fill(0, 0, T * H);
    readout.spread(dh, 1);
    return { trace, grad: cell.backward(dh) };
  }

  // How many sequences have an answer that counts and is wrong, by right(output, target); yields
  // after each step.
  function* countMistaken(batch, right) {
    const T = longest(batch);
    const { h } = yield* cell.forwardSteps(batch.x, T);
    const count = choose(batch, T);
    readout.forward(h, count);
    const mistaken = new Set();
    for (let k = 0; k < count; k += 1)
      if (!right(readout.output.subarray(k * O, (k + 1) * O), target[k]))
        mistaken.add(readout.rows[k] % N);
    return mistaken.size;
  }

  return { gradients, lossAndGradients, gradientFromTheEnd, countMistaken };
}

function longest({ lengths }) {
  let most = 0;
  for (let n = 0; n < lengths.length; n += 1) most = Math.max(most, lengths[n]);
  return most;
}
