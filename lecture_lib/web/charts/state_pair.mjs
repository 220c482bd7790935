// The hidden states of two cells: one's as lines, the other's as dots, which lie on the lines if the
// cells are the same function.
import { put, svg } from "../kit/dom.mjs";

const HEIGHT = 150;
const [TOP, BOTTOM] = [26, 122];

/**
 * @param {number} T steps
 * @param {number} H units, a panel for each
 * @param {[string, string]} cells whose states the lines are, and whose the dots
 * @returns {object} `layout(width)`, `draw(book, other, same)`
 */
export function createStatePair(T, H, [line, dots]) {
  const y = (value) => (TOP + BOTTOM) / 2 - (value * (BOTTOM - TOP)) / 2;
  const panels = Array.from({ length: H }, (_, unit) => {
    const part = {
      name: svg("text", { class: "live-label live-h", y: 14 }, `unit ${unit + 1}`),
      zero: svg("line", { class: "live-level", y1: y(0), y2: y(0) }),
      line: svg("path", { class: "live-book" }),
      gaps: svg("path", { class: "live-gap" }),
      dots: Array.from({ length: T }, () => svg("circle", { class: "live-other", r: 3.6 })),
      marks: [1, T].map((t) =>
        svg("text", { class: "live-mark", y: HEIGHT - 8, "text-anchor": "middle" }, `${t}`),
      ),
    };
    return {
      ...part,
      node: svg("g", {}, part.zero, part.line, part.gaps, ...part.dots, part.name, ...part.marks),
    };
  });
  const root = svg("svg", { class: "live-states", role: "img" }, ...panels.map((p) => p.node));
  let width = 640;
  let last = null;
  const x = (t) => 10 + (t * (width / H - 34)) / (T - 1);

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    panels.forEach((panel, unit) => {
      put(panel.node, { transform: `translate(${(unit * width) / H},0)` });
      put(panel.zero, { x1: x(0), x2: x(T - 1) });
      panel.marks.forEach((mark, k) => put(mark, { x: x(k * (T - 1)) }));
    });
    if (last) draw(...last);
  }

  // `book` and `other` are T × H, row by row.
  function draw(book, other, same) {
    last = [book, other, same];
    panels.forEach((panel, unit) => {
      let path = "";
      let sticks = "";
      for (let t = 0; t < T; t += 1) {
        const [a, b] = [book[t * H + unit], other[t * H + unit]];
        path += `${t ? "L" : "M"}${x(t).toFixed(1)},${y(a).toFixed(1)}`;
        sticks += `M${x(t).toFixed(1)},${y(a).toFixed(1)}V${y(b).toFixed(1)}`;
        put(panel.dots[t], { cx: x(t), cy: y(b) });
      }
      put(panel.line, { d: path });
      put(panel.gaps, { d: sticks });
    });
    root.setAttribute(
      "aria-label",
      `Hidden states of ${H} units over ${T} steps: lines for ${line}, dots for ${dots}. ${same ? "The dots lie on the lines." : "The dots leave the lines."}`,
    );
  }
  return { root, layout, draw };
}
