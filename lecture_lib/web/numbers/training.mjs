// Training in double precision: a readout, two losses, clipping and Adam around the cells of
// cells.mjs. The mirror of lecture_lib/training.py; parameters and gradients are objects of
// Float64Arrays under the same names, changed in place.

// p = softmax(logits), the surprise −log p[target] times `share` of the whole loss; `gradient` gets
// share · (p − one-hot(target)). Both are of one position, K numbers long.
export function softmaxCrossEntropy(logits, target, share, gradient) {
  const most = Math.max(...logits);
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - most);
  const logSum = Math.log(sum);
  for (let k = 0; k < logits.length; k++) {
    gradient[k] = share * (Math.exp(logits[k] - most - logSum) - (k === target ? 1 : 0));
  }
  return share * (most + logSum - logits[target]);
}

// (prediction − target)² times `share`, for one number; `gradient` gets 2 · share · (prediction − target).
export function squaredError(prediction, target, share, gradient) {
  const difference = prediction[0] - target;
  gradient[0] = 2 * share * difference;
  return share * difference ** 2;
}

// Shortens the gradient, all arrays taken as one vector, to the length `maxNorm` if it is longer
// (Pascanu, Mikolov & Bengio, 2013). Returns the length it had.
export function clipGradNorm(gradients, maxNorm) {
  let squares = 0;
  for (const name in gradients) for (const value of gradients[name]) squares += value * value;
  const norm = Math.sqrt(squares);
  const scale = maxNorm / norm;
  if (scale < 1)
    for (const name in gradients)
      gradients[name].forEach((value, k, all) => {
        all[k] = value * scale;
      });
  return norm;
}

// m = β₁ m + (1 − β₁) g,  v = β₂ v + (1 − β₂) g²,  θ = θ − rate · m̂ / (√v̂ + ε)   Kingma & Ba (2015)
// with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
export function createAdam(parameters, rate) {
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  const zeros = () =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, array]) => [name, new Float64Array(array.length)]),
    );
  const [first, second] = [zeros(), zeros()];
  let steps = 0;

  function step(gradients) {
    steps += 1;
    const size = rate / (1 - beta1 ** steps);
    const correction = Math.sqrt(1 - beta2 ** steps);
    for (const name in parameters) {
      const [theta, g, m, v] = [parameters[name], gradients[name], first[name], second[name]];
      for (let k = 0; k < theta.length; k++) {
        m[k] += (1 - beta1) * (g[k] - m[k]);
        v[k] = v[k] * beta2 + (1 - beta2) * g[k] * g[k];
        theta[k] -= (size * m[k]) / (Math.sqrt(v[k]) / correction + eps);
      }
    }
  }

  return { step };
}

// A cell and a readout y = W h + b of its h, at the steps that count. `parameters`: weightIh, weightHh
// and bias of the cell, readoutWeight (O × H) and readoutBias (O). A batch: x (N · T · D, sequence by
// sequence), lengths (N), target and weight (N · T; a step of weight 0 is not read out).
export function createSequenceModel({
  create,
  inputSize: D,
  hiddenSize: H,
  outputSize: O,
  parameters,
  loss,
  maxSteps,
}) {
  const { readoutWeight, readoutBias, ...ofCell } = parameters;
  const cell = create({ inputSize: D, hiddenSize: H, maxSteps, ...ofCell });
  const gradients = Object.fromEntries(
    Object.entries(parameters).map(([name, array]) => [name, new Float64Array(array.length)]),
  );
  const output = new Float64Array(O);
  const dOutput = new Float64Array(O);
  const dh = new Float64Array(maxSteps * H);

  const forward = (batch, n) =>
    cell.forward(batch.x.subarray(n * batch.steps * D), batch.lengths[n]);

  function readout(h, t) {
    for (let k = 0; k < O; k++) {
      let sum = readoutBias[k];
      for (let j = 0; j < H; j++) sum += readoutWeight[k * H + j] * h[t * H + j];
      output[k] = sum;
    }
    return output;
  }

  function readoutBackward(h, t) {
    for (let k = 0; k < O; k++) {
      gradients.readoutBias[k] += dOutput[k];
      for (let j = 0; j < H; j++) {
        gradients.readoutWeight[k * H + j] += dOutput[k] * h[t * H + j];
        dh[t * H + j] += dOutput[k] * readoutWeight[k * H + j];
      }
    }
  }

  // The batch's loss, its gradient in `gradients`; yields after each sequence.
  function* lossAndGradients(batch) {
    for (const name in gradients) gradients[name].fill(0);
    const all = batch.weight.reduce((sum, weight) => sum + weight, 0);
    let value = 0;
    for (let n = 0; n < batch.lengths.length; n++) {
      const { h } = forward(batch, n);
      dh.fill(0);
      for (let t = 0; t < batch.lengths[n]; t++) {
        const share = batch.weight[n * batch.steps + t] / all;
        if (share === 0) continue;
        value += loss(readout(h, t), batch.target[n * batch.steps + t], share, dOutput);
        readoutBackward(h, t);
      }
      const grad = cell.backward(dh);
      for (const name in ofCell)
        for (let k = 0; k < grad[name].length; k++) gradients[name][k] += grad[name][k];
      yield;
    }
    return value;
  }

  // Sequence n alone: its trace, and what reaches each state from the loss at its last step.
  function gradientFromTheEnd(batch, n) {
    const last = batch.lengths[n] - 1;
    const trace = forward(batch, n);
    dh.fill(0);
    loss(readout(trace.h, last), batch.target[n * batch.steps + last], 1, dOutput);
    for (let k = 0; k < O; k++)
      for (let j = 0; j < H; j++) dh[last * H + j] += dOutput[k] * readoutWeight[k * H + j];
    return { trace, grad: cell.backward(dh) };
  }

  // Whether every answer of sequence n that counts is right, by right(output, target).
  function answersAll(batch, n, right) {
    const { h } = forward(batch, n);
    for (let t = 0; t < batch.lengths[n]; t++) {
      const s = n * batch.steps + t;
      if (batch.weight[s] && !right(readout(h, t), batch.target[s])) return false;
    }
    return true;
  }

  return { gradients, lossAndGradients, gradientFromTheEnd, answersAll };
}
