// What a small change does: gradients pulled back through one direction of a layer, several at a time.
// The mirror of lecture_lib/examination/linear.py.
import { addProduct, matrix } from "../products.mjs";
import { functionsOf, ROWS } from "./checks.mjs";

const AT_ONCE = 2 ** 21; // products between two yields: about a millisecond

// U and W side by side, (rows × (H + D)): one product gives the shares of h_{t−1} and of x_t.
function sideBySide({ weightHh, weightIh }, rows, H, D) {
  const both = new Float64Array(rows * (H + D));
  for (let k = 0; k < rows; k += 1) {
    both.set(weightHh.subarray(k * H, (k + 1) * H), k * (H + D));
    both.set(weightIh.subarray(k * D, (k + 1) * D), k * (H + D) + H);
  }
  return both;
}

// Row k of `into` becomes a · row i + b · row j + d · row l of `from`.
function mix(into, from, width, k, [a, i], [b, j], [d, l]) {
  let [to, p, q, r] = [k * width, i * width, j * width, l * width];
  for (const end = to + width; to < end; to += 1) {
    into[to] = a * from[p] + b * from[q] + d * from[r];
    p += 1;
    q += 1;
    r += 1;
  }
}

/**
 * @param {object} entry a layer of a run
 * @param {"there" | "back"} side
 * @param {number} P how many gradients
 * @param {number} [forX] of so many of them, the first, the gradient by x is wanted too
 * @returns {object} `dh` and `dc` (P × H, dc null but for an LSTM) and `dx` (P × D), and
 *   `back(r)`, a generator: it turns the gradients by h and c after step r, in the order of reading,
 *   into those by h and c before it, and leaves those by x of that step in dx. A gate that was held
 *   passes nothing. `rowOf(r)` is where step r stands in x's order
 */
export function createLinear(entry, side, P, forX = P) {
  const { layer, T } = entry;
  const { kind, hiddenSize: H, inputSize: D } = layer;
  const cell = layer.cells[side];
  const trace = entry[side];
  const width = H + D;
  const first = layer.state?.[side];
  const none = new Float64Array(H);
  const rowOf = side === "back" ? (r) => T - 1 - r : (r) => r;
  // The state before step r: the first one, or a row of the trace.
  const before = (states, begun) => (r) =>
    r ? states.subarray(rowOf(r - 1) * H, (rowOf(r - 1) + 1) * H) : (begun ?? none);
  const isFree = (gate, s) => !trace.held?.[gate] || Number.isNaN(trace.held[gate][s]);
  const weights = sideBySide(cell, ROWS[kind] * H, H, D);
  const depth = kind === "LSTM" || cell.reset === "before" ? 2 * H : H;
  const linear = {
    ...functionsOf(cell),
    H,
    D,
    P,
    width,
    weights,
    trace,
    cell,
    isFree,
    rowOf,
    dh: new Float64Array(P * H),
    dc: kind === "LSTM" ? new Float64Array(P * H) : null,
    dx: new Float64Array(forX * D),
    left: new Float64Array(P * depth),
    right: depth === 2 * H || kind === "GRU" ? new Float64Array(depth * width) : weights,
    hBefore: before(trace.h, first?.h),
    cBefore: before(trace.c, first?.c),
  };
  const step = { RNN: rnnStep, LSTM: lstmStep, GRU: gruStep }[kind](linear);
  const out = new Float64Array(P * width);
  const [left, both] = [matrix(linear.left, depth), matrix(linear.right, width)];
  const states = matrix(linear.right, H, 0, width);

  function* back(r) {
    const stays = yield* step(r);
    out.fill(0);
    yield* product(matrix(out, width), left, both, 0, forX, depth);
    yield* product(matrix(out, H, 0, width), left, states, forX, P, depth);
    for (let p = 0; p < P; p += 1) {
      const row = p * width;
      for (let k = 0; k < H; k += 1)
        linear.dh[p * H + k] = out[row + k] + (stays ? stays[p * H + k] : 0);
      if (p < forX) linear.dx.set(out.subarray(row + H, row + width), p * D);
    }
  }
  return Object.assign(linear, { back });
}

// out += left · right for rows `from` up to `to`, some rows at a time.
function* product(out, left, right, from, to, depth) {
  const some = Math.max(2, 2 * Math.floor(AT_ONCE / 2 / (depth * out.columns)));
  for (let row = from; row < to; row += some) {
    addProduct(out, left, right, row, Math.min(some, to - row), 0, depth);
    yield;
  }
}

function rnnStep({ H, P, trace, squash, rowOf, dh, left }) {
  // eslint-disable-next-line require-yield
  return function* step(r) {
    const t = rowOf(r) * H;
    for (let p = 0; p < P; p += 1)
      for (let k = 0; k < H; k += 1) left[p * H + k] = dh[p * H + k] * squash.slope(trace.h[t + k]);
    return null;
  };
}

