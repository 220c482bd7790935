// What the network reads: its own sequence, a curve, a text; the mirror of inputs.py.
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { unpacked } from "../../web/numbers/files/packed.mjs";
import { LETTERS, PERIOD, STREAM } from "./__init__.py";
import { firstOf } from "./view.mjs";

/**
 * The alphabet that stands for D inputs: the reader's, else the inputs' own names where they are letters,
 * else the first D of a fixed list.
 * @param {string} alphabet
 * @param {number} D
 * @param {string[] | null} names of the inputs
 * @returns {string}
 */
export function alphabetFor(alphabet, D, names) {
  if (alphabet) return alphabet;
  const areLetters = names?.every((name) => [...name].length === 1);
  return areLetters ? names.join("") : [...LETTERS].slice(0, D).join("");
}

const CURVES = {
  impulse: (t, T) => (t === Math.min(1, T - 1) ? 1 : 0),
  step: (t, T) => (t >= Math.floor(T / 3) ? 1 : 0),
  sine: (t) => Math.sin((2 * Math.PI * (t + 1)) / PERIOD),
};

/**
 * A one-hot input.
 * @param {ArrayLike<number>} hot which input is 1, for each step
 * @param {number} D
 * @returns {Float64Array}
 */
function oneHot(hot, D) {
  const x = new Float64Array(hot.length * D);
  for (let t = 0; t < hot.length; t += 1) x[t * D + hot[t]] = 1;
  return x;
}

/**
 * @param {"noise" | "impulse" | "step" | "sine"} source
 * @param {number} T
 * @param {number} D
 * @param {number} seed
 * @returns {object} an input: { x, T, D, steps, inputs, odd }
 */
function curveOf(source, T, D, seed) {
  const make = CURVES[source];
  const x = make
    ? Float64Array.from({ length: T * D }, (_, s) => make(Math.floor(s / D), T))
    : seededUniform(seed, STREAM, T * D);
  return { x, T, D, steps: null, inputs: null, odd: [] };
}

/**
 * @param {string} text
 * @param {string} alphabet
 * @param {number} D
 * @returns {object} an input, with `odd`, what of the text is not in the alphabet; or `{ refused,
 *   odd }`, with a sentence
 */
function textOf(text, alphabet, D) {
  const known = [...alphabet];
  const odd = [...new Set([...text].filter((letter) => !known.includes(letter)))];
  if (known.length !== D || new Set(known).size < D) {
    const twice = new Set(known).size < known.length ? ", some of them twice" : "";
    const wanted = `The alphabet must have ${D} characters, one for each input of the network`;
    return { refused: `${wanted}, and has ${known.length}${twice}.`, odd };
  }
  const steps = [...text].filter((letter) => known.includes(letter));
  if (!steps.length) return { refused: "The text has no letter of the alphabet.", odd };
  const x = oneHot(
    steps.map((letter) => known.indexOf(letter)),
    D,
  );
  return { x, T: steps.length, D, steps, inputs: known, isText: true, odd };
}

// x as the class packs it: one-hot by place, or numbers.
function givenInput({ x, steps, inputs }) {
  const [T, D] = x.shape ?? [x.hot.length, x.size];
  return { x: x.hot ? oneHot(x.hot, D) : unpacked(x), T, D, steps, inputs, odd: [] };
}

// A table that is as wide as the network wants.
function fitting(table, D) {
  if (table.D === D) return { ...table, odd: [] };
  const has = `${table.name} has ${table.D} ${table.D === 1 ? "number" : "numbers"} a step`;
  return { refused: `${has}, and the network reads ${D}.`, odd: [] };
}

/**
 * @param {object} wanted the model's source, length, seed, letters and alphabet
 * @param {object} there what there is: the given input, a reader's table, the name of an opened file, the
 *   network
 * @returns {object} an input, { x, T, D, steps, inputs, odd }; or { refused }, a sentence
 */
export function inputOf(
  { source, length, seed, letters, alphabet },
  { given, table, opened, network },
) {
  const D = firstOf(network).inputSize;
  if (table) return fitting(table, D);
  if (source === "text")
    return textOf(letters, alphabetFor(alphabet, D, opened ? null : given.inputs), D);
  if (source === "own" && !opened) return givenInput(given);
  return curveOf(source === "own" ? "noise" : source, length, D, seed);
}
