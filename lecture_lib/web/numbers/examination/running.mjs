// The run of a network from outside: every gate and state of every layer, and what changes in it where
// gates are held. In Python it is `examine` of lecture_lib/examination.
import { checkedHold, planOf, ROWS, sidesOf } from "./checks.mjs";
import { createSide, traceOf } from "./sides.mjs";

// What a direction's gates are held at, in the order of x, and the first step of its order of reading.
function clampsOf(holds, name, side, H, T) {
  const held = {};
  let first = T;
  for (const { layer, direction, gate, units, from, to, value } of holds) {
    if (layer !== name || direction !== side || Number.isNaN(value)) continue;
    held[gate] ??= new Float64Array(T * H).fill(NaN);
    for (let t = from; t < to; t += 1) for (const k of units) held[gate][t * H + k] = value;
    first = Math.min(first, side === "back" ? T - to : from);
  }
  return { held, first };
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
function* runLayer({ layer, input, T, holds, old, news, sideOf }) {
  const { name, hiddenSize: H } = layer;
  const entry = { name, input };
  const changed = { from: T, to: 0 };
  for (const side of sidesOf(layer)) {
    const { held, first: heldFrom } = clampsOf(holds, name, side, H, T);
    const first = Math.min(heldFrom, side === "back" ? T - news.to : news.from);
    const free = old?.[side];
    entry[side] = free;
    if (first >= T) continue;
    const trace = traceOf(layer, side, { T, free, held });
    entry[side] = trace;
    const given = { input, T, trace, first, keeps: input === old?.input };
    for (const part of sideOf(layer, side).runSteps(given))
      yield part && { name, side, trace, H, ...part };
    if (side === "back") Object.assign(changed, { from: 0, to: Math.max(changed.to, T - first) });
    else Object.assign(changed, { from: Math.min(changed.from, first), to: T });
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
 *   each step, and `{ done, part }` after some, a part { name, side, trace, H, from, to } of a
 *   direction, whose trace stands in the steps from … to of x. With holds, only what they change is computed; all else is that
 *   of the run without.
 *   `runWhole(x, T, holds)` is a generator that computes all, and keeps nothing.
 *   Throws a `Refusal` for a network, an input or a hold that cannot be honoured
 */
export function createRunner(network) {
  let free = null; // the last run without holds
  const known = new Map();
  function sideOf(layer, side) {
    const key = `${side} ${layer.name}`;
    if (!known.has(key)) known.set(key, createSide(layer, side));
    return known.get(key);
  }

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
        sideOf,
        news: below ? below.changed : { from: before ? T : 0, to: before ? 0 : T },
      });
      let step = work.next();
      while (!step.done) {
        const part = step.value;
        if (!part) done += workOf(layer) / whole;
        yield part ? { done, part } : { done };
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
