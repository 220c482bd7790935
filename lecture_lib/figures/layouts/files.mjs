// Two files of one cell's weights, number by number, in the colours of the gates, and the way of one
// gate's block from the one to the other.
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";
import { arraysOf, lettersOf, orderOf, titleOf } from "./weight_files.mjs";
import { FRAMEWORKS } from "./__init__.py";

const SIDE = 286; // px for a file
const TALL = 246;
const CELL = { width: 34, height: 20 };
const GAP = 4;
const MOST_GATES = 4;
const LEAST = 57; // room for the name over a narrow array

// Where everything of a file stands: its numbers, names, letters, and each block's ends.
function placesOf(layout, kind, D, H) {
  const widths = [D, H, 1, 1];
  const arrays = arraysOf(layout, kind, D, H);
  const G = orderOf(layout, kind).length;
  const upright = layout !== "keras";
  const block = H * (upright ? CELL.height : CELL.width) + GAP;
  const [left, top] = upright ? [20, 62] : [0, 42];
  const places = { cells: [], names: [], letters: [], out: [], into: [] };
  let at = upright ? left : top + 6;
  for (const { name, shape, stacks, blocks } of arrays) {
    const columns = stacks.reduce((sum, stack) => sum + widths[stack], 0);
    const slot = upright ? Math.max(LEAST, columns * CELL.width) : columns * CELL.height;
    if (upright) {
      [name, shape].forEach((text, k) =>
        places.names.push({ x: at + slot / 2, y: top - 24 + 14 * k, text, anchor: "middle" }),
      );
    } else {
      at += 16;
      places.names.push({ x: 0, y: at - 4, text: `${name}  ${shape}`, anchor: "start" });
    }
    let first = upright ? at + (slot - columns * CELL.width) / 2 : at;
    for (const stack of stacks) {
      for (let k = G - blocks; k < G; k += 1) {
        for (let row = 0; row < H * widths[stack]; row += 1) {
          const [unit, column] = [Math.floor(row / widths[stack]), row % widths[stack]];
          const along = k * block + unit * (upright ? CELL.height : CELL.width);
          places.cells.push({
            stack,
            block: k,
            index: k * H * widths[stack] + row,
            x: upright ? first + column * CELL.width : left + along,
            y: upright ? top + along : first + column * CELL.height,
          });
        }
      }
      first += widths[stack] * (upright ? CELL.width : CELL.height);
    }
    at += slot + GAP;
  }
  for (let k = 0; k < G; k += 1) {
    const middle = k * block + (block - GAP) / 2;
    places.letters.push(upright ? { x: 10, y: top + middle + 5 } : { x: left + middle, y: top });
    places.out.push(upright ? [at - GAP + 3, top + middle, 1, 0] : [left + middle, at, 0, 1]);
    places.into.push(upright ? [-2, top + middle, -1, 0] : [left + middle, top - 16, 0, -1]);
  }
  return places;
}

// One file: its title, names, the letters of its blocks, its numbers.
function createFile(D, H) {
  const most = MOST_GATES * H * (D + H + 2);
  const title = svg("text", { class: "live-file-title", x: 0, y: 14 });
  const texts = (count, attributes) => Array.from({ length: count }, () => svg("text", attributes));
  const names = texts(8, { class: "live-mark" });
  const letters = texts(MOST_GATES, { "text-anchor": "middle" });
  const cells = Array.from({ length: most }, () =>
    svg(
      "g",
      {},
      svg("rect", { rx: 3, width: CELL.width - 2, height: CELL.height - 2 }),
      svg("text", { "text-anchor": "middle" }),
    ),
  );
  const root = svg("g", {}, title, ...names, ...letters, ...cells);

  // As many of `nodes` as there are `places`, the others hidden.
  const fill = (nodes, places, draw) =>
    nodes.forEach((node, k) => {
      put(node, { visibility: k < places.length ? "visible" : "hidden" });
      if (k < places.length) draw(node, places[k], k);
    });

  function draw({ layout, stacks, from }, places, { kind, gate }) {
    const read = orderOf(layout, kind);
    const shown = lettersOf(layout, kind);
    write(title, titleOf(layout));
    fill(names, places.names, (node, { x, y, anchor, text }) => {
      put(node, { x, y, "text-anchor": anchor });
      write(node, text);
    });
    fill(letters, places.letters, (node, place, k) => {
      const faint = gate && from[k] !== gate ? " live-faint" : "";
      put(node, { ...place, class: `live-row live-${read[k]}${faint}` });
      write(node, shown[k]);
    });
    fill(cells, places.cells, (node, { stack, block, index, x, y }) => {
      const value = stacks[stack][index];
      const own = from[block];
      const state = gate && (own === gate ? " live-held" : " live-faint");
      put(node, { class: `live-cell live-${own}${state}`, "data-gate": own });
      put(node.firstChild, {
        x: x + 1,
        y: y + 1,
        "fill-opacity": (0.08 + 0.3 * Math.min(1, Math.abs(value))).toFixed(3),
      });
      put(node.lastChild, { x: x + CELL.width / 2, y: y + CELL.height / 2 + 4 });
      write(node.lastChild, fixed(value));
    });
  }

  return { root, draw };
}

