// The backward pass of a small LSTM or GRU: one step with its routes, and what is left over time.
// The traits: lecture_lib/figures/backward.py.
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { createLegend } from "../../web/charts/curves.mjs";
import { html, put, sub, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { button, createTable, createTabs } from "../../web/kit/parts.mjs";
import { gruRoutes, lstmRoutes } from "./routes.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";

const INPUT_SIZE = 2;
const MAX_BACK = 12;
const CELLS_BACK = {
  LSTM: {
    make: createLSTM,
    gates: ["i", "f", "g", "o"],
    routes: ["read", "belt", "o", "f", "i", "g", "h"],
    stream: 40,
    states: ["h", "c"],
  },
  GRU: {
    make: createGRU,
    gates: ["r", "z", "n"],
    routes: ["belt", "z", "n", "r", "h"],
    stream: 42,
    states: ["h"],
  },
};
const CUTS = [...new Set(Object.values(CELLS_BACK).flatMap(({ routes }) => routes))].map(
  (name) => `cut_${name}`,
);
const SETTINGS_BACK = ["forget_bias", "gain", "hidden_size", "steps", "seed", "tab"];
const ALL_BACK = [...SETTINGS_BACK, ...CUTS, "t", "unit"];
const WORDS = { read: "read-out", belt: "belt", h: "way back through h" };

// "−0.012", and "3e−5" where that says more: as short as a drawing needs.
function short(value) {
  const size = Math.abs(value);
  const text =
    size === 0
      ? "0"
      : size >= 0.00095
        ? size.toFixed(size < 0.0095 ? 3 : size < 9.95 ? 2 : 1)
        : size.toExponential(0).replace("e-", "e−");
  return value < 0 ? `−${text}` : text;
}

const norm = (values) => Math.hypot(...values);

// The forward pass by cells.mjs, and from it the walk back: rows[t] for t = T … 1.
function createWalk(settings) {
  const { tab, hidden_size: H, steps, seed, gain, forget_bias } = settings;
  const kind = tab ? "GRU" : "LSTM";
  const { make, gates, stream } = CELLS_BACK[kind];
  const rows = gates.length * H;
  const bound = 1 / Math.sqrt(H);
  const weightIh = seededUniform(seed, stream, rows * INPUT_SIZE).map((value) => bound * value);
  const weightHh = seededUniform(seed, stream + 1, rows * H).map((value) => bound * gain * value);
  const bias = new Float64Array(rows).fill(tab ? -forget_bias : forget_bias, H, 2 * H);
  const trace = make({
    inputSize: INPUT_SIZE,
    hiddenSize: H,
    weightIh,
    weightHh,
    bias,
    maxSteps: steps,
  }).forward(seededUniform(seed, 44, steps * INPUT_SIZE), steps);
  const at = (name, t) => (t ? trace[name].subarray((t - 1) * H, t * H) : new Float64Array(H));

  function walk(cut) {
    const back = [];
    let dh = new Float64Array(H).fill(1);
    let dc = new Float64Array(H);
    for (let t = steps; t > 0; t -= 1) {
      const step = {
        dh,
        h: at("h", t - 1),
        weightHh,
        cut,
        gates: Object.fromEntries(gates.map((name) => [name, at(name, t)])),
      };
      back[t] = {
        dhIn: dh,
        dcIn: dc,
        ...(tab ? gruRoutes(step) : lstmRoutes({ ...step, dc, c: at("c", t - 1) })),
      };
      ({ dhBefore: dh, dcBefore: dc } = back[t]);
    }
    const left = { h: [norm(back[1].dhBefore)] };
    if (!tab) left.c = [norm(back[1].dcBefore)];
    for (let t = 1; t <= steps; t += 1) {
      left.h.push(norm(back[t].dhIn));
      if (!tab) left.c.push(norm(back[t].dc));
    }
    return { back, left };
  }
  return walk;
}

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ALL_BACK,
    fit: (width) => [...Object.values(schemes), leftover].forEach((part) => part.layout(width)),
  });
  const tabs = createTabs(["LSTM", "GRU"], (tab) => frame.change({ tab }));
  const schemes = { LSTM: createScheme(LSTM_SCHEME), GRU: createScheme(GRU_SCHEME) };
  const leftover = createLeftover((t) => frame.change({ t }));
  const step = (t) => frame.change({ t });
  const older = button("← one step back", () => step(now().t - 1));
  const newer = button("one step on →", () => step(now().t + 1));
  const whole = button("to step T", () => step(now().steps));
  const says = html("span", { class: "live-step" });
  const player = html(
    "div",
    { class: "live-player live-walk", role: "group", "aria-label": "Steps" },
    older,
    newer,
    whole,
    says,
  );
  const story = html("p", { class: "live-story live-measured" });
  const tables = {
    LSTM: createTable(
      [
        "t",
        "δh",
        "δc",
        "read",
        "belt",
        "o",
        "f",
        "i",
        "g",
        "via o",
        "via f",
        "via i",
        "via g",
        "δh before",
        "δc before",
      ],
      MAX_BACK,
    ),
    GRU: createTable(
      ["t", "δh", "belt", "z", "n", "r", "via z", "via n", "via r", "δh before"],
      MAX_BACK,
    ),
  };
  const slot = html("div", { class: "live-slot" });
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    player,
    schemes.LSTM.root,
    schemes.GRU.root,
    story,
    html("p", { class: "live-heading" }, "what is left at each step, all units together"),
    leftover.root,
    slot,
    tables.LSTM.root,
    tables.GRU.root,
    frame.caption,
    frame.voice,
  );
  let walk = null;
  let walkedFor = "";

  function now() {
    const values = Object.fromEntries(ALL_BACK.map((name) => [name, model.get(name)]));
    return {
      ...values,
      t: Math.min(values.t, values.steps),
      unit: Math.min(values.unit, values.hidden_size),
    };
  }

  function draw() {
    const v = now();
    const kind = v.tab ? "GRU" : "LSTM";
    const key = SETTINGS_BACK.map((name) => v[name]).join();
    if (key !== walkedFor) [walk, walkedFor] = [createWalk(v), key];
    const cuts = CELLS_BACK[kind].routes.filter((name) => v[`cut_${name}`]);
    const { back, left } = walk((name) => cuts.includes(name));
    const uncut = cuts.length ? walk(() => false).left : left;
    const k = v.unit - 1;
    tabs.draw(v.tab);
    for (const name in schemes) schemes[name].root.toggleAttribute("hidden", name !== kind);
    for (const name in tables) tables[name].root.hidden = name !== kind;
    older.disabled = v.t <= 1;
    newer.disabled = whole.disabled = v.t >= v.steps;
    write(says, `back through step ${v.t} of ${v.steps}`);
    schemes[kind].draw({ row: back[v.t], k, t: v.t, cuts });
    leftover.draw({ left, uncut, steps: v.steps, t: v.t, cut: cuts.length > 0 });
    tables[kind].draw((r, column) => {
      const t = v.steps - r;
      return column ? number(back[t], tables[kind], column, k) : `${t}`;
    }, v.steps);
    const told = tell(kind, v, left, uncut, cuts);
    write(story, told);
    frame.say(`Back through step ${v.t}. ${told}`);
  }
  const number = (row, table, column, k) => {
    const name = table.root.querySelectorAll("thead th")[column].textContent;
    const key =
      { δh: "dhIn", δc: "dc", "δh before": "dhBefore", "δc before": "dcBefore" }[name] ?? name;
    return row[key][k].toExponential(6).replace("e+", "e").replaceAll("-", "−");
  };
  return frame.start();
}

