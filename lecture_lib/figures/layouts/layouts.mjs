// The layout mapper: a cell's numbers on their way from one framework to another, and a checkpoint
// whose gates are in an order that nobody wrote down. The traits: lecture_lib/figures/layouts.py.
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { createRows, createStates } from "../conventions/drawing.mjs";
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createFiles } from "./drawing.mjs";
import { SAME, gapText, largestGap, reordered } from "../../web/numbers/parity.mjs";
import { button, createTable, createTabs } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import {
  LAYOUTS,
  biasesOf,
  mirrored,
  orderOf,
  readAs,
  stacksOf,
  translated,
} from "./weight_files.mjs";

const T = 12;
const D = 2;
const UNITS = [2, 3]; // of the cell on each tab
const NAMES = {
  i: "input gate",
  f: "forget gate",
  g: "candidate",
  o: "output gate",
  r: "reset gate",
  z: "update gate",
  n: "candidate",
};
const REFUSAL =
  'PyTorch has no GRU with reset="before": it computes r ⊙ (U · h + b′), and no weights make that U · (r ⊙ h). Train a GRU with the reset after, or go by way of Keras or ONNX.';
const ORDINALS = ["first", "second", "third", "fourth"];

function referenceOf(kind, seed, H) {
  const rows = (kind === "lstm" ? 4 : 3) * H;
  const drawn = (stream, count, scale) => seededUniform(seed, stream, count).map((v) => scale * v);
  const cell = {
    weightIh: drawn(0, rows * D, 1.5),
    weightHh: drawn(1, rows * H, 1.5),
    bias: drawn(2, rows, 0.5),
  };
  return kind === "gru_after" ? { ...cell, biasHn: drawn(4, H, 0.5), reset: "after" } : cell;
}

function statesOf(kind, arrays, H, x) {
  const create = kind === "lstm" ? createLSTM : createGRU;
  return create({ inputSize: D, hiddenSize: H, maxSteps: T, ...arrays })
    .forward(x, T)
    .h.subarray(0, T * H);
}

// What becomes of one gate's block, in sentences.
function movesOf(gate, s) {
  const [a, b] = [s.source, s.target].map((layout) => orderOf(layout, s.cell).indexOf(gate));
  const [there, here] = [LAYOUTS[s.source].name, LAYOUTS[s.target].name];
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
  const counts = [s.source, s.target].map((layout) => biasesOf(layout, s.cell));
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

// The lines of lecture_lib.interchange that do it.
function codeOf({ cell, source, target, copied }) {
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

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["tab", "cell", "source", "target", "seed", "copied", "gate", "order"],
    fit: (width) => views.forEach((view) => view.layout(width)),
  });
  const tabs = createTabs(["Map the layouts", "Repair a checkpoint"], (tab) =>
    frame.change({ tab }),
  );
  const views = [createMap(frame.change, draw), createRepair(frame.change)];
  const slot = html("div", { class: "live-slot" });
  const badge = html("strong", { class: "live-badge" });
  const measured = html("span", {});
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    slot,
    html("p", { class: "live-judgement" }, badge, measured),
    ...views.map((view) => view.root),
    ...views.map((view) => view.table.root),
    frame.caption,
    frame.voice,
  );

  function draw() {
    const s = Object.fromEntries(
      ["tab", "cell", "source", "target", "seed", "copied", "gate", "order"].map((name) => [
        name,
        model.get(name),
      ]),
    );
    tabs.draw(s.tab);
    views.forEach(({ root, table }, k) => {
      root.hidden = table.root.hidden = k !== s.tab;
    });
    const { met, says, numbers } = views[s.tab].draw(s);
    badge.classList.toggle("live-met", met);
    write(badge, says);
    write(measured, numbers);
    frame.say(`${says}. ${numbers}`);
  }

  return frame.start();
}

const heading = (text) => html("p", { class: "live-heading" }, text);

function createStateTable(H) {
  const heads = ["wanted", "loaded"].flatMap((who) =>
    Array.from({ length: H }, (_, k) => `${who}, h${k + 1}`),
  );
  const table = createTable(["t", ...heads], T);
  const draw = (wanted, got) =>
    table.draw((t, k) =>
      k === 0 ? `${t + 1}` : fixed((k <= H ? wanted : got)[t * H + ((k - 1) % H)], 6),
    );
  return { root: table.root, draw };
}

