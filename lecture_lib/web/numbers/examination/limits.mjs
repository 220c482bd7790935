// What may be asked for, and how what may not is told.

/** The most steps, and the most units of a layer's direction, that a page takes on. */
export const MOST_STEPS = 2000;
export const MOST_UNITS = 1024;
/** The most numbers that all traces of a network may hold: 256 MiB. */
export const MOST_NUMBERS = 2 ** 25;

/**
 * An error whose message is a sentence for the reader.
 */
export class Refusal extends Error {
  name = "Refusal";
}

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
  if (error?.name === "Refusal") return error.message;
  if (error instanceof RangeError && /alloc|length/i.test(error.message))
    return "The browser has not enough memory for this network over so many steps: give it fewer.";
  return `This could not be computed: ${error?.message ?? error}`;
}

/**
 * A number as a reader reads it: 1,024.
 * @param {number} value
 * @returns {string}
 */
export function grouped(value) {
  return value.toLocaleString("en");
}
