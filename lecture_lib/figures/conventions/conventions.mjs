// The convention switchboard: a cell of this book beside the same cell stored and run by another
// convention. Whether they are the same function is found by running both.
// The traits: lecture_lib/figures/conventions.py.
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { createBlend, createRows, createStates } from "./drawing.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { SAME, gapText, largestGap, reordered } from "../../web/numbers/parity.mjs";
import { button, createTable, createTabs } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import presetsOf from "./presets.json";

const T = 8;
const D = 2;
const H = 3;
// The letters of an order as this book writes them: h and c are names of the candidate.
const BOOK_NAMES = { zrh: "zrn", ifco: "ifgo", iofc: "iofg" };
const SWITCHES = { gru: ["update", "reset", "order", "biases"], lstm: ["lstm_order", "biases"] };
const WIDTHS = { weightIh: D, weightHh: H, biasIh: 1, biasHh: 1 };

// The numbers of the reference, the book's own cell.
function referenceOf(s) {
  const gates = s.tab ? 4 : 3;
  const drawn = (stream, count, scale) =>
    seededUniform(s.seed, stream, count).map((v) => scale * v);
  const arrays = {
    weightIh: drawn(0, gates * H * D, 1.5),
    weightHh: drawn(1, gates * H * H, 1.5),
    bias: drawn(2, gates * H, 0.5),
  };
  if (s.diagonal && !s.tab) {
    for (let row = 0; row < H; row += 1) {
      for (let j = 0; j < H; j += 1) if (j !== row) arrays.weightHh[(2 * H + row) * H + j] = 0;
    }
  }
  return arrays;
}

const bookOrder = (s) => (s.tab ? "ifgo" : "rzn");
const storedOrder = (s) => BOOK_NAMES[s.shownOrder] ?? s.shownOrder;

// What a file in the convention holds: the reference translated, or copied as it is.
function store(reference, s) {
  const arrays = {
    weightIh: reference.weightIh.slice(),
    weightHh: reference.weightHh.slice(),
    biasIh: reference.bias.slice(),
  };
  // The second bias: any split will do, for only the sum counts; untranslated, what was there.
  const biasHh = seededUniform(s.seed, 4, reference.bias.length).map((v) => 0.5 * v);
  if (s.translate) {
    if (!s.tab && s.update === "keep") {
      for (const array of Object.values(arrays)) {
        const block = array.length / 3;
        for (let k = block; k < 2 * block; k += 1) array[k] *= -1;
      }
    }
    // There it stands inside r ⊙ (…), where the book has none.
    if (!s.tab && s.reset === "after") biasHh.fill(0, 2 * H);
    if (s.biases === "two")
      biasHh.forEach((v, k) => {
        arrays.biasIh[k] -= v;
      });
  }
  if (s.biases === "two") arrays.biasHh = biasHh;
  if (s.translate)
    for (const name in arrays) arrays[name] = reordered(arrays[name], bookOrder(s), storedOrder(s));
  return arrays;
}

// What the convention's software makes of the file: the arguments of its cell.
function readStored(stored, s) {
  const arrays = {};
  for (const name in stored) arrays[name] = reordered(stored[name], storedOrder(s), bookOrder(s));
  const bias = arrays.biasIh;
  const biasHh = arrays.biasHh ?? new Float64Array(bias.length);
  const inside = !s.tab && s.reset === "after" ? 2 * H : bias.length;
  for (let k = 0; k < inside; k += 1) bias[k] += biasHh[k];
  return {
    weightIh: arrays.weightIh,
    weightHh: arrays.weightHh,
    bias,
    biasHn: biasHh.slice(inside),
  };
}

function statesOf(arrays, s, x, conventions) {
  const create = s.tab ? createLSTM : createGRU;
  const cell = create({ inputSize: D, hiddenSize: H, maxSteps: T, ...arrays, ...conventions });
  return cell.forward(x, T).h.subarray(0, T * H);
}

