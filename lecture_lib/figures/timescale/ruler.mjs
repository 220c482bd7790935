// Four scales under one hand. A drag anywhere moves it; each scale is a slider for the keyboard.
import { placeIn } from "../../web/kit/place.mjs";
import { BIAS } from "./__init__.py";
import { linear } from "../../web/charts/axes.mjs";
import { put, svg, write } from "../../web/kit/dom.mjs";
import { SCALES } from "./scales.mjs";

const EDGE = 24;
const ROW = 58;
const PILL = 62; // px, the width of the plate with the value
const HEIGHT = SCALES.length * ROW + 6;
const [LEAST, MOST] = BIAS;
const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/**
 * @param {(bias: number) => void} move is asked for a bias
 * @returns {object} `layout(width)`, `draw(bias, values)`: the value on each scale
 */
export function createRuler(move) {
  const rows = SCALES.map((scale, k) => createScale(scale, k * ROW, move));
  const hand = svg("line", { class: "live-needle", y1: 22, y2: SCALES.length * ROW - 6 });
  const root = svg(
    "svg",
    { class: "live-ruler", height: HEIGHT },
    ...rows.map((row) => row.root),
    hand,
    ...rows.map((row) => row.pill),
  );
  let width = 640;
  let last = null;
  const x = (bias) => linear(LEAST, MOST, EDGE, width - EDGE)(bias);

  function follow(event) {
    const [at] = placeIn(root, event);
    move(linear(EDGE, width - EDGE, LEAST, MOST)(at));
  }
  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    follow(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) follow(event);
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    for (const row of rows) row.layout(x, width);
    if (last) draw(...last);
  }
  function draw(bias, values) {
    last = [bias, values];
    put(hand, { x1: x(bias), x2: x(bias) });
    rows.forEach((row, k) => row.draw(x(bias), values[k], width));
  }
  return { root, layout, draw };
}

// The values along a scale, as many as there is room for, none under the plate.
function createTicks(scale, top) {
  const nodes = scale.ticks.map((value) =>
    svg(
      "g",
      {},
      svg("line", { y1: top + 22, y2: top + 29 }),
      svg("text", { y: top + 45, "text-anchor": "middle" }, `${value}`.replace("-", "−")),
    ),
  );
  let places = [];
  function layout(x, width) {
    let free = EDGE - 8;
    places = scale.ticks.map((value, n) => {
      const at = x(scale.bias(value));
      const room = 4 * `${value}`.length;
      const fits = at - room > free && at + room < width - EDGE + 8;
      if (fits) free = at + room + 4;
      put(nodes[n].firstChild, { x1: at, x2: at });
      put(nodes[n].lastChild, { x: at });
      return { at, room, fits };
    });
  }
  function draw(middle) {
    places.forEach(({ at, room, fits }, n) => {
      const covered = Math.abs(at - middle) < PILL / 2 + room;
      put(nodes[n].lastChild, { visibility: fits && !covered ? "visible" : "hidden" });
    });
  }
  return { nodes, layout, draw };
}

function createScale(scale, top, move) {
  const bed = svg("rect", { class: "live-ruler-bed", y: top + 22, height: 30, rx: 8 });
  const name = svg("text", { class: "live-ruler-name", x: EDGE - 8, y: top + 16 }, scale.name);
  const ticks = createTicks(scale, top);
  const pill = svg(
    "g",
    { class: `live-ruler-pill live-${scale.kind}`, "aria-hidden": "true" },
    svg("rect", { y: top + 25, height: 24, width: PILL, rx: 12 }),
    svg("text", { y: top + 42, "text-anchor": "middle" }),
  );
  const root = svg(
    "g",
    {
      class: `live-ruler-row live-${scale.kind}`,
      role: "slider",
      tabindex: 0,
      "aria-label": scale.name,
      "aria-valuemin": scale.of(LEAST),
      "aria-valuemax": scale.of(MOST),
      onkeydown: press,
    },
    bed,
    name,
    ...ticks.nodes,
  );
  let now = 0;

  function press(event) {
    const by = KEYS[event.key];
    if (by) move(scale.bias(scale.nudge(now, by)));
    else if (event.key === "Home") move(LEAST);
    else if (event.key === "End") move(MOST);
    else return;
    event.preventDefault();
  }
  function layout(x, width) {
    put(bed, { x: EDGE - 12, width: width - 2 * EDGE + 24 });
    ticks.layout(x, width);
  }
  function draw(at, value, width) {
    now = value;
    const middle = Math.max(PILL / 2, Math.min(width - PILL / 2, at));
    ticks.draw(middle);
    put(pill.firstChild, { x: middle - PILL / 2 });
    put(pill.lastChild, { x: middle });
    write(pill.lastChild, scale.text(value));
    put(root, { "aria-valuenow": value, "aria-valuetext": scale.text(value) });
  }
  return { root, pill, layout, draw };
}
