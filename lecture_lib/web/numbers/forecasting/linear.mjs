// The autoregression by ridge: the mirror of lecture_lib/forecasting/linear.py.
import { constants, must } from "./words.mjs";

const { ridges: RIDGES, orders: ORDERS } = constants.linear;
const chosen = new WeakMap(); // order and ridge of a problem: they are asked for again and again

/**
 * x of G x = b for a symmetric, positive definite G, by Cholesky's factors; G is overwritten.
 * @param {Float64Array} G (n, n), of which the lower triangle is read
 * @param {Float64Array} b (n)
 * @returns {Float64Array}
 */
export function solved(G, b) {
  const n = b.length;
  const x = b.slice();
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = G[i * n + j];
      for (let k = 0, p = i * n, q = j * n; k < j; k += 1) sum -= G[p + k] * G[q + k];
      G[i * n + j] = j < i ? sum / G[j * n + j] : Math.sqrt(sum);
    }
    for (let k = 0; k < i; k += 1) x[i] -= G[i * n + k] * x[k];
    x[i] /= G[i * n + i];
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) x[i] -= G[k * n + i] * x[k];
    x[i] /= G[i * n + i];
  }
  return x;
}

// Regression rows of what is learned, their targets from place `from` up to `end`: column j of the
// first `order` is the value `order − j` steps before the target, the others stand beside the last.
function columnsOf({ learned, columns, width, differenced }, order, from, end) {
  const lags = Array.from({ length: order }, (_, j) =>
    learned.subarray(from - order + j, end - order + j),
  );
  const beside = Array.from({ length: width }, (_, e) =>
    Float64Array.from({ length: end - from }, (_, k) => {
      const t = from + k - 1 + differenced;
      return columns[t * width + e];
    }),
  );
  return [...lags, ...beside];
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += a[k] * b[k];
  return sum;
}

// XᵀX and Xᵀy of the first `end` places. Two lags of two neighbours share all products but the first
// and the last, which are exchanged.
function normalOf(problem, order, end) {
  const { learned } = problem;
  const columns = columnsOf(problem, order, order, end);
  const target = learned.subarray(order, end);
  const n = columns.length;
  const G = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const shifted = j > 0 && i < order;
      G[i * n + j] = shifted
        ? G[(i - 1) * n + j - 1] -
          learned[i - 1] * learned[j - 1] +
          learned[end - order + i - 1] * learned[end - order + j - 1]
        : dot(columns[i], columns[j]);
    }
  }
  return { G, b: Float64Array.from(columns, (column) => dot(column, target)) };
}

// w that minimises ‖X w − y‖² + ridge ‖w‖².
function weightsOf({ G, b }, ridge) {
  const loaded = G.slice();
  for (let i = 0; i < b.length; i += 1) loaded[i * b.length + i] += ridge;
  return solved(loaded, b);
}

// The orders to choose among, and what is held for learning.
function ordersOf({ season, fitSplit, differenced }) {
  const held = fitSplit - differenced;
  const wanted = season ? [season, 2 * season, 3 * season] : ORDERS;
  return { held, least: wanted[0], orders: wanted.filter((order) => order <= held >> 1) };
}

/**
 * The greatest order to choose among; 0 where there is none.
 * @param {Problem} problem
 * @returns {number}
 */
export const greatestOrder = (problem) => ordersOf(problem).orders.at(-1) ?? 0;

/**
 * Order and ridge: the pair that, fitted where networks learn, has the least squared one-step error
 * where they stop.
 * @param {Problem} problem
 * @returns {{ order: number, ridge: number }}
 * @throws {Refusal} where not even the least order leaves rows to fit
 */
export function chooseAutoregression(problem) {
  if (!chosen.has(problem)) chosen.set(problem, choose(problem));
  return chosen.get(problem);
}

function choose(problem) {
  const { held, least, orders } = ordersOf(problem);
  must(orders.length, "few_for_order", { count: held, order: least });
  const end = problem.split - problem.differenced;
  const target = problem.learned.subarray(held, end);
  let best = { error: Infinity };
  for (const order of orders) {
    const normal = normalOf(problem, order, held);
    const columns = columnsOf(problem, order, held, end);
    for (const ridge of RIDGES) {
      const error = squaredError(columns, weightsOf(normal, ridge), target);
      if (error < best.error) best = { error, order, ridge };
    }
  }
  return { order: best.order, ridge: best.ridge };
}

function squaredError(columns, w, target) {
  const left = target.slice();
  columns.forEach((column, j) => {
    for (let k = 0; k < left.length; k += 1) left[k] -= w[j] * column[k];
  });
  return dot(left, left) / left.length;
}

/**
 * ŷ_{t+1} = Σ_j w_j y_{t−j} + Σ_e u_e x_{e,t}, said step by step, each reading the one before.
 * @param {Problem} problem
 * @param {number[]} origins
 * @param {number} end values that it is fitted to
 * @returns {Float64Array} (origins, horizon) in the series' unit
 */
export function autoregression(problem, origins, end) {
  const { horizon, learned, differenced, width } = problem;
  const { order, ridge } = chooseAutoregression(problem);
  const w = weightsOf(normalOf(problem, order, end - differenced), ridge);
  const beside = Array.from({ length: horizon }, (_, h) => problem.columnsFrom(origins, h));
  const said = new Float64Array(origins.length * horizon);
  const known = new Float64Array(order + horizon);
  origins.forEach((origin, row) => {
    const at = origin - differenced + 1;
    known.set(learned.subarray(at - order, at));
    for (let h = 0; h < horizon; h += 1) {
      let sum = 0;
      for (let j = 0; j < order; j += 1) sum += w[j] * known[h + j];
      for (let e = 0; e < width; e += 1) sum += w[order + e] * beside[h][row * width + e];
      known[order + h] = sum;
      said[row * horizon + h] = sum;
    }
  });
  return problem.inUnit(origins, said);
}
