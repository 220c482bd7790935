// Forecasts that learn nothing: the mirror of lecture_lib/forecasting/baselines.py. Each takes a problem
// and origins, and returns what it says, (origins, horizon), in the series' own unit.

/**
 * For a step ahead, 1, 2, …, how many steps before it the season last stood there and was known.
 * @param {number} season
 * @param {number} ahead
 * @returns {number}
 */
const backTo = (season, ahead) => season * Math.ceil(ahead / season);

// (origins, horizon), each worked out from origin o and steps ahead h.
function filled({ horizon }, origins, of) {
  const said = new Float64Array(origins.length * horizon);
  origins.forEach((o, row) => {
    for (let h = 1; h <= horizon; h += 1) said[row * horizon + h - 1] = of(o, h);
  });
  return said;
}

/**
 * ŷ_{o+h} = y_o, the last value.
 * @param {Problem} problem
 * @param {number[]} origins
 * @returns {Float64Array}
 */
export const persistence = (problem, origins) => filled(problem, origins, (o) => problem.values[o]);

/**
 * ŷ_{o+h} = the mean of y_0 … y_o.
 * @param {Problem} problem
 * @param {number[]} origins
 * @returns {Float64Array}
 */
export function mean(problem, origins) {
  let sum = 0;
  const soFar = problem.values.map((value, t) => (sum += value) / (t + 1));
  return filled(problem, origins, (o) => soFar[o]);
}

/**
 * ŷ_{o+h} = y_o + h (y_o − y_0) / o, the line from the first value through the last.
 * @param {Problem} problem
 * @param {number[]} origins
 * @returns {Float64Array}
 */
export function drift(problem, origins) {
  const y = problem.values;
  return filled(problem, origins, (o, h) => y[o] + ((y[o] - y[0]) / o) * h);
}

/**
 * ŷ_{o+h} = y_{o+h−m}, the last season again.
 * @param {Problem} problem
 * @param {number[]} origins
 * @returns {Float64Array}
 */
export function seasonalNaive(problem, origins) {
  const { values: y, season: m } = problem;
  return filled(problem, origins, (o, h) => y[o + h - backTo(m, h)]);
}

/**
 * ŷ_{o+h} = y_o + (y_{o+h−m} − y_{o−m}), the last season's changes again.
 * @param {Problem} problem
 * @param {number[]} origins
 * @returns {Float64Array}
 */
export function seasonalDrift(problem, origins) {
  const { values: y, season: m } = problem;
  return filled(problem, origins, (o, h) => {
    const back = backTo(m, h);
    return y[o] + y[o + h - back] - y[o - back];
  });
}

/**
 * ŷ_{o+h} = the mean of y_{o+h−m}, y_{o+h−2m} … as far back as the series goes.
 * @param {Problem} problem
 * @param {number[]} origins
 * @returns {Float64Array}
 */
export function seasonalMean(problem, origins) {
  const { values, season: m } = problem;
  const sums = values.slice();
  for (let t = m; t < sums.length; t += 1) sums[t] += sums[t - m];
  return filled(problem, origins, (o, h) => {
    const at = o + h - backTo(m, h);
    return sums[at] / (Math.floor(at / m) + 1);
  });
}
