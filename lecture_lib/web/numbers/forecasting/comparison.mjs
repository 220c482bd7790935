// What a comparison found: the mirror of lecture_lib/forecasting/comparison.py.
import { lateForecasts, targetAmongInputs } from "./leaks.mjs";
import { byOrigin, maseOf } from "./measures.mjs";
import { paired } from "./paired.mjs";
import { meanOf } from "./problem.mjs";
import { judge } from "./verdict.mjs";
import { worded } from "./words.mjs";

/**
 * The mean of what is a number.
 * @param {Float64Array} array
 * @returns {number}
 */
export const meanInside = (array) => meanOf(array.filter((value) => !Number.isNaN(value)));

// What the alarm says of the columns, and of the networks' own forecasts one step ahead.
function alarmsOf(problem, rows) {
  const { values, horizon, testOrigins, knownAhead, knownLate } = problem;
  const found = targetAmongInputs(values, knownAhead, horizon, true);
  found.push(...targetAmongInputs(values, knownLate, horizon));
  const origins = testOrigins.slice(0, -1);
  const n = testOrigins.length;
  for (const { name, family, forecasts, seeds } of rows) {
    if (family !== "network") continue;
    const said = Float64Array.from(origins, (_, o) => {
      let sum = 0;
      for (let seed = 0; seed < seeds; seed += 1) sum += forecasts[(seed * n + o) * horizon];
      return sum / seeds;
    });
    for (const alarm of lateForecasts(values, origins, said))
      found.push({ ...alarm, words: worded("alarm_of", { name, alarm: alarm.words }) });
  }
  return found;
}

/**
 * The rows, best first, and all that is said of them.
 * @param {Problem} problem
 * @param {Row[]} rows each { name, family, seeds, errors, forecasts, validation, parameters, updates,
 *   seconds }: `seeds` is their number, errors in the series' unit and forecasts are Float64Array
 *   (seeds, origins, horizon), NaN past the end; updates is a list, empty of what is no network
 * @param {Record<string, string>} [leftOut] why a method was not run, by its name
 * @returns {object} problem, rows, leftOut; `table()`, `verdict()`, `alarms()`, `difference(first,
 *   second)` of two names, `mase(row)` (seeds, horizon), `toDict()` with the keys of Python's
 */
export function createComparison(problem, rows, leftOut = {}) {
  const score = new Map(
    rows.map((row) => [row, meanOf(maseOf(problem, row).map((seed) => meanOf(seed)))]),
  );
  const sorted = rows.toSorted((one, other) => score.get(one) - score.get(other));
  const overOrigins = new Map();

  function origins(name) {
    if (!overOrigins.has(name))
      overOrigins.set(
        name,
        byOrigin(
          problem,
          sorted.find((row) => row.name === name),
        ),
      );
    return overOrigins.get(name);
  }
  const difference = (first, second) => paired(origins(first), origins(second), problem.horizon);
  function behindBest(name) {
    const { mean, halfWidth } = difference(name, sorted[0].name);
    return [mean, halfWidth];
  }
  const verdict = () => judge(problem, sorted);
  const alarms = () => alarmsOf(problem, sorted);

  function lineOf(row) {
    const seeds = maseOf(problem, row);
    const means = seeds.map((one) => meanOf(one));
    const mean = meanOf(means);
    const spread = Math.sqrt(meanOf(means.map((one) => (one - mean) ** 2)));
    return {
      method: row.name,
      mase: mean,
      spread: row.seeds > 1 ? spread : null,
      first: meanOf(seeds.map((one) => one[0])),
      last: meanOf(seeds.map((one) => one.at(-1))),
      error: meanInside(row.errors),
      behind: origins(row.name).length > 1 ? behindBest(row.name) : null,
      parameters: row.parameters,
      updates: [...row.updates],
    };
  }
  const table = () => sorted.map(lineOf);

  function toDict() {
    const { values, unit, horizon, season, differenced, fitSplit, split, scale } = problem;
    const { kind, words, compared } = verdict();
    return {
      values: values.length,
      unit,
      horizon,
      season,
      differenced,
      split: [fitSplit, split],
      scale,
      methods: table(),
      verdict: { kind, words, compared },
      alarms: alarms().map((alarm) => alarm.words),
      left_out: { ...leftOut },
    };
  }
  const mase = (row) => maseOf(problem, row);
  return { problem, rows: sorted, leftOut, table, verdict, alarms, difference, mase, toDict };
}
