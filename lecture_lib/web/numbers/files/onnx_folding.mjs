// What an ONNX node makes of constants: each fold gives an array, or a `Uniform`, or null. The mirror
// of the second half of lecture_lib/interchange/onnx/graph.py, with NumPy's rounding.
import { countOf, lazy, strided } from "./arrays.mjs";
import { quoted, refuse } from "./bounds.mjs";
import { arrayOf, told, typeNamed } from "./onnx_files.mjs";
import { axisOf, concatenated, gathered, reshaped, sliced, split } from "./shaping.mjs";
import { squeezed, turned, unsqueezed, view } from "./shaping.mjs";

/** A tensor whose shape is known only when the model runs, but all of whose numbers are one. */
export class Uniform {
  constructor(value) {
    this.value = value;
  }
}

const FLOATS = ["float32", "float64"];
const asSingle = (array) => lazy("float32", array.shape, () => array.values.map(Math.fround));
const made = (shape, values, dtype = "int64") =>
  lazy(dtype, shape, () => Float64Array.from(values));
// The axes that an operator takes as its second input or, of old, as an attribute.
const axesOf = (inputs, options) => (inputs[1] ? [...inputs[1].values] : options.get("axes"));

// What several arrays come to, number by number, each repeated along the axes where it has one.
function elementwise(arrays, dtype, function_) {
  const axes = Math.max(...arrays.map((array) => array.shape.length));
  const padded = arrays.map(({ shape }) => [...Array(axes - shape.length).fill(1), ...shape]);
  const shape = Array.from({ length: axes }, (_, k) => {
    const lengths = new Set(padded.map((one) => one[k]));
    lengths.delete(1);
    if (lengths.size > 1) refuse("operands could not be broadcast together");
    return [...lengths][0] ?? 1;
  });
  if (countOf(shape) > 2 * Math.max(...arrays.map((array) => countOf(array.shape))))
    refuse("its result is larger than its inputs");
  return lazy(dtype, shape, () => {
    const wide = arrays.map((array, n) => {
      const own = padded[n];
      const steps = own.map((length, k) => (length === 1 ? 0 : countOf(own.slice(k + 1))));
      return strided(array.values, shape, steps);
    });
    return wide[0].map((_, k) => function_(...wide.map((values) => values[k])));
  });
}

function arithmetic(function_) {
  return (inputs) => {
    const [{ dtype }] = inputs;
    const known = FLOATS.includes(dtype) || dtype === "int64" || dtype === "int32";
    if (!known || inputs.some((one) => one.dtype !== dtype))
      refuse(`its inputs are of ${inputs.map((one) => one.dtype).join(" and ")}`);
    return elementwise(inputs, dtype, (...numbers) => {
      const value = function_(...numbers);
      if (dtype === "float32") return Math.fround(value);
      const whole = dtype === "float64" || Math.abs(value) <= 2 ** (dtype === "int32" ? 31 : 53);
      return whole ? value : refuse("its result is too large");
    });
  };
}

function dequantised([x, scale, zero], options) {
  const placed = (part) => {
    if (scale.shape.length !== 1 || countOf(scale.shape) === 1 || !part.shape.length) return part;
    const axis = axisOf(options.get("axis") ?? 1, x.shape.length);
    return view(part, Array(x.shape.length).fill(1).with(axis, countOf(part.shape)));
  };
  const parts = [x, placed(scale), ...(zero ? [placed(zero)] : [])].map(asSingle);
  return elementwise(parts, "float32", (value, by, from = 0) =>
    Math.fround(Math.fround(value - from) * Math.fround(by)),
  );
}

const bits = new DataView(new ArrayBuffer(8));

// To so many binary places after the first, ties to even; `least` is the smallest exponent.
function rounded(value, places, least, most) {
  if (!Number.isFinite(value) || value === 0) return value;
  bits.setFloat64(0, value);
  const exponent = Math.max(((bits.getUint16(0) >> 4) & 2047) - 1023, least);
  const unit = 2 ** (exponent - places),
    count = value / unit,
    down = Math.floor(count),
    over = count - down;
  const up = over > 0.5 || (over === 0.5 && down % 2 !== 0);
  const near = (down + (up ? 1 : 0)) * unit;
  if (near === 0) return value < 0 ? -0 : 0;
  return Math.abs(near) >= 2 ** most ? Math.sign(value) * Infinity : near;
}

