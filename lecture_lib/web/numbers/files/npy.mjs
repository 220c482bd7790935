// .npy files: the mirror of `npy` in lecture_lib/interchange/array_files.py.
import { rawArray, transposed } from "./arrays.mjs";
import { refuse, textOf } from "./bounds.mjs";

const KINDS = { f: "float", i: "int", u: "uint", c: "complex" };
const HEADER =
  /^\{\s*'descr':\s*('([<>|=]?)([a-zA-Z?])(\d*)'|\[.*\]),\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(((?:\s*\d+L?\s*,)*(?:\s*\d+L?)?)\s*\),?\s*\}\s*$/s;

/**
 * The array of an .npy file; null for one of objects or records.
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {{ dtype: string, shape: number[], values: Float64Array } | null}
 */
export function npy(name, bytes) {
  const broken = () => refuse(`${name} must have the header of an .npy file`);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, k) => bytes[k] !== byte)) broken();
  const version = bytes[6],
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (version !== 1 && version !== 2) broken();
  const from = version === 1 ? 10 : 12,
    length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > 10000 || from + length > bytes.length) broken();
  const found = textOf(bytes.subarray(from, from + length), name).match(HEADER) ?? broken();
  const [, , order, letter, digits, fortran, lengths] = found;
  if (letter === undefined || "OV".includes(letter)) return null;
  const shape = (lengths.match(/\d+/g) ?? []).map(Number);
  if (shape.length === 1 && !lengths.includes(",")) broken();
  const size = letter === "?" ? 1 : Number(digits) * (letter === "U" ? 4 : 1);
  if (size < 1) return digits ? null : broken();
  const bool = letter === "?" || (letter === "b" && size === 1);
  const dtype = bool ? "bool" : `${KINDS[letter] ?? letter}${size * 8}`;
  const data = bytes.subarray(from + length),
    turned = fortran === "True" ? shape.toReversed() : shape;
  const array = rawArray(name, data, dtype, turned, order !== ">", size);
  return fortran === "True" ? transposed(array) : array;
}
