// The sampler: an LSTM trained on this book's prose writes on, beside an n-gram counted in the same.
// The class beside it says what each trait means.
import data from "../../records/characters_page.json";
import { createLegend } from "../../web/charts/legend.mjs";
import { createNextBars, percent } from "../../web/charts/next_bars.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { allAtOnce } from "../../web/kit/turns.mjs";
import { nameLeftOut, readLetters, shorten } from "../../web/kit/typed_letters.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { button } from "../../web/parts/button.mjs";
import { createPlayer } from "../../web/parts/player.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTextField } from "../../web/parts/text_field.mjs";
import { MAX_PREFIX, MAX_SEED, MAX_WRITTEN, SHOWN, STREAM } from "./__init__.py";
import { createKey, createScript, nameOf } from "./script.mjs";
import { createNetwork, createNGram, letWrite, temper } from "./writers.mjs";

const MAX_LETTERS = MAX_PREFIX + MAX_WRITTEN;
const RECALLED = 14; // letters of what was before
const SPEEDS = [10, 2, 30];

const markOf = (letter) => (letter === " " ? "␣" : letter);

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: Object.keys(model.get("initial")),
    fit: (width) => expected.layout(width),
  });
  const { change } = frame;
  const sampleAnew = createSamples();
  let sample, pointed; // the latter the letter under the pointer, from 0

  const field = createTextField({
    name: "prefix",
    label: "Begin with",
    change: (text) => change({ prefix: shorten(text, MAX_PREFIX), look: 0 }),
  });
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const another = button("Another sample", () =>
    change({ seed: (model.get("seed") % MAX_SEED) + 1, look: 0 }),
  );
  const writeOn = (t) => change({ written: t + 1, look: 0 });
  const player = createPlayer(MAX_WRITTEN, writeOn, signal, SPEEDS);
  const key = createKey();
  const script = createScript({
    choose: (t) => change({ look: t + 1 }),
    peek: (t) => {
      pointed = t;
      look();
    },
  });
  const other = html("p", { class: "live-script live-script-plain" });
  const expected = createExpected();
  const numbers = createNumbers();
  el.append(
    html("div", { class: "live-head" }, field.root, another, frame.tools),
    verdict,
    html("div", { class: "live-slot" }),
    player.root,
    createHeading(`The LSTM, ${data.hidden_size} units`, data.bits.network),
    key.root,
    script.root,
    createHeading(`The ${data.order}-gram, with the same numbers drawn`, data.bits.ngram),
    other,
    ...expected.roots,
    numbers.root,
    frame.caption,
    frame.voice,
  );

  function* draw() {
    const prefix = model.get("prefix");
    const { letters, odd } = readLetters(prefix, data.alphabet);
    field.draw(prefix);
    write(verdict, remark(odd, [...prefix].length));
    player.draw(model.get("written") - 1);
    sample = yield* sampleAnew(letters.join("") || " ", model);
    pointed = null;
    write(other, sample.otherLetters);
    yield* lookParts();
    numbers.draw(sample, model.get("unit"));
  }

  // All that depends on the letter looked at.
  function look() {
    allAtOnce(lookParts());
  }
  function* lookParts() {
    const { letters, begun, stateOf } = sample;
    const now = pointed ?? Math.min(model.get("look") || letters.length, letters.length) - 1;
    const [shows, unit] = [model.get("shows"), model.get("unit")];
    const value = (t) => stateOf(shows, t, unit);
    const sentence = expected.draw(sample, now);
    key.draw({ shows, unit, value: value(now) });
    yield;
    yield* script.draw({ letters, begun, now, value, shows, sentence });
    frame.say(sentence);
  }
  return frame.start();
}

const createHeading = (name, bits) =>
  html("p", { class: "live-heading" }, `${name} · ${bits.toFixed(2)} bits a letter on unseen text`);

