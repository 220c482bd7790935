// What a small change does: gradients pulled back through one direction of a layer, several at a time.
// The mirror of lecture_lib/examination/linear.py.
import { addProduct, matrix, transposed } from "../products.mjs";
import { functionsOf, ROWS } from "./checks.mjs";

// So many rows of the weights are mixed and multiplied while they are in the nearest caches; after them
// the work may rest.
const DEPTH = 64;

// U and W side by side, (rows × (H + D)): one product gives the shares of h_{t−1} and of x_t.
function sideBySide({ weightHh, weightIh }, rows, H, D) {
  const both = new Float64Array(rows * (H + D));
  for (let k = 0; k < rows; k += 1) {
    both.set(weightHh.subarray(k * H, (k + 1) * H), k * (H + D));
    both.set(weightIh.subarray(k * D, (k + 1) * D), k * (H + D) + H);
  }
  return both;
}

// Where the gradients by several gates are multiples of one, their rows of the weights are mixed first:
// row k becomes a_k · row k of block i + b_k · that of block j + d_k · that of block l, whose share of x
// has a factor of its own, e_k.
function createMixer(weights, H, width, [i, j, l]) {
  const block = new Float64Array(DEPTH * width);
  const [a, b, d, e] = [0, 1, 2, 3].map(() => new Float64Array(H));
  const right = matrix(block, width);

  function mixPart(k, to, from, end, third) {
    const [first, second, row] = [a[k], b[k], k * width];
    let p = i * H * width + row + from;
    let q = j * H * width + row + from;
    let r = l * H * width + row + from;
    for (let s = to + from; s < to + end; s += 1) {
      block[s] = first * weights[p] + second * weights[q] + third * weights[r];
      p += 1;
      q += 1;
      r += 1;
    }
  }
  function mixRows(from, to) {
    right.start = 0 - from * width; // −0 would make every place a float
    for (let k = from; k < to; k += 1) {
      mixPart(k, (k - from) * width, 0, H, d[k]);
      mixPart(k, (k - from) * width, H, width, e[k]);
    }
  }
  return { a, b, d, e, right, mixRows };
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
  const rowOf = side === "back" ? (r) => T - 1 - r : (r) => r;
  // Unit k's state before step r: of the first state, or of a row of the trace.
  const before = (states, begun) => (r, k) =>
    r ? states[rowOf(r - 1) * H + k] : (begun?.[k] ?? 0);
  const weights = sideBySide(cell, ROWS[kind] * H, H, D);
  const linear = {
    ...functionsOf(cell),
    H,
    P,
    D,
    trace,
    cell,
    rowOf,
    isFree: (gate, s) => !trace.held?.[gate] || Number.isNaN(trace.held[gate][s]),
    // The rows of a gate as they are, and of three of them mixed.
    rowsOf: (gate) => matrix(weights, width, gate * H * width),
    mixer: (gates) => createMixer(weights, H, width, gates),
    dh: new Float64Array(P * H),
    dc: kind === "LSTM" ? new Float64Array(P * H) : null,
    dx: new Float64Array(forX * D),
    hBefore: before(trace.h, first?.h),
    cBefore: before(trace.c, first?.c),
  };
  const { step, parts, finish } = { RNN: ofRNN, LSTM: ofLSTM, GRU: ofGRU }[kind](linear);
  const out = new Float64Array(P * width);
  const [both, states] = [matrix(out, width), matrix(out, H, 0, width)];

  function* back(r) {
    yield* step(r);
    out.fill(0);
    for (const { left, right, mixRows } of parts)
      for (let k = 0; k < H; k += DEPTH) {
        const to = Math.min(H, k + DEPTH);
        mixRows?.(k, to);
        addProduct(both, left, right, 0, forX, k, to);
        addProduct(states, left, right, forX, P - forX, k, to);
        yield;
      }
    copyBlock(linear.dh, out, P, H, width, 0);
    copyBlock(linear.dx, out, forX, D, width, H);
    finish?.(r);
  }
  return Object.assign(linear, { back });
}

// `rows` rows of `into` become those of a wider array from column `from` on.
function copyBlock(into, wide, rows, columns, width, from) {
  for (let row = 0; row < rows; row += 1)
    for (let k = 0; k < columns; k += 1) into[row * columns + k] = wide[row * width + from + k];
}

function ofRNN({ H, P, trace, squash, rowOf, rowsOf, dh }) {
  const delta = new Float64Array(P * H);
  // eslint-disable-next-line require-yield
  function* step(r) {
    const t = rowOf(r) * H;
    for (let p = 0; p < P * H; p += H)
      for (let k = 0; k < H; k += 1) delta[p + k] = dh[p + k] * squash.slope(trace.h[t + k]);
  }
  return { step, parts: [{ left: matrix(delta, H), right: rowsOf(0) }] };
}

