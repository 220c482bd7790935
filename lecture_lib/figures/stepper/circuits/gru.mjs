// The GRU as a circuit, with the wires of each of its conventions.
import { CELLS, LETTERS } from "../names.mjs";
import { RADIUS, box, gate, joint, label, node, wire } from "./pieces.mjs";

/** What the steps of working it out are called, and by letter the parts, each with its pieces. */
export const GRU_CIRCUIT = {
  name: CELLS.gru.name,
  phases: [
    "one whole step",
    "1 · reset: r says how much of h the candidate may recall",
    "2 · candidate: n mixes the input with what is recalled",
    "3 · update: z says how much is replaced",
    "4 · blend: what is kept plus what is written",
  ],
  parts: {
    x: {
      colour: "x",
      title: "input x",
      pieces: [
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
    h0: {
      colour: "h",
      title: "hidden state before",
      pieces: [
        wire("M6,58H30", "1234"),
        wire(`M30,58H${208 - RADIUS}`, "4"),
        wire("M30,58V118", "123"),
        wire(`M30,118H${84 - RADIUS}`, "12", "before"),
        wire("M30,118H38", "12", "after"),
        wire("M30,118V250H91", "13"),
        wire("M91,250H167", "3"),
        wire("M91,250V201", "1"),
        wire("M167,250V201", "3"),
        joint(30, 58, "1234"),
        joint(30, 118, "123"),
        joint(91, 250, "13"),
        label(6, 38, "start", "h", "t−1"),
      ],
    },
    r: {
      colour: "r",
      title: LETTERS.r,
      pieces: [
        wire(`M84,167V${118 + RADIUS}`, "12"),
        gate(84, "r", "σ", "1"),
        label(79, 162, "end"),
      ],
    },
    recall: {
      colour: "h",
      title: "what the candidate recalls",
      pieces: [
        wire(`M58,118H${84 - RADIUS}`, "12", "after"),
        box(50, 118, "W", "12", "after"),
        wire(`M${84 + RADIUS},118H122V214H247V201`, "2"),
        node(84, 118, "×", "12"),
        label(102, 110, "start"),
      ],
    },
    z: {
      colour: "z",
      title: LETTERS.z,
      pieces: [
        wire(`M160,167V142H${286 - RADIUS}`, "34", "write"),
        wire(`M160,142V100H${208 - RADIUS}`, "34", "write"),
        wire(`M160,167V100H208V${58 + RADIUS}`, "34", "keep"),
        wire(`M160,142H${226 - RADIUS}`, "34", "keep"),
        gate(160, "z", "σ", "3"),
        joint(160, 142, "34"),
        label(155, 162, "end"),
      ],
    },
    one_minus_z: {
      colour: "z",
      title: "the rest, 1 minus z",
      pieces: [
        wire(`M208,${100 - RADIUS}V${58 + RADIUS}`, "34", "write"),
        node(208, 100, "1−", "3", "write"),
        label(226, 104, "start", "", "", "write"),
        wire(`M${226 + RADIUS},142H${286 - RADIUS}`, "34", "keep"),
        node(226, 142, "1−", "3", "keep"),
        label(226, 124, "middle", "", "", "keep"),
      ],
    },
    n: {
      colour: "n",
      title: LETTERS.n,
      pieces: [
        wire(`M259,184H286V${142 + RADIUS}`, "24"),
        gate(240, "n", "tanh", "2"),
        label(292, 176, "start"),
      ],
    },
    kept: {
      colour: "h",
      title: "what is kept of h before",
      pieces: [
        wire(`M${208 + RADIUS},58H${286 - RADIUS}`, "4"),
        node(208, 58, "×", "4"),
        label(242, 46, "middle"),
      ],
    },
    written: {
      colour: "n",
      title: "what is written",
      pieces: [
        wire(`M286,${142 - RADIUS}V${58 + RADIUS}`, "4"),
        node(286, 142, "×", "4"),
        label(293, 104, "start"),
      ],
    },
    h: {
      colour: "h",
      title: LETTERS.h,
      pieces: [
        wire(`M${286 + RADIUS},58H334`, "4"),
        node(286, 58, "+", "4"),
        label(334, 38, "end", "h", "t"),
      ],
    },
  },
};
