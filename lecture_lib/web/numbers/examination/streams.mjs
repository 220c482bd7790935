// What h becomes where a stream loses its state, and where weights are rounded. The mirror of
// lecture_lib/examination/streams.py.
import { roundedCell } from "../quantise.mjs";
import { sidesOf } from "./checks.mjs";
import { constants } from "./limits.mjs";
import { createRunner } from "./running.mjs";
import { createSide, traceOf } from "./sides.mjs";

function spanOf(array) {
  let [low, high] = [Infinity, -Infinity];
  for (let s = 0; s < array.length; s += 1) {
    if (array[s] < low) low = array[s];
    if (array[s] > high) high = array[s];
  }
  return high - low;
}

// By step, the most that any unit's h lies from another.
function apartOf(h, other, H) {
  const found = new Float64Array(h.length / H);
  for (let s = 0; s < h.length; s += 1) {
    const t = Math.floor(s / H);
    found[t] = Math.max(found[t], Math.abs(h[s] - other[s]));
  }
  return found;
}

/**
 * How far h lies from another: the most, its step and unit, its share of h's whole range, and the first
 * step at which the two differ, or null.
 * @param {Float64Array} h T × H
 * @param {Float64Array} other
 * @param {number} H
 * @returns {{ most: number, step: number, unit: number, share: number, first: number | null }}
 */
export function movedOf(h, other, H) {
  let [most, at, first] = [0, 0, null];
  for (let s = 0; s < h.length; s += 1) {
    const apart = Math.abs(h[s] - other[s]);
    if (apart > 0) first ??= Math.floor(s / H);
    if (apart > most) [most, at] = [apart, s];
  }
  const span = spanOf(h);
  return { most, step: Math.floor(at / H), unit: at % H, share: span ? most / span : 0, first };
}

/**
 * By the name of a layer, after how many steps, of `left` up to the end, a run from zeros in the middle of
 * the input agrees with the run that was handed its state to 1 % of the range of h, and how far they are
 * apart at the end, as a share of that range. Layers that read from the end, or above such, are left out; so are an input below 4 steps, and an h that
 * never changes.
 * @param {object} run
 * @yields {undefined} after each step
 * @returns {Generator<undefined, Map<string, { steps: number, left: number, apart: number }>>}
 */
export function* warmUpSteps(run) {
  const [lost, found] = [new Map(), new Map()];
  for (const { name, layer, reads, T, input, there, back } of run.layers) {
    const below = run.layers.some((entry) => entry.name === reads);
    if (back || (below && !lost.has(reads)) || T < 4) continue;
    const { inputSize: D, hiddenSize: H } = layer;
    const mid = Math.floor(T / 2);
    const held = Object.fromEntries(
      Object.entries(there.held ?? {}).map(([gate, values]) => [gate, values.subarray(mid * H)]),
    );
    const again = traceOf(layer, "there", { T: T - mid, held });
    yield* createSide({ ...layer, state: null }, "there").runSteps({
      input: lost.get(reads) ?? input.subarray(mid * D),
      T: T - mid,
      trace: again,
    });
    lost.set(name, again.h);
    const span = spanOf(there.h);
    if (!span) continue;
    const apart = apartOf(again.h, there.h.subarray(mid * H), H).map((most) => most / span);
    const steps = apart.findLastIndex((share) => share >= constants.agreement) + 1;
    found.set(name, { steps, left: T - mid, apart: apart.at(-1) });
  }
  return found;
}

/**
 * How far h lies from that of the network whose weights are rounded to 8 bits, each row by itself.
 * @param {object} network
 * @param {object} run
 * @yields {{ done: number }}
 * @returns {Generator} by the layer's name, and by its direction, what `movedOf` gives
 */
export function* roundingSteps(network, run) {
  const round = (cell) => roundedCell(cell, constants.bits, "row");
  const layers = network.layers.map((layer) => ({
    ...layer,
    cells: Object.fromEntries(sidesOf(layer).map((side) => [side, round(layer.cells[side])])),
  }));
  yield { done: 0 };
  const { x, T, holds } = run;
  const other = yield* createRunner({ ...network, layers }).runWhole(x, T, holds);
  return comparedRuns(run, other);
}

/**
 * @param {object} run
 * @param {object} other of the same layers
 * @returns {Map<string, object>} by the layer's name, and by its direction, what `movedOf` gives
 */
export function comparedRuns(run, other) {
  const compare = (entry, at) => {
    const sides = sidesOf(entry.layer).map((side) => [
      side,
      movedOf(entry[side].h, other.layers[at][side].h, entry.layer.hiddenSize),
    ]);
    return [entry.name, Object.fromEntries(sides)];
  };
  return new Map(run.layers.map(compare));
}