// `sampleAnew(start, model)`, in parts: what both write after `start`, and P(next) after each letter by
// both; written again only when what it depends on has changed.
function createSamples() {
  const network = createNetwork(data, MAX_LETTERS);
  const ngram = createNGram(data);
  const stateOf = (name, t, unit) => network[name][t * network.hiddenSize + unit - 1];
  let known = {};
  return function* (start, model) {
    const [temperature, seed, written] = ["temperature", "seed", "written"].map((name) =>
      model.get(name),
    );
    const key = [start, temperature, seed, written].join("|");
    if (known.key === key) return known;
    const uniform = seededUniform(seed, STREAM, written).map((u) => (u + 1) / 2);
    const { letters, p: ours } = yield* letWrite(network, data, start, uniform, temperature);
    const theirs = remember((t) => temper(ngram.read(letters, t), temperature));
    const { letters: otherLetters } = yield* letWrite(ngram, data, start, uniform, temperature);
    known = { key, letters, otherLetters, ours, theirs, begun: start.length, stateOf };
    return known;
  };
}

// `theirs(t)`: computed when it is asked for the first time.
function remember(compute) {
  const known = [];
  return (t) => (known[t] ??= compute(t));
}

// What both expect after the letter looked at: in words, and as bars of the LSTM's likeliest.
function createExpected() {
  const story = html("p", { class: "live-story live-measured" });
  const legend = createLegend([
    { kind: "like-h", label: "LSTM", style: "box" },
    { kind: "soft", label: `${data.order}-gram`, style: "box" },
  ]);
  const bars = createNextBars(SHOWN, 34);
  legend.draw([true, true]);
  function draw({ letters, ours, theirs, begun }, now) {
    const likeliest = [...data.alphabet]
      .map((_, k) => k)
      .sort((a, b) => ours[now][b] - ours[now][a])
      .slice(0, SHOWN);
    const next = letters[now + 1];
    const [first] = likeliest;
    const before = letters.slice(Math.max(0, now - RECALLED), now + 1);
    const by = now + 1 < begun ? "You went on with" : "It drew";
    const sentence =
      `After “${now > RECALLED ? "…" : ""}${before}” the LSTM expects ${nameOf(data.alphabet[first])} (${percent(ours[now][first])}), ` +
      `which the ${data.order}-gram gives ${percent(theirs(now)[first])}.` +
      (next === undefined ? "" : ` ${by} ${nameOf(next)}.`);
    write(story, sentence);
    bars.draw({
      names: likeliest.map((k) => markOf(data.alphabet[k])),
      now: next && markOf(next),
      label: sentence,
      network: likeliest.map((k) => ours[now][k]),
      table: likeliest.map((k) => theirs(now)[k]),
    });
    return sentence;
  }
  return { roots: [story, legend.root, bars.root], layout: bars.layout, draw };
}

// The numbers, filled in while they are unfolded.
function createNumbers() {
  const table = createTable(
    ["t", "letter", "c", "h", "P by LSTM", `P by ${data.order}-gram`],
    MAX_LETTERS,
  );
  let view;
  function fill() {
    if (!table.root.open) return;
    const { letters, ours, theirs, stateOf, unit } = view;
    const given = (p, t) => (t ? fixed(p(t - 1)[data.alphabet.indexOf(letters[t])], 4) : "");
    const columns = [
      (t) => `${t + 1}`,
      (t) => markOf(letters[t]),
      (t) => fixed(stateOf("c", t, unit), 4),
      (t) => fixed(stateOf("h", t, unit), 4),
      (t) => given((at) => ours[at], t),
      (t) => given(theirs, t),
    ];
    table.draw((t, k) => columns[k](t), letters.length);
  }
  function draw(sample, unit) {
    view = { ...sample, unit };
    fill();
  }
  table.root.addEventListener("toggle", fill);
  return { root: table.root, draw };
}

function remark(odd, typed) {
  const full = typed >= MAX_PREFIX ? ` ${MAX_PREFIX} characters are the most.` : "";
  if (!typed) return "Nothing was typed, so it begins with a space.";
  if (!odd.length) return full.trim();
  return `${nameLeftOut(odd)} The alphabet is a to z, space and . , ' ? -${full}`;
}

export default { render };
