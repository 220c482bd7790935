// What the layouts of PyTorch, Keras and ONNX have in common: a layer of the plain network from four
// arrays. The mirror of lecture_lib/interchange/layouts.py and network.py.
import { Excess, MAX_UNITS, refuse, Refusal, shown } from "./bounds.mjs";

/** The blocks of this library’s weights, in their order. */
export const GATES = { RNN: "h", GRU: "rzn", LSTM: "ifgo" };
/** Those of Keras. */
export const KERAS_GATES = { RNN: "h", GRU: "zrn", LSTM: "ifgo" };
/** Those of ONNX. */
export const ONNX_GATES = { RNN: "h", GRU: "zrn", LSTM: "iofg" };

/** How a reason begins that is this page's, where Python computes the layer. */
export const HERE = "cannot be computed in the page: ";

const FLOATS = ["float64", "float32", "float16", "bfloat16"];

/**
 * Which cell a recurrent matrix (G·H, H) belongs to, and its H.
 * @param {string} name
 * @param {number[]} shape
 * @param {number} hiddenAxis 1, or 0 for (H, G·H)
 * @returns {["RNN" | "GRU" | "LSTM", number]}
 */
export function kindOf(name, shape, hiddenAxis) {
  for (const [kind, gates] of Object.entries(GATES)) {
    if (shape.length === 2 && shape[1 - hiddenAxis] === gates.length * shape[hiddenAxis])
      return [kind, shape[hiddenAxis]];
  }
  const wanted = hiddenAxis ? "(G·H, H)" : "(H, G·H)";
  return refuse(
    `${name} must have shape ${wanted} with G = 1 for an RNN, 3 for a GRU and 4 for an LSTM, ` +
      `got ${shown(shape)}`,
  );
}

/**
 * Arrays checked against { name: [shape, its symbols] }, where −1 stands for any length ≥ 1; each
 * gets `single`, whether all of them are of at most 32 bits.
 * @param {Record<string, { dtype: string, shape: number[], values: Float64Array }>} named
 * @param {Record<string, [number[], string]>} shapes
 * @param {(count: number) => void} room
 * @returns {{ shape: number[], values: Float64Array, single: boolean }[]}
 */
export function asWeights(named, shapes, room) {
  const arrays = Object.entries(named);
  for (const [name, { dtype }] of arrays) {
    if (!FLOATS.includes(dtype))
      refuse(`${name} must hold ${FLOATS.slice(0, 3).join(", ")} or bfloat16, got ${dtype}`);
  }
  const single = arrays.every(([, { dtype }]) => dtype !== "float64");
  return arrays.map(([name, array]) => {
    const { shape } = array,
      [wanted, axes] = shapes[name];
    const fits =
      shape.length === wanted.length &&
      wanted.every((length, k) => shape[k] === length || (length === -1 && shape[k] > 0));
    if (!fits) {
      const lengths = wanted.map((length) => (length === -1 ? "any ≥ 1" : length)).join(", ");
      refuse(`${name} must have shape ${axes} = (${lengths}), got ${shown(shape)}`);
    }
    room(shape.reduce((count, length) => count * length, 1));
    const { values } = array;
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const said = String(values[bad]).replace("NaN", "nan").replace("Infinity", "inf");
      const kind = single ? "float32" : "float64";
      refuse(`${name} must be finite in ${kind}, got ${said} at index ${placeOf(bad, shape)}`);
    }
    return { shape, values, single };
  });
}

function placeOf(at, shape) {
  const place = [];
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    place.unshift(at % shape[axis]);
    at = Math.floor(at / shape[axis]);
  }
  return shown(place);
}

/**
 * A copy of `values` with the gates, stacked on its first axis, in another order.
 * @param {Float64Array} values
 * @param {string} have
 * @param {string} want
 * @returns {Float64Array}
 */
export function reordered(values, have, want) {
  const block = values.length / have.length,
    found = new Float64Array(values.length);
  [...want].forEach((gate, k) => {
    const from = have.indexOf(gate) * block;
    found.set(values.subarray(from, from + block), k * block);
  });
  return found;
}

/**
 * The cell of weight_ih, weight_hh, bias_ih and bias_hh with the gates in the `order` of a
 * framework and, in a GRU, a z that keeps. `single` says that the biases are added as float32.
 * @param {string} kind
 * @param {Record<string, string>} order
 * @param {Float64Array[]} four
 * @param {object} said
 * @param {boolean} said.single
 * @param {string} [said.reset] that of a GRU
 * @param {Record<string, any>} [said.options] what it computes besides: activation …
 * @returns {Record<string, any>}
 */
