// Square matrices, Float64Array row by row: product, spectral norm, spectral radius, a rotation.

/**
 * @param {number} H
 * @returns {Float64Array}
 */
export function identity(H) {
  const one = new Float64Array(H * H);
  for (let k = 0; k < H; k += 1) one[k * H + k] = 1;
  return one;
}

/**
 * out += a · diag(d) · b. Two rows of out and four of b at a time: each number read serves twice.
 * @param {Float64Array} out
 * @param {Float64Array} a
 * @param {Float64Array} d (H)
 * @param {Float64Array} b
 * @param {number} H
 */
export function addScaledProduct(out, a, d, b, H) {
  const pairs = H - (H % 2),
    fours = H - (H % 4);
  for (let i = 0; i < pairs; i += 2) {
    const row = i * H,
      under = row + H;
    for (let k = 0; k < fours; k += 4) {
      const d0 = d[k],
        d1 = d[k + 1],
        d2 = d[k + 2],
        d3 = d[k + 3];
      const s0 = a[row + k] * d0,
        s1 = a[row + k + 1] * d1,
        s2 = a[row + k + 2] * d2,
        s3 = a[row + k + 3] * d3;
      const u0 = a[under + k] * d0,
        u1 = a[under + k + 1] * d1,
        u2 = a[under + k + 2] * d2,
        u3 = a[under + k + 3] * d3;
      for (let j = 0, p = k * H; j < H; j += 1, p += 1) {
        const b0 = b[p],
          b1 = b[p + H],
          b2 = b[p + 2 * H],
          b3 = b[p + 3 * H];
        out[row + j] += s0 * b0 + s1 * b1 + (s2 * b2 + s3 * b3);
        out[under + j] += u0 * b0 + u1 * b1 + (u2 * b2 + u3 * b3);
      }
    }
  }
  for (let i = 0; i < H; i += 1) {
    for (let k = i < pairs ? fours : 0; k < H; k += 1) {
      const s = a[i * H + k] * d[k];
      for (let j = 0; j < H; j += 1) out[i * H + j] += s * b[k * H + j];
    }
  }
}

function largestEntry(a) {
  let largest = 0;
  for (let k = 0; k < a.length; k += 1) largest = Math.max(largest, Math.abs(a[k]));
  return largest;
}

// A row this small beside its neighbour of the diagonal counts as 0 there: squares of less would leave
// the range of floats, and with a norm of at least 1 it moves no eigenvalue by more than 1e-100.
const NOTHING = 1e-200;

/**
 * ‖a‖ = √λ with λ the largest eigenvalue of aᵀ a: made tridiagonal by Householder's reflections,
 * then found by bisection (Golub & Van Loan, Matrix Computations, 8.3 and 8.4).
 * @param {number} H
 * @returns {(a: Float64Array) => number}
 */
