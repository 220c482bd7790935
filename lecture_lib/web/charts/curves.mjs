// Lines over the steps of a sequence, under one axis. A click on a step chooses it.
import { fixed, html, put, svg, write } from "../kit/dom.mjs";

export const CURVE_GUTTER = 48;
const MARGIN = { right: 10, top: 10, bottom: 24 };
const TICKS = 12;

// Round values across low … high, `count` of them or fewer.
export function roundTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = power * [1, 2, 5, 10].find((k) => k * power >= rough * (1 - 1e-9));
  const first = Math.ceil(low / every - 1e-9);
  const last = Math.floor(high / every + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * every);
}

// Horizontal lines with their values, the one at `mark` firmer; `draw(ticks, y, width)` with
// y(value) in px, and `words(value)` where a value is not written as a plain number.
export function createAxis({ mark = 0, words } = {}) {
  const lines = Array.from({ length: TICKS }, () =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { x1: CURVE_GUTTER }),
      svg("text", { "text-anchor": "end", x: CURVE_GUTTER - 7 }),
    ),
  );
  const root = svg("g", {}, ...lines);
  function draw(ticks, y, width) {
    const digits = Math.max(
      0,
      ...ticks.map((value) => (`${Number(value.toPrecision(3))}`.split(".")[1] ?? "").length),
    );
    lines.forEach((line, k) => {
      const value = ticks[k];
      put(line, { visibility: k < ticks.length ? "visible" : "hidden" });
      if (k >= ticks.length) return;
      put(line.firstChild, {
        x2: width - MARGIN.right,
        y1: y(value),
        y2: y(value),
        class: value === mark ? "live-zero" : "",
      });
      put(line.lastChild, { y: y(value) + 4 });
      write(line.lastChild, words ? words(value) : fixed(value, digits));
    });
  }
  return { root, draw };
}

// Numbers of steps under a chart whose floor is at y = `floor`, from 0 to `reach`, with x(steps) in px.
export function createLags() {
  const columns = Array.from({ length: 14 }, () =>
    svg("g", { class: "live-tick" }, svg("line"), svg("text", { "text-anchor": "middle" })),
  );
  const root = svg("g", {}, ...columns);
  function draw(reach, x, floor, width) {
    const lags = roundTicks(0, reach, width < 480 ? 4 : 8);
    columns.forEach((column, k) => {
      put(column, { visibility: k < lags.length ? "visible" : "hidden" });
      if (k >= lags.length) return;
      put(column.firstChild, { x1: x(lags[k]), x2: x(lags[k]), y1: floor, y2: floor + 4 });
      put(column.lastChild, { x: x(lags[k]), y: floor + 17 });
      write(column.lastChild, `${lags[k]}`);
    });
  }
  return { root, draw };
}

// The names of what is drawn: [{ kind, label, style }], style "line", "dashed", "box" or "band".
export function createLegend(entries) {
  const SHAPES = {
    line: "M1,6H21",
    dashed: "M1,6h5m3,0h5m3,0h4",
    box: "M5,1H16V12H5Z",
    band: "M1,1H21V12H1Z",
  };
  const items = entries.map(({ kind, label, style = "line" }) =>
    html(
      "span",
      { class: `live-${kind}` },
      svg(
        "svg",
        {
          viewBox: "0 0 22 13",
          width: 22,
          height: 13,
          "aria-hidden": "true",
          class: `live-swatch live-swatch-${style}`,
        },
        svg("path", { d: SHAPES[style] }),
      ),
      label,
    ),
  );
  const root = html("div", { class: "live-legend" }, ...items);
  const draw = (shown) =>
    items.forEach((item, k) => {
      item.hidden = !shown[k];
    });
  return { root, draw };
}

