// Exponential smoothing with a trend and a season, of Holt and Winters: the recursion is that of
// lecture_lib/forecasting/baselines.py, which leaves the fit to statsmodels.
//
// For given shares the errors are linear in what is there before the first value: least squares find it,
// and only the shares are searched for, in statsmodels' box: 0 < α < 1, β ≤ α, γ ≤ 1 − α.
import { solved } from "./linear.mjs";
import { meanOf } from "./problem.mjs";
import { constants } from "./words.mjs";

const EDGE = 1.5e-8; // of α from 0 and 1
const GRID = [
  [0, 0.1, 0.4, 0.7, 1],
  [0, 0.3, 1],
  [0, 0.3, 1],
]; // of α, β and γ, as shares of their box
const STARTS = 3; // of the grid's best, from which the search goes on
const STEPS = [0.1, 0.01, 5e-5]; // of the search: the first, from each start; then from the best
const TOGETHER = 4; // steps whose products are added at once
const NOTHING = 1e-150; // what dies away stops there: processors are slow at the least of floats
const LOADED = 1e-12; // of the diagonal: keeps what hardly shows from growing

/**
 * Whether a page fits the problem in time.
 * @param {Problem} problem
 * @returns {boolean}
 */
export const canSmooth = ({ split, season }) =>
  split * ((season ?? 0) + 2) ** 2 <= constants.page.fitting;

/**
 * Level, trend and season, each moved by a share of every error, fitted to the first `end` values.
 * @param {Problem} problem
 * @param {number[]} origins
 * @param {number} end
 * @returns {Float64Array} (origins, horizon) in the series' unit
 */
export function exponentialSmoothing({ values, season, horizon }, origins, end) {
  return smoothed(values, fitSmoothing(values.subarray(0, end), season), origins, horizon);
}

// y − level − trend − season at each step, which moves them; what is given stays.
function* errorsOf(values, { shares: [alpha, beta, gamma], level, trend, seasons }) {
  const now = { level, trend, seasons: [...seasons] };
  for (let t = 0; t < values.length; t += 1) {
    const k = t % seasons.length;
    const error = values[t] - now.level - now.trend - now.seasons[k];
    now.level += now.trend + alpha * error;
    now.trend += alpha * beta * error;
    now.seasons[k] += gamma * error;
    yield { error, now };
  }
}

/**
 * The recursion over `values`, and what it says from each origin.
 * @param {Float64Array} values
 * @param {{ shares: number[], level: number, trend: number, seasons: ArrayLike<number> }} fitted α, β and
 *   γ, and what is there before the first value; one season of 0 where there is none
 * @param {number[]} origins in order
 * @param {number} horizon
 * @returns {Float64Array} (origins, horizon)
 */
export function smoothed(values, fitted, origins, horizon) {
  const said = new Float64Array(origins.length * horizon);
  const m = fitted.seasons.length;
  let [t, row] = [0, 0];
  for (const { now } of errorsOf(values.subarray(0, origins.at(-1) + 1), fitted)) {
    if (t === origins[row]) {
      for (let h = 1; h <= horizon; h += 1)
        said[row * horizon + h - 1] = now.level + h * now.trend + now.seasons[(t + h) % m];
      row += 1;
    }
    t += 1;
  }
  return said;
}

/**
 * The shares and the start with the least squared errors one step ahead.
 * @param {Float64Array} values
 * @param {number | null} season
 * @returns {object} { shares, level, trend, seasons }, as `smoothed` takes it, and `sse`, the sum of the
 *   squares
 */
export function fitSmoothing(values, season) {
  const mean = meanOf(values);
  const spread = Math.sqrt(meanOf(values.map((y) => (y - mean) ** 2))) || 1;
  const scaled = values.map((y) => (y - mean) / spread);
  const at = (place) => startOf(scaled, season, sharesOf(place));
  const { shares, level, trend, seasons, sse } = searched(at, season ? 3 : 2);
  return {
    shares,
    level: level * spread + mean,
    trend: trend * spread,
    seasons: seasons.map((value) => value * spread),
    sse: sse * spread ** 2,
  };
}

// α, β and γ of a place in the unit cube.
function sharesOf([a, b, c = 0]) {
  const alpha = EDGE + a * (1 - 2 * EDGE);
  return [alpha, b * alpha, c * (1 - alpha)];
}

