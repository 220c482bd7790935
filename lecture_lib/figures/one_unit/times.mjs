// The state of a unit as bars and its input as stems, over the steps.
import { fixed, put, svg } from "../../web/kit/dom.mjs";
import { STEPS } from "./__init__.py";
import { createLevels, EDGE, HEIGHT, y } from "./levels.mjs";

const FLOOR = HEIGHT - EDGE.bottom;

function createKey() {
  const words = (kind, x, text) => svg("text", { class: `live-${kind}`, x, y: HEIGHT - 4 }, text);
  const box = { x: EDGE.left, y: HEIGHT - 13, width: 9, height: 9, rx: 2 };
  return svg(
    "g",
    { class: "live-key" },
    svg("rect", { class: "live-h", ...box }),
    words("h", EDGE.left + 14, "state h"),
    svg("path", { class: "live-unit-input live-like-i", d: `M${EDGE.left + 84},${HEIGHT - 8}h14` }),
    words("i", EDGE.left + 104, "input x"),
  );
}

/**
 * @param {(t: number) => void} choose
 * @returns {object} `layout(width)`, `draw(v)`
 */
export function createTimes(choose) {
  const levels = createLevels();
  const here = svg("rect", { class: "live-here", x: 0, y: 2, height: FLOOR + 14, rx: 7 });
  const steps = Array.from({ length: STEPS }, (_, t) => ({
    bar: svg("rect", { class: "live-bar live-h", rx: 2 }),
    stem: svg("path", { class: "live-unit-input live-like-i" }),
    mark: svg("text", { class: "live-mark", "text-anchor": "middle", y: FLOOR + 12 }, `${t + 1}`),
    hit: svg("rect", { class: "live-hit", y: 0, height: HEIGHT, onclick: () => choose(t) }),
  }));
  const root = svg(
    "svg",
    { class: "live-unit-time", role: "img", height: HEIGHT },
    here,
    levels.root,
    ...steps.flatMap(({ bar, stem, mark }) => [bar, stem, mark]),
    createKey(),
    ...steps.map(({ hit }) => hit),
  );
  let width = 340;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    levels.draw(width - EDGE.right);
    if (last) draw(last);
  }

  // `v`: t (from 0), and h and x at each step.
  function draw(v) {
    last = v;
    const column = (width - EDGE.left - EDGE.right) / STEPS;
    const every = column >= 18 ? 1 : column >= 9 ? 5 : 10;
    put(here, { width: column, transform: `translate(${EDGE.left + v.t * column},0)` });
    steps.forEach(({ bar, stem, mark, hit }, t) => {
      const left = EDGE.left + t * column;
      const [h, x] = [v.h[t], v.x[t]];
      const [top, base] = [Math.min(y(h), y(0)), Math.max(y(h), y(0))];
      put(bar, { x: left + 0.2 * column, width: 0.6 * column, y: top, height: base - top });
      const tip = `V${y(x)}m${-0.3 * column},0h${0.6 * column}`;
      put(stem, { d: x ? `M${left + 0.5 * column},${y(0)}${tip}` : "" });
      const crowded = Math.abs(t - v.t) * column < 17;
      const shown = t === v.t || (!crowded && (t + 1) % every === 0);
      put(mark, { x: left + column / 2, visibility: shown ? "visible" : "hidden" });
      mark.classList.toggle("live-now", t === v.t);
      put(hit, { x: left, width: column });
    });
    root.setAttribute(
      "aria-label",
      `The state h over ${STEPS} steps; at step ${v.t + 1} it is ${fixed(v.h[v.t])}. The numbers are in the table below.`,
    );
  }
  return { root, layout, draw };
}