function tell(kind, { steps, t }, left, uncut, cuts) {
  const states = CELLS_BACK[kind].states.slice().reverse();
  const here = states.map((s) => `‖δ${s}‖ = ${short(left[s][t - 1])}`).join(", ");
  const start = states.map((s) => `‖δ${s}‖ = ${short(left[s][0])}`).join(", ");
  if (!cuts.length)
    return `Sent back through step ${t}, there is left ${here} at step ${t - 1}. At step 0, ${steps} steps back, ${start}.`;
  const share = states
    .map((s) => `‖δ${s}‖ = ${short(left[s][0])} of ${short(uncut[s][0])}`)
    .join(", ");
  const named = cuts.map((name) => WORDS[name] ?? `way through ${name}`).join(", ");
  return `Cut: ${named}. At step 0 there is left ${share}.`;
}

// A drawing of one step: `pipes` are the routes with their ways in fractions of the width and px from
// the top, `boxes` the gates, `numbers` what stands beside a pipe, `names` what comes in and goes out.
const LSTM_SCHEME = {
  height: 292,
  pipes: [
    {
      of: "dcIn",
      route: null,
      kind: "c",
      way: [
        [1, 62],
        [0.87, 62],
      ],
    },
    {
      of: "dhIn",
      route: null,
      kind: "h",
      way: [
        [1, 262],
        [0.87, 262],
        [0.87, 160],
      ],
    },
    {
      of: "read",
      route: "read",
      kind: "c",
      way: [
        [0.87, 160],
        [0.87, 62],
      ],
    },
    {
      of: "o",
      route: "o",
      kind: "o",
      way: [
        [0.87, 160],
        [0.69, 160],
      ],
    },
    {
      of: "dc",
      route: null,
      kind: "c",
      way: [
        [0.87, 62],
        [0.53, 62],
      ],
    },
    {
      of: "belt",
      route: "belt",
      kind: "c",
      way: [
        [0.53, 62],
        [0, 62],
      ],
    },
    {
      of: "g",
      route: "g",
      kind: "g",
      way: [
        [0.53, 62],
        [0.53, 142],
      ],
    },
    {
      of: "i",
      route: "i",
      kind: "i",
      way: [
        [0.37, 62],
        [0.37, 142],
      ],
    },
    {
      of: "f",
      route: "f",
      kind: "f",
      way: [
        [0.21, 62],
        [0.21, 142],
      ],
    },
    {
      of: "via o",
      route: "h",
      gate: "o",
      kind: "h",
      way: [
        [0.69, 186],
        [0.69, 262],
      ],
    },
    {
      of: "via g",
      route: "h",
      gate: "g",
      kind: "h",
      way: [
        [0.53, 186],
        [0.53, 262],
      ],
    },
    {
      of: "via i",
      route: "h",
      gate: "i",
      kind: "h",
      way: [
        [0.37, 186],
        [0.37, 262],
      ],
    },
    {
      of: "via f",
      route: "h",
      gate: "f",
      kind: "h",
      way: [
        [0.21, 186],
        [0.21, 262],
      ],
    },
    {
      of: "h",
      route: "h",
      kind: "h",
      way: [
        [0.69, 262],
        [0, 262],
      ],
    },
  ],
  boxes: [
    { name: "o", x: 0.69 },
    { name: "g", x: 0.53 },
    { name: "i", x: 0.37 },
    { name: "f", x: 0.21 },
  ],
  joint: { x: 0.87, y: 62 },
  numbers: [
    { of: "dcIn", x: 0.94, y: 50, kind: "c" },
    { of: "dhIn", x: 0.94, y: 250, kind: "h" },
    { of: "read", x: 0.885, y: 114, kind: "c", anchor: "start", says: "read-out" },
    { of: "dc", x: 0.7, y: 50, kind: "c" },
    { of: "dcBefore", x: 0.1, y: 50, kind: "c", says: "belt, × f" },
    { of: "dhBefore", x: 0.09, y: 250, kind: "h" },
  ],
  ends: [
    ["δc", "t", 1, 30, "end"],
    ["δh", "t", 1, 284, "end"],
    ["δc", "t−1", 0, 30, "start"],
    ["δh", "t−1", 0, 284, "start"],
  ],
  weights: 0.45,
};
const GRU_SCHEME = {
  height: 292,
  pipes: [
    {
      of: "dhIn",
      route: null,
      kind: "h",
      way: [
        [1, 62],
        [0.71, 62],
      ],
    },
    {
      of: "belt",
      route: "belt",
      kind: "h",
      way: [
        [0.71, 62],
        [0, 62],
      ],
    },
    {
      of: "z",
      route: "z",
      kind: "z",
      way: [
        [0.71, 62],
        [0.71, 142],
      ],
    },
    {
      of: "n",
      route: "n",
      kind: "n",
      way: [
        [0.51, 62],
        [0.51, 142],
      ],
    },
    {
      of: "r",
      route: "r",
      kind: "r",
      way: [
        [0.51, 164],
        [0.31, 164],
      ],
    },
    {
      of: "via z",
      route: "h",
      gate: "z",
      kind: "h",
      way: [
        [0.71, 186],
        [0.71, 262],
      ],
    },
    {
      of: "via n",
      route: "h",
      gate: "n",
      kind: "h",
      way: [
        [0.51, 186],
        [0.51, 262],
      ],
    },
    {
      of: "via r",
      route: "h",
      gate: "r",
      kind: "h",
      way: [
        [0.31, 186],
        [0.31, 262],
      ],
    },
    {
      of: "h",
      route: "h",
      kind: "h",
      way: [
        [0.71, 262],
        [0.11, 262],
        [0.11, 62],
      ],
    },
  ],
  boxes: [
    { name: "z", x: 0.71 },
    { name: "n", x: 0.51 },
    { name: "r", x: 0.31 },
  ],
  joint: { x: 0.11, y: 62 },
  numbers: [
    { of: "dhIn", x: 0.86, y: 50, kind: "h" },
    { of: "belt", x: 0.3, y: 50, kind: "h", says: "belt, × (1 − z)" },
    { of: "h", x: 0.125, y: 130, kind: "h", anchor: "start" },
    { of: "dhBefore", x: 0.05, y: 50, kind: "h" },
  ],
  ends: [
    ["δh", "t", 1, 30, "end"],
    ["δh", "t−1", 0, 30, "start"],
  ],
  weights: 0.41,
};

