// Arrays in another shape or order, and parts of them, as ONNX and NumPy have it.
import { countOf, lazy, strided, transposed } from "./arrays.mjs";
import { refuse, shown } from "./bounds.mjs";

/**
 * The same numbers in another shape.
 * @param {{ dtype: string, shape: number[], values: Float64Array }} array
 * @param {number[]} shape
 * @returns {any}
 */
export function view(array, shape) {
  if (countOf(shape) !== countOf(array.shape))
    refuse(`cannot reshape array of size ${countOf(array.shape)} into shape ${shown(shape)}`);
  return lazy(array.dtype, shape, () => array.values);
}

/**
 * An axis counted from the front.
 * @param {number} axis
 * @param {number} count
 * @returns {number}
 */
export function axisOf(axis, count) {
  if (!Number.isInteger(axis) || axis < -count || axis >= count)
    refuse(`axis ${axis} is out of bounds for ${count} axes`);
  return axis < 0 ? axis + count : axis;
}

/**
 * @param {{ shape: number[] }} array
 * @param {number[]} [axes] all of length 1 if left out
 * @returns {any}
 */
export function squeezed(array, axes) {
  const { shape } = array;
  const gone = axes?.map((axis) => axisOf(axis, shape.length));
  if (gone?.some((axis) => shape[axis] !== 1)) refuse("an axis of another length than 1 stays");
  return view(
    array,
    shape.filter((length, k) => (gone ? !gone.includes(k) : length !== 1)),
  );
}

/**
 * @param {{ shape: number[] }} array
 * @param {number[]} [axes] where the new ones are to be
 * @returns {any}
 */
export function unsqueezed(array, axes = []) {
  const count = array.shape.length + axes.length,
    rest = [...array.shape];
  const added = axes.map((axis) => axisOf(axis, count));
  if (new Set(added).size !== added.length) refuse("repeated axis");
  return view(
    array,
    Array.from({ length: count }, (_, k) => (added.includes(k) ? 1 : rest.shift())),
  );
}

/**
 * @param {{ shape: number[] }} array
 * @param {number[]} shape with at most one −1
 * @param {boolean} [zeros] whether a 0 is a length, and not that of the array
 * @returns {any}
 */
export function reshaped(array, shape, zeros = false) {
  const lengths = shape.map((length, k) =>
    length === 0 && !zeros ? (array.shape[k] ?? refuse("list index out of range")) : length,
  );
  const known = countOf(lengths.filter((length) => length !== -1));
  const free = countOf(array.shape) / known;
  if (
    lengths.some((n) => n < -1) ||
    lengths.filter((n) => n === -1).length > 1 ||
    lengths.length > 32
  )
    refuse(`cannot reshape array of size ${countOf(array.shape)} into shape ${shown(shape)}`);
  if (lengths.includes(-1) && !Number.isInteger(free)) view(array, [-1]);
  return view(
    array,
    lengths.map((length) => (length === -1 ? free : length)),
  );
}

/**
 * @param {{ shape: number[] }} array
 * @param {number[]} [axes]
 * @returns {any}
 */
export function turned(array, axes) {
  const count = array.shape.length,
    order = axes?.map((axis) => axisOf(axis, count));
  if (order && new Set(order).size !== count) refuse("axes don't match array");
  return transposed(array, order);
}

// Along one axis, `count` places from `start` on, `step` apart.
function cut(array, axis, start, count, step = 1) {
  const { shape } = array,
    steps = shape.map((_, k) => countOf(shape.slice(k + 1)));
  const at = start * steps[axis],
    apart = steps.with(axis, steps[axis] * step),
    left = shape.with(axis, count);
  return lazy(array.dtype, left, () => strided(array.values, left, apart, at));
}

/**
 * @param {any[]} inputs
 * @param {Map<string, any>} options the node's attributes
 * @returns {any}
 */
