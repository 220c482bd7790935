// What is asked of the page's examination, held to what there is.
import { functionOf } from "./functions.mjs";
import { constants, count, MOST_NUMBERS, must, sentenceOf } from "./limits.mjs";

/** The gates of each kind, in the order of their rows. */
export const GATES = { RNN: [], GRU: ["r", "z", "n"], LSTM: ["i", "f", "g", "o"] };
/** The gates that are no σ of their sums. */
export const CANDIDATES = new Set(["n", "g"]);
/** How many blocks of H rows the weights of each kind have. */
export const ROWS = { RNN: 1, GRU: 3, LSTM: 4 };
const TRACED = { RNN: 1, GRU: 5, LSTM: 6 }; // arrays of a direction, T × H each

/**
 * The directions of a layer, "there" before "back".
 * @param {{ cells: object }} layer
 * @returns {string[]}
 */
export const sidesOf = ({ cells }) => ["there", "back"].filter((side) => cells?.[side]);

/**
 * The functions of a plain cell, in place of σ, of tanh, and of the tanh of an LSTM's c.
 * @param {object} cell
 * @returns {{ gate: object, squash: object, show: object }} as the cells of cells.mjs take them
 */
export function functionsOf({ activation, recurrentActivation, outputActivation }) {
  return {
    gate: functionOf(recurrentActivation ?? "sigmoid"),
    squash: functionOf(activation ?? "tanh"),
    show: functionOf(outputActivation ?? activation ?? "tanh"),
  };
}

// Why a layer without a cell has none.
const withoutCell = ({ reason }) =>
  reason.startsWith("cannot be computed")
    ? `it ${reason}`
    : `it cannot be computed here: ${reason}`;

// Why a layer cannot be examined; "" where it can.
function reasonOf(layer, { T, width }) {
  const { inputSize, hiddenSize, lengths } = layer;
  if (lengths) return "it has stored lengths, which Python keeps to and a page does not";
  if (hiddenSize > constants.max_units)
    return `it has ${count(hiddenSize)} units, more than ${count(constants.max_units)}`;
  if (width !== inputSize)
    return `it takes ${count(inputSize)} inputs, and what it reads here has ${count(width)}`;
  if (T > constants.max_steps)
    return `it reads ${count(T)} steps, more than ${count(constants.max_steps)}`;
  try {
    Object.values(layer.cells).forEach(functionsOf);
  } catch (error) {
    return sentenceOf(error);
  }
  return "";
}

// What a layer reads: { reads, T, width, x }, or why that is not known.
function inputOf(layer, number, { x, T }, made) {
  if (!sidesOf(layer).length) return withoutCell(layer);
  const below = made.get(layer.follows);
  if (below) {
    const width = below.layer.hiddenSize * sidesOf(below.layer).length;
    return { reads: layer.follows, T: below.T, width };
  }
  if (layer.x)
    return {
      reads: "recorded",
      x: layer.x,
      T: layer.x.length / layer.inputSize,
      width: layer.inputSize,
    };
  if (layer.follows) return `it reads the h of ${layer.follows}, which is not known here`;
  if (number === 0) return { reads: "x", x, T, width: x.length / T };
  return "it follows no layer whose h is known here, and was not watched";
}

/**
 * @param {object} network
 * @param {{ x: Float64Array, T: number }} given
 * @returns {{ plan: object[], left: Record<string, string> }} the layers that can be run, each
 *   { layer, reads, T, x }, and for each other one the reason, by its name
 * @throws {Refusal} where no layer can be run, x is no input, or there is no room for the traces
 */
export function planOf(network, given) {
  const { x, T } = given;
  must(Number.isInteger(T) && T >= 1 && x.length, "The input has no step.");
  must(Number.isInteger(x.length / T), `The input has not the same numbers at each of ${T} steps.`);
  const odd = x.findIndex((value) => !Number.isFinite(value));
  must(odd < 0, `The input is not finite at step ${Math.floor((odd * T) / x.length)}.`);
  const [made, left] = [new Map(), {}];
  const twice = network.layers.find(
    ({ name }, k, all) => all.findIndex((a) => a.name === name) < k,
  );
  must(!twice, `This network has two layers of the name ${twice?.name}.`);
  for (const [number, layer] of network.layers.entries()) {
    const found = inputOf(layer, number, given, made);
    const reason = typeof found === "string" ? found : reasonOf(layer, found);
    if (reason) left[layer.name] = reason;
    else made.set(layer.name, { layer, ...found });
  }
  const [[name, reason] = []] = Object.entries(left);
  must(made.size || name, "There is no recurrent layer in this network.");
  must(made.size, `${name} cannot be examined: ${reason}.`);
  const plan = [...made.values()];
  const numbers = plan.reduce((sum, each) => sum + numbersOf(each), 0);
  const fit = Math.floor((T * MOST_NUMBERS) / numbers);
  must(
    numbers <= MOST_NUMBERS,
    `All gates and states of this network over ${count(T)} steps take ` +
      `${count(Math.ceil(numbers / 2 ** 17))} MiB, and this page keeps ` +
      `${MOST_NUMBERS / 2 ** 17} at most: give it no more than ${count(fit)} steps.`,
  );
  return { plan, left };
}

const numbersOf = ({ layer, T }) =>
  sidesOf(layer).length * layer.hiddenSize * TRACED[layer.kind] * T;

/**
 * A hold with its direction and units said.
 * @param {object} hold
 * @param {object[]} plan
 * @returns {object}
 * @throws {Refusal} for one that names what is not there, or a value that a gate cannot have
 */
export function checkedHold(hold, plan) {
  const { layer: name, gate, from, to, value } = hold;
  const found = plan.find(({ layer }) => layer.name === name);
  must(found, `There is no layer ${name} here to hold a gate of.`);
  const { layer, T } = found;
  const { direction = sidesOf(layer)[0] } = hold;
  must(layer.cells[direction], `${name} has no direction ${direction}, only ${sidesOf(layer)}.`);
  const gates = GATES[layer.kind];
  must(gates.includes(gate), `${name} has no gate ${gate}, only ${gates.join(", ") || "none"}.`);
  const units = hold.units ?? Array.from({ length: layer.hiddenSize }, (_, k) => k);
  const outside = units.find((k) => !(Number.isInteger(k) && k >= 0 && k < layer.hiddenSize));
  must(
    outside === undefined,
    `${name} has no unit ${outside}: they are 0 … ${layer.hiddenSize - 1}.`,
  );
  const inside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to;
  must(inside && to <= T, `A hold from step ${from} to ${to} does not lie within 0 … ${T}.`);
  const fits = CANDIDATES.has(gate) ? Number.isFinite(value) : value >= 0 && value <= 1;
  const wanted = CANDIDATES.has(gate) ? "a finite number" : "0 … 1";
  must(fits || Number.isNaN(value), `${gate} can be held at ${wanted}, not at ${value}.`);
  return { layer: name, direction, gate, units, from, to, value };
}
