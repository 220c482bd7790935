// Two bars over the same scale of ρ: where the norm must vanish, and where it may explode.
import { CHAIN, LARGEST } from "./__init__.py";
import { put, svg, write } from "../../web/kit/dom.mjs";

const LEFT = 10;
const HEIGHT = 110;

/** @returns {object} `layout(width)`, `draw({ radius, matrix, linear, sigma, slope })` */
export function createConditions() {
  const bars = [
    { kind: "i", name: "must vanish: σ₁ · max tanh′ < 1", y: 24 },
    { kind: "f", name: "may explode: ρ > 1", y: 70 },
  ].map(({ kind, name, y }) => {
    const track = svg("rect", { class: "live-condition-track", x: LEFT, y, height: 14, rx: 7 });
    const fill = svg("rect", { class: "live-condition", y, height: 14, rx: 7 });
    const text = svg("text", { x: LEFT, y: y - 7 }, name);
    const verdict = svg("text", { class: "live-condition-says", y: y - 7, "text-anchor": "end" });
    return {
      track,
      fill,
      text,
      verdict,
      root: svg("g", { class: `live-${kind}` }, track, fill, text, verdict),
    };
  });
  const needle = svg("path", { class: "live-needle", d: "M0,20V42M0,66V88" });
  const mark = svg("text", { class: "live-mark live-now", y: 104, "text-anchor": "middle" });
  const root = svg(
    "svg",
    {
      class: "live-conditions",
      role: "img",
      "aria-label": "Conditions, being computed",
      height: HEIGHT,
    },
    ...bars.map((bar) => bar.root),
    needle,
    mark,
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(last);
  }
  function draw(v) {
    last = v;
    const { radius, sigma, slope, linear } = v;
    const x = (value) => LEFT + (Math.min(value, LARGEST) * (width - 2 * LEFT)) / LARGEST;
    const met = [sigma * slope < 1, radius > 1];
    const factors = width < 480 ? "" : `${sigma.toFixed(2)} × ${slope.toFixed(2)} = `;
    const words = [`${factors}${(sigma * slope).toFixed(2)}`, radius.toFixed(2)];
    // σ₁ grows with ρ: up to which ρ the product stays below 1, for this matrix and this max tanh′.
    const ends = [
      [0, v.matrix === "chain" ? Math.max(0, 1 / slope - CHAIN) : radius / (sigma * slope)],
      [1, LARGEST],
    ];
    bars.forEach((bar, k) => {
      const [from, to] = ends[k];
      put(bar.track, { width: width - 2 * LEFT });
      put(bar.fill, { x: x(from), width: Math.max(0, x(to) - x(from)) });
      put(bar.verdict, { x: width - LEFT });
      write(bar.verdict, `${words[k]}: ${met[k] ? "yes" : "no"}`);
      bar.root.classList.toggle("live-met", met[k]);
    });
    put(needle, { transform: `translate(${x(radius)},0)` });
    put(mark, { x: Math.max(30, Math.min(width - 30, x(radius))) });
    write(mark, `ρ = ${radius.toFixed(2)}`);
    const norm = met[0] ? "below 1: the norm must vanish" : "not below 1";
    const bounded = linear ? "not above 1: it cannot grow for ever" : "not above 1";
    root.setAttribute(
      "aria-label",
      `Largest singular value times largest slope: ${words[0]}, ${norm}. ` +
        `Spectral radius ${words[1]}, ${met[1] ? "above 1: the norm may explode" : bounded}.`,
    );
  }
  return { root, layout, draw };
}