// The steps' numbers under a chart, as many as there is room for.
export function createSteps(maxSteps) {
  const marks = Array.from({ length: maxSteps }, (_, t) =>
    svg("text", { class: "live-mark", "text-anchor": "middle" }, `${t + 1}`),
  );
  const root = svg("g", {}, ...marks);
  function draw(steps, now, x, y, column) {
    const every = [1, 2, 5, 10].find((k) => k * column >= 21) ?? 20;
    marks.forEach((mark, t) => {
      const near = t !== now && Math.abs(t - now) * column < 17;
      const shown = t < steps && (t === now || (!near && (t + 1) % every === 0));
      put(mark, { x: x(t), y, visibility: shown ? "visible" : "hidden" });
      mark.classList.toggle("live-now", t === now);
    });
  }
  return { root, draw };
}

// The step under the pointer, in a drawing whose columns are `column()` px wide.
export function stepUnder(event, column, steps) {
  const x = event.clientX - event.currentTarget.getBoundingClientRect().left - CURVE_GUTTER;
  return Math.min(steps - 1, Math.max(0, Math.floor(x / column)));
}

// The width of one of `steps` columns, and the middle of column t, in a drawing `width` px wide.
export function columnsOf(width, steps) {
  const column = (width - CURVE_GUTTER - MARGIN.right) / steps;
  return { column, x: (t) => CURVE_GUTTER + (t + 0.5) * column };
}

// `series`: [{ name, kind, label, style }]. A `log` axis is one of percents, `mark` a line on it; a
// value below `low` lies on its floor.
export function createCurves({ series, maxSteps, height, low, high, log = false, mark, choose }) {
  const axis = createAxis({
    mark,
    words: log && ((share) => `${Number((100 * share).toPrecision(3))} %`),
  });
  const numbers = createSteps(maxSteps);
  const legend = createLegend(series);
  const cursor = svg("line", {
    class: "live-cursor",
    y1: MARGIN.top - 4,
    y2: height - MARGIN.bottom + 4,
  });
  const paths = series.map(({ kind, style = "line" }) =>
    svg("path", { class: `live-curve live-curve-${style} live-${kind}` }),
  );
  const dots = series.map(({ kind }) => svg("circle", { class: `live-dot live-${kind}`, r: 4.5 }));
  const chart = svg(
    "svg",
    {
      class: "live-curves",
      role: "img",
      onclick: (event) => choose(stepUnder(event, columnsOf(width, last.steps).column, last.steps)),
    },
    axis.root,
    numbers.root,
    cursor,
    ...paths,
    ...dots,
  );
  const root = html("div", {}, legend.root, chart);
  const scale = log ? Math.log10 : (value) => value;
  const y = (value) => {
    const part =
      (scale(Math.max(low, Math.min(high, value))) - scale(low)) / (scale(high) - scale(low));
    return height - MARGIN.bottom - part * (height - MARGIN.bottom - MARGIN.top);
  };
  const ticks = log
    ? roundTicks(scale(low), scale(high), 6).map((power) => Number(`1e${power}`))
    : roundTicks(low, high, 4);
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, height, viewBox: `0 0 ${width} ${height}` });
    axis.draw(ticks, y, width);
    if (last) draw(last);
  }

  // `v`: t (from 0), steps, label, and values, where a series that is left out is not drawn.
  function draw(v) {
    last = v;
    const { column, x } = columnsOf(width, v.steps);
    put(cursor, { x1: x(v.t), x2: x(v.t) });
    numbers.draw(v.steps, v.t, x, height - 6, column);
    legend.draw(series.map(({ name }) => Boolean(v.values[name])));
    chart.setAttribute("aria-label", v.label);
    series.forEach(({ name }, k) => {
      const values = v.values[name];
      put(paths[k], { visibility: values ? "visible" : "hidden" });
      put(dots[k], { visibility: values && Number.isFinite(values[v.t]) ? "visible" : "hidden" });
      if (!values) return;
      let d = "";
      for (let t = 0; t < v.steps; t += 1) {
        if (Number.isFinite(values[t]))
          d += `${d ? "L" : "M"}${x(t).toFixed(1)},${y(values[t]).toFixed(1)}`;
      }
      put(paths[k], { d });
      if (Number.isFinite(values[v.t])) put(dots[k], { cx: x(v.t), cy: y(values[v.t]) });
    });
  }

  return { root, layout, draw };
}
