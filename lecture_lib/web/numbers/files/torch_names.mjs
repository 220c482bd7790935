// Arrays under PyTorch's names: which layers they make, and each layer's cell. The mirror of
// lecture_lib/interchange/torch/names.py.
import { refuse } from "./bounds.mjs";
import { assembled, asWeights, cellOf, emptyLayer, fitsOn, GATES, HERE } from "./layouts.mjs";
import { kindOf, orReason } from "./layouts.mjs";

const PARTS = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
const NAME =
  /^(.*?)((?:weight|bias|w|b)_(?:ih|hh)|weight_hr|bias_hn|bias)((?:_l(\d{1,4})(_reverse)?)?)$/s;
const SHORT = { w_ih: "weight_ih", w_hh: "weight_hh", b_ih: "bias_ih", b_hh: "bias_hh" };
const RELU_UNSEEN = "tanh, unless the module had nonlinearity='relu', which its arrays do not tell";
const NORMS = [
  /^(.*weight_[ih]h_l\d+(?:_reverse)?)_g$/s,
  /^(.*)parametrizations\.(weight_[ih]h_l\d+(?:_reverse)?)\.original0$/s,
];

/**
 * The layers of arrays by name, in their order.
 * @param {Map<string, any>} arrays
 * @param {(count: number) => void} room
 * @param {Map<string, any>} [said] what modules say of their function, by name
 * @returns {Record<string, any>[]}
 */
export function torchLayers(arrays, room, said = new Map()) {
  arrays = withoutNorms(arrays);
  const modules = new Map(),
    layers = [];
  for (const { prefix, depth, side, parts } of grouped(arrays)) {
    const depths = at(modules, prefix, () => new Map());
    at(depths, depth, () => ({}))[side] = parts;
  }
  for (const [prefix, depths] of modules) {
    const module = prefix.replace(/[._/]+$/, "");
    let below = null;
    for (const depth of [...depths.keys()].toSorted((a, b) => a - b)) {
      let name = module || "layer";
      if (depths.size > 1 && depth >= 0) name += `.l${depth}`;
      const layer = layerOf(name, depths.get(depth), arrays, said.get(module) ?? {}, room);
      if (below?.inputSize && depth >= 0 && fitsOn(below, layer)) layer.follows = below.name;
      layers.push(layer);
      below = layer;
    }
  }
  return layers;
}

