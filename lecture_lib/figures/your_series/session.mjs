// What is compared and what is known of it: the series, the rows so far, the verdict. The engine answers
// when it can; what is shown follows.
import { readFiles } from "../../web/numbers/files/chosen.mjs";
import { createForecaster } from "../../web/numbers/forecasting/forecaster.mjs";
import { FAMILIES, FIND, NONE, PATIENCE } from "./__init__.py";
import { fromBook, fromPython, fromTable } from "./source.mjs";

const QUICK = [...FAMILIES.baseline, ...FAMILIES.line];
const ASKED = ["horizon", "season", "networks", "seeds", "hidden_size", "updates"];

const nothing = () => ({
  problem: null,
  rows: new Map(),
  leftOut: new Map(),
  comparison: null,
  compared: [], // by the last verdict
  progress: null,
  trouble: "", // with what is compared
  phase: "quick", // and then "networks", "done" or "stopped"
});

/**
 * @param {object} model of the figure
 * @param {object} calls `changed()` when an answer has come, `progressed()` when one is nearer
 * @param {AbortSignal} signal
 * @returns {object} the session: `follow()` after each change of the model; `open(files)`, `paste(text)`,
 *   `close()`, `letGo()` of a reader's table; `aim(name)` and `use(name, role)` of its columns;
 *   `train()`, `stop()`, `place()`, and what is known
 */
export function createSession(model, { changed, progressed }, signal) {
  const session = {
    source: null,
    target: "", // the column that is forecast
    roles: {}, // of the others: "ahead" or "late"; the rest is not used
    table: null, // a reader's
    refused: "", // what was opened
    waits: "", // "quick" or "networks"
    isReading: false, // a file, from the disk
    ...nothing(),
  };
  const forecaster = createForecaster({ report: (answer) => hear(answer), signal });
  const get = (name) => model.get(name);
  let [key, sourceKey, asked] = ["", "", 0];

  function takeSource() {
    const { table } = session;
    const series = get("series");
    const wanted = table ? `table ${table.id}` : `series ${series}`;
    if (wanted === sourceKey) return;
    sourceKey = wanted;
    session.source = table ?? (series ? fromBook(series) : fromPython(get("given")));
    session.target = session.source.columns[0].name;
    session.roles = { ...session.source.roles };
  }
  function follow() {
    takeSource();
    const { target, roles } = session;
    const wanted = JSON.stringify([sourceKey, target, roles, ASKED.map(get)]);
    if (wanted === key) return;
    key = wanted;
    Object.assign(session, nothing());
    ask(QUICK, "quick");
  }
  function ask(methods, waits) {
    session.waits = waits;
    asked = forecaster.send({ compare: { ...askedOf(session, get), methods } });
  }

  function hear(answer) {
    // What was stopped before the last question is past.
    if (answer.stopped ? answer.id < asked : answer.id !== asked) return;
    if (answer.progress) {
      session.progress = answer.progress;
      return progressed();
    }
    if (answer.problem) session.problem = answer.problem;
    if (answer.row) session.rows.set(answer.row.name, answer.row);
    if (answer.leftOut) session.leftOut.set(answer.leftOut.name, answer.leftOut.why);
    if (answer.comparison) take(answer.comparison);
    if (answer.refused) session.trouble = answer.refused;
    if (answer.done || answer.stopped || answer.refused) rest(answer);
    changed();
  }
  // While networks are trained, what is quick comes again: until it has, what was known stays.
  function take(comparison) {
    const known = session.comparison?.table.length ?? 0;
    if (comparison.table.length >= known) session.comparison = comparison;
    if (comparison.verdict) session.compared = comparison.verdict.compared;
  }
  function rest({ stopped, done, refused }) {
    const networks = session.waits === "networks";
    if (done) session.phase = networks ? "done" : "quick";
    if (stopped && networks) session.phase = "stopped";
    if (refused) session.phase = "quick";
    Object.assign(session, { waits: "", progress: null });
  }

  // The rows that are there stay until theirs come again.
  function train() {
    session.phase = "networks";
    session.leftOut.clear();
    ask([...QUICK, ...get("networks")], "networks");
    changed();
  }
  // All is as it was when the figure was opened.
  function letGo() {
    session.close();
    [key, sourceKey] = ["", ""];
  }
  const { stop, place } = forecaster;
  return Object.assign(session, { follow, train, letGo, stop, place }, tablesOf(session, changed));
}

// What a reader brings: a table, the column that is forecast, and how the others are used.
function tablesOf(session, changed) {
  let last = 0;
  async function read(takes, name) {
    const id = (last += 1);
    const found = { isReading: false, refused: "" };
    try {
      found.table = { ...fromTable(await takes(), name), id };
    } catch (error) {
      found.refused = error.message;
    }
    if (id !== last) return; // let go, or another has come after it
    Object.assign(session, found);
    changed();
  }
  function open([file]) {
    if (!file) return;
    session.isReading = true;
    changed();
    read(async () => (await readFiles([file])).get(file), file.name);
  }
  function close() {
    last += 1;
    Object.assign(session, { table: null, refused: "", isReading: false });
  }
  function aim(name) {
    session.target = name;
    delete session.roles[name];
    changed();
  }
  function use(name, role) {
    if (role) session.roles[name] = role;
    else delete session.roles[name];
    changed();
  }
  return { open, paste: (text) => read(() => text, ""), close, aim, use };
}

// The message to the engine, but for the methods.
function askedOf({ source, target, roles }, get) {
  const season = get("season");
  const beside = (role) =>
    source.columns.filter(({ name }) => name !== target && roles[name] === role);
  return {
    values: valuesOf(source, target),
    horizon: get("horizon"),
    season: season === FIND ? "find" : season === NONE ? null : season,
    differenced: null,
    knownAhead: beside("ahead"),
    knownLate: beside("late"),
    seeds: Array.from({ length: get("seeds") }, (_, k) => k),
    training: { hiddenSize: get("hidden_size"), updates: get("updates"), patience: PATIENCE },
    unit: source.unit,
  };
}

/**
 * @param {import("./source.mjs").Source} source
 * @param {string} target
 * @returns {Float64Array} the values that are forecast
 */
export const valuesOf = (source, target) =>
  source.columns.find(({ name }) => name === target).values;