const NARROW = { float16: [10, -14, 16], bfloat16: [7, -126, 128] };

function cast([array], options) {
  const dtype = typeNamed(options.get("to"));
  if (!dtype) return null;
  const wide = NARROW[dtype] ? "float32" : dtype;
  const unsigned = dtype.startsWith("u"),
    size = Number(dtype.match(/\d+$/)?.[0] ?? 1);
  const most = 2 ** Math.min(53, unsigned ? size : size - 1);
  const convert = (value) => {
    if (NARROW[dtype]) return rounded(value, ...NARROW[dtype]);
    if (dtype === "float64") return value;
    if (dtype === "float32") return Math.fround(value);
    if (dtype === "bool") return Number(value !== 0);
    const whole = Math.trunc(value) + 0;
    return whole < most && whole >= (unsigned ? 0 : -most)
      ? whole
      : refuse(`${value} does not fit into ${dtype}`);
  };
  return lazy(wide, array.shape, () => array.values.map(convert));
}

function constant(options) {
  for (const [name, dtype] of [
    ["float", "float32"],
    ["int", "int64"],
  ]) {
    const one = options.get(`value_${name}`),
      several = options.get(`value_${name}s`);
    if (one !== undefined) return made([], [one], dtype);
    if (several !== undefined) return made([several.length], several, dtype);
  }
  const value = options.get("value");
  return value?.dims ? arrayOf(value) : null;
}

function filled(options) {
  const value = options.get("value"),
    array = value?.dims ? arrayOf(value) : null;
  return new Uniform(array?.values[0] ?? 0);
}

function expanded(array) {
  const { values } = array;
  return values.length && values.every((value) => value === values[0])
    ? new Uniform(values[0])
    : array;
}

// Folds that want every input, of arrays.
const SHAPED = {
  Identity: ([array]) => array,
  Unsqueeze: (inputs, options) => unsqueezed(inputs[0], axesOf(inputs, options)),
  Squeeze: (inputs, options) => squeezed(inputs[0], axesOf(inputs, options)),
  Reshape: ([array, shape], options) =>
    reshaped(
      array,
      [...(shape ?? refuse("its shape is missing")).values],
      options.get("allowzero"),
    ),
  Flatten: ([array], options) => {
    const rows = countOf(array.shape.slice(0, options.get("axis") ?? 1));
    return reshaped(array, [rows, -1], true);
  },
  Transpose: ([array], options) => turned(array, options.get("perm")),
  Slice: sliced,
  Split: split,
  Gather: gathered,
  DequantizeLinear: dequantised,
  Shape: ([array]) => made([array.shape.length], array.shape),
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Neg: arithmetic((a) => -a),
};

/**
 * What a node makes of its inputs, each an array, a `Uniform` or null; of several outputs a list.
 * @param {Record<string, any>} node
 * @param {any[]} inputs
 * @param {Map<string, any>} options
 * @returns {any}
 */
export function folded(node, inputs, options) {
  const { opType, input } = node,
    [first] = inputs;
  const says = `the model's ${opType} node ${quoted(node.name ?? "")} does not fit its inputs: `;
  if (opType === "Constant") return constant(options);
  if (opType === "ConstantOfShape") return filled(options);
  if (opType === "Concat") {
    if (!inputs.length || inputs.includes(null)) return null;
    if (first instanceof Uniform && inputs.every((one) => one.value === first.value)) return first;
    if (inputs.some((one) => one instanceof Uniform)) return null;
    return told(says, () => concatenated(inputs, options));
  }
  const makes = { Cast: cast, Expand: ([array]) => expanded(array) }[opType];
  if (makes) return !first || first instanceof Uniform ? (first ?? null) : makes(inputs, options);
  if (!Object.hasOwn(SHAPED, opType) || !first) return null;
  if (first instanceof Uniform) return first;
  if (inputs.some((given, k) => (given === null && input[k]) || given instanceof Uniform))
    return null;
  return told(says, () => SHAPED[opType](inputs, options));
}
