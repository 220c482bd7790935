// How a sentence takes its numbers: the mirror of lecture_lib/examination/words.py.
import { roundedTo } from "../digits.mjs";
import { constants, count } from "./limits.mjs";

function whole(size) {
  if (size === 0) return 0;
  const places = Number(size.toExponential(20).split("e")[1]) + 1;
  const [digits, power] = roundedTo(size, places);
  return Number(digits) * 10 ** (power + 1 - places);
}

/**
 * Three digits of a number; from 1,000 on a whole one; two and a power of ten where it is tiny or huge.
 * @param {number} value
 * @returns {string}
 */
export function number(value) {
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  if (size === Infinity) return `${sign}∞`;
  if (size === 0) return "0";
  if (size >= 1e6 || size < 0.001) {
    const [digits, power] = roundedTo(size, 2);
    const own = String(Math.abs(power)).padStart(2, "0");
    const tail = digits[1] === "0" ? "" : `.${digits[1]}`;
    return `${sign}${digits[0]}${tail}e${power < 0 ? "-" : "+"}${own}`;
  }
  if (size >= 1000) return sign + count(whole(size));
  const [digits, power] = roundedTo(size, 3);
  return sign + count(Number(`${digits}e${power - 2}`), 6);
}

/**
 * A share in whole per cent.
 * @param {number} share
 * @returns {string}
 */
export function percent(share) {
  if (share > 0 && share < 0.01) return "less than 1 %";
  if (share > 0.99 && share < 1) return "more than 99 %";
  return `${count(whole(100 * share))} %`;
}

const counted = (thing) => (value) => `${count(value)} ${thing}${value === 1 ? "" : "s"}`;

// A unit or step, [number, name] where it has a name.
function place(value, start) {
  const [number, name] = [value].flat();
  return name === undefined ? `${number + start}` : `${number + start} ("${name}")`;
}

// Several units, the first few by their numbers.
function places(units, start) {
  const more = units.length - constants.listed;
  const named = units.slice(0, constants.listed).map((unit) => unit + start);
  return named.join(", ") + (more <= 0 ? "" : ` and ${more} other${more > 1 ? "s" : ""}`);
}

const FORMS = {
  count: (value) => count(value),
  number,
  percent,
  place,
  places,
  units: counted("unit"),
  steps: counted("step"),
};

/**
 * A template with its places, `{name}` or `{name|form}`, filled in; units and steps are counted from
 * `start`.
 * @param {string} template
 * @param {Record<string, string | number | number[] | [number, string]>} values
 * @param {number} [start]
 * @returns {string}
 */
export function filled(template, values, start = 0) {
  return template.replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name, form) =>
    form ? FORMS[form](values[name], start) : String(values[name]),
  );
}
