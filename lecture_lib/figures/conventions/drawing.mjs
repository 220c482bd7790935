// The drawings of the convention switchboard: the GRU's circuit, the stored rows, the hidden states.
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";

// A GRU's circuit, on which the reset valve and the product change places, and z its side.
export function createBlend() {
  const WIDTH = 300;
  const [top, low] = [46, 164];
  const text = (x, y, words, attributes = {}) =>
    svg("text", { x, y, "text-anchor": "middle", ...attributes }, words);
  const wires = svg("path", {
    class: "live-lane",
    d: `M28,${top}H262m-6,-5l6,5l-6,5M50,${top}V${low}H222M222,${low}V${top}M170,204V${low + 12}`,
  });
  const gate = (kind, letter) =>
    svg(
      "g",
      { class: `live-node live-moves live-${kind}` },
      svg("circle", { r: 13 }),
      text(0, 5, letter),
    );
  const keep = gate("z", "×");
  const fresh = gate("z", "×");
  put(keep, { transform: `translate(128,${top})` });
  put(fresh, { transform: `translate(222,${top + 52})` });
  const keepName = text(128, top - 20, "", { class: "live-z live-tag" });
  const freshName = text(240, top + 57, "", { class: "live-z live-tag", "text-anchor": "start" });
  const reset = svg(
    "g",
    { class: "live-node live-moves live-r" },
    svg("path", { class: "live-lead", d: "M0,-13V-32" }),
    svg("circle", { r: 13 }),
    text(0, 5, "×"),
    text(0, -37, "r", { class: "live-tag" }),
  );
  const bias = text(0, 29, "+ b′", { class: "live-tag" });
  const product = svg(
    "g",
    { class: "live-box live-moves" },
    svg("rect", { x: -21, y: -14, width: 42, height: 28, rx: 6 }),
    text(0, 5, ""),
    bias,
  );
  product.children[1].append("U", svg("tspan", { "font-size": "72%", dy: "0.3em" }, "n"));
  const sum = svg(
    "g",
    { class: "live-node", transform: `translate(170,${low})` },
    svg("circle", { r: 11 }),
    text(0, 5, "+"),
  );
  const add = svg(
    "g",
    { class: "live-node", transform: `translate(222,${top})` },
    svg("circle", { r: 11 }),
    text(0, 5, "+"),
  );
  const tanh = svg(
    "g",
    { class: "live-box", transform: `translate(222,${low})` },
    svg("rect", { x: -22, y: -13, width: 44, height: 26, rx: 6 }),
    text(0, 5, "tanh"),
  );
  const input = text(170, 217, "", {});
  input.append(
    "W",
    svg("tspan", { "font-size": "72%", dy: "0.3em" }, "n"),
    svg("tspan", { dy: "-0.22em" }, " · x + b"),
  );
  const root = svg(
    "svg",
    { class: "live-plan", role: "img", viewBox: `0 0 ${WIDTH} 224` },
    wires,
    text(14, top + 5, "h", { class: "live-h live-tag" }),
    text(274, top + 5, "h", { class: "live-h live-tag" }),
    text(233, low - 22, "n", { class: "live-n live-tag", "text-anchor": "start" }),
    keep,
    fresh,
    keepName,
    freshName,
    reset,
    product,
    sum,
    add,
    tanh,
    input,
  );

  const layout = (width) =>
    put(root, { width: Math.min(width, WIDTH), height: (224 * Math.min(width, WIDTH)) / WIDTH });

  function draw({ update, reset: where, biases }) {
    const before = where === "before";
    reset.style.transform = `translate(${before ? 82 : 136}px, ${low}px)`;
    product.style.transform = `translate(${before ? 125 : 88}px, ${low}px)`;
    bias.setAttribute("visibility", !before && biases === "two" ? "visible" : "hidden");
    const writes = update === "write";
    write(keepName, writes ? "1 − z" : "z");
    write(freshName, writes ? "z" : "1 − z");
    root.setAttribute(
      "aria-label",
      `Circuit: h is multiplied by ${writes ? "1 − z" : "z"} and n by ${writes ? "z" : "1 − z"}; r multiplies ${before ? "h before" : "the product after"} the product with U of n.`,
    );
  }
  return { root, layout, draw };
}

