// The LSTM as a circuit: every wire is an arrow of its equations.
import { CELLS, LETTERS } from "../names.mjs";
import { RADIUS, box, gate, joint, label, node, wire } from "./pieces.mjs";

/** What the steps of working it out are called, and by letter the parts, each with its pieces. */
export const LSTM_CIRCUIT = {
  name: CELLS.lstm.name,
  phases: [
    "one whole step",
    "1 · forget: f says how much of c the belt keeps",
    "2 · candidate and input: g proposes, i says how much of it",
    "3 · update: what is kept plus what is written",
    "4 · output: o says how much of tanh(c) is shown",
  ],
  parts: {
    x: {
      colour: "x",
      title: "input x",
      pieces: [
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
    h0: {
      colour: "h",
      title: "hidden state before",
      pieces: [
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
    c0: {
      colour: "c",
      title: "cell state before",
      pieces: [wire(`M6,58H${84 - RADIUS}`, "13"), label(6, 42, "start", "c", "t−1")],
    },
    f: {
      colour: "f",
      title: LETTERS.f,
      pieces: [
        wire(`M84,167V${58 + RADIUS}`, "13"),
        gate(84, "f", "σ", "1"),
        label(89, 162, "start"),
      ],
    },
    i: {
      colour: "i",
      title: LETTERS.i,
      pieces: [
        wire(`M136,167V118H${162 - RADIUS}`, "23"),
        gate(136, "i", "σ", "2"),
        label(141, 162, "start"),
      ],
    },
    g: {
      colour: "g",
      title: LETTERS.g,
      pieces: [
        wire(`M188,167V118H${162 + RADIUS}`, "23"),
        gate(188, "g", "tanh", "2"),
        label(193, 162, "start"),
      ],
    },
    o: {
      colour: "o",
      title: LETTERS.o,
      pieces: [
        wire(`M240,167V142H${286 - RADIUS}`, "4"),
        gate(240, "o", "σ", "4"),
        label(245, 162, "start"),
      ],
    },
    fc: {
      colour: "c",
      title: "what is kept, f times c before",
      pieces: [
        wire(`M${84 + RADIUS},58H${162 - RADIUS}`, "3"),
        node(84, 58, "×", "13"),
        label(123, 46, "middle"),
      ],
    },
    ig: {
      colour: "i",
      title: "what is written, i times g",
      pieces: [
        wire(`M162,${118 - RADIUS}V${58 + RADIUS}`, "3"),
        node(162, 118, "×", "23"),
        label(168, 92, "start"),
      ],
    },
    c: {
      colour: "c",
      title: LETTERS.c,
      pieces: [
        wire(`M${162 + RADIUS},58H334`, "34"),
        wire("M286,58V88", "4"),
        node(162, 58, "+", "3"),
        joint(286, 58, "4"),
        label(334, 42, "end", "c", "t"),
      ],
    },
    tanh_c: {
      colour: "c",
      title: "tanh of c",
      pieces: [
        wire(`M286,112V${142 - RADIUS}`, "4"),
        box(286, 100, "tanh", "4"),
        label(293, 124, "start"),
      ],
    },
    h: {
      colour: "h",
      title: LETTERS.h,
      pieces: [
        wire(`M286,${142 + RADIUS}V250H334`, "4"),
        node(286, 142, "×", "4"),
        label(334, 269, "end", "h", "t"),
      ],
    },
  },
};
