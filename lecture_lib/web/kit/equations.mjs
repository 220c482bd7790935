// Equations with their numbers put in.
import { createHandle } from "../parts/handle.mjs";
import { fixed, html, write } from "./dom.mjs";

/**
 * A letter of the notation with its index, such as c with t.
 * @param {string} kind
 * @param {string} [index]
 * @returns {HTMLElement}
 */
export function letter(kind, index = "t") {
  return html("i", { class: `live-${kind}` }, kind, html("sub", {}, index));
}

/**
 * The place of a number in a line.
 * @param {string} kind whose colour it has
 * @param {(v: object) => number} value taken from what is drawn
 * @param {(value: number) => string} [words]
 * @returns {object} a piece of a line
 */
export function slot(kind, value, words = fixed) {
  return { kind, value, words };
}

/**
 * The same for a number that a control of the figure sets: it can be dragged.
 * @param {object} control as its class has it
 * @param {(values: object) => void} change
 * @returns {object} a piece of a line
 */
export function handle(control, change) {
  return { ...slot(control.name, (v) => v[control.name]), control, change };
}

/**
 * @param {(string | Node | ReturnType<typeof slot>)[][]} lines the pieces of each
 * @param {string} kind classes of the whole
 * @returns {object} `draw(v, free)`: of the handles those of the letters in `free` can be dragged,
 *   the rest are plain numbers
 */
export function createEquations(lines, kind = "") {
  const numbers = [];
  const line = (pieces) => {
    const root = html("span");
    for (const piece of pieces) {
      if (typeof piece === "string" || piece instanceof Node) {
        root.append(piece);
        continue;
      }
      // A negative factor or term wants brackets; a result or a bracketed argument does not.
      const bare = /[=(]\s*$/.test(root.textContent);
      const node = html("b", { class: `live-${piece.kind}` });
      const hold = piece.control ? createHandle(node, piece.control, piece.change) : () => {};
      numbers.push({ ...piece, node, bare, hold });
      root.append(node);
    }
    return root;
  };
  const root = html("div", { class: `live-equations ${kind}`.trim() }, ...lines.map(line));
  function draw(v, free = "") {
    for (const { kind: letter, node, bare, value, words, hold } of numbers) {
      hold(value(v), free.includes(letter));
      const text = words(value(v));
      write(node, value(v) < 0 && !bare ? `(${text})` : text);
    }
  }
  return { root, draw };
}
