// A GRU's circuit, on which the reset valve and the product change places, and z its side.
import { put, svg, write } from "../../web/kit/dom.mjs";

const WIDTH = 300;
const HEIGHT = 224;
const TOP = 46; // where h flows
const LOW = 164; // where the candidate is computed

const at = (x, y) => ({ transform: `translate(${x},${y})` });
const text = (x, y, words, attributes = {}) =>
  svg("text", { x, y, "text-anchor": "middle", ...attributes }, words);
const tag = (x, y, words, kind = "", anchor = "middle") =>
  text(x, y, words, { class: kind ? `live-${kind} live-tag` : "live-tag", "text-anchor": anchor });
const low = (index) => svg("tspan", { "font-size": "72%", dy: "0.3em" }, index);

const gate = (kind, ...children) =>
  svg(
    "g",
    { class: `live-node live-moves live-${kind}` },
    ...children,
    svg("circle", { r: 13 }),
    text(0, 5, "×"),
  );
const sum = (x, y) =>
  svg("g", { class: "live-node", ...at(x, y) }, svg("circle", { r: 11 }), text(0, 5, "+"));
const box = (width, height, attributes, ...children) =>
  svg(
    "g",
    attributes,
    svg("rect", { x: -width / 2, y: -height / 2, width, height, rx: 6 }),
    ...children,
  );

/**
 * The last blend of a GRU as a circuit: where r stands, and which way z turns.
 * @returns {object} `layout(width)`, `draw({ update, reset, biases })`, the conventions
 */
export function createCircuit() {
  const wires = svg("path", {
    class: "live-lane",
    d: `M28,${TOP}H262m-6,-5l6,5l-6,5M50,${TOP}V${LOW}H222M222,${LOW}V${TOP}M170,204V${LOW + 12}`,
  });
  const [keep, fresh] = [gate("z"), gate("z")];
  put(keep, at(128, TOP));
  put(fresh, at(222, TOP + 52));
  const keepName = tag(128, TOP - 20, "", "z");
  const freshName = tag(240, TOP + 57, "", "z", "start");
  const reset = gate("r", svg("path", { class: "live-lead", d: "M0,-13V-32" }));
  reset.append(tag(0, -37, "r"));
  const bias = tag(0, 29, "+ b′");
  const name = text(0, 5, "U");
  name.append(low("n"));
  const product = box(42, 28, { class: "live-box live-moves" }, name, bias);
  const input = text(170, 217, "W");
  input.append(low("n"), svg("tspan", { dy: "-0.22em" }, " · x + b"));
  const root = svg(
    "svg",
    { class: "live-plan", role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}` },
    wires,
    tag(14, TOP + 5, "h", "h"),
    tag(274, TOP + 5, "h", "h"),
    tag(233, LOW - 22, "n", "n", "start"),
    keep,
    fresh,
    keepName,
    freshName,
    reset,
    product,
    sum(170, LOW),
    sum(222, TOP),
    box(44, 26, { class: "live-box", ...at(222, LOW) }, text(0, 5, "tanh")),
    input,
  );

  function layout(width) {
    const shown = Math.min(width, WIDTH);
    put(root, { width: shown, height: (HEIGHT * shown) / WIDTH });
  }

  function draw({ update, reset: where, biases }) {
    const before = where === "before";
    const [kept, written] = update === "write" ? ["1 − z", "z"] : ["z", "1 − z"];
    reset.style.transform = `translate(${before ? 82 : 136}px, ${LOW}px)`;
    product.style.transform = `translate(${before ? 125 : 88}px, ${LOW}px)`;
    put(bias, { visibility: !before && biases === "two" ? "visible" : "hidden" });
    write(keepName, kept);
    write(freshName, written);
    root.setAttribute(
      "aria-label",
      `Circuit: h is multiplied by ${kept} and n by ${written}; r multiplies ${before ? "h before" : "the product after"} the product with U of n.`,
    );
  }
  return { root, layout, draw };
}
