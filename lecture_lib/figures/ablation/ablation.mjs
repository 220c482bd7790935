// Take an LSTM apart: equations and traces with parts switched, and a bet on which part is needed.
// The traits and the record: lecture_lib/figures/ablation.py.
import { createLSTM } from "../../web/numbers/cells.mjs";
import { createLegend } from "../../web/charts/curves.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { button, createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createVariant } from "./variant_cells.mjs";

const PART_STEPS = 24;
const PART_UNITS = 4;
const PART_SCALE = 1.5;
const PARTS = [
  "peephole",
  "coupled",
  "forget_gate",
  "input_gate",
  "output_gate",
  "output_tanh",
  "layer_norm",
];
const BET_LETTERS = "abcdefgh";
const BET_HEIGHT = 34;

// What is switched, without what has nothing to act on.
function partsOf(model) {
  const parts = Object.fromEntries(PARTS.map((name) => [name, model.get(name)]));
  parts.coupled &&= parts.forget_gate && parts.input_gate;
  parts.peephole &&= parts.forget_gate || parts.input_gate || parts.output_gate;
  return parts;
}

// Traces of the variant and of the whole LSTM on the same input.
function runBoth(seed, parts) {
  const H = PART_UNITS;
  const draw = (stream, count) =>
    seededUniform(seed, stream, count).map((value) => PART_SCALE * value);
  const weights = {
    inputSize: 1,
    hiddenSize: H,
    weightIh: draw(0, 4 * H),
    weightHh: draw(1, 4 * H * H),
    bias: new Float64Array(4 * H).fill(1, H, 2 * H),
  };
  const x = seededUniform(seed, 3, PART_STEPS);
  const whole = createLSTM({ ...weights, maxSteps: PART_STEPS }).forward(x, PART_STEPS);
  return {
    x,
    whole,
    variant: createVariant({ ...weights, peepholes: draw(2, 3 * H), parts }).forward(x, PART_STEPS),
  };
}

// "f_t" as an italic letter in its colour with its index; the rest as it is.
function mathNodes(text) {
  return text
    .split(/([a-zWp]_(?:t−1|[a-z]))/)
    .filter(Boolean)
    .map((piece) => {
      const [letter, index] = piece.split("_");
      if (!index) return piece;
      const colour = "fgioch".includes(letter) ? letter : index;
      return html(
        "i",
        { class: "fgioch".includes(colour) ? `live-${colour}` : "" },
        letter,
        html("sub", {}, index),
      );
    });
}

// An equation as pieces: plain text, ["ins", text] for what was added, ["del", text] for what was
// taken away; and a note in words.
function equationsOf(parts) {
  const pre = (gate, when) => [
    ...(parts.layer_norm ? [["ins", "LN("]] : []),
    `W_${gate} [x_t, h_t−1]`,
    ...(parts.layer_norm ? [["ins", ")"]] : []),
    ...(parts.peephole && when ? [["ins", ` + p_${gate} ⊙ ${when}`]] : []),
    ` + b_${gate}`,
  ];
  const gate = (letter, kept, when) => [
    `${letter}_t = `,
    ...(kept
      ? ["σ(", ...pre(letter, when), ")"]
      : [["ins", "1"], " ", ["del", `σ(W_${letter} [x_t, h_t−1] + b_${letter})`]]),
  ];
  const notes = {
    i: parts.coupled
      ? "coupled: it writes as much as f lets go"
      : parts.input_gate
        ? ""
        : "input gate removed: everything is written",
    f: parts.forget_gate ? "" : "forget gate removed: everything is kept",
    o: parts.output_gate ? "" : "output gate removed: everything is shown",
    h: parts.output_tanh ? "" : "output tanh removed: h is not bounded by 1",
  };
  return {
    i: [
      parts.coupled
        ? ["i_t = ", ["ins", "1 − f_t"], " ", ["del", "σ(W_i [x_t, h_t−1] + b_i)"]]
        : gate("i", parts.input_gate, "c_t−1"),
      notes.i,
    ],
    f: [gate("f", parts.forget_gate, "c_t−1"), notes.f],
    g: [["g_t = tanh(", ...pre("g"), ")"], ""],
    c: [["c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t"], ""],
    o: [gate("o", parts.output_gate, "c_t"), notes.o],
    h: [
      parts.output_tanh
        ? ["h_t = o_t ⊙ tanh(c_t)"]
        : ["h_t = o_t ⊙ ", ["ins", "c_t"], " ", ["del", "tanh(c_t)"]],
      notes.h,
    ],
  };
}

function createPartEquations() {
  const lines = Object.fromEntries(
    [..."ifgcoh"].map((letter) => [letter, html("li", { class: `live-${letter}` })]),
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
      lines[letter].replaceChildren(html("span", {}, ...nodes), html("small", {}, note));
    }
  }
  return { root, draw };
}

const middleRun = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// A recorded row: what its dots show, and what a better one has less of.
function betRow(row, less) {
  const values = less ? row.updates.map((n) => n ?? Infinity) : row.scores;
  const solved = row.updates.filter((n) => n !== null).length;
  return { ...row, values, solved, standing: [-solved, (less ? 1 : -1) * middleRun(values)] };
}

