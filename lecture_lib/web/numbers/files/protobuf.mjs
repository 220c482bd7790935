// The fields of an ONNX model that its recurrent layers need, read from Protocol Buffers' wire format
// (https://protobuf.dev/programming-guides/encoding): every field is a number, a wire type and a value.
// Numbers that repeat are kept as bytes until they are asked for.
import { numbersOf } from "./arrays.mjs";
import { refuse, textOf } from "./bounds.mjs";

// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: number, name and kind; * repeats.
// What is not needed is skipped, but held to the format all the same.
const MESSAGES = {
  Model: "7 graph Graph,8 opsetImport* Skipped,14 - Skipped,20 - Skipped,25 functions* Skipped",
  Graph:
    "1 node* Node,5 initializer* Tensor,11 input* Value,12 output* Value,13 valueInfo* Value," +
    "14 - Skipped,15 - Skipped,16 - Skipped",
  Value: "1 name text,2 type Type,4 - Skipped",
  Type: "1 tensor Sized,8 sparse Sized",
  Sized: "2 shape Shape",
  Shape: "1 - Skipped",
  Node:
    "1 input* text,2 output* text,3 name text,4 opType text,7 domain text,5 attribute* Attribute," +
    "9 - Skipped,10 - Skipped",
  Attribute:
    "1 name text,21 refAttrName text,20 type whole,2 f single,3 i whole,4 s bytes,5 t Tensor," +
    "6 g Graph,7 floats* single,8 ints* whole,9 strings* bytes,10 tensors* Tensor,11 graphs* Graph," +
    "14 typed Type,15 - Skipped,22 - Skipped,23 - Skipped",
  Tensor:
    "1 dims* whole,2 dataType whole,4 floatData* single,5 int32Data* whole,7 int64Data* whole," +
    "8 name text,9 rawData bytes,10 doubleData* double,11 uint64Data* whole,13 externalData* Pair," +
    "14 dataLocation whole,3 - Skipped,16 - Skipped",
  Pair: "1 key text,2 value text",
  Skipped: "",
};
const FIELDS = Object.fromEntries(
  Object.entries(MESSAGES).map(([message, fields]) => [message, fieldsOf(fields)]),
);
const WIRE = { whole: 0, double: 1, single: 5 };
const SCALARS = ["whole", "double", "single"];
const MAX_NESTED = 100; // as protobuf's own readers have it
const MAX_PARTS = 1000000;

function fieldsOf(text) {
  const rows = text.split(",").map((row) => row.split(" "));
  return new Map(
    rows.map(([number, name = "", kind]) => [
      Number(number || -1),
      { name: name.replace("*", ""), kind, repeats: name.endsWith("*") },
    ]),
  );
}

const broken = () => refuse("model must be a whole ONNX file, got one cut off or of no such kind");

/**
 * @param {Uint8Array} bytes
 * @returns {Record<string, any>} the model
 */
export function readModel(bytes) {
  return readMessage(bytes, "Model", 0, { left: MAX_PARTS });
}

function emptyMessage(type) {
  const message = {};
  for (const { name, kind, repeats } of FIELDS[type].values()) {
    if (repeats) message[name] = SCALARS.includes(kind) ? { kind, chunks: [] } : [];
  }
  return message;
}

function readMessage(bytes, type, depth, parts) {
  if (depth > MAX_NESTED) refuse("model must not nest its graphs so deep");
  const message = emptyMessage(type),
    reader = createReader(bytes);
  while (!reader.done()) {
    const tag = reader.whole(),
      wire = tag % 8,
      field = FIELDS[type].get(Math.floor(tag / 8));
    if (tag < 8 || tag > 2 ** 32) broken();
    const value = reader.value(wire);
    if (!field) continue;
    const { name, kind, repeats } = field;
    const scalar = SCALARS.includes(kind);
    // A number that repeats may come packed; else a field of another wire type is none of ours.
    if (wire !== (WIRE[kind] ?? 2) && !(scalar && repeats && wire === 2)) continue;
    parts.left -= 1;
    if (parts.left < 0) refuse(`model must have at most ${MAX_PARTS} parts`);
    if (scalar && repeats)
      message[name].chunks.push(wire !== 2 || isPacked(kind, value) ? value : broken());
    else if (repeats) message[name].push(valueOf(value, kind, depth, parts));
    else if (message[name] && name !== "-" && Object.hasOwn(FIELDS, kind)) broken();
    else message[name] = valueOf(value, kind, depth, parts);
  }
  return message;
}

function valueOf(bytes, kind, depth, parts) {
  if (SCALARS.includes(kind)) return numbersIn({ kind, chunks: [bytes] })[0];
  if (kind === "bytes") return bytes;
  if (kind === "text") return textOf(bytes, "a name of the model");
  return readMessage(bytes, kind, depth + 1, parts);
}

const isPacked = (kind, bytes) =>
  kind === "whole" ? !(bytes.at(-1) > 127) : bytes.length % (kind === "single" ? 4 : 8) === 0;

function createReader(bytes, at = 0) {
  const past = (count) => {
    at += count;
    return at <= bytes.length ? bytes.subarray(at - count, at) : broken();
  };
  // The bytes of a varint.
  const varint = () => {
    let count = 1;
    while (bytes[at + count - 1] >= 128 && count < 10) count += 1;
    const found = past(count);
    return found.at(-1) < 128 ? found : broken();
  };
  const whole = () => wholeOf(varint());
  const VALUES = { 0: varint, 1: () => past(8), 2: () => past(whole()), 5: () => past(4) };
  return { done: () => at >= bytes.length, whole, value: (wire) => (VALUES[wire] ?? broken)() };
}

function wholeOf(varint) {
  if (varint.length <= 4) return varint.reduce((sum, byte, k) => sum + (byte & 127) * 128 ** k, 0);
  let value = 0n;
  for (let k = varint.length - 1; k >= 0; k -= 1) value = (value << 7n) | BigInt(varint[k] & 127);
  return Number(BigInt.asIntN(64, value));
}

/**
 * The numbers of a field that repeats.
 * @param {{ kind: string, chunks: Uint8Array[] }} field
 * @returns {number[]}
 */
export function numbersIn({ kind, chunks }) {
  const found = [];
  for (const chunk of chunks) {
    const reader = createReader(chunk);
    if (kind !== "whole") {
      for (const value of numbersOf(kind === "single" ? "float32" : "float64", chunk))
        found.push(value);
    } else while (!reader.done()) found.push(reader.whole());
  }
  return found;
}

/**
 * How many numbers a field that repeats has.
 * @param {{ kind: string, chunks: Uint8Array[] }} field
 * @returns {number}
 */
export function countIn({ kind, chunks }) {
  const size = { single: 4, double: 8 }[kind];
  return chunks.reduce((sum, chunk) => {
    if (size) return sum + Math.floor(chunk.length / size);
    let ends = 0;
    for (const byte of chunk) if (byte < 128) ends += 1;
    return sum + ends;
  }, 0);
}
