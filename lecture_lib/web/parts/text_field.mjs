// A text that is typed.
import { html } from "../kit/dom.mjs";

/**
 * A text that is read, with its label.
 * @param {object} options `change(text)` is called at each key
 * @returns {{root: Element, draw: (text: string) => void}}
 */
export function createTextField({ name, label, change }) {
  const input = html("input", {
    type: "text",
    name,
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "none",
    oninput: () => change(input.value),
  });
  const root = html("label", { class: "live-text" }, html("span", {}, label), input);
  const draw = (text) => {
    if (input.value !== text) input.value = text;
  };
  return { root, draw };
}