function at(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

// The layers whose weights are there, each with the names of its arrays by part; depth −1 is of a cell
// alone.
function grouped(arrays) {
  const groups = new Map();
  for (const name of arrays.keys()) {
    const match = name.length < 1000 && name.match(NAME);
    if (!match) continue;
    const [, prefix, part, suffix, depth, back] = match;
    const key = JSON.stringify([prefix, suffix]);
    const side = back ? "back" : "there";
    const group = { prefix, depth: depth === undefined ? -1 : Number(depth), side, parts: {} };
    at(groups, key, () => group).parts[SHORT[part] ?? part] = name;
  }
  return [...groups.values()].filter(({ parts }) => parts.weight_ih && parts.weight_hh);
}

function layerOf(name, sides, arrays, said, room) {
  const order = ["there", "back"].filter((side) => sides[side]);
  const biased = order.every((side) => sides[side].bias && !sides[side].bias_ih);
  const relu = String(said.mode ?? "").includes("RELU") ? "relu" : said.nonlinearity;
  const cells = {};
  let kind = "";
  const failed = orReason(
    () => {
      for (const side of order) {
        const parts = sides[side];
        kind = parts.weight_hr
          ? "LSTM"
          : kindOf(parts.weight_hh, arrays.get(parts.weight_hh).shape, 1)[0];
        cells[side] = biased
          ? ownCell(kind, parts, arrays, room)
          : torchCell(parts, arrays, room, kind === "RNN" ? relu : null);
      }
      return null;
    },
    (reason) => emptyLayer(name, kind || "?", { reason }),
  );
  if (failed) return failed;
  const layer = { conventions: {}, notes: [], axes: "?" };
  if (kind === "GRU" && !biased) layer.conventions = { reset: "after", z: "keeps" };
  if (kind === "RNN") {
    layer.conventions = { activation: relu || "tanh" };
    if (!relu) layer.notes.push(RELU_UNSEEN);
  }
  if (sides[order[0]].weight_hr)
    layer.conventions = { proj_size: String(arrays.get(sides[order[0]].weight_hr).shape[0]) };
  if (typeof said.batch_first === "boolean") layer.axes = said.batch_first ? "NTD" : "TND";
  return assembled(name, kind, cells, layer);
}

function torchCell(names, arrays, room, nonlinearity) {
  const parts = [...PARTS, "weight_hr"].filter((part) => names[part]);
  const given = Object.fromEntries(parts.map((part) => [part, arrays.get(names[part])]));
  if (given.weight_hr && given.weight_hr.shape.length !== 2)
    refuse(`${names.weight_hr} must have shape (P, H), got another`);
  const [kind, H] = given.weight_hr
    ? ["LSTM", given.weight_hr.shape[1]]
    : kindOf(names.weight_hh, given.weight_hh.shape, 1);
  if (
    ![undefined, null, "", "tanh"].includes(nonlinearity) &&
    !(kind === "RNN" && nonlinearity === "relu")
  )
    refuse(`nonlinearity must be "tanh", or "relu" for an RNN, got another for a ${kind}`);
  const width = given.weight_hr ? given.weight_hr.shape[0] : H,
    rows = GATES[kind].length * H;
  const shapes = {
    weight_ih: [[rows, -1], "(G·H, D)"],
    weight_hh: [[rows, width], "(G·H, H)"],
    bias_ih: [[rows], "(G·H,)"],
    bias_hh: [[rows], "(G·H,)"],
    weight_hr: [[width, H], "(P, H)"],
  };
  const weights = asWeights(byName(parts, names, given), byName(parts, names, shapes), room);
  const found = Object.fromEntries(parts.map((part, k) => [part, weights[k].values]));
  const four = PARTS.map((part) => found[part] ?? new Float64Array(rows));
  const options = { weightHr: found.weight_hr, activation: nonlinearity };
  return cellOf(kind, GATES, four, { single: weights[0].single, reset: "after", options });
}

const byName = (parts, names, values) =>
  Object.fromEntries(parts.map((part) => [names[part], values[part]]));

// The cell whose parameters, in this library's own layout, these are.
function ownCell(kind, names, arrays, room) {
  if (kind === "GRU")
    refuse(
      `${names.weight_hh} is of a GRU in this library's own layout, which does not tell ` +
        "whether z writes or keeps: make GRU(D, H, update=…, reset=…) and load_parameters",
    );
  const { weight_ih, weight_hh, bias } = names;
  return torchCell({ weight_ih, weight_hh, bias_ih: bias }, arrays, room, null);
}

// What weight_norm keeps as length and direction has to be put together in float32, in the order of
// NumPy's own sums: left to Python.
function withoutNorms(arrays) {
  const found = new Map(arrays);
  for (const name of arrays.keys()) {
    const match = name.length < 1000 && (name.match(NORMS[0]) ?? name.match(NORMS[1]));
    if (!match) continue;
    const whole = match[1] + (match[2] ?? ""),
      direction = match[2] ? `${name.slice(0, -1)}1` : `${whole}_v`;
    const [g, v] = [arrays.get(name), arrays.get(direction)];
    if (!v || arrays.has(whole) || v.shape.length !== 2) continue;
    if (g.shape.length !== 2 || g.shape[0] !== v.shape[0] || g.shape[1] !== 1) continue;
    found.set(whole, {
      dtype: v.dtype,
      shape: v.shape,
      get values() {
        return refuse(
          `${HERE}${whole} is kept as length and direction by weight_norm, ` +
            "which Python puts together",
        );
      },
    });
    found.delete(name);
    found.delete(direction);
  }
  return found;
}
