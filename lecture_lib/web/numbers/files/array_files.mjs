// Files of named arrays, .safetensors and .npz: the mirror of
// lecture_lib/interchange/array_files.py.
import { rawArray } from "./arrays.mjs";
import { MAX_ENTRIES, own, parsed, refuse } from "./bounds.mjs";
import { npy } from "./npy.mjs";

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
