// The next letter: a network trained on "hellohello…" beside a bigram, for a word that is typed.
// The traits: lecture_lib/figures/next_letter.py.
import { createGRU, createLSTM, createRNN } from "../../web/numbers/cells.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createHeat } from "../../web/charts/heat.mjs";
import { createNextBars, percent } from "../../web/charts/next_bars.mjs";
import { button, createTable } from "../../web/kit/parts.mjs";
import { createTextField } from "../../web/kit/sequence.mjs";
import { readLetters, sayLeftOut } from "../../web/kit/typed_letters.mjs";

const ALPHABET = "helo";
const MAX_WORD = 40;
const MORE = 5;
const MAKERS = { RNN: createRNN, LSTM: createLSTM, GRU: createGRU };
const FOLLOWS = { h: { e: 1 }, e: { l: 1 }, l: { l: 0.5, o: 0.5 }, o: { h: 1 } }; // counted in "hellohello…"
const bigramAfter = (letter) => [...ALPHABET].map((next) => FOLLOWS[letter][next] ?? 0);

const shorten = (text) => [...text].slice(0, MAX_WORD).join("");

// A trained cell with its softmax readout: `run(letters)` gives h (T × H) and p, four for each letter.
function createSpeller(kind, weights) {
  const flat = (name) => Float64Array.from(weights[name].flat());
  const bias = flat("cell.bias");
  const hiddenSize = weights["readout.weight"][0].length;
  const cell = MAKERS[kind]({
    inputSize: ALPHABET.length,
    hiddenSize,
    weightIh: flat("cell.weight_ih"),
    weightHh: flat("cell.weight_hh"),
    bias,
    maxSteps: MAX_WORD,
  });
  function run(letters) {
    const x = new Float64Array(letters.length * ALPHABET.length);
    letters.forEach((letter, t) => {
      x[t * ALPHABET.length + ALPHABET.indexOf(letter)] = 1;
    });
    const { h } = cell.forward(x, letters.length);
    const p = letters.map((_, t) =>
      softmax(
        weights["readout.bias"].map((b, k) =>
          weights["readout.weight"][k].reduce((sum, w, j) => sum + w * h[t * hiddenSize + j], b),
        ),
      ),
    );
    return { h, p };
  }
  return { run, hiddenSize };
}

function softmax(logits) {
  const top = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["kind", "word", "t"],
    fit: (width) => [letterStrip, heat, bars].forEach((part) => part.layout(width)),
  });
  const spellers = Object.fromEntries(
    Object.keys(MAKERS).map((kind) => [kind, createSpeller(kind, model.get("weights")[kind])]),
  );
  const look = (t) => frame.change({ t: t + 1 });
  const field = createTextField({
    name: "word",
    label: "Type a word",
    change: (text) => frame.change({ word: shorten(text), t: 0 }),
  });
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const writers = html(
    "div",
    { class: "live-presets" },
    button("Network writes 5 more", () =>
      writeOn((letters) => spellers[model.get("kind")].run(letters).p.at(-1)),
    ),
    button("Bigram writes 5 more", () => writeOn((letters) => bigramAfter(letters.at(-1)))),
  );
  const story = html("p", { class: "live-story live-measured" });
  const legend = createLegend([
    { kind: "h", label: "network", style: "box" },
    { kind: "soft", label: "bigram", style: "box" },
  ]);
  const given = html(
    "p",
    { class: "live-heading" },
    "Each letter, and the chance it was given before it came",
  );
  const letterStrip = createLetterStrip(look);
  const heat = createHeat({
    name: "h, the network’s memory after each letter",
    colour: "h",
    kind: "state",
    choose: look,
    signal,
  });
  const bars = createNextBars(ALPHABET.length);
  const table = createTable(
    [
      "t",
      "letter",
      ...[..."helo"].map((k) => `bigram ${k}`),
      ...[..."helo"].map((k) => `network ${k}`),
    ],
    MAX_WORD,
  );
  const slot = html("div", { class: "live-slot" });
  el.append(
    html("div", { class: "live-head" }, field.root, writers, frame.tools),
    verdict,
    slot,
    story,
    legend.root,
    bars.root,
    given,
    letterStrip.root,
    heat.root,
    table.root,
    frame.caption,
    frame.voice,
  );
  legend.draw([true, true]);

  // The loop: the likeliest letter, the first of equals, is appended and read in turn.
  function writeOn(next) {
    const { letters } = readLetters(model.get("word"), ALPHABET);
    if (!letters.length) letters.push("h");
    for (let k = 0; k < MORE && letters.length < MAX_WORD; k += 1) {
      const p = next(letters);
      letters.push(ALPHABET[p.indexOf(Math.max(...p))]);
    }
    frame.change({ word: letters.join(""), t: 0 });
  }

  function draw() {
    const word = model.get("word");
    const kind = model.get("kind");
    const { letters, odd } = readLetters(word, ALPHABET);
    field.draw(word);
    write(verdict, sayOdd(odd, [...word].length, letters.length));
    const there = letters.length > 0;
    for (const node of [
      story,
      legend.root,
      bars.root,
      given,
      letterStrip.root,
      heat.root,
      table.root,
    ])
      node.toggleAttribute("hidden", !there);
    if (!there) return;
    const steps = letters.length;
    const now = Math.min(model.get("t") || steps, steps) - 1;
    const { h, p } = spellers[kind].run(letters);
    const pairs = letters.map(bigramAfter);
    const before = letters.slice(0, now + 1).join("");
    const says = tell(before, kind, p[now], pairs[now]);
    write(story, says);
    bars.draw({ names: [...ALPHABET], network: p[now], table: pairs[now], label: says });
    letterStrip.draw({ letters, now, network: p, bigram: pairs });
    heat.draw({ values: h, units: spellers[kind].hiddenSize, steps, t: now, unit: 0 });
    table.draw((t, k) => {
      if (k < 2) return k ? letters[t] : `${t + 1}`;
      return k < 6 ? fixed(pairs[t][k - 2], 4) : fixed(p[t][k - 6], 4);
    }, steps);
    frame.say(says);
  }
  return frame.start();
}