const isBetter = ([solved, middle], other) =>
  solved < other[0] || (solved === other[0] && middle < other[1]);

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: [...PARTS, "unit", "seed", "task", "order", "revealed"],
    fit: (width) => {
      for (const chart of Object.values(charts)) chart.layout(width);
      bet.layout(width);
    },
  });
  const { tasks, rows } = model.get("record");
  const equations = createPartEquations();
  const lines = (kind) => [
    { kind, style: "line" },
    { kind: "soft", style: "dotted" },
  ];
  const charts = {
    c: createLineChart({ lines: lines("c"), height: 150 }),
    h: createLineChart({ lines: lines("h"), height: 150 }),
  };
  const says = html("p", { class: "live-story" });
  const bet = createBet({
    names: rows.filter((row) => row.task === rows[0].task).map((row) => row.variant),
    change: frame.change,
  });
  const numbers = createTable(["t", "x", "c", "h", "LSTM c", "LSTM h"], PART_STEPS);
  const runs = createTable(
    ["variant", "parameters", "seed", "updates", "score"],
    (rows.length / 3) * rows[0].scores.length,
  );
  write(runs.root.querySelector("summary"), "Runs");
  runs.root.classList.add("live-runs");
  const legend = createLegend([
    { kind: "c", label: "c of the variant" },
    { kind: "h", label: "h of the variant" },
    { kind: "soft", label: "the whole LSTM", style: "dashed" },
  ]);
  el.append(
    html("div", { class: "live-head" }, frame.tools),
    html("div", { class: "live-slot" }),
    equations.root,
    legend.root,
    charts.c.root,
    charts.h.root,
    says,
    numbers.root,
    bet.root,
    runs.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const parts = partsOf(model);
    const unit = model.get("unit") - 1;
    const { x, whole, variant } = runBoth(model.get("seed"), parts);
    equations.draw(parts);
    for (const name of ["c", "h"]) {
      const [now, was] = [variant, whole].map((trace) =>
        Array.from({ length: PART_STEPS }, (_, t) => trace[name][t * PART_UNITS + unit]),
      );
      const most = Math.max(...[...now, ...was].map(Math.abs));
      const high = [1, 2, 4, 8, 16, 32].find((limit) => most <= limit);
      charts[name].draw({
        from: 1,
        to: PART_STEPS,
        low: -high,
        high,
        at: 1,
        ticks: [1, 6, 12, 18, 24].map((at) => ({ at, text: `${at}` })),
        values: [
          { from: 1, y: now },
          { from: 1, y: was },
        ],
        label: `${name} of unit ${unit + 1} over ${PART_STEPS} steps; at the end ${fixed(now.at(-1))}, in the whole LSTM ${fixed(was.at(-1))}`,
      });
    }
    const last = (trace, name) => trace[name][(PART_STEPS - 1) * PART_UNITS + unit];
    const most = Math.max(...variant.c.map((value, k) => Math.abs(value - whole.c[k])));
    const idle = [
      ["coupled", "Coupling needs an input and a forget gate"],
      ["peephole", "Peepholes need a gate"],
    ]
      .filter(([name]) => model.get(name) && !parts[name])
      .map(([, why]) => `${why}: it does nothing now. `);
    const reading =
      most < 1e-9
        ? "This is the whole LSTM: both curves agree. Take a part away."
        : `Unit ${unit + 1} ends at c = ${fixed(last(variant, "c"))}, h = ${fixed(last(variant, "h"))}; in the whole LSTM at c = ${fixed(last(whole, "c"))}, h = ${fixed(last(whole, "h"))}.`;
    write(says, idle.join("") + reading);
    numbers.draw((t, k) =>
      k === 0
        ? `${t + 1}`
        : k === 1
          ? fixed(x[t], 4)
          : fixed([variant, whole][k < 4 ? 0 : 1]["ch"[k % 2]][t * PART_UNITS + unit], 4),
    );

    const task = model.get("task");
    const shown = rows
      .filter((row) => row.task === task)
      .map((row) => betRow(row, tasks[task].less));
    const open = model.get("revealed") === task;
    const verdict = bet.draw({
      task,
      less: tasks[task].less,
      most: tasks[task].most,
      order: model.get("order"),
      open,
      shown,
    });
    runs.root.hidden = !open;
    if (open) {
      const seeds = shown[0].scores.length;
      runs.draw((n, k) => {
        const row = shown[Math.floor(n / seeds)];
        return [
          row.variant,
          `${row.parameters}`,
          `${n % seeds}`,
          tasks[task].less ? `${row.updates[n % seeds] ?? "not solved"}` : "–",
          `${row.scores[n % seeds]}`,
        ][k];
      });
    }
    frame.say(`${reading} ${verdict}`);
  }

  return frame.start();
}

