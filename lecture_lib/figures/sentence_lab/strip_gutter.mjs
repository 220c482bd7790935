// What stands left of the strip: the names of its rows, and how much each unit knows.
import { put, svg, write } from "../../web/kit/dom.mjs";
import {
  BLOCK,
  BLOCKS,
  BLOCKS_TOP,
  HEIGHT,
  MEMORY_ROW,
  MEMORY_ROWS,
  blockTop,
  memoryTop,
} from "./strip_layout.mjs";

const NAMES = { f: "forget", i: "input", g: "candidate", o: "output", c: "cell" };
const WIDE = { width: 104, bars: 40 };
const NARROW = { width: 44, bars: 20 };

const letter = (kind) => svg("tspan", { class: "live-columns-letter" }, kind);
const name = (kind, y, ...children) =>
  svg("text", { class: `live-columns-name live-${kind}`, x: 2, y }, ...children);

/** @returns {{root: Element, draw: (view: object, narrow: boolean) => number}} draw returns its width */
export function createGutter() {
  const title = (place) => svg("text", { class: "live-columns-title", ...place });
  const memory = title({ x: 2, y: 15 });
  const others = title({ x: 2, y: BLOCKS_TOP - 8 });
  const eta = title({ y: BLOCKS_TOP - 8, "text-anchor": "end" });
  write(eta, "η²");
  const knowledge = BLOCKS.map(() => svg("path", { class: "live-columns-know" }));
  const root = svg(
    "svg",
    {
      class: "live-columns-gutter",
      height: HEIGHT,
      role: "img",
      "aria-label":
        "Rows: the gates f, i, o, the candidate g and the cell state c of the memory unit; below them f, i, o and c of the other units, in the order of η²",
    },
    memory,
    others,
    eta,
    ...MEMORY_ROWS.map((kind, k) => {
      const word = svg("tspan", { class: "live-columns-word", dx: 5 }, NAMES[kind]);
      return name(kind, memoryTop(k) + MEMORY_ROW / 2 + 5, letter(kind), word);
    }),
    ...BLOCKS.map((kind, k) => name(kind, blockTop(k) + BLOCK / 2 + 5, letter(kind))),
    ...knowledge,
  );

  function draw(view, narrow) {
    const { width, bars } = narrow ? NARROW : WIDE;
    put(root, {
      width,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      class: `live-columns-gutter${narrow ? " live-brief" : ""}`,
    });
    write(memory, narrow ? "unit 1" : "memory unit");
    write(others, narrow ? "" : `${view.order.length - 1} others`);
    const right = width - 6;
    put(eta, { x: right });
    const row = BLOCK / (view.order.length - 1);
    knowledge.forEach((path, k) => {
      const lines = view.eta
        .slice(1)
        .map(
          (part, n) =>
            `M${right - part * bars},${(blockTop(k) + (n + 0.5) * row).toFixed(1)}H${right}`,
        );
      put(path, { "stroke-width": Math.max(1.5, row - 2), d: lines.join("") });
    });
    return width;
  }
  return { root, draw };
}
