// Numbers of any size in few characters, in powers of ten.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(power) {
  const digits = `${Math.abs(power)}`.replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
  return power < 0 ? `⁻${digits}` : digits;
}

/**
 * "5 × 10⁻²¹"; plain where that is as short: "0.52", "104".
 * @param {number} value
 * @returns {string}
 */
export function inTens(value) {
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(0).split("e").map(Number);
  if (power >= -2 && power < 3) return `${Number(value.toPrecision(2))}`;
  return `${mantissa}\u00a0×\u00a010${superscript(power)}`;
}

/**
 * A power of ten as the tick of an axis: "10⁻⁵", and "1".
 * @param {number} value
 * @returns {string}
 */
export function powerOfTen(value) {
  return value === 1 ? "1" : `10${superscript(Math.round(Math.log10(value)))}`;
}
