// Files of named arrays, .safetensors, .npz and .npy: the mirror of
// lecture_lib/interchange/array_files.py.
import { rawArray, transposed } from "./arrays.mjs";
import { MAX_ENTRIES, own, parsed, refuse, textOf } from "./bounds.mjs";

// https://github.com/huggingface/safetensors, Format.
const SAFE_TYPES = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};

/**
 * The arrays of a .safetensors file by name: 8 bytes say how long its header is, the header, in
 * JSON, where each array lies in what follows.
 * @param {Uint8Array} bytes
 * @returns {Map<string, { dtype: string, shape: number[], values: Float64Array }>}
 */
export function safetensorsFile(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8)
    refuse(
      "the header of the .safetensors file must end within its " +
        `${bytes.length} bytes, got a length of ${length}`,
    );
  const header = parsed(bytes.subarray(8, 8 + length), "the header of the .safetensors file");
  const numbers = bytes.subarray(8 + length),
    arrays = new Map();
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  if (entries.length > MAX_ENTRIES)
    refuse(`the .safetensors file has ${entries.length} arrays, more than ${MAX_ENTRIES}`);
  let total = 0;
  for (const [name, entry] of entries) {
    const [dtype, shape, place] = ["dtype", "shape", "data_offsets"].map((key) => own(entry, key));
    if ([dtype, shape].includes(undefined) || !Array.isArray(place) || place.length !== 2)
      refuse(`${name} must have dtype, shape and data_offsets`);
    const [start, end] = place;
    const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
    if (!whole || start < 0 || end < start || end > numbers.length)
      refuse(`${name} must lie within the file, got data_offsets ${start}, ${end}`);
    total += end - start;
    if (total > numbers.length || !Array.isArray(shape) || shape.length > 32)
      refuse(`${name} must have its own place in the file, and at most 32 axes`);
    if (typeof dtype !== "string" || !Object.hasOwn(SAFE_TYPES, dtype)) continue;
    arrays.set(name, rawArray(name, numbers.subarray(start, end), SAFE_TYPES[dtype], shape));
  }
  return arrays;
}

/**
 * The arrays of an .npz file by name; those of objects are not read.
 * @param {{ names: string[], read: (name: string) => Promise<Uint8Array> }} archive
 * @returns {Promise<Map<string, { dtype: string, shape: number[], values: Float64Array }>>}
 */
export async function npzFile(archive) {
  const arrays = new Map();
  for (const entry of archive.names) {
    if (!entry.endsWith(".npy")) continue;
    const array = npy(entry, await archive.read(entry));
    if (array) arrays.set(entry.slice(0, -4), array);
  }
  return arrays;
}

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
