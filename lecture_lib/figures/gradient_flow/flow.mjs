// The gradient of an untrained cell against the steps back. In Python it is GradientFlow.flows.
import { BLOCKS, INPUTS, STREAMS } from "./__init__.py";
import { createGRU, createLSTM, createRNN } from "../../web/numbers/cells.mjs";
import { gradientFlow } from "../../web/numbers/jacobians.mjs";
import { spectralRadius } from "../../web/numbers/matrices.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";

/** The cells by name. */
export const KINDS = Object.keys(BLOCKS);
const CREATE = { RNN: createRNN, LSTM: createLSTM, GRU: createGRU };

/**
 * What a cell's curves depend on: while it stays the same they need not be computed again.
 * @param {"RNN" | "LSTM" | "GRU"} kind
 * @param {object} settings the figure's controls by name
 * @returns {string}
 */
export function keyOf(
  kind,
  { forget_bias, chrono, gain, radius, follow, hidden_size, steps, seed },
) {
  const own = kind === "RNN" ? [radius] : [gain, chrono || forget_bias];
  return [hidden_size, steps, seed, ...own, kind === "LSTM" && follow].join();
}

// The biases: of the LSTM's f and i, and of the GRU's z, which writes, the negative of f's.
function biasOf(kind, { forget_bias, chrono, hidden_size: H, steps, seed }) {
  const bias = new Float64Array(BLOCKS[kind] * H);
  if (kind === "RNN") return bias;
  const drawn = seededUniform(seed, STREAMS.chrono, H);
  for (let k = 0; k < H; k += 1) {
    const keeps = chrono ? Math.log(1 + ((steps - 2) * (drawn[k] + 1)) / 2) : forget_bias;
    bias[H + k] = kind === "LSTM" ? keeps : -keeps;
    if (kind === "LSTM" && chrono) bias[k] = -keeps;
  }
  return bias;
}

/**
 * Runs the cell forward, then follows the gradient back.
 * @param {"RNN" | "LSTM" | "GRU"} kind
 * @param {object} settings the figure's controls by name
 * @yields {void} after each power of the RNN's matrix, and after each step
 * @returns {Generator<void, { total: number[], direct: number[] | null }>} against the lag, 0 … T
 */
export function* flowOf(kind, settings) {
  const { hidden_size: H, steps, seed, follow } = settings;
  const rows = BLOCKS[kind] * H;
  const bound = 1 / Math.sqrt(H);
  const weightIh = seededUniform(seed, STREAMS[kind], rows * INPUTS).map((value) => value * bound);
  const drawn = seededUniform(seed, STREAMS[kind] + 1, rows * H);
  const gain =
    kind === "RNN" ? settings.radius / (yield* spectralRadius(drawn, H)) : bound * settings.gain;
  const weightHh = drawn.map((value) => value * gain);
  const x = seededUniform(seed, STREAMS.input, steps * INPUTS).map((value) => value * Math.sqrt(3));
  const cell = CREATE[kind]({
    inputSize: INPUTS,
    hiddenSize: H,
    weightIh,
    weightHh,
    bias: biasOf(kind, settings),
    maxSteps: steps,
  });
  const trace = cell.forward(x, steps);
  const total = [];
  const direct = [];
  for (const point of gradientFlow({
    kind,
    hiddenSize: H,
    weightHh,
    trace,
    steps,
    state: follow,
  })) {
    total.push(point.total);
    direct.push(point.direct);
    yield;
  }
  return { total, direct: direct[0] === null ? null : direct };
}
