// What Python and the page both say of a forecast: the mirror of lecture_lib/forecasting/words.py.
import shared from "../../../forecasting/words.json";
import { fixed, general } from "../digits.mjs";
import { Refusal } from "../files/bounds.mjs";

/** Thresholds and sizes, by the module that they belong to. */
export const constants = shared.constants;

const FORM = /\{(\w+)(!r)?(?::([^}]*))?\}/g;

/**
 * A text as Python's `repr` writes it.
 * @param {string} text
 * @returns {string}
 */
export function quoted(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const known = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [mark]: `\\${mark}` };
  const letters = Array.from(text, (letter) => {
    if (known[letter]) return known[letter];
    if (letter === " " || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
    const code = letter.codePointAt(0).toString(16);
    if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
  return mark + letters.join("") + mark;
}

/**
 * A whole number with its thousands apart.
 * @param {number} value
 * @returns {string}
 */
export const thousands = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

// A value in one of the forms of Python's `str.format` that the words use.
function formed(value, form) {
  if (form === ",") return thousands(value);
  const [, digits, kind] = form.match(/^\.(\d)([fg%])$/);
  if (kind === "g") return general(value, Number(digits));
  return kind === "%" ? `${fixed(100 * value, Number(digits))}%` : fixed(value, Number(digits));
}

const filled = (template, places) =>
  template.replace(FORM, (_, name, repr, form) => {
    const value = places[name];
    if (repr) return quoted(String(value));
    return form ? formed(value, form) : String(value);
  });

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
