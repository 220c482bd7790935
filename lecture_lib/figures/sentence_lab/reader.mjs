// What the networks make of a sentence: which words are read, the run as held and the free one, and
// what the holds have changed.
import { GATES, MAX_WORDS, PER_ONE, QUARTERS } from "./__init__.py";
import { fixed } from "../../web/kit/dom.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";
import { holdsOf } from "./clamp_table.mjs";

const placeOfLargest = (list) => list.indexOf(Math.max(...list));

/**
 * @param {string} text
 * @param {string[]} vocabulary
 * @returns {{words: string[], unknown: string[], over: number}} the words that a network reads, those
 *   that it does not know, each once, and how many were too many
 */
export function readWords(text, vocabulary) {
  const known = new Map(vocabulary.map((word) => [word.toLowerCase(), word]));
  const words = [];
  const unknown = new Set();
  for (const word of text.match(/[^\s.,;:!?]+|[.,;:!?]/g) ?? []) {
    const found = known.get(word.toLowerCase());
    if (found) words.push(found);
    else unknown.add(word);
  }
  return {
    words: words.slice(0, MAX_WORDS),
    unknown: [...unknown],
    over: Math.max(0, words.length - MAX_WORDS),
  };
}

/**
 * @param {object} task from the class: the words by kind, whose pronoun a subject takes, the
 *   networks with their units, the one that knows most of the subject first
 * @returns {object} `vocabulary`; `findPair(words)`, the two last subjects, each { subject, at, word,
 *   k }, or null where their pronouns do not differ; `read(words, network, holds)`, a run
 */
export function createReader({ kinds, agrees, classes, networks }) {
  const vocabulary = kinds.flatMap(([, words]) => words);
  const V = vocabulary.length;
  const place = new Map(vocabulary.map((word, v) => [word, v]));
  const own = classes.map((word) => place.get(word));
  const ownerOf = (word) => classes.indexOf(agrees[word]);
  const rowOf = ({ p }, t) => p.subarray(t * V, (t + 1) * V);
  const speakers = {};
  let known = null; // the free run and the table, which change with sentence and network

  function findPair(words) {
    const [fresh, old] = words
      .map((subject, t) => ({ subject, at: t + 1, word: agrees[subject], k: ownerOf(subject) }))
      .filter(({ k }) => k >= 0)
      .reverse();
    return old && old.k !== fresh.k ? { old, fresh, at: fresh.at } : null;
  }

  function read(words, network, holds) {
    const { order, eta, weights } = networks[network];
    speakers[network] ??= [0, 1].map(() => createSpeaker("LSTM", weights, MAX_WORDS, PER_ONE));
    const [alone, heldBack] = speakers[network];
    const numbers = words.map((word) => place.get(word));
    const sharesOf = (run) => own.map((v) => rowOf(run, words.length - 1)[v]);
    const runHeld = (list) => {
      const clamp = createClamp(list, words.length, order);
      return { clamp, ...heldBack.run(numbers, { clamp }) };
    };
    const key = `${network} ${words.join(" ")}`;
    if (known?.key !== key) {
      const pair = findPair(words);
      const quarter = (name) => {
        const shares = sharesOf(runHeld(holdsOf(name, pair.at)));
        return [shares[pair.old.k], shares[pair.fresh.k]];
      };
      const quarters = pair && Object.fromEntries(QUARTERS.map((name) => [name, quarter(name)]));
      known = { key, pair, quarters, free: alone.run(numbers) };
    }
    const held = runHeld(holds);
    const top = vocabulary[placeOfLargest(rowOf(held, words.length - 1))];
    const [shares, freeShares] = [held, known.free].map(sharesOf);
    return { ...known, words, holds, order, eta, held, top, shares, freeShares };
  }
  return { vocabulary, own, ownerOf, rowOf, findPair, read };
}

// The clamp of a forward pass: { gate: T × H values, NaN where free }.
function createClamp(holds, steps, order) {
  const units = order.length;
  const clamp = {};
  const everyone = order.map((_, k) => k + 1);
  for (const hold of holds.filter(({ t }) => t <= steps)) {
    for (const gate of GATES.filter((name) => name in hold)) {
      clamp[gate] ??= new Float64Array(steps * units).fill(NaN);
      const ranks = hold.units?.length ? hold.units.filter((rank) => rank <= units) : everyone;
      for (const rank of ranks) clamp[gate][(hold.t - 1) * units + order[rank - 1]] = hold[gate];
    }
  }
  return clamp;
}

/**
 * @param {object} run from `read`
 * @param {string[]} classes the pronouns
 * @returns {string} what the network says at the end, and what the holds have changed
 */
export function report({ words, pair, shares, freeShares, top, holds }, classes) {
  const isAsked = (list) => list.reduce((a, b) => a + b) > 0.5;
  const name = (list) => `${classes[placeOfLargest(list)]} (${fixed(Math.max(...list))})`;
  if (!isAsked(freeShares) && !isAsked(shares))
    return `After “${words.at(-1)}” no pronoun is due: it expects “${top}”. End the sentence with bought, found or lost to ask for one.`;
  if (!holds.length) {
    const right = pair && placeOfLargest(shares) === pair.fresh.k;
    const whose = right ? `, for ${pair.fresh.subject}` : "";
    return `The network goes on with ${name(shares)}${whose}. Now hold a gate at a word: what will it say?`;
  }
  const free = `Left alone it says ${name(freeShares)}`;
  if (!isAsked(shares)) return `${free}; with what you hold, no pronoun at all, but “${top}”.`;
  if (placeOfLargest(shares) === placeOfLargest(freeShares))
    return `${free}; with what you hold, still ${name(shares)}.`;
  const back =
    pair && shares[pair.old.k] > 0.5
      ? ` It answers for ${pair.old.subject}, as if ${pair.fresh.subject} had never come.`
      : "";
  return `${free}; with what you hold, ${name(shares)}.${back}`;
}
