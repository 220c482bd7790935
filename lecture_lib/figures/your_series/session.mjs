// What is compared and what is known of it: the series, the rows so far, the verdict. The engine answers
// when it can; what is shown follows.
import { createForecaster } from "../../web/numbers/forecasting/forecaster.mjs";
import { FAMILIES, PATIENCE } from "./__init__.py";
import { fromBook, fromPython, fromTable } from "./source.mjs";

const QUICK = [...FAMILIES.baseline, ...FAMILIES.line];
const ASKED = ["horizon", "season", "networks", "seeds", "hidden_size", "updates"];
const [FIND, NONE] = [0, 1]; // of `season`, beside its steps

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
    trouble: "", // with what is compared
    waits: "", // "quick" or "networks"
    phase: "quick", // and then "networks", "done" or "stopped"
    ...nothing(),
  };
  const forecaster = createForecaster({ report: (answer) => hear(answer), signal });
  let [key, sourceKey, tables, asked] = ["", "", 0, 0];

  function takeSource() {
    const { table } = session;
    const series = model.get("series");
    const wanted = table ? `table ${table.id}` : series;
    if (wanted === sourceKey) return;
    sourceKey = wanted;
    session.source = table ?? (series ? fromBook(series) : fromPython(model.get("given")));
    session.target = session.source.columns[0].name;
    session.roles = { ...session.source.roles };
  }

  function follow() {
    takeSource();
    const settings = Object.fromEntries(ASKED.map((name) => [name, model.get(name)]));
    const { target, roles } = session;
    const wanted = JSON.stringify([sourceKey, target, roles, settings]);
    if (wanted === key) return;
    key = wanted;
    Object.assign(session, nothing(), { trouble: "", phase: "quick" });
    ask(QUICK, "quick");
  }

  function ask(methods, waits) {
    const { source, target, roles } = session;
    const [season, seeds] = [model.get("season"), model.get("seeds")];
    const beside = (role) =>
      source.columns.filter(({ name }) => name !== target && roles[name] === role);
    session.waits = waits;
    asked = forecaster.send({
      compare: {
        values: valuesOf(source, target),
        horizon: model.get("horizon"),
        season: season === FIND ? "find" : season === NONE ? null : season,
        differenced: null,
        knownAhead: beside("ahead"),
        knownLate: beside("late"),
        methods,
        seeds: Array.from({ length: seeds }, (_, k) => k),
        training: {
          hiddenSize: model.get("hidden_size"),
          updates: model.get("updates"),
          patience: PATIENCE,
        },
        unit: source.unit,
      },
    });
  }

  function hear(answer) {
    if (answer.id !== asked && !answer.stopped) return;
    if (answer.progress) {
      session.progress = answer.progress;
      return progressed();
    }
    if (answer.problem) session.problem = answer.problem;
    if (answer.row) session.rows.set(answer.row.name, answer.row);
    if (answer.leftOut) session.leftOut.set(answer.leftOut.name, answer.leftOut.why);
    if (answer.comparison) session.comparison = answer.comparison;
    if (answer.refused) session.trouble = answer.refused;
    if (answer.done || answer.stopped || answer.refused) rest(answer);
    changed();
  }
  function rest({ stopped, done }) {
    const networks = session.waits === "networks";
    if (done) session.phase = networks ? "done" : "quick";
    if (stopped && networks) session.phase = "stopped";
    Object.assign(session, { waits: "", progress: null });
  }

  // The rows that are there stay until theirs come again.
  function train() {
    session.phase = "networks";
    ask([...QUICK, ...model.get("networks")], "networks");
    changed();
  }

  async function open([file]) {
    if (file) read(new Uint8Array(await file.arrayBuffer()), file.name);
  }
  function read(given, name) {
    try {
      session.table = { ...fromTable(given, name), id: (tables += 1) };
      session.refused = "";
    } catch (error) {
      session.refused = error.message;
    }
    changed();
  }
  const paste = (text) => read(text, "");
  function close() {
    Object.assign(session, { table: null, refused: "" });
  }
  function letGo() {
    close();
    [key, sourceKey] = ["", ""];
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
  const { stop, place } = forecaster;
  const does = { follow, open, paste, close, letGo, aim, use, train, stop, place };
  return Object.assign(session, does);
}

const nothing = () => ({
  problem: null,
  rows: new Map(),
  leftOut: new Map(),
  comparison: null,
  progress: null,
});

/**
 * @param {import("./source.mjs").Source} source
 * @param {string} target
 * @returns {Float64Array} the values that are forecast
 */
export const valuesOf = (source, target) =>
  source.columns.find(({ name }) => name === target).values;
