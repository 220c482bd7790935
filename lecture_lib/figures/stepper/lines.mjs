// A state over time as lines: one for each unit with one of them in bold, or a single one.
import { html, put, svg, write } from "../../web/kit/dom.mjs";

const LINES_HEIGHT = 132;
const LINES_GUTTER = 26;

// `name` heads the chart, `colour` is a letter of the palette; the axis runs from −1 to 1.
export function createLines({ name, colour, choose }) {
  const title = html("span", { class: "live-heat-name" }, name);
  const what = html("span", { class: "live-lines-what" });
  const y = (value) => 8 + ((1 - value) * (LINES_HEIGHT - 28)) / 2;
  const ticks = [
    [1, "1"],
    [0, "0"],
    [-1, "−1"],
  ].map(([value, text]) => {
    const line = svg("line", {
      x1: LINES_GUTTER,
      y1: y(value),
      y2: y(value),
      class: value === 0 ? "live-zero" : "",
    });
    return svg(
      "g",
      { class: "live-tick" },
      line,
      svg("text", { x: LINES_GUTTER - 6, y: y(value) + 4, "text-anchor": "end" }, text),
    );
  });
  const others = svg("path", { class: "live-line live-line-other" });
  const ghost = svg("path", { class: "live-line live-line-ghost" });
  const bold = svg("path", { class: "live-line live-line-bold" });
  const here = svg("line", { class: "live-line-here", y1: 2, y2: LINES_HEIGHT - 18 });
  const dot = svg("circle", { class: "live-line-dot", r: 5 });
  const mark = svg("text", {
    class: "live-mark live-now",
    y: LINES_HEIGHT - 4,
    "text-anchor": "middle",
  });
  const [first, last] = [
    svg("text", { class: "live-mark", y: LINES_HEIGHT - 4, "text-anchor": "middle" }, "1"),
    svg("text", { class: "live-mark", y: LINES_HEIGHT - 4, "text-anchor": "middle" }),
  ];
  const chart = svg(
    "svg",
    { role: "img", height: LINES_HEIGHT },
    ...ticks,
    here,
    ghost,
    others,
    bold,
    dot,
    first,
    last,
    mark,
  );
  const root = html(
    "div",
    { class: `live-lines live-${colour}` },
    html("div", { class: "live-heat-head" }, title, what),
    chart,
  );
  let width = 300;
  let shown = null;

  const x = (t) =>
    LINES_GUTTER + 6 + (t * (width - LINES_GUTTER - 14)) / Math.max(1, shown.steps - 1);
  chart.addEventListener("click", (event) => {
    const t = Math.round(
      (event.clientX - chart.getBoundingClientRect().left - x(0)) / (x(1) - x(0)) || 0,
    );
    choose(Math.max(0, Math.min(shown.steps - 1, t)));
  });

  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${LINES_HEIGHT}` });
    for (const tick of ticks) put(tick.firstChild, { x2: width - 2 });
    if (shown) draw({ ...shown, version: undefined });
  }

  // `lines`: arrays of `steps` values; `chosen`: which is in bold; `ghost`: what that one was
  // before, or null; `t` from 0; `says`: the reading; `version` as in a heat map.
  function draw(view) {
    const stale = !shown || view.version === undefined || view.version !== shown.version;
    shown = view;
    if (stale) {
      put(others, {
        d: view.lines.map((line, k) => (k === view.chosen ? "" : path(line))).join(""),
      });
      put(bold, { d: path(view.lines[view.chosen]) });
      put(ghost, { d: view.ghost ? path(view.ghost) : "" });
    }
    const at = x(view.t);
    put(here, { x1: at, x2: at });
    put(dot, { cx: at, cy: y(view.lines[view.chosen][view.t]) });
    put(first, { x: x(0), visibility: at - x(0) < 22 ? "hidden" : "visible" });
    put(last, {
      x: x(view.steps - 1),
      visibility: x(view.steps - 1) - at < 22 ? "hidden" : "visible",
    });
    put(mark, { x: at });
    write(last, `${view.steps}`);
    write(mark, `${view.t + 1}`);
    write(what, view.says);
    chart.setAttribute("aria-label", `${name} over ${view.steps} steps; ${view.says}`);
  }

  function path(line) {
    let d = "";
    for (let t = 0; t < shown.steps; t += 1)
      d += `${t ? "L" : "M"}${x(t).toFixed(1)},${y(line[t]).toFixed(1)}`;
    return d;
  }

  return { root, layout, draw };
}
