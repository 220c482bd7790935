// Decay kernel against attention row: what each earlier step weighs at the step that asks, in a
// gated memory and in attention; and what the two cost. The traits: lecture_lib/figures/memory_kernel.py.
import { html, put, sub, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { button, createTable } from "../../web/kit/parts.mjs";

const COST_WIDTH = 64; // numbers in the memory, in a key and in a value
const GATE_ROW = 30;
const BARS = 112; // px for a weight of 1
const EDGE = { left: 34, right: 4 };
const PLACES = { chips: 6, f: 46, i: 82, memory: 150, attention: 304 };
const TALL = PLACES.attention + BARS + 8;
const grouped = (count) => count.toLocaleString("en");

const PRESETS = [
  ["fade", {}],
  ["keep step 4", { i: "0001000000000000", f: "....111111111111" }],
  ["forget at 9", { f: "........0......." }],
  ["sum of all", { f: "1111111111111111", i: "1111111111111111" }],
];

// The gates of all steps, the weights at step t from 1, and the scores that attention turns into some.
function weigh({ t, f, i, sharpness, held_f, held_i, keys_of_steps: keys }) {
  const gate = (value, held) => [...held].map((mark) => (mark === "." ? value : Number(mark)));
  const [forget, input] = [gate(f, held_f), gate(i, held_i)];
  const kernel = Array.from({ length: t });
  let kept = 1;
  for (let s = t - 1; s >= 0; s -= 1) {
    kernel[s] = input[s] * kept;
    kept *= forget[s];
  }
  const scores = keys
    .slice(0, t)
    .map((key) => key.reduce((sum, k, n) => sum + k * keys[t - 1][n], 0) / Math.sqrt(key.length));
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(sharpness * (score - most)));
  const total = raised.reduce((a, b) => a + b, 0);
  return { forget, input, kernel, scores, attention: raised.map((value) => value / total) };
}

// Numbers stored after T steps, products of the last step, products of all.
function costsOf(T, d = COST_WIDTH) {
  return { memory: [d, 2 * d, 2 * d * T], attention: [2 * d * T, 2 * d * T, d * T * (T + 1)] };
}

function render({ model, el }) {
  const names = ["t", "f", "i", "sharpness", "length", "s", "held_f", "held_i"];
  const letters = model.get("letters");
  const steps = letters.length;
  const frame = createFrame({
    model,
    el,
    draw,
    follows: names,
    fit: (width) => [chart, costs].forEach((part) => part.layout(width)),
  });
  const chart = createKernels(letters, (s) => frame.change({ s }));
  const desk = createDesk(
    (gate, mark) => {
      const held = model.get(`held_${gate}`);
      const at = model.get("s") - 1;
      frame.change({ [`held_${gate}`]: held.slice(0, at) + mark + held.slice(at + 1) });
    },
    (by) => frame.change({ s: Math.max(1, Math.min(steps, model.get("s") + by)) }),
  );
  const free = ".".repeat(steps);
  const presets = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Gates to try" },
    ...PRESETS.map(([name, held]) =>
      button(name, () => frame.change({ held_f: held.f ?? free, held_i: held.i ?? free })),
    ),
  );
  const says = html("p", { class: "live-fact live-kernel-says" });
  const costs = createCosts();
  const table = createTable(
    ["step s", "letter", "f", "i", "weight in memory", "q·k/√d", "weight in attention"],
    steps,
  );
  el.append(
    html("div", { class: "live-head" }, presets, frame.tools),
    chart.root,
    says,
    desk.root,
    html("div", { class: "live-slot" }),
    costs.root,
    table.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const state = Object.fromEntries(
      [...names, "keys_of_steps"].map((name) => [name, model.get(name)]),
    );
    const { t, s } = state;
    const w = weigh(state);
    chart.draw(state, w);
    desk.draw(s, letters[s - 1], state.held_f[s - 1], state.held_i[s - 1]);
    const where =
      s > t
        ? `Step ${s} comes after step ${t}: it weighs nothing.`
        : `Step ${s} (${letters[s - 1]}) weighs ${w.kernel[s - 1].toFixed(3)} in the memory and ${w.attention[s - 1].toFixed(3)} in attention.`;
    write(says, `Step ${t} (${letters[t - 1]}) asks. ${where}`);
    costs.draw(state.length);
    table.draw((row, k) => {
      const value = [w.forget, w.input, w.kernel, w.scores, w.attention][k - 2]?.[row];
      if (k === 0) return `${row + 1}`;
      if (k === 1) return letters[row];
      return value === undefined ? "–" : value.toFixed(k < 4 ? 2 : 5).replace("-", "−");
    });
    frame.say(says.textContent);
  }

  return frame.start();
}