export function createSpectralNorm(H) {
  const gram = new Float64Array(H * H),
    turned = new Float64Array(H * H);
  const unit = new Float64Array(H * H),
    one = new Float64Array(H).fill(1),
    v = new Float64Array(H),
    p = new Float64Array(H);
  const diagonal = new Float64Array(H),
    beside2 = new Float64Array(H); // squares of what lies beside it

  function fillGram(a, scale) {
    for (let i = 0; i < H; i += 1)
      for (let j = 0; j < H; j += 1) turned[j * H + i] = unit[i * H + j] = a[i * H + j] / scale;
    gram.fill(0);
    addScaledProduct(gram, turned, one, unit, H);
  }

  // The last row is reflected onto its neighbour of the diagonal, then the one above, and so on;
  // only the lower triangle is kept.
  function makeTridiagonal() {
    for (let n = H - 1; n > 0; n -= 1) {
      const row = n * H;
      let square = 0;
      for (let k = 0; k < n; k += 1) square += gram[row + k] ** 2;
      diagonal[n] = gram[row + n];
      beside2[n] = square;
      const rest = square - gram[row + n - 1] ** 2;
      if (n === 1 || rest <= NOTHING) continue;
      for (let k = 0; k < n; k += 1) v[k] = gram[row + k];
      v[n - 1] += Math.sign(v[n - 1] || 1) * Math.sqrt(square);
      const beta = 2 / (rest + v[n - 1] ** 2);
      let inner = 0;
      p.fill(0, 0, n);
      for (let i = 0; i < n; i += 1) {
        let sum = gram[i * H + i] * v[i];
        for (let j = 0; j < i; j += 1) {
          sum += gram[i * H + j] * v[j];
          p[j] += gram[i * H + j] * v[i];
        }
        p[i] += sum;
      }
      for (let k = 0; k < n; k += 1) inner += p[k] * v[k];
      for (let k = 0; k < n; k += 1) p[k] = beta * (p[k] - 0.5 * beta * inner * v[k]);
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j <= i; j += 1) gram[i * H + j] -= v[i] * p[j] + p[i] * v[j];
      }
    }
    diagonal[0] = gram[0];
    beside2[0] = 0;
  }

  // Whether an eigenvalue lies above x: the pivots of (tridiagonal − x) are then not all negative.
  function anyAbove(x) {
    let pivot = -1;
    for (let k = 0; k < H; k += 1) {
      pivot = diagonal[k] - x - beside2[k] / pivot;
      if (pivot >= 0) return true;
    }
    return false;
  }

  return (a) => {
    const scale = largestEntry(a);
    if (scale === 0) return 0;
    fillGram(a, scale);
    makeTridiagonal();
    let low = 0,
      high = 0;
    for (let k = 0; k < H; k += 1) {
      low = Math.max(low, diagonal[k]);
      high = Math.max(high, diagonal[k] + Math.sqrt(beside2[k]) + Math.sqrt(beside2[k + 1] ?? 0));
    }
    while (high - low > 1e-14 * high) {
      const middle = (low + high) / 2;
      if (anyAbove(middle)) low = middle;
      else high = middle;
    }
    return scale * Math.sqrt((low + high) / 2);
  };
}

/**
 * ρ(a) = lim ‖a^k‖^(1/k) (Gelfand), along k = 1, 2, 4, …, 2⁵⁰.
 * @param {Float64Array} a
 * @param {number} H
 * @yields {void} after each k
 * @returns {Generator<void, number>}
 */
export function* spectralRadius(a, H) {
  let power = Float64Array.from(a);
  const one = new Float64Array(H).fill(1);
  let log = 0;
  for (let k = 0; k < 51; k += 1) {
    const scale = largestEntry(power);
    if (scale === 0) return 0;
    log += Math.log(scale) / 2 ** k;
    const unit = power.map((value) => value / scale);
    power = new Float64Array(H * H);
    addScaledProduct(power, unit, one, unit, H);
    yield;
  }
  return Math.exp(log);
}

/**
 * The rotation that Gram and Schmidt make of the columns of a: the Q of a = Q R with R's diagonal > 0.
 * @param {Float64Array} a
 * @param {number} H
 * @returns {Float64Array}
 */
export function orthogonalised(a, H) {
  const q = Float64Array.from(a);
  for (let j = 0; j < H; j += 1) {
    // Twice is enough: a second pass takes out what rounding left of the first.
    for (let pass = 0; pass < 2; pass += 1) {
      for (let i = 0; i < j; i += 1) {
        let inner = 0;
        for (let row = 0; row < H * H; row += H) inner += q[row + i] * q[row + j];
        for (let row = 0; row < H * H; row += H) q[row + j] -= inner * q[row + i];
      }
    }
    let square = 0;
    for (let row = 0; row < H * H; row += H) square += q[row + j] ** 2;
    for (let row = 0; row < H * H; row += H) q[row + j] /= Math.sqrt(square);
  }
  return q;
}
