// The sampler: an LSTM trained on this book's prose writes on, beside an n-gram counted in the same.
// The traits: lecture_lib/figures/sampler.py.
import data from "../../records/characters_page.json";
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createNextBars, percent } from "../../web/charts/next_bars.mjs";
import { button, createPlayer, createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createTextField } from "../../web/kit/sequence.mjs";
import { readLetters, sayLeftOut } from "../../web/kit/typed_letters.mjs";
import { createNetwork, createNGram, letWrite, temper } from "./writers.mjs";

const MAX_PREFIX = 40;
const MAX_WRITTEN = 200;
const MAX_LETTERS = MAX_PREFIX + MAX_WRITTEN;
const MAX_SEED = 100;
const SHOWN = 8;
const SCALE = { c: 3, h: 1 }; // the |value| of full colour

const nameOf = (letter) => (letter === " " ? "a space" : `“${letter}”`);
const markOf = (letter) => (letter === " " ? "␣" : letter);
const shorten = (text) => [...text].slice(0, MAX_PREFIX).join("");

// What is read of a text, a space if nothing is, and which of its characters are not.
function readPrefix(text) {
  const { letters, odd } = readLetters(text, data.alphabet);
  return { start: letters.join("") || " ", odd };
}

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["prefix", "temperature", "seed", "unit", "shows", "written", "look"],
    fit: (width) => bars.layout(width),
  });
  const network = createNetwork(data, MAX_LETTERS);
  const ngram = createNGram(data);
  const field = createTextField({
    name: "prefix",
    label: "Begin with",
    change: (text) => frame.change({ prefix: shorten(text), look: 0 }),
  });
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const another = button("Another sample", () =>
    frame.change({ seed: (model.get("seed") % MAX_SEED) + 1, look: 0 }),
  );
  const slot = html("div", { class: "live-slot" });
  const player = createPlayer(
    MAX_WRITTEN,
    (t) => frame.change({ written: t + 1, look: 0 }),
    signal,
    [10, 2, 30],
  );
  const key = createStateKey();
  const script = createScript({
    choose: (at) => frame.change({ look: at + 1 }),
    peek: (at) => {
      pointed = at;
      show();
    },
  });
  const heading = (name, bits) =>
    html(
      "p",
      { class: "live-heading" },
      `${name} · ${bits.toFixed(2)} bits a letter on unseen text`,
    );
  const other = html("p", { class: "live-script live-script-plain" });
  const story = html("p", { class: "live-story live-measured" });
  const legend = createLegend([
    { kind: "h", label: "LSTM", style: "box" },
    { kind: "soft", label: `${data.order}-gram`, style: "box" },
  ]);
  const bars = createNextBars(SHOWN, 34);
  const table = createTable(
    ["t", "letter", "c", "h", "P by LSTM", `P by ${data.order}-gram`],
    MAX_LETTERS,
  );
  el.append(
    html("div", { class: "live-head" }, field.root, another, frame.tools),
    verdict,
    slot,
    player.root,
    heading(`The LSTM, ${data.hidden_size} units`, data.bits.network),
    key.root,
    script.root,
    heading(`The ${data.order}-gram, with the same numbers drawn`, data.bits.ngram),
    other,
    story,
    legend.root,
    bars.root,
    table.root,
    frame.caption,
    frame.voice,
  );
  legend.draw([true, true]);

  let pointed = null; // the letter under the pointer, from 0
  let shown = {}; // what was written, and P(next) after each letter by both

  function sampleAnew(start, temperature, seed, written) {
    const key = [start, temperature, seed, written].join("|");
    if (shown.key === key) return;
    const uniform = seededUniform(seed, 0, written).map((u) => (u + 1) / 2);
    const { letters, p } = letWrite(network, data, start, uniform, temperature);
    const theirs = [...letters].map((_, t) => temper(ngram.read(letters, t), temperature));
    shown = { key, letters, ours: p, theirs, begun: start.length };
    write(other, letWrite(ngram, data, start, uniform, temperature).letters);
  }

  function draw() {
    const prefix = model.get("prefix");
    const { start, odd } = readPrefix(prefix);
    sampleAnew(start, model.get("temperature"), model.get("seed"), model.get("written"));
    pointed = null;
    field.draw(prefix);
    write(verdict, sayOdd(odd, [...prefix].length));
    player.draw(model.get("written") - 1);
    show();
    const { letters, ours, theirs } = shown;
    const unit = model.get("unit") - 1;
    const given = (rows, t) => (t ? fixed(rows[t - 1][data.alphabet.indexOf(letters[t])], 4) : "");
    table.draw(
      (t, k) =>
        [
          () => `${t + 1}`,
          () => markOf(letters[t]),
          () => fixed(network.c[t * network.hiddenSize + unit], 4),
          () => fixed(network.h[t * network.hiddenSize + unit], 4),
          () => given(ours, t),
          () => given(theirs, t),
        ][k](),
      letters.length,
    );
  }

  // All that depends on the letter looked at.
  function show() {
    const { letters, ours, theirs, begun } = shown;
    const shows = model.get("shows");
    const unit = model.get("unit");
    const chosen = Math.min(model.get("look") || letters.length, letters.length) - 1;
    const now = pointed ?? chosen;
    const value = (t) => network[shows][t * network.hiddenSize + unit - 1];
    const next = letters[now + 1];
    const order = [...data.alphabet]
      .map((_, k) => k)
      .sort((a, b) => ours[now][b] - ours[now][a])
      .slice(0, SHOWN);
    const before = letters.slice(Math.max(0, now - 14), now + 1);
    const chance = (rows, k) => percent(rows[now][k]);
    const drawn =
      next === undefined
        ? ""
        : ` ${now + 1 < begun ? "You went on with" : "It drew"} ${nameOf(next)}.`;
    const says =
      `After “${now > 14 ? "…" : ""}${before}” the LSTM expects ${nameOf(data.alphabet[order[0]])} (${chance(ours, order[0])}), ` +
      `which the ${data.order}-gram gives ${chance(theirs, order[0])}.${drawn}`;
    write(story, says);
    key.draw({ shows, unit, value: value(now) });
    script.draw({ letters, begun, now, value, shows, says });
    bars.draw({
      names: order.map((k) => markOf(data.alphabet[k])),
      now: next && markOf(next),
      label: says,
      network: order.map((k) => ours[now][k]),
      table: order.map((k) => theirs[now][k]),
    });
    frame.say(says);
  }
  return frame.start();
}

