// TensorFlow.js: a model.json and the shards beside it. The mirror of
// lecture_lib/interchange/keras/tensorflow_js.py.
import { lazy, rawArray, sizeOf } from "./arrays.mjs";
import { isObject, own, parsed, quoted, refuse } from "./bounds.mjs";
import { recurrentLayers } from "./keras_configs.mjs";
import { kerasLayer, linked } from "./keras_layers.mjs";

const JS_TYPES = {
  float32: "float32",
  float16: "float16",
  int32: "int32",
  bool: "uint8",
  uint8: "uint8",
  uint16: "uint16",
};
const strange = () => refuse("weightsManifest of model.json is not as TensorFlow.js writes it");

/**
 * The layers of a TensorFlow.js model.json.
 * @param {Uint8Array} bytes
 * @param {(count: number) => void} room
 * @param {(location: string, what: string) => Uint8Array} take a file beside it
 * @returns {Record<string, any>[]}
 */
export function jsLayers(bytes, room, take) {
  const model = parsed(bytes, "model.json");
  const topology = own(model, "modelTopology");
  if (!isObject(topology) || !Object.hasOwn(model, "weightsManifest"))
    refuse(
      "the JSON file must have modelTopology and weightsManifest, as a model.json of TensorFlow.js",
    );
  if (own(model, "format") === "graph-model" || Object.hasOwn(topology, "node"))
    refuse(
      "a graph model of TensorFlow.js has its layers taken apart: convert the Keras model " +
        "with tensorflowjs_converter to a layers-model instead",
    );
  const arrays = arraysOf(model.weightsManifest, take);
  const layers = recurrentLayers(own(topology, "model_config") ?? topology).map((one) => {
    const mine = [...arrays].filter(([name]) => name.split("/").includes(one.path.at(-1)));
    return kerasLayer(
      one,
      mine.map(([, array]) => array),
      room,
    );
  });
  return linked(layers);
}

function arraysOf(manifest, take) {
  const arrays = new Map(),
    read = new Set();
  if (!Array.isArray(manifest)) strange();
  for (const group of manifest) {
    const paths = own(group, "paths"),
      weights = own(group, "weights");
    if (!Array.isArray(paths) || !Array.isArray(weights)) strange();
    if (!paths.every((path) => typeof path === "string")) strange();
    const shards = paths.map((path) => {
      if (read.has(path)) refuse("weightsManifest names a shard twice");
      read.add(path);
      return take(path, "a shard");
    });
    const data = joined(shards);
    let at = 0;
    for (const weight of weights) {
      const { name, array, length } = weightAt(weight, data, at);
      arrays.set(name, array);
      at += length;
    }
    if (at !== data.length) refuse(`the shards have ${data.length} bytes, their weights ${at}`);
  }
  return arrays;
}

function joined(shards) {
  if (shards.length === 1) return shards[0];
  const data = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let at = 0;
  for (const shard of shards) {
    data.set(shard, at);
    at += shard.length;
  }
  return data;
}

function weightAt(weight, data, at) {
  const [name, dtype, shape] = ["name", "dtype", "shape"].map((key) => own(weight, key));
  const packed = own(weight, "quantization") ?? {};
  if (typeof name !== "string" || typeof dtype !== "string" || !Array.isArray(shape)) strange();
  const kind = own(packed, "dtype") ?? dtype;
  const fits = shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!Object.hasOwn(JS_TYPES, kind) || !fits) refuse(`${name} has a dtype or shape unknown here`);
  const type = JS_TYPES[kind];
  const length = shape.reduce((count, n) => count * n, sizeOf(type));
  let array = rawArray(name, data.subarray(at, at + length), type, shape);
  if (Object.hasOwn(packed, "scale")) {
    const { scale, min } = packed;
    if (typeof scale !== "number" || typeof min !== "number" || type.startsWith("float"))
      refuse(`${name} must have a scale and a min of whole numbers, for ${quoted(kind)}`);
    const whole = array;
    array = lazy("float32", shape, () =>
      whole.values.map((value) => Math.fround(value * scale + min)),
    );
  }
  return { name, array, length };
}
