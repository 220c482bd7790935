// The cells of both tabs and their hidden states.
import { fixed, html } from "../../web/kit/dom.mjs";
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { INPUTS, SCALES, STEPS, STREAMS } from "./__init__.py";

/**
 * A heading within the figure.
 * @param {string} text
 * @returns {HTMLElement}
 */
export const heading = (text) => html("p", { class: "live-heading" }, text);

/**
 * `count` numbers of the array called `name`.
 * @param {number} seed
 * @param {string} name
 * @param {number} count
 * @returns {Float64Array}
 */
export function drawn(seed, name, count) {
  return seededUniform(seed, STREAMS[name], count).map((v) => (SCALES[name] ?? 1) * v);
}

/**
 * The input, steps × inputs.
 * @param {number} seed
 * @returns {Float64Array}
 */
export const inputOf = (seed) => drawn(seed, "x", STEPS * INPUTS);

/**
 * This book's cell of H units.
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @param {number} seed
 * @param {number} H
 * @returns {object} the arguments of a cell in cells.mjs
 */
export function referenceOf(kind, seed, H) {
  const rows = (kind === "lstm" ? 4 : 3) * H;
  const cell = {
    weightIh: drawn(seed, "weight_ih", rows * INPUTS),
    weightHh: drawn(seed, "weight_hh", rows * H),
    bias: drawn(seed, "bias", rows),
  };
  if (kind !== "gru_after") return cell;
  return { ...cell, biasHn: drawn(seed, "bias_hn", H), reset: "after" };
}

/**
 * The hidden states over all steps, step by step.
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @param {object} arrays the arguments of the cell
 * @param {number} H units
 * @param {Float64Array} x from `inputOf`
 * @returns {Float64Array}
 */
export function statesOf(kind, arrays, H, x) {
  const create = kind === "lstm" ? createLSTM : createGRU;
  const cell = create({ inputSize: INPUTS, hiddenSize: H, maxSteps: STEPS, ...arrays });
  return cell.forward(x, STEPS).h.subarray(0, STEPS * H);
}

/**
 * The states of both cells in numbers.
 * @param {number} H units
 * @returns {object} `draw(wanted, got)`: the states, steps × units
 */
export function createStateTable(H) {
  const heads = ["wanted", "loaded"].flatMap((cell) =>
    Array.from({ length: H }, (_, k) => `${cell}, h${k + 1}`),
  );
  const table = createTable(["t", ...heads], STEPS);
  const draw = (wanted, got) =>
    table.draw((t, k) =>
      k === 0 ? `${t + 1}` : fixed((k <= H ? wanted : got)[t * H + ((k - 1) % H)], 6),
    );
  return { root: table.root, draw };
}
