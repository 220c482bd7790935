// The verdict in words: the mirror of lecture_lib/forecasting/verdict.py.
import { paired } from "./paired.mjs";
import { meanOf } from "./problem.mjs";
import { constants, worded } from "./words.mjs";

const { origins: ORIGINS, values: VALUES } = constants.verdict;

/**
 * (seeds, origins): the mean MASE over the horizon, of origins that see all of it.
 * @param {Problem} problem
 * @param {Row} row
 * @returns {Float64Array[]} one array a seed
 */
export function bySeed({ horizon, scale, testOrigins }, { errors, seeds }) {
  const n = testOrigins.length;
  const whole = Math.max(n - horizon + 1, 0);
  return Array.from({ length: seeds }, (_, seed) =>
    Float64Array.from({ length: whole }, (_, o) => {
      const at = (seed * n + o) * horizon;
      return meanOf(errors.subarray(at, at + horizon)) / scale;
    }),
  );
}

/**
 * (origins): its mean over the seeds.
 * @param {Problem} problem
 * @param {Row} row
 * @returns {Float64Array}
 */
export function byOrigin(problem, row) {
  const seeds = bySeed(problem, row);
  return seeds[0].map((_, o) => seeds.reduce((sum, seed) => sum + seed[o], 0) / seeds.length);
}

/**
 * @param {Problem} problem
 * @param {Row[]} rows of a comparison, the best first
 * @returns {{ kind: string, words: string, lineAhead: object | null, networkAhead: object | null }}
 *   kind is "too short", "none", "line", "network" or "not run"; the differences are those behind it
 */
export function judge(problem, rows) {
  const few = fewOf(problem);
  const verdict = (kind, words, lineAhead = null, networkAhead = null) => ({
    kind,
    words,
    lineAhead,
    networkAhead,
  });
  if (few.length) return verdict("too short", worded("too_short", { few: few.join("; ") }));
  const of = (...families) => rows.filter(({ family }) => families.includes(family));
  // What has the least error in the test, for the best stand first.
  const [base = null, simple] = [of("baseline")[0], of("baseline", "line")[0]];
  if (!simple) return verdict("not run", worded("nothing_to_judge_by"));
  const [line, network] = [of("line"), of("network")].map(chosenOf);
  const ahead = [aheadOf(problem, base, line), aheadOf(problem, simple, network)];
  const [lineAhead, networkAhead] = ahead;
  const steps = worded(problem.horizon > 1 ? "steps" : "step", problem);
  if (networkAhead?.above && everySeed(problem, simple, network)) {
    const places = { ...named({ network, simple }), ahead: networkAhead, steps };
    const { seeds, parameters } = network;
    const updates = network.updates.reduce((sum, taken) => sum + taken, 0);
    const words = worded("network", { ...places, seeds, parameters, updates });
    return verdict("network", words, ...ahead);
  }
  const said = ofNetwork(network, simple, networkAhead);
  if (!base) return verdict("not run", worded("no_baseline", named({ line })));
  const places = { ...named({ baseline: base, line }), ahead: lineAhead };
  if (lineAhead?.above)
    return verdict("line", worded("line", { ...places, steps, network: said }), ...ahead);
  const beyond = worded(`beyond_${base.name.startsWith("seasonal") ? "season" : base.name}`);
  const against = line ? worded("none_line", places) : "";
  return verdict("none", worded("none", { beyond, line: against, network: said }), ...ahead);
}

function fewOf({ testOrigins, horizon, fitSplit }) {
  const origins = testOrigins.length - horizon + 1;
  const places = { count: Math.max(origins, 0), wanted: ORIGINS };
  return [
    ...(origins < ORIGINS ? [worded("few_origins", places)] : []),
    ...(fitSplit < VALUES ? [worded("few_values", { count: fitSplit, wanted: VALUES })] : []),
  ];
}

const named = (rows) =>
  Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, row?.name]));

function ofNetwork(network, simple, ahead) {
  if (!network) return worded("no_network");
  return worded(ahead.above ? "not_every_seed" : "no_lead", {
    ...named({ network, simple }),
    ahead,
  });
}

// The first of those with the least error in the validation part.
const chosenOf = (rows) =>
  rows.reduce((best, row) => (best && best.validation <= row.validation ? best : row), null);

function aheadOf(problem, first, second) {
  if (!first || !second) return null;
  return paired(byOrigin(problem, first), byOrigin(problem, second), problem.horizon);
}

function everySeed(problem, simple, network) {
  const bar = meanOf(byOrigin(problem, simple));
  return bySeed(problem, network).every((seed) => meanOf(seed) < bar);
}
