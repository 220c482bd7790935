// What is to be forecast: the mirror of lecture_lib/forecasting/problem.py, with the bounds of a page.
import { Refusal } from "../files/bounds.mjs";
import { repr } from "../sentences.mjs";
import { constants, must, worded } from "./words.mjs";

const { fewest, largest } = constants.problem;
const PAGE = constants.page;

/**
 * A whole number in `least` … 2³¹ − 1.
 * @param {string} name
 * @param {unknown} value
 * @param {number} [least]
 * @returns {number}
 * @throws {Refusal}
 */
export function asSize(name, value, least = 1) {
  const whole = typeof value === "number" && Number.isInteger(value);
  if (!whole) throw new Refusal(`${name} must be a whole number, got ${shown(value)}`);
  if (value < least) throw new Refusal(`${name} must be at least ${least}, got ${value}`);
  if (value >= 2 ** 31) {
    const bits = BigInt(value).toString(2).length;
    throw new Refusal(`${name} must be at most 2147483647, got a number of ${bits} bits`);
  }
  return value;
}

const shown = (value) => (typeof value === "string" ? repr(value) : String(value));

/**
 * The greatest size of a number in an array.
 * @param {ArrayLike<number>} array
 * @returns {number}
 */
export function greatest(array) {
  let most = 0;
  for (let k = 0; k < array.length; k += 1) most = Math.max(most, Math.abs(array[k]));
  return most;
}

/**
 * The mean of an array, of its first `end` numbers.
 * @param {ArrayLike<number>} array
 * @param {number} [end]
 * @returns {number}
 */
export function meanOf(array, end = array.length) {
  let sum = 0;
  for (let k = 0; k < end; k += 1) sum += array[k];
  return sum / end;
}

function deviationOf(array, end, mean) {
  let sum = 0;
  for (let k = 0; k < end; k += 1) sum += (array[k] - mean) ** 2;
  return Math.sqrt(sum / end);
}

// A column of numbers, a copy.
function column(name, given) {
  const values = Float64Array.from(given);
  if (!values.length) throw new Refusal(`${name} must have shape (T,), none of it 0, got (0,)`);
  const odd = values.some((value) => Math.abs(value) === Infinity);
  if (odd) throw new Refusal(`${name} must be finite, or nan in a gap`);
  const first = values.findIndex(Number.isNaN);
  const count = values.reduce((sum, value) => sum + Number.isNaN(value), 0) - 1;
  const more = count > 0 ? worded("more_gaps", { count }) : "";
  must(first < 0, "gap", { name, number: first + 1, more });
  const most = greatest(values);
  if (most > largest)
    throw new Refusal(`the largest of ${name} must ${worded("largest")}, got ${most}`);
  return values;
}

function columnsOf(kind, given, T) {
  return given.map(({ name, values }) => {
    const called = `${kind}[${repr(name)}]`;
    const found = column(called, values);
    must(found.length === T, "column", { name: called, wanted: T, count: found.length });
    return { name, values: found };
  });
}

const range = (from, to) => Array.from({ length: Math.max(to - from, 0) }, (_, k) => from + k);

// (T, E): what a model reads beside the value of each step.
function beside(ahead, late, split, T) {
  const E = ahead.length + late.length;
  const columns = new Float64Array(T * E);
  [...ahead, ...late].forEach(({ values }, e) => {
    const mean = meanOf(values, split);
    const spread = deviationOf(values, split, mean) || 1;
    const shift = e < ahead.length ? 1 : 0;
    for (let t = 0; t < T; t += 1)
      columns[t * E + e] = (values[Math.min(t + shift, T - 1)] - mean) / spread;
  });
  return columns;
}

function scaleOf(values, split, season) {
  const m = season ?? 1;
  let sum = 0;
  for (let t = m; t < split; t += 1) sum += Math.abs(values[t] - values[t - m]);
  return sum / (split - m);
}

