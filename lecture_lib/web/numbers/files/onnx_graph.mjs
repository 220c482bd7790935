// ONNX graphs: every node, wherever it lies, and the constants that other nodes make. The mirror of
// the first half of lecture_lib/interchange/onnx/graph.py.
import { countOf, sizeOf } from "./arrays.mjs";
import { Excess, MAX_DEPTH, quoted, refuse } from "./bounds.mjs";
import { arrayOf, attributesOf, graphsOf, MAX_NODES } from "./onnx_files.mjs";
import { folded } from "./onnx_folding.mjs";

/**
 * Whether a node is of ONNX' own operators.
 * @param {Record<string, any>} node
 * @returns {boolean}
 */
export const isOwn = ({ domain = "" }) => domain === "" || domain === "ai.onnx";

/** A graph with what it can see: its own names, then those of the graph that it lies in. */
export class Scope {
  constructor(graph, parent, budget) {
    this.graph = graph;
    this.parent = parent;
    this.tensors = new Map(graph.initializer.map((tensor) => [tensor.name ?? "", tensor]));
    this.makers = new Map();
    this.users = new Map();
    for (const node of graph.node) {
      for (const name of node.output) if (name) this.makers.set(name, node);
      for (const name of new Set(node.input)) {
        if (!this.users.has(name)) this.users.set(name, []);
        this.users.get(name).push(node);
      }
    }
    this.inputs = new Set(graph.input.map(({ name = "" }) => name));
    this.known = new Map();
    // How many bytes folding may still make, shared with all inner graphs.
    this.budget = budget;
  }

  // The scope that `name` is of.
  holder(name) {
    const own = [this.inputs, this.tensors, this.makers].some((names) => names.has(name));
    return own ? this : (this.parent?.holder(name) ?? null);
  }

  // The node that makes `name`, and its scope; [] for an input or a weight.
  maker(name) {
    const scope = this.holder(name),
      node = scope?.makers.get(name);
    return node ? [node, scope] : [];
  }

  // The array of `name` where no input of the model changes it, a `Uniform`, or null.
  constant(name, depth = 0) {
    const scope = name ? this.holder(name) : null;
    if (!scope || (depth > 4 * MAX_DEPTH && !scope.known.has(name))) return null;
    if (!scope.known.has(name)) scope.known.set(name, scope.fold(name, depth));
    return scope.known.get(name);
  }

  fold(name, depth) {
    if (this.tensors.has(name)) return arrayOf(this.tensors.get(name));
    const node = this.makers.get(name);
    if (!node || !isOwn(node)) return null;
    const inputs = node.input.map((input) => (input ? this.constant(input, depth + 1) : null));
    const values = folded(node, inputs, attributesOf(node));
    const value = !Array.isArray(values)
      ? values
      : values.length > 1
        ? values[node.output.indexOf(name)]
        : values[0];
    if (value?.shape) this.take(countOf(value.shape) * sizeOf(value.dtype), node);
    return value ?? null;
  }

  take(count, { opType, name = "" }) {
    this.budget.left -= count;
    if (this.budget.left < 0)
      throw new Excess(
        `the model's ${opType} node ${quoted(name)} would make constants far larger ` +
          "than the file: refused",
      );
  }
}

/**
 * [path, node, scope] of every node of a model, those of inner graphs behind the one that they are
 * in; path names the nodes on the way.
 * @param {Record<string, any>} model
 * @param {number} room how many bytes folding may make
 * @returns {Generator<[string, Record<string, any>, Scope]>}
 */
export function everything(model, room) {
  return walk(new Scope(model.graph, null, { left: room }), "", { count: 0 });
}

function* walk(scope, path, seen) {
  for (const [k, node] of scope.graph.node.entries()) {
    seen.count += 1;
    if (seen.count > MAX_NODES) refuse(`model must have at most ${MAX_NODES} nodes`);
    yield [path, node, scope];
    for (const [name, graph] of graphsOf(node)) {
      const own = node.name || `${node.opType ?? ""}_${k}`,
        inner = `${path}${own}/${name}/`;
      yield* walk(new Scope(graph, scope, scope.budget), inner, seen);
    }
  }
}
