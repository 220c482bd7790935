// Which inputs a step came from: a text, its letters or words shaded; else a bar for each step.
import { createPlaces, GUTTER, MARGIN } from "../../web/charts/axes.mjs";
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { placeIn } from "../../web/kit/place.mjs";

const HEIGHT = 104;
const FLOOR = HEIGHT - 22;
const MOST_LETTERS = 400;

/**
 * What each step's input counts: the norm of its gradient over the inputs.
 * @param {Float64Array} gradients T × D
 * @param {number} T
 * @param {number} D
 * @returns {Float64Array} T
 */
export function weightsOf(gradients, T, D) {
  return Float64Array.from({ length: T }, (_, t) => {
    let sum = 0;
    for (let j = t * D; j < (t + 1) * D; j += 1) sum += gradients[j] ** 2;
    return Math.sqrt(sum);
  });
}

/**
 * @param {(step: number) => void} choose is asked for a step, from 0
 * @returns {object} `layout(width)`, `draw({ weights, step, names, isText, span, label })`
 */
export function createOrigins(choose) {
  const text = html("p", { class: "live-origin-text" });
  const bars = svg("path", { class: "live-origin-bars" });
  const here = svg("line", { class: "live-cursor", y1: 2, y2: FLOOR });
  const top = svg("text", { class: "live-mark", x: GUTTER - 6, y: 14, "text-anchor": "end" });
  const base = svg("line", { class: "live-origin-base", x1: GUTTER, y1: FLOOR, y2: FLOOR });
  const places = createPlaces();
  const chart = svg("svg", { class: "live-origin-chart", role: "img", height: HEIGHT });
  chart.append(base, here, bars, top, places.root);
  const root = html("div", { class: "live-origins live-like-h" }, text, chart);
  let width = 640;
  let shown = null;

  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    put(base, { x2: width - MARGIN });
    if (shown) draw(shown);
  }
  function draw(view) {
    shown = view;
    const { weights, step, names, label } = view;
    const most = Math.max(1e-300, ...weights);
    const isWords = names && names.length <= MOST_LETTERS;
    text.hidden = !isWords;
    if (isWords) drawText(text, view, most);
    const [T, column] = [weights.length, (width - GUTTER - MARGIN) / weights.length];
    const gap = column > 5 ? 1 : 0;
    const d = [...weights].map((weight, t) => {
      const height = (weight / most) * (FLOOR - 6);
      if (height < 0.05) return "";
      const x = GUTTER + t * column;
      return `M${x.toFixed(1)},${FLOOR}v${-height.toFixed(2)}h${(column - gap).toFixed(2)}V${FLOOR}Z`;
    });
    put(bars, { d: d.join("") });
    write(top, inTens(most));
    const x = (t) => GUTTER + (t + 0.5) * column;
    put(here, { x1: x(step), x2: x(step) });
    const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((k) => k * column >= 30) ?? 1000;
    const ticks = Array.from({ length: T }, (_, t) => t).filter(
      (t) => (t + 1) % every === 0 || t === step,
    );
    places.draw(
      ticks.map((t) => ({ at: t, text: `${t + 1}`, now: t === step })),
      x,
      FLOOR,
    );
    put(chart, { "aria-label": label });
  }
  chart.addEventListener("click", (event) => {
    const [x] = placeIn(chart, event);
    const T = shown.weights.length;
    const t = Math.floor(((x - GUTTER) / (width - GUTTER - MARGIN)) * T);
    choose(Math.max(0, Math.min(T - 1, t)));
  });
  text.addEventListener("click", ({ target }) => {
    const at = target.closest("[data-t]")?.dataset.t;
    if (at !== undefined) choose(Number(at));
  });
  return { root, layout, draw };
}

// Letters stand close, words apart; the more a step counts, the darker it is and the thicker its line.
function drawText(root, { weights, names, step, isText }, most) {
  while (root.children.length < names.length) root.append(html("span"));
  [...root.children].forEach((node, t) => {
    node.hidden = t >= names.length;
    if (node.hidden) return;
    const letter = names[t].trim() ? names[t] : "␣";
    write(node, letter);
    node.dataset.t = t;
    node.className = t === step ? "live-now" : "";
    node.style.setProperty("--share", (weights[t] / most).toFixed(3));
    node.style.marginRight = isText || names.every((name) => [...name].length < 2) ? "" : "0.4em";
  });
}
