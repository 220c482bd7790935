// The unit and the step looked at: their numbers, and fields to choose them by.
import { fixed, html, write } from "../../web/kit/dom.mjs";

import { createNumber } from "../../web/parts/fields.mjs";

const NAMES = {
  f: "forget gate",
  i: "input gate",
  g: "candidate",
  o: "output gate",
  z: "update gate",
  r: "reset gate",
  n: "candidate",
  c: "cell state",
  h: "hidden state",
};

/**
 * A duration in steps, "12.3" or "∞".
 * @param {number} tau
 * @returns {string}
 */
export function stepsText(tau) {
  if (tau === Infinity) return "∞";
  return tau >= 1e5 ? tau.toExponential(1) : fixed(tau, tau < 10 ? 2 : tau < 100 ? 1 : 0);
}

/**
 * @param {(values: object) => void} change
 * @returns {object} `draw(view)`
 */
export function createReadout(change) {
  const unit = createNumber("unit", "unit", (value) => change({ unit: value }));
  const step = createNumber("step", "step", (value) => change({ step: value }));
  const word = html("span", { class: "live-scope-word" });
  const list = html("div", { class: "live-scope-values" });
  const keeps = html("p", { class: "live-advice" });
  const root = html(
    "section",
    { class: "live-readout", "aria-label": "The unit and the step looked at" },
    html("div", { class: "live-fields" }, unit.root, step.root, word),
    list,
    keeps,
  );
  const rows = new Map();
  function rowOf(letter) {
    if (!rows.has(letter)) {
      const [bar, value] = [html("b"), html("span", { class: "live-scope-number" })];
      const track = html("span", { class: "live-scope-bar", "aria-hidden": "true" }, bar);
      const name = html("span", {}, html("i", {}, letter), ` ${NAMES[letter]}`);
      const before = html("span", { class: "live-scope-before" });
      const row = html("div", { class: `live-${letter}` }, name, track, value, before);
      rows.set(letter, { row, bar, value, before });
    }
    return rows.get(letter);
  }
  function draw(view) {
    unit.draw(view.unit + 1, view.H, true);
    step.draw(view.step + 1, view.T, true);
    const name = view.input.steps?.[view.step];
    write(word, name ? `“${name}”` : "");
    const at = view.step * view.H + view.unit;
    list.classList.toggle("live-ghosts", view.isHeld);
    const shown = view.letters.map(rowOf);
    if (
      list.children.length !== shown.length ||
      shown.some(({ row }, k) => row !== list.children[k])
    )
      list.replaceChildren(...shown.map(({ row }) => row));
    view.letters.forEach((letter, k) => {
      const value = view.valuesOf(view.trace, letter)[at];
      const free = view.isHeld ? view.valuesOf(view.free, letter)[at] : null;
      const part = Math.max(-1, Math.min(1, value / view.sized(letter)));
      const signed = !"fiozr".includes(letter);
      const [from, wide] = signed
        ? [50 + 50 * Math.min(0, part), 50 * Math.abs(part)]
        : [0, 100 * part];
      Object.assign(shown[k].bar.style, { left: `${from}%`, width: `${wide}%` });
      shown[k].row.classList.toggle("live-signed", signed);
      write(shown[k].value, fixed(value, 4));
      write(shown[k].before, free === null ? "" : `free ${fixed(free, 4)}`);
    });
    const times = view.report?.timeConstants;
    write(keeps, keepsText(view.report ? (times?.[view.unit] ?? null) : undefined, view.T));
  }
  return { root, draw };
}

function keepsText(tau, steps) {
  if (tau === null) return "This layer has no gate that keeps.";
  if (tau === undefined) return "Time constant: being computed.";
  const beyond = tau > steps ? `, longer than the ${steps} steps of the input` : "";
  return `Time constant of the unit: ${stepsText(tau)} steps${beyond}.`;
}
