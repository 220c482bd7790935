// The Sentence Lab: a trained LSTM reads a sentence; hold its gates at a word, and see what it says
// next. Second tab: how far apart subject and pronoun may be. The traits: lecture_lib/figures/sentence_lab.py.
import { HELD_GATES, createClampDesk } from "./clamp_desk.mjs";
import { createClampTable, holdsOf, nameOf } from "./clamp_table.mjs";
import { fixed, html, ownId, put, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createNextWords } from "./next_words.mjs";
import { button, createPlayer, createTable, createTabs } from "../../web/kit/parts.mjs";
import { createSentenceLine } from "./sentence_line.mjs";
import { createSentenceStrip } from "./sentence_strip.mjs";
import { createTextField } from "../../web/kit/sequence.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";
import { createWordGap } from "./word_gap.mjs";

const MAX_WORDS = 40;
const MAX_TEXT = 400;
const SERIES = ["f", "i", "g", "o", "c"];

// The words of a text that the network knows, and those that it does not.
function readWords(text, vocabulary) {
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

function sayUnread({ words, unknown, over }) {
  const shown = unknown
    .slice(0, 6)
    .map((word) => `“${word.length > 20 ? `${word.slice(0, 20)}…` : word}”`)
    .join(", ");
  const named = unknown.length
    ? `It never met ${shown}${unknown.length > 6 ? " and others" : ""}, and left ${unknown.length > 1 ? "them" : "it"} out. `
    : "";
  const rest = over
    ? `It reads ${MAX_WORDS} words; the last ${over} ${over > 1 ? "are" : "is"} left out. `
    : "";
  return `${named}${rest}${words.length ? "" : "Write a sentence of the words it knows: they are listed below."}`.trim();
}

function clampsOf(holds, steps, units, order) {
  const clamp = {};
  const everyone = order.map((_, k) => k + 1);
  for (const hold of holds.filter(({ t }) => t <= steps)) {
    for (const gate of HELD_GATES.filter((name) => name in hold)) {
      clamp[gate] ??= new Float64Array(steps * units).fill(NaN);
      const ranks = hold.units?.length ? hold.units.filter((rank) => rank <= units) : everyone;
      for (const rank of ranks) clamp[gate][(hold.t - 1) * units + order[rank - 1]] = hold[gate];
    }
  }
  return clamp;
}

function render({ model, el, signal }) {
  const { kinds, agrees, classes, networks, examples, gap } = model.get("task");
  const vocabulary = kinds.flatMap(([, words]) => words);
  const place = new Map(vocabulary.map((word, v) => [word, v]));
  const own = classes.map((word) => place.get(word));
  const ownerOf = (word) => classes.indexOf(agrees[word]);

  const frame = createFrame({
    model,
    el,
    draw,
    restore: ({ network, trained }) => ({ network, trained }),
    follows: ["tab", "network", "sentence", "t", "holds", "units", "tried", "trained", "adverbs"],
    fit: (width) => {
      lab.classList.toggle("live-narrow", width < 560);
      for (const part of [strip, wordGap]) part.layout(width);
    },
  });
  const { change } = frame;
  const look = (t) => change({ t: t + 1 });
  const tabs = createTabs(["Hold a gate", "Farther apart"], (tab) => change({ tab }));
  const choices = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Examples" },
    ...examples.map(({ name, sentence, t }) =>
      button(name, () => tell(sentence, t), { "data-sentence": sentence }),
    ),
  );
  const field = createTextField({
    name: "sentence",
    label: "Write your own",
    change: (text) => tell(text.slice(0, MAX_TEXT)),
  });
  const hints = html("datalist", { id: ownId("live-hints") });
  put(field.root.querySelector("input"), { list: hints.id, maxlength: MAX_TEXT });
  const palette = html(
    "details",
    { class: "live-palette" },
    html("summary", {}, `The ${vocabulary.length} words it knows`),
    ...kinds.map(([kind, words]) =>
      html(
        "div",
        { role: "group", "aria-label": kind },
        ...words.map((word) => button(word, () => add(word))),
      ),
    ),
    button("⌫ last word", () => tell(words().slice(0, -1).join(" "))),
  );
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const line = createSentenceLine({ classes, choose: look });
  const asked = html("p", { class: "live-heading" });
  const odds = createOdds(classes);
  const story = html("p", { class: "live-story live-measured" });
  const player = createPlayer(MAX_WORDS, look, signal, [2, 1]);
  const desk = createClampDesk({ change: hold, scope: (units) => change({ units }) });
  const strip = createSentenceStrip({ choose: look, signal });
  const bars = createNextWords(classes, 5);
  const quarters = createClampTable({ choose: (name) => hold(holdsOf(name, findPair().at)) });
  const table = createTable(
    ["t", "word", ...SERIES, ...classes.map((word) => `P(${word})`)],
    MAX_WORDS,
  );
  const reads = html(
    "div",
    { class: "live-reads" },
    asked,
    odds.root,
    story,
    player.root,
    desk.root,
    strip.root,
    html("div", { class: "live-beside" }, bars.root, quarters.root),
    table.root,
  );
  const lab = html("div", {}, choices, field.root, hints, verdict, line.root, reads, palette);
  const wordGap = createWordGap({ gap, choose: (adverbs) => change({ adverbs }) });
  const slot = html("div", { class: "live-slot" });
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    slot,
    lab,
    wordGap.root,
    frame.caption,
    frame.voice,
  );

  const speakers = {};
  let run = null;

  const words = () => readWords(model.get("sentence"), vocabulary).words;
  const add = (word) => words().length < MAX_WORDS && tell([...words(), word].join(" "));

  // Another sentence: nothing is held in it yet, and the reader looks at its last word.
  function tell(sentence, t = MAX_WORDS) {
    change({ sentence, t, holds: [], tried: [] });
  }
  function hold(holds) {
    const name = nameOf(holds, findPair()?.at);
    const tried = model.get("tried");
    change({ holds, tried: name && !tried.includes(name) ? [...tried, name] : tried });
  }

  // The two last subjects: whose pronoun it was, and whose it is now; null where they do not differ.
  function findPair() {
    const [fresh, old] = words()
      .map((subject, t) => ({ subject, at: t + 1, word: agrees[subject], k: ownerOf(subject) }))
      .filter(({ k }) => k >= 0)
      .reverse();
    return old && old.k !== fresh.k ? { old, fresh, at: fresh.at } : null;
  }

  // Reads the sentence free, and as held; the free run and its table change with sentence and network.
  function compute(read) {
    const name = model.get("network");
    const { order, weights } = networks[name];
    const key = `${name} ${read.join(" ")}`;
    speakers[name] ??= [0, 1].map(() => createSpeaker("LSTM", weights, MAX_WORDS, 1e4));
    const [alone, held] = speakers[name];
    const numbers = read.map((word) => place.get(word));
    const units = alone.hiddenSize;
    const clamps = (holds) => clampsOf(holds, read.length, units, order);
    const shares = ({ p }, t) => own.map((v) => p[t * vocabulary.length + v]);
    if (run?.key !== key) {
      const pair = findPair();
      const quarter = (cell) => {
        const all = shares(
          held.run(numbers, { clamp: clamps(holdsOf(cell, pair.at)) }),
          read.length - 1,
        );
        return [all[pair.old.k], all[pair.fresh.k]];
      };
      run = {
        key,
        ...networks[name],
        units,
        free: alone.run(numbers),
        pair,
        quarters:
          pair && Object.fromEntries(["", "i", "f", "fi"].map((cell) => [cell, quarter(cell)])),
      };
    }
    run.clamp = clamps(model.get("holds"));
    run.held = held.run(numbers, { clamp: run.clamp });
    run.shares = shares(run.held, read.length - 1);
    run.freeShares = shares(run.free, read.length - 1);
    return run;
  }

  function draw() {
    const tab = model.get("tab");
    tabs.draw(tab);
    lab.hidden = tab === 1;
    wordGap.root.hidden = tab === 0;
    if (tab === 1)
      frame.say(wordGap.draw({ trained: model.get("trained"), adverbs: model.get("adverbs") }));
    else drawLab();
  }

  function drawLab() {
    const text = model.get("sentence");
    const read = readWords(text, vocabulary);
    field.draw(text);
    drawHints(text);
    write(verdict, sayUnread(read));
    for (const node of choices.children)
      put(node, { "aria-pressed": node.dataset.sentence === text });
    line.root.hidden = reads.hidden = !read.words.length;
    if (!read.words.length) return;
    const steps = read.words.length;
    const t = Math.min(model.get("t"), steps) - 1;
    const holds = model.get("holds");
    const { held, free, order, eta, units, clamp, pair, shares, freeShares } = compute(read.words);
    const rowOf = ({ p }, at) => p.subarray(at * vocabulary.length, (at + 1) * vocabulary.length);
    const end = rowOf(held, steps - 1);
    const top = vocabulary[end.indexOf(Math.max(...end))];
    const heldAt = (at) =>
      HELD_GATES.flatMap((gate) =>
        holds.filter((h) => h.t === at + 1 && gate in h).map((h) => ({ gate, value: h[gate] })),
      );
    line.draw({
      words: read.words,
      t,
      shares,
      free: freeShares,
      owners: read.words.map(ownerOf),
      clips: read.words.map((_, at) => heldAt(at)),
      top: { word: top, owner: classes.indexOf(top) },
    });
    write(asked, `P(next word) after “${read.words.at(-1)}”, the end`);
    odds.draw({
      shares,
      free: freeShares,
      whose: classes.map((_, k) =>
        whose(k, pair, ownerOf(read.words.findLast((word) => word in agrees))),
      ),
    });
    const says = report({ read: read.words, pair, shares, freeShares, top, holds, classes });
    write(story, says);
    player.draw(t, read.words[t], steps);
    desk.draw({
      t,
      word: read.words[t],
      words: read.words,
      holds,
      units: model.get("units").filter((rank) => rank <= units),
      eta,
      values: Object.fromEntries(
        HELD_GATES.map((gate) => [gate, held.trace[gate][t * units + order[0]]]),
      ),
    });
    strip.draw({
      words: read.words,
      t,
      order,
      eta,
      trace: held.trace,
      free: free.trace,
      held: clamp,
    });
    bars.draw({
      says: `After “${read.words[t]}”, the next word`,
      vocabulary,
      p: rowOf(held, t),
      free: rowOf(free, t),
      own,
    });
    const now = pair && nameOf(holds, pair.at);
    const seen = pair ? ["", ...model.get("tried"), now].filter((name) => name !== undefined) : [];
    quarters.draw({
      now,
      story: pair && { at: read.words[pair.at - 1], old: pair.old, fresh: pair.fresh },
      results: Object.fromEntries(seen.map((name) => [name, run.quarters?.[name]])),
      why: "It needs two subjects whose pronouns differ, the new one after the old.",
    });
    table.draw((row, k) => {
      if (k < 2) return k ? read.words[row] : `${row + 1}`;
      if (k < 2 + SERIES.length) return fixed(held.trace[SERIES[k - 2]][row * units + order[0]], 4);
      return fixed(held.p[row * vocabulary.length + own[k - 2 - SERIES.length]], 4);
    }, steps);
    frame.say(says);
  }

  // The field completes the word that is being written.
  function drawHints(text) {
    const start = text.match(/\S*$/)[0];
    const before = text.slice(0, text.length - start.length);
    const fitting = start
      ? vocabulary.filter((word) => word.toLowerCase().startsWith(start.toLowerCase())).slice(0, 12)
      : [];
    hints.replaceChildren(...fitting.map((word) => html("option", { value: `${before}${word}` })));
  }

  // What one network did, the table of another has yet to show; and a network is first asked at the
  // distance that it was trained at.
  const listeners = [
    ["change:network", () => change({ tried: [] })],
    ["change:trained", () => change({ adverbs: model.get("trained") })],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  const stop = frame.start();
  return () => {
    stop();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

// Whose pronoun number k is in this sentence; `owner` is that of its last subject, or −1.
function whose(k, pair, owner) {
  if (pair?.old.k === k) return `${pair.old.subject}, the old subject`;
  if (pair?.fresh.k === k) return `${pair.fresh.subject}, the new subject`;
  return k === owner ? "the subject’s" : "nobody’s here";
}

// What the network says at the end, and what the holds have changed.
function report({ read, pair, shares, freeShares, top, holds, classes }) {
  const best = (list) => list.indexOf(Math.max(...list));
  const asked = (list) => list.reduce((a, b) => a + b) > 0.5;
  const named = (list) => `${classes[best(list)]} (${fixed(Math.max(...list))})`;
  if (!asked(freeShares) && !asked(shares))
    return `After “${read.at(-1)}” no pronoun is due: it expects “${top}”. End the sentence with bought, found or lost to ask for one.`;
  if (!holds.length)
    return `The network goes on with ${named(shares)}${pair && best(shares) === pair.fresh.k ? `, for ${pair.fresh.subject}` : ""}. Now hold a gate at a word: what will it say?`;
  const free = `Left alone it says ${named(freeShares)}`;
  if (!asked(shares)) return `${free}; with what you hold, no pronoun at all, but “${top}”.`;
  if (best(shares) === best(freeShares))
    return `${free}; with what you hold, still ${named(shares)}.`;
  const back =
    pair && shares[pair.old.k] > 0.5
      ? ` It answers for ${pair.old.subject}, as if ${pair.fresh.subject} had never come.`
      : "";
  return `${free}; with what you hold, ${named(shares)}.${back}`;
}

// P of the agreeing words at the end, large, each over its bar; a mark where the free run is.
function createOdds(classes) {
  const cards = classes.map((word, k) => {
    const value = html("b");
    const who = html("span", { class: "live-odds-who" });
    const bar = html("i");
    const ghost = html("u");
    const free = html("span", { class: "live-odds-free" });
    return {
      value,
      who,
      bar,
      ghost,
      free,
      root: html(
        "div",
        { class: `live-odds-card live-who-${k}` },
        html("span", { class: "live-odds-word" }, word),
        value,
        who,
        html("span", { class: "live-odds-track" }, bar, ghost),
        free,
      ),
    };
  });
  const root = html(
    "div",
    { class: "live-odds", role: "group", "aria-label": "Probability of the next word at the end" },
    ...cards.map((card) => card.root),
  );
  function draw({ shares, free, whose }) {
    cards.forEach((card, k) => {
      write(card.value, fixed(shares[k]));
      write(card.who, whose[k]);
      card.bar.style.width = `${100 * shares[k]}%`;
      card.ghost.style.left = `${100 * free[k]}%`;
      write(card.free, `free ${fixed(free[k])}`);
    });
  }
  return { root, draw };
}

// What no trait can say: one hold a word.
const accepts = (name, value) =>
  name !== "holds" || new Set(value.map((hold) => hold.t)).size === value.length;

export default { render, accepts };