// The variants in the reader's order, to be moved by buttons, and the runs beside them once revealed.
function createBet({ names, change }) {
  const title = html("p", { class: "live-heading" });
  const items = names.map((name, k) => {
    const [up, down] = [
      [-1, "↑", "up"],
      [1, "↓", "down"],
    ].map(([by, arrow, word]) =>
      button(arrow, (event) => move(k, by, event.currentTarget), {
        "aria-label": `Move ${name} ${word}`,
      }),
    );
    const place = html("b");
    const dots = Array.from({ length: 5 }, () => svg("circle", { class: "live-run-dot", r: 5 }));
    const middle = svg("line", { class: "live-bet-middle", y1: 5, y2: BET_HEIGHT - 5 });
    const bed = svg("line", {
      class: "live-bet-bed",
      x1: 8,
      y1: BET_HEIGHT / 2,
      y2: BET_HEIGHT / 2,
    });
    const chart = svg(
      "svg",
      { role: "img", height: BET_HEIGHT, class: "live-c" },
      bed,
      middle,
      ...dots,
    );
    const measured = html("span", { class: "live-bet-measured" }, html("b"), html("span"));
    return {
      up,
      down,
      place,
      dots,
      middle,
      bed,
      chart,
      measured,
      node: html(
        "li",
        {},
        place,
        html("span", { class: "live-bet-name" }, name),
        html("span", { class: "live-bet-buttons" }, up, down),
        chart,
        measured,
      ),
    };
  });
  const list = html("ol", { class: "live-bet-list", "aria-label": "Your ranking, best first" });
  const axis = html("p", { class: "live-bet-axis" });
  const verdict = html("p", { class: "live-answer" });
  const reveal = button("Reveal the runs", () => change({ revealed: last.open ? "" : last.task }));
  const root = html(
    "div",
    { class: "live-bet" },
    title,
    list,
    axis,
    html("p", { class: "live-bet-reveal" }, reveal),
    verdict,
  );
  let width = 200;
  let last = null;

  function move(k, by, from) {
    const order = [...last.order];
    const at = order.indexOf(BET_LETTERS[k]);
    const to = at + by;
    if (to < 0 || to >= order.length) return;
    [order[at], order[to]] = [order[to], order[at]];
    change({ order: order.join("") });
    queueMicrotask(() => from.focus()); // the list was put together anew
  }

  function layout(newWidth) {
    const wide = newWidth >= 560;
    root.classList.toggle("live-narrow", !wide);
    width = wide ? newWidth - 380 : newWidth - 90;
    for (const { chart, bed } of items) {
      put(chart, { width, viewBox: `0 0 ${width} ${BET_HEIGHT}` });
      put(bed, { x2: width - 8 });
    }
    if (last) draw(last);
  }

  function draw(v) {
    const { task, less, most, order, open, shown } = v;
    if (last?.order !== order)
      list.replaceChildren(...[...order].map((letter) => items[BET_LETTERS.indexOf(letter)].node));
    last = v;
    write(title, `Your bet: which variant does best at ${task}?`);
    write(reveal, open ? "Hide the runs" : "Reveal the runs");
    const high = less ? 1.14 * most : most;
    const x = (value) => 12 + ((width - 24) * Math.min(value, high)) / high;
    const places = shown.map(
      (row) => 1 + shown.filter((other) => isBetter(other.standing, row.standing)).length,
    );
    shown.forEach((row, k) => {
      const item = items[k];
      const at = order.indexOf(BET_LETTERS[k]);
      write(item.place, `${at + 1}`);
      put(item.up, { "aria-disabled": at === 0 });
      put(item.down, { "aria-disabled": at === shown.length - 1 });
      put(item.chart, { visibility: open ? "visible" : "hidden" });
      const middle = middleRun(row.values);
      put(item.middle, { x1: x(middle), x2: x(middle) });
      item.dots.forEach((dot, seed) => {
        put(dot, { cx: x(row.values[seed]).toFixed(1), cy: BET_HEIGHT / 2 + 4 * (seed - 2) });
        dot.classList.toggle("live-hollow", row.values[seed] === Infinity);
      });
      const median = middle === Infinity ? "not solved" : `median ${middle}`;
      write(item.measured.firstChild, open ? `place ${places[k]}` : "");
      write(item.measured.lastChild, open ? `${median}${less ? ` · ${row.solved} of 5` : ""}` : "");
      put(item.chart, {
        "aria-label": `${row.variant}: ${row.values.map((value) => (value === Infinity ? "not solved" : value)).join(", ")}`,
      });
    });
    write(
      axis,
      !open
        ? ""
        : less
          ? `A dot is a run: updates until solved, 0 at the left, fewer is better; hollow at the right edge: not solved in ${most}. The stroke is the median.`
          : `A dot is a run: the largest n counted right, 0 at the left, more is better; at the right ${most}, beyond which nobody asked. The stroke is the median.`,
    );
    let agreed = 0;
    for (let a = 0; a < order.length; a += 1) {
      for (let b = a + 1; b < order.length; b += 1)
        agreed += places[BET_LETTERS.indexOf(order[a])] <= places[BET_LETTERS.indexOf(order[b])];
    }
    const result = open ? `${agreed} of 28 pairs are in the order that was measured.` : "";
    write(verdict, result);
    return result;
  }

  return { root, layout, draw };
}

export default { render };
