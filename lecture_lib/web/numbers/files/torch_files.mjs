// .pt, .pth and .ckpt read without PyTorch: the tensors alone, and no other object ever built. The
// mirror of lecture_lib/interchange/torch/files.py.
import { countOf, lazy, numbersOf, sizeOf, strided } from "./arrays.mjs";
import { MAX_DEPTH, MAX_ENTRIES, refuse, shown, textOf } from "./bounds.mjs";
import { described, Stored, Thing } from "./pickles.mjs";

const PROGRAM =
  "a TorchScript archive is a program: its weights are read, and what it computes with them is " +
  "taken to be PyTorch's own layers";

/**
 * Whether an archive is one of PyTorch.
 * @param {string[]} names
 * @returns {boolean}
 */
export const isTorch = (names) => names.some((name) => name.split("/").at(-1) === "data.pkl");

/**
 * The arrays of a PyTorch file by name, what its modules say of themselves, and notes.
 * @param {{ names: string[], read: (name: string) => Promise<Uint8Array> }} archive
 * @param {(count: number) => void} room
 * @returns {Promise<{ arrays: Map<string, any>, said: Map<string, any>, notes: string[] }>}
 */
export async function torchFile(archive, room) {
  const { names } = archive,
    [index, ...others] = names.filter((name) => isTorch([name]));
  if (others.length) refuse("the PyTorch file must have one data.pkl");
  const root = index.slice(0, -"data.pkl".length);
  const order = `${root}byteorder`;
  if (names.includes(order) && textOf(await archive.read(order), "byteorder") !== "little")
    refuse("the PyTorch file must have its bytes in little-endian order");
  const tree = described(await archive.read(index)),
    stores = new Map(),
    arrays = new Map();
  for (const [name, tensor] of walk(tree, Stored)) {
    const { key, dtype } = tensor.storage;
    if (!name || dtype === null) continue;
    if (!stores.has(key)) stores.set(key, await archive.read(`${root}data/${key}`));
    arrays.set(name, arrayOf(name, tensor, stores.get(key), room));
  }
  const program = names.some((name) => name.startsWith(`${root}code/`));
  return { arrays, said: saidBy(tree), notes: program ? [PROGRAM] : [] };
}

function arrayOf(name, { storage, offset, shape, strides }, data, room) {
  const { dtype, key, count } = storage,
    size = sizeOf(dtype);
  if (data.length < count * size)
    refuse(`storage ${key} of ${name} must have ${count * size} bytes, got ${data.length}`);
  const numbers = [offset, ...shape, ...strides];
  if (shape.length !== strides.length || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0))
    refuse(`${name} must have whole lengths and strides`);
  const wanted = countOf(shape);
  const last = shape.reduce((at, length, k) => at + Math.max(length - 1, 0) * strides[k], offset);
  if (!wanted) return lazy("float32", shape, () => new Float64Array(0));
  if (shape.length > 32 || last >= count || wanted > count)
    refuse(`${name} of shape ${shown(shape)} says more than its storage holds`);
  return lazy(dtype, shape, () => {
    room(last + 1 - offset);
    const part = data.subarray(offset * size, (last + 1) * size);
    return strided(numbersOf(dtype, part), shape, strides);
  });
}

// The named parts of a dict or of a module's state, as PyTorch nests them.
function partsOf(value) {
  if (value instanceof Map) return [...value];
  const inner = ["_parameters", "_buffers", "_modules"];
  return [...value.state].flatMap(([name, part]) =>
    inner.includes(name) && part instanceof Map ? [...part] : [[name, part]],
  );
}

// [name, value] of all that is of the class `keep`.
function walk(tree, keep) {
  const waiting = [["", tree, 0]],
    seen = new Set(),
    found = [];
  let count = 0;
  while (waiting.length) {
    const [path, value, depth] = waiting.pop();
    count += 1;
    if (count > MAX_ENTRIES || depth > MAX_DEPTH)
      refuse("the PyTorch file is nested too deep or too wide to be weights");
    if (value instanceof keep) found.push([path, value]);
    if (!(value instanceof Map || value instanceof Thing) || seen.has(value)) continue;
    seen.add(value);
    const parts = partsOf(value);
    if (parts.length > MAX_ENTRIES) refuse("the PyTorch file has too many entries to be weights");
    for (const [name, part] of parts.toReversed())
      waiting.push([path ? `${path}.${name}` : name, part, depth + 1]);
  }
  return found;
}

// What pickled modules say of their function, by name.
function saidBy(tree) {
  const said = new Map();
  for (const [path, { state }] of walk(tree, Thing)) {
    const own = ["nonlinearity", "batch_first", "mode"]
      .map((key) => [key, state.get(key)])
      .filter(([, value]) => typeof value === "string" || typeof value === "boolean");
    if (own.length) said.set(path, Object.fromEntries(own));
  }
  return said;
}
