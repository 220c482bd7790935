// Fields with their labels.
import { html, put, write } from "../kit/dom.mjs";

/**
 * A choice under its label.
 * @param {string} name
 * @param {string} label
 * @param {(value: string) => void} choose
 * @returns {object} `draw(options, value)`: pairs of a value and its words
 */
export function createPick(name, label, choose) {
  const select = html("select", {
    name,
    autocomplete: "off",
    onchange: () => choose(select.value),
  });
  const root = html("label", { class: "live-pick" }, html("span", {}, label), select);
  function draw(options, value) {
    const key = JSON.stringify(options);
    if (select.dataset.key !== key) {
      select.replaceChildren(
        ...options.map(([one, words]) => html("option", { value: one }, words)),
      );
      select.dataset.key = key;
    }
    select.value = value;
  }
  return { root, draw };
}

/**
 * A whole number under its label, from `least` on; of how many, is said where `ofMost`.
 * @param {string} name
 * @param {string} label
 * @param {(value: number) => void} change
 * @param {number} [least]
 * @returns {object} `draw(value, most, ofMost)`
 */
export function createNumber(name, label, change, least = 1) {
  const input = html("input", { type: "number", name, min: least, step: 1, autocomplete: "off" });
  input.addEventListener("change", () => {
    const value = Math.round(input.valueAsNumber);
    if (value >= 0) change(Math.max(least, Math.min(Number(input.max), value)));
    input.value = input.dataset.now;
  });
  const of = html("span", { class: "live-advice" });
  const root = html("label", { class: "live-pick" }, html("span", {}, label), input, of);
  function draw(value, most, ofMost = false) {
    // What is being typed stays until the number itself is another.
    if (input.dataset.now !== `${value}`) input.value = value;
    put(input, { max: most, "data-now": value });
    write(of, ofMost ? `of ${most}` : "");
  }
  return { root, draw };
}
