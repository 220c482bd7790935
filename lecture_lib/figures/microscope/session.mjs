// What is under the microscope and what is known of it: the network and its input, the runs, free and
// held, the reports, the origins of a step. The engine answers when it can; what is shown follows.
import { readFiles } from "../../web/numbers/files/chosen.mjs";
import { createExaminer } from "../../web/numbers/examination/examiner.mjs";
import { unpackedAll } from "../../web/numbers/files/packed.mjs";
import { examples } from "./examples.mjs";
import { withPart } from "./held_run.mjs";
import { createHoldings } from "./holdings.mjs";
import { inputOf } from "./inputs.mjs";

const NOTHING = { traces: null, held: null, reports: null, findings: null, origins: null };
const ANSWERS = Object.keys(NOTHING);
const INPUT = ["source", "length", "seed", "letters", "alphabet"];
const SLOW = new Set(["network", "main", "table"]);
const TABLES = /\.(csv|tsv|txt|npy)$/i;

/**
 * @param {object} model of the figure
 * @param {object} calls `changed()` when an answer has come, `progressed()` when one is nearer, `grew()`
 *   when there is more of what holds change
 * @param {AbortSignal} signal
 * @returns {object} the session: `follow()` after each change of the model; `open(files)`,
 *   `paste(text)`, `close()`, `closeTable()`, `letGo()` of both; `askOrigins(view, of)`, `stop()`,
 *   `place()`, `whyNot(hold)`; and what is known, `network` as the engine describes it
 */
export function createSession(model, { changed, progressed, grew }, signal) {
  const session = {
    ...NOTHING,
    network: null,
    input: null,
    opened: null, // the name of a reader's file
    table: null,
    refused: "", // what was opened
    trouble: "", // with what is to be computed
    progress: null,
    waits: new Set(), // for what kinds of answers
    holding: null, // of a held run that is not all there: since when, and its last part
    version: 0, // another for other traces
    freed: 0, // another for another run without holds
    news: null, // what parts have changed since a version: { base, name, side, from, to }
  };
  const examiner = createExaminer({ report: (answer) => hear(answer), signal });
  const keys = { network: "", input: "", holds: "[]", origins: "" };
  const ids = {}; // of the last message of each kind
  const holdings = createHoldings(session);

  function send(kind, message) {
    ids[kind] = examiner.send(message);
    if (SLOW.has(kind)) session.waits.add(kind);
  }
  function forget() {
    renew();
    Object.assign(session, NOTHING, { trouble: "", progress: null, holding: null });
    Object.assign(keys, { holds: "[]", origins: "" });
    // What is still on its way is of what was there before.
    for (const kind of ["main", "holds", "origins"]) delete ids[kind];
  }
  function rest(kind) {
    session.waits.delete(kind);
    session.progress = null;
  }

  function follow() {
    if (files.isOpening()) return;
    const example = model.get("example");
    const own = example
      ? examples[example]
      : { network: model.get("network"), given: model.get("given") };
    const key = session.opened ? `file ${session.opened}` : `own ${example}`;
    if (key !== keys.network) {
      Object.assign(keys, { network: key, input: "" });
      forget();
      Object.assign(session, { refused: "", network: own.network });
      send("network", { network: unpackedAll(own.network) });
    }
    followInput(own.given);
  }

  function followInput(given) {
    const { table, opened, network } = session;
    const wanted = Object.fromEntries(INPUT.map((name) => [name, model.get(name)]));
    const key = table ? `table ${table.id}` : JSON.stringify(wanted);
    if (key === keys.input) return followHolds();
    keys.input = key;
    forget();
    session.input = inputOf(wanted, { given, table, opened, network });
    keys.holds = JSON.stringify(model.get("holds"));
    const { x, T, steps: names, refused } = session.input;
    if (refused) {
      session.trouble = refused;
      rest("main");
    } else send("main", { input: { x, T, names }, holds: holdings.asked(model.get("holds")) });
  }
  function followHolds() {
    const key = JSON.stringify(model.get("holds"));
    if (key === keys.holds || session.input.refused) return;
    keys.holds = key;
    // The one thing that a hand waits for comes first.
    session.holding = { since: performance.now(), part: null };
    send("holds", { holds: holdings.asked(model.get("holds")) });
  }

  function hear(answer) {
    if (answer.stopped) return halted();
    const kind = Object.keys(ids).find((name) => ids[name] === answer.id);
    if (!kind) return;
    if (answer.refused) refuse(kind, answer.refused);
    if (answer.progress) {
      session.progress = answer.progress;
      return progressed();
    }
    if (answer.part) return takePart(answer.part);
    if (answer.network) takeNetwork(answer.network);
    if (answer.table) files.takeTable(answer.table);
    for (const name of ANSWERS) if (name in answer) take(name, answer[name]);
    if (answer.findings) rest("main");
    changed();
  }
  // What is known stays. A file that was being read took the engine with it, and the network there.
  function halted() {
    session.waits.clear();
    session.progress = null;
    if (files.stop()) {
      session.opened = null;
      keys.network = "";
    }
    // A held run is not left half there: it is asked for anew.
    if (session.holding && session.traces) keys.holds = "";
    session.holding = null;
    changed();
  }
  function takePart(part) {
    const { held, traces, network } = session;
    const { hiddenSize } = network.layers.find(({ name }) => name === part.name);
    session.held = withPart(held, traces, part, hiddenSize);
    session.news = withNews(session.news, part, session.version);
    session.version += 1;
    const { part: before, since } = session.holding ?? {};
    session.holding = { since: since ?? performance.now(), part };
    if (before) grew();
    else changed();
  }
  // All may be another.
  function renew() {
    session.version += 1;
    session.news = null;
  }
  function take(name, value) {
    session[name] = value;
    if (name === "traces" || name === "held") renew();
    if (name === "traces") session.freed += 1;
    if (name === "held") [session.holding, keys.origins] = [null, ""];
  }
  function takeNetwork(network) {
    rest("network");
    session.network = network;
    const name = files.opened();
    if (!name) return;
    Object.assign(keys, { network: `file ${name}`, input: "" });
    forget();
    session.opened = name;
  }
  function refuse(kind, sentence) {
    rest(kind);
    if (session.holding && (kind === "holds" || kind === "main")) {
      renew();
      Object.assign(session, { held: null, holding: null });
      keys.origins = "";
    }
    const wasOpened = kind === "table" || (kind === "network" && files.drop());
    session[wasOpened ? "refused" : "trouble"] = sentence;
    // What was there before stays; what of it was not through is asked for again.
    if (wasOpened && kind === "network" && !session.findings) keys.input = "";
  }
  const files = createFiles(session, { send, changed });

  // Back to the network of the book, or the one that the figure came with.
  function close() {
    if (session.opened) keys.network = "";
    session.opened = null;
  }
  // What is still being opened goes, too.
  function letGo() {
    if (files.stop()) keys.network = "";
    delete ids.table;
    session.waits.delete("table");
    close();
    files.closeTable();
    session.refused = "";
  }
  function askOrigins({ layer, side, step, unit, isHeld }, of) {
    const asked = { layer: layer.name, direction: side, step, unit: of === "all" ? null : unit };
    const key = JSON.stringify([asked, session.version]);
    if (key === keys.origins || !session.traces) return;
    keys.origins = key;
    session.origins = null;
    send("origins", { origins: { ...asked, held: isHeld } });
  }
  // The names of the inputs that came with the network.
  function ownNames() {
    const example = model.get("example");
    const { inputs } = example ? examples[example].given : model.get("given");
    return session.opened ? null : inputs;
  }
  const { stop, place } = examiner;
  const { open, paste, closeTable } = files;
  const { whyNot } = holdings;
  const does = {
    follow,
    open,
    paste,
    close,
    closeTable,
    letGo,
    askOrigins,
    ownNames,
    stop,
    place,
    whyNot,
  };
  return Object.assign(session, does);
}