function sayOdd(odd, typed, read) {
  const full = typed >= MAX_WORD ? ` ${MAX_WORD} letters are the most.` : "";
  if (!typed) return "Type at least one of the letters h, e, l, o.";
  if (!odd.length) return full.trim();
  return `${sayLeftOut(odd)} Both know only h, e, l, o${read ? "" : ": type at least one of them"}.${full}`;
}

// The likeliest letters: one, or those within 5 % of it.
function likeliest(p) {
  const top = Math.max(...p);
  return [...ALPHABET].filter((_, k) => p[k] > top - 0.05).join(" or ");
}

function tell(before, kind, network, bigram) {
  const last = before.at(-1);
  const sure = Math.max(...network) > 0.9;
  const known = before.length > 8 ? `…${before.slice(-8)}` : before;
  return (
    `After “${known}” the ${kind} ${sure ? "expects" : "leans to"} ${likeliest(network)} (${percent(Math.max(...network))}). ` +
    `The bigram sees only the last letter, ${last}, and says ${likeliest(bigram)} (${percent(Math.max(...bigram))}${last === "l" ? " each" : ""}).`
  );
}

// The typed letters; above each the probability that network and bigram gave it beforehand.
function createLetterStrip(choose) {
  const HIGH = 56;
  const ROW = HIGH + 38;
  const columns = Array.from({ length: MAX_WORD }, () => ({
    ours: svg("rect", { class: "live-bar live-h", rx: 1.5 }),
    theirs: svg("rect", { class: "live-bar live-soft", rx: 1.5 }),
    letter: svg("text", { class: "live-sequence-letter", "text-anchor": "middle", y: HIGH + 28 }),
  }));
  const here = svg("rect", { class: "live-sequence-here", y: 1, height: ROW - 4, rx: 6 });
  const floor = svg(
    "g",
    { class: "live-tick" },
    svg("line", { class: "live-zero", x1: 0, y1: HIGH, y2: HIGH }),
    svg("line", { x1: 0, y1: 6, y2: 6 }),
  );
  const root = svg(
    "svg",
    {
      class: "live-sequence",
      role: "slider",
      tabindex: 0,
      height: ROW,
      "aria-valuemin": 1,
      "aria-label": "Letters: left and right choose one",
    },
    here,
    floor,
    ...columns.flatMap(({ ours, theirs, letter }) => [ours, theirs, letter]),
  );
  let width = 600;
  let last = null;
  const within = (t) => Math.max(0, Math.min(last.letters.length - 1, t));
  root.addEventListener("click", (event) => {
    choose(
      within(
        Math.floor(
          ((event.clientX - root.getBoundingClientRect().left) * last.letters.length) / width,
        ),
      ),
    );
  });
  root.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -MAX_WORD, End: MAX_WORD }[event.key];
    if (!by) return;
    choose(within(last.now + by));
    event.preventDefault();
  });
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${ROW}` });
    for (const line of floor.children) put(line, { x2: width });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { letters, now } = view;
    const column = width / letters.length;
    const thick = Math.max(2, Math.min(16, column * 0.3));
    put(here, { x: now * column + 1, width: column - 2 });
    columns.forEach(({ ours, theirs, letter }, t) => {
      const there = t < letters.length;
      const middle = (t + 0.5) * column;
      put(letter, { x: middle, visibility: there ? "visible" : "hidden" });
      const place = there ? ALPHABET.indexOf(letters[t]) : 0;
      const bar = (node, p, x) =>
        put(node, {
          x,
          width: thick,
          y: HIGH - p * (HIGH - 6),
          height: p * (HIGH - 6),
          visibility: there && t ? "visible" : "hidden",
        });
      bar(ours, there && t ? view.network[t - 1][place] : 0, middle - thick - 0.5);
      bar(theirs, there && t ? view.bigram[t - 1][place] : 0, middle + 0.5);
      if (!there) return;
      write(letter, letters[t]);
      letter.style.fontSize = `${Math.max(10, Math.min(24, 1.4 * column))}px`;
      letter.classList.toggle("live-now", t === now);
    });
    const said = now
      ? `; beforehand it had ${percent(view.network[now - 1][ALPHABET.indexOf(letters[now])])} from the network`
      : "";
    put(root, {
      "aria-valuemax": letters.length,
      "aria-valuenow": now + 1,
      "aria-valuetext": `letter ${now + 1}: “${letters[now]}”${said}`,
    });
  }
  return { root, layout, draw };
}

export default { render };