// The equations as rows of [kind, text] pieces; a kind is a letter of the palette or "".
function equationsOf(s) {
  const two = s.biases === "two";
  const pre = (gate) => [
    ["", `W${low(gate)} · x + U${low(gate)} · `],
    ["h", "h"],
    ["", ` + b${low(gate)}${two ? ` + b′${low(gate)}` : ""}`],
  ];
  const squash = (letter, gate, f) => [[letter, letter], ["", ` = ${f}(`], ...pre(gate), ["", ")"]];
  if (s.tab) {
    return [
      squash("i", "i", "σ"),
      squash("f", "f", "σ"),
      squash("g", "g", "tanh"),
      squash("o", "o", "σ"),
      [
        ["c", "c"],
        ["", " ← "],
        ["f", "f"],
        ["", " ⊙ "],
        ["c", "c"],
        ["", " + "],
        ["i", "i"],
        ["", " ⊙ "],
        ["g", "g"],
      ],
      [
        ["h", "h"],
        ["", " ← "],
        ["o", "o"],
        ["", " ⊙ tanh("],
        ["c", "c"],
        ["", ")"],
      ],
    ];
  }
  const z = ["z", "z"];
  const rest = ["z", "(1 − z)"];
  const keep = s.update === "keep";
  const candidate =
    s.reset === "before"
      ? [
          ["n", "n"],
          ["", ` = tanh(W${low("n")} · x + U${low("n")} · (`],
          ["r", "r"],
          ["", " ⊙ "],
          ["h", "h"],
          ["", `) + b${low("n")}${two ? ` + b′${low("n")}` : ""})`],
        ]
      : [
          ["n", "n"],
          ["", ` = tanh(W${low("n")} · x + `],
          ["r", "r"],
          ["", ` ⊙ (U${low("n")} · `],
          ["h", "h"],
          ["", `${two ? ` + b′${low("n")}` : ""}) + b${low("n")})`],
        ];
  return [
    squash("r", "r", "σ"),
    squash("z", "z", "σ"),
    candidate,
    [
      ["h", "h"],
      ["", " ← "],
      keep ? z : rest,
      ["", " ⊙ "],
      ["h", "h"],
      ["", " + "],
      keep ? rest : z,
      ["", " ⊙ "],
      ["n", "n"],
    ],
  ];
}

// A subscript, between the marks by which `createLinesOf` knows it.
function low(text) {
  return `_${text}_`;
}

