// Every method as a bar, the best on top, whether its line is drawn or not; dots are the seeds.
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";

const ROW = 25;
const LEFT = 134;
const RIGHT = 62;

function createRank({ name, kind }, seeds) {
  const bar = svg("rect", { class: "live-bar", x: LEFT, y: 5, height: 14, rx: 3 });
  const dots = Array.from({ length: seeds }, () =>
    svg("circle", { class: "live-rank-dot", cy: 12, r: 3.5 }),
  );
  const value = svg("text", { class: "live-rank-value", y: 16.5, "text-anchor": "end" });
  const label = svg("text", { class: "live-rank-name", y: 16.5 }, name);
  const looks = { class: `live-rank live-moves live-${kind}` };
  const root = svg("g", looks, label, bar, ...dots, value);
  function draw(place, error, ofSeeds, long, width) {
    root.style.transform = `translateY(${place * ROW}px)`;
    put(bar, { width: long(error) });
    dots.forEach((dot, k) =>
      put(dot, {
        cx: LEFT + long(ofSeeds[k] ?? 0),
        visibility: ofSeeds[k] === undefined ? "hidden" : "visible",
      }),
    );
    put(value, { x: width - 4 });
    write(value, fixed(error, 3));
  }
  return { root, draw };
}

/**
 * @param {{ name: string, kind: string }[]} methods
 * @param {number} seeds how many were recorded
 * @returns {object} `layout(width)`, `draw({ ranked, spread, h, title, label })`:
 *   [{ method, error }], the best first; by method the errors of each seed at each horizon; the horizon
 */
export function createRanks(methods, seeds) {
  const rows = Object.fromEntries(
    methods.map((method) => [method.name, createRank(method, seeds)]),
  );
  const tall = methods.length * ROW;
  const one = svg("line", { class: "live-rank-one", y1: 0, y2: tall });
  // Its room is there at once, its rows when their places are known.
  const chart = svg("svg", { role: "img", height: tall + 2, visibility: "hidden" }, one);
  chart.append(...Object.values(rows).map(({ root }) => root));
  const head = html("p", { class: "live-heading" });
  const note = html(
    "p",
    { class: "live-advice" },
    "Bars: the networks of seed 0, computed here. Dots: five recorded seeds. Upright line: 1, the error of “as one season ago” in the training part.",
  );
  const root = html("div", { class: "live-ranks" }, head, chart, note);
  let width = 600;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${tall + 2}` });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { ranked, spread, h, title, label } = view;
    const ofSeeds = (method) => (spread[method] ?? []).map((errors) => errors[h - 1]);
    const top = Math.max(...ranked.flatMap(({ method, error }) => [error, ...ofSeeds(method)]));
    const long = (error) => ((width - LEFT - RIGHT) * error) / top;
    const visibility = top >= 1 ? "visible" : "hidden";
    put(one, { x1: LEFT + long(1), x2: LEFT + long(1), visibility });
    ranked.forEach(({ method, error }, place) =>
      rows[method].draw(place, error, ofSeeds(method), long, width),
    );
    write(head, title);
    put(chart, { "aria-label": label, visibility: "visible" });
  }
  return { root, layout, draw };
}
