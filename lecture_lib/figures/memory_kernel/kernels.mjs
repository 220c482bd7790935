// Letters, gates, and two rows of bars over the same steps. A click on a step chooses it.
import { linear } from "../../web/charts/axes.mjs";
import { put, sub, svg, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";

const BARS = 112; // px for a weight of 1
const GATE = 30;
const EDGE = { left: 34, right: 4 };
const PLACES = { chips: 6, f: 46, i: 82, memory: 150, attention: 304 };
const HEIGHT = PLACES.attention + BARS + 8;

// Each row is drawn over columns: `at(k)` in px, `middle(k)`, `wide` of what stands in one, `brief` if
// there is no room for numbers.
function columnsOf(width, steps) {
  const column = (width - EDGE.left - EDGE.right) / steps;
  const brief = width < 480;
  return {
    column,
    brief,
    wide: column - (brief ? 2 : 5),
    at: (k) => EDGE.left + k * column,
    middle: (k) => EDGE.left + (k + 0.5) * column,
  };
}

function createChips(letters) {
  const chips = [...letters].map((letter) =>
    svg(
      "g",
      { class: "live-kernel-chip" },
      svg("rect", { y: PLACES.chips, height: 30, rx: 8 }),
      svg("text", { y: PLACES.chips + 20, "text-anchor": "middle" }, letter),
    ),
  );
  function draw(t, { middle, wide }) {
    chips.forEach((chip, k) => {
      chip.classList.toggle("live-now", k === t - 1);
      chip.classList.toggle("live-alike", letters[k] === letters[t - 1] && k < t);
      chip.classList.toggle("live-faint", k >= t);
      put(chip.firstChild, { x: middle(k) - wide / 2, width: wide });
      put(chip.lastChild, { x: middle(k) });
    });
  }
  return { nodes: chips, draw };
}

function createGates(kind, steps) {
  const y = PLACES[kind];
  const cells = Array.from({ length: steps }, () =>
    svg(
      "g",
      { class: `live-kernel-gate live-${kind}` },
      svg("rect", { class: "live-kernel-bed", y, height: GATE, rx: 4 }),
      svg("rect", { class: "live-kernel-fill", rx: 4 }),
      svg("text", { y: y + 20, "text-anchor": "middle" }),
    ),
  );
  const name = svg(
    "text",
    { class: `live-kernel-name live-${kind}`, x: 14, y: y + 20, "text-anchor": "middle" },
    kind,
  );
  function textOf(mark, value, brief) {
    if (mark !== ".") return mark;
    return brief ? "" : value.toFixed(2).replace(/^0/, "").replace(/0$/, "");
  }
  function draw(values, held, t, { middle, wide, brief }) {
    cells.forEach((cell, k) => {
      const [bed, fill, text] = cell.children;
      cell.classList.toggle("live-held", held[k] !== ".");
      cell.classList.toggle("live-faint", k >= t);
      const x = middle(k) - wide / 2;
      const tall = GATE * values[k];
      put(bed, { x, width: wide });
      put(fill, { x, width: wide, y: y + GATE - tall, height: tall });
      put(text, { x: middle(k) });
      write(text, textOf(held[k], values[k], brief));
    });
  }
  return { nodes: cells, name, draw };
}

function createBars(kind, top, steps, ...title) {
  const y = linear(0, 1, top + BARS, top);
  const ticks = [0, 0.5, 1].map((value) =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { x1: EDGE.left, y1: y(value), y2: y(value), class: value ? "" : "live-zero" }),
      svg("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, `${value}`),
    ),
  );
  const each = (make) => Array.from({ length: steps }, make);
  const bars = each(() => svg("rect", { class: "live-bar", rx: 3 }));
  const texts = each(() => svg("text", { class: "live-kernel-value", "text-anchor": "middle" }));
  const root = svg("g", { class: `live-${kind}` }, ...ticks, ...bars, ...texts);
  const looks = { class: `live-kernel-title live-${kind}`, x: EDGE.left, y: top - 12 };
  const name = svg("text", looks, ...title);
  function layout(width) {
    for (const tick of ticks) put(tick.firstChild, { x2: width - EDGE.right });
  }
  function draw(weights, t, { middle, wide, brief }) {
    bars.forEach((bar, k) => {
      const weight = weights[k] ?? 0;
      const tall = BARS * weight;
      put(bar, { x: middle(k) - wide / 2, width: wide, y: y(weight), height: tall });
      const shown = k < t && !brief && weight >= 0.005;
      put(texts[k], {
        x: middle(k),
        y: Math.max(top + 11, y(weight) - 4),
        visibility: shown ? "visible" : "hidden",
      });
      texts[k].classList.toggle("live-inside", tall > BARS - 14);
      write(texts[k], weight.toFixed(2).replace(/^0/, ""));
    });
  }
  return { root, name, layout, draw };
}

/**
 * @param {string} letters one for each step
 * @param {(s: number) => void} choose is asked for a step, from 1
 * @returns {object} `layout(width)`, `draw(state, weights)`: the figure's settings, and what
 *   `weigh` returns
 */
export function createKernels(letters, choose) {
  const steps = letters.length;
  const here = svg("rect", { class: "live-kernel-here", y: 2, height: HEIGHT - 4, rx: 8 });
  const chips = createChips(letters);
  const gates = { f: createGates("f", steps), i: createGates("i", steps) };
  const memory = createBars(
    "c",
    PLACES.memory,
    steps,
    "gated memory: i",
    ...sub("", "s"),
    svg("tspan", { dy: "-0.3em" }, " × the f’s since"),
  );
  const attention = createBars("who-0", PLACES.attention, steps, "attention: softmax(β q·k / √d)");
  const looks = { class: "live-kernels", role: "img", height: HEIGHT, onclick: pick };
  const root = svg("svg", looks, here, ...chips.nodes, ...gates.f.nodes, ...gates.i.nodes);
  root.append(memory.root, attention.root, memory.name, attention.name);
  root.append(gates.f.name, gates.i.name);
  let width = 640;
  let last = null;

  function pick(event) {
    const px = placeIn(root, event)[0] - EDGE.left;
    const k = Math.floor(px / columnsOf(width, steps).column);
    if (k >= 0 && k < steps) choose(k + 1);
  }
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    for (const bars of [memory, attention]) bars.layout(width);
    if (last) draw(...last);
  }
  function draw(state, weights) {
    last = [state, weights];
    const { t, s, held_f, held_i } = state;
    const columns = columnsOf(width, steps);
    put(here, { x: columns.at(s - 1), width: columns.column });
    chips.draw(t, columns);
    gates.f.draw(weights.forget, held_f, t, columns);
    gates.i.draw(weights.input, held_i, t, columns);
    memory.draw(weights.kernel, t, columns);
    attention.draw(weights.attention, t, columns);
    const shares = (values) => values.map((value) => value.toFixed(2)).join(", ");
    put(root, {
      "aria-label": `Weights of steps 1 to ${t} at step ${t}. In the memory: ${shares(weights.kernel)}. In attention: ${shares(weights.attention)}.`,
    });
  }
  return { root, layout, draw };
}
