// What lies between the recurrent nodes of an ONNX model, and recurrences taken apart into it. The
// mirror of lecture_lib/interchange/onnx/parts.py.
import { countOf, lazy, transposed } from "./arrays.mjs";
import { Refusal } from "./bounds.mjs";
import { attributesOf, graphsOf } from "./onnx_files.mjs";
import { isOwn } from "./onnx_graph.mjs";
import { reshaped, squeezed, turned, unsqueezed } from "./shaping.mjs";

// What may lie between a layer and the next without changing a number.
const MOVED = ["Squeeze", "Unsqueeze", "Identity", "Dropout", "Reshape", "Transpose", "Cast"];
const PRODUCTS = ["MatMul", "Gemm", "MatMulInteger", "FusedMatMul", "Linear"];
const SQUASHING = ["Sigmoid", "Tanh", "HardSigmoid"];
const MOST = 4 * 10 ** 6; // numbers to try a chain of nodes with
/** What to do with a model whose layers were taken apart. */
export const INSTEAD =
  "Export the model so that its layers stay nodes (torch.onnx.export of torch.nn.LSTM, tf2onnx " +
  "of a Keras LSTM), or open the weights that it was exported from";

/**
 * Why a Loop or Scan whose body multiplies and squashes is not computed: an exporter took a
 * recurrence apart; "" for any other node.
 * @param {Record<string, any>} node
 * @returns {string}
 */
export function takenApart(node) {
  if (node.opType !== "Loop" && node.opType !== "Scan") return "";
  const [first] = graphsOf(node);
  if (!first) return "";
  const ops = new Set(first[1].node.map(({ opType }) => opType));
  const has = (names) => names.some((name) => ops.has(name));
  if (!has(PRODUCTS) || !has(SQUASHING) || has(["LSTM", "GRU", "RNN"])) return "";
  const found = [...PRODUCTS, ...SQUASHING].filter((name) => ops.has(name)).toSorted();
  return (
    `a recurrence that an exporter took apart: the body of this ${node.opType} multiplies and ` +
    `squashes (${found.join(", ")}). ${INSTEAD}`
  );
}

/**
 * Whether what a Split gives goes to three Sigmoid and a Tanh, each to one of them alone.
 * @param {Record<string, any>} node
 * @param {import("./onnx_graph.mjs").Scope} scope
 * @returns {boolean}
 */
export function looksLikeStep({ opType, output }, scope) {
  if (opType !== "Split" || output.length !== 4) return false;
  const users = output.map((name) => scope.users.get(name) ?? []);
  const read = users.map((nodes) => (nodes.length === 1 ? nodes[0].opType : ""));
  return read.toSorted().join() === "Sigmoid,Sigmoid,Sigmoid,Tanh";
}

/**
 * The name of the layer among `before` whose Y, with its directions side by side, is the X of `one`;
 * null if another node changes it, or if the sizes do not say so.
 * @param {{ node: Record<string, any>, scope: import("./onnx_graph.mjs").Scope }} one
 * @param {Record<string, any>} layer
 * @param {any[]} before
 * @returns {string | null}
 */
export function followed(one, layer, before) {
  let [name] = one.node.input,
    { scope } = one;
  const chain = [],
    makers = new Map(before.map((other) => [other.node.output[0], other]));
  for (let k = 0; k < 12; k += 1) {
    const [node, where] = scope.maker(name);
    if (!node || !(isOwn(node) || node.domain === "com.microsoft")) return null;
    scope = where;
    const below = makers.get(name);
    if (node.output[0] === name && below?.scope === scope)
      return isSame(below, layer, one, chain.toReversed()) ? below.name : null;
    if (!MOVED.includes(node.opType)) return null;
    chain.push([node, scope]);
    [name] = node.input;
  }
  return null;
}

// Whether the nodes of `chain` make Y, (T, directions, N, H), into x as `one` reads it.
function isSame(below, layer, one, chain) {
  const said = attributesOf(below.node),
    R = below.scope.constant(below.node.input[2]);
  if (R?.shape?.length !== 3) return false;
  const directions = String(said.get("direction") ?? "").toLowerCase() === "bidirectional" ? 2 : 1;
  const H = said.get("hidden_size") || R.shape[2];
  if (layer.inputSize !== directions * H) return false;
  const [T, N] = lengthsIn(chain, directions * H);
  const shape = [T, directions, N, H];
  const h = lazy("int64", shape, () => Float64Array.from({ length: countOf(shape) }, (_, k) => k));
  let wanted = reshaped(transposed(h, [0, 2, 1, 3]), [T, N, directions * H]),
    value = said.get("layout") ? transposed(h, [2, 0, 1, 3]) : h;
  try {
    for (const [node, scope] of chain) value = moved(node, scope, value);
  } catch (error) {
    if (error.constructor !== Refusal) throw error;
    return false;
  }
  if (attributesOf(one.node).get("layout")) wanted = transposed(wanted, [1, 0, 2]);
  const { values } = value;
  return (
    value.shape.join() === wanted.shape.join() && wanted.values.every((n, k) => n === values[k])
  );
}

// T and N to try with: those that a Reshape of `chain` has fixed, else any two.
function lengthsIn(chain, width) {
  for (const [{ opType, input }, scope] of chain) {
    const shape = opType === "Reshape" ? scope.constant(input[1]) : null;
    if (shape?.shape?.join() !== "3") continue;
    const [first, second] = shape.values;
    if (first > 0 && second > 0 && first * second * width < MOST) return [first, second];
  }
  return [2, 3];
}

function moved(node, scope, value) {
  const options = attributesOf(node),
    second = node.opType === "Dropout" ? "" : node.input[1],
    given = second ? scope.constant(second) : null;
  const numbers = given?.values ? [...given.values] : null,
    axes = numbers ?? options.get("axes");
  switch (node.opType) {
    case "Squeeze":
      return squeezed(value, axes);
    case "Unsqueeze":
      return unsqueezed(value, axes);
    case "Transpose":
      return turned(value, options.get("perm"));
    case "Reshape":
      if (numbers) return reshaped(value, numbers);
      // A shape made when the model runs: of what can come out, only x as wanted fits.
      return value.shape.length === 4 ? reshaped(value, [...value.shape.slice(0, 2), -1]) : value;
    default:
      return value;
  }
}
