// The tasks of the Trainer, drawn alike in Python and here: the mirror of tasks.py, where they are
// described.
import { TASK_SIZES, TASK_STREAMS, WORD } from "./__init__.py";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { softmaxCrossEntropy, squaredError } from "../../web/numbers/training.mjs";

// Numbers in [−1, 1) as whole numbers 0 … count − 1.
const whole = (value, count) => Math.floor((count * (value + 1)) / 2);

// Empty sequences, in the arrays of `into` if there are any, and the random numbers they are made of,
// one array for each of `counts`; `show` makes input `symbol` of step t in sequence n a 1, `ask` wants
// an answer.
function emptyBatch(task, steps, count, { seed, counts, into }) {
  const { inputs } = TASK_SIZES[task];
  const batch = into ?? {
    steps,
    x: new Float64Array(steps * count * inputs),
    lengths: new Int32Array(count),
    target: new Float64Array(steps * count),
    weight: new Float64Array(steps * count),
    drawn: counts.map((many) => new Float64Array(many)),
  };
  for (const array of [batch.x, batch.target, batch.weight]) array.fill(0);
  batch.lengths.fill(steps);
  batch.drawn.forEach((array, k) =>
    seededUniform(seed, TASK_STREAMS[task] + k, array.length, array),
  );
  const show = (n, t, symbol) => {
    batch.x[(t * count + n) * inputs + symbol] = 1;
  };
  const ask = (n, t, target) => {
    batch.target[t * count + n] = target;
    batch.weight[t * count + n] = 1;
  };
  return { batch, show, ask };
}

function drawRecall(seed, lag, count, into) {
  const random = { seed, counts: [count, count * lag], into };
  const { batch, show, ask } = emptyBatch("recall", lag + 2, count, random);
  const [symbols, noise] = batch.drawn;
  for (let n = 0; n < count; n++) {
    show(n, 0, whole(symbols[n], 4));
    for (let t = 0; t < lag; t++) show(n, t + 1, 4 + whole(noise[n * lag + t], 4));
    show(n, lag + 1, 8);
    ask(n, lag + 1, whole(symbols[n], 4));
  }
  return batch;
}

function drawAdding(seed, lag, count, into) {
  const random = { seed, counts: [count * lag, count * 2], into };
  const { batch, show, ask } = emptyBatch("adding", lag, count, random);
  const [values, marks] = batch.drawn;
  const half = Math.floor(lag / 2);
  for (let n = 0; n < count; n++) {
    const value = (t) => (values[n * lag + t] + 1) / 2;
    for (let t = 0; t < lag; t++) batch.x[(t * count + n) * 2] = value(t);
    const [first, second] = [whole(marks[2 * n], half), half + whole(marks[2 * n + 1], lag - half)];
    show(n, first, 1);
    show(n, second, 1);
    ask(n, lag - 1, value(first) + value(second));
  }
  return batch;
}

function drawCounting(seed, lag, count, into) {
  const most = Math.floor(lag / 2);
  const random = { seed, counts: [count], into };
  const { batch, show, ask } = emptyBatch("counting", 2 * most + 1, count, random);
  const [drawn] = batch.drawn;
  for (let n = 0; n < count; n++) {
    const a = 1 + whole(drawn[n], most);
    batch.lengths[n] = 2 * a + 1;
    show(n, 0, 2);
    for (let t = 1; t <= 2 * a; t++) show(n, t, t <= a ? 0 : 1);
    for (let t = a + 1; t <= 2 * a; t++) ask(n, t, t < 2 * a ? 1 : 2);
  }
  return batch;
}

function drawHello(seed, lag, count, into) {
  const random = { seed, counts: [count], into };
  const { batch, show, ask } = emptyBatch("hello", lag, count, random);
  const [starts] = batch.drawn;
  for (let n = 0; n < count; n++) {
    const letter = (t) => WORD[(whole(starts[n], WORD.length) + t) % WORD.length];
    for (let t = 0; t < lag; t++) show(n, t, letter(t));
    for (let t = 1; t < lag; t++) ask(n, t, letter(t + 1));
  }
  return batch;
}

const mostLikely = (output, target) => output.every((value) => value <= output[target]);
const withinAFifth = (output, target) => Math.abs(output[0] - target) <= 0.2;
const classes = { loss: softmaxCrossEntropy, right: mostLikely };

/**
 * By name: the sizes `inputs` and `outputs`; `steps(lag)`, the length of the longest sequence;
 * `draw(seed, lag, count, into)`, a batch (see training.mjs), in the arrays of an earlier one if `into`
 * is that; `baseline(lag)`, the loss of the best guess of one who does not
 * remember; `loss` as in training.mjs; `right(output, target)`, whether an answer counts as right.
 */
export const TASKS = {
  recall: {
    ...TASK_SIZES.recall,
    steps: (lag) => lag + 2,
    draw: drawRecall,
    baseline: () => Math.log(4),
    ...classes,
  },
  adding: {
    ...TASK_SIZES.adding,
    steps: (lag) => lag,
    draw: drawAdding,
    baseline: () => 1 / 6,
    loss: squaredError,
    right: withinAFifth,
  },
  counting: {
    ...TASK_SIZES.counting,
    steps: (lag) => 2 * Math.floor(lag / 2) + 1,
    draw: drawCounting,
    baseline(lag) {
      const end = 2 / (Math.floor(lag / 2) + 1); // the share of the b's after which the word ends
      return -end * Math.log(end) - (end < 1 ? (1 - end) * Math.log(1 - end) : 0);
    },
    ...classes,
  },
  hello: {
    ...TASK_SIZES.hello,
    steps: (lag) => lag,
    draw: drawHello,
    baseline: () => 0.4 * Math.log(2),
    ...classes,
  },
};
