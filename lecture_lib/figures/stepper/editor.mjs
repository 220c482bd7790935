// The input sequence, and the fields in which a reader writes one.
import { html, write } from "../../web/kit/dom.mjs";
import { createTextField } from "../../web/parts/text_field.mjs";
import { LARGEST_INPUT, MAX_STEPS, MAX_TEXT } from "./__init__.py";
import { remark } from "./input.mjs";
import { createSequence } from "./sequence.mjs";

const ADVICE = {
  word: "A step for each letter; T is for curves.",
  numbers: "A step for each number: draw on the bars, or type.",
};

/**
 * @param {object} options `change(values)` sets the model, `choose(t)` asks for a step, from 0, and
 *   `halt()` ends what moves by itself
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createEditor({ change, choose, halt }) {
  let input;
  const sequence = createSequence({
    choose,
    maxSteps: MAX_STEPS,
    largest: LARGEST_INPUT,
    edit: (t, value) => {
      const values = [...input.values];
      values[t] = value;
      halt();
      change({ numbers: values.map((v) => `${v}`).join(", "), source: "numbers", t: t + 1 });
    },
  });
  const field = (name, label, rest) =>
    createTextField({
      name,
      label,
      change: (text) => change({ [name]: text.slice(0, MAX_TEXT), ...rest }),
    });
  const fields = {
    word: field("word", "Type a word", { t: 1 }),
    numbers: field("numbers", "Type numbers"),
  };
  const advice = html("span", { class: "live-advice" });
  const skipped = html("p", { class: "live-remark", role: "status" });
  const root = html(
    "section",
    { class: "live-reading", "aria-label": "Input sequence" },
    html("div", { class: "live-fields" }, fields.word.root, fields.numbers.root, advice),
    skipped,
    sequence.root,
  );

  // `view`: the input, its source, the texts of both fields, and the step t, from 0.
  function draw(view) {
    ({ input } = view);
    for (const name in fields) {
      fields[name].root.hidden = view.source !== name;
      fields[name].draw(view[name]);
    }
    write(advice, ADVICE[view.source] ?? "Draw on the bars to make the input your own.");
    write(skipped, remark(input));
    const { letters, values, count } = input;
    sequence.draw({ values: letters ? null : values, letters, count, t: view.t });
  }
  return { root, layout: sequence.layout, draw };
}
