// W_ih · x + W_hh · h + b = a, every matrix to one scale.
import { put, sub, svg, write } from "../../web/kit/dom.mjs";

const HEIGHT = 328;
const TOP = 24;
const TALL = 262; // px for the stacked rows
const LEFT = 20; // px for the gates' letters
const LETTER = 15; // px from one of them to the next, at least
const MOST_GATES = 4;

// What the product is made of, in its order: the symbols of a shape, and how many parts it has.
const COLUMNS = {
  weightIh: { symbols: (G) => `${G}H×D`, shape: ({ D, H }, G) => [G * H, D], gate: "i" },
  x: { symbols: () => "D×N", shape: ({ D, N }) => [D, N] },
  weightHh: { symbols: (G) => `${G}H×H`, shape: ({ H }, G) => [G * H, H], gate: "h" },
  h: { symbols: () => "H×N", shape: ({ H, N }) => [H, N] },
  b: { symbols: (G) => `${G}H×1`, shape: ({ H }, G) => [G * H, 1] },
  a: { symbols: (G) => `${G}H×N`, shape: ({ H, N }, G) => [G * H, N] },
};

const titleOf = (name, isGRU) =>
  ({
    weightIh: sub("W", "ih"),
    x: sub("x", "t"),
    weightHh: sub("W", "hh"),
    h: isGRU ? ["h, r⊙h"] : sub("h", "t−1"),
    b: ["b"],
    a: ["a"],
  })[name];

// A matrix, or its rows of one gate: a cell for each number where there is room.
function createPart() {
  const rect = svg("rect", {});
  const grid = svg("path", { class: "live-grid" });
  const name = svg("text", { class: "live-mark", "text-anchor": "middle", visibility: "inherit" });
  const root = svg("g", { class: "live-matrix" }, rect, grid, name);
  const hide = () => put(root, { visibility: "hidden" });
  function draw({ x, y, width, height, kind, index }, unit) {
    put(root, { class: `live-matrix live-${kind}`, visibility: "visible" });
    put(rect, { x, y, width, height });
    let d = "";
    if (unit >= 5) {
      for (let k = 1; k < Math.round(width / unit); k += 1) d += `M${x + k * unit},${y}v${height}`;
      for (let k = 1; k < Math.round(height / unit); k += 1) d += `M${x},${y + k * unit}h${width}`;
    }
    put(grid, { d });
    put(name, { x: x + width / 2, y: y + height / 2 + 4 });
    const fits = width > 34 && height > 15 && unit < 5;
    name.replaceChildren(...(index && fits ? sub("W", index) : []));
  }
  return { root, hide, draw };
}

function createColumn(column) {
  const { symbols, shape: shapeOf, gate: index } = COLUMNS[column];
  const name = svg("text", {
    class: `live-tag live-${column === "h" ? "h" : "soft"}`,
    "text-anchor": "middle",
    y: 15,
  });
  const shape = svg("text", { class: "live-mark", "text-anchor": "middle" });
  const parts = Array.from({ length: MOST_GATES }, createPart);
  const isStack = column !== "x" && column !== "h";

  // Around x = `middle`.
  function draw(s, { gates, isGRU }, { unit, gap }, middle) {
    const [rows, columns] = shapeOf(s, gates.length);
    const width = columns * unit;
    const height = (column === "x" ? s.D : s.H) * unit;
    const count = isStack ? gates.length : column === "h" && isGRU ? 2 : 1;
    parts.forEach((part, k) => {
      if (k >= count) return part.hide();
      const y = TOP + k * (s.H * unit + gap + (isStack ? 0 : 8));
      const kind = isStack ? gates[k] : column;
      const box = { x: middle - width / 2, y, width, height, kind };
      part.draw({ ...box, index: index && `${index}${kind}` }, unit);
    });
    const bottom = TOP + (count - 1) * (s.H * unit + gap + (isStack ? 0 : 8)) + height;
    put(name, { x: middle });
    name.replaceChildren(...titleOf(column, isGRU));
    put(shape, { y: bottom + 15 });
    shape.replaceChildren(
      svg("tspan", { x: middle, dy: 0, class: "" }, symbols(gates.length)),
      svg("tspan", { x: middle, dy: "1.25em", class: "live-now" }, `${rows}×${columns}`),
    );
  }
  return { roots: [...parts.map((part) => part.root), name, shape], draw };
}

