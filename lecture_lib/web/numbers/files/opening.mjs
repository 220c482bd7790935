// `openNetwork`: one way in for every file, known by its content. The mirror of
// lecture_lib/interchange/opening.py.
import { npzFile, safetensorsFile } from "./array_files.mjs";
import {
  createRoom,
  MAX_FILE,
  MAX_LAYERS,
  quoted,
  refuse,
  roomFor,
  sentenceOf,
  shortName,
} from "./bounds.mjs";
import { onnxLayers } from "./onnx_layers.mjs";
import { jsLayers } from "./tensorflow_js.mjs";
import { isTorch, torchFile } from "./torch_files.mjs";
import { torchLayers } from "./torch_names.mjs";
import { openArchive } from "./zips.mjs";

export { Refusal } from "./bounds.mjs";

// What a page does not read, and the line of Python that makes a file of it that a page reads.
const elsewhere = (what, name) =>
  `${what} is not read in a page. This line of Python turns it into .safetensors: ` +
  "python -c 'from lecture_lib.interchange import *; from safetensors.numpy import save_file; " +
  `save_file({f"{l.name}.{n}": a for l in open_network("${name}") ` +
  'for n, a in to_torch(l.cell).items()}, "model.safetensors")\'';
const HDF5 = elsewhere("an .h5 file of Keras", "model.h5");
const KERAS = elsewhere("a .keras file", "model.keras");
const PICKLE = elsewhere("a file of PyTorch before 1.6, or another pickle,", "model.pt");

/**
 * The recurrent layers of a network from outside, as a plain network.
 * @param {Uint8Array} bytes
 * @param {string} name of the file, for what is said of it
 * @param {Map<string, Uint8Array>} [beside] files that came with it, by name
 * @returns {Promise<Record<string, any>>} rejects with a `Refusal` whose message is for the reader
 */
export function openNetwork(bytes, name, beside = new Map()) {
  return read(bytes, beside).catch((error) => refuse(`${shortName(name)}: ${sentenceOf(error)}`));
}

// What a file is, by how it begins.
function kindOfFile(bytes) {
  const starts = (...first) => first.every((byte, k) => bytes[k] === byte);
  if (starts(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)) return "h5";
  if (starts(0x50, 0x4b)) return "zip";
  if (starts(0x93, 0x4e, 0x55, 0x4d)) return "npy";
  const low = bytes.slice(0, 8).reduce((sum, byte, k) => sum + byte * 256 ** k, 0);
  if (bytes[8] === 0x7b && low < bytes.length) return "safetensors";
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5) return "old";
  const first = bytes.find((byte) => ![9, 10, 11, 12, 13, 32].includes(byte));
  return first === 0x7b ? "js" : "onnx";
}

async function read(bytes, beside) {
  if (!bytes.length) refuse("the file must not be empty");
  if (bytes.length > MAX_FILE)
    refuse(`the file must have at most ${MAX_FILE} bytes, got ${bytes.length}`);
  let size = bytes.length;
  const take = (location, what) => {
    const file = beside.get(location) ?? beside.get(location.split("/").at(-1));
    if (!file)
      refuse(
        `${what} lies in the file ${quoted(location)} beside the model: drop it together with it`,
      );
    if (!file.length) refuse(`${what}, ${quoted(location)}, must not be empty`);
    size += file.length;
    if (size > MAX_FILE) refuse(`the files must have at most ${MAX_FILE} bytes together`);
    return file;
  };
  const all = [...beside.values()].reduce((sum, file) => sum + file.length, bytes.length);
  const room = createRoom(roomFor(all) / 4);
  const found = await READERS[kindOfFile(bytes)](bytes, room, take);
  if (found.layers.length > MAX_LAYERS)
    refuse(`it has ${found.layers.length} recurrent layers, more than ${MAX_LAYERS}`);
  return { notes: [], ...found };
}

const READERS = {
  safetensors: async (bytes, room) => ({
    source: "safetensors",
    layers: torchLayers(safetensorsFile(bytes), room),
  }),
  zip: zipped,
  h5: () => refuse(HDF5),
  old: () => refuse(PICKLE),
  npy: () => refuse("an .npy file holds one array, and no network: it may be an input"),
  onnx: async (bytes, room, take) => ({ source: "ONNX", layers: onnxLayers(bytes, room, take) }),
  js: async (bytes, room, take) => ({
    source: "TensorFlow.js",
    layers: jsLayers(bytes, room, take),
  }),
};

async function zipped(bytes, room) {
  const archive = openArchive(bytes, "the file");
  const { names } = archive;
  if (isTorch(names)) {
    const { arrays, said, notes } = await torchFile(archive, room);
    return { source: "PyTorch", layers: torchLayers(arrays, room, said), notes };
  }
  if (names.includes("config.json") && names.includes("model.weights.h5")) refuse(KERAS);
  if (names.some((name) => name.endsWith(".npy")))
    return { source: "NumPy", layers: torchLayers(await npzFile(archive), room) };
  return refuse(
    "the zip archive must be of NumPy, PyTorch or Keras, got " +
      `[${names.toSorted().slice(0, 5).map(quoted).join(", ")}]`,
  );
}
