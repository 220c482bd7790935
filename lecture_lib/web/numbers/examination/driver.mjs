// The examination in slices: the same in a Worker and, where there is none, on the page's own thread.
import { openNetwork } from "../files/opening.mjs";
import { sentenceOf, must } from "./limits.mjs";
import { createRunner } from "./running.mjs";

const REPORT_EVERY = 50; // ms

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
  return [{ layers, T: run.T }, [...copies.values()].map(({ buffer }) => buffer)];
}

/**
 * Answers what it is asked, in slices.
 * @param {number} slice in ms
 * @param {(answer: object, transfer: ArrayBuffer[]) => void} report
 * @returns {object} `command(message)` and `stop()`, which ends all. Each answer has the `id` of the
 *   message that it answers. A message is one of
 *   { open: { name, bytes, beside } }  answered by { network }, without weights
 *   { network }                        a plain network; answered by the same
 *   { input: { x, T }, holds, look }   by { traces, held }, then { reports }, at last { reports, findings }
 *   { holds }                          by { held }: the traces that they change
 *   { origins }                        by { origins, of }
 *   { stop: true }                     by { stopped: true }
 *   Each is answered by { refused } instead, a sentence, where it cannot be done; on the way come
 *   { progress: { done, doing, left } }: a share, in words, and the seconds still to go. A message drops
 *   what the one before of its kind still computes, and an input all of them
 */
export function createDriver(slice, report) {
  const channel = new MessageChannel();
  const jobs = { main: null, holds: null, origins: null };
  let [runner, runs] = [null, null];
  let waiting = false;
  let opened = 0;

  function drop() {
    for (const name in jobs) jobs[name] = null;
    opened += 1;
  }
  function begin(name, id, work) {
    jobs[name] = { name, id, work, began: performance.now(), told: 0 };
    wake();
  }
  function wake() {
    if (waiting) return;
    waiting = true;
    channel.port2.postMessage(null);
  }
  function refuse(id, error) {
    report({ id, refused: sentenceOf(error) }, []);
  }

  function takeNetwork(id, network) {
    [runner, runs] = [null, null];
    runner = createRunner(network);
    runner.network = network;
    report({ id, network: described(network) }, []);
  }
  async function open(id, { bytes, name, beside }) {
    const mine = opened;
    try {
      const network = await openNetwork(bytes, name, beside);
      if (mine === opened) takeNetwork(id, network);
    } catch (error) {
      if (mine === opened) refuse(id, error);
    }
  }

  function* examine({ x, T }, holds) {
    runs = null;
    const free = yield* named(runner.runSteps(x, T), "gates and states");
    const held = holds.length ? yield* runner.runSteps(x, T, { holds }) : null;
    runs = { free, held };
    yield answerOf("traces", free);
    if (held) yield answerOf("held", held, free);
  }
  function* hold(holds) {
    const { free } = runs;
    const held = holds.length ? yield* runner.runSteps(free.x, free.T, { holds }) : null;
    runs.held = held;
    yield answerOf("held", held ?? free, free);
  }

  const answerOf = (name, run, free) => {
    const [traces, transfer] = handedOver(run, free);
    return { answer: { [name]: traces }, transfer };
  };
  function* named(work, doing) {
    let step = work.next();
    while (!step.done) {
      yield { ...step.value, doing };
      step = work.next();
    }
    return step.value;
  }

  // Holds and origins come first, once there is a run that they can be taken from.
  const next = () => (runs && (jobs.holds ?? jobs.origins)) ?? jobs.main;

  function turn(job) {
    try {
      const { done, value } = job.work.next();
      if (done && jobs[job.name] === job) jobs[job.name] = null;
      if (value?.answer) report({ id: job.id, ...value.answer }, value.transfer ?? []);
      else if (value?.doing) progress(job, value);
    } catch (error) {
      jobs[job.name] = null;
      refuse(job.id, error);
    }
  }
  function progress(job, { done, doing }) {
    const now = performance.now();
    if (now < job.told + REPORT_EVERY) return;
    job.told = now;
    const left = done > 0.02 ? ((now - job.began) * (1 / done - 1)) / 1000 : null;
    report({ id: job.id, progress: { done, doing, left } }, []);
  }

  channel.port1.onmessage = () => {
    waiting = false;
    const end = performance.now() + slice;
    let job = next();
    while (job && performance.now() < end) {
      turn(job);
      job = next();
    }
    if (job) wake();
  };

  function command(message) {
    const { id } = message;
    try {
      if (message.stop) {
        drop();
        report({ id, stopped: true }, []);
      } else if (message.open || message.network) {
        drop();
        if (message.open) open(id, message.open);
        else takeNetwork(id, message.network);
      } else {
        must(runner, "There is no network yet.");
        if (message.input) {
          drop();
          begin("main", id, examine(message.input, message.holds ?? []));
        } else if (message.holds) begin("holds", id, hold(message.holds));
        else if (message.origins) begin("origins", id, trace(message.origins));
      }
    } catch (error) {
      refuse(id, error);
    }
  }
  return { command, stop: () => channel.port1.close() };
}
