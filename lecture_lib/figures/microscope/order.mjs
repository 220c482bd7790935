// The order of units in the maps.

/**
 * @param {Float64Array} h T × H
 * @param {number} T
 * @param {number} H
 * @returns {{ mean: Float64Array, deviation: Float64Array }} of each unit
 */
export function spreadOf(h, T, H) {
  const [mean, deviation] = [new Float64Array(H), new Float64Array(H)];
  for (let s = 0; s < T * H; s += 1) mean[s % H] += h[s] / T;
  for (let s = 0; s < T * H; s += 1) deviation[s % H] += (h[s] - mean[s % H]) ** 2 / T;
  return { mean, deviation: deviation.map(Math.sqrt) };
}

const asStored = (H) => Int32Array.from({ length: H }, (_, k) => k);
const fallingBy = (score) => asStored(score.length).sort((a, b) => score[b] - score[a] || a - b);

const MOST_PRODUCTS = 6e7;

// From the most active unit on, each beside the one left that its h correlates with most; of a large
// layer by every few steps.
function byLikeness(h, T, H) {
  const { mean, deviation } = spreadOf(h, T, H);
  const every = Math.ceil((H * H * T) / 2 / MOST_PRODUCTS);
  const length = Math.ceil(T / every);
  const rows = Array.from({ length: H }, (_, k) => {
    const row = Float64Array.from({ length }, (_u, t) => h[t * every * H + k] - mean[k]);
    const size = Math.hypot(...row) || 1;
    return row.map((value) => value / size);
  });
  const left = new Set(rows.keys());
  const order = new Int32Array(H);
  let last = fallingBy(deviation)[0];
  for (let place = 0; ; place += 1) {
    order[place] = last;
    left.delete(last);
    if (!left.size) return order;
    let [best, most] = [-1, -1];
    for (const k of left) {
      let sum = 0;
      for (let t = 0; t < length; t += 1) sum += rows[last][t] * rows[k][t];
      if (Math.abs(sum) > most) [best, most] = [k, Math.abs(sum)];
    }
    last = best;
  }
}

/**
 * @param {"stored" | "time" | "activity" | "likeness"} sort
 * @param {{ h: Float64Array, T: number, H: number, timeConstants: ArrayLike<number> | null }} layer
 * @returns {Int32Array} the unit of each row, from the top
 */
export function orderOf(sort, { h, T, H, timeConstants }) {
  if (sort === "time" && timeConstants) return fallingBy(timeConstants);
  if (sort === "activity") return fallingBy(spreadOf(h, T, H).deviation);
  return sort === "likeness" ? byLikeness(h, T, H) : asStored(H);
}
