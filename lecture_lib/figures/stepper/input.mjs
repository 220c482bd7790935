// What both cells read: a curve, the numbers of a text, or a word letter by letter.
import { ALPHABET, LARGEST_INPUT, MAX_STEPS, NUMBER, STREAMS } from "./__init__.py";
import { seededUniform } from "../../web/numbers/seeded.mjs";

const CURVES = {
  sine: (t) => Math.sin((2 * Math.PI * (t + 1)) / 10),
  step: (t, steps) => (t >= Math.floor(steps / 3) ? 1 : 0),
  impulse: (t) => (t === 1 ? 1 : 0),
};
const READABLE = new RegExp(`^(?:${NUMBER})$`);
const MOST_NAMED = 8;
const MOST_OF_A_NAME = 12;

const roundToHundredths = (value) => Math.floor(100 * value + 0.5) / 100;

/**
 * @param {object} state of the figure: source, steps, seed, numbers, word
 * @returns {{count: number, size: number, x: Float64Array, skipped: string[], cut: number}} the
 *   steps, the inputs D of each, x (count × D), what could not be read and how much was too much;
 *   and `values` or `letters`
 */
export function readInput({ source, steps, seed, numbers, word }) {
  if (source === "word") return readWord(word);
  if (source === "numbers") return readNumbers(numbers);
  const noise = source === "noise" ? seededUniform(seed, STREAMS.noise, steps) : null;
  const value = (_, t) => roundToHundredths(noise ? noise[t] : CURVES[source](t, steps));
  return asInput(Float64Array.from({ length: steps }, value));
}

function asInput(values, rest = {}) {
  return { count: values.length, size: 1, x: values, values, skipped: [], cut: 0, ...rest };
}

function readNumbers(text) {
  const words = text
    .replaceAll("−", "-")
    .split(/[\s,;]+/)
    .filter(Boolean);
  const isRead = (word) => READABLE.test(word) && Math.abs(Number(word)) <= LARGEST_INPUT;
  const read = words.filter(isRead).map(Number);
  return asInput(Float64Array.from(read.length ? read.slice(0, MAX_STEPS) : [0]), {
    skipped: [...new Set(words.filter((word) => !isRead(word)))],
    cut: Math.max(0, read.length - MAX_STEPS),
    empty: !read.length,
  });
}

function readWord(text) {
  const all = [...text];
  const isRead = (letter) => /^[a-z]$/i.test(letter);
  const read = all.filter(isRead).map((letter) => letter.toLowerCase());
  const letters = read.slice(0, MAX_STEPS);
  const count = Math.max(1, letters.length);
  const x = new Float64Array(ALPHABET.length * count);
  letters.forEach((letter, t) => {
    x[ALPHABET.length * t + ALPHABET.indexOf(letter)] = 1;
  });
  return {
    count,
    size: ALPHABET.length,
    x,
    letters: letters.length ? letters : ["·"],
    skipped: [...new Set(all.filter((letter) => !isRead(letter)))],
    cut: Math.max(0, read.length - MAX_STEPS),
    empty: !letters.length,
  };
}

/**
 * @param {object} input from `readInput`
 * @returns {string} what a reader who typed something else should know, or ""
 */
export function remark({ skipped, cut, empty, letters }) {
  const kind = letters ? "letters a–z" : `numbers from −${LARGEST_INPUT} to ${LARGEST_INPUT}`;
  const names = skipped
    .slice(0, MOST_NAMED)
    .map((text) => (text === " " ? "spaces" : `“${[...text].slice(0, MOST_OF_A_NAME).join("")}”`));
  const more = skipped.length > MOST_NAMED ? ` and ${skipped.length - MOST_NAMED} more` : "";
  const sentences = [];
  if (skipped.length) sentences.push(`Only ${kind} are read; skipped: ${names.join(", ")}${more}.`);
  if (cut) sentences.push(`Only the first ${MAX_STEPS} are read.`);
  if (empty) sentences.push(`No ${kind} yet: one step of zeros is shown.`);
  return sentences.join(" ");
}