// Tab 0: two files, the way of one gate, the code, the states.
function createMap(change, redraw) {
  const [H] = UNITS;
  let pointed = "";
  let chosen = "";
  const point = (gate) => {
    if (gate === pointed) return;
    pointed = gate;
    redraw();
  };
  const choose = (gate) => change({ gate: gate === chosen ? "" : gate });
  const files = createFiles(D, H, choose, point);
  const buttons = [..."ifgorzn"].map((gate) => ({
    gate,
    node: button(gate, () => choose(gate), {
      class: `live-button live-${gate}`,
      onfocus: () => point(gate),
      onblur: () => point(""),
    }),
  }));
  const moves = html("ul", { class: "live-moved" });
  const code = html("pre", {
    class: "live-code live-scroll",
    tabindex: 0,
    "aria-label": "The lines that do it",
  });
  const refusal = html("p", { class: "live-warning live-refused" });
  const states = createStates(T, H, ["the cell as it was", "the cell as loaded"]);
  const table = createStateTable(H);
  const there = html(
    "div",
    {},
    html(
      "div",
      { class: "live-follow", role: "group", "aria-label": "Follow a gate" },
      html("span", {}, "Follow"),
      ...buttons.map((b) => b.node),
    ),
    files.root,
    heading("What is done to it"),
    moves,
    heading("The lines that do it"),
    code,
    heading("Hidden states: lines, the cell as it was; dots, as loaded"),
    states.root,
  );
  const root = html("div", {}, refusal, there);

  function draw(s) {
    chosen = s.gate;
    const refused = s.cell === "gru" && (s.source === "torch" || s.target === "torch");
    there.hidden = refused;
    refusal.hidden = !refused;
    write(refusal, REFUSAL);
    if (refused) {
      table.root.hidden = true;
      return { met: false, says: "no translation", numbers: "" };
    }
    const reference = referenceOf(s.cell, s.seed, H);
    const part = seededUniform(s.seed, 5, reference.bias.length).map((v) => 0.5 * v);
    const stacks = stacksOf(reference, s.cell, s.source, part);
    const x = seededUniform(s.seed, 3, T * D);
    const wanted = statesOf(s.cell, reference, H, x);
    const [right, asIs] = [false, true].map((copied) => {
      const carried = translated(stacks, s.cell, s.source, s.target, copied);
      const h = statesOf(s.cell, readAs(carried, s.cell, s.target), H, x);
      return { stacks: carried, h, gap: largestGap(wanted, h) };
    });
    const loaded = s.copied ? asIs : right;
    const met = loaded.gap <= SAME;
    const gates = orderOf("book", s.cell);
    const gate = [pointed, s.gate].find((letter) => letter && gates.includes(letter)) ?? "";
    const from = orderOf(s.source, s.cell);
    files.draw({
      kind: s.cell,
      gate,
      files: [
        { layout: s.source, stacks, from },
        {
          layout: s.target,
          stacks: loaded.stacks,
          from: s.copied ? from : orderOf(s.target, s.cell),
        },
      ],
    });
    for (const b of buttons) {
      b.node.hidden = !gates.includes(b.gate);
      put(b.node, { "aria-pressed": b.gate === s.gate, "aria-label": NAMES[b.gate] });
    }
    const said = gate ? movesOf(gate, s) : ["Point at a block, or choose a gate, to see its way."];
    moves.replaceChildren(...said.map((line) => html("li", {}, line)));
    write(code, codeOf(s).join("\n"));
    states.draw(wanted, loaded.h, met);
    table.draw(wanted, loaded.h);
    return {
      met,
      says: met ? "= same function" : "≠ different function",
      numbers: `largest difference of h: ${gapText(right.gap)} translated, ${gapText(asIs.gap)} copied`,
    };
  }

  const layout = (width) => [files, states].forEach((part) => part.layout(width));
  return { root, table, layout, draw };
}

