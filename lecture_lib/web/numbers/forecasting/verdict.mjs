// The verdict in words: the mirror of lecture_lib/forecasting/verdict.py.
import { byOrigin, bySeed } from "./measures.mjs";
import { paired } from "./paired.mjs";
import { meanOf } from "./problem.mjs";
import { constants, worded } from "./words.mjs";

const { origins: ORIGINS, values: VALUES } = constants.verdict;

/**
 * @param {Problem} problem
 * @param {Row[]} rows of a comparison, the best first
 * @returns {{ kind: string, words: string, lineAhead: object | null, networkAhead: object | null,
 *   compared: string[] }} kind is "too short", "none", "line", "network" or "not run"; the differences are
 *   those behind it, and `compared` the methods that they are between
 */
export function judge(problem, rows) {
  const few = fewOf(problem);
  const verdict = (kind, words, lineAhead = null, networkAhead = null, compared = []) => ({
    kind,
    words,
    lineAhead,
    networkAhead,
    compared,
  });
  if (few.length) return verdict("too short", worded("too_short", { few: few.join("; ") }));
  const of = (...families) => rows.filter(({ family }) => families.includes(family));
  // What has the least error in the test, for the best stand first.
  const [base = null, simple] = [of("baseline")[0], of("baseline", "line")[0]];
  if (!simple) return verdict("not run", worded("nothing_to_judge_by"));
  const [line, network] = [of("line"), of("network")].map(chosenOf);
  const lineAhead = aheadOf(problem, base, line);
  const networkAhead = aheadOf(problem, simple, network);
  const both = [base, line, network && simple, network].filter(Boolean);
  const found = [lineAhead, networkAhead, [...new Set(both.map(({ name }) => name))]];
  const steps = worded(problem.horizon > 1 ? "steps" : "step", problem);
  if (networkAhead?.above && everySeed(problem, simple, network)) {
    const places = { ...named({ network, simple }), ahead: networkAhead, steps };
    const { seeds, parameters } = network;
    const updates = network.updates.reduce((sum, taken) => sum + taken, 0);
    const words = worded("network", { ...places, seeds, parameters, updates });
    return verdict("network", words, ...found);
  }
  const said = ofNetwork(network, simple, networkAhead);
  if (!base) return verdict("not run", worded("no_baseline", named({ line })), ...found);
  const places = { ...named({ baseline: base, line }), ahead: lineAhead };
  if (lineAhead?.above)
    return verdict("line", worded("line", { ...places, steps, network: said }), ...found);
  const beyond = worded(`beyond_${base.name.startsWith("seasonal") ? "season" : base.name}`);
  const against = line ? worded("none_line", places) : "";
  return verdict("none", worded("none", { beyond, line: against, network: said }), ...found);
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
