// How networks that forecast are trained, and what they say. The mirror of `train` and `iterate` of
// lecture_lib/forecasting/recurrent.py: from the same seed the same network.
import { seededUniform } from "../seeded.mjs";
import { clipGradNorm, createAdam, createSequenceModel, squaredError } from "../training.mjs";
import { LeftOut, mustTrain } from "./comparing.mjs";
import {
  build,
  countParameters,
  createLayers,
  createNetworkRun,
  equalSize,
  statesOf,
} from "./networks.mjs";
import { constants, worded } from "./words.mjs";

const { learning_rate: RATE, batch: BATCH, every: EVERY, draws: DRAWS } = constants.recurrent;
const { seasons, longest, without_season: withoutSeason } = constants.recurrent;
const CLIP = 1; // of the gradient's norm, as `fit` has it

function mustBeFinite(values, seed) {
  if (!values.every(Number.isFinite)) throw new LeftOut(worded("diverged", { seed }));
}

// (T × (1 + E)): what is learned, and beside it the columns at the same step.
function inputsOf({ learned, columns, width, differenced }) {
  const D = 1 + width;
  const inputs = new Float64Array(learned.length * D);
  const from = differenced ? width : 0;
  for (let t = 0; t < learned.length; t += 1) {
    inputs[t * D] = learned[t];
    inputs.set(columns.subarray(from + t * width, from + (t + 1) * width), t * D + 1);
  }
  return inputs;
}

// Random pieces of the part to learn from, a batch at each call; the first half has no weight.
function createDraw({ learned, inputs, steps, held, seed, updates }) {
  const D = inputs.length / learned.length;
  const uniform = seededUniform(seed, DRAWS, updates * BATCH);
  const weight = new Float64Array(steps * BATCH).fill(1, (steps >> 1) * BATCH);
  const [x, target] = [new Float64Array(steps * BATCH * D), new Float64Array(steps * BATCH)];
  const lengths = new Int32Array(BATCH).fill(steps);
  return (update) => {
    for (let n = 0; n < BATCH; n += 1) {
      const place = Math.trunc(((uniform[update * BATCH + n] + 1) / 2) * (held - steps));
      for (let t = 0; t < steps; t += 1) {
        const [from, to] = [place + t, t * BATCH + n];
        for (let d = 0; d < D; d += 1) x[to * D + d] = inputs[from * D + d];
        target[to] = learned[from + 1];
      }
    }
    return { steps, lengths, x, target, weight };
  };
}

// The mean squared error one step ahead, over what is learned from `held` up to `end`.
function createScore(network, { learned, inputs, held, end }) {
  const { forwardSteps, read } = createNetworkRun(network, end - 1);
  return function* score() {
    const { h } = yield* forwardSteps(inputs, end - 1);
    let sum = 0;
    for (let t = held; t < end; t += 1) sum += (read(h, t - 1) - learned[t]) ** 2;
    return sum / (end - held);
  };
}

/**
 * The trained network, and the updates it took. It learns to say the next value at each step of random
 * pieces of four seasons, or of 48 steps, of which the first half only warms up its memory; what is kept
 * is the network of the best look at the validation part.
 * @param {object} problem what `createProblem` of problem.mjs gives
 * @param {string} kind
 * @param {number} seed
 * @param {{ hiddenSize: number, updates: number, patience: number }} training
 * @yields {{ update: number, updates: number } | undefined} the first after each update, the other
 *   within one, for a thread that must not be kept
 * @returns {Generator<object, { network: import("./networks.mjs").Network, updates: number }>}
 * @throws {LeftOut} where there is too little to learn from, or the training diverges
 */