// Of what else has changed nothing is known.
function withNews(news, { name, side, from, to, first }, version) {
  if (news && (news.name !== name || news.side !== side)) return { base: null };
  // Up to the first part all is as in the free run.
  const [low, high] = [
    first && side === "there" ? 0 : from,
    first && side === "back" ? Infinity : to,
  ];
  const span = { from: Math.min(news?.from ?? low, low), to: Math.max(news?.to ?? high, high) };
  return { base: version, name, side, ...news, ...span };
}

// A reader's files: a network with what lies beside it, or a table.
function createFiles(session, { send, changed }) {
  let name = "";
  let tables = 0;
  let reading = null; // the files that come from the disk

  async function open(chosen) {
    if (!chosen.length) return;
    let [bytes, refused] = [null, ""];
    reading = chosen;
    session.waits.add("files");
    changed();
    try {
      bytes = await readFiles(chosen);
    } catch (error) {
      refused = error.message;
    }
    if (reading !== chosen) return; // stopped, or others have come after them
    session.waits.delete("files");
    session.refused = refused;
    if (refused) return changed();
    const table = chosen.find((file) => TABLES.test(file.name));
    if (table) return ask(bytes.get(table), table.name);
    // Of several, the one that the others lie beside.
    const [first] = chosen.toSorted((a, b) => rankOf(b.name) - rankOf(a.name));
    name = first.name;
    session.waits.add("network");
    changed();
    const others = chosen.filter((file) => file !== first);
    const beside = new Map(others.map((file) => [file.name, bytes.get(file)]));
    send("network", { open: { name, bytes: bytes.get(first), beside } });
  }
  let read = ""; // the name of the table that is being read
  function ask(text, from) {
    read = from;
    send("table", { table: { text, name: from } });
    session.refused = "";
    changed();
  }
  function takeTable(table) {
    session.waits.delete("table");
    tables += 1;
    session.table = { name: read, ...table, id: tables };
  }
  const paste = (text) => ask(text, "the table");
  function closeTable() {
    session.table = null;
  }
  function opened() {
    const one = name;
    name = "";
    return one;
  }
  const drop = () => Boolean(opened());
  function stop() {
    reading = null;
    session.waits.delete("files");
    return drop();
  }
  return { open, paste, takeTable, closeTable, opened, drop, stop, isOpening: () => Boolean(name) };
}

const rankOf = (name) => (/\.(onnx|json|safetensors|npz|pth?|ckpt|h5|keras)$/i.test(name) ? 1 : 0);
