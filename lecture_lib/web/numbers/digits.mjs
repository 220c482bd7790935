// Numbers in so many digits, as Python writes them: of two that are as near, the even one.

/**
 * A number's first p digits and its power of ten.
 * @param {number} size at least 0
 * @param {number} p
 * @returns {[string, number]}
 */
export function roundedTo(size, p) {
  const [exact, power] = size.toExponential(20).split("e");
  const digits = exact.replace(".", "");
  const even = Number(digits[p - 1]) % 2 === 0;
  if (/^50*$/.test(digits.slice(p)) && even) return [digits.slice(0, p), Number(power)];
  const [near, itsPower] = size.toExponential(p - 1).split("e");
  return [near.replace(".", ""), Number(itsPower)];
}

const ALL = 60; // places behind the point: more than a tie of few has
const signOf = (value) => (value < 0 || Object.is(value, -0) ? "-" : "");
const infinite = (value) => (Number.isNaN(value) ? "nan" : `${signOf(value)}inf`);

/**
 * Python's `f"{value:.3f}"`, with `places` for 3.
 * @param {number} value
 * @param {number} places
 * @returns {string}
 */
export function fixed(value, places) {
  if (!Number.isFinite(value)) return infinite(value);
  const size = Math.abs(value);
  if (size >= 1e21) return signOf(value) + BigInt(size) + (places ? `.${"0".repeat(places)}` : "");
  const exact = size.toFixed(ALL);
  const cut = exact.slice(0, exact.length - ALL + places).replace(/\.$/, "");
  const tie = /^50*$/.test(exact.slice(exact.length - ALL + places));
  return signOf(value) + (tie && Number(cut.at(-1)) % 2 === 0 ? cut : size.toFixed(places));
}

/**
 * Python's `f"{value:.6g}"`, with `p` for 6.
 * @param {number} value
 * @param {number} p
 * @returns {string}
 */
export function general(value, p) {
  if (!Number.isFinite(value)) return infinite(value);
  const [digits, power] = roundedTo(Math.abs(value), p);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < p) {
    const whole = power < 0 ? "0" : digits.slice(0, power + 1);
    const rest = power < 0 ? "0".repeat(-power - 1) + digits : digits.slice(power + 1);
    return signOf(value) + bare(rest ? `${whole}.${rest}` : whole);
  }
  const own = String(Math.abs(power)).padStart(2, "0");
  const head = bare(p > 1 ? `${digits[0]}.${digits.slice(1)}` : digits);
  return `${signOf(value)}${head}e${power < 0 ? "-" : "+"}${own}`;
}
