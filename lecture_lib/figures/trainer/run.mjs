// One run of training, in slices: the same in a Worker and, where there is none, on the page's own
// thread. In Python it is Trainer.run (lecture_lib/figures/trainer.py).
import { createGRU, createLSTM, createRNN } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { clipGradNorm, createAdam, createSequenceModel } from "../../web/numbers/training.mjs";
import { TRAINER_TASKS } from "./tasks.mjs";

export const MOST_UPDATES = 5000;
export const EVALUATED_EVERY = 25;
const BATCH = 32;
const HELD_OUT = 200;
const SOLVED = 0.99;
export const DIVERGED = 20; // times the loss it began with
const MOST_MOMENTS = 128;
const REPORT_EVERY = 50; // ms

const CREATE = { RNN: createRNN, LSTM: createLSTM, GRU: createGRU };
// The order of the gates in the weights; `keeps` is the gate that the forget bias goes to.
const GATES = { RNN: ["h"], LSTM: ["i", "f", "g", "o"], GRU: ["r", "z", "n"] };
const WEIGHT_STREAMS = { RNN: 30, LSTM: 32, GRU: 34, readout: 36, chrono: 37 };

// What is drawn of each cell: gates, averaged over the units, and the states whose gradient is followed.
export const SHOWN_GATES = { RNN: [], LSTM: ["f", "i", "o"], GRU: ["z", "r"] };
export const SHOWN_STATES = { RNN: ["h"], LSTM: ["c", "h"], GRU: ["h"] };

function scaled(seed, stream, count, bound) {
  return seededUniform(seed, stream, count).map((value) => value * bound);
}

// Glorot's bound for each gate's matrices; biases 0, but for the gate that keeps.
function initialParameters({ cell, hidden_size: H, seed }, { inputs: D, outputs: O }, bias) {
  const rows = GATES[cell].length * H;
  return {
    weightIh: scaled(seed, WEIGHT_STREAMS[cell], rows * D, Math.sqrt(6 / (H + D))),
    weightHh: scaled(seed, WEIGHT_STREAMS[cell] + 1, rows * H, Math.sqrt(6 / (H + H))),
    bias,
    readoutWeight: scaled(seed, WEIGHT_STREAMS.readout, O * H, H ** -0.5),
    readoutBias: new Float64Array(O),
  };
}

function initialBias({ cell, hidden_size: H, lag, seed, chrono, forget_bias }) {
  const bias = new Float64Array(GATES[cell].length * H);
  if (cell === "RNN") return bias;
  const drawn = seededUniform(seed, WEIGHT_STREAMS.chrono, H);
  for (let k = 0; k < H; k++) {
    const keeps = chrono ? Math.log(1 + ((lag - 2) * (drawn[k] + 1)) / 2) : forget_bias;
    bias[H + k] = cell === "LSTM" ? keeps : -keeps; // f, and z, which writes
    if (cell === "LSTM" && chrono) bias[k] = -keeps; // i
  }
  return bias;
}