function createScheme({ height, pipes, boxes, joint, numbers, ends, weights }) {
  const drawn = pipes.map((pipe) => ({
    pipe,
    line: svg("path", { class: `live-pipe live-${pipe.kind}` }),
    cross: svg("path", { class: "live-pipe-cut" }),
  }));
  const plus = svg(
    "g",
    { class: "live-joint-plus" },
    svg("circle", { r: 9 }),
    svg("path", { d: "M-4.5,0H4.5M0,-4.5V4.5" }),
  );
  const gates = boxes.map(({ name, x }) => {
    const label = svg("text", { class: "live-gate-name", "text-anchor": "middle", y: 159 }, name);
    const value = svg("text", { class: "live-gate-value", "text-anchor": "middle", y: 177 });
    const back = svg("text", { class: "live-route-number live-h", y: 224 });
    return {
      name,
      x,
      box: svg("rect", { y: 142, height: 44, width: 58, rx: 10 }),
      label,
      value,
      back,
    };
  });
  const values = numbers.map(({ kind, anchor = "middle", y, says }) => {
    const text = svg("text", { class: `live-route-number live-${kind}`, y, "text-anchor": anchor });
    const word = svg(
      "text",
      {
        class: "live-route-word",
        y: says && anchor === "start" ? y + 15 : y + 32,
        "text-anchor": anchor,
      },
      says ?? "",
    );
    return { text, word };
  });
  const sides = ends.map(([letter, , , y, anchor]) =>
    svg("text", { class: `live-route-end live-${letter.at(-1)}`, y, "text-anchor": anchor }),
  );
  const matrix = svg(
    "text",
    { class: "live-route-word", y: height - 12, "text-anchor": "middle" },
    "back through W_hh to h",
  );
  const root = svg(
    "svg",
    { class: "live-routes", role: "img", height },
    ...drawn.flatMap(({ line, cross }) => [line, cross]),
    plus,
    matrix,
    ...gates.map(({ name, box, label, value }) =>
      svg("g", { class: `live-gate-box live-${name}` }, box, label, value),
    ),
    ...gates.map(({ back }) => back),
    ...values.flatMap(({ text, word }) => [text, word]),
    ...sides,
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    const x = (part) => 4 + part * (width - 8);
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    for (const { pipe, line, cross } of drawn) {
      put(line, { d: `M${pipe.way.map(([at, y]) => `${x(at).toFixed(1)},${y}`).join("L")}` });
      const [[x1, y1], [x2, y2]] = pipe.way;
      const [cx, cy] = [
        (x(x1) + x(x2)) / 2,
        y1 === y2 ? y1 : (y1 + y2) / 2 - (pipe.of === "read" ? 26 : 8),
      ];
      put(cross, { d: `M${cx - 6},${cy - 6}l12,12m0,-12l-12,12` });
    }
    put(plus, { transform: `translate(${x(joint.x)},${joint.y})` });
    for (const { box, label, value, back, x: at } of gates) {
      const wide = Math.min(58, 0.145 * width);
      put(box, { x: x(at) - wide / 2, width: wide });
      for (const text of [label, value]) put(text, { x: x(at) });
      put(back, { x: x(at) + 7 });
    }
    numbers.forEach((number, k) => {
      put(values[k].text, { x: x(number.x) });
      put(values[k].word, { x: x(number.x) });
    });
    ends.forEach(([, , at], k) => put(sides[k], { x: at ? width - 2 : 2 }));
    put(matrix, { x: x(weights) });
    if (last) draw(last);
  }

  // `row` are the routes of step t, `k` the unit from 0, `cuts` the names of those that are cut.
  function draw(view) {
    last = view;
    const { row, k, t, cuts } = view;
    const most = Math.max(1e-300, ...pipes.map(({ of }) => Math.abs(row[of][k])));
    for (const { pipe, line, cross } of drawn) {
      const isCut = cuts.includes(pipe.route);
      const part = Math.abs(row[pipe.of][k]) / most;
      line.style.strokeWidth = `${isCut ? 1.5 : 1 + 9 * Math.sqrt(part)}px`;
      line.classList.toggle("live-pipe-closed", isCut);
      line.classList.toggle("live-pipe-minus", row[pipe.of][k] < 0);
      put(cross, { visibility: isCut && !pipe.gate ? "visible" : "hidden" });
    }
    for (const { name, value, back } of gates) {
      write(value, short(row[name][k]));
      write(back, short(row[`via ${name}`][k]));
    }
    numbers.forEach(({ of }, n) => write(values[n].text, short(row[of][k])));
    ends.forEach(([letter, index], n) =>
      sides[n].replaceChildren(...sub(letter, index === "t" ? `${t}` : `${t - 1}`)),
    );
    root.setAttribute(
      "aria-label",
      `The gradient through step ${t}, unit ${k + 1}: ${Object.keys(row)
        .filter((name) => !name.startsWith("d"))
        .map((name) => `${name} ${short(row[name][k])}`)
        .join(", ")}.`,
    );
  }
  return { root, layout, draw };
}

