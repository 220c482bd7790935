// What conveyor belts are made of: the belt, streams as wide as the value they carry, valves that
// turn with a gate, values on pills, and the glide from one drawing to the next.
import { ownId, put, still, sub, svg, write } from "../kit/dom.mjs";

const BELT = 64; // px
/** px from which a drawing has room for whole words. */
export const WIDE = 560;
/** px below which it has room for numbers alone. */
export const SMALL = 330;

/**
 * Marks that point to the right.
 * @param {number} from
 * @param {number} to
 * @param {number} every px from mark to mark
 * @param {number} size px
 * @param {number} y
 * @returns {string} a path
 */
export function chevrons(from, to, every, size, y) {
  let d = "";
  for (let x = from; x < to; x += every) d += `M${x},${y - size}l${size},${size}l${-size},${size}`;
  return d;
}

/**
 * A belt across the whole drawing.
 * @param {SVGElement[]} carried what lies on it, and is cut off at its ends
 * @returns {object} `marks`, which may move along, and `layout(width, y)`
 */
export function createTrack(carried) {
  const id = ownId("live-clip");
  const size = { height: BELT, rx: BELT / 2 };
  const track = svg("rect", { class: "live-track", x: 0.5, ...size });
  const clip = svg("clipPath", { id }, svg("rect", size));
  const marks = svg("path", { class: "live-chevrons" });
  const onBelt = svg("g", { "clip-path": `url(#${id})` }, ...carried, marks);
  function layout(width, y) {
    put(track, { y: y - BELT / 2, width: width - 1 });
    put(clip.firstChild, { y: y - BELT / 2, width });
    put(marks, { d: chevrons(-56, width + 28, 28, 7, y) });
  }
  return { root: svg("g", {}, clip, track, onBelt), marks, layout };
}

/**
 * Streams by name, each with its kind.
 * @param {Object<string, string>} kinds by name
 * @returns {object} `defs`, `paths` by name, and `paint(name, value, d)`, which gives one its path and
 *   the colour of its kind, hatched where the value is negative
 */
export function createStreams(kinds) {
  const id = ownId("live-hatch");
  const patterns = [...new Set(Object.values(kinds))].map((kind) =>
    svg(
      "pattern",
      {
        id: `${id}-${kind}`,
        class: `live-${kind}`,
        width: 7,
        height: 7,
        patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      svg("rect", { width: 7, height: 7, class: "live-stripe-ground" }),
      svg("rect", { width: 3, height: 7, class: "live-stripe" }),
    ),
  );
  const paths = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      svg("path", { class: `live-stream live-stream-${name} live-${kind}` }),
    ]),
  );
  const paint = (name, value, d) => {
    const kind = kinds[name];
    put(paths[name], { d, fill: value < 0 ? `url(#${id}-${kind})` : `var(--live-${kind})` });
  };
  return { defs: svg("defs", {}, ...patterns), paths, paint };
}

/**
 * A horizontal stream whose half-width goes from a to b around x = bend.
 * @param {number} from
 * @param {number} bend
 * @param {number} to
 * @param {number} y
 * @param {number} a
 * @param {number} b
 * @returns {string} a path
 */
export function stream(from, bend, to, y, a, b) {
  const l = bend - 24;
  const r = bend + 24;
  return (
    `M${from},${y - a}H${l}C${bend},${y - a} ${bend},${y - b} ${r},${y - b}H${to}` +
    `V${y + b}H${r}C${bend},${y + b} ${bend},${y + a} ${l},${y + a}H${from}Z`
  );
}

/**
 * An upright stream of one half-width.
 * @param {number} x
 * @param {number} from
 * @param {number} to
 * @param {number} half
 * @returns {string} a path
 */
export function upright(x, from, to, half) {
  return `M${x - half},${from}H${x + half}V${to}H${x - half}Z`;
}

/**
 * Parts by name, each made with its kind.
 * @template Part
 * @param {(kind: string) => Part} create
 * @param {Object<string, string>} kinds by name
 * @returns {Object<string, Part>}
 */
export function createEach(create, kinds) {
  return Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, create(kind)]));
}

/**
 * A valve with the gate's letter beside it.
 * @param {string} gate
 * @returns {object} `text`, `write(words)`, `place(x, y, r, textPlace)`, and `turn(share, across)`,
 *   which lets a share in [0, 1] through; `across` is where the blade stands, in degrees, when all
 *   of a flow passes
 */
export function createValve(gate) {
  const dial = svg("circle", { class: "live-dial", pathLength: 1 });
  const blade = svg("g", {}, svg("line", { class: "live-blade" }), svg("circle", { r: 4.5 }));
  const number = svg("tspan", { dx: 5 });
  const text = svg(
    "text",
    { class: "live-value" },
    svg("tspan", { "font-style": "italic" }, gate),
    number,
  );
  const body = svg("circle", { class: "live-body" });
  const works = svg("g", { class: "live-works" }, body, dial, blade);
  const root = svg("g", { class: `live-valve live-${gate}` }, works, text);
  function place(x, y, r, textPlace = { x: r + 9, y: 5, "text-anchor": "start" }) {
    put(root, { transform: `translate(${x},${y})` });
    put(body, { r });
    put(dial, { r, transform: "rotate(-90)" });
    put(blade.firstChild, { x1: 10 - r, x2: r - 10 });
    put(text, textPlace);
  }
  function turn(share, across) {
    put(dial, { "stroke-dasharray": `${share} 2` });
    put(blade, { transform: `rotate(${across + (1 - share) * 90})` });
  }
  return { root, text, write: (words) => write(number, words), place, turn };
}

