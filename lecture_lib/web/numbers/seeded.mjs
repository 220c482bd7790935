// Numbers drawn alike in Python and in the browser: the mirror of lecture_lib/seeded.py.

/**
 * `count` values uniform in [−1, 1).
 * @param {number} seed a whole number
 * @param {number} stream which of the values of a seed, 0 … 63
 * @param {number} count
 * @param {Float64Array} [into] is filled and returned, its first `count` values; a new one if left out
 * @returns {Float64Array}
 */
export function seededUniform(seed, stream, count, into = new Float64Array(count)) {
  const start = scramble(64 * seed + stream);
  for (let k = 0; k < count; k += 1) into[k] = scramble(k + start) / 2 ** 31 - 1;
  return into;
}

// The finaliser of MurmurHash3 (Appleby, 2011), in 32 bits.
function scramble(bits) {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
