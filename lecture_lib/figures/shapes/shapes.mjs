// The shape explorer: the stacked product of one step, every matrix to one scale, and what the cell
// counts here and in the frameworks.
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { BIASES, GATES } from "./__init__.py";
import { createProduct } from "./product.mjs";
import { createSequence } from "./sequence.mjs";

const CELLS = Object.keys(GATES).map((name) => ({
  name,
  isGRU: name === "GRU",
  gates: [...GATES[name]],
  // By framework: how many for each row, and on top of that for each unit.
  biases: BIASES[name],
}));
const MOST_COUNTS = Math.max(...CELLS.map(({ biases }) => Object.keys(biases).length));
const grouped = (count) => count.toLocaleString("en");

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["tab", "D", "H", "N", "T", "apart"],
    fit: (width) => [product, sequence].forEach((part) => part.layout(width)),
  });
  const tabs = createTabs(
    CELLS.map((cell) => cell.name),
    (tab) => frame.change({ tab }),
  );
  const product = createProduct();
  const sequence = createSequence();
  const slot = html("div", { class: "live-slot" });
  const lines = html("p", { class: "live-fact" });
  const warning = html("p", { class: "live-warning" });
  const counts = createCounts();
  const table = createTable(["symbol", "what it is", "shape in the code", "here", "numbers"], 11);
  const heading = (text) => html("p", { class: "live-heading" }, text);
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    slot,
    heading("One step, to scale: a column for each sequence of the batch"),
    product.root,
    warning,
    lines,
    heading("Parameters"),
    counts.root,
    heading("The whole sequence, as the code keeps it"),
    sequence.root,
    table.root,
    frame.caption,
    frame.voice,
  );

  function* draw() {
    const s = Object.fromEntries(
      ["D", "H", "N", "T", "apart"].map((name) => [name, model.get(name)]),
    );
    const cell = CELLS[model.get("tab")];
    const { D, H, N, T } = s;
    const G = cell.gates.length;
    tabs.draw(model.get("tab"));
    product.draw(s, cell);
    yield;
    sequence.draw(s, cell);
    counts.draw(s, cell);
    const whole = `[W_ih W_hh] is ${G}H × (D + H) = ${G * H} × ${D + H}.`;
    write(
      warning,
      D === H
        ? `${whole} “${G}h × 2h” fits here, since D = H = ${H}.`
        : `${whole} “${G}h × 2h” would be ${G * H} × ${2 * H}: it holds only when D = H.`,
    );
    warning.classList.toggle("live-met", D === H);
    const flops = 2 * G * H * (D + H) * N;
    write(
      lines,
      `Products of one step: 2 · ${G}H · (D + H) · N = ${grouped(flops)} multiplications and additions; of all T = ${T} steps: ${grouped(T * flops)}.` +
        (cell.isGRU
          ? " The rows of n meet r ⊙ h instead of h, so they wait until r is known."
          : ""),
    );
    const rows = symbolsOf(cell, s);
    table.draw((row, k) =>
      k === 4
        ? grouped(rows[row][3].reduce((a, b) => a * b, 1))
        : k === 3
          ? `(${rows[row][3].join(", ")}${rows[row][3].length === 1 ? "," : ""})`
          : rows[row][k],
    );
    frame.say(
      `${cell.name} with D ${D}, H ${H}, batch ${N}, ${T} steps: ${grouped(countOf(cell, s, cell.biases["this book"]))} parameters.`,
    );
  }

  return frame.start();
}

function countOf({ gates }, { D, H }, [biases, extra]) {
  return gates.length * H * (D + H + biases) + extra * H;
}

function symbolsOf({ isGRU, gates }, { D, H, N, T }) {
  const rows = gates.length * H;
  const G = gates.length;
  const own = !isGRU
    ? [
        ["c_t−1", "cell state before", "(N, H)", [N, H]],
        ["c", "cell state at all steps", "(T, N, H)", [T, N, H]],
      ]
    : [
        ["r ⊙ h_t−1", "what n sees of the state", "(N, H)", [N, H]],
        ["b_hn", 'only with reset="after"', "(H,)", [H]],
      ];
  return [
    ["x", "input sequence", "(T, N, D)", [T, N, D]],
    ["x_t", "input of one step: a row a sequence, maybe a word’s embedding", "(N, D)", [N, D]],
    ["h_t−1", "hidden state before", "(N, H)", [N, H]],
    own[0],
    ["W_ih", "input weights, stacked", `(${G}H, D)`, [rows, D]],
    ["W_hh", "recurrent weights, stacked", `(${G}H, H)`, [rows, H]],
    ["b", "bias, stacked", `(${G}H,)`, [rows]],
    ["a", "pre-activations, stacked", `(N, ${G}H)`, [N, rows]],
    [gates.join(", "), "each gate", "(N, H)", [N, H]],
    ["h", "hidden state at all steps", "(T, N, H)", [T, N, H]],
    own[1],
  ];
}

// A row for each framework: formula, bar, count.
function createCounts() {
  const rows = Array.from({ length: MOST_COUNTS }, () =>
    html(
      "tr",
      {},
      html("th", { scope: "row" }),
      html("td"),
      html("td", {}, html("i", { class: "live-amount" })),
      html("td"),
    ),
  );
  const root = html("table", { class: "live-counts" }, html("tbody", {}, ...rows));
  function draw(s, cell) {
    const frameworks = Object.entries(cell.biases);
    const all = frameworks.map(([, biases]) => countOf(cell, s, biases));
    rows.forEach((row, k) => {
      row.hidden = k >= all.length;
      if (row.hidden) return;
      const [name, [biases, extra]] = frameworks[k];
      const [head, formula, bar, count] = row.children;
      write(head, name);
      write(formula, `${cell.gates.length}H(D + H + ${biases})${extra ? " + H" : ""}`);
      bar.firstChild.style.width = `${(100 * all[k]) / Math.max(...all)}%`;
      write(count, grouped(all[k]));
    });
  }
  return { root, draw };
}

export default { render };
