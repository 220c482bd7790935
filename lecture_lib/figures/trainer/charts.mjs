// The Trainer's drawings: curves over the updates or over the steps, and the map of both.
import { createAxis, createLegend, CURVE_GUTTER, roundTicks } from "../../web/charts/curves.mjs";
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { onThemeChange, rgb, themeColours } from "../../web/kit/theme.mjs";

const PLOT_RIGHT = 10;
const PLOT_TOP = 8;
const PLOT_FOOT = 34;

// The part of a drawing `width` px wide that is plotted on: its left edge and its width.
const plotted = (width) => [CURVE_GUTTER, width - CURVE_GUTTER - PLOT_RIGHT];

// `curves`: [{ kind, style }], as in a legend; `words(value)` writes a tick; on a `log` axis the
// range is given in powers of ten. `choose(x)` is called for a click, with the place on the axis.
export function createPlot({ height, curves, words, xName = "", log = false, choose }) {
  const foot = xName ? PLOT_FOOT : 10;
  const axis = createAxis({ mark: null, words });
  const ticks = Array.from({ length: 12 }, () =>
    svg("text", { class: "live-mark", "text-anchor": "middle", y: height - foot + 15 }),
  );
  const name = svg("text", { class: "live-axis", "text-anchor": "middle", y: height - 4 }, xName);
  const level = svg("line", { class: "live-baseline" });
  const levelName = svg("text", { class: "live-baseline-name", "text-anchor": "end" });
  const here = svg("line", { class: "live-cursor", y1: PLOT_TOP - 4, y2: height - foot + 4 });
  const paths = curves.map(({ kind, style = "line" }) =>
    svg("path", { class: `live-curve live-curve-${style} live-${kind}` }),
  );
  const root = svg(
    "svg",
    { class: "live-plot", role: "img", height, onclick: press },
    axis.root,
    ...ticks,
    name,
    level,
    levelName,
    here,
    ...paths,
  );
  let width = 640;
  let last = null;

  function press(event) {
    const [left, wide] = plotted(width);
    const part = (event.clientX - root.getBoundingClientRect().left - left) / wide;
    choose(last.x[0] + Math.max(0, Math.min(1, part)) * (last.x[1] - last.x[0]));
  }

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    if (last) draw(last);
  }

  // `v`: the ranges x and y, [low, high]; lines, one for each curve, { x, y } with arrays of places
  // and values, or null; level, { value, name }, or null; at, the place looked at; label.
  function draw(v) {
    last = v;
    const [left, wide] = plotted(width);
    const x = (value) => left + ((value - v.x[0]) / (v.x[1] - v.x[0])) * wide;
    const bottom = height - foot;
    const y = (value) => {
      const place = log ? Math.log10(value) : value;
      const part = (Math.max(v.y[0], Math.min(v.y[1], place)) - v.y[0]) / (v.y[1] - v.y[0]);
      return bottom - part * (bottom - PLOT_TOP);
    };
    const rows = !curves.length
      ? []
      : roundTicks(...v.y, log ? 5 : 2).filter((value) => !log || Number.isInteger(value));
    axis.draw(log ? rows.map((power) => Number(`1e${power}`)) : rows, y, width);
    const places = xName
      ? roundTicks(...v.x, width < 420 ? 4 : 6).filter(
          (value) => Number.isInteger(value) && value >= v.x[0],
        )
      : [];
    ticks.forEach((tick, k) => {
      put(tick, { visibility: k < places.length ? "visible" : "hidden" });
      if (k >= places.length) return;
      put(tick, { x: x(places[k]) });
      write(tick, `${places[k]}`);
    });
    put(name, { x: left + wide / 2 });
    put(here, { x1: x(v.at), x2: x(v.at) });
    put(level, { visibility: v.level ? "visible" : "hidden" });
    put(levelName, { visibility: v.level ? "visible" : "hidden" });
    if (v.level) {
      put(level, { x1: left, x2: left + wide, y1: y(v.level.value), y2: y(v.level.value) });
      put(levelName, { x: left + wide - 4, y: y(v.level.value) - 5 });
      write(levelName, v.level.name);
    }
    v.lines.forEach((line, k) => put(paths[k], { d: line ? outline(line, x, y, wide) : "" }));
    root.setAttribute("aria-label", v.label);
  }

  return { root, layout, draw };
}

