// What may be asked for, and how what may not is told.
import examination from "../../../examination/findings.json";
import { Refusal } from "../files/bounds.mjs";

// Said once, for Python and the page.
/** Sizes and bounds by name. */
export const constants = examination.constants;
/** Words that stand in findings. */
export const words = examination.words;
/** Each finding's threshold, words and link. */
export const findings = examination.findings;
/** The most numbers that all traces of a network may hold: 256 MiB. */
export const MOST_NUMBERS = 2 ** 25;

/**
 * @param {unknown} wanted
 * @param {string} sentence
 * @throws {Refusal} with the sentence, unless `wanted`
 */
export function must(wanted, sentence) {
  if (!wanted) throw new Refusal(sentence);
}

/**
 * What went wrong, as a sentence for the reader.
 * @param {Error} error
 * @returns {string}
 */
export function sentenceOf(error) {
  if (error instanceof Refusal) return error.message;
  if (error instanceof RangeError && /allocation|Invalid typed array length/.test(error.message))
    return "The browser has not enough memory for this network over so many steps: give it fewer.";
  return `This could not be computed: ${error?.message ?? error}`;
}

/**
 * A number with its thousands apart.
 * @param {number} value
 * @param {number} [digits] at most so many behind the point
 * @returns {string}
 */
export const count = (value, digits = 0) =>
  value.toLocaleString("en", { maximumFractionDigits: digits });
