// Each method on one series: the mirror of lecture_lib/forecasting/comparing.py.
import { repr } from "../sentences.mjs";
import {
  drift,
  mean,
  persistence,
  seasonalDrift,
  seasonalMean,
  seasonalNaive,
} from "./baselines.mjs";
import { meanInside } from "./comparison.mjs";
import { autoregression, greatestOrder } from "./linear.mjs";
import { createProblem, meanOf } from "./problem.mjs";
import { findSeason } from "./seasons.mjs";
import { canSmooth, exponentialSmoothing } from "./smoothing.mjs";
import { constants, must, worded } from "./words.mjs";

const BASELINES = {
  mean,
  persistence,
  drift,
  "seasonal naive": seasonalNaive,
  "seasonal mean": seasonalMean,
  "seasonal + drift": seasonalDrift,
};
const LINES = { "exponential smoothing": exponentialSmoothing, AR: autoregression };

/** The methods that are at once there: `plainRow` knows them. */
export const PLAIN = [...Object.keys(BASELINES), ...Object.keys(LINES)];
/** The networks. */
export const KINDS = constants.recurrent.kinds;
/** All methods, in the order in which they are run. */
export const METHODS = [...PLAIN, ...KINDS];

/** Why a method was not run. */
export class LeftOut extends Error {}

function leave(key, places) {
  throw new LeftOut(worded(key, places));
}

/**
 * The problem that a reader asks, its season found and its form to learn from chosen where that is
 * left to it.
 * @param {object} asked as `createProblem` takes it, but that season may be "find", and differenced
 *   null: then the AR's error in the validation part chooses
 * @returns {{ problem: Problem, found: boolean }} whether the season was looked for
 * @throws {Refusal} for what does not fit
 */
export function pose({ season = "find", differenced = null, ...asked }) {
  const bare = createProblem({ ...asked, season: null, differenced: false });
  const found = season === "find";
  const steps = found ? findSeason(bare.values.subarray(0, bare.split)) : season;
  const problem = createProblem({ ...bare, season: steps });
  const again = worded(steps === null ? "still_step" : "still_season", { season: steps });
  must(problem.scale, "still", { again });
  return { problem: asLearned(problem, differenced), found };
}

/**
 * @param {string} name of the argument, for words
 * @param {(string | number)[]} given methods, or seeds
 * @throws {Refusal} unless each is named once, and one at least
 */
export function mustBeNamedOnce(name, given) {
  const shown = given.map((one) => (typeof one === "string" ? repr(one) : one)).join(", ");
  const once = given.length && new Set(given).size === given.length;
  must(once, "named_once", { name, given: `[${shown}]` });
}

// The problem with values or changes to learn from, as told, or as the AR has it where that is null.
function asLearned(problem, differenced) {
  if (differenced !== null) return createProblem({ ...problem, differenced });
  let [best, least] = [problem, Infinity];
  for (const changes of [false, true]) {
    const tried = createProblem({ ...problem, differenced: changes });
    const order = greatestOrder(tried);
    if (!(tried.sd > 0 && order > 0 && order <= constants.page.order)) continue;
    const error = validated(tried, "AR");
    if (error < least) [best, least] = [tried, error];
  }
  return best;
}

const said = (problem, name, origins, end) =>
  (BASELINES[name] ?? LINES[name])(problem, origins, end);

// The mean MASE in the validation part, of forecasts in the series' unit.
const maseThere = (problem, forecasts) =>
  meanInside(problem.errors(problem.validationOrigins, forecasts, problem.split)) / problem.scale;

const validated = (problem, name) =>
  maseThere(problem, said(problem, name, problem.validationOrigins, problem.fitSplit));

function mustRegress(problem) {
  const order = greatestOrder(problem);
  if (!(problem.sd > 0 && order)) leave("no_rows");
  if (order > constants.page.order) leave("page_order", { order });
}

/**
 * The row of a forecast that learns nothing, or of a line.
 * @param {Problem} problem
 * @param {string} name of `PLAIN`
 * @returns {Row}
 * @throws {LeftOut} with the reason why it cannot be run
 */
export function plainRow(problem, name) {
  const began = performance.now();
  if (problem.season === null && name.startsWith("seasonal")) leave("no_season");
  if (name === "AR") mustRegress(problem);
  if (name === "exponential smoothing" && !canSmooth(problem))
    leave("page_smoothing", { season: problem.season, count: problem.values.length });
  const forecasts = said(problem, name, problem.testOrigins, problem.split);
  return {
    name,
    family: name in LINES ? "line" : "baseline",
    seeds: 1,
    errors: problem.errors(problem.testOrigins, forecasts),
    forecasts,
    validation: validated(problem, name),
    parameters: 0,
    updates: [],
    seconds: (performance.now() - began) / 1000,
  };
}

/**
 * The row of a network from its runs, one a seed.
 * @param {Problem} problem
 * @param {string} kind of `KINDS`
 * @param {{ said: Float64Array, validated: Float64Array, parameters: number, updates: number,
 *   seconds: number }[]} runs `said` from the test's origins and `validated` from those of the
 *   validation part, (origins, horizon) in the series' unit
 * @returns {Row}
 */
export function networkRow(problem, kind, runs) {
  const { testOrigins, horizon } = problem;
  const size = testOrigins.length * horizon;
  const forecasts = new Float64Array(runs.length * size);
  const errors = new Float64Array(runs.length * size);
  runs.forEach((run, seed) => {
    forecasts.set(run.said, seed * size);
    errors.set(problem.errors(testOrigins, run.said), seed * size);
  });
  return {
    name: kind,
    family: "network",
    seeds: runs.length,
    errors,
    forecasts,
    validation: meanOf(runs.map((run) => maseThere(problem, run.validated))),
    parameters: runs[0].parameters,
    updates: runs.map(({ updates }) => updates),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/**
 * That a network cannot be run on the problem, as `LeftOut` with its reason.
 * @param {Problem} problem
 * @throws {LeftOut}
 */
export function mustTrain(problem) {
  const { sd, fitSplit, differenced } = problem;
  const { fewest } = constants.recurrent;
  if (!(sd > 0)) leave("never_changes");
  if (fitSplit - differenced < fewest)
    leave("few_for_network", { count: fitSplit - differenced, fewest });
}
