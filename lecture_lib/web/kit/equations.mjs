// Equations with their numbers put in.
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
 * @param {(string | Node | ReturnType<typeof slot>)[][]} lines the pieces of each
 * @param {string} kind classes of the whole
 * @returns {object} `draw(v)`
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
      numbers.push({ ...piece, node, bare });
      root.append(node);
    }
    return root;
  };
  const root = html("div", { class: `live-equations ${kind}`.trim() }, ...lines.map(line));
  function draw(v) {
    for (const { node, bare, value, words } of numbers) {
      const text = words(value(v));
      write(node, value(v) < 0 && !bare ? `(${text})` : text);
    }
  }
  return { root, draw };
}
