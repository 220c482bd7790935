// ONNX models read within bounds: the file, and the weights that lie in files beside it. The mirror of
// lecture_lib/interchange/onnx/files.py.
import { countOf, lazy, numbersOf, sizeOf } from "./arrays.mjs";
import { MAX_DEPTH, quoted, refuse, Refusal } from "./bounds.mjs";
import { countIn, numbersIn, readModel } from "./protobuf.mjs";

/** Nodes of a model, those of its branches among them. */
export const MAX_NODES = 200000;
const INLINE =
  "onnx.save(onnx.inliner.inline_local_functions(onnx.load('model.onnx')), 'inlined.onnx')";

// TensorProto.DataType: NumPy's name, and the field that holds numbers which are not raw.
const TYPES = new Map([
  [1, ["float32", "floatData"]],
  [2, ["uint8", "int32Data"]],
  [3, ["int8", "int32Data"]],
  [4, ["uint16", "int32Data"]],
  [5, ["int16", "int32Data"]],
  [6, ["int32", "int32Data"]],
  [7, ["int64", "int64Data"]],
  [9, ["bool", "int32Data"]],
  [10, ["float16", "int32Data"]],
  [11, ["float64", "doubleData"]],
  [12, ["uint32", "uint64Data"]],
  [13, ["uint64", "uint64Data"]],
  [16, ["bfloat16", "int32Data"]],
]);
const STORED = ["floatData", "int32Data", "int64Data", "doubleData", "uint64Data"];

/**
 * @param {number} code
 * @returns {string | undefined} NumPy's name of an ONNX type of numbers
 */
export const typeNamed = (code) => TYPES.get(code)?.[0];

/**
 * A model that holds all its weights.
 * @param {Uint8Array} bytes
 * @param {(location: string, what: string) => Uint8Array} take a file beside it
 * @returns {Record<string, any>}
 */
export function onnxModel(bytes, take) {
  const model = readModel(bytes);
  if (!model.graph || !model.opsetImport.length)
    refuse("model must be a whole ONNX file, got one without a graph or an opset");
  checkDepth(model.graph);
  if (model.functions.length)
    refuse(`the model has local functions, which this line of Python puts in place: ${INLINE}`);
  takeIn([...tensorsOf(model.graph)], take);
  for (const tensor of tensorsOf(model.graph)) checkTensor(tensor);
  return model;
}

/**
 * [name, graph] of the graphs inside a node: branches of an If, the body of a Loop or Scan.
 * @param {Record<string, any>} node
 * @returns {[string, Record<string, any>][]}
 */
export const graphsOf = (node) =>
  node.attribute.flatMap(({ name = "", g, graphs }) => [
    ...(g ? [[name, g]] : []),
    ...graphs.map((graph, k) => [`${name}${k}`, graph]),
  ]);

function checkDepth(graph, depth = 0) {
  if (depth > MAX_DEPTH) refuse("model must not nest its graphs so deep");
  for (const node of graph.node)
    for (const [, inner] of graphsOf(node)) checkDepth(inner, depth + 1);
}

function* tensorsOf(graph) {
  yield* graph.initializer;
  for (const node of graph.node) {
    for (const { t, tensors } of node.attribute) {
      if (t) yield t;
      yield* tensors;
    }
    for (const [, inner] of graphsOf(node)) yield* tensorsOf(inner);
  }
}