/**
 * A series, and what is asked of it: its next `horizon` values, from every origin of a test.
 * `createProblem({ ...problem, season: 12 })` is the same with another season.
 * @param {object} asked
 * @param {ArrayLike<number>} asked.values in time order, NaN in a gap
 * @param {number} asked.horizon steps ahead
 * @param {number | null} [asked.season] its steps
 * @param {boolean} [asked.differenced] whether models learn the changes from step to step
 * @param {{ name: string, values: ArrayLike<number> }[]} [asked.knownAhead] other columns whose coming
 *   values are known when a forecast is made
 * @param {{ name: string, values: ArrayLike<number> }[]} [asked.knownLate] and those known up to then
 * @param {string} [asked.unit] for words
 * @returns {Problem} all of `asked`; fitSplit, split, validationOrigins, testOrigins; raw, mean, sd,
 *   learned, scale; columns (T, E), width E; columnsFrom, inUnit, errors. Arrays are Float64Array row
 *   by row, origins arrays of whole numbers
 * @throws {Refusal} for what does not fit, in Python's own sentence
 */
export function createProblem(asked) {
  const { horizon, season = null, differenced = false, unit = "" } = asked;
  const values = column("values", asked.values);
  const T = values.length;
  must(T >= fewest && T <= PAGE.most, "values", { fewest, most: PAGE.most, count: T });
  const split = Math.floor(0.8 * T);
  const fitSplit = Math.floor(0.8 * split);
  asSize("horizon", horizon);
  must(horizon <= T - split, "horizon", { count: T - split, horizon });
  must(horizon <= PAGE.horizon, "page_horizon", { most: PAGE.horizon, horizon });
  if (season !== null)
    must(asSize("season", season, 2) <= fitSplit >> 1, "season", { count: fitSplit, season });
  const knownAhead = columnsOf("known_ahead", asked.knownAhead ?? [], T);
  const knownLate = columnsOf("known_late", asked.knownLate ?? [], T);
  const late = new Set(knownLate.map(({ name }) => name));
  const both = knownAhead.map(({ name }) => name).filter((name) => late.has(name));
  must(!both.length, "both", { name: both.toSorted()[0] });
  const E = knownAhead.length + knownLate.length;
  must(E <= PAGE.columns, "page_columns", { most: PAGE.columns, count: E });
  const raw = differenced ? values.slice(1).map((value, t) => value - values[t]) : values;
  const mean = meanOf(raw, split - differenced);
  const sd = deviationOf(raw, split - differenced, mean);
  const columns = beside(knownAhead, knownLate, split, T);

  function columnsFrom(origins, ahead) {
    const rows = new Float64Array(origins.length * E);
    origins.forEach((origin, row) => {
      for (let e = 0; e < E; e += 1) {
        const t = e < knownAhead.length ? Math.min(origin + ahead, T - 1) : origin;
        rows[row * E + e] = columns[t * E + e];
      }
    });
    return rows;
  }
  function inUnit(origins, said) {
    const found = new Float64Array(said.length);
    origins.forEach((origin, row) => {
      let sum = 0;
      for (let k = row * horizon; k < (row + 1) * horizon; k += 1) {
        const step = mean + sd * said[k];
        sum += step;
        found[k] = differenced ? values[origin] + sum : step;
      }
    });
    return found;
  }
  function errors(origins, said, end = T) {
    return said.map((value, k) => {
      const at = origins[Math.floor(k / horizon)] + 1 + (k % horizon);
      return at < end ? Math.abs(values[at] - value) : NaN;
    });
  }
  return {
    values,
    horizon,
    season,
    differenced,
    knownAhead,
    knownLate,
    unit,
    fitSplit,
    split,
    validationOrigins: range(fitSplit - 1, split - 1),
    testOrigins: range(split - 1, T - 1),
    raw,
    mean,
    sd,
    learned: raw.map((value) => (value - mean) / sd),
    scale: scaleOf(values, split, season),
    columns,
    width: E,
    columnsFrom,
    inUnit,
    errors,
  };
}

/**
 * What a problem is made from, as plain data, which a Worker can be sent.
 * @param {Problem} problem
 * @returns {object} `createProblem` makes the same again of it
 */
export function plain({ values, horizon, season, differenced, knownAhead, knownLate, unit }) {
  return { values, horizon, season, differenced, knownAhead, knownLate, unit };
}
