// The examination in slices: the same in a Worker and, where there is none, on the page's own thread.
import { openNetwork } from "../files/opening.mjs";
import { openTable } from "../files/tables.mjs";
import { examineSteps } from "./examining.mjs";
import { createHelper } from "./helper.mjs";
import { createJobs } from "./jobs.mjs";
import { constants, must, sentenceOf } from "./limits.mjs";
import { originsSteps } from "./origins.mjs";
import { inParts } from "./parts.mjs";
import { reachSteps } from "./reach.mjs";
import { createRunner } from "./running.mjs";

// What of a network a page shows: all but its weights, of which it has the number.
function described({ layers, ...network }) {
  const plain = ([name, value]) => !ArrayBuffer.isView(value) && [name, value];
  const cellOf = (cell) => ({
    ...Object.fromEntries(Object.entries(cell).map(plain).filter(Boolean)),
    parameters: Object.values(cell).reduce(
      (sum, a) => sum + (ArrayBuffer.isView(a) ? a.length : 0),
      0,
    ),
  });
  const sides = (cells) =>
    Object.fromEntries(Object.entries(cells ?? {}).map(([side, cell]) => [side, cellOf(cell)]));
  const shown = layers.map((layer) => ({
    ...layer,
    state: !!layer.state,
    cells: sides(layer.cells),
  }));
  return { ...network, layers: shown };
}

// Copies of a run's traces, to be handed over; with `free`, of those alone that differ from its own.
function handedOver(run, free) {
  const copies = new Map();
  const copy = (array) => {
    if (!copies.has(array)) copies.set(array, array.slice());
    return copies.get(array);
  };
  const all = (arrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, copy(array)]));
  const layers = run.layers.map((layer, at) => {
    const entry = { name: layer.name };
    for (const side of ["there", "back"]) {
      if (!layer[side] || layer[side] === free?.layers[at][side]) continue;
      const { gates, held, ...states } = layer[side];
      entry[side] = { gates: all(gates), ...all(states), ...(held && { held: all(held) }) };
    }
    return entry;
  });
  return [{ layers, T: run.T, left: run.left }, [...copies.values()].map(({ buffer }) => buffer)];
}

/**
 * Answers what it is asked, in slices.
 * @param {number} slice in ms
 * @param {(answer: object, transfer: ArrayBuffer[]) => void} report
 * @param {() => Worker} [spawn] makes a helper, which shares what takes longest
 * @returns {object} `command(message)` and `stop()`, which ends all. Each answer has the `id` of the
 *   message that it answers. A message is one of
 *   { open: { name, bytes, beside } }  answered by { network }, without weights
 *   { network }                        a plain network; answered by the same
 *   { input: { x, T, names }, holds, look }   by { traces }, as to { holds } if there are some, { reports }
 *                                      each time there is more in them, at last { reports, findings };
 *                                      names of the steps and look, { layer, direction }, may be left out;
 *                                      in words units and steps are counted from 1, as a page counts
 *   { table: { text, name } }          a text or bytes; by { table }, as `openTable` gives it
 *   { holds }                          by { part }s, as `inParts` gives them, of the traces that they change,
 *                                      of the input before; then by { held }, those traces whole
 *   { origins: { layer, direction, step, unit, held } }  by { origins: { of, T, D, probes }, asked }; held
 *                                      says that the run with the last holds is meant
 *   { stop: true }                     by { stopped: true }
 *   { reach: { entry, side, part } }   by { reached }: what a driver asks of its helper
 *   Each is answered by { refused } instead, a sentence, where it cannot be done; on the way come
 *   { progress: { done, doing, left } }: a share, in words, and the seconds still to go. A message drops
 *   what the one before of its kind still computes, and an input all of them
 */
export function createDriver(slice, report, spawn) {
  let [network, runner, runs] = [null, null, null];
  let isHolding = false; // while an input's own holds are run
  let opened = 0;
  // Holds and origins come first, once there is a run that they can be taken from.
  const order = ["holds", "origins", "input", "reach"];
  const ready = (kind) => kind === "input" || kind === "reach" || (runs !== null && !isHolding);
  const jobs = createJobs({ slice, order, ready, report });
  const helper = spawn ? createHelper(spawn, jobs.wakeUp) : null;

  function takeNetwork(id, given) {
    [network, runner, runs] = [given, createRunner(given), null];
    report({ id, network: described(given) }, []);
  }
  async function open(id, { bytes, name, beside }) {
    const mine = opened;
    try {
      const found = await openNetwork(bytes, name, beside);
      if (mine === opened) takeNetwork(id, found);
    } catch (error) {
      if (mine === opened) report({ id, refused: sentenceOf(error) }, []);
    }
  }
  function readTable(id, { text, name }) {
    const table = openTable(text, name, { most: constants.max_steps });
    report({ id, table }, [table.x.buffer]);
  }
  function* examine({ x, T, names }, holds, look) {
    runs = null;
    const free = yield* doing(runner.runSteps(x, T), "gates and states");
    [runs, isHolding] = [{ free, held: null }, true];
    yield answerOf("traces", free);
    try {
      runs.held = yield* heldRun(x, T, holds);
    } finally {
      isHolding = false; // also where these holds are refused
    }
    const { held } = runs;
    if (held) yield answerOf("held", held, free);
    const work = examineSteps(network, { free, held }, { names, look, helper, start: 1 });
    let step = work.next();
    while (!step.done) {
      yield step.value.reports ? { answer: step.value } : step.value;
      step = work.next();
    }
    yield { answer: step.value };
  }
  function* heldRun(x, T, holds) {
    return holds.length ? yield* inParts(runner.runSteps(x, T, { holds })) : null;
  }
  function* hold(holds) {
    const { free } = runs;
    const held = yield* heldRun(free.x, free.T, holds);
    runs.held = held;
    yield answerOf("held", held ?? free, free);
  }
  function* origins({ held = false, ...asked }) {
    const run = (held && runs.held) || runs.free;
    const found = yield* doing(originsSteps(run, asked), "which inputs it came from");
    yield { answer: { origins: found, asked }, transfer: [found.of.buffer] };
  }
  function* reach({ entry, side, part }) {
    const reached = yield* doing(reachSteps(entry, side, part), "a part of the work");
    yield { answer: { reached } };
  }
  function drop() {
    jobs.drop();
    isHolding = false;
    helper?.drop();
    opened += 1;
  }
  function take({ id, input, holds, look, origins: asked, ...message }) {
    if (message.stop || message.open || message.network || input) drop();
    if (message.stop) return report({ id, stopped: true }, []);
    if (message.open) return open(id, message.open);
    if (message.network) return takeNetwork(id, message.network);
    if (message.table) return readTable(id, message.table);
    if (message.reach) return jobs.begin("reach", id, reach(message.reach));
    must(runner, "There is no network yet.");
    if (input) return jobs.begin("input", id, examine(input, holds ?? [], look));
    must(runs || jobs.has("input"), "There is no input yet.");
    return holds ? jobs.begin("holds", id, hold(holds)) : jobs.begin("origins", id, origins(asked));
  }
  function command(message) {
    try {
      take(message);
    } catch (error) {
      report({ id: message.id, refused: sentenceOf(error) }, []);
    }
  }
  return { command, stop: jobs.stop };
}

function answerOf(name, run, free) {
  const [traces, transfer] = handedOver(run, free);
  return { answer: { [name]: traces }, transfer };
}

function* doing(work, words) {
  let step = work.next();
  while (!step.done) {
    yield { ...step.value, doing: words };
    step = work.next();
  }
  return step.value;
}