// One step in Python, on the arrays as they are stored.
function codeOf(s) {
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

// What was done to the book's numbers to store them, in words.
function translationOf(s) {
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

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: [
      "tab",
      "update",
      "reset",
      "order",
      "lstm_order",
      "biases",
      "seed",
      "translate",
      "diagonal",
    ],
    fit: (width) => [circuit, rows, states].forEach((part) => part.layout(width)),
  });
  const { change } = frame;
  const tabs = createTabs(["GRU", "LSTM"], (tab) => change({ tab }));
  const choices = ["gru", "lstm"].map((cell) => {
    const buttons = Object.entries(presetsOf[cell]).map(([name, switches]) => ({
      switches,
      node: button(name, () => change({ ...switches, translate: true })),
    }));
    return {
      buttons,
      root: html(
        "div",
        { class: "live-presets", role: "group", "aria-label": "Conventions" },
        ...buttons.map((b) => b.node),
      ),
    };
  });
  const badge = html("strong", { class: "live-badge" });
  const measured = html("span", {});
  const verdict = html("p", { class: "live-judgement" }, badge, measured);
  const translation = html("p", { class: "live-translation" });
  const equations = createLinesOf("live-formulas", html("div", {}));
  const code = createLinesOf(
    "live-code",
    html("pre", { tabindex: 0, "aria-label": "One step in Python" }),
  );
  const circuit = createBlend();
  const rows = createRows(WIDTHS, H);
  const states = createStates(T, H);
  const table = createTable(
    [
      "t",
      ...["book", "this"].flatMap((who) =>
        Array.from({ length: H }, (_, k) => `${who}, h${k + 1}`),
      ),
    ],
    T,
  );
  const slot = html("div", { class: "live-slot" });
  const heading = (text) => html("p", { class: "live-heading" }, text);
  const diagram = html("div", {}, heading("Diagram"), circuit.root);
  el.append(
    html("div", { class: "live-head" }, tabs.root, ...choices.map((c) => c.root), frame.tools),
    slot,
    verdict,
    translation,
    html(
      "div",
      { class: "live-panels" },
      html(
        "div",
        {},
        heading("Equations"),
        equations.root,
        heading("One step in Python"),
        code.root,
      ),
      html("div", {}, diagram, heading("The stored numbers, as read"), rows.root),
    ),
    html("div", {}, heading("Hidden states: lines, this book; dots, the convention"), states.root),
    table.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const s = Object.fromEntries(
      ["tab", "update", "reset", "biases", "seed", "translate", "diagonal"].map((name) => [
        name,
        model.get(name),
      ]),
    );
    s.shownOrder = model.get(s.tab ? "lstm_order" : "order");
    const book = {
      ...s,
      update: "write",
      reset: "before",
      biases: "one",
      shownOrder: bookOrder(s),
    };
    const reference = referenceOf(s);
    const stored = store(reference, s);
    const x = seededUniform(s.seed, 3, T * D);
    const wanted = statesOf(reference, s, x, {});
    const got = statesOf(
      readStored(stored, s),
      s,
      x,
      s.tab ? {} : { update: s.update, reset: s.reset },
    );
    const largest = largestGap(got, wanted);
    const same = largest <= SAME;

    tabs.draw(s.tab);
    choices.forEach(({ root, buttons }, tab) => {
      root.hidden = tab !== s.tab;
      const names = SWITCHES[tab ? "lstm" : "gru"];
      for (const { node, switches } of buttons)
        node.setAttribute(
          "aria-pressed",
          names.every((name) => model.get(name) === switches[name]),
        );
    });
    badge.classList.toggle("live-met", same);
    write(badge, same ? "= same function" : "≠ different function");
    write(measured, `largest difference of the hidden states: ${gapText(largest)}`);
    write(translation, `Translation: ${translationOf(s).join("; ")}.`);
    equations.draw(equationsOf(s), equationsOf(book));
    code.draw(
      codeOf(s).map((line) => [["", line]]),
      codeOf(book).map((line) => [["", line]]),
    );
    diagram.hidden = s.tab === 1;
    circuit.draw(s);
    rows.draw({
      stored,
      read: [...s.shownOrder],
      readAs: [...storedOrder(s)],
      from: [...(s.translate ? storedOrder(s) : bookOrder(s))],
    });
    states.draw(wanted, got, same);
    table.draw((t, k) =>
      k === 0 ? `${t + 1}` : (k <= H ? wanted : got)[t * H + ((k - 1) % H)].toFixed(6),
    );
    frame.say(`${same ? "Same" : "Different"} function; largest difference ${gapText(largest)}.`);
  }

  return frame.start();
}

// Lines of pieces; those that differ from the book's are marked. `_x_` in a piece is a subscript.
function createLinesOf(kind, root) {
  root.classList.add(kind, "live-scroll");
  function draw(lines, own) {
    const before = own.map((line) => JSON.stringify(line));
    root.replaceChildren(
      ...lines.map((line) => {
        const changed = !before.includes(JSON.stringify(line));
        const node = html("span", {
          class: changed ? "live-line-of live-differs" : "live-line-of",
        });
        for (const [letter, text] of line) {
          if (kind === "live-code") node.append(text);
          else
            text
              .split("_")
              .forEach((part, k) =>
                node.append(
                  k % 2
                    ? html("sub", {}, part)
                    : html(letter ? "i" : "span", { class: letter ? `live-${letter}` : "" }, part),
                ),
              );
        }
        if (changed)
          node.append(html("span", { class: "live-voice" }, " (differs from this book)"));
        return node;
      }),
    );
  }
  return { root, draw };
}

export default { render };
