// Exponential smoothing with a trend and a season, of Holt and Winters: the recursion is that of
// lecture_lib/forecasting/baselines.py, which leaves the fit to statsmodels.
//
// For given shares the errors are linear in what is there before the first value: least squares find it,
// and only the shares are searched for, in statsmodels' box: 0 < α < 1, β ≤ α, γ ≤ 1 − α.
import { solved } from "./linear.mjs";
import { meanOf } from "./problem.mjs";
import { constants } from "./words.mjs";

const EDGE = 1.5e-8; // of α from 0 and 1
const GRID = [0.02, 0.15, 0.4, 0.7, 0.95];
const STARTS = 3; // of the grid's best, from which the search goes on
const [STEP, LAST_STEP] = [0.1, 2e-5]; // of the search
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

// y − level − trend − season at each step, which moves them; `begin` is not changed.
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
  const { G, b } = normalOf(values, m, free, shares);
  for (let i = 0; i < free; i += 1) G[i * free + i] += LOADED * G[i * free + i] + Number.MIN_VALUE;
  const [level, trend, ...seasons] = solved(G, b);
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
  const [level, trend, error] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const seasons = Array.from({ length: m }, () => new Float64Array(n));
  level[0] = trend[1] = 1;
  for (let k = 0; k + 2 < free; k += 1) seasons[k][k + 2] = 1;
  const G = new Float64Array(free * free);
  const b = new Float64Array(free);
  for (let t = 0; t < values.length; t += 1) {
    const s = seasons[t % m];
    for (let j = 0; j < n; j += 1) {
      const e = (j === free ? values[t] : 0) - level[j] - trend[j] - s[j];
      level[j] += trend[j] + alpha * e;
      trend[j] += alpha * beta * e;
      s[j] += gamma * e;
      error[j] = e;
    }
    const last = error[free];
    for (let i = 0; i < free; i += 1) {
      const e = error[i];
      b[i] -= e * last;
      for (let j = 0, at = i * free; j <= i; j += 1) G[at + j] += e * error[j];
    }
  }
  return { G, b };
}

// The least of `at(place)` over the unit cube, from the best of a grid on: a step along each axis, then
// once more the way that they led, and half of it where none leads down (Hooke & Jeeves, 1961).
function searched(at, dimensions) {
  const better = (one, other) => (other.sse < one.sse ? other : one);
  const try_ = (place) => {
    const inside = place.map((u) => Math.min(Math.max(u, 0), 1));
    return { ...at(inside), place: inside };
  };
  const along = (from, step) => {
    let here = from;
    for (let axis = 0; axis < dimensions; axis += 1) {
      for (const way of [step, -step]) {
        const place = here.place.with(axis, here.place[axis] + way);
        const there = try_(place);
        if (there.sse < here.sse) {
          here = there;
          break;
        }
      }
    }
    return here;
  };
  const descend = (from) => {
    let here = from;
    for (let step = STEP; step > LAST_STEP; step /= 2) {
      let before = here;
      here = along(here, step);
      while (here !== before) {
        const onwards = try_(here.place.map((u, axis) => 2 * u - before.place[axis]));
        before = here;
        here = along(better(here, onwards), step);
      }
    }
    return here;
  };
  const places = Array.from({ length: dimensions }).reduce(
    (some) => some.flatMap((place) => GRID.map((u) => [...place, u])),
    [[]],
  );
  const starts = places.map(try_).toSorted((one, other) => one.sse - other.sse);
  return starts.slice(0, STARTS).map(descend).reduce(better);
}
