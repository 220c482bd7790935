// The run of a network from outside: every gate and state of every layer, and what changes in it where
// gates are held. In Python it is `examine` of lecture_lib/examination.
import { createGRU, createLSTM, createRNN } from "../cells.mjs";
import { checkedHold, functionsOf, GATES, planOf, ROWS, sidesOf } from "./checks.mjs";
import { must } from "./limits.mjs";

/**
 * Gates and states over the steps, T × H each, in the order of x's steps. `kept` is what stays of the
 * state: f; 1 − z, or z where the GRU's z keeps; an RNN has none. `held` has what gates were held at,
 * NaN where they were not.
 * @typedef {{ gates: Record<string, Float64Array>, h: Float64Array, c?: Float64Array,
 *   kept?: Float64Array, held?: Record<string, Float64Array> }} Trace
 */

const CREATE = { RNN: createRNN, GRU: createGRU, LSTM: createLSTM };

/**
 * Rows of an array, copied, the last one first.
 * @param {Float64Array} rows
 * @param {number} width
 * @param {Float64Array} [into]
 * @returns {Float64Array}
 */
export function turned(rows, width, into = new Float64Array(rows.length)) {
  for (let from = 0, to = rows.length - width; to >= 0; from += width, to -= width)
    into.set(rows.subarray(from, from + width), to);
  return into;
}

// What a direction's gates are held at, in its order of reading, and the first step of that order.
function clampsOf(holds, name, side, H, T) {
  const held = {};
  let first = T;
  for (const { layer, direction, gate, units, from, to, value } of holds) {
    if (layer !== name || direction !== side || Number.isNaN(value)) continue;
    held[gate] ??= new Float64Array(T * H).fill(NaN);
    for (let t = from; t < to; t += 1) {
      const row = (side === "back" ? T - 1 - t : t) * H;
      for (const k of units) held[gate][row + k] = value;
    }
    first = Math.min(first, side === "back" ? T - to : from);
  }
  return { held, first };
}

/**
 * Runs a direction from step `first` of its order of reading on; up to there it is as in `free`.
 * @param {object} given
 * @param {object} given.layer
 * @param {"there" | "back"} given.side
 * @param {Float64Array} given.input T × D, in the order of x
 * @param {number} given.T
 * @param {Trace} [given.free]
 * @param {Record<string, Float64Array>} given.held what gates are held at, in the order of reading
 * @param {number} given.first
 * @yields once a step
 * @returns {Generator<undefined, Trace>}
 * @throws {Refusal} where h is not finite
 */
export function* runSide({ layer, side, input, T, free, held, first }) {
  const { kind, inputSize: D, hiddenSize: H, cells, state } = layer;
  const back = side === "back";
  const steps = T - first;
  const cell = CREATE[kind]({
    ...cells[side],
    ...functionsOf(cells[side]),
    inputSize: D,
    hiddenSize: H,
    maxSteps: steps,
    fixed: true,
  });
  const before = (back ? T - first : first - 1) * H;
  const last = (array) => array.subarray(before, before + H);
  const begun = state?.[side];
  const x = back ? turned(input.subarray(0, steps * D), D) : input.subarray(first * D);
  const clamp = Object.fromEntries(
    Object.entries(held).map(([gate, values]) => [gate, values.subarray(first * H)]),
  );
  const h0 = first ? last(free.h) : begun?.h;
  const c0 = first && free.c ? last(free.c) : begun?.c;
  const made = yield* cell.forwardSteps(x, steps, { h0, c0, clamp });

  function whole(name, before) {
    const rows = made[name].subarray(0, steps * H);
    if (!before && !back) return rows;
    const all = before?.slice() ?? new Float64Array(T * H);
    if (back) turned(rows, H, all.subarray(0, steps * H));
    else all.set(rows, first * H);
    return all;
  }
  const trace = { gates: {}, h: whole("h", free?.h) };
  for (const gate of GATES[kind]) trace.gates[gate] = whole(gate, free?.gates[gate]);
  if (kind === "LSTM") trace.c = whole("c", free?.c);
  const kept = keptOf(kind, cells[side], trace.gates);
  if (kept) trace.kept = kept;
  if (Object.keys(held).length)
    trace.held = back
      ? Object.fromEntries(Object.entries(held).map(([gate, all]) => [gate, turned(all, H)]))
      : held;
  must(
    trace.h.every(Number.isFinite),
    `${layer.name}: h is not finite: x or the weights are too large.`,
  );
  return trace;
}

