// The leak alarm: the mirror of what lecture_lib/forecasting/leaks.py says of a comparison. Each function
// returns the alarms that ring, { kind, number, threshold, words }.
import { meanOf } from "./problem.mjs";
import { constants, worded } from "./words.mjs";

const { late: LATE, twin: TWIN } = constants.leaks;

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
 * Rings for a column whose changes go with those of the series that are still to come, and not so with
 * those that are known.
 * @param {Float64Array} values
 * @param {{ name: string, values: Float64Array }[]} inputs
 * @param {number} horizon
 * @param {boolean} [knownAhead] whether the columns are seen `horizon` steps on
 * @returns {object[]}
 */
export function targetAmongInputs(values, inputs, horizon, knownAhead = false) {
  const most = Math.min(horizon, values.length - 4);
  const known = knownAhead ? -most : 0;
  const y = changesOf(values);
  return inputs.flatMap(({ name, values: column }) => {
    const x = changesOf(column);
    const together = (k) =>
      correlation(
        x.subarray(Math.max(-k, 0), x.length - Math.max(k, 0)),
        y.subarray(Math.max(k, 0), y.length - Math.max(-k, 0)),
      );
    const found = Array.from({ length: most - known }, (_, j) => together(known + 1 + j));
    const number = Math.max(...found);
    if (!(number > TWIN && TWIN > together(known))) return [];
    const k = known + 1 + found.indexOf(number);
    const key = k > 0 ? "target_later" : k ? "target_earlier" : "target_now";
    const places = { when: worded(key, { steps: Math.abs(k) }), correlation: number, twin: TWIN };
    return [alarm("target", number, TWIN, worded("target", { name, ...places }))];
  });
}

const changesOf = (array) => array.subarray(1).map((value, t) => value - array[t]);

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
