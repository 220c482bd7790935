// One direction of a layer, run in parts of a few steps: what is known of its gates and states stands in
// the trace as soon as a part is through.
import { createGRU, createLSTM, createRNN } from "../cells.mjs";
import { functionsOf, GATES, ROWS } from "./checks.mjs";
import { must } from "./limits.mjs";

/**
 * Gates and states over the steps, T × H each, in the order of x's steps. `kept` is what stays of the
 * state: f; 1 − z, or z where the GRU's z keeps; an RNN has none. `held` has what gates were held at,
 * NaN where they were not.
 * @typedef {{ gates: Record<string, Float64Array>, h: Float64Array, c?: Float64Array,
 *   kept?: Float64Array, held?: Record<string, Float64Array> }} Trace
 */

const CREATE = { RNN: createRNN, GRU: createGRU, LSTM: createLSTM };

// A part takes some milliseconds, which is so many products; a small layer's is of so many steps. The
// first one is short: a hand waits for it.
const [PRODUCTS, STEPS, FIRST] = [2 ** 22, 64, 4];
const MOST_SUMS = 2 ** 22; // of the inputs, that are kept: 32 MiB

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

/**
 * A trace to be filled: what is not computed anew stays as in `free`.
 * @param {object} layer
 * @param {"there" | "back"} side
 * @param {{ T: number, free?: Trace, held?: Record<string, Float64Array> }} given held, in the order of x
 * @returns {Trace}
 */
export function traceOf({ kind, hiddenSize: H, cells }, side, { T, free, held = {} }) {
  const rows = (name, from) => from?.[name].slice() ?? new Float64Array(T * H);
  const trace = { gates: {}, h: rows("h", free) };
  for (const gate of GATES[kind]) trace.gates[gate] = rows(gate, free?.gates);
  if (kind === "LSTM") Object.assign(trace, { c: rows("c", free), kept: trace.gates.f });
  if (kind === "GRU")
    trace.kept = cells[side].update === "keep" ? trace.gates.z : rows("kept", free);
  if (Object.keys(held).length) trace.held = held;
  return trace;
}

/**
 * @param {object} layer
 * @param {"there" | "back"} side
 * @returns {{ runSteps: Function }} `runSteps({ input, T, trace, first, keeps })`, a generator: it fills a
 *   Trace from step `first` of the order of reading on, with the gates held as the trace says; up to there
 *   it is known. input is T × D, in the order of x; `keeps` says that it comes again, so that its products
 *   are kept. Yields nothing once a step, and after each part { from, to }, steps of x. Throws a Refusal
 *   where h is not finite
 */
export function createSide(layer, side) {
  const { kind, name, inputSize: D, hiddenSize: H, cells, state } = layer;
  const [rows, isBack] = [ROWS[kind] * H, side === "back"];
  const size = Math.max(1, Math.min(STEPS, Math.floor(PRODUCTS / (rows * (H + D)))));
  const sizes = { inputSize: D, hiddenSize: H, maxSteps: size, fixed: true };
  const cell = CREATE[kind]({ ...cells[side], ...functionsOf(cells[side]), ...sizes });
  const inOrder = (values, width) => (isBack ? turned(values, width) : values);

  // What the inputs give, which no hold of this layer changes, by the step in the order of reading.
  const sums = { of: null, values: null, known: null };
  function sumsOf(input, T, r, x, count) {
    if (sums.of !== input)
      Object.assign(sums, {
        of: input,
        values: new Float64Array(T * rows),
        known: new Uint8Array(T),
      });
    const some = sums.values.subarray(r * rows, (r + count) * rows);
    if (sums.known.subarray(r, r + count).includes(0)) cell.inputSums(x, count, some);
    sums.known.fill(1, r, r + count);
    return some;
  }

  function write(made, trace, from, to) {
    const put = (array, values) => {
      const place = array.subarray(from * H, to * H);
      const some = values.subarray(0, place.length);
      if (isBack) turned(some, H, place);
      else place.set(some);
    };
    for (const gate of GATES[kind]) put(trace.gates[gate], made[gate]);
    put(trace.h, made.h);
    if (trace.c) put(trace.c, made.c);
    if (trace.kept && !Object.values(trace.gates).includes(trace.kept))
      for (let s = from * H; s < to * H; s += 1) trace.kept[s] = 1 - trace.gates.z[s];
    must(
      trace.h.subarray(from * H, to * H).every(Number.isFinite),
      `${name}: h is not finite: x or the weights are too large.`,
    );
  }

  function* runSteps({ input, T, trace, first = 0, keeps = false }) {
    const begun = state?.[side];
    const keepsSums = keeps && T * rows <= MOST_SUMS;
    let count = Math.min(size, FIRST);
    for (let r = first; r < T; r += count, count = size) {
      count = Math.min(count, T - r);
      const from = isBack ? T - r - count : r;
      const to = from + count;
      const last = isBack ? to : from - 1; // the step before, in the order of x
      const before = (states, initial) => (r ? states.subarray(last * H, (last + 1) * H) : initial);
      const x = inOrder(input.subarray(from * D, to * D), D);
      const clamp = {};
      for (const gate in trace.held)
        clamp[gate] = inOrder(trace.held[gate].subarray(from * H, to * H), H);
      const made = yield* cell.forwardSteps(x, count, {
        h0: before(trace.h, begun?.h),
        c0: trace.c && before(trace.c, begun?.c),
        clamp,
        sums: keepsSums ? sumsOf(input, T, r, x, count) : undefined,
      });
      write(made, trace, from, to);
      yield { from, to };
    }
  }
  return { runSteps };
}
