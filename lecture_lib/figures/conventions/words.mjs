// A convention in words: its equations, one step in Python, and what was done to the numbers.
import { bookOrder, storedOrder } from "./storage.mjs";

// Pieces of an equation: a text, with subscripts as _x_, and the letter of the palette it has.
const plain = (text) => ["", text];
const letter = (kind) => [kind, kind];
const low = (text) => `_${text}_`;
const H = letter("h");

// W · x + U · (hidden) + b, with the rows of a gate.
function gateOf(gate, squash, two) {
  const bias = `b${low(gate)}` + (two ? ` + b′${low(gate)}` : "");
  const sum = [plain(`W${low(gate)} · x + U${low(gate)} · `), H, plain(` + ${bias}`)];
  return [letter(gate), plain(` = ${squash}(`), ...sum, plain(")")];
}

function stateOf(state, ...terms) {
  return [letter(state), plain(" ← "), ...terms];
}

const times = plain(" ⊙ ");
const plus = plain(" + ");

function candidateOf({ reset, biases }) {
  const [W, U, b] = ["W", "U", "b"].map((name) => `${name}${low("n")}`);
  const second = biases === "two" ? ` + b′${low("n")}` : "";
  const [n, r] = [letter("n"), letter("r")];
  return reset === "before"
    ? [n, plain(` = tanh(${W} · x + ${U} · (`), r, times, H, plain(`) + ${b}${second})`)]
    : [n, plain(` = tanh(${W} · x + `), r, plain(` ⊙ (${U} · `), H, plain(`${second}) + ${b})`)];
}

/**
 * The equations as rows of [kind, text] pieces; a kind is a letter of the palette or "".
 * @param {object} s the figure's state
 * @returns {[string, string][][]}
 */
export function equationsOf(s) {
  const two = s.biases === "two";
  if (s.tab) {
    const [i, f, g, o, c] = [..."ifgoc"].map(letter);
    return [
      ...[..."ifgo"].map((gate) => gateOf(gate, gate === "g" ? "tanh" : "σ", two)),
      stateOf("c", f, times, c, plus, i, times, g),
      stateOf("h", o, plain(" ⊙ tanh("), c, plain(")")),
    ];
  }
  const [z, rest] = [letter("z"), ["z", "(1 − z)"]];
  const [kept, written] = s.update === "keep" ? [z, rest] : [rest, z];
  return [
    gateOf("r", "σ", two),
    gateOf("z", "σ", two),
    candidateOf(s),
    stateOf("h", kept, times, H, plus, written, times, letter("n")),
  ];
}

/**
 * One step in Python, on the arrays as they are stored.
 * @param {object} s the figure's state
 * @returns {string[]} its lines
 */
export function codeOf(s) {
  const two = s.biases === "two";
  const names = [...storedOrder(s)];
  const list = (prefix) => names.map((gate) => prefix + gate).join(", ");
  if (s.tab) {
    return [
      "a = x @ W_ih.T + h @ W_hh.T + b_ih",
      ...(two ? ["a = a + b_hh"] : []),
      `${list("")} = np.split(a, 4, axis=-1)`,
      "i, f, o = map(sigmoid, (i, f, o))",
      "c = f * c + i * np.tanh(g)",
      "h = o * np.tanh(c)",
    ];
  }
  const after = s.reset === "after";
  const bias = (gate) => (two ? ` + b_${gate}` : "");
  return [
    "a = x @ W_ih.T + b_ih",
    `${list("a_")} = np.split(a, 3, axis=-1)`,
    `${list("U_")} = np.split(W_hh, 3)`,
    ...(two ? [`${list("b_")} = np.split(b_hh, 3)`] : []),
    `r = sigmoid(a_r + h @ U_r.T${bias("r")})`,
    `z = sigmoid(a_z + h @ U_z.T${bias("z")})`,
    after
      ? `n = np.tanh(a_n + r * (h @ U_n.T${bias("n")}))`
      : `n = np.tanh(a_n + (r * h) @ U_n.T${bias("n")})`,
    s.update === "keep" ? "h = z * h + (1 - z) * n" : "h = (1 - z) * h + z * n",
  ];
}

/**
 * What was done to the book's numbers to store them, in words.
 * @param {object} s the figure's state
 * @returns {string[]}
 */
export function translationOf(s) {
  const [have, want] = [[...bookOrder(s)].join(", "), [...s.shownOrder].join(", ")];
  const moved = bookOrder(s) !== storedOrder(s);
  const steps = [];
  if (!s.translate) return ["none: the book’s numbers, copied as they are"];
  if (moved) steps.push(`rows moved from ${have} to ${want}`);
  else if (have !== want) steps.push("no row moved: c is another name of g");
  if (!s.tab && s.update === "keep") steps.push("z’s rows × (−1), for 1 − σ(a) = σ(−a)");
  if (s.biases === "two")
    steps.push(
      `b split into b and b′, of which only the sum counts${!s.tab && s.reset === "after" ? "; b′ of n is 0, for the book has no bias inside r ⊙ (…)" : ""}`,
    );
  if (!s.tab && s.reset === "after")
    steps.push(
      s.diagonal
        ? "none for the reset, nor is it wanted: a diagonal U commutes with r ⊙"
        : "none for the reset: there is no row to move and no sign to turn",
    );
  return steps.length ? steps : ["nothing to do: these are the book’s own conventions"];
}
