// The season of a series, found by autocorrelation: the mirror of lecture_lib/forecasting/seasons.py.
import { greatest, meanOf } from "./problem.mjs";
import { constants } from "./words.mjs";

const { clear, least, sure, nearly, multiples, longest, still } = constants.seasons;

/**
 * The correlation of a series with itself `lag` steps later, lag 0 … most.
 * @param {Float64Array} values
 * @param {number} most below their number
 * @returns {Float64Array}
 */
export function autocorrelation(values, most) {
  const apart = lessMean(values);
  const size = greatest(apart) || 1;
  const scaled = apart.map((value) => value / size);
  const whole = lagged(scaled, 0);
  return Float64Array.from({ length: most + 1 }, (_, k) =>
    whole > 1e-20 ? lagged(scaled, k) / whole : Number(k === 0),
  );
}

/**
 * The steps of a season, or null where no season shows: Python's docstring says how it is found.
 * @param {Float64Array} values what comes before the test part
 * @returns {number | null}
 */
export function findSeason(values) {
  const T = values.length;
  if (T < 9) return null;
  const most = Math.min(Math.floor(T / 3), longest);
  const [surely, size] = [sure / Math.sqrt(T), greatest(values)];
  const changes = unlessStill(lessLine(values.slice(1).map((y, t) => y - values[t])), size);
  const apart = lessMean(values);
  const beside = (lag) => unlessStill(besideMean(apart, lag), size);
  return (
    firstPeak(beside, most, Math.max(clear, surely)) ??
    firstPeak(() => changes, most, Math.max(least, surely))
  );
}

function lessMean(array) {
  const mean = meanOf(array);
  return array.map((value) => value - mean);
}

// Less the straight line through it, by least squares.
function lessLine(array) {
  const middle = (array.length - 1) / 2;
  const mean = meanOf(array);
  let [up, across] = [0, 0];
  for (let t = 0; t < array.length; t += 1) {
    up += (t - middle) * (array[t] - mean);
    across += (t - middle) ** 2;
  }
  return array.map((value, t) => value - mean - (up / across) * (t - middle));
}

// What is left of the series beside its mean over one lag around each step, where both ends of an even
// lag count half.
function besideMean(apart, lag) {
  const T = apart.length;
  const half = lag >> 1;
  const sums = new Float64Array(T + 1);
  for (let t = 0; t < T; t += 1) sums[t + 1] = sums[t] + apart[t];
  const over = (t) => sums[t + lag] - sums[t];
  return Float64Array.from({ length: T - 2 * half }, (_, t) => {
    const mean = lag % 2 ? over(t) / lag : (over(t + 1) + over(t)) / (2 * lag);
    return apart[t + half] - mean;
  });
}

// Less its mean; 0 where nothing but rounding is left.
function unlessStill(array, size) {
  const left = lessMean(array);
  return greatest(left) > still * size ? left : left.fill(0);
}

function lagged(array, lag) {
  let sum = 0;
  for (let t = lag; t < array.length; t += 1) sum += array[t] * array[t - lag];
  return sum;
}

// The first lag from 2 to `most` that is a season; left(lag) is what is looked at for it.
function firstPeak(left, most, enough) {
  const height = Float64Array.from({ length: most + 2 }, (_, lag) => {
    if (!lag) return 0;
    const array = left(lag);
    const whole = lagged(array, 0);
    const again = Array.from({ length: multiples }, (_, k) => (k + 1) * lag);
    const near = again.filter((k) => k <= array.length >> 1);
    return near.length && whole ? meanOf(near.map((k) => lagged(array, k) / whole)) : 0;
  });
  const peaks = [];
  for (let lag = 2; lag <= most; lag += 1) {
    const top = height[lag - 1] < height[lag] && height[lag] >= height[lag + 1];
    if (height[lag] >= enough && top && turns(left(lag), lag)) peaks.push(lag);
  }
  const highest = peaks.reduce((top, lag) => Math.max(top, height[lag]), 0);
  return peaks.find((lag) => height[lag] >= nearly * highest) ?? null;
}

// Whether the series goes against itself somewhere before the lag.
function turns(array, lag) {
  for (let k = 1; k < lag; k += 1) if (lagged(array, k) < 0) return true;
  return false;
}