// Tab 1: the file's blocks, what the reader takes each for, clues, the states.
function createRepair(change) {
  const [, H] = UNITS;
  let order = "ifgo";
  const selects = ORDINALS.map((ordinal, k) => {
    const select = html(
      "select",
      { name: `block-${k + 1}`, autocomplete: "off", onchange: () => take(k, select.value) },
      ...[..."ifgo"].map((gate) => html("option", { value: gate }, `${gate}, ${NAMES[gate]}`)),
    );
    return { select, root: html("label", {}, html("span", {}, `${ordinal} block`), select) };
  });
  // The block that had the letter before takes this one's: an order has each gate once.
  function take(block, gate) {
    const letters = [...order];
    letters[order.indexOf(gate)] = letters[block];
    letters[block] = gate;
    change({ order: letters.join("") });
  }
  const rows = createRows({ weightIh: D, weightHh: H, biasIh: 1 }, H);
  const code = html("pre", {
    class: "live-code live-scroll",
    tabindex: 0,
    "aria-label": "The lines that repair it",
  });
  const hints = [
    [
      "Hint 1: a bias that stands out",
      "Forget gates usually start with a bias of 1. The mean biases of the blocks:",
    ],
    [
      "Hint 2: the first step",
      "From zeros, h₁ = o ⊙ tanh(i ⊙ g): only the candidate can be negative, so its pre-activation has the sign of h₁, in every unit. Units in which a block agrees:",
    ],
    [
      "Hint 3: two are left",
      "That leaves the input and the output gate, in one of two ways. Try both: the dots decide. ",
    ],
  ].map(([title, words]) => {
    const clue = html("strong", {});
    return {
      clue,
      root: html(
        "details",
        { class: "live-hint" },
        html("summary", {}, title),
        html("p", {}, words, " ", clue),
      ),
    };
  });
  const states = createStates(T, H, ["the outputs that the cell should have", "those it has"]);
  const table = createStateTable(H);
  const root = html(
    "div",
    {},
    html(
      "div",
      { class: "live-panels" },
      html("div", {}, heading("The file, in four blocks"), rows.root),
      html(
        "div",
        {},
        heading("Read it as"),
        html("div", { class: "live-blocks" }, ...selects.map((s) => s.root)),
        code,
        ...hints.map((h) => h.root),
      ),
    ),
    heading("Hidden states: lines, as they should be; dots, as the file gives them"),
    states.root,
  );

  function draw(s) {
    ({ order } = s);
    const original = referenceOf("lstm", s.seed, H);
    for (let k = H; k < 2 * H; k += 1) original.bias[k] += 1;
    const ranks = seededUniform(s.seed, 10, 4);
    const hidden = [0, 1, 2, 3]
      .sort((a, b) => ranks[a] - ranks[b])
      .map((k) => "ifgo"[k])
      .join("");
    const inOrder = (arrays, have, want) =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, array]) => [name, reordered(array, have, want)]),
      );
    const file = inOrder(original, "ifgo", hidden);
    const x = seededUniform(s.seed, 3, T * D);
    const wanted = statesOf("lstm", original, H, x);
    const got = statesOf("lstm", inOrder(file, order, "ifgo"), H, x);
    const gap = largestGap(wanted, got);
    const met = gap <= SAME;
    rows.draw({
      stored: { weightIh: file.weightIh, weightHh: file.weightHh, biasIh: file.bias },
      read: [...order],
      readAs: [...order],
      from: [...order],
    });
    selects.forEach(({ select }, k) => {
      select.value = order[k];
    });
    write(code, `repaired = reorder_gates(\n    checkpoint, have="${order}", want="ifgo")`);
    const blocks = [0, 1, 2, 3].map((k) => k * H);
    const mean = (first) => file.bias.subarray(first, first + H).reduce((sum, b) => sum + b, 0) / H;
    write(hints[0].clue, blocks.map((first) => fixed(mean(first))).join(", "));
    const agrees = (row, unit) =>
      Math.sign(
        file.bias[row] + file.weightIh[row * D] * x[0] + file.weightIh[row * D + 1] * x[1],
      ) === Math.sign(wanted[unit]);
    write(
      hints[1].clue,
      `${blocks.map((first) => [0, 1, 2].filter((unit) => agrees(first + unit, unit)).length).join(", ")} of ${H}`,
    );
    states.draw(wanted, got, met);
    table.draw(wanted, got);
    return {
      met,
      says: met ? "✓ repaired" : "not yet",
      numbers: `largest difference of h: ${gapText(gap)}`,
    };
  }

  function layout(width) {
    rows.layout(width >= 560 ? width / 2 - 13 : width);
    states.layout(width);
  }
  return { root, table, layout, draw };
}

export default { render };