// Letters, gates, and two rows of bars over the same steps. A click on a step chooses it.
function createKernels(letters, choose) {
  const steps = letters.length;
  const each = (make) => Array.from({ length: steps }, (_, k) => make(k));
  const here = svg("rect", { class: "live-kernel-here", y: 2, height: TALL - 4, rx: 8 });
  const chips = each((k) =>
    svg(
      "g",
      { class: "live-kernel-chip" },
      svg("rect", { y: PLACES.chips, height: 30, rx: 8 }),
      svg("text", { y: PLACES.chips + 20, "text-anchor": "middle" }, letters[k]),
    ),
  );
  const gate = (kind) =>
    each(() =>
      svg(
        "g",
        { class: `live-kernel-gate live-${kind}` },
        svg("rect", { class: "live-kernel-bed", y: PLACES[kind], height: GATE_ROW, rx: 4 }),
        svg("rect", { class: "live-kernel-fill", rx: 4 }),
        svg("text", { y: PLACES[kind] + 20, "text-anchor": "middle" }),
      ),
    );
  const gates = { f: gate("f"), i: gate("i") };
  const bars = (kind, place) => {
    const ticks = [0, 0.5, 1].map((value) =>
      svg(
        "g",
        { class: "live-tick" },
        svg("line", {
          x1: EDGE.left,
          y1: place + BARS * (1 - value),
          y2: place + BARS * (1 - value),
          class: value ? "" : "live-zero",
        }),
        svg(
          "text",
          { x: EDGE.left - 6, y: place + BARS * (1 - value) + 4, "text-anchor": "end" },
          `${value}`,
        ),
      ),
    );
    const columns = each(() => svg("rect", { class: "live-bar", rx: 3 }));
    const values = each(() => svg("text", { class: "live-kernel-value", "text-anchor": "middle" }));
    return {
      ticks,
      columns,
      values,
      node: svg("g", { class: `live-${kind}` }, ...ticks, ...columns, ...values),
    };
  };
  const memory = bars("c", PLACES.memory);
  const attention = bars("who-0", PLACES.attention);
  const title = (kind, place, ...words) =>
    svg("text", { class: `live-kernel-title live-${kind}`, x: EDGE.left, y: place - 12 }, ...words);
  const titles = [
    title(
      "c",
      PLACES.memory,
      "gated memory: i",
      ...sub("", "s"),
      svg("tspan", { dy: "-0.3em" }, " × the f’s since"),
    ),
    title("who-0", PLACES.attention, "attention: softmax(β q·k / √d)"),
  ];
  const names = ["f", "i"].map((kind) =>
    svg(
      "text",
      {
        class: `live-kernel-name live-${kind}`,
        x: 14,
        y: PLACES[kind] + 20,
        "text-anchor": "middle",
      },
      kind,
    ),
  );
  const root = svg(
    "svg",
    { class: "live-kernels", role: "img", height: TALL, onclick: pick },
    here,
    ...chips,
    ...gates.f,
    ...gates.i,
    memory.node,
    attention.node,
    ...titles,
    ...names,
  );
  let width = 640;
  let last = null;
  const column = () => (width - EDGE.left - EDGE.right) / steps;
  const x = (k) => EDGE.left + k * column();

  function pick(event) {
    const k = Math.floor(
      (event.clientX - root.getBoundingClientRect().left - EDGE.left) / column(),
    );
    if (k >= 0 && k < steps) choose(k + 1);
  }
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${TALL}` });
    for (const tick of [...memory.ticks, ...attention.ticks])
      put(tick.firstChild, { x2: width - EDGE.right });
    if (last) draw(...last);
  }
  function draw(state, w) {
    last = [state, w];
    const { t, s } = state;
    const wide = column() - (width < 480 ? 2 : 5);
    const middle = (k) => x(k) + column() / 2;
    put(here, { x: x(s - 1), width: column() });
    chips.forEach((chip, k) => {
      const asks = k === t - 1;
      const alike = letters[k] === letters[t - 1] && k < t;
      put(chip, {
        class: `live-kernel-chip${asks ? " live-now" : ""}${alike ? " live-alike" : ""}${k >= t ? " live-faint" : ""}`,
      });
      put(chip.firstChild, { x: middle(k) - wide / 2, width: wide });
      put(chip.lastChild, { x: middle(k) });
    });
    for (const [kind, values, held] of [
      ["f", w.forget, state.held_f],
      ["i", w.input, state.held_i],
    ]) {
      gates[kind].forEach((node, k) => {
        const fixed = held[k] !== ".";
        const tall = GATE_ROW * values[k];
        put(node, {
          class: `live-kernel-gate live-${kind}${fixed ? " live-held" : ""}${k >= t ? " live-faint" : ""}`,
        });
        put(node.children[0], { x: middle(k) - wide / 2, width: wide });
        put(node.children[1], {
          x: middle(k) - wide / 2,
          width: wide,
          y: PLACES[kind] + GATE_ROW - tall,
          height: tall,
        });
        put(node.children[2], { x: middle(k) });
        write(
          node.children[2],
          fixed
            ? held[k]
            : width < 480
              ? ""
              : values[k].toFixed(2).replace(/^0/, "").replace(/0$/, ""),
        );
      });
    }
    for (const [part, place, weights] of [
      [memory, PLACES.memory, w.kernel],
      [attention, PLACES.attention, w.attention],
    ]) {
      part.columns.forEach((bar, k) => {
        const tall = BARS * (weights[k] ?? 0);
        put(bar, { x: middle(k) - wide / 2, width: wide, y: place + BARS - tall, height: tall });
        put(part.values[k], {
          x: middle(k),
          y: Math.max(place + 11, place + BARS - tall - 4),
          visibility: k < t && width >= 480 && weights[k] >= 0.005 ? "visible" : "hidden",
        });
        put(part.values[k], {
          class: `live-kernel-value${tall > BARS - 14 ? " live-inside" : ""}`,
        });
        write(part.values[k], (weights[k] ?? 0).toFixed(2).replace(/^0/, ""));
      });
    }
    const shares = (weights) => weights.map((value) => value.toFixed(2)).join(", ");
    put(root, {
      "aria-label": `Weights of steps 1 to ${t} at step ${t}. In the memory: ${shares(w.kernel)}. In attention: ${shares(w.attention)}.`,
    });
  }
  return { root, layout, draw };
}

// Which step is chosen, and what holds its gates.
function createDesk(hold, move) {
  const title = html("span", { class: "live-kernel-which" });
  const walk = html(
    "span",
    { class: "live-player", role: "group", "aria-label": "Chosen step" },
    button("‹", () => move(-1), { "aria-label": "Choose the step before" }),
    title,
    button("›", () => move(1), { "aria-label": "Choose the step after" }),
  );
  const rows = ["f", "i"].map((gate) => {
    const marks = [
      [".", "free"],
      ["0", "0"],
      ["1", "1"],
    ].map(([mark, words]) => ({
      mark,
      node: button(words, () => hold(gate, mark), {
        "aria-label": `${gate} of the chosen step: ${mark === "." ? "free, as the slider says" : `held at ${mark}`}`,
      }),
    }));
    return {
      gate,
      marks,
      node: html(
        "div",
        { class: `live-kernel-hold live-${gate}`, role: "group" },
        html("span", {}, gate),
        ...marks.map(({ node }) => node),
      ),
    };
  });
  const root = html("div", { class: "live-kernel-desk" }, walk, ...rows.map(({ node }) => node));
  function draw(s, letter, ...held) {
    write(title, `step ${s} (${letter})`);
    rows.forEach(({ gate, marks, node }, k) => {
      put(node, { "aria-label": `${gate} of step ${s}` });
      for (const { mark, node: knob } of marks) put(knob, { "aria-pressed": mark === held[k] });
    });
  }
  return { root, draw };
}

// Two rows for each count, on a scale of powers of ten.
function createCosts() {
  const ROW = 62;
  const MOST = Math.log10(COST_WIDTH * 4096 * 4097);
  const COUNTS = ["numbers stored after T steps", "products at step T", "products of all T steps"];
  const rows = COUNTS.map((name, k) => {
    const pair = ["c", "who-0"].map((kind, n) => ({
      bar: svg("rect", { class: "live-bar", y: k * ROW + 20 + 18 * n, height: 13, rx: 4 }),
      text: svg("text", { class: "live-kernel-count", y: k * ROW + 31 + 18 * n }),
      kind,
    }));
    return {
      pair,
      node: svg(
        "g",
        {},
        svg("text", { class: "live-mark", y: k * ROW + 13 }, name),
        ...pair.map(({ bar, text, kind }) => svg("g", { class: `live-${kind}` }, bar, text)),
      ),
    };
  });
  const chart = svg("svg", { role: "img", height: 3 * ROW }, ...rows.map(({ node }) => node));
  const heading = html("p", { class: "live-heading" });
  const root = html("div", { class: "live-kernel-costs" }, heading, chart);
  let width = 640;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${3 * ROW}` });
    if (last) draw(last);
  }
  function draw(T) {
    last = T;
    const counts = costsOf(T);
    write(
      heading,
      `Costs at T = ${grouped(T)}, width ${COST_WIDTH}; the bars’ scale is logarithmic`,
    );
    rows.forEach(({ pair }, k) =>
      ["memory", "attention"].forEach((name, n) => {
        const long = ((width - 190) * Math.log10(counts[name][k])) / MOST;
        put(pair[n].bar, { width: long });
        put(pair[n].text, { x: long + 7 });
        write(pair[n].text, `${name} ${grouped(counts[name][k])}`);
      }),
    );
    chart.setAttribute(
      "aria-label",
      COUNTS.map(
        (name, k) =>
          `${name}: memory ${grouped(counts.memory[k])}, attention ${grouped(counts.attention[k])}`,
      ).join("; "),
    );
  }
  return { root, layout, draw };
}

export default { render };
