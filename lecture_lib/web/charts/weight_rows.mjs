// The arrays of a cell as a file stacks them: a cell for each number, coloured by its gate.
import { fixed, put, svg, write } from "../kit/dom.mjs";

const WIDTH = 320;
const CELL = 19;
const GAP = 5;
const HEAD = 22;
const LEFT = 28;
const MOST_GATES = 4;
const NAMES = { weightIh: "W_ih", weightHh: "W_hh", biasIh: "b_ih", biasHh: "b_hh" };

// The rows of one gate in all arrays, H to each.
function createBlock(widths, H) {
  const letter = svg("text", { class: "live-row", "text-anchor": "end" });
  const cells = Object.fromEntries(
    Object.entries(widths).map(([name, columns]) => [
      name,
      Array.from({ length: H * columns }, () =>
        svg(
          "g",
          { class: "live-cell" },
          svg("rect", { rx: 3 }),
          svg("text", { "text-anchor": "middle" }),
        ),
      ),
    ]),
  );

  function drawLetter(y, text, gate) {
    put(letter, { x: 18, y: y + (H * CELL) / 2 + 5, class: `live-row live-${gate}` });
    write(letter, text ?? "");
  }

  // `values`: the numbers of this block, or nothing if there are none.
  function drawArray(name, values, { x, y, width, gate }) {
    cells[name].forEach((cell, k) => {
      put(cell, { visibility: values ? "visible" : "hidden", class: `live-cell live-${gate}` });
      if (!values) return;
      const [row, column] = [Math.floor(k / widths[name]), k % widths[name]];
      put(cell.firstChild, {
        x: x + column * width + 1,
        y: y + row * CELL + 1,
        width: width - 2,
        height: CELL - 2,
        "fill-opacity": 0.08 + 0.3 * Math.abs(values[k]),
      });
      put(cell.lastChild, { x: x + (column + 0.5) * width, y: y + (row + 0.5) * CELL + 4 });
      write(cell.lastChild, fixed(values[k]));
    });
  }

  return { roots: [letter, ...Object.values(cells).flat()], drawLetter, drawArray };
}

/**
 * @param {Object<string, number>} widths the columns of each array: of weightIh, weightHh, biasIh
 *   and, where there are two biases, biasHh
 * @param {number} H units
 * @returns {object} `layout(width)`, `draw(v)`
 */
export function createWeightRows(widths, H) {
  const blocks = Array.from({ length: MOST_GATES }, () => createBlock(widths, H));
  const heads = Object.keys(widths).map((name) =>
    svg("text", { class: "live-mark", y: 13, "text-anchor": "middle" }, NAMES[name]),
  );
  const root = svg(
    "svg",
    { class: "live-rows", role: "img" },
    ...blocks.flatMap((block) => block.roots),
    ...heads,
  );
  let width = WIDTH;
  let last = null;

  function layout(newWidth) {
    width = Math.min(newWidth, WIDTH);
    if (last) draw(last);
  }

  // `v`: `stored`, arrays by name; `read`, the letter each block of rows is read as; `readAs`, the
  // same in the book's letters; `from`, the gate of the book that its numbers came from.
  function draw(v) {
    last = v;
    const step = H * CELL + GAP;
    const height = HEAD + v.read.length * step;
    put(root, { width, height, viewBox: `0 0 ${width} ${height}` });
    const columns = Object.values(widths).reduce((a, b) => a + b);
    const cell = (width - LEFT - 3 * GAP) / columns;
    let x = LEFT;
    Object.keys(widths).forEach((name, k) => {
      const array = v.stored[name];
      const middle = x + (cell * widths[name]) / 2;
      put(heads[k], { x: middle, visibility: array ? "visible" : "hidden" });
      const size = H * widths[name];
      blocks.forEach((block, g) => {
        const values = g < v.read.length && array?.subarray(g * size, (g + 1) * size);
        block.drawArray(name, values, { x, y: HEAD + g * step, width: cell, gate: v.from[g] });
      });
      x += cell * widths[name] + GAP;
    });
    blocks.forEach((block, g) => block.drawLetter(HEAD + g * step, v.read[g], v.readAs[g]));
    root.setAttribute(
      "aria-label",
      `Stored numbers: the rows are read as ${v.read.join(", ")}; they came from ${v.from.join(", ")} of the book’s cell.`,
    );
  }
  return { root, layout, draw };
}