function keptOf(kind, { update = "write" }, { f, z }) {
  if (kind !== "GRU") return f;
  return update === "keep" ? z : z.map((value) => 1 - value);
}

// h of a layer as the next reads it: its one direction, or both side by side.
function outputOf({ there, back }, H, T) {
  if (!there || !back) return (there ?? back).h;
  const both = new Float64Array(2 * T * H);
  for (let t = 0; t < T; t += 1) {
    both.set(there.h.subarray(t * H, (t + 1) * H), 2 * t * H);
    both.set(back.h.subarray(t * H, (t + 1) * H), (2 * t + 1) * H);
  }
  return both;
}

// One layer, both ways if it has both: what is before step `news.from` of x, and from `news.to` on, is as
// in `old`.
function* runLayer({ layer, input, T, holds, old, news }) {
  const { name, hiddenSize: H } = layer;
  const entry = { name, input };
  const changed = { from: T, to: 0 };
  for (const side of sidesOf(layer)) {
    const { held, first: heldFrom } = clampsOf(holds, name, side, H, T);
    const first = Math.min(heldFrom, side === "back" ? T - news.to : news.from);
    const free = old?.[side];
    entry[side] = first < T ? yield* runSide({ layer, side, input, T, free, held, first }) : free;
    if (first < T && side === "back")
      Object.assign(changed, { from: 0, to: Math.max(changed.to, T - first) });
    else if (first < T) Object.assign(changed, { from: Math.min(changed.from, first), to: T });
  }
  entry.output = changed.to ? outputOf(entry, H, T) : old.output;
  return { entry, changed };
}

const workOf = ({ kind, hiddenSize: H, inputSize: D }) => ROWS[kind] * H * (H + D);

/**
 * Runs a plain network over one sequence.
 * @param {object} network as `openNetwork` gives it; its weights are read, never changed. A layer may
 *   have an `x` of its own, T × D, that it read where it was watched
 * @returns {object} `run(x, T, { holds })` gives `{ x, T, holds, left, layers: [{ name, layer, reads, T,
 *   input, output, there?: Trace, back?: Trace }] }`: the layers that can be computed, and by the names of
 *   the others the reasons. `runSteps` is the same as a generator that yields `{ done }`, a share, after
 *   each step. With holds, only what they change is computed; all else is that of the run without.
 *   `runWhole(x, T, holds)` is a generator that computes all, and keeps nothing.
 *   Throws a `Refusal` for a network, an input or a hold that cannot be honoured
 */
export function createRunner(network) {
  let free = null; // the last run without holds

  function* pass(given, { plan, left }, holds, before) {
    const made = new Map();
    const parts = plan.map(({ layer, T }) => workOf(layer) * sidesOf(layer).length * T);
    const whole = parts.reduce((sum, part) => sum + part, 0);
    let done = 0;
    for (const [at, { layer, reads, T, x }] of plan.entries()) {
      const below = made.get(reads);
      const work = runLayer({
        layer,
        T,
        holds,
        input: below ? below.entry.output : x,
        old: before?.layers[at],
        news: below ? below.changed : { from: before ? T : 0, to: before ? 0 : T },
      });
      let step = work.next();
      while (!step.done) {
        done += workOf(layer) / whole;
        yield { done };
        step = work.next();
      }
      Object.assign(step.value.entry, { layer, reads, T });
      made.set(layer.name, step.value);
    }
    const layers = [...made.values()].map(({ entry }) => entry);
    return { ...given, holds, left, layers };
  }

  function* runSteps(x, T, { holds = [] } = {}) {
    if (free?.T !== T || x.length !== free.x.length || x.some((v, k) => v !== free.x[k])) {
      const given = { x: x.slice(), T };
      free = yield* pass(given, planOf(network, given), [], null);
    }
    if (!holds.length) return free;
    const rows = holds.map((hold) => checkedHold(hold, free.layers));
    return yield* pass({ x: free.x, T }, planOf(network, free), rows, free);
  }
  // Without what is kept of a run before; holds as they come with a run.
  const runWhole = (x, T, holds) => pass({ x, T }, planOf(network, { x, T }), holds, null);
  const run = (x, T, options) => finished(runSteps(x, T, options));
  return { run, runSteps, runWhole };
}

/**
 * What a generator returns.
 * @param {Generator} work
 * @returns {unknown}
 */
export function finished(work) {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}
