// Lines over one axis, each drawn as far as it has values. The drawing is made once and moved.
import { createAxis, CURVE_GUTTER, roundTicks } from "./curves.mjs";
import { put, svg, write } from "../kit/dom.mjs";

const LINE_CHART_TOP = 12;
const LINE_CHART_BOTTOM = 26;
const NAME_STEP = 15; // px between the names at the lines' ends

// `lines`: [{ kind, style, name }]: kind gives the colour, style is "line", "dashed" or "dotted", and
// with `named` > 0, px at the right, a name stands at its line's end.
export function createLineChart({ lines, height, named = 0 }) {
  const axis = createAxis();
  const marks = Array.from({ length: 10 }, () =>
    svg("text", { class: "live-mark", "text-anchor": "middle", y: height - 7 }),
  );
  const here = svg("line", {
    class: "live-cursor",
    y1: LINE_CHART_TOP - 4,
    y2: height - LINE_CHART_BOTTOM,
  });
  const paths = lines.map(({ kind, style }) =>
    svg("path", { class: `live-curve live-curve-${style} live-${kind}` }),
  );
  const names = lines.map(({ kind, name }) =>
    svg("text", { class: `live-end live-${kind}` }, name),
  );
  const root = svg(
    "svg",
    { class: "live-line-chart", role: "img", height },
    axis.root,
    ...marks,
    here,
    ...paths,
    ...(named ? names : []),
  );
  let width = 600;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    if (last) draw(last);
  }

  // `v`: the ranges from … to and low … high; `at`, where the upright line stands; `ticks`,
  // [{ at, text }] under the axis; `values`: for each line { from, y }, y at from, from + 1, …, or
  // null; label.
  function draw(v) {
    last = v;
    const right = width - 10 - named;
    const floor = height - LINE_CHART_BOTTOM;
    const x = (place) =>
      CURVE_GUTTER + ((place - v.from) * (right - CURVE_GUTTER)) / (v.to - v.from);
    const y = (value) => floor - ((value - v.low) * (floor - LINE_CHART_TOP)) / (v.high - v.low);
    axis.draw(roundTicks(v.low, v.high, 5), y, right + 10);
    marks.forEach((mark, k) => {
      const tick = v.ticks[k];
      put(mark, { visibility: tick ? "visible" : "hidden", x: tick ? x(tick.at) : 0 });
      write(mark, tick?.text ?? "");
    });
    put(here, { x1: x(v.at), x2: x(v.at) });
    paths.forEach((path, n) => {
      const points = v.values[n]?.y.map(
        (value, k) => `${x(v.values[n].from + k).toFixed(1)},${y(value).toFixed(1)}`,
      );
      put(path, { d: points ? `M${points[0]}L${points.join("L")}` : "" }); // a single point is a dot
    });
    if (named) placeNames(v, y, right, floor);
    root.setAttribute("aria-label", v.label);
  }

  // The names stand at their lines' ends, pushed apart where they would meet.
  function placeNames(v, y, right, floor) {
    const ends = lines
      .map(({ name }, n) => ({ n, at: name && v.values[n] && y(v.values[n].y.at(-1)) }))
      .filter((end) => end.at);
    ends.sort((a, b) => a.at - b.at || a.n - b.n);
    let above = -Infinity;
    for (const end of ends) above = end.at = Math.max(end.at, above + NAME_STEP, LINE_CHART_TOP);
    let below = floor + NAME_STEP;
    for (const end of ends.toReversed()) below = end.at = Math.min(end.at, below - NAME_STEP);
    names.forEach((name) => put(name, { visibility: "hidden" }));
    for (const { n, at } of ends) put(names[n], { visibility: "visible", x: right + 8, y: at + 4 });
  }

  return { root, layout, draw };
}
