// Products of matrices, by blocks of 2 × 4 sums that stay in the processor's registers: each number
// read serves two or four products.

/**
 * A matrix in an array: entry (i, j) is values[start + i · down + j · across].
 * @typedef {{ values: Float64Array, start: number, down: number, across: number, columns: number,
 *   eights?: Float64Array }} Matrix
 */

/**
 * @param {Float64Array} values row by row
 * @param {number} columns
 * @param {number} [start] where entry (0, 0) lies
 * @param {number} [down] from a row to the next, where the rows are longer than the matrix is wide
 * @returns {Matrix}
 */
export function matrix(values, columns, start = 0, down = columns) {
  return { values, start, down, across: 1, columns };
}

/**
 * The same numbers with rows and columns changed over: a factor of a product, never its result.
 * @param {Matrix} a
 * @returns {Matrix}
 */
export function transposed({ values, start, down, across }) {
  return { values, start, down: across, across: down, columns: NaN };
}

/**
 * The same factor with eight columns at a time laid out side by side as well, for products of a single
 * row over all of its rows: by half faster, but a copy, which no change of the numbers reaches.
 * @param {Matrix} b
 * @param {number} rows
 * @param {number} columns
 * @returns {Matrix}
 */
export function byEights(b, rows, columns) {
  const whole = columns - (columns % 8);
  const eights = new Float64Array(rows * whole);
  for (let j = 0; j < whole; j += 1) {
    const block = (j - (j % 8)) * rows + (j % 8);
    for (let k = 0, q = b.start + j * b.across; k < rows; k += 1, q += b.down)
      eights[block + 8 * k] = b.values[q];
  }
  return { ...b, eights };
}

// So many rows of b at a time: what is read of it is still in the nearest cache for the next rows of a.
const DEPTH = 64;

/**
 * out += a · b, for `rows` rows of a and out from row `first` on, over the columns of a, which are the
 * rows of b, from `from` up to `to`.
 * @param {Matrix} out
 * @param {Matrix} a
 * @param {Matrix} b
 * @param {number} first
 * @param {number} rows
 * @param {number} from
 * @param {number} to
 */
export function addProduct(out, a, b, first, rows, from, to) {
  if (rows === 1 && b.eights) {
    addByEights(out, a, b, first, to);
    return;
  }
  const fours = out.columns - (out.columns % 4);
  const pairs = rows - (rows % 2);
  for (let k = from; k < to; k += DEPTH) {
    const depth = Math.min(DEPTH, to - k);
    if (fours) {
      if (pairs) addByPairs(out, a, b, first, first + pairs, fours, k, depth);
      if (pairs < rows) addRow(out, a, b, first + pairs, fours, k, depth);
    }
    if (fours < out.columns) addByOnes(out, a, b, first, first + rows, fours, k, depth);
  }
}

// Two rows of a times four columns of b, at a time.
function addByPairs(out, a, b, first, end, fours, from, depth) {
  const [A, B, O] = [a.values, b.values, out.values];
  const [down, across, bDown, b1] = [a.down, a.across, b.down, b.across];
  const [b2, b3] = [2 * b1, 3 * b1];
  for (let j = 0; j < fours; j += 4) {
    for (let i = first; i < end; i += 2) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let u0 = 0;
      let u1 = 0;
      let u2 = 0;
      let u3 = 0;
      let p = a.start + i * down + from * across;
      let q = b.start + from * bDown + j * b1;
      for (let k = 0; k < depth; k += 1) {
        const above = A[p];
        const below = A[p + down];
        const v0 = B[q];
        const v1 = B[q + b1];
        const v2 = B[q + b2];
        const v3 = B[q + b3];
        s0 += above * v0;
        s1 += above * v1;
        s2 += above * v2;
        s3 += above * v3;
        u0 += below * v0;
        u1 += below * v1;
        u2 += below * v2;
        u3 += below * v3;
        p += across;
        q += bDown;
      }
      const o = out.start + i * out.down + j;
      O[o] += s0;
      O[o + 1] += s1;
      O[o + 2] += s2;
      O[o + 3] += s3;
      const under = o + out.down;
      O[under] += u0;
      O[under + 1] += u1;
      O[under + 2] += u2;
      O[under + 3] += u3;
    }
  }
}

