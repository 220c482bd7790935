// The networks that forecast, untrained: a list of layers and a readout, whose numbers are drawn as Python
// draws them. The mirror of `build` and `equal_size` of lecture_lib/forecasting/recurrent.py.
import { createGRU, createLSTM, createRNN } from "../cells.mjs";
import { createMinGRU } from "../min_gru.mjs";
import { seededUniform } from "../seeded.mjs";

// How a layer is made, its blocks of H rows, its states, how many layers there are, whether they read their
// own h, and the block of the gate that keeps, with the bias from which it starts.
const LAYERS = {
  RNN: { create: createRNN, blocks: 1, states: ["h"], layers: 1 },
  GRU: { create: createGRU, blocks: 3, states: ["h"], layers: 1, keeps: [1, -1] },
  LSTM: { create: createLSTM, blocks: 4, states: ["h", "c"], layers: 1, keeps: [1, 1] },
  minGRU: { create: createMinGRU, blocks: 2, states: ["h"], layers: 2, own: false },
};

// The arrays of a network: [name, rows, columns], a bias has no columns, in the order of NumPy's.
function shapesOf(kind, inputSize, H) {
  const { blocks, layers, own = true } = LAYERS[kind];
  const ofLayer = (k) => [
    [`${k}.weightIh`, blocks * H, k ? H : inputSize],
    ...(own ? [[`${k}.weightHh`, blocks * H, H]] : []),
    [`${k}.bias`, blocks * H, 0],
  ];
  const cell = Array.from({ length: layers }, (_, k) => ofLayer(k)).flat();
  return [...cell, ["readoutWeight", 1, H], ["readoutBias", 1, 0]];
}

/**
 * An untrained network: matrices uniform in ±1/√H, drawn by `seededUniform`, a stream for each; biases
 * 0, but that of the gate that keeps 1 in LSTM and GRU.
 * @typedef {{ kind: string, inputSize: number, hiddenSize: number,
 *   parameters: Record<string, Float64Array> }} Network
 * @param {string} kind RNN, GRU, LSTM or minGRU; the minGRU has two layers
 * @param {number} inputSize
 * @param {number} hiddenSize
 * @param {number} [seed]
 * @returns {Network}
 */
export function build(kind, inputSize, hiddenSize, seed = 0) {
  const parameters = {};
  shapesOf(kind, inputSize, hiddenSize).forEach(([name, rows, columns], stream) => {
    const array = new Float64Array(rows * Math.max(columns, 1));
    if (columns) {
      seededUniform(seed, stream, array.length, array);
      for (let k = 0; k < array.length; k += 1) array[k] /= Math.sqrt(hiddenSize);
    }
    parameters[name] = array;
  });
  const { keeps } = LAYERS[kind];
  if (keeps) {
    const [block, value] = keeps;
    parameters["0.bias"].fill(value, block * hiddenSize, (block + 1) * hiddenSize);
  }
  return { kind, inputSize, hiddenSize, parameters };
}

/**
 * How many numbers a network learns.
 * @param {string} kind
 * @param {number} inputSize
 * @param {number} hiddenSize
 * @returns {number}
 */
export function countParameters(kind, inputSize, hiddenSize) {
  return shapesOf(kind, inputSize, hiddenSize).reduce(
    (sum, [, rows, columns]) => sum + rows * Math.max(columns, 1),
    0,
  );
}

/**
 * The number of units with which a network comes nearest to so many parameters.
 * @param {string} kind
 * @param {number} inputSize
 * @param {number} parameters
 * @returns {number}
 */
export function equalSize(kind, inputSize, parameters) {
  let size = 1;
  while (size < parameters - 1 && countParameters(kind, inputSize, size) < parameters) size += 1;
  if (size === 1) return 1;
  const [below, above] = [size - 1, size].map((H) => countParameters(kind, inputSize, H));
  return above - parameters <= parameters - below ? size : size - 1;
}

/**
 * The names of the states of a kind's layers.
 * @param {string} kind
 * @returns {string[]}
 */
export const statesOf = (kind) => LAYERS[kind].states;

/**
 * The layers of a network, one above another, as a cell of cells.mjs that `createSequenceModel` takes.
 * @param {object} options kind, inputSize, hiddenSize, maxSteps, batchSize, and the parameters by name
 * @returns {{ forwardSteps: Function, backwardSteps: Function, traces: object[] }} `traces` are the
 *   layers', and what a run starts from is a list, { h0 } or { h0, c0 } for each
 */
export function createLayers({ kind, inputSize, hiddenSize, maxSteps, batchSize, ...arrays }) {
  const { create, layers } = LAYERS[kind];
  const namesOf = (k) => Object.keys(arrays).filter((name) => name.startsWith(`${k}.`));
  const cells = Array.from({ length: layers }, (_, k) =>
    create({
      inputSize: k ? hiddenSize : inputSize,
      hiddenSize,
      maxSteps,
      batchSize,
      inputGradient: k > 0,
      ...Object.fromEntries(namesOf(k).map((name) => [name.slice(2), arrays[name]])),
    }),
  );
  const traces = [];

  return { traces, ...throughLayers(cells, traces, namesOf) };
}

function throughLayers(cells, traces, namesOf) {
  function* forwardSteps(x, T, starts = []) {
    for (const [k, cell] of cells.entries())
      traces[k] = yield* cell.forwardSteps(k ? traces[k - 1].h : x, T, starts[k]);
    return traces.at(-1);
  }
  function* backwardSteps(dh) {
    const gradients = {};
    for (let k = cells.length - 1; k >= 0; k -= 1) {
      const found = yield* cells[k].backwardSteps(dh);
      for (const name of namesOf(k)) gradients[name] = found[name.slice(2)];
      dh = found.x;
    }
    return gradients;
  }
  return { forwardSteps, backwardSteps };
}

/**
 * A network that is run, over its own parameters.
 * @param {Network} network
 * @param {number} maxSteps
 * @param {number} [batchSize]
 * @returns {{ forwardSteps: Function, traces: object[], read: (h: Float64Array, row: number) => number }}
 *   `read` is what the readout says of the h in a row
 */
export function createNetworkRun(
  { kind, inputSize, hiddenSize, parameters },
  maxSteps,
  batchSize = 1,
) {
  const { readoutWeight, readoutBias, ...arrays } = parameters;
  const layers = createLayers({ kind, inputSize, hiddenSize, maxSteps, batchSize, ...arrays });
  // y = W h + b
  function read(h, row) {
    let sum = 0;
    for (let k = 0, s = row * hiddenSize; k < hiddenSize; k += 1, s += 1)
      sum += readoutWeight[k] * h[s];
    return sum + readoutBias[0];
  }
  return { ...layers, read };
}
