// The next letter: a network trained on "hellohello…" beside a bigram, for a word that is typed.
// The class beside it says what each trait means.
import { createHeat } from "../../web/charts/heat.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { createNextBars, percent } from "../../web/charts/next_bars.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { nameLeftOut, readLetters, shorten } from "../../web/kit/typed_letters.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";
import { button } from "../../web/parts/button.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTextField } from "../../web/parts/text_field.mjs";
import { BIGRAM, LETTERS, MAX_LETTERS } from "./__init__.py";
import { createStrip } from "./strip.mjs";

const MORE = 5;
const SURE = 0.9;
const AS_LIKELY = 0.05; // within so much of the likeliest

const inWords = [...LETTERS].join(", ");
const bigramAfter = (letter) => BIGRAM[LETTERS.indexOf(letter)];

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: Object.keys(model.get("initial")),
    fit: (width) => [strip, heat, bars].forEach((part) => part.layout(width)),
  });
  const spell = createSpeller(model.get("weights"));
  const choose = (t) => frame.change({ t: t + 1 });
  const rewrite = (word) => frame.change({ word, t: 0 });
  const field = createTextField({
    name: "word",
    label: "Type a word",
    change: (text) => rewrite(shorten(text, MAX_LETTERS)),
  });
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const writers = createWriters(model, spell, rewrite);
  const story = html("p", { class: "live-story live-measured" });
  const legend = createLegend([
    { kind: "like-h", label: "network", style: "box" },
    { kind: "soft", label: "bigram", style: "box" },
  ]);
  const heading = html(
    "p",
    { class: "live-heading" },
    "Each letter, and the chance it was given before it came",
  );
  const strip = createStrip(choose);
  const heat = createHeat({
    name: "h, the network’s memory after each letter",
    colour: "h",
    kind: "state",
    choose,
    signal,
  });
  const bars = createNextBars(LETTERS.length);
  const table = createNumbers();
  const readings = [story, ...[legend, bars].map(({ root }) => root), heading].concat(
    [strip, heat, table].map(({ root }) => root),
  );
  el.append(
    html("div", { class: "live-head" }, field.root, writers, frame.tools),
    verdict,
    html("div", { class: "live-slot" }),
    ...readings,
    frame.caption,
    frame.voice,
  );
  legend.draw([true, true]);

  function draw() {
    const [word, kind] = [model.get("word"), model.get("kind")];
    const { letters, odd } = readLetters(word, LETTERS);
    field.draw(word);
    write(verdict, remark(odd, [...word].length, letters.length));
    for (const node of readings) node.toggleAttribute("hidden", !letters.length);
    if (!letters.length) return;
    const steps = letters.length;
    const now = Math.min(model.get("t") || steps, steps) - 1;
    const { h, p, units } = spell(kind, letters);
    const pairs = letters.map(bigramAfter);
    const sentence = describe(letters.slice(0, now + 1).join(""), kind, p[now], pairs[now]);
    write(story, sentence);
    bars.draw({ names: [...LETTERS], network: p[now], table: pairs[now], label: sentence });
    const [network, bigram] = [p, pairs].map((rows) => chancesOf(letters, rows));
    strip.draw({ letters, now, network, bigram });
    heat.draw({ values: h, units, steps, t: now, unit: 0 });
    table.draw(letters, pairs, p);
    frame.say(sentence);
  }
  return frame.start();
}

// `spell(kind, letters)`: h (T × H) of that network, and P(next), a row for each letter.
function createSpeller(weights) {
  const speakers = Object.fromEntries(
    Object.entries(weights).map(([kind, own]) => [kind, createSpeaker(kind, own, MAX_LETTERS)]),
  );
  return (kind, letters) => {
    const { run, hiddenSize, outputSize } = speakers[kind];
    const { trace, p } = run(letters.map((letter) => LETTERS.indexOf(letter)));
    const rows = letters.map((_, t) => [...p.subarray(t * outputSize, (t + 1) * outputSize)]);
    return { h: trace.h, p: rows, units: hiddenSize };
  };
}

// Buttons by which the network or the bigram writes on.
function createWriters(model, spell, rewrite) {
  const writer = (who, next) =>
    button(`${who} writes ${MORE} more`, () => rewrite(writeOn(model.get("word"), next)));
  return html(
    "div",
    { class: "live-presets" },
    writer("Network", (letters) => spell(model.get("kind"), letters).p.at(-1)),
    writer("Bigram", (letters) => bigramAfter(letters.at(-1))),
  );
}

// What each letter was given before it came; null at the first.
const chancesOf = (letters, rows) =>
  letters.map((letter, t) => (t ? rows[t - 1][LETTERS.indexOf(letter)] : null));

// The loop: the likeliest letter, the first of equals, is appended and read in turn.
function writeOn(word, next) {
  const { letters } = readLetters(word, LETTERS);
  if (!letters.length) letters.push(LETTERS[0]);
  for (let k = 0; k < MORE && letters.length < MAX_LETTERS; k += 1) {
    const p = next(letters);
    letters.push(LETTERS[p.indexOf(Math.max(...p))]);
  }
  return letters.join("");
}

function createNumbers() {
  const K = LETTERS.length;
  const heads = ["bigram", "network"].flatMap((who) => [...LETTERS].map((k) => `${who} ${k}`));
  const table = createTable(["t", "letter", ...heads], MAX_LETTERS);
  function draw(letters, bigram, network) {
    table.draw((t, k) => {
      if (k < 2) return k ? letters[t] : `${t + 1}`;
      return k < 2 + K ? fixed(bigram[t][k - 2], 4) : fixed(network[t][k - 2 - K], 4);
    }, letters.length);
  }
  return { root: table.root, draw };
}

function remark(odd, typed, read) {
  const full = typed >= MAX_LETTERS ? ` ${MAX_LETTERS} letters are the most.` : "";
  if (!typed) return `Type at least one of the letters ${inWords}.`;
  if (!odd.length) return full.trim();
  const more = read ? "" : ": type at least one of them";
  return `${nameLeftOut(odd)} Both know only ${inWords}${more}.${full}`;
}

// The likeliest letters: one, or those about as likely.
function likeliest(p) {
  const top = Math.max(...p);
  return [...LETTERS].filter((_, k) => p[k] > top - AS_LIKELY).join(" or ");
}

function describe(before, kind, network, bigram) {
  const last = before.at(-1);
  const [sure, pair] = [network, bigram].map((p) => Math.max(...p));
  const known = before.length > 8 ? `…${before.slice(-8)}` : before;
  const each = likeliest(bigram).length > 1 ? " each" : "";
  return (
    `After “${known}” the ${kind} ${sure > SURE ? "expects" : "leans to"} ${likeliest(network)} (${percent(sure)}). ` +
    `The bigram sees only the last letter, ${last}, and says ${likeliest(bigram)} (${percent(pair)}${each}).`
  );
}

export default { render };
