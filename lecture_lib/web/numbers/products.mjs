// Products of matrices, by blocks of 2 × 4 sums that stay in the processor's registers, and four columns
// of the second factor at a time laid side by side: each number read serves two or four products.

/**
 * A matrix in an array: entry (i, j) is values[start + i · down + j · across].
 * @typedef {{ values: Float64Array, start: number, down: number, across: number, columns: number,
 *   fours?: object }} Matrix `fours`: see `byFours`
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

// Four columns of b from `column` on, `depth` rows of them from `from` on, side by side.
function layFours(to, at, { values, start, down, across }, column, from, depth) {
  let p = at;
  let q = start + from * down + column * across;
  for (let k = 0; k < depth; k += 1) {
    to[p] = values[q];
    to[p + 1] = values[q + across];
    to[p + 2] = values[q + 2 * across];
    to[p + 3] = values[q + 3 * across];
    p += 4;
    q += down;
  }
}

/**
 * The same factor with four columns at a time laid out side by side as well, for products of a single
 * row: faster by a fifth, but a copy, which no change of the numbers reaches.
 * @param {Matrix} b
 * @param {number} rows
 * @param {number} columns
 * @returns {Matrix}
 */
export function byFours(b, rows, columns) {
  const values = new Float64Array(rows * (columns - (columns % 4)));
  for (let at = 0; at < values.length; at += 4 * rows) layFours(values, at, b, at / rows, 0, rows);
  // Column j begins at j · apart, where four begin.
  return { ...b, fours: { values, start: 0, down: 4, across: 1, apart: rows } };
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
  const fours = out.columns - (out.columns % 4);
  const pairs = rows - (rows % 2);
  for (let k = from; k < to; k += DEPTH) {
    const depth = Math.min(DEPTH, to - k);
    if (pairs) addByPairs(out, a, b, first, first + pairs, fours, k, depth);
    if (pairs < rows) addRow(out, a, b.fours ?? b, first + pairs, fours, k, depth);
    if (fours < out.columns) addByOnes(out, a, b, first, first + rows, fours, k, depth);
  }
}

// Below, `| 0` says that an index is a whole number of 32 bits, which spares the browser to ask: a product
// takes 5 to 8 % less time.
const FOURS = new Float64Array(4 * DEPTH);

// Two rows of a times four columns of b, at a time.
function addByPairs(out, a, b, first, end, fours, from, depth) {
  const [A, B, O, down, across] = [a.values, FOURS, out.values, a.down | 0, a.across | 0];
  for (let j = 0; j < fours; j += 4) {
    layFours(B, 0, b, j, from, depth);
    for (let i = first; i < end; i += 2) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let u0 = 0;
      let u1 = 0;
      let u2 = 0;
      let u3 = 0;
      let p = (a.start + i * down + from * across) | 0;
      for (let q = 0; q < 4 * depth; q = (q + 4) | 0) {
        const above = A[p];
        const below = A[(p + down) | 0];
        const v0 = B[q];
        const v1 = B[(q + 1) | 0];
        const v2 = B[(q + 2) | 0];
        const v3 = B[(q + 3) | 0];
        s0 += above * v0;
        s1 += above * v1;
        s2 += above * v2;
        s3 += above * v3;
        u0 += below * v0;
        u1 += below * v1;
        u2 += below * v2;
        u3 += below * v3;
        p = (p + across) | 0;
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
  const [A, B, O, across] = [a.values, b.values, out.values, a.across | 0];
  const { down, across: b1, apart = b1 } = b;
  const [b2, b3] = [2 * b1, 3 * b1];
  for (let j = 0; j < fours; j += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let p = (a.start + row * a.down + from * across) | 0;
    let q = (b.start + from * down + j * apart) | 0;
    for (let k = 0; k < depth; k += 1) {
      const value = A[p];
      s0 += value * B[q];
      s1 += value * B[(q + b1) | 0];
      s2 += value * B[(q + b2) | 0];
      s3 += value * B[(q + b3) | 0];
      p = (p + across) | 0;
      q = (q + down) | 0;
    }
    const o = out.start + row * out.down + j;
    O[o] += s0;
    O[o + 1] += s1;
    O[o + 2] += s2;
    O[o + 3] += s3;
  }
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