// The gradients by the sums of i, f and g are multiples of that by c.
function ofLSTM({ H, P, trace, isFree, rowOf, rowsOf, mixer, cBefore, dh, dc, ...functions }) {
  const { gate, squash, show } = functions;
  const { i, f, g, o } = trace.gates;
  const mixed = mixer([0, 1, 2]);
  const [toC, toO] = [new Float64Array(H), new Float64Array(H)];
  const byO = new Float64Array(P * H);

  function* step(r) {
    const t = rowOf(r) * H;
    for (let k = 0, s = t; k < H; k += 1, s += 1) {
      const shown = show.value(trace.c[s]);
      toC[k] = o[s] * show.slope(shown);
      toO[k] = isFree("o", s) ? shown * gate.slope(o[s]) : 0;
      mixed.a[k] = isFree("i", s) ? g[s] * gate.slope(i[s]) : 0;
      mixed.b[k] = isFree("f", s) ? cBefore(r, k) * gate.slope(f[s]) : 0;
      mixed.d[k] = mixed.e[k] = isFree("g", s) ? i[s] * squash.slope(g[s]) : 0;
    }
    for (let p = 0; p < P * H; p += H)
      for (let k = 0; k < H; k += 1) {
        dc[p + k] += dh[p + k] * toC[k];
        byO[p + k] = dh[p + k] * toO[k];
      }
    yield;
  }
  function finish(r) {
    const t = rowOf(r) * H;
    for (let p = 0; p < P * H; p += H) for (let k = 0; k < H; k += 1) dc[p + k] *= f[t + k];
  }
  const parts = [
    { left: matrix(dc, H), ...mixed },
    { left: matrix(byO, H), right: rowsOf(3) },
  ];
  return { step, parts, finish };
}

// Where the reset comes after, the gradients by all three sums are multiples of that by h; where it
// comes before, those by z and n are, and r's are of ∂/∂m = W_hnᵀ · δ_n, where m = r ⊙ h_{t−1}.
function ofGRU({ H, P, trace, cell, isFree, rowOf, rowsOf, mixer, hBefore, dh, ...functions }) {
  const { gate, squash } = functions;
  const { r: reset, z, n } = trace.gates;
  const after = cell.reset === "after";
  const mixed = mixer([1, 0, 2]);
  const toN = matrix(cell.weightHh, H, 2 * H * H);
  const [last, recall, toR] = [0, 1, 2].map(() => new Float64Array(H));
  const [stays, byN, share] = [0, 1, 2].map(() => new Float64Array(P * H));
  const [ofLast, ofRecall] = [matrix(last, H), matrix(recall, H)];
  const [ofN, ofShare, recalled] = [matrix(byN, H), matrix(share, H), transposed(toN)];

  function takeUnit(s, k) {
    const write = cell.update === "keep" ? 1 - z[s] : z[s];
    const sign = cell.update === "keep" ? -1 : 1;
    const slopeN = isFree("n", s) ? write * squash.slope(n[s]) : 0;
    const slopeR = isFree("r", s) ? gate.slope(reset[s]) : 0;
    mixed.a[k] = isFree("z", s) ? sign * (n[s] - last[k]) * gate.slope(z[s]) : 0;
    mixed.b[k] = after ? slopeN * recall[k] * slopeR : 0;
    mixed.d[k] = after ? slopeN * reset[s] : 0;
    mixed.e[k] = slopeN;
    toR[k] = last[k] * slopeR;
    for (let q = k; q < P * H; q += H) {
      stays[q] = dh[q] * (1 - write);
      byN[q] = dh[q] * slopeN;
    }
  }
  function* step(r) {
    const t = rowOf(r) * H;
    for (let k = 0; k < H; k += 1) last[k] = hBefore(r, k);
    if (after) {
      recall.set(cell.biasHn);
      addProduct(ofRecall, ofLast, recalled, 0, 1, 0, H);
    }
    for (let k = 0; k < H; k += 1) takeUnit(t + k, k);
    yield;
    if (after) return;
    share.fill(0);
    addProduct(ofShare, ofN, toN, 0, P, 0, H);
    for (let p = 0; p < P * H; p += H)
      for (let k = 0; k < H; k += 1) {
        stays[p + k] += share[p + k] * reset[t + k];
        share[p + k] *= toR[k];
      }
    yield;
  }
  function finish() {
    for (let q = 0; q < P * H; q += 1) dh[q] += stays[q];
  }
  const parts = [{ left: matrix(dh, H), ...mixed }];
  if (!after) parts.push({ left: ofShare, right: rowsOf(0) });
  return { step, parts, finish };
}
