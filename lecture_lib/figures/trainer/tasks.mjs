// The tasks of the Trainer, drawn alike in Python and here: the mirror of
// tasks.py, where they are described.
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { softmaxCrossEntropy, squaredError } from "../../web/numbers/training.mjs";

const RECALL_STREAM = 40;
const ADDING_STREAM = 42;
const COUNTING_STREAM = 44;
const HELLO_STREAM = 45;
const HELLO = [0, 1, 2, 2, 3]; // "hello" in the letters h, e, l, o

// Numbers in [−1, 1) as whole numbers 0 … count − 1.
const whole = (value, count) => Math.floor((count * (value + 1)) / 2);

// Empty sequences; `show` makes input `symbol` of step t in sequence n a 1.
function emptyBatch(steps, inputs, count) {
  const batch = {
    steps,
    x: new Float64Array(count * steps * inputs),
    lengths: new Int32Array(count).fill(steps),
    target: new Float64Array(count * steps),
    weight: new Float64Array(count * steps),
  };
  const show = (n, t, symbol) => {
    batch.x[(n * steps + t) * inputs + symbol] = 1;
  };
  const ask = (n, t, target) => {
    batch.target[n * steps + t] = target;
    batch.weight[n * steps + t] = 1;
  };
  return { batch, show, ask };
}

function drawRecall(seed, lag, count) {
  const { batch, show, ask } = emptyBatch(lag + 2, 9, count);
  const symbols = seededUniform(seed, RECALL_STREAM, count);
  const noise = seededUniform(seed, RECALL_STREAM + 1, count * lag);
  for (let n = 0; n < count; n++) {
    show(n, 0, whole(symbols[n], 4));
    for (let t = 0; t < lag; t++) show(n, t + 1, 4 + whole(noise[n * lag + t], 4));
    show(n, lag + 1, 8);
    ask(n, lag + 1, whole(symbols[n], 4));
  }
  return batch;
}

function drawAdding(seed, lag, count) {
  const { batch, show, ask } = emptyBatch(lag, 2, count);
  const values = seededUniform(seed, ADDING_STREAM, count * lag);
  const marks = seededUniform(seed, ADDING_STREAM + 1, count * 2);
  const half = Math.floor(lag / 2);
  for (let n = 0; n < count; n++) {
    const value = (t) => (values[n * lag + t] + 1) / 2;
    for (let t = 0; t < lag; t++) batch.x[(n * lag + t) * 2] = value(t);
    const [first, second] = [whole(marks[2 * n], half), half + whole(marks[2 * n + 1], lag - half)];
    show(n, first, 1);
    show(n, second, 1);
    ask(n, lag - 1, value(first) + value(second));
  }
  return batch;
}

function drawCounting(seed, lag, count) {
  const most = Math.floor(lag / 2);
  const { batch, show, ask } = emptyBatch(2 * most + 1, 3, count);
  const drawn = seededUniform(seed, COUNTING_STREAM, count);
  for (let n = 0; n < count; n++) {
    const a = 1 + whole(drawn[n], most);
    batch.lengths[n] = 2 * a + 1;
    show(n, 0, 2);
    for (let t = 1; t <= 2 * a; t++) show(n, t, t <= a ? 0 : 1);
    for (let t = a + 1; t <= 2 * a; t++) ask(n, t, t < 2 * a ? 1 : 2);
  }
  return batch;
}

function drawHello(seed, lag, count) {
  const { batch, show, ask } = emptyBatch(lag, 4, count);
  const starts = seededUniform(seed, HELLO_STREAM, count);
  for (let n = 0; n < count; n++) {
    const letter = (t) => HELLO[(whole(starts[n], 5) + t) % 5];
    for (let t = 0; t < lag; t++) show(n, t, letter(t));
    for (let t = 1; t < lag; t++) ask(n, t, letter(t + 1));
  }
  return batch;
}

const mostLikely = (output, target) => output.every((value) => value <= output[target]);
const withinAFifth = (output, target) => Math.abs(output[0] - target) <= 0.2;
const classes = { loss: softmaxCrossEntropy, right: mostLikely };

// steps(lag): the length of the longest sequence. baseline(lag): the loss of the best guess of one
// who does not remember.
export const TRAINER_TASKS = {
  recall: {
    inputs: 9,
    outputs: 4,
    steps: (lag) => lag + 2,
    draw: drawRecall,
    baseline: () => Math.log(4),
    ...classes,
  },
  adding: {
    inputs: 2,
    outputs: 1,
    steps: (lag) => lag,
    draw: drawAdding,
    baseline: () => 1 / 6,
    loss: squaredError,
    right: withinAFifth,
  },
  counting: {
    inputs: 3,
    outputs: 3,
    steps: (lag) => 2 * Math.floor(lag / 2) + 1,
    draw: drawCounting,
    baseline(lag) {
      const end = 2 / (Math.floor(lag / 2) + 1); // the share of the b's after which the word ends
      return -end * Math.log(end) - (end < 1 ? (1 - end) * Math.log(1 - end) : 0);
    },
    ...classes,
  },
  hello: {
    inputs: 4,
    outputs: 4,
    steps: (lag) => lag,
    draw: drawHello,
    baseline: () => 0.4 * Math.log(2),
    ...classes,
  },
};
