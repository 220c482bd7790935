// What Python and the page both say of a forecast: the mirror of lecture_lib/forecasting/words.py.
import shared from "../../../forecasting/words.json";
import { Refusal } from "../files/bounds.mjs";
import { filled } from "../sentences.mjs";

/** Thresholds and sizes, by the module that they belong to. */
export const constants = shared.constants;

/**
 * The sentence `key` with its places filled in.
 * @param {string} key
 * @param {Record<string, any>} [places]
 * @returns {string}
 */
export const worded = (key, places = {}) => filled(shared.words[key], places);

/** The rules of the verdict. */
export const RULES = shared.rules.map((rule) => filled(rule, constants.verdict));

/**
 * @param {unknown} wanted
 * @param {string} key of the sentence
 * @param {Record<string, any>} [places]
 * @throws {Refusal} with the sentence, unless `wanted`
 */
export function must(wanted, key, places) {
  if (!wanted) throw new Refusal(worded(key, places));
}
