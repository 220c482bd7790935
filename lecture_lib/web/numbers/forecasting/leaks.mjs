// The leak alarm: the mirror of lecture_lib/forecasting/leaks.py. Each function returns the alarms that
// ring, { kind, number, threshold, words }.
import { greatest, meanOf } from "./problem.mjs";
import { constants, worded } from "./words.mjs";

const { late: LATE, same: SAME, twin: TWIN } = constants.leaks;

const alarm = (kind, number, threshold, words) => ({ kind, number, threshold, words });

/**
 * Rings for forecasts that are their input, shifted.
 * @param {Float64Array} values
 * @param {number[]} origins the last known value of each
 * @param {Float64Array} said one forecast an origin
 * @param {number} [ahead] of the value so many steps later
 * @returns {object[]}
 */
export function lateForecasts(values, origins, said, ahead = 1) {
  const mean = (of) => meanOf(origins.map((origin, k) => Math.abs(of(origin, k) - values[origin])));
  const moved = mean((origin) => values[origin + ahead]);
  const share = moved > 0 ? mean((_, k) => said[k]) / moved : Infinity;
  if (share >= LATE) return [];
  return [alarm("late", share, LATE, worded("late", { ahead, share, late: LATE }))];
}

/**
 * Rings where a value to learn from comes after one to test by.
 * @param {number[]} train places in time order
 * @param {number[]} test
 * @returns {object[]}
 */
export function randomSplit(train, test) {
  const first = test.reduce((least, place) => Math.min(least, place), Infinity);
  const share = train.filter((place) => place > first).length / train.length;
  return share ? [alarm("split", share, 0, worded("split", { share }))] : [];
}

/**
 * Rings where mean or standard deviation of a scaling are those of the whole series.
 * @param {Float64Array} values
 * @param {number} split values before the test part
 * @param {number} mean
 * @param {number} sd
 * @returns {object[]}
 */
export function scaledByAll(values, split, mean, sd) {
  const known = values.subarray(0, split);
  const size = Math.max(greatest(values), 1e-300);
  const found = [
    ["mean", mean, meanOf],
    ["standard deviation", sd, spreadOf],
  ];
  for (const [name, given, of] of found) {
    const [whole, right] = [of(values), of(known)];
    if (Math.abs(given - whole) <= SAME * size && SAME * size < Math.abs(whole - right)) {
      const words = worded("scaling", { name, given, right });
      return [alarm("scaling", Math.abs(given - whole) / size, SAME, words)];
    }
  }
  return [];
}

function spreadOf(array) {
  const mean = meanOf(array);
  return Math.sqrt(meanOf(array.map((value) => (value - mean) ** 2)));
}

/**
 * Rings for a column that goes with a value of the series still to come, and not so with the present.
 * @param {Float64Array} values
 * @param {{ name: string, values: Float64Array }[]} inputs
 * @param {number} horizon
 * @returns {object[]}
 */
export function targetAmongInputs(values, inputs, horizon) {
  const T = values.length;
  const most = Math.min(horizon, T - 3);
  return inputs.flatMap(({ name, values: column }) => {
    const later = Array.from({ length: most }, (_, k) =>
      correlation(column.subarray(0, T - k - 1), values.subarray(k + 1)),
    );
    const number = Math.max(...later);
    if (!(number > TWIN && TWIN > correlation(column, values))) return [];
    const places = { name, ahead: later.indexOf(number) + 1, correlation: number, twin: TWIN };
    return [alarm("target", number, TWIN, worded("target", places))];
  });
}

function correlation(x, y) {
  const [mx, my] = [meanOf(x), meanOf(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let t = 0; t < x.length; t += 1) {
    const [dx, dy] = [x[t] - mx, y[t] - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const size = Math.sqrt(xx * yy);
  return size > 0 ? Math.abs(xy) / size : 0;
}
