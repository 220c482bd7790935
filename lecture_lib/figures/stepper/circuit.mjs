// The LSTM and the GRU as exact circuits: what is a wire here is an arrow in the equations. A wire's
// width is the size of what it carries, dashes mean below 0, and each part of it can be chosen.
import { html, put, sub, svg, write } from "../../web/kit/dom.mjs";

const CIRCUIT = { width: 340, top: 28, height: 266 };
const R = 13; // of a node

// A wire says where it runs, in which phases it is lit and where it is a piece of one variant only;
// a node stands at its centre; a label shows the part's value beside it.
const wire = (d, phases, variant = "") => ({ shape: "wire", d, phases, variant });
const node = (x, y, text, phases, variant = "") => ({ shape: "node", x, y, text, phases, variant });
const box = (x, y, text, phases, variant = "") => ({ shape: "box", x, y, text, phases, variant });
const gate = (x, text, squash, phases) => ({ shape: "gate", x, text, squash, phases, variant: "" });
const joint = (x, y, phases) => ({ shape: "joint", x, y, phases, variant: "" });
const label = (x, y, anchor, name = "", index = "", variant = "") => ({
  shape: "label",
  x,
  y,
  anchor,
  name,
  index,
  variant,
});

export const LSTM_CIRCUIT = {
  name: "LSTM",
  phases: [
    "one whole step",
    "1 · forget: f says how much of c the belt keeps",
    "2 · candidate and input: g proposes, i says how much of it",
    "3 · update: what is kept plus what is written",
    "4 · output: o says how much of tanh(c) is shown",
  ],
  parts: [
    {
      id: "x",
      colour: "x",
      says: "input x",
      draw: [
        wire("M112,292V232", "124"),
        wire("M77,232H112", "1"),
        wire("M112,232H181", "24"),
        wire("M181,232H233", "4"),
        wire("M77,232V201", "1"),
        wire("M129,232V201", "2"),
        wire("M181,232V201", "2"),
        wire("M233,232V201", "4"),
        joint(112, 232, "124"),
        joint(129, 232, "2"),
        joint(181, 232, "24"),
        label(119, 290, "start", "x", "t"),
      ],
    },
    {
      id: "h0",
      colour: "h",
      says: "hidden state before",
      draw: [
        wire("M6,250H91", "124"),
        wire("M91,250H195", "24"),
        wire("M195,250H247", "4"),
        wire("M91,250V201", "1"),
        wire("M143,250V201", "2"),
        wire("M195,250V201", "2"),
        wire("M247,250V201", "4"),
        joint(91, 250, "124"),
        joint(143, 250, "24"),
        joint(195, 250, "24"),
        label(6, 269, "start", "h", "t−1"),
      ],
    },
    {
      id: "c0",
      colour: "c",
      says: "cell state before",
      draw: [wire(`M6,58H${84 - R}`, "13"), label(6, 42, "start", "c", "t−1")],
    },
    {
      id: "f",
      colour: "f",
      says: "forget gate f",
      draw: [wire(`M84,167V${58 + R}`, "13"), gate(84, "f", "σ", "1"), label(89, 162, "start")],
    },
    {
      id: "i",
      colour: "i",
      says: "input gate i",
      draw: [
        wire(`M136,167V118H${162 - R}`, "23"),
        gate(136, "i", "σ", "2"),
        label(141, 162, "start"),
      ],
    },
    {
      id: "g",
      colour: "g",
      says: "candidate g",
      draw: [
        wire(`M188,167V118H${162 + R}`, "23"),
        gate(188, "g", "tanh", "2"),
        label(193, 162, "start"),
      ],
    },
    {
      id: "o",
      colour: "o",
      says: "output gate o",
      draw: [
        wire(`M240,167V142H${286 - R}`, "4"),
        gate(240, "o", "σ", "4"),
        label(245, 162, "start"),
      ],
    },
    {
      id: "fc",
      colour: "c",
      says: "what is kept, f times c before",
      draw: [
        wire(`M${84 + R},58H${162 - R}`, "3"),
        node(84, 58, "×", "13"),
        label(123, 46, "middle"),
      ],
    },
    {
      id: "ig",
      colour: "i",
      says: "what is written, i times g",
      draw: [
        wire(`M162,${118 - R}V${58 + R}`, "3"),
        node(162, 118, "×", "23"),
        label(168, 92, "start"),
      ],
    },
    {
      id: "c",
      colour: "c",
      says: "cell state c",
      draw: [
        wire(`M${162 + R},58H334`, "34"),
        wire("M286,58V88", "4"),
        node(162, 58, "+", "3"),
        joint(286, 58, "4"),
        label(334, 42, "end", "c", "t"),
      ],
    },
    {
      id: "tanh_c",
      colour: "c",
      says: "tanh of c",
      draw: [
        wire(`M286,112V${142 - R}`, "4"),
        box(286, 100, "tanh", "4"),
        label(293, 124, "start"),
      ],
    },
    {
      id: "h",
      colour: "h",
      says: "hidden state h",
      draw: [
        wire(`M286,${142 + R}V250H334`, "4"),
        node(286, 142, "×", "4"),
        label(334, 269, "end", "h", "t"),
      ],
    },
  ],
};

