// Two files of one cell's weights, number by number, in the colours of the gates, and the way of one
// gate's block from the one to the other.
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";
import { LAYOUTS, arraysOf, orderOf } from "./weight_files.mjs";

const SIDE = 286; // px for a file
const TALL = 246;
const CELL = { width: 34, height: 20 };
const GAP = 4;
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

// `choose(gate)` is called for a block that is clicked, `hover(gate)` for one under the pointer, with
// "" when it leaves.
export function createFiles(D, H, choose, hover) {
  const most = 4 * H * (D + H + 2);
  const sides = [0, 1].map(() => {
    const side = {
      title: svg("text", { class: "live-file-title", x: 0, y: 14 }),
      cells: Array.from({ length: most }, () =>
        svg(
          "g",
          {},
          svg("rect", { rx: 3, width: CELL.width - 2, height: CELL.height - 2 }),
          svg("text", { "text-anchor": "middle" }),
        ),
      ),
      letters: Array.from({ length: 4 }, () => svg("text", { "text-anchor": "middle" })),
      names: Array.from({ length: 8 }, () => svg("text", { class: "live-mark" })),
    };
    return {
      ...side,
      node: svg("g", {}, side.title, ...side.names, ...side.letters, ...side.cells),
    };
  });
  const way = svg("path", { class: "live-way" });
  const head = svg("path", { class: "live-way-head", d: "M0,0L-9,-5V5Z" });
  const route = svg("g", {}, way, head);
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
    ...sides.map((side) => side.node),
    route,
  );
  let width = 640;
  let beside = true;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    beside = width >= 2 * SIDE + 36;
    put(root, {
      width,
      height: beside ? TALL : 2 * TALL,
      viewBox: `0 0 ${width} ${beside ? TALL : 2 * TALL}`,
    });
    sides.forEach((side, k) => {
      const x = beside ? k * (width - SIDE) : Math.max(0, (width - SIDE) / 2);
      side.at = [x, beside ? 0 : k * TALL];
      put(side.node, { transform: `translate(${side.at})` });
    });
    if (last) draw(last);
  }

  // `kind`; `files`: two of { layout, stacks, from }, with `from` the gate of this book, block by
  // block, that the numbers belong to; `gate`: the one to follow, or "".
  function draw(view) {
    last = view;
    const places = view.files.map((file) => placesOf(file.layout, view.kind, D, H));
    view.files.forEach((file, k) => drawSide(sides[k], file, places[k], view));
    const [from, to] = view.files.map((file) => file.from.indexOf(view.gate));
    put(route, { visibility: view.gate ? "visible" : "hidden", class: `live-${view.gate}` });
    // Under each other, the way goes round on the right.
    const ends = beside || view.files[1].layout === "keras" ? places[1].into : places[1].out;
    if (view.gate) drawWay(places[0].out[from], ends[to]);
    root.setAttribute(
      "aria-label",
      view.files
        .map((file) => {
          const { name } = LAYOUTS[file.layout];
          const read = [...orderOf(file.layout, view.kind, "letters")].join(", ");
          const arrays = arraysOf(file.layout, view.kind, D, H)
            .map((array) => `${array.name} ${array.shape}`)
            .join(", ");
          return `${name}: ${arrays}; blocks ${read}`;
        })
        .join(". To ") + ".",
    );
  }

  function drawSide(
    side,
    { layout: name, stacks, from },
    { cells, names, letters },
    { kind, gate },
  ) {
    const read = orderOf(name, kind);
    const shown = orderOf(name, kind, "letters");
    write(side.title, `${LAYOUTS[name].name}: ${LAYOUTS[name].object}`);
    side.names.forEach((node, k) => {
      put(node, { visibility: k < names.length ? "visible" : "hidden" });
      if (k >= names.length) return;
      put(node, { x: names[k].x, y: names[k].y, "text-anchor": names[k].anchor });
      write(node, names[k].text);
    });
    side.letters.forEach((node, k) => {
      put(node, { visibility: k < letters.length ? "visible" : "hidden" });
      if (k >= letters.length) return;
      put(node, {
        ...letters[k],
        class: `live-row live-${read[k]}${gate && from[k] !== gate ? " live-faint" : ""}`,
      });
      write(node, shown[k]);
    });
    side.cells.forEach((node, k) => {
      put(node, { visibility: k < cells.length ? "visible" : "hidden" });
      if (k >= cells.length) return;
      const { stack, block, index, x, y } = cells[k];
      const value = stacks[stack][index];
      const mine = from[block];
      put(node, {
        class: `live-cell live-${mine}${gate ? (mine === gate ? " live-held" : " live-faint") : ""}`,
        "data-gate": mine,
      });
      put(node.firstChild, {
        x: x + 1,
        y: y + 1,
        "fill-opacity": (0.08 + 0.3 * Math.min(1, Math.abs(value))).toFixed(3),
      });
      put(node.lastChild, { x: x + CELL.width / 2, y: y + CELL.height / 2 + 4 });
      write(node.lastChild, fixed(value));
    });
  }

  function drawWay([x0, y0, dx0, dy0], [x1, y1, dx1, dy1]) {
    const [a, b] = [
      [x0 + sides[0].at[0], y0 + sides[0].at[1]],
      [x1 + sides[1].at[0], y1 + sides[1].at[1]],
    ];
    const reach = 0.35 * Math.min(90, Math.hypot(b[0] - a[0], b[1] - a[1]));
    const points = [
      [a[0] + dx0 * reach, a[1] + dy0 * reach],
      [b[0] + dx1 * (reach + 9), b[1] + dy1 * (reach + 9)],
      [b[0] + 9 * dx1, b[1] + 9 * dy1],
    ];
    put(way, { d: `M${a}C${points.map((point) => point.map((v) => v.toFixed(1))).join(" ")}` });
    put(head, { transform: `translate(${b}) rotate(${(Math.atan2(-dy1, -dx1) * 180) / Math.PI})` });
  }

  return { root, layout, draw };
}