// The best start for given shares. One of the seasons is 0: the level has what they have in common.
function startOf(values, season, shares) {
  const m = season ?? 1;
  const free = season ? m + 1 : 2;
  const all = normalOf(values, m, free, shares);
  const G = Float64Array.from({ length: free * free }, (_, k) => all[k + Math.floor(k / free)]);
  for (let i = 0; i < free; i += 1) G[i * free + i] += LOADED * G[i * free + i] + Number.MIN_VALUE;
  const [level, trend, ...seasons] = solved(
    G,
    all.subarray(free * (free + 1), -1).map((b) => -b),
  );
  const fitted = {
    shares,
    level,
    trend,
    seasons: Float64Array.from({ length: m }, (_, k) => seasons[k] ?? 0),
  };
  let sse = 0;
  for (const { error } of errorsOf(values, fitted)) sse += error * error;
  return { ...fitted, sse };
}

// Normal equations of the start: each part of it is sent through the recursion as a column of its own,
// and the values as the last one.
function normalOf(values, m, free, [alpha, beta, gamma]) {
  const n = free + 1;
  const [level, trend] = [new Float64Array(n), new Float64Array(n)];
  const seasons = Array.from({ length: m }, () => new Float64Array(n));
  level[0] = trend[1] = 1;
  for (let k = 0; k + 2 < free; k += 1) seasons[k][k + 2] = 1;
  const steps = Array.from({ length: TOGETHER }, () => new Float64Array(n));
  const G = new Float64Array(n * n);
  for (let t = 0; t < values.length; t += 1) {
    const s = seasons[t % m];
    const error = steps[t % TOGETHER];
    for (let j = 0; j < n; j += 1) {
      const left = (j === free ? values[t] : 0) - level[j] - trend[j] - s[j];
      const e = Math.abs(left) > NOTHING ? left : 0;
      level[j] += trend[j] + alpha * e;
      trend[j] += alpha * beta * e;
      s[j] += gamma * e;
      error[j] = e;
    }
    if (t % TOGETHER === TOGETHER - 1) addSquares(G, steps, n);
  }
  steps.slice(values.length % TOGETHER).forEach((error) => error.fill(0));
  addSquares(G, steps, n);
  return G;
}

// Adds the products of each step's errors, of four steps at once.
function addSquares(G, [a, b, c, d], n) {
  for (let i = 0, at = 0; i < n; i += 1, at += n) {
    const [ai, bi, ci, di] = [a[i], b[i], c[i], d[i]];
    for (let j = 0; j <= i; j += 1) G[at + j] += ai * a[j] + bi * b[j] + (ci * c[j] + di * d[j]);
  }
}

// The least of `at(place)` over the unit cube, from the best of a grid on: a step along each axis, then
// once more the way that they led, and half of it where none leads down (Hooke & Jeeves, 1961).
function searched(at, dimensions) {
  const better = (one, other) => (other.sse < one.sse ? other : one);
  const tried = (place) => {
    const inside = place.map((u) => Math.min(Math.max(u, 0), 1));
    return { ...at(inside), place: inside };
  };
  const along = (from, step) => {
    let here = from;
    for (let axis = 0; axis < dimensions; axis += 1) {
      for (const way of [step, -step]) {
        const u = Math.min(Math.max(here.place[axis] + way, 0), 1);
        if (u === here.place[axis]) continue;
        const there = tried(here.place.with(axis, u));
        if (there.sse < here.sse) {
          here = there;
          break;
        }
      }
    }
    return here;
  };
  const descended = (from, step, least) => {
    let here = from;
    for (; step > least; step /= 2) {
      let before = here;
      here = along(here, step);
      while (here !== before) {
        const onwards = tried(here.place.map((u, axis) => 2 * u - before.place[axis]));
        before = here;
        here = along(better(here, onwards), step);
      }
    }
    return here;
  };
  const places = GRID.slice(0, dimensions).reduce(
    (some, values) => some.flatMap((place) => values.map((u) => [...place, u])),
    [[]],
  );
  const starts = places.map(tried).toSorted((one, other) => one.sse - other.sse);
  const [first, between, last] = STEPS;
  const near = starts.slice(0, STARTS).map((start) => descended(start, first, between));
  return descended(near.reduce(better), between, last);
}
