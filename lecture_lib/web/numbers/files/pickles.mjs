// Pickles read as descriptions: dicts, lists, texts, numbers and tensors' places, no other object.
// Each instruction is followed here; what would call anything becomes a `Thing` that holds its name
// and what it was given. The mirror of lecture_lib/interchange/torch/pickles.py.
import { refuse, textOf } from "./bounds.mjs";

const MAX_STEPS = 2000000;
// Which numbers a storage of each class holds.
const STORAGES = new Map([
  ["DoubleStorage", "float64"],
  ["FloatStorage", "float32"],
  ["HalfStorage", "float16"],
  ["BFloat16Storage", "bfloat16"],
  ["LongStorage", "int64"],
  ["IntStorage", "int32"],
  ["ShortStorage", "int16"],
  ["CharStorage", "int8"],
  ["ByteStorage", "uint8"],
  ["BoolStorage", "bool"],
]);
const MARK = Symbol("mark");
const OTHER = Symbol("a number with a point, or bytes: nothing that weights need");
const broken = () => refuse("the pickle of this file is cut off or broken");

/** An object that a pickle would make, and that is not made: its name, and what it was given. */
export class Thing {
  constructor(name) {
    Object.assign(this, { name, state: new Map() });
  }
}

/** A tensor of a file: which numbers of which storage. */
export class Stored {
  constructor(storage, offset, shape, strides) {
    Object.assign(this, { storage, offset, shape, strides });
  }
}

class Tuple {
  constructor(items) {
    this.items = items;
  }
}

// A reader of bytes that refuses to read on past the end.
function createReader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (count) => {
    at += count;
    return at <= bytes.length ? at - count : broken();
  };
  const slice = (count) => {
    const from = take(count);
    return bytes.subarray(from, from + count);
  };
  return {
    slice,
    one: () => bytes[take(1)],
    two: () => view.getUint16(take(2), true),
    four: () => view.getUint32(take(4), true),
    signed: () => view.getInt32(take(4), true),
    eight: () => Number(view.getBigUint64(take(8), true)),
    line() {
      const end = bytes.indexOf(10, at);
      const text = textOf(slice(end < 0 ? broken() : end - at), "the pickle of this file");
      at += 1;
      return text;
    },
  };
}

const text = (bytes) => textOf(bytes, "the pickle of this file");
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);

function whole(bytes) {
  if (bytes.length > 8) return OTHER;
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k -= 1) value = (value << 8n) | BigInt(bytes[k]);
  return Number(BigInt.asIntN(8 * bytes.length, value));
}

// Instructions that put a value on the stack, by their letter.
const VALUES = {
  N: () => null,
  "\x88": () => true,
  "\x89": () => false,
  K: (from) => from.one(),
  M: (from) => from.two(),
  J: (from) => from.signed(),
  "\x8a": (from) => whole(from.slice(from.one())),
  "\x8b": (from) => whole(from.slice(from.four())),
  G: (from) => from.slice(8) && OTHER,
  X: (from) => text(from.slice(from.four())),
  "\x8c": (from) => text(from.slice(from.one())),
  "\x8d": (from) => text(from.slice(from.eight())),
  T: (from) => latin(from.slice(from.four())),
  U: (from) => latin(from.slice(from.one())),
  B: (from) => from.slice(from.four()) && OTHER,
  C: (from) => from.slice(from.one()) && OTHER,
  "\x8e": (from) => from.slice(from.eight()) && OTHER,
  "}": () => new Map(),
  "]": () => [],
  ")": () => new Tuple([]),
  "\x8f": () => [],
  "(": () => MARK,
  c: (from) => new Thing(`${from.line()}.${from.line()}`),
};

