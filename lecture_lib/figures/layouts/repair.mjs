// Tab 1: the file's blocks, what the reader takes each for, clues, the states.
import { createStatePair } from "../../web/charts/state_pair.mjs";
import { createWeightRows } from "../../web/charts/weight_rows.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { gapText, largestGap, reordered } from "../../web/numbers/parity.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { INPUTS, SAME, STEPS, STREAMS, UNITS } from "./__init__.py";
import { createStateTable, heading, inputOf, referenceOf, statesOf } from "./cells.mjs";
import { NAMES, ORDINALS } from "./moves.mjs";
import { orderOf } from "./weight_files.mjs";

const [D, H] = [INPUTS, UNITS[1]];
const BOOK = orderOf("book", "lstm");
const BLOCKS = [0, 1, 2, 3];

const HINTS = [
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
];

const inOrder = (arrays, have, want) =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, reordered(array, have, want)]),
  );

// The LSTM as it was trained to be, with a forget bias about 1, and its file in a hidden order.
function checkpointOf(seed) {
  const original = referenceOf("lstm", seed, H);
  for (let k = H; k < 2 * H; k += 1) original.bias[k] += 1;
  const ranks = seededUniform(seed, STREAMS.order, BLOCKS.length);
  const hidden = [...BLOCKS].sort((a, b) => ranks[a] - ranks[b]).map((k) => BOOK[k]);
  return { original, file: inOrder(original, BOOK, hidden.join("")) };
}

// For each block the clues of the first two hints, as texts.
function cluesOf(file, x, h) {
  const mean = (block) =>
    file.bias.subarray(block * H, (block + 1) * H).reduce((sum, b) => sum + b, 0) / H;
  const agrees = (row, unit) =>
    Math.sign(
      file.bias[row] + file.weightIh[row * D] * x[0] + file.weightIh[row * D + 1] * x[1],
    ) === Math.sign(h[unit]);
  const count = (block) => [0, 1, 2].filter((unit) => agrees(block * H + unit, unit)).length;
  return [
    BLOCKS.map((block) => fixed(mean(block))).join(", "),
    `${BLOCKS.map(count).join(", ")} of ${H}`,
  ];
}

function createHints() {
  const hints = HINTS.map(([title, words]) => {
    const clue = html("strong", {});
    const text = html("p", {}, words, " ", clue);
    return {
      clue,
      root: html("details", { class: "live-hint" }, html("summary", {}, title), text),
    };
  });
  const draw = (clues) => clues.forEach((text, k) => write(hints[k].clue, text));
  return { roots: hints.map((hint) => hint.root), draw };
}

// Which gate the reader takes each block for; an order has each gate once.
function createOrder(choose) {
  let order = BOOK;
  const selects = ORDINALS.map((ordinal, k) => {
    const select = html(
      "select",
      { name: `block-${k + 1}`, autocomplete: "off", onchange: () => take(k, select.value) },
      ...[...BOOK].map((gate) => html("option", { value: gate }, `${gate}, ${NAMES[gate]}`)),
    );
    return { select, root: html("label", {}, html("span", {}, `${ordinal} block`), select) };
  });
  // The block that had the letter before takes this one's.
  function take(block, gate) {
    const letters = [...order];
    letters[order.indexOf(gate)] = letters[block];
    letters[block] = gate;
    choose(letters.join(""));
  }
  function draw(chosen) {
    order = chosen;
    selects.forEach(({ select }, k) => {
      select.value = order[k];
    });
  }
  return { root: html("div", { class: "live-blocks" }, ...selects.map((s) => s.root)), draw };
}

/**
 * @param {(values: object) => void} change
 * @returns {object} `root`, what of it comes `late`, `table`, `layout(width)`, and
 *   `draw({ seed, order })`, in parts, which returns the verdict
 */
export function createRepair(change) {
  const blocks = createOrder((order) => change({ order }));
  const rows = createWeightRows({ weightIh: D, weightHh: H, biasIh: 1 }, H);
  const code = html("pre", {
    class: "live-code live-scroll",
    tabindex: 0,
    "aria-label": "The lines that repair it",
  });
  const hints = createHints();
  const states = createStatePair(STEPS, H, [
    "the outputs that the cell should have",
    "those it has",
  ]);
  const table = createStateTable(H);
  const root = html(
    "div",
    {},
    html(
      "div",
      { class: "live-panels" },
      html("div", {}, heading("The file, in four blocks"), rows.root),
      html("div", {}, heading("Read it as"), blocks.root, code, ...hints.roots),
    ),
    heading("Hidden states: lines, as they should be; dots, as the file gives them"),
    states.root,
  );

  function* draw({ seed, order }) {
    const { original, file } = checkpointOf(seed);
    const x = inputOf(seed);
    const wanted = statesOf("lstm", original, H, x);
    const got = statesOf("lstm", inOrder(file, order, BOOK), H, x);
    const gap = largestGap(wanted, got);
    const met = gap <= SAME;
    const letters = [...order];
    rows.draw({
      stored: { weightIh: file.weightIh, weightHh: file.weightHh, biasIh: file.bias },
      read: letters,
      readAs: letters,
      from: letters,
    });
    yield;
    blocks.draw(order);
    write(code, `repaired = reorder_gates(\n    checkpoint, have="${order}", want="${BOOK}")`);
    hints.draw(cluesOf(file, x, wanted));
    states.draw(wanted, got, met);
    table.draw(wanted, got);
    return {
      met,
      verdict: met ? "✓ repaired" : "not yet",
      numbers: `largest difference of h: ${gapText(gap)}`,
    };
  }

  function layout(width) {
    rows.layout(width >= 560 ? width / 2 - 13 : width);
    states.layout(width);
  }
  return { root, late: [rows.root, states.root], table, layout, draw };
}
