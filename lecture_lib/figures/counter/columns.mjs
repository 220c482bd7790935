// Where the letters lie, in the same columns in every drawing, from 0, the start.
import { GUTTER } from "../../web/charts/axes.mjs";
import { placeIn } from "../../web/kit/place.mjs";

const RIGHT_EDGE = 10;

/**
 * @param {number} value
 * @param {number} first
 * @returns {number} first, or 2, 4 or 8 times as much, so that what grows moves seldom
 */
export const levelOf = (value, first) =>
  [1, 2, 4, 8].map((k) => k * first).find((level) => value <= level);

/**
 * @param {number} width px of the drawing
 * @param {number} columns how many there are
 * @returns {{width: number, left: (t: number) => number}} of each column
 */
export function placeColumns(width, columns) {
  const wide = (width - GUTTER - RIGHT_EDGE) / columns;
  return { width: wide, left: (t) => GUTTER + t * wide };
}

/**
 * A click asks for the letter in whose column it falls.
 * @param {Element} root of a drawing
 * @param {() => object} view its width, columns and letters now
 * @param {(t: number) => void} choose
 */
export function chooseByClick(root, view, choose) {
  root.addEventListener("click", (event) => {
    const { width, columns, letters } = view();
    if (!letters.length) return;
    const x = placeIn(root, event)[0] - GUTTER;
    const t = Math.floor(x / placeColumns(width, columns).width);
    choose(Math.max(1, Math.min(letters.length, t)));
  });
}
