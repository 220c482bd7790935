// The pieces of a circuit. A wire's width is the size of what it carries; dashes mean below 0.
import { put, sub, svg, write } from "../../../web/kit/dom.mjs";

/** The radius of a node, in px. */
export const RADIUS = 13;
const NARROW_BOX = 24;
const WIDE_BOX = 38;

// A piece is lit in some `phases` and may stand in one `variant` of the cell only.
const piece = (shape, place, phases, variant = "") => ({ shape, ...place, phases, variant });
/**
 * A line, as wide as the size of what it carries.
 * @param {string} d the path
 * @param {string} phases
 * @param {string} [variant]
 * @returns {object} a piece
 */
export const wire = (d, phases, variant) => piece("wire", { d }, phases, variant);
/**
 * A circle with a sign in it.
 * @param {number} x its centre
 * @param {number} y
 * @param {string} text
 * @param {string} phases
 * @param {string} [variant]
 * @returns {object} a piece
 */
export const node = (x, y, text, phases, variant) => piece("node", { x, y, text }, phases, variant);
/**
 * A function that is applied.
 * @param {number} x its centre
 * @param {number} y
 * @param {string} text
 * @param {string} phases
 * @param {string} [variant]
 * @returns {object} a piece
 */
export const box = (x, y, text, phases, variant) => piece("box", { x, y, text }, phases, variant);
/**
 * A gate or candidate, with the function that squashes it.
 * @param {number} x its middle
 * @param {string} text
 * @param {string} squash
 * @param {string} phases
 * @returns {object} a piece
 */
export const gate = (x, text, squash, phases) => piece("gate", { x, text, squash }, phases);
/**
 * The dot where a wire branches.
 * @param {number} x its centre
 * @param {number} y
 * @param {string} phases
 * @returns {object} a piece
 */
export const joint = (x, y, phases) => piece("joint", { x, y }, phases);
/**
 * The value of the part.
 * @param {number} x
 * @param {number} y
 * @param {"start" | "middle" | "end"} anchor
 * @param {string} [name] the letter before it
 * @param {string} [index] the letter's
 * @param {string} [variant]
 * @returns {object} a piece
 */
export const label = (x, y, anchor, name = "", index = "", variant = "") =>
  piece("label", { x, y, anchor, name, index }, "", variant);

const litIn = (phases) => [...phases].map((phase) => `live-lit-${phase}`).join(" ");
const word = (x, y, text, name) =>
  svg("text", { ...(name && { class: name }), x, y, "text-anchor": "middle" }, text);
const frame = (x, y, width, height) =>
  svg("rect", { class: "live-ring", x: x - width / 2, y, width, height, rx: 8 });
const group = (phases, ...children) => svg("g", { class: litIn(phases) }, ...children);
const still = (root) => ({ root, draw: () => {} });

const SHAPES = {
  wire({ d, phases }) {
    const line = svg("path", { class: `live-flow ${litIn(phases)}`, d });
    const draw = (thickness, negative) =>
      put(line, { "stroke-width": thickness, "stroke-dasharray": negative ? "5 3" : "none" });
    return { root: svg("g", {}, svg("path", { class: "live-flow-hit", d }), line), draw };
  },
  joint: ({ x, y, phases }) =>
    still(svg("circle", { class: `live-joint ${litIn(phases)}`, cx: x, cy: y, r: 3.5 })),
  node({ x, y, text, phases }) {
    const ring = svg("circle", { class: "live-ring", cx: x, cy: y, r: RADIUS });
    return still(group(phases, ring, word(x, y + 5, text)));
  },
  box({ x, y, text, phases }) {
    const width = text.length === 1 ? NARROW_BOX : WIDE_BOX;
    return still(group(phases, frame(x, y - 12, width, 24), word(x, y + 4.5, text)));
  },
  gate: ({ x, text, squash, phases }) =>
    still(
      group(
        phases,
        frame(x, 167, 38, 34),
        word(x, 182, text, "live-flow-name"),
        word(x, 196, squash, "live-flow-squash"),
      ),
    ),
  label({ x, y, anchor, name, index }) {
    const value = svg("tspan");
    const letter = name ? [...sub(name, index), svg("tspan", { dy: "-0.22em" }, " ")] : [];
    const place = { class: "live-flow-value", x, y, "text-anchor": anchor };
    return {
      root: svg("text", place, ...letter, value),
      draw: (thickness, negative, text) => write(value, text),
    };
  },
};

/**
 * @param {object} shown a piece from `wire`, `node`, …
 * @returns {{root: Element, draw: (thickness: number, negative: boolean, text: string) => void}} it
 *   drawn; `text` is the value of its part
 */
export const createPiece = (shown) => SHAPES[shown.shape](shown);
