// Keras: what a model's config says of its recurrent layers. The mirror of the first half of
// lecture_lib/interchange/keras/configs.py.
import { isObject, MAX_DEPTH, MAX_ENTRIES, own, quoted, refuse } from "./bounds.mjs";

const KINDS = {
  LSTM: "LSTM",
  GRU: "GRU",
  SimpleRNN: "RNN",
  CuDNNLSTM: "LSTM",
  CuDNNGRU: "GRU",
  LSTMCell: "LSTM",
  GRUCell: "GRU",
  SimpleRNNCell: "RNN",
  LSTMV1: "LSTM",
  GRUV1: "GRU",
  LSTMV2: "LSTM",
  GRUV2: "GRU",
};
const FUNCTIONS = {
  linear: "linear",
  relu: "relu",
  tanh: "tanh",
  sigmoid: "sigmoid",
  elu: "elu",
  selu: "selu",
  softsign: "softsign",
  softplus: "softplus",
  silu: "silu",
  swish: "silu",
  leaky_relu: ["leaky_relu", 0.2],
};
// Layers that hand on what they get, as it is, when a model is not being trained.
const PASSING = new Set([
  "Dropout",
  "SpatialDropout1D",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
  "ActivityRegularization",
  "Masking",
  "InputLayer",
]);

/**
 * The recurrent layers of a model's config, in its order, those of models inside it too: name, kind,
 * config, path, back, merge, after, unknown.
 * @param {any} modelConfig
 * @param {number} [depth]
 * @param {string[]} [path]
 * @returns {Record<string, any>[]}
 */
export function recurrentLayers(modelConfig, depth = 0, path = []) {
  if (depth > MAX_DEPTH) refuse("the model's config is nested too deep");
  const config = own(modelConfig, "config");
  const layers = Array.isArray(config) ? config : (own(config, "layers") ?? []);
  const found = [],
    chain = new Map();
  if (!Array.isArray(layers) || layers.length > MAX_ENTRIES)
    refuse("the model's config must list its layers");
  let last = null;
  for (const entry of layers) {
    const inner = own(entry, "config");
    if (!isObject(inner) && !Array.isArray(inner)) continue;
    const said = saidBy(entry, path),
      name = nameOf(entry),
      before = Object.hasOwn(entry, "inbound_nodes") ? readBy(entry.inbound_nodes) : last;
    if (said.length) {
      said.forEach((one, k) => (one.after = k ? said[k - 1].name : (chain.get(before) ?? null)));
      found.push(...said);
      const end = said.at(-1);
      const sequences = own(end.config, "return_sequences") && end.merge === "concat";
      const backwards = !end.back && own(end.config, "go_backwards");
      chain.set(name, sequences && !backwards ? end.name : null);
    } else if (Array.isArray(inner) || Object.hasOwn(inner, "layers")) {
      found.push(...recurrentLayers(entry, depth + 1, [...path, name]));
    } else if (PASSING.has(own(entry, "class_name"))) {
      chain.set(name, chain.get(before) ?? null);
    }
    last = name;
  }
  return found;
}

const nameOf = (entry) =>
  String(own(entry.config, "name") || own(entry, "name") || own(entry, "class_name"));

// The name of the one layer that a layer reads, or null.
function readBy(nodes) {
  const names = new Set();
  const histories = (value, depth) => {
    if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return;
    const history = own(value, "keras_history");
    if (typeof history?.[0] === "string") names.add(history[0]);
    for (const part of Object.values(value)) histories(part, depth + 1);
  };
  histories(nodes, 0);
  if (!names.size && Array.isArray(nodes)) {
    const calls = nodes.flatMap((node) => (Array.isArray(node) ? node : [null]));
    if (calls.every((call) => typeof call?.[0] === "string"))
      for (const [name] of calls) names.add(name);
  }
  return names.size === 1 ? [...names][0] : null;
}

// What an entry of a config says, if it is a recurrent layer; [] else.
function saidBy(entry, path) {
  const kind = String(own(entry, "class_name")),
    { config } = entry;
  if (!isObject(config) || kind === "TimeDistributed" || kind === "Wrapper") return [];
  const name = nameOf(entry);
  const base = { name, path: [...path, name], back: null, merge: "concat", unknown: "" };
  if (kind === "Bidirectional") {
    const inner = own(config, "layer");
    const [one] = isObject(own(inner, "config")) ? saidBy(inner, path) : [];
    if (!one) return [];
    const back = own(own(config, "backward_layer"), "config") || one.config;
    const merge = own(config, "merge_mode");
    return [
      {
        ...one,
        ...base,
        back,
        merge: merge === undefined ? "concat" : merge,
        unknown: one.unknown,
      },
    ];
  }
  const cell = own(config, "cell");
  if (kind === "RNN" && isObject(cell)) return ofCells(config, cell, base);
  const known = Object.hasOwn(KINDS, kind);
  if (known && (Object.hasOwn(config, "units") || Object.hasOwn(config, "output_dim")))
    return [{ ...base, kind: KINDS[kind], config }];
  return /LSTM|GRU|RNN/.test(kind) ? [{ ...base, kind: "?", config, unknown: kind }] : [];
}

// The layers of an RNN of one cell, or of several stacked.
function ofCells(config, cell, base) {
  const several = own(own(cell, "config"), "cells");
  const cells = Array.isArray(several) && several.length ? several : [cell];
  const outer = ["go_backwards", "time_major", "return_sequences", "stateful"].filter((n) =>
    Object.hasOwn(config, n),
  );
  return cells.map((one, k) => {
    const name = String(own(one, "class_name")),
      known = Object.hasOwn(KINDS, name);
    const whole = {
      ...own(one, "config"),
      ...Object.fromEntries(outer.map((n) => [n, config[n]])),
    };
    const label = cells.length === 1 ? base.name : `${base.name}.${k}`;
    return {
      ...base,
      name: label,
      kind: known ? KINDS[name] : "?",
      config: whole,
      unknown: known ? "" : name,
    };
  });
}

/**
 * This library's name of an activation of Keras before 3, as a config has it.
 * @param {any} value
 * @returns {string | [string, number]}
 */
export function activationNamed(value) {
  if (isObject(value)) {
    const config = own(value, "config");
    value = typeof config === "string" ? config : own(value, "class_name");
  }
  const name = String(value ?? "linear")
    .replace(/(?<!^)(?=[A-Z])/g, "_")
    .toLowerCase();
  if (name === "hard_sigmoid") return name;
  if (!Object.hasOwn(FUNCTIONS, name))
    refuse(`its activation ${quoted(name)} is unknown here: ${Object.keys(FUNCTIONS).join(", ")}`);
  return FUNCTIONS[name];
}
