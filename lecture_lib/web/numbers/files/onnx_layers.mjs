// What the RNN, LSTM and GRU nodes of an ONNX model compute, as layers of the plain network. The
// mirror of lecture_lib/interchange/onnx/layers.py.
import { lazy, transposed } from "./arrays.mjs";
import { Excess, MAX_LAYERS, quoted, refuse, roomFor } from "./bounds.mjs";
import {
  assembled,
  asWeights,
  cellOf,
  emptyLayer,
  HERE,
  ONNX_GATES,
  orReason,
} from "./layouts.mjs";
import { attributesOf, onnxModel } from "./onnx_files.mjs";
import { Uniform } from "./onnx_folding.mjs";
import { functionsOf, saidOf } from "./onnx_functions.mjs";
import { everything, isOwn } from "./onnx_graph.mjs";
import { followed, INSTEAD, looksLikeStep, takenApart } from "./onnx_parts.mjs";

const INPUTS = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"];
const QUANTISED = "DynamicQuantizeLSTM";
const KNOWN = [
  "activation_alpha",
  "activation_beta",
  "activations",
  "clip",
  "direction",
  "hidden_size",
  "layout",
  "input_forget",
  "linear_before_reset",
  "output_sequence",
];
const SIDES = { forward: ["there"], reverse: ["back"], bidirectional: ["there", "back"] };
const ZERO_PAST_END = "past a sequence's end ONNX' h is 0, this library repeats its last";
const ONLY_NEAR =
  "its weights were dequantised; ONNX Runtime also rounds x and h to 8 bits as it runs, so its " +
  "own result is only near";
const STEP = `${HERE}one step of an LSTM that an exporter took apart, which Python reads. ${INSTEAD}`;

/**
 * The layers of an ONNX model.
 * @param {Uint8Array} bytes
 * @param {(count: number) => void} room
 * @param {(location: string, what: string) => Uint8Array} take a file beside it
 * @returns {Record<string, any>[]}
 */
export function onnxLayers(bytes, room, take) {
  let size = bytes.length;
  const counted = (location, what) => {
    const file = take(location, what);
    size += file.length;
    return file;
  };
  const model = onnxModel(bytes, counted);
  const found = [],
    layers = [],
    apart = [],
    named = new Set();
  for (const [path, node, scope] of everything(model, roomFor(size))) {
    const { opType = "", name = "" } = node;
    const own = isOwn(node) && Object.hasOwn(ONNX_GATES, opType);
    const label = (count) => unique(path + (name || `${opType}_${count}`), named);
    if (own || (node.domain === "com.microsoft" && opType === QUANTISED)) {
      const kind = own ? opType : "LSTM",
        one = { name: label(found.length), node, scope, kind };
      layers.push(listed(one, room, found));
      found.push(one);
    } else if (isOwn(node) && looksLikeStep(node, scope)) {
      layers.push(emptyLayer(label(layers.length), "LSTM", { reason: STEP }));
    } else if (isOwn(node) && takenApart(node)) {
      apart.push(emptyLayer(label(layers.length), "?", { reason: takenApart(node) }));
      layers.push(apart.at(-1));
    }
    if (layers.length > MAX_LAYERS)
      throw new Excess(`it has more than ${MAX_LAYERS} recurrent layers`);
  }
  // A loop whose step is listed needs no line of its own.
  const others = layers.filter((layer) => !apart.includes(layer));
  const replaced = ({ name }) => others.some((layer) => layer.name.startsWith(`${name}/`));
  return layers.filter((layer) => !(apart.includes(layer) && replaced(layer)));
}

function unique(name, named) {
  let whole = name;
  for (let k = 2; named.has(whole); k += 1) whole = `${name}#${k}`;
  named.add(whole);
  return whole;
}

// The layer of a node; one that cannot be computed has the reason.
function listed(one, room, before) {
  const layer = orReason(
    () => layerOf(one, room),
    (reason) => emptyLayer(one.name, one.kind, { reason: `${one.name}: ${reason}` }),
  );
  if (layer.inputSize) layer.follows = followed(one, layer, before);
  return layer;
}

function layerOf(one, room) {
  const { kind, node } = one,
    options = attributesOf(node);
  const names = Object.fromEntries(node.input.map((name, k) => [INPUTS[k] ?? `${k}`, name]));
  checkAttributes(kind, options);
  const direction = String(options.get("direction") ?? "forward").toLowerCase();
  if (!Object.hasOwn(SIDES, direction))
    refuse(
      "direction must be one of ['forward', 'reverse', 'bidirectional'], got " + quoted(direction),
    );
  const sides = SIDES[direction],
    quantised = node.opType === QUANTISED;
  const stored = (letter) => storedIn(one, letter, names[letter]);
  const weights = quantised
    ? dequantised(one, names)
    : Object.fromEntries(["W", "R", "B"].filter((k) => names[k]).map((k) => [k, stored(k)]));
  if (names.P) weights.P = stored("P");
  const parts = bySide(kind, options, weights, sides.length, room);
  const functions = functionsOf(kind, options, sides.length),
    coupled = kind === "LSTM" && Boolean(options.get("input_forget"));
  const cells = {};
  sides.forEach((side, k) => {
    const { four, single, peepholes } = parts[k];
    const reset = options.get("linear_before_reset") ? "after" : "before";
    const also = { clip: options.get("clip") || null, coupled, peepholes };
    const said = { single, reset, options: { ...functions[k], ...also } };
    cells[side] = cellOf(kind, ONNX_GATES, four, said);
  });
  const layer = assembled(one.name, kind, cells, {
    conventions: saidOf(kind, options, functions, weights),
    axes: options.get("layout") ? "NTD" : "TND",
    notes: quantised ? [ONLY_NEAR] : [],
  });
  takeState(one, layer, names, options, sides, room);
  takeLengths(one, layer, names);
  return layer;
}