// The way of a block from [x, y, dx, dy], where it leaves, to where it arrives.
function createRoute() {
  const line = svg("path", { class: "live-way" });
  const head = svg("path", { class: "live-way-head", d: "M0,0L-9,-5V5Z" });
  const root = svg("g", {}, line, head);
  function draw([x0, y0, dx0, dy0], [x1, y1, dx1, dy1]) {
    const reach = 0.35 * Math.min(90, Math.hypot(x1 - x0, y1 - y0));
    const points = [
      [x0 + dx0 * reach, y0 + dy0 * reach],
      [x1 + dx1 * (reach + 9), y1 + dy1 * (reach + 9)],
      [x1 + 9 * dx1, y1 + 9 * dy1],
    ];
    const curve = points.map((point) => point.map((v) => v.toFixed(1))).join(" ");
    const angle = (Math.atan2(-dy1, -dx1) * 180) / Math.PI;
    put(line, { d: `M${x0},${y0}C${curve}` });
    put(head, { transform: `translate(${x1},${y1}) rotate(${angle})` });
  }
  return { root, draw };
}

/**
 * @param {number} D inputs
 * @param {number} H units
 * @param {(gate: string) => void} choose called for a block that is clicked
 * @param {(gate: string) => void} hover called for one under the pointer, with "" when it leaves
 * @returns {object} `layout(width)`, `draw(view)`
 */
export function createFiles(D, H, choose, hover) {
  const sides = [createFile(D, H), createFile(D, H)];
  const route = createRoute();
  const gateOf = (event) => event.target.closest("[data-gate]")?.dataset.gate ?? "";
  const root = svg(
    "svg",
    {
      class: "live-files",
      role: "img",
      onclick: (event) => gateOf(event) && choose(gateOf(event)),
      onpointerover: (event) => hover(gateOf(event)),
      onpointerleave: () => hover(""),
    },
    ...sides.map((side) => side.root),
    route.root,
  );
  let corners = [
    [0, 0],
    [0, 0],
  ];
  let beside = true;
  let last = null;

  function layout(width) {
    beside = width >= 2 * SIDE + 36;
    const height = beside ? TALL : 2 * TALL;
    put(root, { width, height, viewBox: `0 0 ${width} ${height}` });
    const middle = Math.max(0, (width - SIDE) / 2);
    corners = [0, 1].map((k) => (beside ? [k * (width - SIDE), 0] : [middle, k * TALL]));
    sides.forEach((side, k) => put(side.root, { transform: `translate(${corners[k]})` }));
    if (last) draw(last);
  }

  // `kind`; `files`: two of { layout, stacks, from }, with `from` the gate of this book, block by
  // block, that the numbers belong to; `gate`: the one to follow, or "".
  function draw(view) {
    last = view;
    const { kind, gate, files } = view;
    const places = files.map((file) => placesOf(file.layout, kind, D, H));
    files.forEach((file, k) => sides[k].draw(file, places[k], view));
    put(route.root, { visibility: gate ? "visible" : "hidden", class: `live-${gate}` });
    if (gate) {
      const [from, to] = files.map((file) => file.from.indexOf(gate));
      // Under each other, the way goes round on the right.
      const ends = beside || files[1].layout === "keras" ? places[1].into : places[1].out;
      const moved = ([x, y, dx, dy], [left, top]) => [x + left, y + top, dx, dy];
      route.draw(moved(places[0].out[from], corners[0]), moved(ends[to], corners[1]));
    }
    const described = files.map(({ layout: name }) => {
      const arrays = arraysOf(name, kind, D, H).map((array) => `${array.name} ${array.shape}`);
      return `${FRAMEWORKS[name]}: ${arrays.join(", ")}; blocks ${lettersOf(name, kind).join(", ")}`;
    });
    root.setAttribute("aria-label", `${described.join(". To ")}.`);
  }

  return { root, layout, draw };
}