// One row of a times four columns of b, at a time.
function addRow(out, a, b, row, fours, from, depth) {
  const [A, B, O] = [a.values, b.values, out.values];
  const [across, bDown, b1] = [a.across, b.down, b.across];
  const [b2, b3] = [2 * b1, 3 * b1];
  for (let j = 0; j < fours; j += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let p = a.start + row * a.down + from * across;
    let q = b.start + from * bDown + j * b1;
    for (let k = 0; k < depth; k += 1) {
      const value = A[p];
      s0 += value * B[q];
      s1 += value * B[q + b1];
      s2 += value * B[q + b2];
      s3 += value * B[q + b3];
      p += across;
      q += bDown;
    }
    const o = out.start + row * out.down + j;
    O[o] += s0;
    O[o + 1] += s1;
    O[o + 2] += s2;
    O[o + 3] += s3;
  }
}

// One row of a times eight columns of b at a time, which lie side by side.
function addByEights(out, a, b, row, depth) {
  const [A, B, O] = [a.values, b.eights, out.values];
  const whole = out.columns - (out.columns % 8);
  const start = a.start + row * a.down;
  let q = 0;
  for (let j = 0; j < whole; j += 8) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let k = 0, p = start; k < depth; k += 1, p += a.across, q += 8) {
      const value = A[p];
      s0 += value * B[q];
      s1 += value * B[q + 1];
      s2 += value * B[q + 2];
      s3 += value * B[q + 3];
      s4 += value * B[q + 4];
      s5 += value * B[q + 5];
      s6 += value * B[q + 6];
      s7 += value * B[q + 7];
    }
    const o = out.start + row * out.down + j;
    O[o] += s0;
    O[o + 1] += s1;
    O[o + 2] += s2;
    O[o + 3] += s3;
    O[o + 4] += s4;
    O[o + 5] += s5;
    O[o + 6] += s6;
    O[o + 7] += s7;
  }
  if (whole < out.columns) addByOnes(out, a, b, row, row + 1, whole, 0, depth);
}

// The columns that are left, number by number.
function addByOnes(out, a, b, first, end, column, from, depth) {
  const [A, B, O] = [a.values, b.values, out.values];
  for (let i = first; i < end; i += 1) {
    for (let j = column; j < out.columns; j += 1) {
      let sum = 0;
      let p = a.start + i * a.down + from * a.across;
      let q = b.start + from * b.down + j * b.across;
      for (let k = 0; k < depth; k += 1) {
        sum += A[p] * B[q];
        p += a.across;
        q += b.down;
      }
      O[out.start + i * out.down + j] += sum;
    }
  }
}

/**
 * `rows` rows of out, from row `first` on, become copies of `row`.
 * @param {Matrix} out
 * @param {Float64Array} row
 * @param {number} first
 * @param {number} rows
 */
export function fillRows(out, row, first, rows) {
  const { values, start, down, columns } = out;
  for (let i = first; i < first + rows; i += 1)
    for (let j = 0; j < columns; j += 1) values[start + i * down + j] = row[j];
}

/**
 * sum += the sum of `rows` rows of a, from row `first` on.
 * @param {Float64Array} sum
 * @param {Matrix} a
 * @param {number} first
 * @param {number} rows
 */
export function addRows(sum, a, first, rows) {
  const { values, start, down } = a;
  const fours = first + rows - (rows % 4);
  let at = start + first * down;
  for (let i = first; i < fours; i += 4) {
    for (let j = 0, p = at; j < sum.length; j += 1, p += 1)
      sum[j] += values[p] + values[p + down] + values[p + 2 * down] + values[p + 3 * down];
    at += 4 * down;
  }
  for (let i = fours; i < first + rows; i += 1) {
    for (let j = 0; j < sum.length; j += 1) sum[j] += values[at + j];
    at += down;
  }
}
