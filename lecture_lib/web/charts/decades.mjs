// Curves over the lag on a logarithmic axis: a decade up is ten times as much.
import { ownId, put, svg, write } from "../kit/dom.mjs";
import { createLags, roundTicks } from "./curves.mjs";

const DECADES_HEIGHT = 300;
const DECADES_EDGE = { left: 44, right: 70, top: 12, bottom: 40 };
const DECADES_LABEL = 16; // px between the names at the curves' ends
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(power) {
  const digits = `${Math.abs(power)}`.replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
  return power < 0 ? `⁻${digits}` : digits;
}

// "5 × 10⁻²¹"; plain where that is as short: "0.52", "104".
export function inTens(value) {
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(0).split("e").map(Number);
  if (power >= -2 && power < 3) return `${Number(value.toPrecision(2))}`;
  return `${mantissa}\u00a0×\u00a010${superscript(power)}`;
}

// `curves`: [{ kind, style, name }]: kind gives the colour, style is "line", "dashed" or "dotted",
// and a name, where given, stands at the curve's end.
export function createDecades(curves) {
  const rows = Array.from({ length: 12 }, () =>
    svg("g", { class: "live-tick" }, svg("line"), svg("text", { "text-anchor": "end" })),
  );
  const lags = createLags();
  const paths = curves.map(({ kind, style }) =>
    svg("path", { class: `live-curve live-curve-${style} live-${kind}` }),
  );
  const names = curves.map(({ kind, name }) =>
    svg("text", { class: `live-end live-${kind}`, visibility: name ? "visible" : "hidden" }),
  );
  const axis = svg(
    "text",
    { class: "live-axis", "text-anchor": "middle" },
    "steps back from the end",
  );
  const clip = svg("rect", { x: DECADES_EDGE.left, y: DECADES_EDGE.top - 2 });
  const id = ownId("live-decades");
  const root = svg(
    "svg",
    {
      class: "live-decades",
      role: "img",
      "aria-label": "Gradient against steps back, being computed",
    },
    svg("clipPath", { id }, clip),
    ...rows,
    lags.root,
    axis,
    svg("g", { "clip-path": `url(#${id})` }, ...paths),
    ...names,
  );
  const floor = DECADES_HEIGHT - DECADES_EDGE.bottom;
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: DECADES_HEIGHT, viewBox: `0 0 ${width} ${DECADES_HEIGHT}` });
    put(clip, {
      width: width - DECADES_EDGE.left - DECADES_EDGE.right + 2,
      height: floor - DECADES_EDGE.top + 4,
    });
    put(axis, { x: (DECADES_EDGE.left + width - DECADES_EDGE.right) / 2, y: DECADES_HEIGHT - 6 });
    if (last) draw(last);
  }

  // `v`: steps, the axis from 10^low to 10^high, values (an array of steps + 1 for each curve, or
  // null), label.
  function draw(v) {
    last = v;
    const right = width - DECADES_EDGE.right;
    const x = (lag) => DECADES_EDGE.left + (lag * (right - DECADES_EDGE.left)) / v.steps;
    const y = (power) => floor - ((power - v.low) * (floor - DECADES_EDGE.top)) / (v.high - v.low);
    const powers = roundTicks(v.low, v.high, 7).filter(Number.isInteger);
    rows.forEach((row, k) => {
      put(row, { visibility: k < powers.length ? "visible" : "hidden" });
      if (k >= powers.length) return;
      const at = y(powers[k]);
      put(row.firstChild, {
        x1: DECADES_EDGE.left,
        x2: right,
        y1: at,
        y2: at,
        class: powers[k] === 0 ? "live-zero" : "",
      });
      put(row.lastChild, { x: DECADES_EDGE.left - 7, y: at + 4 });
      write(row.lastChild, powers[k] === 0 ? "1" : `10${superscript(powers[k])}`);
    });
    lags.draw(v.steps, x, floor, width);
    // Far outside the frame a path would lose its shape to rounding.
    const power = (value) => Math.max(v.low - 40, Math.min(v.high + 40, Math.log10(value)));
    v.values.forEach((values, k) => {
      let d = "";
      for (let lag = 0; values && lag <= v.steps; lag += 1)
        d += `${lag ? "L" : "M"}${x(lag).toFixed(1)},${y(power(values[lag])).toFixed(1)}`;
      put(paths[k], { d });
    });
    placeNames(v, (value) => y(Math.max(v.low, Math.min(v.high, power(value)))), right);
    root.setAttribute("aria-label", v.label);
  }

  // The names stand at their curves' ends, pushed apart where they would meet.
  function placeNames(v, y, right) {
    const ends = curves
      .map(({ name }, k) => ({ name, k, value: v.values[k]?.[v.steps] }))
      .filter((end) => end.name && end.value !== undefined)
      .sort((a, b) => b.value - a.value || a.k - b.k);
    names.forEach((name) => put(name, { visibility: "hidden" }));
    let above = -Infinity;
    const places = ends.map((end) => (above = Math.max(y(end.value), above + DECADES_LABEL)));
    let below = floor + DECADES_LABEL;
    for (let k = places.length - 1; k >= 0; k -= 1)
      below = places[k] = Math.min(places[k], below - DECADES_LABEL);
    ends.forEach(({ name, k, value }, n) => {
      const outside = Math.log10(value) < v.low ? "↓ " : Math.log10(value) > v.high ? "↑ " : "";
      put(names[k], { visibility: "visible", x: right + 6, y: places[n] + 4 });
      write(names[k], outside + name);
    });
  }

  return { root, layout, draw };
}