// Put weights from files beside the model into it.
function takeIn(tensors, take) {
  const files = new Map();
  let taken = 0;
  for (const tensor of tensors.filter((one) => one.dataLocation === 1)) {
    const said = Object.fromEntries(
      tensor.externalData.map(({ key, value }) => [`${key} `, value]),
    );
    const location = said["location "] ?? "";
    if (!files.has(location)) files.set(location, take(location, tensor.name ?? "a weight"));
    const file = files.get(location);
    const [offset, length] = ["offset ", "length "].map((key) => said[key]);
    if ([offset, length].some((text) => text !== undefined && !/^\d{1,15}$/.test(text)))
      refuse(`${tensor.name} must have a whole offset and length`);
    const from = Number(offset ?? 0),
      count = Number(length ?? file.length - from);
    taken += Math.max(count, 0);
    const all = [...files.values()].reduce((sum, one) => sum + one.length, 0);
    // Tensors may share a place, but not so that a small file becomes a large model.
    if (count < 0 || from + count > file.length || taken > 2 * all)
      refuse(
        `${tensor.name} must lie within ${location} of ${file.length} bytes, got offset ` +
          `${from}, length ${count}`,
      );
    tensor.rawData = file.subarray(from, from + count);
  }
}

// Refuse a tensor whose dimensions say more than it holds.
function checkTensor(tensor) {
  const { name = "" } = tensor;
  tensor.shape = numbersIn(tensor.dims);
  for (const length of tensor.shape)
    if (!(length >= 0)) refuse(`model must be valid: ${name} has an axis of length ${length}`);
  // Two numbers of 4 bits in a byte are the extreme.
  const held =
    2 * Math.max(tensor.rawData?.length ?? 0, ...STORED.map((field) => countIn(tensor[field])));
  if (countOf(tensor.shape) > held)
    refuse(
      `model must be valid: ${name} of shape [${tensor.shape.join(", ")}] holds fewer numbers`,
    );
}

/**
 * The numbers of a TensorProto, what is narrower in float32, or null for texts.
 * @param {Record<string, any>} tensor
 * @returns {{ dtype: string, shape: number[], values: Float64Array } | null}
 */
export function arrayOf(tensor) {
  const { name = "", dataType = 0, shape, rawData } = tensor;
  if (dataType === 0 || dataType === 8) return null;
  const [dtype, field] =
    TYPES.get(dataType) ?? refuse(`${name} of the model cannot be read: it is of type ${dataType}`);
  const held = rawData ? rawData.length / sizeOf(dtype) : countIn(tensor[field]);
  if (held !== countOf(shape) || shape.length > 32)
    refuse(`${name} of the model cannot be read: it holds ${held} numbers`);
  const wide = dtype.endsWith("float16") ? "float32" : dtype;
  return lazy(wide, shape, () => {
    if (rawData) return numbersOf(dtype, rawData);
    const numbers = numbersIn(tensor[field]);
    if (!dtype.endsWith("float16")) return Float64Array.from(numbers);
    // In 16 bits, each as a whole number of its own.
    return numbersOf(dtype, new Uint8Array(Uint16Array.from(numbers).buffer));
  });
}

/**
 * The attributes of a node by name; what holds graphs is left out.
 * @param {Record<string, any>} node
 * @returns {Map<string, any>}
 */
export function attributesOf(node) {
  const found = new Map();
  for (const attribute of node.attribute) {
    const { name = "", type = 0, g, graphs, refAttrName } = attribute;
    if (g || graphs.length || refAttrName) continue;
    const read = VALUES[type] ?? refuse(`the attribute ${quoted(name)} is of a kind unknown here`);
    found.set(name, read(attribute));
  }
  return found;
}

const VALUES = [
  () => undefined,
  ({ f = 0 }) => f,
  ({ i = 0 }) => i,
  ({ s }) => asciiOf(s),
  ({ t }) => t,
  () => undefined,
  ({ floats }) => numbersIn(floats),
  ({ ints }) => numbersIn(ints),
  ({ strings }) => strings.map(asciiOf),
];

const asciiOf = (bytes = new Uint8Array()) =>
  Array.from(bytes.subarray(0, 1000), (byte) =>
    byte < 128 ? String.fromCharCode(byte) : "\ufffd",
  ).join("");

/**
 * What `make` returns; a refusal is told with what went before it.
 * @param {string} before
 * @param {() => any} make
 * @returns {any}
 */
export function told(before, make) {
  try {
    return make();
  } catch (error) {
    if (error.constructor !== Refusal) throw error;
    return refuse(before + error.message);
  }
}
