// Numbers of any size in few characters, and what is said of steps.
import { fixed } from "../../web/kit/dom.mjs";
import { powerOfTen } from "../../web/kit/tens.mjs";

/**
 * "22.5", "0.00123", "2.25 × 10¹⁵": three digits.
 * @param {number} value
 * @returns {string}
 */
export function short(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e-3 && size < 1e5) {
    const digits = Math.max(0, Math.min(5, 2 - Math.floor(Math.log10(size))));
    return fixed(value, digits);
  }
  const [mantissa, power] = size.toExponential(2).split("e").map(Number);
  return `${value < 0 ? "−" : ""}${mantissa} × ${powerOfTen(10 ** power)}`;
}

/**
 * A value of an axis, as short as it is round.
 * @param {number} value
 * @returns {string}
 */
export function tick(value) {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e6))
    return `${Number(value.toPrecision(3)).toExponential()}`.replace("+", "").replaceAll("-", "−");
  return `${Number(value.toPrecision(6))}`.replace("-", "−");
}

/**
 * An error as MASE, "0.523"; where that would not tell, in three digits.
 * @param {number} value
 * @returns {string}
 */
export const scaled = (value) => (Math.abs(value) < 1000 ? fixed(value, 3) : short(value));

/**
 * @param {number} count
 * @returns {string} "1 step", "12 steps"
 */
export const steps = (count) => `${count} step${count === 1 ? "" : "s"}`;

/**
 * @param {string} text
 * @param {number} most
 * @returns {string} of at most so many characters
 */
export const brief = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
