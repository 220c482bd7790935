// The activations that an ONNX node says, by this library's names.
import { quoted, refuse } from "./bounds.mjs";

const USUAL = { RNN: ["tanh"], GRU: ["sigmoid", "tanh"], LSTM: ["sigmoid", "tanh", "tanh"] };
const PLACES = ["recurrent_activation", "activation", "output_activation"];
const CAMEL = {
  recurrent_activation: "recurrentActivation",
  activation: "activation",
  output_activation: "outputActivation",
};
// Each with its usual α and β, where it has them.
const FUNCTIONS = {
  tanh: ["tanh"],
  sigmoid: ["sigmoid"],
  relu: ["relu"],
  affine: ["affine", 1, 0],
  leakyrelu: ["leaky_relu", 0.01],
  thresholdedrelu: ["thresholded_relu", 1],
  scaledtanh: ["scaled_tanh", 1, 1],
  hardsigmoid: ["hard_sigmoid", 0.2, 0.5],
  elu: ["elu", 1],
  softsign: ["softsign"],
  softplus: ["softplus"],
};

const placesOf = (kind) =>
  kind === "RNN" ? PLACES.slice(1, 2) : PLACES.slice(0, USUAL[kind].length);

/**
 * The activations of each direction, by the names of a plain cell.
 * @param {"RNN" | "GRU" | "LSTM"} kind
 * @param {Map<string, any>} options
 * @param {number} directions
 * @returns {Record<string, any>[]} each a name, or a name with its α and β
 */
export function functionsOf(kind, options, directions) {
  const usual = USUAL[kind],
    said = options.get("activations") ?? [];
  const names = said.length ? said : Array(directions).fill(usual).flat();
  if (names.length !== usual.length * directions)
    refuse(
      `the ${kind} node must have ${usual.length} activations a direction, got ` +
        `[${names.map(quoted).join(", ")}]`,
    );
  const left = ["activation_alpha", "activation_beta"].map((key) => [...(options.get(key) ?? [])]);
  const made = names.map((name) => {
    const key = name.toLowerCase();
    if (!Object.hasOwn(FUNCTIONS, key))
      refuse(`the ${kind} node has the activation ${quoted(name)}, unknown here`);
    const [own, ...defaults] = FUNCTIONS[key];
    const given = defaults.map((value, k) => shortest(left[k].shift() ?? value));
    if (given.some((value) => !Number.isFinite(value)))
      refuse(`activations = ${own} takes ${defaults.length} finite numbers`);
    // 1/6 in float32 is what Keras 3 and PyTorch mean by it.
    if (own === "hard_sigmoid" && given[0] === shortest(1 / 6) && given[1] === 0.5)
      return "keras3_hard_sigmoid";
    const same = given.every((value, k) => value === defaults[k]);
    return same ? own : [own, ...given];
  });
  return Array.from({ length: directions }, (_, k) =>
    Object.fromEntries(
      placesOf(kind).map((place, n) => [CAMEL[place], made[k * usual.length + n]]),
    ),
  );
}

// A float32 as the number that was meant: 0.2, not 0.20000000298.
function shortest(number) {
  const single = Math.fround(number);
  for (let digits = 1; digits < 10; digits += 1) {
    const value = Number(single.toPrecision(digits));
    if (Math.fround(value) === single) return value;
  }
  return single;
}

// A function in words: its name, and its numbers with 6 digits as Python writes them.
function worded(said) {
  const [name, ...numbers] = [said].flat();
  const brief = numbers.map((number) => String(Number(number.toPrecision(6))));
  return brief.length ? `${name}(${brief.join(", ")})` : name;
}

const decimal = (number) => `${number}${Number.isInteger(number) ? ".0" : ""}`;

/**
 * What a node says of its function, in words.
 * @param {"RNN" | "GRU" | "LSTM"} kind
 * @param {Map<string, any>} options
 * @param {Record<string, string>[]} functions
 * @param {Record<string, any>} weights
 * @returns {Record<string, string>}
 */
export function saidOf(kind, options, functions, weights) {
  const said = {};
  placesOf(kind).forEach((place, k) => {
    const others = [...new Set(functions.map((one) => worded(one[CAMEL[place]])))].toSorted();
    if (others.join() !== USUAL[kind][k]) said[place] = others.join(", ");
  });
  if (kind === "GRU")
    Object.assign(said, {
      reset: options.get("linear_before_reset") ? "after" : "before",
      z: "keeps",
    });
  if (options.get("clip")) said.clip = decimal(options.get("clip"));
  if (options.get("input_forget")) said.coupled = "f = 1 − i";
  if (weights.P) said.peepholes = "yes";
  return said;
}
