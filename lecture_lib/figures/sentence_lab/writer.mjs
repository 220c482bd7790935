// Where a reader writes the sentence: examples, a field that completes the word being written, and
// all the words to press.
import { html, ownId, put, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { createTextField } from "../../web/parts/text_field.mjs";
import { MAX_TEXT, MAX_WORDS } from "./__init__.py";

const MOST_HINTS = 12;
const MOST_NAMED = 6;
const MOST_OF_A_NAME = 20;

/**
 * @param {object} options `kinds`: [[kind, words]]; `examples`: [{ name, sentence, t }];
 *   `words()` are those that are read now; `rewrite(sentence, t)` is asked for another sentence
 * @returns {object} `above`, elements in order; `palette`; `draw(text, read)` with what `readWords`
 *   found
 */
export function createWriter({ kinds, examples, vocabulary, words, rewrite }) {
  const choices = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Examples" },
    ...examples.map(({ name, sentence, t }) =>
      button(name, () => rewrite(sentence, t), { "data-sentence": sentence }),
    ),
  );
  const field = createTextField({
    name: "sentence",
    label: "Write your own",
    change: (text) => rewrite(text.slice(0, MAX_TEXT)),
  });
  const hints = html("datalist", { id: ownId("live-hints") });
  put(field.root.querySelector("input"), { list: hints.id, maxlength: MAX_TEXT });
  const add = (word) => words().length < MAX_WORDS && rewrite([...words(), word].join(" "));
  const palette = html(
    "details",
    { class: "live-palette" },
    html("summary", {}, `The ${vocabulary.length} words it knows`),
    ...kinds.map(([kind, list]) =>
      html(
        "div",
        { role: "group", "aria-label": kind },
        ...list.map((word) => button(word, () => add(word))),
      ),
    ),
    button("⌫ last word", () => rewrite(words().slice(0, -1).join(" "))),
  );
  const verdict = html("p", { class: "live-spelling", role: "status" });

  function draw(text, read) {
    field.draw(text);
    hints.replaceChildren(
      ...completions(text, vocabulary).map((value) => html("option", { value })),
    );
    write(verdict, describeUnread(read));
    for (const node of choices.children)
      put(node, { "aria-pressed": node.dataset.sentence === text });
  }
  return { above: [choices, field.root, hints, verdict], palette, draw };
}

// The text with its last word completed, in each way that fits.
function completions(text, vocabulary) {
  const start = text.match(/\S*$/)[0];
  const before = text.slice(0, text.length - start.length);
  return vocabulary
    .filter((word) => start && word.toLowerCase().startsWith(start.toLowerCase()))
    .slice(0, MOST_HINTS)
    .map((word) => `${before}${word}`);
}

function describeUnread({ words, unknown, over }) {
  const shown = unknown
    .slice(0, MOST_NAMED)
    .map((word) => `“${word.slice(0, MOST_OF_A_NAME)}${word.length > MOST_OF_A_NAME ? "…" : ""}”`);
  const others = unknown.length > MOST_NAMED ? " and others" : "";
  const sentences = [];
  if (unknown.length)
    sentences.push(
      `It never met ${shown.join(", ")}${others}, and left ${unknown.length > 1 ? "them" : "it"} out.`,
    );
  if (over)
    sentences.push(
      `It reads ${MAX_WORDS} words; the last ${over} ${over > 1 ? "are" : "is"} left out.`,
    );
  if (!words.length)
    sentences.push("Write a sentence of the words it knows: they are listed below.");
  return sentences.join(" ");
}