export const GRU_CIRCUIT = {
  name: "GRU",
  phases: [
    "one whole step",
    "1 · reset: r says how much of h the candidate may recall",
    "2 · candidate: n mixes the input with what is recalled",
    "3 · update: z says how much is replaced",
    "4 · blend: what is kept plus what is written",
  ],
  parts: [
    {
      id: "x",
      colour: "x",
      says: "input x",
      draw: [
        wire("M112,292V232", "123"),
        wire("M77,232H112", "1"),
        wire("M112,232H153", "23"),
        wire("M153,232H233", "2"),
        wire("M77,232V201", "1"),
        wire("M153,232V201", "3"),
        wire("M233,232V201", "2"),
        joint(112, 232, "123"),
        joint(153, 232, "23"),
        label(119, 290, "start", "x", "t"),
      ],
    },
    {
      id: "h0",
      colour: "h",
      says: "hidden state before",
      draw: [
        wire("M6,58H30", "1234"),
        wire(`M30,58H${208 - R}`, "4"),
        wire("M30,58V118", "123"),
        wire(`M30,118H${84 - R}`, "12", "before"),
        wire("M30,118H38", "12", "after"),
        wire("M30,118V250H91", "13"),
        wire("M91,250H167", "3"),
        wire("M91,250V201", "1"),
        wire("M167,250V201", "3"),
        joint(30, 58, "1234"),
        joint(30, 118, "123"),
        joint(91, 250, "13"),
        label(6, 42, "start", "h", "t−1"),
      ],
    },
    {
      id: "r",
      colour: "r",
      says: "reset gate r",
      draw: [wire(`M84,167V${118 + R}`, "12"), gate(84, "r", "σ", "1"), label(79, 162, "end")],
    },
    {
      id: "recall",
      colour: "h",
      says: "what the candidate recalls",
      draw: [
        wire(`M58,118H${84 - R}`, "12", "after"),
        box(50, 118, "W", "12", "after"),
        wire(`M${84 + R},118H122V214H247V201`, "2"),
        node(84, 118, "×", "12"),
        label(102, 110, "start"),
      ],
    },
    {
      id: "z",
      colour: "z",
      says: "update gate z",
      draw: [
        wire(`M160,167V142H${286 - R}`, "34", "write"),
        wire(`M160,142V100H${208 - R}`, "34", "write"),
        wire(`M160,167V100H208V${58 + R}`, "34", "keep"),
        wire(`M160,142H${226 - R}`, "34", "keep"),
        gate(160, "z", "σ", "3"),
        joint(160, 142, "34"),
        label(155, 162, "end"),
      ],
    },
    {
      id: "one_minus_z",
      colour: "z",
      says: "the rest, 1 minus z",
      draw: [
        wire(`M208,${100 - R}V${58 + R}`, "34", "write"),
        node(208, 100, "1−", "3", "write"),
        label(226, 104, "start", "", "", "write"),
        wire(`M${226 + R},142H${286 - R}`, "34", "keep"),
        node(226, 142, "1−", "3", "keep"),
        label(226, 124, "middle", "", "", "keep"),
      ],
    },
    {
      id: "n",
      colour: "n",
      says: "candidate n",
      draw: [
        wire(`M259,184H286V${142 + R}`, "24"),
        gate(240, "n", "tanh", "2"),
        label(292, 176, "start"),
      ],
    },
    {
      id: "kept",
      colour: "h",
      says: "what is kept of h before",
      draw: [
        wire(`M${208 + R},58H${286 - R}`, "4"),
        node(208, 58, "×", "4"),
        label(242, 46, "middle"),
      ],
    },
    {
      id: "written",
      colour: "n",
      says: "what is written",
      draw: [
        wire(`M286,${142 - R}V${58 + R}`, "4"),
        node(286, 142, "×", "4"),
        label(293, 104, "start"),
      ],
    },
    {
      id: "h",
      colour: "h",
      says: "hidden state h",
      draw: [
        wire(`M${286 + R},58H334`, "4"),
        node(286, 58, "+", "4"),
        label(334, 42, "end", "h", "t"),
      ],
    },
  ],
};

