// Two that say the next letter of a text, an LSTM and an n-gram, and write on: the mirror of
// lecture_lib/tasks/characters.py and ngram.py. Each `read(letters, t)` returns P(next letter) after
// the letters up to number t, from 0.
import { createLSTM } from "../../web/numbers/cells.mjs";

/**
 * The network reads letter by letter, so it wants t = 0, 1, 2, … in turn.
 * @param {object} data characters_page.json
 * @param {number} maxLetters
 * @returns {object} `read`, `hiddenSize`, and `h` and `c`, which hold row by row what it has read
 */
export function createNetwork(data, maxLetters) {
  const { alphabet, hidden_size: H } = data;
  const K = alphabet.length;
  const weight = (name) => bytesToWeights(data.weights[name]);
  const cell = createLSTM({
    inputSize: K,
    hiddenSize: H,
    maxSteps: 1,
    weightIh: weight("cell.weight_ih"),
    weightHh: weight("cell.weight_hh"),
    bias: weight("cell.bias"),
  });
  const [readout, bias] = [weight("readout.weight"), weight("readout.bias")];
  const x = new Float64Array(K);
  const [h, c] = [0, 1].map(() => new Float64Array(maxLetters * H));

  function read(letters, t) {
    const row = (states, at) => states.subarray(at * H, (at + 1) * H);
    x.fill(0);
    x[alphabet.indexOf(letters[t])] = 1;
    const trace = cell.forward(x, 1, t ? { h0: row(h, t - 1), c0: row(c, t - 1) } : {});
    row(h, t).set(trace.h.subarray(0, H));
    row(c, t).set(trace.c.subarray(0, H));
    const p = bias.slice();
    for (let k = 0; k < K; k += 1)
      for (let j = 0; j < H; j += 1) p[k] += readout[k * H + j] * h[t * H + j];
    const top = Math.max(...p);
    return normalise(p.map((score) => Math.exp(score - top)));
  }
  return { read, h, c, hiddenSize: H };
}

function bytesToWeights({ int8, per_one: perOne }) {
  const bytes = Int8Array.from(atob(int8), (letter) => letter.charCodeAt(0));
  return Float64Array.from(bytes, (whole) => whole / perOne);
}

function normalise(p) {
  const sum = p.reduce((a, b) => a + b);
  return p.map((part) => part / sum);
}

/**
 * Counts in the text when it is asked, and remembers; Kneser-Ney, see ngram.py. Where a context
 * stands is sought only where its end does, which is known: the text is not read through again.
 * @param {object} data characters_page.json
 * @returns {{read: (letters: string, t: number) => Float64Array}}
 */
export function createNGram({ text, alphabet, order, discount }) {
  const codes = Uint8Array.from(text, (letter) => alphabet.indexOf(letter));
  const K = alphabet.length;
  const known = new Map();
  const places = new Map([["", Uint32Array.from(codes.keys())]]);

  function after(context) {
    if (!known.has(context)) known.set(context, lookUp(context));
    return known.get(context);
  }
  function lookUp(context) {
    const shorter = context
      ? after(context.slice(1))
      : new Float64Array(alphabet.length).fill(1 / alphabet.length);
    const counts = count(context);
    const sum = counts.reduce((a, b) => a + b);
    if (!sum) return shorter;
    const taken = discount * counts.filter((n) => n > 0).length;
    return counts.map((n, k) => (Math.max(n - discount, 0) + taken * shorter[k]) / sum);
  }
  function count(context) {
    const counts = new Float64Array(K);
    const longest = context.length === order - 1;
    const seen = new Uint8Array(K * K); // pairs of the letter before and the one after
    for (const at of placesOf(context)) {
      const end = at + context.length;
      if (end >= codes.length || (at === 0 && !longest)) continue;
      if (!longest) {
        const pair = codes[at - 1] * K + codes[end];
        if (seen[pair]) continue;
        seen[pair] = 1;
      }
      counts[codes[end]] += 1;
    }
    return counts;
  }
  // The places in the text, from 0, at which `context` begins.
  function placesOf(context) {
    if (!places.has(context)) {
      const first = alphabet.indexOf(context[0]);
      const begins = placesOf(context.slice(1)).filter((at) => codes[at - 1] === first);
      places.set(
        context,
        begins.map((at) => at - 1),
      );
    }
    return places.get(context);
  }
  return { read: (letters, t) => after(letters.slice(Math.max(0, t + 2 - order), t + 1)) };
}

/**
 * @param {Float64Array} p
 * @param {number} temperature τ
 * @returns {Float64Array} p^(1/τ), normalised
 */
export function temper(p, temperature) {
  const top = Math.max(...p);
  return normalise(p.map((part) => (part / top) ** (1 / temperature)));
}

const AT_ONCE = 36; // letters

/**
 * In parts: it yields after some letters.
 * @param {{read: Function}} reader
 * @param {object} data characters_page.json
 * @param {string} prefix
 * @param {Float64Array} uniform in [0, 1), a number for each letter to write
 * @param {number} temperature
 * @returns {Generator<void, {letters: string, p: Float64Array[]}>} the prefix and what is written after it, and the
 *   tempered probabilities after each letter
 */
export function* letWrite(reader, { alphabet }, prefix, uniform, temperature) {
  let letters = prefix;
  const p = [];
  for (let t = 0; t < letters.length; t += 1) {
    p.push(temper(reader.read(letters, t), temperature));
    if (t % AT_ONCE === AT_ONCE - 1) yield;
    const turn = t + 1 - prefix.length;
    if (turn >= 0 && turn < uniform.length) letters += alphabet[chooseBy(p[t], uniform[turn])];
  }
  return { letters, p };
}

// The first letter up to which the probabilities add up to more than u.
function chooseBy(p, u) {
  let sum = 0;
  const found = p.findIndex((part) => (sum += part) > u);
  return found < 0 ? p.length - 1 : found;
}
