// The table of all methods, in a fold.
import { fixed } from "../../web/kit/dom.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { scaled, short } from "./words.mjs";
import { METHODS } from "./view.mjs";

const HEADS = [
  "method",
  "MASE",
  "± seeds",
  "step 1",
  "last step",
  "error",
  "behind",
  "± 95 %",
  "parameters",
];

/**
 * @returns {object} `root`, `draw(view)`
 */
export function createNumbers() {
  const table = createTable(HEADS, METHODS.length);
  function draw(view) {
    const lines = view?.comparison?.table ?? [];
    const cells = lines.map((line, k) => [
      line.method,
      scaled(line.mase),
      line.spread === null ? "" : fixed(line.spread, 3),
      scaled(line.first),
      scaled(line.last),
      short(line.error),
      ...(k && line.behind ? line.behind.map((value) => scaled(value)) : ["", ""]),
      line.parameters ? `${line.parameters}` : "",
    ]);
    table.draw((k, j) => cells[k][j], cells.length);
  }
  return { root: table.root, draw };
}
