// What becomes of a gate on its way from one framework to another, and the lines of code that do it.
import { BIASES, FRAMEWORKS } from "./__init__.py";
import { mirrored, orderOf } from "./weight_files.mjs";

/** What the blocks of a stack are called. */
export const ORDINALS = ["first", "second", "third", "fourth"];
/** What each gate, or candidate, is called. */
export const NAMES = {
  i: "input gate",
  f: "forget gate",
  g: "candidate",
  o: "output gate",
  r: "reset gate",
  z: "update gate",
  n: "candidate",
};

/**
 * What becomes of one gate's block, in sentences.
 * @param {string} gate
 * @param {object} s the figure's state
 * @returns {string[]}
 */
export function movesOf(gate, s) {
  const [a, b] = [s.source, s.target].map((layout) => orderOf(layout, s.cell).indexOf(gate));
  const [there, here] = [FRAMEWORKS[s.source], FRAMEWORKS[s.target]];
  const G = orderOf(s.source, s.cell).length;
  const moves = [];
  if (s.copied) {
    const read = orderOf(s.target, s.cell)[a];
    moves.push(
      `Stays the ${ORDINALS[a]} of ${G} blocks, which ${here} reads as its ${NAMES[read]}${read === gate ? ": here that is right." : ": wrong."}`,
    );
  } else
    moves.push(
      a === b
        ? `Stays the ${ORDINALS[a]} of ${G} blocks.`
        : `The ${ORDINALS[a]} of ${G} blocks in ${there}, the ${ORDINALS[b]} in ${here}.`,
    );
  if ((s.source === "keras") !== (s.target === "keras"))
    moves.push(
      `${s.source === "keras" ? "Columns become rows" : "Rows become columns"}: both matrices are transposed.`,
    );
  if (gate === "z" && mirrored(s.source, s.target)) {
    const way = `z ${s.source === "book" ? "writes" : "keeps"} in ${there} and ${s.source === "book" ? "keeps" : "writes"} in ${here}`;
    moves.push(
      s.copied
        ? `${way}, but no sign is turned: wrong.`
        : `${way}: all its numbers × (−1), for 1 − σ(a) = σ(−a).`,
    );
  }
  const counts = [s.source, s.target].map((layout) => BIASES[layout][s.cell]);
  const inside = gate === "n" && s.cell === "gru_after";
  if (inside) moves.push("Its two biases stay apart: one stands inside r ⊙ (…).");
  else if (counts[0] === 2)
    moves.push(
      counts[1] === 2
        ? "The sum of its two biases goes into the first."
        : "Its two biases are added: only the sum counts.",
    );
  else if (counts[1] === 2) moves.push("Its bias goes into the first of two; the second is 0.");
  return moves;
}

/**
 * The lines of lecture_lib.interchange that do it.
 * @param {object} s the figure's state
 * @returns {string[]}
 */
export function codeOf({ cell, source, target, copied }) {
  if (copied) return ["# nothing is translated,", "# and nothing complains"];
  const write = cell !== "lstm" && target === "book" ? ', update="write"' : "";
  const reads = {
    torch: `cell = from_torch(state_dict${write})`,
    keras: `cell = from_keras(weights${write})`,
    onnx: `cell = from_onnx("cell.onnx"${write})`,
  };
  const writes = {
    torch: "state_dict = to_torch(cell)",
    keras: "weights = to_keras(cell)",
    onnx: "model = to_onnx(cell)",
  };
  const lines = [reads[source], writes[target]].filter(Boolean);
  return lines.length ? lines : ["# nothing to do"];
}
