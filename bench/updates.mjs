// An update of a network in the page, forward, backward, clipping and Adam, by this book's engine and
// by TensorFlow.js: one LSTM whose readout says a number at the last step. bench/updates.py calls it.
import { createLSTM } from "../lecture_lib/web/numbers/cells.mjs";
import { seededUniform } from "../lecture_lib/web/numbers/seeded.mjs";
import {
  clipGradNorm,
  createAdam,
  createSequenceModel,
  squaredError,
} from "../lecture_lib/web/numbers/training.mjs";

const RATE = 0.01;
const LONGEST = 1; // of the gradient

// The same weights and data for all, by number of their stream.
function drawAll([T, N, D, H]) {
  const draw = (stream, count, bound) =>
    seededUniform(0, stream, count).map((value) => value * bound);
  const bound = H ** -0.5;
  return {
    parameters: {
      weightIh: draw(0, 4 * H * D, bound),
      weightHh: draw(1, 4 * H * H, bound),
      bias: new Float64Array(4 * H),
      readoutWeight: draw(2, H, bound),
      readoutBias: new Float64Array(1),
    },
    x: draw(3, T * N * D, 1),
    answers: draw(4, N, 1),
  };
}

function ourUpdate(size) {
  const [T, N, D, H] = size;
  const { parameters, x, answers } = drawAll(size);
  const [target, weight] = [new Float64Array(T * N), new Float64Array(T * N)];
  target.set(answers, (T - 1) * N);
  weight.fill(1, (T - 1) * N);
  const batch = { steps: T, lengths: new Int32Array(N).fill(T), x, target, weight };
  const model = createSequenceModel({
    create: createLSTM,
    inputSize: D,
    hiddenSize: H,
    outputSize: 1,
    parameters,
    loss: squaredError,
    maxSteps: T,
    batchSize: N,
  });
  const adam = createAdam(parameters, RATE);
  return () => {
    const work = model.lossAndGradients(batch);
    let step = work.next();
    while (!step.done) step = work.next();
    clipGradNorm(model.gradients, LONGEST);
    adam.step(model.gradients);
    return step.value;
  };
}

// The gates in one product of (x, h) a step, which is what TensorFlow.js does fastest. It divides by
// nothing where the gradient is short enough, as ours does.
function theirUpdate(size) {
  const { tf } = globalThis;
  const [T, N, D, H] = size;
  const { parameters, x, answers } = drawAll(size);
  const columnsOf = (name, rows) => {
    const values = Float32Array.from(parameters[name]);
    return tf.transpose(tf.tensor2d(values, [rows, values.length / rows]));
  };
  const weights = ["weightIh", "weightHh"].map((name) => columnsOf(name, 4 * H));
  const gates = tf.variable(tf.concat(weights, 0));
  const bias = tf.variable(tf.zeros([4 * H]));
  const readout = tf.variable(columnsOf("readoutWeight", 1));
  const offset = tf.variable(tf.zeros([1]));
  const inputs = tf.unstack(tf.tensor3d(Float32Array.from(x), [T, N, D]));
  const target = tf.tensor2d(Float32Array.from(answers), [N, 1]);
  const zeros = tf.zeros([N, H]);
  const adam = tf.train.adam(RATE);

  function loss() {
    let [h, c] = [zeros, zeros];
    for (const input of inputs) {
      const sums = tf.add(tf.matMul(tf.concat([input, h], 1), gates), bias);
      const [i, f, g, o] = tf.split(sums, 4, 1);
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    const said = tf.add(tf.matMul(h, readout), offset);
    return tf.mean(tf.squaredDifference(said, target));
  }
  function update() {
    const { value, grads } = tf.variableGrads(loss, [gates, bias, readout, offset]);
    const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
    const scale = tf.minimum(1, tf.div(LONGEST, tf.sqrt(tf.addN(squares))));
    for (const name in grads) grads[name] = tf.mul(grads[name], scale);
    adam.applyGradients(grads);
    return value.dataSync()[0];
  }
  return () => tf.tidy(update);
}

const UPDATES = { ours: ourUpdate, theirs: theirUpdate };
const made = {};

// The losses of `count` updates.
globalThis.timeUpdates = ([whose, size, count]) => {
  const update = (made[`${whose} ${size}`] ??= UPDATES[whose](size));
  return Array.from({ length: count }, update);
};
