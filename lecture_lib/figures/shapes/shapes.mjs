// The shape explorer: the stacked product of one step, every matrix to one scale, and what the cell
// counts here and in the frameworks. The traits: lecture_lib/figures/shapes.py.
import { html, put, sub, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable, createTabs } from "../../web/kit/parts.mjs";

// Per cell: its gates in the order of the rows, and how many biases the frameworks have for each row
// and, on top of that, for each unit.
const CELLS = [
  {
    name: "LSTM",
    gates: ["i", "f", "g", "o"],
    biases: [
      ["this book", 1, 0],
      ["PyTorch", 2, 0],
      ["Keras", 1, 0],
      ["ONNX", 2, 0],
    ],
  },
  {
    name: "GRU",
    gates: ["r", "z", "n"],
    biases: [
      ["this book", 1, 0],
      ['this book, reset="after"', 1, 1],
      ["PyTorch", 2, 0],
      ["Keras", 2, 0],
      ["Keras, reset_after=False", 1, 0],
      ["ONNX", 2, 0],
    ],
  },
];
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

  function draw() {
    const s = Object.fromEntries(
      ["D", "H", "N", "T", "apart"].map((name) => [name, model.get(name)]),
    );
    const cell = CELLS[model.get("tab")];
    const { D, H, N, T } = s;
    const G = cell.gates.length;
    tabs.draw(model.get("tab"));
    product.draw(s, cell);
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
        (cell.name === "GRU"
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
      `${cell.name} with D ${D}, H ${H}, batch ${N}, ${T} steps: ${grouped(countOf(cell, s, cell.biases[0]))} parameters.`,
    );
  }

  return frame.start();
}

function countOf({ gates }, { D, H }, [, biases, extra]) {
  return gates.length * H * (D + H + biases) + extra * H;
}

function symbolsOf({ name, gates }, { D, H, N, T }) {
  const rows = gates.length * H;
  const G = gates.length;
  const own =
    name === "LSTM"
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

// W_ih · x + W_hh · h + b = a, one scale for all.
function createProduct() {
  const HEIGHT = 328;
  const TOP = 24;
  const TALL = 262; // px for the stacked rows
  const root = svg("svg", { class: "live-product", role: "img" });
  const part = (kind) => {
    const rect = svg("rect", {});
    const grid = svg("path", { class: "live-grid" });
    const name = svg("text", { class: "live-mark", "text-anchor": "middle" });
    return { rect, grid, name, node: svg("g", { class: `live-matrix ${kind}` }, rect, grid, name) };
  };
  const column = () => ({
    name: svg("text", { class: "live-tag", "text-anchor": "middle" }),
    shape: svg("text", { class: "live-mark", "text-anchor": "middle" }),
    parts: Array.from({ length: 4 }, () => part("")),
  });
  const columns = {
    Wi: column(),
    x: column(),
    Wh: column(),
    h: column(),
    b: column(),
    a: column(),
  };
  const signs = ["·", "+", "·", "+", "="].map((sign) =>
    svg("text", { class: "live-sign", "text-anchor": "middle" }, sign),
  );
  const letters = Array.from({ length: 4 }, () =>
    svg("text", { class: "live-row", "text-anchor": "end", x: 12 }),
  );
  for (const { name, shape, parts } of Object.values(columns))
    root.append(...parts.map((p) => p.node), name, shape);
  root.append(...signs, ...letters);
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(...last);
  }

  function draw(s, cell) {
    last = [s, cell];
    const { D, H, N, apart } = s;
    const { gates } = cell;
    const G = gates.length;
    const gru = cell.name === "GRU";
    const wide = width >= 560;
    const sign = wide ? 18 : 9;
    const slot = wide ? 52 : 36; // room for the words under a thin matrix
    const gap = apart ? 10 : 0;
    const sizes = { Wi: D, x: N, Wh: H, h: N, b: 1, a: N };
    const taken = (u) =>
      Object.values(sizes).reduce((sum, n) => sum + Math.max(slot, n * u), 20 + 5 * sign);
    // The largest scale at which all fits: width by halving, height at once.
    let [low, high] = [
      0.2,
      Math.min(16, (TALL - (G - 1) * gap - (gru ? 8 : 0)) / (G * H), TALL / D),
    ];
    for (let k = 0; k < 20; k += 1) {
      const middle = (low + high) / 2;
      if (taken(middle) > width) high = middle;
      else low = middle;
    }
    const u = taken(high) <= width ? high : low;
    const block = H * u;
    const spread = Math.max(0, (width - taken(u)) / 12);
    let x = 20 + spread;
    const middles = [];
    const box = (p, left, top, w, h, kind, label) => {
      put(p.node, { class: `live-matrix live-${kind}`, visibility: "visible" });
      put(p.rect, { x: left, y: top, width: w, height: h });
      const [across, down] = [Math.round(w / u), Math.round(h / u)];
      let d = "";
      if (u >= 5) {
        for (let k = 1; k < across; k += 1) d += `M${left + k * u},${top}v${h}`;
        for (let k = 1; k < down; k += 1) d += `M${left},${top + k * u}h${w}`;
      }
      put(p.grid, { d });
      put(p.name, { x: left + w / 2, y: top + h / 2 + 4, visibility: "inherit" });
      p.name.replaceChildren(...(label && w > 34 && h > 15 && u < 5 ? sub("W", label) : []));
    };
    const titles = {
      Wi: sub("W", "ih"),
      x: sub("x", "t"),
      Wh: sub("W", "hh"),
      h: gru ? ["h, r⊙h"] : sub("h", "t−1"),
      b: ["b"],
      a: ["a"],
    };
    for (const key in columns) {
      const { name, shape, parts } = columns[key];
      const w = sizes[key] * u;
      const cellWidth = Math.max(slot, w);
      const left = x + (cellWidth - w) / 2;
      let bottom = TOP;
      parts.forEach((p, k) => {
        const stack = key !== "x" && key !== "h";
        const tall = key === "x" ? D * u : block;
        const count = stack ? G : key === "h" && gru ? 2 : 1;
        if (k >= count) return put(p.node, { visibility: "hidden" });
        const top = TOP + k * (block + (stack ? gap : gap + 8));
        box(
          p,
          left,
          top,
          w,
          tall,
          stack ? gates[k] : key,
          stack ? { Wi: `i${gates[k]}`, Wh: `h${gates[k]}`, b: "", a: "" }[key] : "",
        );
        bottom = Math.max(bottom, top + tall);
      });
      put(name, {
        x: x + cellWidth / 2,
        y: 15,
        class: `live-tag live-${key === "h" ? "h" : "soft"}`,
      });
      name.replaceChildren(...titles[key]);
      const rows = key === "x" ? D : key === "h" ? H : G * H;
      put(shape, { y: bottom + 15 });
      const symbols = {
        Wi: `${G}H×D`,
        x: "D×N",
        Wh: `${G}H×H`,
        h: "H×N",
        b: `${G}H×1`,
        a: `${G}H×N`,
      };
      shape.replaceChildren(
        ...[symbols[key], `${rows}×${sizes[key]}`].map((words, k) =>
          svg(
            "tspan",
            { x: x + cellWidth / 2, dy: k ? "1.25em" : 0, class: k ? "live-now" : "" },
            words,
          ),
        ),
      );
      x += cellWidth + spread * 2;
      middles.push(x - spread + sign / 2);
      x += sign;
    }
    signs.forEach((node, k) => put(node, { x: middles[k], y: TOP + Math.min(block, 60) / 2 + 6 }));
    letters.forEach((node, k) => {
      put(node, { y: TOP + (k + 0.5) * block + k * gap + 5, class: `live-row live-${gates[k]}` });
      write(node, gates[k] ?? "");
    });
    root.setAttribute(
      "aria-label",
      `${G * H} by ${D} input weights times ${D} by ${N} inputs, plus ${G * H} by ${H} recurrent weights times ${H} by ${N} states, plus ${G * H} biases, gives ${G * H} by ${N} pre-activations: ${H} rows for each of ${gates.join(", ")}.`,
    );
  }
  return { root, layout, draw };
}