// The largest scale at which all fits: height at once, width by halving.
function scaleOf(s, { gates, isGRU }, width) {
  const wide = width >= 560;
  const sign = wide ? 18 : 9;
  const slot = wide ? 52 : 36; // room for the words under a thin matrix
  const gap = s.apart ? 10 : 0;
  const G = gates.length;
  const widths = Object.values(COLUMNS).map(({ shape }) => shape(s, G)[1]);
  const slots = (unit) => widths.map((count) => Math.max(slot, count * unit));
  const taken = (unit) => slots(unit).reduce((sum, px) => sum + px, LEFT + 5 * sign);
  const rows = TALL - (G - 1) * gap - (isGRU ? 8 : 0);
  let [low, high] = [0.2, Math.min(16, rows / (G * s.H), TALL / s.D)];
  for (let k = 0; k < 20; k += 1) {
    const middle = (low + high) / 2;
    if (taken(middle) > width) high = middle;
    else low = middle;
  }
  const unit = taken(high) <= width ? high : low;
  return { unit, gap, sign, slots: slots(unit), spread: Math.max(0, (width - taken(unit)) / 12) };
}

/**
 * The matrices of one step as rectangles, in the order in which they are multiplied and added.
 * @returns {object} `layout(width)`, `draw(s, cell)`: the sizes D, H, N, and { gates, isGRU }
 */
export function createProduct() {
  const columns = Object.keys(COLUMNS).map(createColumn);
  const signs = ["·", "+", "·", "+", "="].map((sign) =>
    svg("text", { class: "live-sign", "text-anchor": "middle" }, sign),
  );
  const letters = Array.from({ length: MOST_GATES }, () =>
    svg("text", { class: "live-row", "text-anchor": "end", x: 12 }),
  );
  const root = svg(
    "svg",
    { class: "live-product", role: "img" },
    ...columns.flatMap((column) => column.roots),
    ...signs,
    ...letters,
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(...last);
  }

  function draw(s, cell) {
    last = [s, cell];
    const { D, H, N } = s;
    const { gates } = cell;
    const rows = gates.length * H;
    const scale = scaleOf(s, cell, width);
    const { sign, spread, slots } = scale;
    const block = H * scale.unit;
    let x = LEFT + spread;
    columns.forEach((column, k) => {
      column.draw(s, cell, scale, x + slots[k] / 2);
      x += slots[k] + 2 * spread;
      if (signs[k])
        put(signs[k], {
          x: x - spread + sign / 2,
          y: TOP + Math.max(14, Math.min(block, 60) / 2 + 6),
        });
      x += sign;
    });
    // Beside its block, and where blocks are thinner than a letter, around the middle of all.
    const pitch = Math.max(block + scale.gap, LETTER);
    const middle = TOP + (gates.length * (block + scale.gap) - scale.gap) / 2;
    letters.forEach((letter, k) => {
      const y = middle + (k - (gates.length - 1) / 2) * pitch + 5;
      put(letter, { y, class: `live-row live-${gates[k]}` });
      write(letter, gates[k] ?? "");
    });
    root.setAttribute(
      "aria-label",
      `${rows} by ${D} input weights times ${D} by ${N} inputs, plus ${rows} by ${H} recurrent weights times ${H} by ${N} states, plus ${rows} biases, gives ${rows} by ${N} pre-activations: ${H} rows for each of ${gates.join(", ")}.`,
    );
  }
  return { root, layout, draw };
}
