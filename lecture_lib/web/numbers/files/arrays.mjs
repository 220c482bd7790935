// Arrays of numbers as files hold them: { dtype, shape, values }, the values a Float64Array in the
// order of rows, read when they are asked for. Every float32, float16 and bfloat16 is exact in it.
import { refuse, shown } from "./bounds.mjs";

const half = (bits) => {
  const exponent = (bits >> 10) & 31,
    rest = bits & 1023;
  const size =
    exponent === 31
      ? rest
        ? NaN
        : Infinity
      : exponent
        ? (1 + rest / 1024) * 2 ** (exponent - 15)
        : rest * 2 ** -24;
  return bits & 0x8000 ? -size : size;
};

const upper = new DataView(new ArrayBuffer(4));
const brain = (bits) => {
  upper.setUint16(0, bits);
  return upper.getFloat32(0);
};

// Bytes of a number, and how it is read; by NumPy's names.
const READ = {
  float64: [8, (view, at, little) => view.getFloat64(at, little)],
  float32: [4, (view, at, little) => view.getFloat32(at, little)],
  float16: [2, (view, at, little) => half(view.getUint16(at, little))],
  bfloat16: [2, (view, at, little) => brain(view.getUint16(at, little))],
  int64: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  int32: [4, (view, at, little) => view.getInt32(at, little)],
  int16: [2, (view, at, little) => view.getInt16(at, little)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint64: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  uint32: [4, (view, at, little) => view.getUint32(at, little)],
  uint16: [2, (view, at, little) => view.getUint16(at, little)],
  uint8: [1, (view, at) => view.getUint8(at)],
  bool: [1, (view, at) => Number(view.getUint8(at) !== 0)],
};

/**
 * @param {string} dtype
 * @returns {number} the bytes of one number, 0 for a type that is not read here
 */
export const sizeOf = (dtype) => (Object.hasOwn(READ, dtype) ? READ[dtype][0] : 0);

/**
 * @param {number[]} shape
 * @returns {number}
 */
export const countOf = (shape) => shape.reduce((count, length) => count * length, 1);

/**
 * An array whose values are read at the first call.
 * @param {string} dtype
 * @param {number[]} shape
 * @param {() => Float64Array} read
 * @returns {{ dtype: string, shape: number[], values: Float64Array }}
 */
export function lazy(dtype, shape, read) {
  let values;
  return {
    dtype,
    shape,
    get values() {
      return (values ??= read());
    },
  };
}

/**
 * @param {string} dtype
 * @param {Uint8Array} bytes
 * @param {boolean} [little] whether the lowest byte of a number comes first
 * @returns {Float64Array}
 */
export function numbersOf(dtype, bytes, little = true) {
  const [size, read] = READ[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(Math.floor(bytes.byteLength / size));
  for (let k = 0; k < values.length; k += 1) values[k] = read(view, k * size, little);
  return values;
}

/**
 * The numbers of `bytes` as an array, checked to be just so many.
 * @param {string} name
 * @param {Uint8Array} bytes
 * @param {string} dtype
 * @param {any} shape
 * @param {boolean} [little]
 * @param {number} [size] the bytes of one number of a type that is not read here
 * @returns {{ dtype: string, shape: number[], values: Float64Array }}
 */
export function rawArray(name, bytes, dtype, shape, little = true, size = sizeOf(dtype)) {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0))
    refuse(`${name} must have whole lengths of its axes`);
  if (shape.length > 32) refuse(`${name} must have at most 32 axes, got ${shape.length}`);
  const wanted = countOf(shape) * size;
  if (wanted !== bytes.length)
    refuse(`${name} of shape ${shown(shape)} must have ${wanted} bytes, got ${bytes.length}`);
  // An axis of none beside axes of more than there can be.
  if (countOf(shape.filter((n) => n)) > 2 ** 60)
    refuse(`${name} cannot have the shape ${shown(shape)}`);
  return lazy(dtype, shape, () =>
    sizeOf(dtype)
      ? numbersOf(dtype, bytes, little)
      : refuse(`${name} must hold real numbers, got ${dtype}`),
  );
}

/**
 * The axes of an array in another order.
 * @param {{ dtype: string, shape: number[], values: Float64Array }} array
 * @param {number[]} [axes] which of its axes each of the new ones is; the other way round if left out
 * @returns {{ dtype: string, shape: number[], values: Float64Array }}
 */
export function transposed(array, axes = array.shape.map((_, k, all) => all.length - 1 - k)) {
  const { dtype, shape } = array,
    turned = axes.map((axis) => shape[axis]);
  return lazy(dtype, turned, () => {
    const steps = shape.map((_, k) => countOf(shape.slice(k + 1)));
    return strided(
      array.values,
      turned,
      axes.map((axis) => steps[axis]),
    );
  });
}

/**
 * The values that stand so many places apart along each axis.
 * @param {Float64Array} values
 * @param {number[]} shape
 * @param {number[]} steps
 * @param {number} [at]
 * @returns {Float64Array}
 */
export function strided(values, shape, steps, at = 0) {
  const found = new Float64Array(countOf(shape)),
    place = shape.map(() => 0),
    last = shape.length - 1;
  for (let k = 0; k < found.length; k += 1) {
    found[k] = values[at];
    for (let axis = last; axis >= 0; axis -= 1) {
      place[axis] += 1;
      at += steps[axis];
      if (place[axis] < shape[axis]) break;
      at -= steps[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return found;
}