// x, h and c as T sheets one behind another.
function createSequence() {
  const HEIGHT = 128;
  const MOST = 39; // sheets behind the front one
  const root = svg("svg", { class: "live-sequence", role: "img" });
  const stacks = ["x", "h", "c"].map((kind) => ({
    kind,
    sheets: Array.from({ length: MOST }, () => svg("rect", { class: `live-sheets live-${kind}` })),
    front: svg("rect", { class: `live-sheet live-${kind}` }),
    name: svg("text", { class: `live-tag live-${kind}` }),
    shape: svg("text", { class: "live-mark" }),
  }));
  root.append(
    ...stacks.flatMap(({ sheets, front, name, shape }) => [...sheets, front, name, shape]),
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(...last);
  }

  function draw(s, cell) {
    last = [s, cell];
    const { D, H, N, T } = s;
    const third = width / 3;
    const step = Math.min(4, 52 / T);
    const u = Math.min(9, 52 / N, Math.min(76, third - 74) / Math.max(D, H));
    stacks.forEach(({ kind, sheets, front, name, shape }, k) => {
      const shown = kind !== "c" || cell.name === "LSTM";
      for (const node of [front, name, shape])
        put(node, { visibility: shown ? "visible" : "hidden" });
      const w = (kind === "x" ? D : H) * u;
      const h = N * u;
      const [x, y] = [k * third + 4, 122 - h];
      sheets.forEach((sheet, back) => {
        const t = MOST - back; // the last step lies at the back
        put(sheet, {
          visibility: shown && t < T ? "visible" : "hidden",
          x: x + t * step,
          y: y - t * step,
          width: w,
          height: h,
        });
      });
      put(front, { x, y, width: w, height: h });
      put(name, { x: k * third + 4, y: 14 });
      name.replaceChildren(kind);
      put(shape, { x: k * third + 16, y: 14 });
      write(shape, `(${T}, ${N}, ${kind === "x" ? D : H})`);
    });
    root.setAttribute(
      "aria-label",
      `x is ${T} by ${N} by ${D}; h${cell.name === "LSTM" ? " and c are" : " is"} ${T} by ${N} by ${H}: a sheet for each step.`,
    );
  }
  return { root, layout, draw };
}

// A row for each framework: formula, bar, count.
function createCounts() {
  const rows = Array.from({ length: 6 }, () =>
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
    const all = cell.biases.map((row) => countOf(cell, s, row));
    rows.forEach((row, k) => {
      row.hidden = k >= all.length;
      if (row.hidden) return;
      const [name, biases, extra] = cell.biases[k];
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
