// What a file may ask for: size, depth and place are checked before memory is taken. The mirror of
// lecture_lib/interchange/limits.py, with the bounds of a page.

/** Bytes of a file. */
export const MAX_FILE = 64 * 2 ** 20;
/** Entries of an archive or names in a file. */
export const MAX_ENTRIES = 20000;
/** Things within things. */
export const MAX_DEPTH = 64;
/** H of a layer. */
export const MAX_UNITS = 1024;
/** Layers of a network. */
export const MAX_LAYERS = 256;
const MAX_TEXT = 8 * 2 ** 20;
const SPARE = 2 ** 20; // what a small file may unpack to, however small

/** What does not fit, in a sentence for the reader. */
export class Refusal extends Error {}

/** A file that asks for more than it may: it is refused whole, not one of its layers. */
export class Excess extends Refusal {}

/**
 * @param {string} sentence
 * @returns {never}
 */
export function refuse(sentence) {
  throw new Refusal(sentence);
}

/**
 * What an error says to the reader; one that is no Refusal is a reader's stumble over a broken file.
 * @param {unknown} error
 * @returns {string}
 */
export const sentenceOf = (error) =>
  error instanceof Refusal ? error.message : "it is broken in a way unknown here";

/**
 * A file's name as it is said: without its folder, and short.
 * @param {string} name
 * @returns {string}
 */
export const shortName = (name) => String(name).split(/[\\/]/).pop().slice(0, 80) || "the file";

/**
 * How many bytes may be unpacked from packed ones: weights do not shrink to an eighth.
 * @param {number} length
 * @returns {number}
 */
export const roomFor = (length) => 4 * length + SPARE;

/**
 * Counts what is made of a file, so that one array shared by thousands of layers is no way out.
 * @param {number} left
 * @returns {(count: number) => void} throws once more is taken than was left
 */
export function createRoom(left) {
  return (count) => {
    left -= count;
    if (left < 0) throw new Excess("its layers would take far more memory than the file: refused");
  };
}

/**
 * A text of the file, cut where it is long and quoted as Python quotes it.
 * @param {unknown} text
 * @returns {string}
 */
export function quoted(text) {
  const short = String(text).slice(0, 120);
  return short.includes("'") && !short.includes('"') ? `"${short}"` : `'${short}'`;
}

/**
 * A shape as Python writes it: (3,) and (4, 3).
 * @param {number[]} shape
 * @returns {string}
 */
export const shown = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/**
 * @param {Uint8Array} bytes
 * @param {string} what
 * @returns {string}
 */
export function textOf(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse(`${what} must be a text in UTF-8`);
  }
}

/**
 * A JSON object from bytes.
 * @param {Uint8Array} bytes
 * @param {string} what
 * @returns {Record<string, any>}
 */
export function parsed(bytes, what) {
  if (bytes.length > MAX_TEXT) refuse(`${what} must have at most ${MAX_TEXT} bytes`);
  let value;
  try {
    value = JSON.parse(textOf(bytes, what));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    refuse(`${what} must be JSON, and is cut off or broken`);
  }
  if (!isObject(value)) refuse(`${what} must be a JSON object`);
  return value;
}

/**
 * @param {unknown} value
 * @returns {boolean} whether it is what Python reads as a dict
 */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What an object of a file holds under a name, and nothing that all objects have.
 * @param {any} object
 * @param {string} name
 * @returns {any}
 */
export const own = (object, name) =>
  isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
