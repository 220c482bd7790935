// The equations of an LSTM with what was added underlined and what was taken away struck out.
import { html } from "../../web/kit/dom.mjs";

const LETTERS = "ifgcoh"; // in the order in which they are computed
const COLOURED = "fgioch";

const added = (text) => ["ins", text];
const removed = (text) => ["del", text];

// "f_t" as an italic letter in its colour with its index; the rest as it is.
function mathNodes(text) {
  return text
    .split(/([a-zWp]_(?:t−1|[a-z]))/)
    .filter(Boolean)
    .map((piece) => {
      const [letter, index] = piece.split("_");
      if (!index) return piece;
      const colour = COLOURED.includes(letter) ? letter : index;
      const looks = { class: COLOURED.includes(colour) ? `live-${colour}` : "" };
      return html("i", looks, letter, html("sub", {}, index));
    });
}

// σ or tanh is taken of this; `peeps` is the state that a gate's peephole sees.
function preActivation(gate, parts, peeps) {
  return [
    ...(parts.layer_norm ? [added("LN(")] : []),
    `W_${gate} [x_t, h_t−1]`,
    ...(parts.layer_norm ? [added(")")] : []),
    ...(parts.peephole && peeps ? [added(` + p_${gate} ⊙ ${peeps}`)] : []),
    ` + b_${gate}`,
  ];
}

function gateEquation(letter, isThere, parts, peeps) {
  const plain = `σ(W_${letter} [x_t, h_t−1] + b_${letter})`;
  return [
    `${letter}_t = `,
    ...(isThere
      ? ["σ(", ...preActivation(letter, parts, peeps), ")"]
      : [added("1"), " ", removed(plain)]),
  ];
}

// By letter the pieces of its equation, and a note in words.
function equationsOf(parts) {
  const { coupled, forget_gate, input_gate, output_gate, output_tanh } = parts;
  const coupledInput = ["i_t = ", added("1 − f_t"), " ", removed("σ(W_i [x_t, h_t−1] + b_i)")];
  return {
    i: [
      coupled ? coupledInput : gateEquation("i", input_gate, parts, "c_t−1"),
      coupled
        ? "coupled: it writes as much as f lets go"
        : !input_gate && "input gate removed: everything is written",
    ],
    f: [
      gateEquation("f", forget_gate, parts, "c_t−1"),
      !forget_gate && "forget gate removed: everything is kept",
    ],
    g: [["g_t = tanh(", ...preActivation("g", parts), ")"], ""],
    c: [["c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t"], ""],
    o: [
      gateEquation("o", output_gate, parts, "c_t"),
      !output_gate && "output gate removed: everything is shown",
    ],
    h: [
      output_tanh
        ? ["h_t = o_t ⊙ tanh(c_t)"]
        : ["h_t = o_t ⊙ ", added("c_t"), " ", removed("tanh(c_t)")],
      !output_tanh && "output tanh removed: h is not bounded by 1",
    ],
  };
}

/** @returns {object} `draw(parts)`: the arguments of LSTMVariant by name */
export function createEquations() {
  const lines = Object.fromEntries(
    [...LETTERS].map((letter) => [letter, html("li", { class: `live-${letter}` })]),
  );
  const root = html(
    "ul",
    { class: "live-part-equations", "aria-label": "Equations" },
    ...Object.values(lines),
  );
  function draw(parts) {
    for (const [letter, [pieces, note]] of Object.entries(equationsOf(parts))) {
      const nodes = pieces.flatMap((piece) =>
        Array.isArray(piece) ? [html(piece[0], {}, ...mathNodes(piece[1]))] : mathNodes(piece),
      );
      lines[letter].replaceChildren(html("span", {}, ...nodes), html("small", {}, note || ""));
    }
  }
  return { root, draw };
}