function sayOdd(odd, typed) {
  const full = typed >= MAX_PREFIX ? ` ${MAX_PREFIX} characters are the most.` : "";
  if (!typed) return "Nothing was typed, so it begins with a space.";
  if (!odd.length) return full.trim();
  return `${sayLeftOut(odd)} The alphabet is a to z, space and . , ' ? -${full}`;
}

// Whose state colours the letters, and how.
function createStateKey() {
  const name = html("span", { class: "live-heat-name" });
  const [least, most] = [html("span"), html("span")];
  const scale = html(
    "span",
    { class: "live-heat-key live-heat-state", "aria-hidden": "true" },
    least,
    html("i"),
    most,
  );
  const root = html("div", { class: "live-heat-head" }, name, scale);
  function draw({ shows, unit, value }) {
    root.className = `live-heat-head live-${shows}`;
    write(name, `${shows} of unit ${unit}: ${fixed(value)}`);
    write(least, `underlined: ${fixed(-SCALE[shows], 0)}`);
    write(most, `+${SCALE[shows]}`);
  }
  return { root, draw };
}

// The letters, each coloured by a state: its own colour above 0, grey and underlined below.
// `choose(t)` is called for a letter clicked or walked to, `peek(t)` for one that is pointed at.
function createScript({ choose, peek }) {
  const spans = Array.from({ length: MAX_LETTERS }, () => html("span"));
  const root = html(
    "div",
    {
      class: "live-script",
      role: "slider",
      tabindex: 0,
      "aria-label": "Letters: left and right choose one",
      "aria-valuemin": 1,
    },
    ...spans,
  );
  let last = null;
  const placeOf = (event) => spans.indexOf(event.target);
  root.addEventListener("click", (event) => placeOf(event) >= 0 && choose(placeOf(event)));
  root.addEventListener("pointerover", (event) => placeOf(event) >= 0 && peek(placeOf(event)));
  root.addEventListener("pointerleave", () => peek(null));
  root.addEventListener("keydown", (event) => {
    const by = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -MAX_LETTERS,
      End: MAX_LETTERS,
    }[event.key];
    if (!by) return;
    choose(Math.max(0, Math.min(last.letters.length - 1, last.now + by)));
    event.preventDefault();
  });
  function draw(view) {
    last = view;
    const { letters, begun, now, value, shows } = view;
    root.className = `live-script live-${shows}`;
    spans.forEach((span, t) => {
      span.hidden = t >= letters.length;
      if (span.hidden) return;
      write(span, letters[t]);
      const part = value(t) / SCALE[shows];
      span.style.setProperty("--part", Math.min(1, Math.abs(part)).toFixed(2));
      span.classList.toggle("live-script-minus", part < -0.1);
      span.classList.toggle("live-script-given", t < begun);
      span.classList.toggle("live-script-now", t === now);
      span.classList.toggle("live-script-below", part < 0);
    });
    put(root, {
      "aria-valuemax": letters.length,
      "aria-valuenow": now + 1,
      "aria-valuetext": `letter ${now + 1}, ${nameOf(letters[now])}. ${view.says}`,
    });
  }
  return { root, draw };
}

export default { render };
