// One run of training. In Python it is Trainer.run.
import { BATCH, BLOCKS, HELD_OUT, STREAMS } from "./__init__.py";
import { createGRU, createLSTM, createRNN } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import {
  clipGradNorm,
  createAdam,
  createSequenceModel,
  partOf,
} from "../../web/numbers/training.mjs";
import { TASKS } from "./tasks.mjs";

/** The most updates of a run. */
export const MOST_UPDATES = 5000;
/** How many updates lie between two scores. */
export const EVALUATED_EVERY = 25;
/** A run has diverged where its loss is this many times what it began with. */
export const DIVERGED = 20;
const SOLVED = 0.99;
const MOST_MOMENTS = 128;

const CREATE = { RNN: createRNN, LSTM: createLSTM, GRU: createGRU };

/** The gates of each cell that are drawn, averaged over the units. */
export const SHOWN_GATES = { RNN: [], LSTM: ["f", "i", "o"], GRU: ["z", "r"] };
/** The states of each cell whose gradient is followed. */
export const SHOWN_STATES = { RNN: ["h"], LSTM: ["c", "h"], GRU: ["h"] };

function scaled(seed, stream, count, bound) {
  return seededUniform(seed, stream, count).map((value) => value * bound);
}

// Glorot's bound for each gate's matrices; biases 0, but for the gate that keeps.
function initialParameters({ cell, hidden_size: H, seed }, { inputs: D, outputs: O }, bias) {
  const rows = BLOCKS[cell] * H;
  return {
    weightIh: scaled(seed, STREAMS[cell], rows * D, Math.sqrt(6 / (H + D))),
    weightHh: scaled(seed, STREAMS[cell] + 1, rows * H, Math.sqrt(6 / (H + H))),
    bias,
    readoutWeight: scaled(seed, STREAMS.readout, O * H, H ** -0.5),
    readoutBias: new Float64Array(O),
  };
}

function initialBias({ cell, hidden_size: H, lag, seed, chrono, forget_bias }) {
  const bias = new Float64Array(BLOCKS[cell] * H);
  if (cell === "RNN") return bias;
  const drawn = seededUniform(seed, STREAMS.chrono, H);
  for (let k = 0; k < H; k++) {
    const keeps = chrono ? Math.log(1 + ((lag - 2) * (drawn[k] + 1)) / 2) : forget_bias;
    bias[H + k] = cell === "LSTM" ? keeps : -keeps; // f, and z, which writes
    if (cell === "LSTM" && chrono) bias[k] = -keeps; // i
  }
  return bias;
}

// What a network does on the longest of the sequences that it never learns from.
function createProbe(model, { cell, hidden_size: H }, heldOut) {
  const alone = partOf(heldOut, heldOut.lengths.indexOf(Math.max(...heldOut.lengths)), 1);
  const [steps] = alone.lengths;
  const over = (values, measure) =>
    Float64Array.from({ length: steps }, (_, t) => measure(values.subarray(t * H, (t + 1) * H)));
  const mean = (row) => row.reduce((sum, value) => sum + Math.abs(value), 0) / H;
  const norm = (row) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return (update) => {
    const { trace, grad } = model.gradientFromTheEnd(alone);
    const moment = { update, steps, left: {} };
    for (const gate of SHOWN_GATES[cell]) moment[gate] = over(trace[gate], mean);
    if (cell === "RNN") moment.h = over(trace.h, mean);
    for (const state of SHOWN_STATES[cell]) {
      const norms = over(grad[state], norm);
      moment.left[state] = norms.map((value) => value / norms[steps - 1]);
    }
    return moment;
  };
}

/**
 * A run: `work` is the generator that trains for ever; between two of its yields lies a step.
 * @param {object} settings the Trainer's controls by name
 * @returns { updates, ended, losses, scores, moments, momentEvery, work }: `ended` is "", "solved",
 *   "diverged" or "out of updates"; scores [{ update, right }] are of the sequences held out; a moment
 *   has, at each of its steps, the mean of each gate shown and in `left` what is left of the gradient
 */
export function createRun(settings) {
  const task = TASKS[settings.task];
  const { cell, lag, hidden_size: H, seed } = settings;
  const parameters = initialParameters(settings, task, initialBias(settings));
  const modelOf = (batchSize) =>
    createSequenceModel({
      create: CREATE[cell],
      inputSize: task.inputs,
      hiddenSize: H,
      outputSize: task.outputs,
      parameters,
      loss: task.loss,
      maxSteps: task.steps(lag),
      batchSize,
    });
  const adam = createAdam(parameters, settings.learning_rate);
  const clip = settings.clip || Infinity;
  const heldOut = task.draw(seed, lag, HELD_OUT);
  const probe = createProbe(modelOf(1), settings, heldOut);
  const run = { updates: 0, ended: "", losses: [], scores: [], moments: [], momentEvery: 5 };

  function* score(model, parts) {
    let mistaken = 0;
    for (const part of parts) mistaken += yield* model.countMistaken(part, task.right);
    return (HELD_OUT - mistaken) / HELD_OUT;
  }

  // Every other moment goes when there are too many of them.
  function remember(update) {
    if (update % run.momentEvery) return;
    run.moments.push(probe(update));
    if (run.moments.length < MOST_MOMENTS) return;
    run.momentEvery *= 2;
    run.moments = run.moments.filter((moment) => moment.update % run.momentEvery === 0);
  }

  // What only a run that trains needs is made here: the page looks at untrained ones.
  function* train() {
    const model = modelOf(BATCH);
    const parts = [];
    for (let n = 0; n < HELD_OUT; n += BATCH) parts.push(partOf(heldOut, n, BATCH));
    let batch;
    remember(0);
    run.scores.push({ update: 0, right: yield* score(model, parts) });
    for (let update = 1; update <= MOST_UPDATES; update++) {
      batch = task.draw(100 * update + seed, lag, BATCH, batch);
      const value = yield* model.lossAndGradients(batch);
      const norm = clipGradNorm(model.gradients, clip);
      if (!(value <= DIVERGED * (run.losses[0] ?? value)) || !Number.isFinite(norm))
        run.ended = "diverged";
      else adam.step(model.gradients);
      if (!run.ended) remember(update);
      if (!run.ended && update % EVALUATED_EVERY === 0) {
        const right = yield* score(model, parts);
        if (right >= SOLVED && run.scores.every((before) => before.right < SOLVED))
          run.ended = "solved";
        run.scores.push({ update, right });
      }
      if (update === MOST_UPDATES) run.ended ||= "out of updates";
      run.losses.push(value);
      run.updates = update;
      yield;
    }
  }

  return Object.assign(run, { probe, work: train() });
}