// A run: `work` is the generator that trains for ever; between two of its yields lies a sequence.
export function createRun(settings) {
  const task = TRAINER_TASKS[settings.task];
  const { cell, lag, hidden_size: H, seed } = settings;
  const parameters = initialParameters(settings, task, initialBias(settings));
  const model = createSequenceModel({
    create: CREATE[cell],
    inputSize: task.inputs,
    hiddenSize: H,
    outputSize: task.outputs,
    parameters,
    loss: task.loss,
    maxSteps: task.steps(lag),
  });
  const adam = createAdam(parameters, settings.learning_rate);
  const clip = settings.clip || Infinity;
  const heldOut = task.draw(seed, lag, HELD_OUT);
  const probe = heldOut.lengths.indexOf(Math.max(...heldOut.lengths));
  const run = {
    updates: 0,
    ended: "",
    losses: [],
    scores: [],
    moments: [],
    momentEvery: 5,
    moment,
    work: work(),
  };

  // The state of the network now, on one sequence that it never learns from.
  function moment(update = run.updates) {
    const { trace, grad } = model.gradientFromTheEnd(heldOut, probe);
    const steps = heldOut.lengths[probe];
    const over = (values, measure) =>
      Float64Array.from({ length: steps }, (_, t) => measure(values.subarray(t * H, (t + 1) * H)));
    const mean = (row) => row.reduce((sum, value) => sum + Math.abs(value), 0) / H;
    const norm = (row) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    const taken = { update, steps, left: {} };
    for (const gate of SHOWN_GATES[cell]) taken[gate] = over(trace[gate], mean);
    if (cell === "RNN") taken.h = over(trace.h, mean);
    for (const state of SHOWN_STATES[cell]) {
      const norms = over(grad[state], norm);
      taken.left[state] = norms.map((value) => value / norms[steps - 1]);
    }
    return taken;
  }

  function* score() {
    let right = 0;
    for (let n = 0; n < HELD_OUT; n++) {
      if (model.answersAll(heldOut, n, task.right)) right += 1;
      yield;
    }
    return right / HELD_OUT;
  }

  // Every other moment goes when there are too many of them.
  function remember(update) {
    if (update % run.momentEvery) return;
    run.moments.push(moment(update));
    if (run.moments.length < MOST_MOMENTS) return;
    run.momentEvery *= 2;
    run.moments = run.moments.filter((taken) => taken.update % run.momentEvery === 0);
  }

  function* work() {
    remember(0);
    run.scores.push({ update: 0, right: yield* score() });
    for (let update = 1; update <= MOST_UPDATES; update++) {
      const value = yield* model.lossAndGradients(task.draw(100 * update + seed, lag, BATCH));
      const norm = clipGradNorm(model.gradients, clip);
      if (!(value <= DIVERGED * (run.losses[0] ?? value)) || !Number.isFinite(norm))
        run.ended = "diverged";
      else adam.step(model.gradients);
      if (!run.ended) remember(update);
      if (!run.ended && update % EVALUATED_EVERY === 0) {
        const right = yield* score();
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

  return run;
}

// Runs what it is told in slices of `slice` ms, and calls `report` about 20 times a second with what
// is new. Commands: { settings, id } makes a run, { until } says up to which update it may go.
export function createDriver(slice, report) {
  const channel = new MessageChannel();
  let run = null;
  let id,
    until,
    seconds,
    sent,
    reported,
    waiting = false;

  function command({ settings, id: newId, until: newUntil }) {
    if (settings) {
      [run, id, seconds, reported] = [createRun(settings), newId, 0, 0];
      sent = { losses: 0, scores: 0, update: -1 };
    }
    until = newUntil;
    if (run.ended === "solved") run.ended = "";
    if (going()) wake();
  }
  function wake() {
    if (waiting) return;
    waiting = true;
    channel.port2.postMessage(null);
  }
  const going = () => !run.ended && run.updates < until;

  channel.port1.onmessage = () => {
    waiting = false;
    const began = performance.now();
    while (going() && performance.now() < began + slice) run.work.next();
    seconds += (performance.now() - began) / 1000;
    if (!going() || performance.now() > reported + REPORT_EVERY) tell();
    if (going()) wake();
  };

  function tell() {
    reported = performance.now();
    const moments = run.moments.filter(({ update }) => update > sent.update);
    report({
      id,
      updates: run.updates,
      ended: run.ended,
      seconds,
      moments,
      momentEvery: run.momentEvery,
      resting: !going(),
      losses: Float64Array.from(run.losses.slice(sent.losses)),
      scores: run.scores.slice(sent.scores),
    });
    sent = {
      losses: run.losses.length,
      scores: run.scores.length,
      update: moments.at(-1)?.update ?? sent.update,
    };
  }

  return { command, stop: () => channel.port1.close() };
}
