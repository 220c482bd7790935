// Keras: a layer from its config and its arrays. The mirror of lecture_lib/interchange/keras/shapes.py
// and of what is of today in arrays.py and configs.py; layouts of old are left to Python.
import { transposed } from "./arrays.mjs";
import { own, quoted, refuse, shown } from "./bounds.mjs";
import { activationNamed } from "./keras_configs.mjs";
import {
  assembled,
  asWeights,
  cellOf,
  emptyLayer,
  fitsOn,
  HERE,
  isKnown,
  KERAS_GATES,
  kindOf,
  orReason,
} from "./layouts.mjs";

const NAMES = ["kernel", "recurrent_kernel", "bias"];
const READ_ORDER =
  "Keras gives h of a layer with go_backwards in the order of reading, from the last step; " +
  "here h stands at its own step";

const same = (a, b) => a.length === b.length && a.every((length, k) => length === b[k]);

// G of the shapes of a kernel and a recurrent kernel that belong together, or 0.
function gatesOf(kernel, recurrent, bias) {
  const some = kernel.every((n) => n > 0) && recurrent.every((n) => n > 0);
  if (kernel.length !== 2 || recurrent.length !== 2 || !some) return 0;
  const [H, columns] = recurrent,
    gates = columns / H;
  if (columns !== kernel[1] || ![1, 3, 4].includes(gates)) return 0;
  const fits = [[columns], [2 * columns], ...(gates === 3 ? [[2, columns]] : [])];
  return !bias || fits.some((shape) => same(shape, bias)) ? gates : 0;
}

// Refuse arrays of other layouts than today's: cuDNN's, and two directions that are not alike.
function checkLayout(shapes, both) {
  const [first, second, third] = shapes,
    half = shapes.length / 2;
  const gates = shapes.length === 2 || shapes.length === 3 ? gatesOf(...shapes) : 0;
  if (gates > 1 && third && same(third, [2 * second[1]]))
    refuse(`${HERE}its arrays are laid out as cuDNN's, which Python reads`);
  const alike =
    (half === 2 || half === 3) &&
    gatesOf(...shapes.slice(0, half)) &&
    gatesOf(...shapes.slice(half)) &&
    shapes.slice(half).every((shape, k) => same(shape, shapes[k]));
  if (both && first && !alike)
    refuse(
      "its arrays must be those of two directions of one shape, got the shapes " +
        `[${shapes.map(shown).join(", ")}]`,
    );
}

/**
 * The layer of what a config says and of its arrays.
 * @param {Record<string, any>} said
 * @param {{ dtype: string, shape: number[], values: Float64Array }[]} arrays
 * @param {(count: number) => void} room
 * @returns {Record<string, any>}
 */
export function kerasLayer(said, arrays, room) {
  const empty = emptyLayer(said.name, said.kind, { direction: said.back ? "both" : "forward" });
  const layer = orReason(
    () => {
      if (said.unknown) refuse(`Keras' ${said.unknown} is no layer of this library`);
      return filled(said, arrays, room);
    },
    (reason) => ({ ...empty, reason }),
  );
  return { ...layer, follows: said.after };
}

function filled(said, arrays, room) {
  const { config, kind } = said,
    gated = kind !== "RNN";
  const gates = own(config, "recurrent_activation") ?? own(config, "inner_activation");
  const options = {
    activation: activationNamed(Object.hasOwn(config, "activation") ? config.activation : "tanh"),
  };
  // TensorFlow.js had hard_sigmoid where a config leaves it out.
  if (gated) options.recurrentActivation = activationNamed(gates ?? "hard_sigmoid");
  if (!arrays.length) refuse("its weights are not in the file");
  checkLayout(
    arrays.map(({ shape }) => shape),
    said.back,
  );
  const reset = own(config, "reset_after") ? "after" : "before";
  const make = (some) => cellOfArrays(some, { reset, options }, room);
  const half = arrays.length / 2;
  const backwards = Boolean(own(config, "go_backwards"));
  const cells = said.back
    ? { there: make(arrays.slice(0, half)), back: make(arrays.slice(half)) }
    : { [backwards ? "back" : "there"]: make(arrays) };
  const layer = assembled(said.name, kind, cells, {
    axes: own(config, "time_major") ? "TND" : "NTD",
    conventions: conventionsOf(said, options, reset),
    notes: notesOf(said, backwards),
  });
  const units = own(config, "units") ?? own(config, "output_dim");
  if (layer.hiddenSize !== units)
    refuse(`its arrays have ${layer.hiddenSize} units, its config says ${units}`);
  if (said.back && backwards)
    refuse("its forward layer goes backwards: not a Bidirectional of this library");
  return layer;
}

function cellOfArrays(arrays, { reset, options }, room) {
  if (arrays.length !== 2 && arrays.length !== 3)
    refuse(
      `weights must be ['kernel', 'recurrent_kernel', 'bias'] or the first two, got ` +
        `${arrays.length} arrays of the shapes [${arrays.map(({ shape }) => shown(shape)).join(", ")}]`,
    );
  const [kind, H] = kindOf("recurrent_kernel", arrays[1].shape, 0);
  const columns = KERAS_GATES[kind].length * H,
    after = kind === "GRU" && reset === "after";
  const shapes = {
    kernel: [[-1, columns], "(D, G·H)"],
    recurrent_kernel: [[H, columns], "(H, G·H)"],
    bias: after ? [[2, columns], "(2, 3H)"] : [[columns], "(G·H,)"],
  };
  const named = Object.fromEntries(arrays.map((array, k) => [NAMES[k], array]));
  const [kernel, recurrent, bias] = asWeights(named, shapes, room);
  const none = new Float64Array(columns),
    biases = bias?.values ?? none;
  const four = [
    transposed(kernel).values,
    transposed(recurrent).values,
    biases.slice(0, columns),
    after && bias ? biases.slice(columns) : none,
  ];
  if (kind === "RNN" && options.recurrentActivation)
    refuse("recurrent_activation must be None for a SimpleRNN, which has no gate");
  const all = kind === "LSTM" ? { ...options, outputActivation: options.activation } : options;
  return cellOf(kind, KERAS_GATES, four, { single: kernel.single, reset, options: all });
}

function conventionsOf({ kind, merge }, options, reset) {
  const said = {};
  const { activation, recurrentActivation: gates } = options;
  const worded = (name) => (Array.isArray(name) ? `${name[0]}(${name[1]})` : name);
  if (activation !== "tanh") said.activation = worded(activation);
  if (gates && gates !== "sigmoid") said.recurrent_activation = worded(gates);
  if (kind === "GRU") Object.assign(said, { reset, z: "keeps" });
  if (merge !== "concat" && merge !== null) said.merge_mode = String(merge);
  return said;
}

function notesOf({ config, merge, back }, backwards) {
  const notes = backwards && !back ? [READ_ORDER] : [];
  if (merge !== "concat" && merge !== null)
    notes.push(
      `Keras takes its two h together by merge_mode ${quoted(merge)}; here they stand side by side`,
    );
  if (own(config, "stateful"))
    notes.push("stateful: Keras begins each call with the state that the last one left");
  if (own(config, "zero_output_for_mask") && !back)
    notes.push("Keras gives 0 at masked steps; here h repeats its last");
  return notes;
}

/**
 * The layers, each following only what is there and has the right size.
 * @param {Record<string, any>[]} layers
 * @returns {Record<string, any>[]}
 */
export function linked(layers) {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  for (const layer of layers) {
    const below = byName.get(layer.follows);
    if (!below || !isKnown(below) || !isKnown(layer) || !fitsOn(below, layer)) layer.follows = null;
  }
  return layers;
}
