// What the panes show: the rows in their order at the step looked at, those that are drawn firm, the
// place looked at.
import { byOrigin, maseOf } from "../../web/numbers/forecasting/measures.mjs";
import { paired } from "../../web/numbers/forecasting/paired.mjs";
import { meanOf } from "../../web/numbers/forecasting/problem.mjs";
import { FAMILIES } from "./__init__.py";
import { valuesOf } from "./session.mjs";
import { brief } from "./words.mjs";

/** All methods, in the order of Python's. */
export const METHODS = Object.values(FAMILIES).flat();
/** The family of each method. */
export const FAMILY = Object.fromEntries(
  Object.entries(FAMILIES).flatMap(([family, names]) => names.map((name) => [name, family])),
);
/** So many times the least error is far: there a picture may end. */
export const FAR = 3;
/** The colour of each family. */
export const KINDS = { baseline: "soft", line: "f", network: "c" };

const mases = new WeakMap(); // of rows, which do not change
function masesOf(row, problem) {
  if (!mases.has(row)) mases.set(row, maseOf(problem, row));
  return mases.get(row);
}

// By how much the best is nearer than a row; null where fewer than two origins tell.
function behindOf(row, best, problem, step) {
  const [mine, its] = [row, best].map((one) => byOrigin(problem, one, step));
  return mine.length > 1 ? paired(mine, its, step || problem.horizon) : null;
}

// Why a method has no row.
function waitingOf({ leftOut, waits, progress }, name) {
  if (leftOut.has(name)) return { name, words: leftOut.get(name), part: null };
  if (FAMILY[name] !== "network") return { name, words: waits ? "…" : "not run", part: null };
  if (waits !== "networks") return { name, words: "not trained yet", part: null };
  const mine = (progress?.running ?? []).filter(({ method }) => method === name);
  if (!mine.length) return { name, words: "waits its turn", part: null };
  const part = meanOf(mine.map(({ update, updates }) => update / updates));
  return { name, words: "is being trained", part };
}

/**
 * @param {object} session
 * @param {(name: string) => unknown} get of the model
 * @returns {object | null} null while nothing is known of the series
 */
export function viewOf(session, get) {
  const { source, target, comparison } = session;
  if (!session.problem) return null;
  const values = valuesOf(source, target);
  const origins = values.length - session.problem.split;
  const problem = { ...session.problem, values, origins };
  const step = Math.min(get("step"), problem.horizon);
  const rows = [...session.rows.values()].map((row) => {
    const mase = masesOf(row, problem);
    const seeds = mase.map((one) => (step ? one[step - 1] : meanOf(one)));
    return { name: row.name, family: row.family, row, mase, seeds, error: meanOf(seeds) };
  });
  rows.sort((a, b) => a.error - b.error || METHODS.indexOf(a.name) - METHODS.indexOf(b.name));
  const [best] = rows;
  for (const one of rows) {
    one.behind = one === best ? null : behindOf(one.row, best.row, problem, step);
    one.tied = one === best || !one.behind || one.behind.mean - one.behind.halfWidth <= 0;
  }
  const chosen = METHODS.filter(
    (name) => FAMILY[name] !== "network" || get("networks").includes(name),
  );
  const focus = rows.find(({ name }) => name === get("focus")) ?? null;
  const compared = rows.filter(({ name }) => session.compared.includes(name));
  const firm = new Set(compared.length ? compared : rows.slice(0, 1));
  if (focus) firm.add(focus);
  const origin = Math.min(get("origin"), origins - 1);
  return {
    problem,
    rows,
    best,
    focus,
    firm: Array.from(firm, ({ name }) => name),
    waiting: chosen.filter((name) => !session.rows.has(name)).map((n) => waitingOf(session, n)),
    step,
    origin,
    place: problem.split - 1 + origin,
    timeOf: source.timeOf,
    unit: source.unit,
    title: source.unit || (source.columns.length > 1 ? brief(target, 40) : ""),
    comparison,
    phase: session.phase,
  };
}
