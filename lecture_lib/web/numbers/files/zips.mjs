// Zip archives by their central directory, each entry unpacked when it is asked for.
import { Excess, MAX_ENTRIES, refuse, roomFor, textOf } from "./bounds.mjs";

const SLICE = 4096; // of deflated bytes at a time, which unpack to 4 MB at most

const TABLE = new Uint32Array(256).map((_, n) => {
  for (let k = 0; k < 8; k += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function checksum(bytes) {
  let sum = -1;
  for (let k = 0; k < bytes.length; k += 1) sum = (sum >>> 8) ^ TABLE[(sum ^ bytes[k]) & 255];
  return ~sum >>> 0;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} what the file, in words
 * @returns {{ names: string[], read: (name: string) => Promise<Uint8Array> }}
 */
export function openArchive(bytes, what) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (why) => refuse(`${what} must be a whole zip archive: ${why}`);
  const entries = new Map();
  let { at, count, start } = directory(bytes, view, broken);
  if (count > MAX_ENTRIES) refuse(`${what} has ${count} entries, more than ${MAX_ENTRIES}`);
  const end = at;
  let total = 0;
  for (let k = 0; k < count; k += 1) {
    const { next, ...entry } = entryAt(view, bytes, start, end, broken);
    start = next;
    total += entry.size;
    entries.set(entry.name, entry);
  }
  if (start !== end) broken("its directory has another length than it says");
  if (total > roomFor(bytes.length))
    refuse(`${what} of ${bytes.length} bytes says that it unpacks to ${total}: refused`);
  return {
    names: [...entries.keys()],
    async read(name) {
      const entry = entries.get(name);
      if (!entry) refuse(`${what} must have an entry ${name}`);
      const packed = packedBytes(view, bytes, entry, end, (why) =>
        refuse(`${name} in ${what} cannot be unpacked: ${why}`),
      );
      const data = entry.method ? await inflated(packed, entry.size) : packed;
      if (data?.length !== entry.size || checksum(data) !== entry.sum)
        refuse(`${name} in ${what} cannot be unpacked: it is cut off or changed`);
      return data;
    },
  };
}

// Where the directory starts and ends, and how many entries it has.
function directory(bytes, view, broken) {
  let at = bytes.length - 22;
  const least = Math.max(0, at - 65535);
  while (at >= least && view.getUint32(at, true) !== 0x06054b50) at -= 1;
  if (at < least) broken("it has no directory at its end");
  let count = view.getUint16(at + 10, true),
    size = view.getUint32(at + 12, true),
    start = view.getUint32(at + 16, true);
  // The same in 64 bits, which PyTorch writes of small files too.
  if (at >= 76 && view.getUint32(at - 20, true) === 0x07064b50) {
    const wide = at - 76;
    if (view.getUint32(wide, true) !== 0x06064b50) broken("its 64-bit directory is not there");
    [count, size, start] = [32, 40, 48].map((k) => Number(view.getBigUint64(wide + k, true)));
    at = wide;
  }
  if (start + size !== at) broken("its directory is not where it says");
  return { at, count, start };
}

function entryAt(view, bytes, at, end, broken) {
  if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) broken("its directory is cut off");
  const two = (k) => view.getUint16(at + k, true),
    four = (k) => view.getUint32(at + k, true);
  const [flags, method, nameLength, extraLength] = [two(8), two(10), two(28), two(30)];
  const name = bytes.subarray(at + 46, at + 46 + nameLength);
  const next = at + 46 + nameLength + extraLength + two(32);
  if (next > end) broken("its directory is cut off");
  const entry = { sum: four(16), packed: four(20), size: four(24), start: four(42) };
  if (flags & 0x2061) broken("an entry is encrypted or patched");
  if (method !== 0 && method !== 8) broken("its entries must be stored or deflated");
  if ((two(6) & 255) > 63) broken("it is of a newer kind");
  const utf8 = flags & 0x800 || name.every((letter) => letter < 128);
  if (!utf8 || name.includes(0)) broken("the name of an entry is no text");
  return { name: textOf(name, "the name of an entry"), bytes: name, method, next, ...entry };
}

function packedBytes(view, bytes, entry, end, broken) {
  const { start } = entry;
  if (start + 30 > end || view.getUint32(start, true) !== 0x04034b50) broken("it is not there");
  const length = view.getUint16(start + 26, true),
    own = bytes.subarray(start + 30, start + 30 + length);
  if (length !== entry.bytes.length || own.some((letter, k) => letter !== entry.bytes[k]))
    broken("another entry is in its place");
  const from = start + 30 + length + view.getUint16(start + 28, true);
  if (from + entry.packed > end) broken("it is cut off");
  return bytes.subarray(from, from + entry.packed);
}

async function inflated(packed, size) {
  const data = new Uint8Array(size);
  let at = 0,
    given = 0;
  const source = new ReadableStream({
    pull(controller) {
      if (given >= packed.length) return controller.close();
      controller.enqueue(packed.slice(given, (given += SLICE)));
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return at === size ? data : null;
      if (at + value.length > size) throw new Excess("it unpacks to more than it says");
      data.set(value, at);
      at += value.length;
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof Excess) throw error;
    return null;
  }
}
