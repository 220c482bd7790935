// Arrays as a figure's JSON carries them, { shape, dtype, base64 }: the mirror of
// lecture_lib/figures/packing.py. The numbers are little-endian; float32 stands only where it is exact.
import { numbersOf } from "./arrays.mjs";

/**
 * @param {{ shape: number[], dtype: "float32" | "float64", base64: string }} packed
 * @returns {Float64Array}
 */
export function unpacked({ dtype, base64 }) {
  return numbersOf(
    dtype,
    Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
  );
}

/**
 * @param {Float64Array} values
 * @param {number[]} [shape]
 * @returns {{ shape: number[], dtype: "float32" | "float64", base64: string }}
 */
export function packed(values, shape = [values.length]) {
  const single = values.every((value) => Object.is(Math.fround(value), value));
  const size = single ? 4 : 8,
    view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, k) => {
    if (single) view.setFloat32(k * size, value, true);
    else view.setFloat64(k * size, value, true);
  });
  let letters = "";
  for (const byte of new Uint8Array(view.buffer)) letters += String.fromCharCode(byte);
  return { shape, dtype: single ? "float32" : "float64", base64: btoa(letters) };
}

/**
 * Every packed array in what a figure's state holds, unpacked; all else as it is.
 * @param {any} value
 * @returns {any}
 */
export function unpackedAll(value) {
  if (Array.isArray(value)) return value.map(unpackedAll);
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.base64 === "string") return unpacked(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpackedAll(part)]));
}
