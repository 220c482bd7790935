// Which gates stand still, which units never change, and which nothing hears. The mirror of
// lecture_lib/examination/health.py.
import { CANDIDATES, functionsOf, GATES, ROWS, sidesOf } from "./checks.mjs";
import { TANH } from "../cell_parts.mjs";
import { constants } from "./limits.mjs";

// By unit, the share of steps at which `holds` is true of an array's value.
function shareOf(array, H, holds) {
  const found = new Float64Array(H);
  for (let s = 0; s < array.length; s += H)
    for (let k = 0; k < H; k += 1) if (holds(array[s + k])) found[k] += 1;
  return found.map((count) => count / (array.length / H));
}

/**
 * By unit, the largest value less the smallest.
 * @param {Float64Array} array T × H
 * @param {number} H
 * @returns {Float64Array}
 */
export function rangeOf(array, H) {
  const low = array.slice(0, H);
  const high = array.slice(0, H);
  for (let s = H; s < array.length; s += H)
    for (let k = 0; k < H; k += 1) {
      if (array[s + k] < low[k]) low[k] = array[s + k];
      if (array[s + k] > high[k]) high[k] = array[s + k];
    }
  return high.map((value, k) => value - low[k]);
}

/**
 * Beyond which size of its state tanh is flat: of c, or of an RNN's h; null where there is no such thing.
 * @param {object} layer
 * @param {"there" | "back"} side
 * @returns {number | null}
 */
export function flatFrom({ kind, cells }, side) {
  const { squash, show } = functionsOf(cells[side]);
  if (kind === "LSTM") return show === TANH ? constants.flat : null;
  return kind === "RNN" && squash === TANH ? Math.tanh(constants.flat) : null;
}

// The largest |weight| on each of `columns` columns from `first` on, of H rows; not that of a unit on
// itself where `own`.
function loudest(weights, width, first, columns, from, rows, own) {
  const found = new Float64Array(columns);
  for (let j = 0; j < rows; j += 1)
    for (let k = 0, p = (from + j) * width + first; k < columns; k += 1, p += 1) {
      const size = Math.abs(weights[p]);
      if (size > found[k] && !(own && j === k)) found[k] = size;
    }
  return found;
}

// The range of r ⊙ h_{t−1}, which the rows of n see where the reset comes before.
function recalledRange(entry, side, H) {
  const { gates, h } = entry[side];
  const { T, layer } = entry;
  const back = side === "back";
  const recalled = gates.r.map((r, s) => r * (h[s + (back ? H : -H)] ?? 0));
  const first = layer.state?.[side]?.h;
  const row = back ? (T - 1) * H : 0;
  for (let k = 0; k < H; k += 1) recalled[row + k] = gates.r[row + k] * (first?.[k] ?? 0);
  return rangeOf(recalled, H);
}

function heardOf(run, entry, side, moved, readers) {
  const { layer } = entry;
  const { kind, hiddenSize: H, cells } = layer;
  const heard = new Float64Array(H);
  const take = (sizes, range) => {
    for (let k = 0; k < H; k += 1) heard[k] = Math.max(heard[k], sizes[k] * range[k]);
  };
  const before = kind === "GRU" && cells[side].reset === "before";
  for (let block = 0; block < ROWS[kind]; block += 1) {
    const range = before && block === 2 ? recalledRange(entry, side, H) : moved;
    take(loudest(cells[side].weightHh, H, 0, H, block * H, H, true), range);
  }
  const first = sidesOf(layer).indexOf(side) * H;
  for (const { layer: reader } of readers)
    for (const above of Object.values(reader.cells)) {
      const rows = above.weightIh.length / reader.inputSize;
      take(loudest(above.weightIh, reader.inputSize, first, H, 0, rows, false), moved);
    }
  return heard;
}

/**
 * Arrays (H) by the names that they have in Python, for one direction of a layer: `shut_f` and
 * `through_f`, the shares of steps at which a gate is below .05 or above .95; `range_h` and `range_c`;
 * `heard`, the most by which the unit moves what another unit's σ or tanh is taken of; `dead` and
 * `silent`, 1 or 0; `beyond`, the share of steps at which tanh is flat. The numbers are those of
 * findings.json.
 * @param {object} run
 * @param {object} entry a layer of it
 * @param {"there" | "back"} side
 * @yields {undefined} after each array
 * @returns {Generator<undefined, Record<string, Float64Array>>}
 */
export function* healthSteps(run, entry, side) {
  const { kind, hiddenSize: H } = entry.layer;
  const { gates, h, c } = entry[side];
  const { shut, through, still, heard: least } = constants;
  const found = {};
  for (const gate of GATES[kind].filter((letter) => !CANDIDATES.has(letter))) {
    found[`shut_${gate}`] = shareOf(gates[gate], H, (value) => value < shut);
    found[`through_${gate}`] = shareOf(gates[gate], H, (value) => value > through);
    yield;
  }
  found.range_h = rangeOf(h, H);
  if (c) found.range_c = rangeOf(c, H);
  yield;
  const readers = run.layers.filter(({ reads }) => reads === entry.name);
  found.heard = heardOf(run, entry, side, found.range_h, readers);
  yield;
  const moved = found.range_h.map((range, k) => Math.max(range, found.range_c?.[k] ?? 0));
  const unheard = found.range_h.map(
    (range, k) => range < still || (readers.length > 0 && found.heard[k] < least),
  );
  found.dead = moved.map((range) => range < still);
  found.silent = unheard.map((is, k) => is && !found.dead[k]);
  const bound = flatFrom(entry.layer, side);
  if (bound !== null) found.beyond = shareOf(c ?? h, H, (value) => Math.abs(value) > bound);
  return found;
}

/**
 * How many units' gates stand still nearly always, and all values' share below .05 or above .95.
 * @param {Record<string, Float64Array>} health
 * @returns {{ counts: [string, number][], saturated: number, pairs: number }}
 */
export function standing(health) {
  const shares = Object.entries(health).filter(([name]) => /^(?:shut|through)_/.test(name));
  const always = (share) => share >= constants.nearly_always;
  const counts = shares.map(([name, of]) => [name, of.filter(always).length]);
  const mean = (of) => of.reduce((sum, share) => sum + share, 0) / of.length;
  const all = shares.reduce((sum, [, of]) => sum + mean(of), 0);
  const pairs = Math.floor(shares.reduce((sum, [, of]) => sum + of.length, 0) / 2);
  return { counts, saturated: all / Math.max(1, shares.length / 2), pairs };
}