// `plan` is one of the two above; `choose(id)` is called for a part that is clicked, or reached
// with the arrow keys.
export function createCircuit(plan, choose) {
  const parts = plan.parts.map((part) => createPart(part, () => choose(part.id)));
  const drawing = svg(
    "svg",
    {
      class: "live-schema",
      role: "group",
      viewBox: `0 ${CIRCUIT.top} ${CIRCUIT.width} ${CIRCUIT.height}`,
      "aria-label": `${plan.name} circuit: arrow keys go from part to part`,
    },
    ...parts.map((part) => part.root),
  );
  const phase = html("p", { class: "live-phase" });
  const root = html("div", {}, html("p", { class: "live-cell-name" }, plan.name), phase, drawing);

  drawing.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const there = parts.filter((part) => part.there);
    const from = there.findIndex((part) => part.root === event.target);
    if (!by || from < 0) return;
    event.preventDefault();
    const next = there[(from + by + there.length) % there.length];
    choose(next.id);
    next.root.focus();
  });

  function layout(width) {
    const scale = Math.min(1.25, width / CIRCUIT.width);
    put(drawing, { width: CIRCUIT.width * scale, height: CIRCUIT.height * scale });
  }

  // `values` by part, each { value, scale, text, held }; `chosen`: a part's id, or null; `phase`
  // 0 … 4; `variants`: which pieces are drawn, such as ["write", "before"].
  function draw({ values, chosen, phase: lit, variants }) {
    put(drawing, { "data-phase": lit });
    write(phase, plan.phases[lit]);
    for (const part of parts) part.vary(variants);
    const stop = parts.find((part) => part.there && part.id === chosen) ?? parts[0];
    for (const part of parts) part.draw(values[part.id], part.id === chosen, part === stop);
  }

  return { root, layout, draw };
}

function createPart({ id, colour, says, draw: pieces }, choose) {
  const nodes = pieces.map((piece) => SHAPES_OF_CIRCUIT[piece.shape](piece));
  const root = svg(
    "g",
    {
      class: `live-part live-${colour}`,
      role: "button",
      onclick: choose,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      },
    },
    ...nodes.map((n) => n.root),
  );
  const self = { id, root, there: true, vary, draw };
  let varied = "";

  function vary(variants) {
    if (varied === variants.join()) return;
    varied = variants.join();
    const drawn = pieces.map((piece) => !piece.variant || variants.includes(piece.variant));
    nodes.forEach((n, k) => {
      n.root.style.display = drawn[k] ? "" : "none";
    });
    self.there = drawn.includes(true);
  }

  function draw({ value, scale, text, held }, chosen, stop) {
    const thickness = 1.5 + 4.5 * Math.min(1, Math.abs(value) / scale);
    for (const n of nodes) n.draw(thickness, value < 0, text);
    put(root, {
      "aria-label": `${says}: ${text}${held ? ", held" : ""}`,
      "aria-pressed": chosen,
      tabindex: stop ? 0 : -1,
    });
    root.classList.toggle("live-held", held);
  }
  return self;
}

const litIn = (phases) => [...phases].map((p) => `live-lit-${p}`).join(" ");
const noDraw = () => {};

const SHAPES_OF_CIRCUIT = {
  wire({ d, phases }) {
    const line = svg("path", { class: `live-flow ${litIn(phases)}`, d });
    const draw = (thickness, negative) =>
      put(line, { "stroke-width": thickness, "stroke-dasharray": negative ? "5 3" : "none" });
    return { root: svg("g", {}, svg("path", { class: "live-flow-hit", d }), line), draw };
  },
  joint({ x, y, phases }) {
    return {
      root: svg("circle", { class: `live-joint ${litIn(phases)}`, cx: x, cy: y, r: 3.5 }),
      draw: noDraw,
    };
  },
  node({ x, y, text, phases }) {
    const ring = svg("circle", { class: "live-ring", cx: x, cy: y, r: R });
    return {
      root: svg(
        "g",
        { class: litIn(phases) },
        ring,
        svg("text", { x, y: y + 5, "text-anchor": "middle" }, text),
      ),
      draw: noDraw,
    };
  },
  box({ x, y, text, phases }) {
    const wide = text === "W" ? 24 : 38;
    const frame = svg("rect", {
      class: "live-ring",
      x: x - wide / 2,
      y: y - 12,
      width: wide,
      height: 24,
      rx: 8,
    });
    return {
      root: svg(
        "g",
        { class: litIn(phases) },
        frame,
        svg("text", { x, y: y + 4.5, "text-anchor": "middle" }, text),
      ),
      draw: noDraw,
    };
  },
  gate({ x, text, squash, phases }) {
    const frame = svg("rect", {
      class: "live-ring",
      x: x - 19,
      y: 167,
      width: 38,
      height: 34,
      rx: 8,
    });
    const words = [
      svg("text", { class: "live-flow-name", x, y: 182, "text-anchor": "middle" }, text),
      svg("text", { class: "live-flow-squash", x, y: 196, "text-anchor": "middle" }, squash),
    ];
    return { root: svg("g", { class: litIn(phases) }, frame, ...words), draw: noDraw };
  },
  label({ x, y, anchor, name, index }) {
    const number = svg("tspan", {});
    const letter = name ? [...sub(name, index), svg("tspan", { dy: "-0.22em" }, " ")] : [];
    return {
      root: svg(
        "text",
        { class: "live-flow-value", x, y, "text-anchor": anchor },
        ...letter,
        number,
      ),
      draw: (thickness, negative, text) => write(number, text),
    };
  },
};