// The stored arrays, row by row: a cell for each number, coloured by the gate it belongs to.
export function createRows(widths, H) {
  const CELL = 19;
  const GAP = 5;
  const HEAD = 22;
  const NAMES = { weightIh: "W_ih", weightHh: "W_hh", biasIh: "b_ih", biasHh: "b_hh" };
  const root = svg("svg", { class: "live-rows", role: "img" });
  const heads = Object.keys(widths).map((name) =>
    svg("text", { class: "live-mark", y: 13, "text-anchor": "middle" }, NAMES[name]),
  );
  const blocks = Array.from({ length: 4 }, () => {
    const name = svg("text", { class: "live-row", "text-anchor": "end" });
    const cells = {};
    const node = svg("g", {});
    for (const array in widths) {
      cells[array] = Array.from({ length: H * widths[array] }, () =>
        svg(
          "g",
          { class: "live-cell" },
          svg("rect", { rx: 3 }),
          svg("text", { "text-anchor": "middle" }),
        ),
      );
      node.append(...cells[array]);
    }
    root.append(name, node);
    return { name, cells, node };
  });
  root.append(...heads);
  let width = 320;
  let last = null;

  function layout(newWidth) {
    width = Math.min(newWidth, 320);
    if (last) draw(last);
  }

  // `stored`: arrays by name; `read`: the letter each block of rows is read as, `readAs` in the
  // book's letters; `from`: the gate of the book that its numbers came from.
  function draw(v) {
    last = v;
    const gates = v.read.length;
    const height = HEAD + gates * (H * CELL + GAP);
    put(root, { width, height, viewBox: `0 0 ${width} ${height}` });
    const columns = Object.values(widths).reduce((a, b) => a + b);
    const cell = (width - 28 - 3 * GAP) / columns;
    let x = 28;
    Object.keys(widths).forEach((array, k) => {
      const shown = array in v.stored;
      put(heads[k], {
        x: x + (cell * widths[array]) / 2,
        visibility: shown ? "visible" : "hidden",
      });
      blocks.forEach((block, g) => {
        const y = HEAD + g * (H * CELL + GAP);
        block.cells[array].forEach((node, at) => {
          const visible = shown && g < gates;
          put(node, {
            visibility: visible ? "visible" : "hidden",
            class: `live-cell live-${v.from[g]}`,
          });
          if (!visible) return;
          const value = v.stored[array][g * H * widths[array] + at];
          const column = at % widths[array];
          const row = Math.floor(at / widths[array]);
          put(node.firstChild, {
            x: x + column * cell + 1,
            y: y + row * CELL + 1,
            width: cell - 2,
            height: CELL - 2,
            "fill-opacity": 0.08 + 0.3 * Math.abs(value),
          });
          put(node.lastChild, { x: x + (column + 0.5) * cell, y: y + (row + 0.5) * CELL + 4 });
          write(node.lastChild, fixed(value));
        });
      });
      x += cell * widths[array] + GAP;
    });
    blocks.forEach((block, g) => {
      put(block.name, {
        x: 18,
        y: HEAD + g * (H * CELL + GAP) + (H * CELL) / 2 + 5,
        class: `live-row live-${v.readAs[g]}`,
      });
      write(block.name, v.read[g] ?? "");
    });
    root.setAttribute(
      "aria-label",
      `Stored numbers: the rows are read as ${v.read.join(", ")}; they came from ${v.from.join(", ")} of the book’s cell.`,
    );
  }
  return { root, layout, draw };
}

// The hidden states of two cells, a panel for each unit: one's as a line, the other's as dots.
export function createStates(T, H, [line, dots] = ["this book", "the convention"]) {
  const HEIGHT = 150;
  const [top, bottom] = [26, 122];
  const y = (value) => (top + bottom) / 2 - (value * (bottom - top)) / 2;
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