export function sliced(inputs, options) {
  const given = inputs.slice(1).map((input) => input && [...input.values]);
  const old = [options.get("starts"), options.get("ends"), options.get("axes")];
  const [starts, ends, axes, steps] = inputs.length === 1 ? old : given;
  if (!starts || !ends || starts.length !== ends.length) refuse("starts and ends do not match");
  return starts.reduce((array, start, k) => {
    const axis = axisOf(axes ? axes[k] : k, array.shape.length),
      step = steps ? steps[k] : 1,
      length = array.shape[axis];
    if (!step) refuse("slice step cannot be zero");
    // As Python's slice(start, end, step).indices(length).
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const place = (n) => Math.min(Math.max(n < 0 ? n + length : n, low), high);
    const from = place(start),
      to = step < 0 && ends[k] < -length ? -1 : place(ends[k]);
    return cut(array, axis, from, Math.max(0, Math.ceil((to - from) / step)), step);
  }, inputs[0]);
}

/**
 * @param {any[]} inputs
 * @param {Map<string, any>} options the node's attributes
 * @returns {any}
 */
export function split(inputs, options) {
  const [array] = inputs,
    axis = axisOf(options.get("axis") ?? 0, array.shape.length),
    length = array.shape[axis];
  let sizes = inputs[1] ? [...inputs[1].values] : options.get("split");
  if (!sizes) {
    const count = options.get("num_outputs");
    if (!(count > 0) || length % count) refuse("array split does not result in an equal division");
    sizes = Array(count).fill(length / count);
  }
  if (sizes.some((n) => !(n >= 0)) || sizes.reduce((sum, n) => sum + n, 0) !== length)
    refuse(`its sizes must add up to ${length}`);
  let start = 0;
  return sizes.map((size) => cut(array, axis, (start += size) - size, size));
}

/**
 * @param {any[]} inputs
 * @param {Map<string, any>} options the node's attributes
 * @returns {any}
 */
export function gathered([array, places], options) {
  const axis = axisOf(options.get("axis") ?? 0, array.shape.length),
    { shape } = array;
  if (!places.dtype.includes("int")) refuse("Cannot cast array data to places");
  const found = [...shape.slice(0, axis), ...places.shape, ...shape.slice(axis + 1)];
  const inner = countOf(shape.slice(axis + 1)),
    outer = countOf(shape.slice(0, axis));
  const picks = Array.from(places.values, (place) => axisOf(place, shape[axis]));
  if (outer * picks.length * inner > 2 * Math.max(countOf(shape), picks.length))
    refuse("its result is larger than its inputs");
  return lazy(array.dtype, found, () => {
    const values = new Float64Array(countOf(found));
    for (let row = 0, at = 0; row < outer; row += 1)
      for (const pick of picks) {
        const from = (row * shape[axis] + pick) * inner;
        values.set(array.values.subarray(from, from + inner), at);
        at += inner;
      }
    return values;
  });
}

/**
 * @param {any[]} arrays
 * @param {Map<string, any>} options the node's attributes
 * @returns {any}
 */
export function concatenated(arrays, options) {
  const [{ dtype, shape }] = arrays,
    axis = axisOf(options.get("axis") ?? refuse("axis is missing"), shape.length);
  const alike = arrays.every(
    (one) =>
      one.dtype === dtype &&
      one.shape.length === shape.length &&
      one.shape.every((length, k) => k === axis || length === shape[k]),
  );
  if (!alike) refuse("all that is concatenated must have one type, and one shape but for the axis");
  const found = shape.with(
    axis,
    arrays.reduce((sum, one) => sum + one.shape[axis], 0),
  );
  return lazy(dtype, found, () => {
    const values = new Float64Array(countOf(found)),
      outer = countOf(shape.slice(0, axis));
    let at = 0;
    for (let row = 0; row < outer; row += 1)
      for (const one of arrays) {
        const count = countOf(one.shape.slice(axis));
        values.set(one.values.subarray(row * count, (row + 1) * count), at);
        at += count;
      }
    return values;
  });
}