const LEFT_EDGE = { left: 44, right: 6, top: 10, bottom: 26 };
const LEFT_HEIGHT = 170;

// ‖δc‖ and ‖δh‖ at each step on a logarithmic axis: solid where the wave has been; dashed outlines
// are those with no route cut.
function createLeftover(choose) {
  const legend = createLegend([
    { kind: "c", label: "‖δc‖", style: "box" },
    { kind: "h", label: "‖δh‖", style: "box" },
    { kind: "soft", label: "nothing cut", style: "dashed" },
  ]);
  const ticks = Array.from({ length: 6 }, () =>
    svg("g", { class: "live-tick" }, svg("line"), svg("text", { "text-anchor": "end" })),
  );
  const columns = Array.from({ length: MAX_BACK + 1 }, (_, t) => ({
    ghosts: ["c", "h"].map((kind) => svg("rect", { class: `live-left-ghost live-${kind}`, rx: 3 })),
    bars: ["c", "h"].map((kind) => svg("rect", { class: `live-bar live-${kind}`, rx: 3 })),
    mark: svg("text", { class: "live-mark", "text-anchor": "middle", y: LEFT_HEIGHT - 8 }, `${t}`),
    hit: svg("rect", {
      class: "live-hit",
      y: 0,
      height: LEFT_HEIGHT,
      onclick: () => choose(Math.max(1, t)),
    }),
  }));
  const here = svg("rect", { class: "live-here", x: 0, y: 2, height: LEFT_HEIGHT - 4, rx: 8 });
  const chart = svg(
    "svg",
    { class: "live-left", role: "img", height: LEFT_HEIGHT },
    here,
    ...ticks,
    ...columns.flatMap(({ ghosts, bars, mark }) => [...bars, ...ghosts, mark]),
    ...columns.map(({ hit }) => hit),
  );
  const root = html("div", {}, legend.root, chart);
  let width = 640;
  let last = null;
  const floor = LEFT_HEIGHT - LEFT_EDGE.bottom;

  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, height: LEFT_HEIGHT, viewBox: `0 0 ${width} ${LEFT_HEIGHT}` });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { left, uncut, steps, t: now, cut } = view;
    legend.draw([Boolean(left.c), true, cut]);
    const all = [...Object.values(left), ...Object.values(uncut)]
      .flat()
      .filter((value) => value > 0);
    const high = Math.ceil(Math.log10(Math.max(...all)) + 1e-9);
    const low = Math.max(Math.min(high - 2, Math.floor(Math.log10(Math.min(...all)))), high - 15);
    const y = (value) =>
      floor - ((Math.max(low, Math.log10(value)) - low) * (floor - LEFT_EDGE.top)) / (high - low);
    const every = Math.ceil((high - low) / 5);
    ticks.forEach((tick, n) => {
      const power = high - n * every;
      put(tick, { visibility: power >= low ? "visible" : "hidden" });
      put(tick.firstChild, {
        x1: LEFT_EDGE.left,
        x2: width - LEFT_EDGE.right,
        y1: y(10 ** power),
        y2: y(10 ** power),
      });
      put(tick.lastChild, { x: LEFT_EDGE.left - 6, y: y(10 ** power) + 4 });
      write(
        tick.lastChild,
        power < -3 || power > 3
          ? `1e${power}`.replace("-", "−")
          : `${Number((10 ** power).toPrecision(1))}`,
      );
    });
    const column = (width - LEFT_EDGE.left - LEFT_EDGE.right) / (steps + 1);
    const thick = Math.min(16, 0.36 * column);
    columns.forEach(({ ghosts, bars, mark, hit }, t) => {
      const there = t <= steps;
      for (const node of [...ghosts, ...bars, mark, hit])
        put(node, { visibility: there ? "visible" : "hidden" });
      if (!there) return;
      const middle = LEFT_EDGE.left + (t + 0.5) * column;
      ["c", "h"].forEach((state, n) => {
        const alone = !left.c;
        const place = (node, value, shown) =>
          put(node, {
            x: alone ? middle - thick / 2 : middle + (n ? 1 : -thick - 1),
            width: thick,
            y: y(value || 1e-300),
            height: Math.max(0, floor - y(value || 1e-300)),
            visibility: shown ? "visible" : "hidden",
          });
        place(bars[n], left[state]?.[t], Boolean(left[state]) && t >= now - 1);
        place(ghosts[n], uncut[state]?.[t], Boolean(uncut[state]) && (cut || t < now - 1));
      });
      put(mark, { x: middle });
      mark.classList.toggle("live-now", t === now || t === now - 1);
      put(hit, { x: middle - column / 2, width: column });
    });
    put(here, {
      width: 2 * column - 2,
      transform: `translate(${LEFT_EDGE.left + (now - 1) * column + 1},0)`,
    });
    const ends = Object.entries(left)
      .map(([state, values]) => `δ${state} ${short(values[0])}`)
      .join(", ");
    chart.setAttribute(
      "aria-label",
      `What is left of the gradient at each step, on a logarithmic axis. At step 0: ${ends}.`,
    );
  }
  return { root, layout, draw };
}

export default { render };
