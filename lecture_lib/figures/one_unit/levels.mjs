// The scale that both drawings of a unit share: −1 … 1 upwards, with its lines.
import { fixed, put, svg } from "../../web/kit/dom.mjs";

/** What is left free around a drawing, in px. */
export const EDGE = { left: 30, right: 8, top: 10, bottom: 36 };
/** The height of a drawing, in px. */
export const HEIGHT = 250;
/** The largest value of the drawings. */
export const REACH = 1.05;

/**
 * Where a value lies, in px from the top.
 * @param {number} value
 * @returns {number}
 */
export const y = (value) =>
  EDGE.top + ((REACH - value) * (HEIGHT - EDGE.top - EDGE.bottom)) / (2 * REACH);

/**
 * Lines at −1, 0 and 1 with their values, up to `right`.
 * @returns {object} `draw(right)`
 */
export function createLevels() {
  const lines = [1, 0, -1].map((value) =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { x1: EDGE.left, y1: y(value), y2: y(value), class: value ? "" : "live-zero" }),
      svg("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, fixed(value, 0)),
    ),
  );
  const draw = (right) => lines.forEach((line) => put(line.firstChild, { x2: right }));
  return { root: svg("g", {}, ...lines), draw };
}