// The gradients by the sums of i, f and g are multiples of that by c: their rows are mixed first.
function lstmStep(linear) {
  const { H, P, width, weights, trace, isFree, rowOf, cBefore, dh, dc, left, right } = linear;
  const { gate, squash, show } = linear;
  const { i, f, g, o } = trace.gates;
  const [toC, toO] = [new Float64Array(H), new Float64Array(H)];
  right.set(weights.subarray(3 * H * width), H * width);
  return function* step(r) {
    const t = rowOf(r) * H;
    const last = cBefore(r);
    for (let k = 0; k < H; k += 1) {
      const s = t + k;
      const shown = show.value(trace.c[s]);
      toC[k] = o[s] * show.slope(shown);
      toO[k] = isFree("o", s) ? shown * gate.slope(o[s]) : 0;
      const a = isFree("i", s) ? g[s] * gate.slope(i[s]) : 0;
      const b = isFree("f", s) ? last[k] * gate.slope(f[s]) : 0;
      const d = isFree("g", s) ? i[s] * squash.slope(g[s]) : 0;
      mix(right, weights, width, k, [a, k], [b, H + k], [d, 2 * H + k]);
    }
    yield;
    for (let p = 0; p < P; p += 1) {
      for (let k = 0, q = p * H, w = 2 * p * H; k < H; k += 1, q += 1, w += 1) {
        dc[q] += dh[q] * toC[k];
        left[w] = dc[q];
        left[w + H] = dh[q] * toO[k];
        dc[q] *= f[t + k];
      }
    }
    return null;
  };
}

function gruStep(linear) {
  const { H, D, P, width, weights, trace, cell, isFree, rowOf, hBefore, dh, left, right } = linear;
  const { gate, squash } = linear;
  const { r: reset, z, n } = trace.gates;
  const after = cell.reset === "after";
  const writes = cell.update !== "keep";
  const toN = matrix(cell.weightHh, H, 2 * H * H);
  const [recall, ofR, ofN] = [0, 1, 2].map(() => new Float64Array(H));
  const [stays, share] = [new Float64Array(P * H), new Float64Array(P * H)];
  const candidate = new Float64Array(P * H);
  if (!after) right.set(weights.subarray(0, H * width), H * width);

  // Row k of the mixed weights: what a change of h_k after the step does through z and n, and r.
  function mixRow(k, s, h, byZ) {
    if (!after) {
      mix(right, weights, width, k, [byZ, H + k], [0, k], [0, k]);
      for (let j = 0, p = k * width + H, q = (2 * H + k) * width + H; j < D; j += 1)
        right[p + j] += ofN[k] * weights[q + j];
      return;
    }
    mix(right, weights, width, k, [byZ, H + k], [ofN[k] * ofR[k], k], [ofN[k], 2 * H + k]);
    const [p, q, less] = [k * width, (2 * H + k) * width, ofN[k] * (reset[s] - 1)];
    for (let j = 0; j < H; j += 1) right[p + j] += less * weights[q + j];
  }
  return function* step(r) {
    const t = rowOf(r) * H;
    const h = hBefore(r);
    if (after) {
      recall.set(cell.biasHn);
      addProduct(matrix(recall, H), matrix(h, H), turnedOver(toN), 0, 1, 0, H);
    }
    for (let k = 0; k < H; k += 1) {
      const s = t + k;
      const write = writes ? z[s] : 1 - z[s];
      const byZ = isFree("z", s) ? (writes ? n[s] - h[k] : h[k] - n[s]) * gate.slope(z[s]) : 0;
      ofN[k] = isFree("n", s) ? write * squash.slope(n[s]) : 0;
      ofR[k] = isFree("r", s) ? (after ? recall[k] : h[k]) * gate.slope(reset[s]) : 0;
      mixRow(k, s, h, byZ);
      for (let q = k; q < P * H; q += H) stays[q] = dh[q] * (1 - write);
    }
    yield;
    if (after) {
      left.set(dh);
      return stays;
    }
    // ∂/∂m = W_hnᵀ · δ_n, where m = r ⊙ h_{t−1}
    for (let q = 0; q < P * H; q += 1) candidate[q] = dh[q] * ofN[q % H];
    share.fill(0);
    yield* product(matrix(share, H), matrix(candidate, H), toN, 0, P, H);
    for (let p = 0; p < P; p += 1) {
      for (let k = 0, q = p * H, w = 2 * p * H; k < H; k += 1, q += 1, w += 1) {
        left[w] = dh[q];
        left[w + H] = share[q] * ofR[k];
        stays[q] += share[q] * reset[t + k];
      }
    }
    return stays;
  };
}

const turnedOver = (a) => ({ ...a, down: a.across, across: a.down, columns: NaN });
