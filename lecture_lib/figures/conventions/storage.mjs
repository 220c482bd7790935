// A cell of this book, what a file in another convention holds of it, and the cell that the
// convention's software makes of the file. `s` is the figure's state.
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { reordered } from "../../web/numbers/parity.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { BOOK_NAMES, GATES, INPUTS, SCALES, STEPS, STREAMS, UNITS } from "./__init__.py";

const [D, H] = [INPUTS, UNITS];

/**
 * The order of the gates in this book.
 * @param {object} s
 * @returns {string}
 */
export const bookOrder = (s) => (s.tab ? GATES.LSTM : GATES.GRU);
/**
 * Their order in the file, in this book's letters.
 * @param {object} s
 * @returns {string}
 */
export const storedOrder = (s) => BOOK_NAMES[s.shownOrder] ?? s.shownOrder;

/**
 * The input, steps × inputs.
 * @param {object} s
 * @returns {Float64Array}
 */
export const inputOf = (s) => seededUniform(s.seed, STREAMS.x, STEPS * D);

/**
 * The numbers of the reference, the book's own cell.
 * @param {object} s
 * @returns {Record<string, Float64Array>}
 */
export function referenceOf(s) {
  const gates = bookOrder(s).length;
  const drawn = (name, count) =>
    seededUniform(s.seed, STREAMS[name], count).map((v) => SCALES[name] * v);
  const arrays = {
    weightIh: drawn("weight_ih", gates * H * D),
    weightHh: drawn("weight_hh", gates * H * H),
    bias: drawn("bias", gates * H),
  };
  if (s.diagonal && !s.tab) {
    for (let row = 0; row < H; row += 1) {
      for (let j = 0; j < H; j += 1) if (j !== row) arrays.weightHh[(2 * H + row) * H + j] = 0;
    }
  }
  return arrays;
}

/**
 * What a file in the convention holds: the reference translated, or copied as it is.
 * @param {Record<string, Float64Array>} reference from `referenceOf`
 * @param {object} s
 * @returns {Record<string, Float64Array>}
 */
export function store(reference, s) {
  const arrays = {
    weightIh: reference.weightIh.slice(),
    weightHh: reference.weightHh.slice(),
    biasIh: reference.bias.slice(),
  };
  // The second bias: any split will do, for only the sum counts; untranslated, what was there.
  const biasHh = seededUniform(s.seed, STREAMS.bias_hh, reference.bias.length).map(
    (v) => SCALES.bias_hh * v,
  );
  if (s.translate) {
    if (!s.tab && s.update === "keep") {
      for (const array of Object.values(arrays)) {
        const block = array.length / 3;
        for (let k = block; k < 2 * block; k += 1) array[k] *= -1;
      }
    }
    // There it stands inside r ⊙ (…), where the book has none.
    if (!s.tab && s.reset === "after") biasHh.fill(0, 2 * H);
    if (s.biases === "two")
      biasHh.forEach((v, k) => {
        arrays.biasIh[k] -= v;
      });
  }
  if (s.biases === "two") arrays.biasHh = biasHh;
  if (s.translate)
    for (const name in arrays) arrays[name] = reordered(arrays[name], bookOrder(s), storedOrder(s));
  return arrays;
}

/**
 * What the convention's software makes of the file: the arguments of its cell.
 * @param {Record<string, Float64Array>} stored from `store`
 * @param {object} s
 * @returns {Record<string, Float64Array>}
 */
export function readStored(stored, s) {
  const arrays = {};
  for (const name in stored) arrays[name] = reordered(stored[name], storedOrder(s), bookOrder(s));
  const bias = arrays.biasIh;
  const biasHh = arrays.biasHh ?? new Float64Array(bias.length);
  const inside = !s.tab && s.reset === "after" ? 2 * H : bias.length;
  for (let k = 0; k < inside; k += 1) bias[k] += biasHh[k];
  return {
    weightIh: arrays.weightIh,
    weightHh: arrays.weightHh,
    bias,
    biasHn: biasHh.slice(inside),
  };
}

/**
 * The hidden states of a cell over all steps, steps × units.
 * @param {Record<string, Float64Array>} arrays the cell's weights by name
 * @param {object} s
 * @param {Float64Array} x from `inputOf`
 * @param {object} [conventions] the cell's, where they are not the book's
 * @returns {Float64Array}
 */
export function statesOf(arrays, s, x, conventions) {
  const create = s.tab ? createLSTM : createGRU;
  const cell = create({ inputSize: D, hiddenSize: H, maxSteps: STEPS, ...arrays, ...conventions });
  return cell.forward(x, STEPS).h.subarray(0, STEPS * H);
}
