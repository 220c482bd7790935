// Counting a's and b's: the unit of an LSTM, and of a GRU, that follows the count through a word that
// is typed, and whether each expects the end in time. The class beside it says what each trait means.
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { readLetters, shorten } from "../../web/kit/typed_letters.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";
import { button } from "../../web/parts/button.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTextField } from "../../web/parts/text_field.mjs";
import { KINDS, LETTERS, LEVEL, MAX_LETTERS } from "./__init__.py";
import { levelOf } from "./columns.mjs";
import { createLetters } from "./letters.mjs";
import { createView } from "./stair.mjs";
import { describe, judge, remark, wordOf } from "./word.mjs";

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: Object.keys(model.get("initial")),
    fit: (width) => [strip, ...Object.values(views)].forEach((part) => part.layout(width)),
  });
  const run = createRuns(model);
  const choose = (t) => frame.change({ t });
  const rewrite = (word) => frame.change({ word, t: 0 });
  const typed = () => readLetters(model.get("word"), LETTERS).letters;
  const field = createTextField({
    name: "word",
    label: "Type a’s and b’s",
    change: (text) => rewrite(shorten(text, MAX_LETTERS)),
  });
  const keys = createKeys(typed, (letters) => rewrite(letters.join("")), run);
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const story = html("p", { class: "live-story live-measured" });
  const legend = createLegend([
    ...Object.entries(KINDS).map(([kind, state]) => ({
      kind: state,
      label: `${state} of the ${kind}`,
    })),
    { kind: "soft", label: "the true count, to scale", style: "dashed" },
  ]);
  const strip = createLetters(choose);
  const views = Object.fromEntries(
    Object.entries(KINDS).map(([kind, state]) => [kind, createView({ kind, state, choose })]),
  );
  const table = createNumbers();
  el.append(
    html("div", { class: "live-head" }, field.root, frame.tools),
    keys,
    verdict,
    html("div", { class: "live-slot" }),
    story,
    legend.root,
    strip.root,
    ...Object.values(views).map(({ root }) => root),
    table.root,
    frame.caption,
    frame.voice,
  );
  legend.draw([true, true, true]);

  const writeN = () => rewrite(wordOf(model.get("n")));
  model.on("change:n", writeN);
  signal?.addEventListener("abort", () => model.off("change:n", writeN));

  function draw() {
    const word = model.get("word");
    const { letters, odd } = readLetters(word, LETTERS);
    field.draw(word);
    write(verdict, remark(odd, word, letters.length));
    const now = Math.min(model.get("t") || letters.length, letters.length);
    const columns = levelOf(Math.max(1, letters.length), LEVEL) + 1;
    const runs = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, run(kind, letters)]));
    const view = { letters, now, columns, runs, ...judge(letters) };
    strip.draw(view);
    for (const kind in views) views[kind].draw({ ...view, ...runs[kind] });
    table.draw(view);
    const sentence = describe(view);
    write(story, sentence);
    frame.say(sentence);
  }
  return frame.start();
}

// `run(kind, letters)`: what the unit of that network carries, and its P(the end), after the start
// and each letter; each network is made once.
function createRuns(model) {
  const networks = new Map();
  function networkOf(kind) {
    const seed = Number(model.get("seed"));
    const key = `${kind} ${seed}`;
    if (!networks.has(key)) {
      const weights = model.get("networks")[kind][seed];
      networks.set(key, { ...weights, ...createSpeaker(kind, weights, MAX_LETTERS + 1) });
    }
    return networks.get(key);
  }
  return (kind, letters) => {
    const { run, hiddenSize, outputSize, unit, line } = networkOf(kind);
    const { trace, p } = run([0, ...letters.map((letter) => 1 + LETTERS.indexOf(letter))]);
    const states = trace[KINDS[kind]];
    const steps = Array.from({ length: letters.length + 1 }, (_, t) => t);
    return {
      unit,
      line,
      carried: steps.map((t) => states[t * hiddenSize + unit]),
      pEnd: steps.map((t) => p[outputSize * t + 1]),
    };
  };
}

// Buttons that write: a letter more or less, and b's until a network expects the end.
function createKeys(typed, rewrite, run) {
  function finish(kind) {
    const letters = typed();
    const isEnded = () => letters.at(-1) === "b" && run(kind, letters).pEnd[letters.length] > 0.5;
    while (letters.length < MAX_LETTERS && !isEnded()) letters.push("b");
    rewrite(letters);
  }
  return html(
    "div",
    { class: "live-presets" },
    ...[...LETTERS].map((letter) =>
      button(letter, () => rewrite([...typed(), letter].slice(0, MAX_LETTERS)), {
        "aria-label": `Add ${letter === "a" ? "an" : "a"} ${letter}`,
      }),
    ),
    button("Take one back", () => rewrite(typed().slice(0, -1))),
    ...Object.keys(KINDS).map((kind) => button(`${kind} ends it`, () => finish(kind))),
  );
}

function createNumbers() {
  const kinds = Object.entries(KINDS);
  const heads = kinds.flatMap(([kind, state]) => [`${kind} ${state}`, `${kind} P(end)`]);
  const table = createTable(["t", "letter", "count", "due", ...heads], MAX_LETTERS + 1);
  function draw({ letters, count, due, runs }) {
    table.draw((t, k) => {
      if (k < 4) return [`${t}`, t ? letters[t - 1] : "start", fixed(count[t], 0), due[t]][k];
      const { carried, pEnd } = runs[kinds[Math.floor(k / 2) - 2][0]];
      return fixed((k % 2 ? pEnd : carried)[t], 4);
    }, letters.length + 1);
  }
  return { root: table.root, draw };
}

// A number of letters writes its word, as the class has it.
const implied = (settings) =>
  "n" in settings ? { word: wordOf(settings.n), ...settings } : settings;

export default { render, implied };