/**
 * A value on its pill.
 * @param {string} kind
 * @returns {object} `place(x, y, width)`, `write(words)`
 */
export function createPill(kind) {
  const rect = svg("rect", { rx: 17, height: 34 });
  const text = svg("text", { "text-anchor": "middle" });
  const root = svg("g", { class: `live-pill live-${kind}` }, rect, text);
  function place(x, y, width) {
    put(rect, { x: x - width / 2, y: y - 17, width });
    put(text, { x, y: y + 5.5 });
  }
  return { root, place, write: (words) => write(text, words) };
}

/**
 * Words under a part: a letter of the notation with its index, where there is one, and a few words.
 * @param {string} kind
 * @returns {object} `place(attributes, words, letter, index)`, `write(words)`
 */
export function createLabel(kind) {
  const root = svg("text", { class: `live-label live-${kind}`, "text-anchor": "middle" });
  function place(attributes, words, letter, index) {
    put(root, attributes);
    if (words === undefined) return;
    const name = letter ? sub(letter, index) : [];
    root.replaceChildren(...name, svg("tspan", letter ? { dy: "-0.22em", dx: 4 } : {}, words));
  }
  return { root, place, write: (words) => write(root, words) };
}

/**
 * What a gate is called and what it is for, over the drawing.
 * @param {string} kind
 * @param {{ full: string, short: string, purpose: (width: number) => string[] }} words
 * @returns {object} `layout(x, width)`
 */
export function createTitle(kind, { full, short, purpose }) {
  const name = svg("text", { class: "live-title", y: 34 });
  const lines = svg("text", { class: "live-says" });
  const root = svg("g", { class: `live-${kind}`, "text-anchor": "middle" }, name, lines);
  function layout(x, width) {
    put(name, { x });
    write(name, width >= WIDE ? full : short);
    lines.replaceChildren(
      ...purpose(width).map((line, k) => svg("tspan", { x, y: 52 + 14 * k }, line)),
    );
  }
  return { root, layout };
}

/**
 * The bin for what a gate drops.
 * @param {string} kind
 * @param {{ rim: number, foot: number, depth: number, rib: number, inset: number }} size in px
 * @returns {object} `lift(share)` raises its lid
 */
export function createBin(kind, { rim, foot, depth, rib, inset }) {
  const hinge = rim + 4;
  const ribs = [-rib, rib].map((x) => `M${x},${inset}V${depth - inset + 2}`).join("");
  const can = svg("path", {
    class: "live-can",
    d: `M${-rim},2H${rim}L${foot},${depth}H${-foot}Z${ribs}`,
  });
  const lid = svg("path", { class: "live-lid", d: `M${-hinge},0H${hinge}M-6,-4H6` });
  const root = svg("g", { class: `live-bin live-${kind}` }, can, lid);
  const lift = (share) =>
    put(lid, { transform: `translate(0,-2) rotate(${-34 * Math.min(1, share)} ${-hinge} 0)` });
  return { root, lift };
}

/**
 * A plus in a circle: a sum.
 * @param {string} kind
 * @param {number} r px
 * @returns {SVGElement}
 */
export function createSum(kind, r) {
  return svg(
    "g",
    { class: `live-plus live-${kind}` },
    svg("circle", { r }),
    svg("path", { d: "M-6,0H6M0,-6V6" }),
  );
}

/**
 * The box that squashes what flows through it.
 * @returns {SVGElement}
 */
export function createTanh() {
  return svg(
    "g",
    { class: "live-tanh" },
    svg("rect", { x: -27, y: -13, width: 54, height: 26, rx: 7 }),
    svg("text", { "text-anchor": "middle", y: 4.5 }, "tanh"),
  );
}

/**
 * Paints numbers, or glides to them from those last painted.
 * @param {(v: Object<string, number>) => void} paint
 * @param {SVGElement} marks those of the belt, which move along
 * @returns {(v: Object<string, number>, moving: boolean) => void}
 */
export function createGlide(paint, marks) {
  let drawn = null;
  let frame = 0;
  const show = (v) => {
    drawn = v;
    paint(v);
  };
  return (v, moving) => {
    cancelAnimationFrame(frame);
    const from = drawn;
    if (!moving || !from || still()) return show(v);
    marks.getAnimations().forEach((running) => running.cancel());
    marks.animate([{ transform: "none" }, { transform: "translateX(28px)" }], {
      duration: 520,
      easing: "ease-in-out",
    });
    const start = performance.now();
    const glide = (time) => {
      const part = Math.min(1, Math.max(0, (time - start) / 420));
      const eased = part * part * (3 - 2 * part);
      const between = {};
      for (const key in v) between[key] = from[key] + (v[key] - from[key]) * eased;
      show(part < 1 ? between : v);
      if (part < 1) frame = requestAnimationFrame(glide);
    };
    frame = requestAnimationFrame(glide);
  };
}