function checkAttributes(kind, options) {
  const unknown = [...options.keys()].filter((name) => !KNOWN.includes(name)).toSorted();
  if (unknown.length)
    refuse(`the ${kind} node has attributes unknown here: [${unknown.map(quoted).join(", ")}]`);
  const kinds = { activations: "object", activation_alpha: "object", activation_beta: "object" };
  for (const [name, value] of options) {
    const wanted = kinds[name] ?? (name === "direction" ? "string" : "number");
    if (typeof value !== wanted) refuse(`its attribute ${name} is of another kind`);
  }
}

function storedIn(one, letter, name) {
  const value = one.scope.constant(name);
  if (value instanceof Uniform)
    refuse(`${letter} of the ${one.kind} node has a shape known only when it runs`);
  return (
    value ??
    refuse(
      `${letter} of the ${one.kind} node must be stored in the model, got ${quoted(name ?? "")}`,
    )
  );
}

// W and R of a DynamicQuantizeLSTM, (directions, D or H, 4H) in 8 bits, as an LSTM has them.
function dequantised(one, names) {
  const weights = {};
  ["W", "R"].forEach((letter, n) => {
    const places = [names[letter], names[8 + 2 * n], names[9 + 2 * n]];
    const labels = [letter, `${letter}_scale`, `${letter}_zero_point`];
    const [q, scale, zero] = places.map((name, k) => storedIn(one, labels[k], name));
    if (q.shape.length !== 3)
      refuse(`${letter} must have 3 axes, got shape (${q.shape.join(", ")})`);
    const [directions, , rows] = q.shape;
    const step = [scale, zero].map(({ values }) => {
      const each = values.length / directions;
      if (each !== 1 && each !== rows)
        refuse(`${letter} must have one scale and zero point, or one for each row`);
      return (k) =>
        Math.fround(
          values[Math.floor(k / (q.values.length / directions)) * each + ((k % rows) % each)],
        );
    });
    const numbers = lazy("float32", q.shape, () =>
      q.values.map((value, k) =>
        Math.fround(Math.fround(Math.fround(value) - step[1](k)) * step[0](k)),
      ),
    );
    weights[letter] = transposed(numbers, [0, 2, 1]);
  });
  return names.B ? { ...weights, B: storedIn(one, "B", names.B) } : weights;
}

// The weights of each direction, checked.
function bySide(kind, options, weights, directions, room) {
  const missing = ["R", "W"].filter((letter) => !weights[letter]);
  if (missing.length)
    refuse(`the ${kind} node must have the inputs [${missing.map(quoted).join(", ")}]`);
  const H = options.get("hidden_size") || (weights.R.shape.at(-1) ?? 0),
    rows = ONNX_GATES[kind].length * H;
  const shapes = {
    W: [[directions, rows, -1], `(${directions}, G·H, D)`],
    R: [[directions, rows, H], `(${directions}, G·H, H)`],
    B: [[directions, 2 * rows], `(${directions}, 2·G·H)`],
    P: [[directions, 3 * H], `(${directions}, 3·H)`],
  };
  const checked = asWeights(weights, shapes, room);
  const part = (letter, k) => {
    const { values } = checked[Object.keys(weights).indexOf(letter)] ?? {};
    return values?.subarray(
      (k * values.length) / directions,
      ((k + 1) * values.length) / directions,
    );
  };
  return Array.from({ length: directions }, (_, k) => {
    const bias = part("B", k) ?? new Float64Array(2 * rows);
    const four = [part("W", k), part("R", k), bias.subarray(0, rows), bias.subarray(rows)];
    return { four, single: checked[0].single, peepholes: part("P", k) };
  });
}

// The first state of a node: stored, zeros, or from the model's inputs.
function takeState(one, layer, names, options, sides, room) {
  const H = layer.hiddenSize,
    count = sides.length,
    parts = {};
  for (const part of ["initial_h", "initial_c"]) {
    const name = names[part];
    let value = name ? one.scope.constant(name) : new Uniform(0);
    if (!value) {
      layer.notes.push(
        `its ${part} comes from ${quoted(name)} when the model runs: give it as state`,
      );
      return;
    }
    if (value instanceof Uniform) {
      const filled = Math.fround(value.value);
      value = lazy("float32", [count, 1, H], () => new Float64Array(count * H).fill(filled));
    } else if (options.get("layout") && value.shape.length === 3)
      value = transposed(value, [1, 0, 2]);
    const shape = [[count, -1, H], `(${count}, N, H)`];
    [parts[part]] = asWeights({ [part]: value }, { [part]: shape }, room);
  }
  const { initial_h: h, initial_c: c } = parts;
  if (![h, c].some(({ values }) => values.some(Boolean))) return;
  const batch = Math.max(h.shape[1], c.shape[1]);
  if (batch > 1) layer.notes.push(`of the ${batch} first states stored, the first one is taken`);
  const ofSide = ({ shape, values }, k) => values.slice(k * shape[1] * H, k * shape[1] * H + H);
  layer.state = Object.fromEntries(
    sides.map((side, k) => [
      side,
      { h: ofSide(h, k), ...(layer.kind === "LSTM" ? { c: ofSide(c, k) } : {}) },
    ]),
  );
}

function takeLengths(one, layer, names) {
  const name = names.sequence_lens;
  if (!name) return;
  const value = one.scope.constant(name);
  layer.notes.push(ZERO_PAST_END);
  if (value?.shape?.length === 1 && value.dtype.includes("int")) layer.lengths = [...value.values];
  else layer.notes.push(`its lengths come from ${quoted(name)} when the model runs: give them`);
}