/**
 * What a pickle describes.
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function described(bytes) {
  const from = createReader(bytes),
    stack = createStack();
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const letter = String.fromCharCode(from.one());
    if (letter === ".") return stack.pop();
    if (Object.hasOwn(VALUES, letter)) stack.push(VALUES[letter](from));
    else if (Object.hasOwn(FOLLOWED, letter)) FOLLOWED[letter](stack, from);
    else refuse(`the pickle of this file has the instruction ${code(letter)}: not of weights`);
  }
  return refuse("the pickle of this file is too long to be of weights");
}

const code = (letter) => `0x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`;

function createStack() {
  const values = [];
  const pop = () => (values.length ? values.pop() : broken());
  return {
    memo: new Map(),
    push: (value) => values.push(value),
    pop,
    top: () => (values.length ? values.at(-1) : broken()),
    last(count) {
      return values.length < count ? broken() : values.splice(values.length - count);
    },
    marked() {
      const found = values.lastIndexOf(MARK);
      return found < 0 ? broken() : values.splice(found).slice(1);
    },
  };
}

const keep = (number) => (stack, from) => stack.memo.set(from[number](), stack.top());
const recall = (number) => (stack, from) => {
  const key = from[number]();
  stack.push(stack.memo.has(key) ? stack.memo.get(key) : broken());
};
const tuple = (count) => (stack) => stack.push(new Tuple(stack.last(count)));
const appended = (stack, values) => {
  const list = stack.top();
  if (Array.isArray(list)) for (const value of values) list.push(value);
};
const called = (stack) => {
  const given = stack.pop();
  stack.push(resultOf(stack.pop(), given));
};

// The other instructions, by their letter.
const FOLLOWED = {
  "\x80": (stack, from) => from.one(),
  "\x95": (stack, from) => from.eight(),
  q: keep("one"),
  r: keep("four"),
  "\x94": (stack) => stack.memo.set(stack.memo.size, stack.top()),
  h: recall("one"),
  j: recall("four"),
  0: (stack) => stack.pop(),
  1: (stack) => stack.marked(),
  "\x85": tuple(1),
  "\x86": tuple(2),
  "\x87": tuple(3),
  t: (stack) => stack.push(new Tuple(stack.marked())),
  l: (stack) => stack.push(stack.marked()),
  d: (stack) => stack.push(withItems(new Map(), stack.marked())),
  "\x91": (stack) => stack.push(new Tuple(stack.marked())),
  a: (stack) => appended(stack, [stack.pop()]),
  e: (stack) => appended(stack, stack.marked()),
  "\x90": (stack) => appended(stack, stack.marked()),
  s: (stack) => {
    const pair = stack.last(2);
    withItems(stack.top(), pair);
  },
  u: (stack) => {
    const values = stack.marked();
    withItems(stack.top(), values);
  },
  "\x93": (stack) => {
    const [first, last] = stack.last(2);
    stack.push(
      typeof first === "string" && typeof last === "string"
        ? new Thing(`${first}.${last}`)
        : broken(),
    );
  },
  R: called,
  "\x81": called,
  "\x92": (stack) => {
    stack.pop();
    called(stack);
  },
  b: (stack) => {
    const state = stack.pop();
    told(stack.top(), state);
  },
  Q: (stack) => stack.push(persistent(stack.pop())),
};

function withItems(target, values) {
  const items = target instanceof Thing ? target.state : target;
  if (!(items instanceof Map)) return target;
  if (values.length % 2) broken();
  for (let k = 0; k < values.length; k += 2) {
    const key = values[k];
    // Nothing under another kind of name is a layer's.
    if (typeof key === "string" || typeof key === "number") items.set(String(key), values[k + 1]);
  }
  return target;
}

function told(thing, state) {
  if (state instanceof Tuple && state.items.length === 2) {
    const [first, second] = state.items;
    state = first instanceof Map && first.size ? first : second;
  }
  if (thing instanceof Thing && state instanceof Map)
    for (const [name, value] of state) thing.state.set(name, value);
}

const itemsOf = (value) =>
  value instanceof Tuple ? value.items : Array.isArray(value) ? value : broken();

// What calling `made` stands for: a tensor, a dict, or a `Thing` and no more.
function resultOf(made, given) {
  const name = made instanceof Thing ? made.name : "?";
  switch (name) {
    case "torch._utils._rebuild_tensor_v2":
    case "torch._utils._rebuild_tensor": {
      const [storage, offset, shape, strides] = itemsOf(given);
      if (!storage?.key) refuse("a tensor of this file has no storage");
      return new Stored(storage, offset, itemsOf(shape), itemsOf(strides));
    }
    case "torch._utils._rebuild_parameter":
    case "torch._utils._rebuild_parameter_with_state":
      return itemsOf(given)[0];
    case "torch._tensor._rebuild_from_type_v2":
      return resultOf(itemsOf(given)[0], itemsOf(given)[2]);
    case "collections.OrderedDict":
      return withItems(new Map(), itemsOf(itemsOf(given)[0] ?? []).flatMap(itemsOf));
    default:
      return new Thing(name);
  }
}

// The storage that a pickle names: its numbers, its key and their count.
function persistent(value) {
  const [what, kind, key, , count] = value instanceof Tuple ? value.items : [];
  if (what === "module" && value.items.length === 4) return kind;
  if (what !== "storage" || value.items.length < 5)
    refuse("the pickle of this file names something else than a storage");
  if (typeof key !== "string" && typeof key !== "number") broken();
  if (!Number.isSafeInteger(count) || count < 0)
    refuse(`storage ${String(key).slice(0, 100)} must say how many numbers it has`);
  // A kind unknown here, such as one of quantised numbers, is no storage of weights.
  const name = kind instanceof Thing ? kind.name.split(".").at(-1) : "";
  return { dtype: STORAGES.get(name) ?? null, key: String(key).slice(0, 100), count };
}