// No more points than there are pixels; of those between, the last. What is no number is left out.
function outline({ x: places, y: values }, x, y, wide) {
  const every = Math.max(1, Math.floor(values.length / wide));
  let d = "";
  for (let k = (values.length - 1) % every; k < values.length; k += every) {
    if (Number.isFinite(values[k]))
      d += `${d ? "L" : "M"}${x(places[k]).toFixed(1)},${y(values[k]).toFixed(1)}`;
  }
  return d;
}

// A legend whose entries say a value: `draw(texts)`, null for an entry that is not shown.
export function createReadings(entries) {
  const legend = createLegend(entries);
  legend.root.classList.add("live-readings");
  const values = [...legend.root.children].map((entry) => entry.appendChild(html("b")));
  function draw(texts) {
    legend.draw(texts.map((text) => text !== null));
    texts.forEach((text, k) => write(values[k], text ?? ""));
  }
  return { root: legend.root, draw };
}

// Training from left to right, the sequence from top to bottom: in full colour where all of the
// gradient is left, in none where it is 10⁻⁶ or less. `choose(update, step)`, the step from 0.
export function createReach({ height, choose, signal }) {
  const canvas = html("canvas", { role: "img" });
  const name = html("span", { class: "live-reach-name" });
  const here = html("div", { class: "live-reach-here" });
  const [first, last] = [html("span"), html("span")];
  const plate = html("div", { class: "live-reach-plate", onclick: press }, canvas, here);
  const root = html(
    "div",
    { class: "live-reach" },
    name,
    html("div", { class: "live-reach-ends", "aria-hidden": "true" }, first, last),
    plate,
  );
  const brush = canvas.getContext("2d");
  const small = document.createElement("canvas");
  const smallBrush = small.getContext("2d");
  let width = 640;
  let shown = null;
  let palette = null;

  function layout(newWidth) {
    width = newWidth;
    const [left, wide] = plotted(width);
    Object.assign(plate.style, {
      marginLeft: `${left}px`,
      width: `${wide}px`,
      height: `${height}px`,
    });
    if (shown) draw(shown);
  }
  function press(event) {
    const box = plate.getBoundingClientRect();
    const part = (offset, size) => Math.max(0, Math.min(1, offset / size));
    choose(
      part(event.clientX - box.left, box.width) * shown.most,
      part(event.clientY - box.top, box.height) * (shown.steps - 1),
    );
  }

  // `v`: rows, the moments' arrays of what is left at each step; every, the updates between two of
  // them; most, the end of the axis; steps; at, the update looked at, and t, the step; name; colour,
  // a letter of the palette; label.
  function draw(v) {
    shown = v;
    root.className = `live-reach live-${v.colour}`;
    const key = `${v.colour} ${root.isConnected}`;
    if (palette?.key !== key) palette = { key, ...shades() };
    const ratio = devicePixelRatio;
    const wide = plotted(width)[1];
    put(canvas, {
      width: Math.round(wide * ratio),
      height: Math.round(height * ratio),
      "aria-label": v.label,
    });
    put(small, { width: v.rows.length, height: v.steps });
    const image = smallBrush.createImageData(v.rows.length, v.steps);
    const pixels = new Uint32Array(image.data.buffer);
    v.rows.forEach((row, k) => {
      for (let t = 0; t < v.steps; t += 1)
        pixels[t * v.rows.length + k] = palette.packed[shadeOf(row[t])];
    });
    smallBrush.putImageData(image, 0, 0);
    brush.fillStyle = palette.ground;
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.imageSmoothingEnabled = false;
    brush.drawImage(
      small,
      0,
      0,
      ((v.rows.length * v.every) / v.most) * canvas.width,
      canvas.height,
    );
    Object.assign(here.style, {
      transform: `translateX(${Math.min(1, v.at / v.most) * wide}px)`,
      height: `${height}px`,
    });
    write(name, v.name);
    write(first, "1");
    write(last, `${v.steps}`);
  }

  const shadeOf = (left) =>
    Math.round(255 * Math.max(0, Math.min(1, 1 + Math.log10(left) / 6)) || 0);

  function shades() {
    const { own, ground, raised } = themeColours(root, ["own", "ground", "raised"]);
    const packed = Uint32Array.from({ length: 256 }, (_, k) => {
      const [r, g, b] = raised.map((tone, c) => Math.round(tone + ((own[c] - tone) * k) / 255));
      return (255 << 24) | (b << 16) | (g << 8) | r;
    });
    return { packed, ground: rgb(ground) };
  }
  onThemeChange(() => {
    palette = null;
    if (shown) draw(shown);
  }, signal);

  return { root, layout, draw };
}
