// What the Trainer says of its tasks, of a run and of its numbers.
import { fixed } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { HELD_OUT } from "./__init__.py";
import { DIVERGED } from "./run.mjs";

/**
 * By task: its short name; `asks(lag)`, what is to be found; and what one says who does not remember.
 */
export const TASK_WORDS = {
  recall: {
    name: "recall",
    asks: (lag) => `One of 4 symbols, ${lag} random distractors, a cue: which symbol was it?`,
    guess: "any of the 4 symbols",
  },
  adding: {
    name: "adding",
    asks: (lag) =>
      `${lag} numbers between 0 and 1, two of them marked: what is their sum, to within 0.2?`,
    guess: "always 1",
  },
  counting: {
    name: "aⁿbⁿ",
    asks: (lag) =>
      `As many b’s as a’s, at most ${Math.floor(lag / 2)}: from the first b on, what comes next, and where is the end?`,
    guess: "b, without counting",
  },
  hello: {
    name: "hello",
    asks: (lag) =>
      `${lag} letters of “hellohello…”, from anywhere: which comes next, from the second on?`,
    guess: "what follows the last letter",
  },
};

/**
 * A power of ten, "10⁻⁵".
 * @param {number} value
 * @returns {string}
 */
export const decade = (value) => inTens(value).replace("1\u00a0×\u00a0", "");
/**
 * "98.4 %".
 * @param {number} share of 1
 * @returns {string}
 */
export const percent = (share) => `${Number((100 * share).toFixed(1))} %`;
/**
 * "12.3 s".
 * @param {number} seconds
 * @returns {string}
 */
export const inSeconds = (seconds) => `${seconds.toFixed(1)} s`;

/**
 * "LSTM, chrono · recall, T = 40": what tells two runs apart.
 * @param {object} settings
 * @returns {string}
 */
export function nameOf(settings) {
  const { cell, chrono, forget_bias, task, lag, hidden_size, learning_rate, clip, seed } = settings;
  const start = cell === "RNN" ? "" : chrono ? ", chrono" : `, b = ${fixed(forget_bias, 1)}`;
  const clipping = clip ? "" : ", no clipping";
  return `${cell}${start} · ${TASK_WORDS[task].name}, T = ${lag} · H = ${hidden_size}, rate ${learning_rate}${clipping}, seed ${seed}`;
}

/**
 * How far a run has come, in a sentence or two.
 * @param {object} run a session's
 * @param {number} baseline the loss of who guesses
 * @returns {string}
 */
export function statusOf({ updates, losses, scores, ended, solved, settings }, baseline) {
  if (!updates)
    return `Not trained yet. Guessing ${TASK_WORDS[settings.task].guess} has loss ${fixed(baseline, 3)}; a network that remembers gets below. Press play.`;
  const value = losses[updates - 1];
  const now = `Update ${updates}: loss ${value < 0.01 || value > 99 ? inTens(value) : fixed(value, 4)}`;
  if (ended === "diverged") {
    const what = Number.isFinite(value)
      ? `the loss is ${inTens(value)}, more than ${DIVERGED} times what it began with`
      : "the loss is no longer a number";
    return `It diverged at update ${updates}: ${what}, and training has stopped. Take a smaller learning rate${settings.clip ? "" : ", or clip the gradient"}.`;
  }
  if (ended === "out of updates" && !solved)
    return `Not solved in ${updates} updates, the most it may take. ${now}.`;
  const { update, right } = scores.at(-1);
  if (!solved)
    return `${now}, where guessing has ${fixed(baseline, 3)}. At update ${update}, ${percent(right)} of ${HELD_OUT} sequences that it never learns from were right.`;
  const solution = `Solved after ${solved.update} updates and ${inSeconds(solved.seconds)}: ${percent(solved.right)} of ${HELD_OUT} sequences that it never learned from are right.`;
  return updates === solved.update ? solution : `${solution} ${now}.`;
}
