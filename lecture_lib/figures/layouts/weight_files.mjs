// A cell's weights as files have them: in this book's layout, PyTorch's, Keras' and ONNX'. The mirror
// of lecture_lib.interchange, for kinds "lstm", "gru" (reset before) and "gru_after".
import { reordered } from "../../web/numbers/parity.mjs";
import { BIASES, FRAMEWORKS, ORDERS } from "./__init__.py";

// What a framework calls the object that holds the arrays.
const OBJECTS = {
  book: "cell.parameters()",
  torch: "state_dict",
  keras: "layer.get_weights()",
  onnx: "the node’s initializers",
};

/**
 * What heads a file: the framework, and what it calls the object that holds the arrays.
 * @param {string} layout
 * @returns {string}
 */
export const titleOf = (layout) => `${FRAMEWORKS[layout]}: ${OBJECTS[layout]}`;

/**
 * The gates, block by block, in this book's letters.
 * @param {string} layout
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @returns {string}
 */
export function orderOf(layout, kind) {
  return ORDERS[layout][kind === "lstm" ? "LSTM" : "GRU"];
}

/**
 * The same in the framework's own letters: Keras and ONNX call the candidates c and h.
 * @param {string} layout
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @returns {string[]}
 */
export function lettersOf(layout, kind) {
  const order = orderOf(layout, kind);
  const own = layout === "keras" || layout === "onnx" ? { g: "c", n: "h" } : {};
  return [...order].map((gate) => own[gate] ?? gate);
}

// z writes in this book and keeps elsewhere: 1 − σ(a) = σ(−a). In place.
function mirrorZ(array, order) {
  const block = array.length / order.length;
  const z = order.indexOf("z");
  if (z >= 0) for (let k = z * block; k < (z + 1) * block; k += 1) array[k] = -array[k];
  return array;
}

/**
 * Whether z writes in one of the two and keeps in the other.
 * @param {string} source
 * @param {string} target
 * @returns {boolean}
 */
export const mirrored = (source, target) => (source === "book") !== (target === "book");

function moved(stacks, kind, source, target) {
  const [have, want] = [source, target].map((layout) => orderOf(layout, kind));
  return stacks.map((array) => {
    const out = reordered(array, have, want);
    return mirrored(source, target) ? mirrorZ(out, want) : out;
  });
}

// Of two biases only the sum matters, except for n, always the last block, with the reset after.
function merged([weightIh, weightHh, biasIh, biasHh], kind) {
  const inside = kind === "gru_after" ? (2 * biasIh.length) / 3 : biasIh.length;
  const both = biasIh.map((value, k) => (k < inside ? value + biasHh[k] : value));
  return [weightIh, weightHh, both, biasHh.map((value, k) => (k < inside ? 0 : value))];
}

/**
 * The stacks [weightIh, weightHh, biasIh, biasHh] in which `layout` holds a cell of this book.
 * @param {object} arrays the cell's
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @param {string} layout
 * @param {Float64Array} part of two biases, goes from the first to the second
 * @returns {Float64Array[]}
 */
export function stacksOf({ weightIh, weightHh, bias, biasHn }, kind, layout, part) {
  const biasHh = new Float64Array(bias.length);
  if (biasHn) biasHh.set(biasHn, bias.length - biasHn.length);
  const stacks = moved([weightIh, weightHh, bias, biasHh], kind, "book", layout);
  if (BIASES[layout][kind] === 2) {
    const inside = kind === "gru_after" ? (2 * bias.length) / 3 : bias.length;
    for (let k = 0; k < inside; k += 1) {
      stacks[2][k] -= part[k];
      stacks[3][k] += part[k];
    }
  }
  return stacks;
}

/**
 * The stacks of one layout in another: translated, or block by block as they were.
 * @param {Float64Array[]} stacks from `stacksOf`
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @param {string} source
 * @param {string} target
 * @param {boolean} copied
 * @returns {Float64Array[]}
 */
export function translated(stacks, kind, source, target, copied) {
  const whole = merged(stacks, kind);
  return copied ? whole : moved(whole, kind, source, target);
}

/**
 * What the software of `layout` reads out of its stacks.
 * @param {Float64Array[]} stacks
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @param {string} layout
 * @returns {object} the arguments of a cell in cells.mjs
 */
export function readAs(stacks, kind, layout) {
  const order = orderOf(layout, kind);
  const own = merged(stacks, kind).map((array) => reordered(array, order, orderOf("book", kind)));
  const [weightIh, weightHh, bias, biasHh] = own;
  if (kind === "lstm") return { weightIh, weightHh, bias };
  const update = layout === "book" ? "write" : "keep";
  const reset = kind === "gru_after" ? "after" : "before";
  return { weightIh, weightHh, bias, biasHn: biasHh.slice((2 * bias.length) / 3), update, reset };
}

/**
 * The file's arrays for drawing.
 * @param {string} layout
 * @param {"lstm" | "gru" | "gru_after"} kind
 * @param {number} D inputs
 * @param {number} H units
 * @returns {{ name: string, shape: string, stacks: number[], blocks: number }[]} the text of its
 *   shape; the numbers of the stacks in it, several in ONNX' and Keras' biases; how many blocks,
 *   all or only the last
 */
export function arraysOf(layout, kind, D, H) {
  const G = kind === "lstm" ? 4 : 3;
  const rows = G * H;
  const after = kind === "gru_after";
  const array = (name, shape, stacks, blocks = G) => ({
    name,
    shape: `(${shape})`,
    stacks,
    blocks,
  });
  if (layout === "torch") {
    return [
      array("weight_ih_l0", `${rows}, ${D}`, [0]),
      array("weight_hh_l0", `${rows}, ${H}`, [1]),
      array("bias_ih_l0", `${rows},`, [2]),
      array("bias_hh_l0", `${rows},`, [3]),
    ];
  }
  if (layout === "keras") {
    const bias = after ? array("bias", `2, ${rows}`, [2, 3]) : array("bias", `${rows},`, [2]);
    return [
      array("kernel", `${D}, ${rows}`, [0]),
      array("recurrent_kernel", `${H}, ${rows}`, [1]),
      bias,
    ];
  }
  if (layout === "onnx") {
    return [
      array("W", `1, ${rows}, ${D}`, [0]),
      array("R", `1, ${rows}, ${H}`, [1]),
      array("B", `1, ${2 * rows}`, [2, 3]),
    ];
  }
  const inside = after ? [array("bias_hn", `${H},`, [3], 1)] : [];
  return [
    array("weight_ih", `${rows}, ${D}`, [0]),
    array("weight_hh", `${rows}, ${H}`, [1]),
    array("bias", `${rows},`, [2]),
    ...inside,
  ];
}
