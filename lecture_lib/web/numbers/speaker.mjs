// A trained cell that says the next word: P = softmax(W h_t + b) after each word that it reads.
import { createGRU, createLSTM, createRNN } from "./cells.mjs";
import { addProduct, fillRows, matrix, transposed } from "./products.mjs";

const CELLS = { RNN: createRNN, GRU: createGRU, LSTM: createLSTM };

/**
 * @param {"RNN" | "GRU" | "LSTM"} kind
 * @param {Record<string, number[] | number[][]>} weights the parameters by name, as nested lists
 * @param {number} maxSteps
 * @param {number} perOne what stands for 1 in the lists
 * @returns {{run: Function, hiddenSize: number, outputSize: number}} `run(words, options)` reads
 *   words, numbers in the vocabulary, and returns the cell's trace and p (T × V), both filled anew by
 *   the next run; `options` are those of the cell's forward
 */
export function createSpeaker(kind, weights, maxSteps, perOne = 1) {
  const flat = (name) => Float64Array.from(weights[name].flat(), (value) => value / perOne);
  const [readout, bias] = [flat("readout.weight"), flat("readout.bias")];
  const inputSize = weights["cell.weight_ih"][0].length;
  const hiddenSize = weights["cell.weight_hh"][0].length;
  const outputSize = bias.length;
  const cell = CELLS[kind]({
    inputSize,
    hiddenSize,
    maxSteps,
    weightIh: flat("cell.weight_ih"),
    weightHh: flat("cell.weight_hh"),
    bias: flat("cell.bias"),
  });
  const x = new Float64Array(maxSteps * inputSize);
  const p = new Float64Array(maxSteps * outputSize);
  const [scores, weightT] = [matrix(p, outputSize), transposed(matrix(readout, hiddenSize))];

  function run(words, options) {
    x.fill(0);
    words.forEach((word, t) => {
      x[t * inputSize + word] = 1;
    });
    const trace = cell.forward(x, words.length, options);
    fillRows(scores, bias, 0, words.length);
    addProduct(scores, matrix(trace.h, hiddenSize), weightT, 0, words.length, 0, hiddenSize);
    for (let t = 0; t < words.length; t += 1) {
      const row = p.subarray(t * outputSize, (t + 1) * outputSize);
      const top = Math.max(...row);
      let sum = 0;
      for (let k = 0; k < outputSize; k += 1) sum += row[k] = Math.exp(row[k] - top);
      for (let k = 0; k < outputSize; k += 1) row[k] /= sum;
    }
    return { trace, p };
  }
  return { run, hiddenSize, outputSize };
}
