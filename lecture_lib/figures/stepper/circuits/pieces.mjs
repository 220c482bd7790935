// The pieces of a circuit. A wire's width is the size of what it carries; dashes mean below 0.
import { put, sub, svg, write } from "../../../web/kit/dom.mjs";

export const RADIUS = 13; // of a node
const NARROW_BOX = 24;
const WIDE_BOX = 38;

// A piece is lit in some `phases` and may stand in one `variant` of the cell only. A wire runs along
// the path `d`; a node, a box and a joint have their centre at x, y, a gate its middle at x; a label
// shows the part's value, behind the letter `name` with its index where it has one.
const piece = (shape, place, phases, variant = "") => ({ shape, ...place, phases, variant });
export const wire = (d, phases, variant) => piece("wire", { d }, phases, variant);
export const node = (x, y, text, phases, variant) => piece("node", { x, y, text }, phases, variant);
export const box = (x, y, text, phases, variant) => piece("box", { x, y, text }, phases, variant);
export const gate = (x, text, squash, phases) => piece("gate", { x, text, squash }, phases);
export const joint = (x, y, phases) => piece("joint", { x, y }, phases);
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
