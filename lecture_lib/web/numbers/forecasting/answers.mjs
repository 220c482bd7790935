// What a page asks of a comparison, and what it is told: plain data.
import { Refusal } from "../files/bounds.mjs";
import { repr } from "../sentences.mjs";
import { METHODS, mustBeNamedOnce } from "./comparing.mjs";
import { asSize } from "./problem.mjs";
import { autocorrelation } from "./seasons.mjs";

const SHOWN_SEASONS = 3; // of the correlations
const WITHOUT_SEASON = 24;

/**
 * What went wrong, as a sentence for the reader.
 * @param {Error} error
 * @returns {string}
 */
export function sentenceOf(error) {
  if (error instanceof Refusal) return error.message;
  if (error instanceof RangeError && /allocation|Invalid typed array length/.test(error.message))
    return "The browser has not enough memory for this: give it fewer values or smaller networks.";
  return `This could not be computed: ${error?.message ?? error}`;
}

/**
 * @param {object} compare a message's, see driver.mjs
 * @returns {object} methods in the order in which they are run, seeds, training, and what is left, `asked`
 * @throws {Refusal} for what does not fit
 */
export function checked({ methods, seeds, training, ...asked }) {
  const odd = methods.find((name) => !METHODS.includes(name));
  if (odd !== undefined) {
    const known = METHODS.map((name) => `"${name}"`).join(" or ");
    throw new Refusal(`methods must be ${known}, got ${repr(String(odd))}`);
  }
  mustBeNamedOnce("methods", methods);
  seeds.forEach((seed) => asSize("seeds", seed, 0));
  mustBeNamedOnce("seeds", seeds);
  asSize("hidden_size", training.hiddenSize);
  asSize("updates", training.updates);
  asSize("patience", training.patience);
  return { methods: METHODS.filter((name) => methods.includes(name)), seeds, training, asked };
}

/**
 * What of a problem a page shows: beside its parts and scales the correlation of the series with itself
 * some steps later, from none on.
 * @param {Problem} problem
 * @param {boolean} found whether its season was looked for
 * @returns {object}
 */
export function described(problem, found) {
  const { values, season, differenced, fitSplit, split, scale, mean, sd, horizon } = problem;
  const lags = Math.min(SHOWN_SEASONS * (season ?? WITHOUT_SEASON), split - 1);
  const correlations = autocorrelation(values.subarray(0, split), lags);
  const parts = { season, found, differenced, fitSplit, split, scale, mean, sd, horizon };
  return { ...parts, correlations };
}

/**
 * @param {object} comparison what `createComparison` gave
 * @param {boolean} ended
 * @returns {object} table, alarms in words, leftOut; verdict and whole, what `toDict` gives, null before the
 *   end
 */
export function told(comparison, ended) {
  const whole = ended ? comparison.toDict() : null;
  const table = whole ? whole.methods : comparison.table();
  const alarms = comparison.alarms().map(({ words }) => words);
  const leftOut = { ...comparison.leftOut };
  return { table, alarms, leftOut, verdict: whole && whole.verdict, whole };
}