function* train(problem, kind, seed, { hiddenSize, updates, patience }) {
  const { learned, season } = problem;
  const late = Number(problem.differenced);
  const [held, end] = [problem.fitSplit - late, problem.split - late];
  mustTrain(problem);
  const most = season ? seasons * season : withoutSeason;
  const steps = Math.min(most, longest, held >> 1);
  const inputs = inputsOf(problem);
  const inputSize = inputs.length / learned.length;
  const wanted = countParameters("LSTM", inputSize, hiddenSize);
  const size = kind === "LSTM" ? hiddenSize : equalSize(kind, inputSize, wanted);
  const network = build(kind, inputSize, size, seed);
  const { parameters } = network;
  const model = createSequenceModel({
    create: (options) => createLayers({ kind, ...options }),
    loss: squaredError,
    parameters,
    inputSize,
    hiddenSize: size,
    outputSize: 1,
    maxSteps: steps,
    batchSize: BATCH,
  });
  const given = { learned, inputs, steps, held, end, seed, updates };
  const [draw, score, adam] = [
    createDraw(given),
    createScore(network, given),
    createAdam(parameters, RATE),
  ];
  let [best, waited, kept, update] = [Infinity, 0, null, 0];
  while (update < updates && waited < patience) {
    const loss = yield* model.lossAndGradients(draw(update));
    const norm = clipGradNorm(model.gradients, CLIP);
    mustBeFinite([loss, norm], seed);
    adam.step(model.gradients);
    update += 1;
    if (update % EVERY === 0) {
      const found = yield* score();
      mustBeFinite([found], seed);
      waited += 1;
      if (found < best) [best, waited, kept] = [found, 0, copyOf(parameters)];
    }
    yield { update, updates };
  }
  for (const name in kept) parameters[name].set(kept[name]);
  return { network, updates: update };
}

const copyOf = (arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));

// What the network says from each origin, (origins × horizon) in the series' unit: it reads the series from
// its first value on, says the next, reads that as if it had come true.
function* iterate(problem, network, origins) {
  const { hiddenSize: H, kind, inputSize: D } = network;
  const { horizon, width } = problem;
  const N = origins.length;
  const late = Number(problem.differenced);
  const inputs = inputsOf(problem);
  const whole = createNetworkRun(network, problem.learned.length);
  yield* whole.forwardSteps(inputs, problem.learned.length);
  const states = statesOf(kind);
  // What each layer starts from: its states after step rows[n], for each origin n.
  const startOf = (traces, rows) =>
    traces.map((trace) =>
      Object.fromEntries(states.map((name) => [`${name}0`, rowsOf(trace[name], rows, H)])),
    );
  const here = Int32Array.from({ length: N }, (_, n) => n);
  let start = startOf(
    whole.traces,
    origins.map((origin) => origin - late),
  );
  const step = createNetworkRun(network, 1, N);
  const said = new Float64Array(N * horizon);
  for (let n = 0; n < N; n += 1) said[n * horizon] = step.read(start.at(-1).h0, n);
  const x = new Float64Array(N * D);
  for (let ahead = 1; ahead < horizon; ahead += 1) {
    const beside = problem.columnsFrom(origins, ahead);
    for (let n = 0; n < N; n += 1) {
      x[n * D] = said[n * horizon + ahead - 1];
      x.set(beside.subarray(n * width, (n + 1) * width), n * D + 1);
    }
    const { h } = yield* step.forwardSteps(x, 1, start);
    for (let n = 0; n < N; n += 1) said[n * horizon + ahead] = step.read(h, n);
    start = startOf(step.traces, here);
  }
  return problem.inUnit(origins, said);
}

function rowsOf(array, rows, width) {
  const found = new Float64Array(rows.length * width);
  rows.forEach((row, n) => found.set(array.subarray(row * width, (row + 1) * width), n * width));
  return found;
}

/**
 * A network trained and run: its forecasts from the origins of the test, `said`, and from those of the
 * validation part, `validated`, in the series' unit, what it took, and the seconds.
 * @param {object} problem
 * @param {string} kind
 * @param {number} seed
 * @param {{ hiddenSize: number, updates: number, patience: number }} training
 * @yields {{ update: number, updates: number } | undefined} as `train` does
 * @returns {Generator<object, { said: Float64Array, validated: Float64Array, parameters: number,
 *   updates: number, seconds: number }>}
 */
export function* trainNetwork(problem, kind, seed, training) {
  const began = performance.now();
  const { network, updates } = yield* train(problem, kind, seed, training);
  const said = yield* iterate(problem, network, problem.testOrigins);
  const validated = yield* iterate(problem, network, problem.validationOrigins);
  [said, validated].forEach((forecasts) => mustBeFinite(forecasts, seed));
  const parameters = countParameters(kind, network.inputSize, network.hiddenSize);
  return { said, validated, parameters, updates, seconds: (performance.now() - began) / 1000 };
}