export function cellOf(kind, order, four, { single, reset, options = {} }) {
  const [weightIh, weightHh, bias, second] = four.map((values) =>
    reordered(values, order[kind], GATES[kind]),
  );
  const H = bias.length / GATES[kind].length,
    cell = { weightIh, weightHh, bias };
  if (kind === "GRU") {
    Object.assign(cell, { update: "keep", reset });
    if (reset === "after") {
      cell.biasHn = second.slice(2 * H);
      second.fill(0, 2 * H);
    }
  }
  for (let k = 0; k < bias.length; k += 1) {
    const sum = bias[k] + second[k];
    bias[k] = single ? Math.fround(sum) : sum;
  }
  // What is usual is left out.
  const usual = { activation: "tanh", recurrentActivation: "sigmoid", outputActivation: "tanh" };
  for (const [name, value] of Object.entries(options))
    if (value && value !== usual[name]) cell[name] = value;
  return cell;
}

/**
 * A layer of the plain network without cells.
 * @param {string} name
 * @param {string} kind
 * @param {object} [said]
 * @returns {Record<string, any>}
 */
export const emptyLayer = (name, kind, said = {}) => ({
  name,
  kind,
  inputSize: 0,
  hiddenSize: 0,
  direction: "forward",
  conventions: {},
  axes: "?",
  follows: null,
  notes: [],
  reason: "",
  cells: {},
  state: null,
  lengths: null,
  ...said,
});

/**
 * A layer of the cells of its directions, { there } or { back } or both; with a reason in their
 * place where this page cannot compute them.
 * @param {string} name
 * @param {string} kind
 * @param {Record<string, any>} cells
 * @param {object} [said]
 * @returns {Record<string, any>}
 */
export function assembled(name, kind, cells, said = {}) {
  const sides = Object.values(cells).map((cell) => ({ cell, ...sizesOf(kind, cell) }));
  const [{ inputSize, hiddenSize }] = sides;
  if (sides.some((side) => side.inputSize !== inputSize))
    refuse("back must have the input_size of there: its two directions read the same x");
  const direction = sides.length === 2 ? "both" : cells.there ? "forward" : "backward";
  const layer = emptyLayer(name, kind, { inputSize, hiddenSize, direction, ...said });
  const reason = sides.some((side) => side.hiddenSize !== hiddenSize)
    ? "its two directions have different numbers of units"
    : sides.map(beyond).find(Boolean);
  return reason ? { ...layer, reason: HERE + reason } : { ...layer, cells };
}

function sizesOf(kind, { weightIh, weightHh, bias, weightHr }) {
  const rows = bias.length;
  const hiddenSize = weightHr ? weightHh.length / rows : rows / GATES[kind].length;
  return { inputSize: weightIh.length / rows, hiddenSize };
}

// Parts that Python computes and a page does not.
const BEYOND = {
  peepholes: "peepholes",
  weightHr: "a projection",
  coupled: "coupled gates",
  clip: "clipping",
};

// Why this page does not compute a cell that Python does, or "".
function beyond({ cell, inputSize, hiddenSize }) {
  if (Math.max(hiddenSize, inputSize) > MAX_UNITS)
    return `it has ${inputSize} inputs and ${hiddenSize} units, a page takes ${MAX_UNITS} at most`;
  const has = Object.keys(BEYOND).filter((part) => cell[part]);
  return has.length ? `it has ${has.map((part) => BEYOND[part]).join(", ")}` : "";
}

/**
 * What `make` returns; for what it refuses, a layer with the reason.
 * @param {() => Record<string, any>} make
 * @param {(reason: string) => Record<string, any>} without
 * @returns {Record<string, any>}
 */
export function orReason(make, without) {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal) || error instanceof Excess) throw error;
    return without(error.message);
  }
}

/**
 * Whether Python has a cell for a layer, be it that this page has none.
 * @param {Record<string, any>} layer
 * @returns {boolean}
 */
export const isKnown = ({ reason }) => !reason || reason.startsWith(HERE);

/**
 * Whether a layer reads the h of the one below it, by their sizes.
 * @param {Record<string, any>} below
 * @param {Record<string, any>} layer
 * @returns {boolean}
 */
export const fitsOn = (below, layer) =>
  layer.inputSize > 0 &&
  layer.inputSize === below.hiddenSize * (below.direction === "both" ? 2 : 1);
