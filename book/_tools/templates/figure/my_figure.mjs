// My figure: what a gate that stays the same leaves of a 1.
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { STEPS } from "./__init__.py";

const EDGE = { left: 34, right: 14, top: 16, bottom: 40 };
const HEIGHT = 230;

// Replace this formula, here and in Python; a cell's numbers come from web/numbers/cells.mjs.
function computeC(f) {
  return Float64Array.from({ length: STEPS }, (_, t) => f ** (t + 1));
}

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["f"],
    fit: (width) => bars.layout(width),
  });
  const bars = createBars();
  const story = html("p", { class: "live-story" });
  const table = createTable(["t", "c"], STEPS);
  const head = html(
    "div",
    { class: "live-head" },
    html("span", { class: "live-heading" }, "what is left of a 1"),
    frame.tools,
  );
  const slot = html("div", { class: "live-slot" });
  el.append(head, bars.root, slot, story, table.root, frame.caption, frame.voice);

  function draw() {
    const f = model.get("f");
    const c = computeC(f);
    const sentence = `With f = ${fixed(f)}, ${fixed(c[STEPS - 1])} is left after ${STEPS} steps.`;
    bars.draw(c, sentence);
    table.draw((t, k) => (k ? fixed(c[t], 6) : `${t + 1}`));
    write(story, sentence);
    frame.say(sentence);
  }
  return frame.start();
}

// A bar a step. The elements are made once; a new width or new numbers only move them.
function createBars() {
  const y = (value) => EDGE.top + (1 - value) * (HEIGHT - EDGE.top - EDGE.bottom);
  const levels = [0, 0.5, 1].map((value) =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { x1: EDGE.left, y1: y(value), y2: y(value), class: value ? "" : "live-zero" }),
      svg("text", { x: EDGE.left - 7, y: y(value) + 4, "text-anchor": "end" }, `${value}`),
    ),
  );
  const steps = Array.from({ length: STEPS }, (_, t) => ({
    bar: svg("rect", { class: "live-bar live-c", rx: 2 }),
    mark: svg("text", { class: "live-mark", "text-anchor": "middle", y: y(0) + 16 }, `${t + 1}`),
  }));
  const axis = svg(
    "text",
    { class: "live-axis", "text-anchor": "middle", y: HEIGHT - 4 },
    "step t",
  );
  const root = svg(
    "svg",
    { class: "live-fading", role: "img", height: HEIGHT },
    ...levels,
    ...steps.flatMap(({ bar, mark }) => [bar, mark]),
    axis,
  );

  function layout(width) {
    const column = (width - EDGE.left - EDGE.right) / STEPS;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    put(axis, { x: (EDGE.left + width - EDGE.right) / 2 });
    levels.forEach((level) => put(level.firstChild, { x2: width - EDGE.right }));
    steps.forEach(({ bar, mark }, t) => {
      put(bar, { x: EDGE.left + (t + 0.2) * column, width: 0.6 * column });
      put(mark, {
        x: EDGE.left + (t + 0.5) * column,
        visibility: t && (t + 1) % 5 ? "hidden" : "visible",
      });
    });
  }
  function draw(c, sentence) {
    steps.forEach(({ bar }, t) => put(bar, { y: y(c[t]), height: y(0) - y(c[t]) }));
    put(root, { "aria-label": `${sentence} The numbers are in the table below.` });
  }
  return { root, layout, draw };
}

export default { render };
