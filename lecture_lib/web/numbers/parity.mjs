// Whether two cells are the same function, found by running both; and blocks of gates moved about.

/**
 * @param {Float64Array} array blocks of rows, one for each gate of `have`
 * @param {string} have
 * @param {string} want the same gates in another order
 * @returns {Float64Array} a copy in the order of `want`
 */
export function reordered(array, have, want) {
  const block = array.length / have.length;
  const out = new Float64Array(array.length);
  [...want].forEach((gate, k) => {
    const from = have.indexOf(gate) * block;
    out.set(array.subarray(from, from + block), k * block);
  });
  return out;
}

/**
 * The largest distance between two arrays of one length.
 * @param {Float64Array} a
 * @param {Float64Array} b
 * @returns {number}
 */
export function largestGap(a, b) {
  let largest = 0;
  for (let k = 0; k < a.length; k += 1) largest = Math.max(largest, Math.abs(a[k] - b[k]));
  return largest;
}

/**
 * "0.220", or "1.1 × 10⁻¹⁶" for what rounding leaves.
 * @param {number} value
 * @returns {string}
 */
export function gapText(value) {
  if (value === 0 || value >= 0.001) return value.toFixed(value ? 3 : 0);
  const [digits, power] = value.toExponential(1).split("e-");
  return `${digits} × 10⁻${[...power].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;
}
