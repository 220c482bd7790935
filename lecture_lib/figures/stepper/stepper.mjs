// The Stepper: an LSTM and a GRU over one sequence, as circuits, equations, heat maps and lines.
// Its traits and the meaning of each: lecture_lib/figures/stepper.py.
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { createCircuit, GRU_CIRCUIT, LSTM_CIRCUIT } from "./circuit.mjs";
import { fixed, html, still, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createHeat } from "../../web/charts/heat.mjs";
import { createHolds } from "./holds.mjs";
import { createLines } from "./lines.mjs";
import { button, createPlayer, createTable } from "../../web/kit/parts.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createSequence, createTextField } from "../../web/kit/sequence.mjs";
import { createWorking } from "./working.mjs";

const MAX_STEPS = 40;
const MAX_TEXT = 500;
const MAX_HOLDS = 8;
const LARGEST_INPUT = 5;
const SPEEDS = [1, 0.5, 2, 5, 10, 30];
const STREAM = { "lstm.ih": 0, "lstm.hh": 1, "gru.ih": 2, "gru.hh": 3, noise: 4 };
const CELLS = {
  lstm: { name: "LSTM", plan: LSTM_CIRCUIT, order: "ifgo", shown: "figoch" },
  gru: { name: "GRU", plan: GRU_CIRCUIT, order: "rzn", shown: "rznh" },
};
const LETTERS = {
  f: "forget gate f",
  i: "input gate i",
  g: "candidate g",
  o: "output gate o",
  c: "cell state c",
  h: "hidden state h",
  r: "reset gate r",
  z: "update gate z",
  n: "candidate n",
};
const isGate = (letter) => !"gnch".includes(letter);
const lowest = (gate) => (isGate(gate) ? 0 : -1);
const GATES_OF_BOTH = Object.entries(CELLS).flatMap(([cell, { name, order }]) =>
  [...order].map((gate) => ({ cell, gate, name: `${name} ${LETTERS[gate]}`, low: lowest(gate) })),
);

// What is read: { count, size (D), x (count × D), letters or values, skipped, cut }.
const twoDecimals = (value) => Math.floor(100 * value + 0.5) / 100;
const CURVE_VALUES = {
  sine: (t) => Math.sin((2 * Math.PI * (t + 1)) / 10),
  step: (t, steps) => (t >= Math.floor(steps / 3) ? 1 : 0),
  impulse: (t) => (t === 1 ? 1 : 0),
};

function readInput({ source, steps, seed, numbers, word }) {
  if (source === "word") return readWord(word);
  if (source === "numbers") return readNumbers(numbers);
  const noise = source === "noise" ? seededUniform(seed, STREAM.noise, steps) : null;
  const value = (_, t) => twoDecimals(noise ? noise[t] : CURVE_VALUES[source](t, steps));
  return asInput(Float64Array.from({ length: steps }, value));
}

const asInput = (values, rest = {}) => ({
  count: values.length,
  size: 1,
  x: values,
  values,
  skipped: [],
  cut: 0,
  ...rest,
});

function readNumbers(text) {
  const words = text
    .replaceAll("−", "-")
    .split(/[\s,;]+/)
    .filter(Boolean);
  const readable = (w) =>
    /^[+-]?(\d+\.?\d*|\.\d+)$/.test(w) && Math.abs(Number(w)) <= LARGEST_INPUT;
  const read = words.filter(readable).map(Number);
  const skipped = [...new Set(words.filter((w) => !readable(w)))];
  return asInput(Float64Array.from(read.length ? read.slice(0, MAX_STEPS) : [0]), {
    skipped,
    cut: Math.max(0, read.length - MAX_STEPS),
    empty: !read.length,
  });
}

function readWord(text) {
  const all = [...text];
  const read = all.filter((c) => /^[a-z]$/i.test(c) && c.length === 1).map((c) => c.toLowerCase());
  const letters = read.slice(0, MAX_STEPS);
  const count = Math.max(1, letters.length);
  const x = new Float64Array(26 * count);
  letters.forEach((c, t) => {
    x[26 * t + c.charCodeAt(0) - 97] = 1;
  });
  const skipped = [...new Set(all.filter((c) => !/^[a-z]$/i.test(c)))];
  return {
    count,
    size: 26,
    x,
    letters: letters.length ? letters : ["·"],
    skipped,
    cut: Math.max(0, read.length - MAX_STEPS),
    empty: !letters.length,
  };
}

// What a reader who typed something else should know, or "".
function remark({ skipped, cut, empty, size }) {
  const kind = size === 26 ? "letters a–z" : "numbers from −5 to 5";
  const names = skipped
    .slice(0, 8)
    .map((c) => (c === " " ? "spaces" : `“${[...c].slice(0, 12).join("")}”`));
  const more = skipped.length > 8 ? ` and ${skipped.length - 8} more` : "";
  const said = [];
  if (skipped.length) said.push(`Only ${kind} are read; skipped: ${names.join(", ")}${more}.`);
  if (cut) said.push(`Only the first ${MAX_STEPS} are read.`);
  if (empty) said.push(`No ${kind} yet: one step of zeros is shown.`);
  return said.join(" ");
}

// Both cells with the seeded weights, twice: with holds and free.
function createCells({ hidden_size: H, seed, weight_scale, forget_bias, update, reset }, D) {
  const bound = weight_scale / Math.sqrt(H);
  const weights = (name, rows) => {
    const drawn = (kind, columns) =>
      seededUniform(seed, STREAM[`${name}.${kind}`], rows * H * columns).map((u) => bound * u);
    return { weightIh: drawn("ih", D), weightHh: drawn("hh", H), bias: new Float64Array(rows * H) };
  };
  const lstm = { inputSize: D, hiddenSize: H, maxSteps: MAX_STEPS, ...weights("lstm", 4) };
  const gru = {
    inputSize: D,
    hiddenSize: H,
    maxSteps: MAX_STEPS,
    update,
    reset,
    biasHn: new Float64Array(H),
    ...weights("gru", 3),
  };
  lstm.bias.fill(forget_bias, H, 2 * H);
  gru.bias.fill(update === "keep" ? forget_bias : -forget_bias, H, 2 * H);
  return {
    lstm: { ...lstm, held: createLSTM(lstm), free: createLSTM(lstm) },
    gru: { ...gru, held: createGRU(gru), free: createGRU(gru) },
  };
}

// The clamps of a cell, { gate: T × H values, NaN where free }.
function clampsOf(holds, name, T, H) {
  const clamps = {};
  for (const { cell, gate, unit, from, to, value } of holds) {
    if (cell !== name) continue;
    const held = (clamps[gate] ??= new Float64Array(T * H).fill(NaN));
    for (let t = from - 1; t < Math.min(to, T); t += 1) {
      for (let k = 0; k < H; k += 1) if (unit === 0 || unit === k + 1) held[t * H + k] = value;
    }
  }
  return clamps;
}

// What no trait can say: a gate is its cell's, and but for a candidate not negative.
const accepts = (name, value) =>
  name !== "holds" ||
  value.every(
    (hold) =>
      GATES_OF_BOTH.some(({ cell, gate }) => cell === hold.cell && gate === hold.gate) &&
      lowest(hold.gate) <= hold.value,
  );

const ADVICE = {
  word: "A step for each letter; T is for curves.",
  numbers: "A step for each number: draw on the bars, or type.",
};
const INPUTS = ["source", "steps", "seed", "numbers", "word"];
const WEIGHTS = ["hidden_size", "seed", "weight_scale", "forget_bias", "update", "reset"];
const SHOWN = ["t", "unit", "phase", "look", "show", "holds"];

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: [...new Set([...INPUTS, ...WEIGHTS, ...SHOWN])],
    fit,
  });
  const { change } = frame;
  const state = (names) => Object.fromEntries(names.map((name) => [name, model.get(name)]));

  // What is computed, and again only when what it depends on has changed.
  let input, cells, traces, free, clamps;
  let version = 0;
  const keys = {};
  function outdated(name, values) {
    const key = JSON.stringify(values);
    const changed = keys[name] !== key;
    keys[name] = key;
    return changed;
  }
  function compute() {
    const read = outdated("input", state(INPUTS));
    if (read) input = readInput(state(INPUTS));
    const weighed = outdated("weights", { ...state(WEIGHTS), size: input.size });
    if (weighed) cells = createCells(state(WEIGHTS), input.size);
    if (!outdated("holds", model.get("holds")) && !read && !weighed) return;
    version += 1;
    [traces, free, clamps] = [{}, {}, {}];
    for (const name in CELLS) {
      clamps[name] = clampsOf(model.get("holds"), name, input.count, model.get("hidden_size"));
      traces[name] = cells[name].held.forward(input.x, input.count, { clamp: clamps[name] });
      free[name] = Object.keys(clamps[name]).length
        ? cells[name].free.forward(input.x, input.count)
        : null;
    }
  }

  // The phases of one step light up one after the other, unless one is chosen or motion is unwanted.
  let walking = [];
  let lit = 0;
  function walk(lasts) {
    halt();
    if (model.get("phase") || still() || lasts < 400) return;
    walking = [1, 2, 3, 4, 0].map((phase, k) =>
      setTimeout(
        () => {
          lit = phase;
          drawCircuits();
        },
        (k * lasts) / 4,
      ),
    );
  }
  function halt() {
    walking.forEach(clearTimeout);
    walking = [];
    lit = 0;
  }
  signal?.addEventListener("abort", halt);

  const go = (t, lasts = 1600) => {
    change({ t: t + 1 });
    walk(lasts);
  };
  const choose = (t, unit) => {
    halt();
    change(unit === undefined ? { t: t + 1 } : { t: t + 1, unit: unit + 1 });
  };
  const player = createPlayer(1, go, signal, SPEEDS);
  const phases = ["whole step", "1", "2", "3", "4"].map((name, phase) =>
    button(
      name,
      () => {
        halt();
        change({ phase });
      },
      phase ? { "aria-label": `Phase ${phase} of the step` } : {},
    ),
  );
  const phasing = html(
    "div",
    { class: "live-phases live-tabs", role: "group", "aria-label": "Light up a phase of the step" },
    ...phases,
  );

  const sequence = createSequence({
    choose,
    maxSteps: MAX_STEPS,
    largest: LARGEST_INPUT,
    edit: (t, value) => {
      const values = [...input.values];
      values[t] = value;
      halt();
      change({ numbers: values.map((v) => `${v}`).join(", "), source: "numbers", t: t + 1 });
    },
  });
  const fields = {
    word: createTextField({
      name: "word",
      label: "Type a word",
      change: (text) => change({ word: text.slice(0, MAX_TEXT), t: 1 }),
    }),
    numbers: createTextField({
      name: "numbers",
      label: "Type numbers",
      change: (text) => change({ numbers: text.slice(0, MAX_TEXT) }),
    }),
  };
  const advice = html("span", { class: "live-advice" });
  const skipped = html("p", { class: "live-remark", role: "status" });
  const reading = html(
    "section",
    { class: "live-reading", "aria-label": "Input sequence" },
    html("div", { class: "live-fields" }, fields.word.root, fields.numbers.root, advice),
    skipped,
    sequence.root,
  );

  const working = createWorking();
  const parts = {};
  for (const [name, { plan, shown }] of Object.entries(CELLS)) {
    parts[name] = {
      circuit: createCircuit(plan, (id) => change({ look: `${name}.${id}` })),
      heats: [...shown].map((letter) => [
        letter,
        createHeat({
          name: LETTERS[letter],
          of: CELLS[name].name,
          colour: letter,
          kind: isGate(letter) ? "gate" : "state",
          choose,
          signal,
        }),
      ]),
      lines: createLines({ name: `${CELLS[name].name} h over time`, colour: "h", choose }),
    };
  }
  const beside = (kind, pick) =>
    html(
      "div",
      { class: `live-beside live-beside-${kind}` },
      ...Object.entries(parts).map(([name, part]) =>
        html("div", { "data-cell": name }, ...pick(part, CELLS[name].name)),
      ),
    );
  const holds = createHolds({
    gates: GATES_OF_BOTH,
    most: MAX_HOLDS,
    change: (list) => change({ holds: list }),
    suggest: () => {
      const [cell, part] = model.get("look").split(".");
      const gate = CELLS[cell].order.includes(part) ? part : CELLS[cell].order[1];
      return { cell, gate, unit: 0, from: model.get("t"), to: input.count, value: 0 };
    },
  });
  const table = createTable(["t", "x", ..."figoc", "h LSTM", ..."rzn", "h GRU"], MAX_STEPS);
  table.root.addEventListener("toggle", drawTable);

  el.append(
    html("div", { class: "live-head" }, frame.tools),
    html("div", { class: "live-slot" }),
    reading,
    html(
      "div",
      { class: "live-stepping" },
      player.root,
      html("div", { class: "live-phasing" }, "Light up", phasing),
    ),
    beside("circuits", (part) => [part.circuit.root]),
    html(
      "p",
      { class: "live-advice" },
      "Thick: large. Dashed: below 0. Click a wire or a gate, or go there with the arrow keys: its equation stands below.",
    ),
    working.root,
    holds.root,
    beside("lines", (part) => [part.lines.root]),
    beside("heats", (part, name) => [
      html("p", { class: "live-cell-name" }, `${name}: a row for each unit`),
      ...part.heats.map(([, heat]) => heat.root),
    ]),
    table.root,
    frame.caption,
    frame.voice,
  );

  function fit(width) {
    const wide = width >= 600;
    el.classList.toggle("live-narrow", !wide);
    const half = wide ? Math.floor((width - 24) / 2) : width;
    sequence.layout(width);
    for (const { circuit, heats, lines } of Object.values(parts)) {
      circuit.layout(half);
      lines.layout(half);
      for (const [, heat] of heats) heat.layout(half);
    }
  }

  let now = { t: 0, unit: 0 };
  function draw() {
    compute();
    const H = model.get("hidden_size");
    if (model.get("unit") > H) change({ unit: H });
    now = { t: Math.min(model.get("t"), input.count) - 1, unit: model.get("unit") - 1 };
    drawInput();
    player.draw(now.t, input.letters?.[now.t], input.count);
    phases.forEach((b, phase) => b.setAttribute("aria-pressed", phase === model.get("phase")));
    drawCircuits();
    holds.draw({ holds: model.get("holds"), units: H, steps: input.count });
    for (const name in CELLS) {
      drawHeats(name, H);
      drawLines(name, H);
    }
    if (outdated("table", [version, now.unit])) drawTable();
    frame.say(
      `Step ${now.t + 1} of ${input.count}, unit ${now.unit + 1}. ` +
        Object.entries(CELLS)
          .map(
            ([name, cell]) =>
              `${cell.name}: ${[...cell.shown].map((letter) => `${letter} ${fixed(traces[name][letter][now.t * H + now.unit])}`).join(", ")}`,
          )
          .join(". "),
    );
  }

  function drawInput() {
    const source = model.get("source");
    fields.word.root.hidden = source !== "word";
    fields.numbers.root.hidden = source !== "numbers";
    write(advice, ADVICE[source] ?? "Draw on the bars to make the input your own.");
    for (const name in fields) fields[name].draw(model.get(name));
    write(skipped, remark(input));
    sequence.draw({
      values: input.letters ? null : input.values,
      letters: input.letters,
      count: input.count,
      t: now.t,
    });
  }

  function drawCircuits() {
    const [lookedCell, lookedPart] = model.get("look").split(".");
    const phase = model.get("phase") || lit;
    for (const name in CELLS) {
      const at = {
        ...now,
        cell: cells[name],
        trace: traces[name],
        clamp: clamps[name],
        input,
        update: model.get("update"),
        reset: model.get("reset"),
      };
      const values = working.values(name, at);
      const chosen = name === lookedCell ? lookedPart : null;
      parts[name].circuit.draw({
        values,
        chosen,
        phase,
        variants: name === "gru" ? [at.update, at.reset] : [],
      });
      if (chosen)
        working.draw(
          name,
          chosen,
          at,
          values,
          CELLS[name].plan.parts.find(({ id }) => id === chosen),
        );
    }
  }

  function drawHeats(name, H) {
    const scale = name === "lstm" ? Math.max(1, largestOf(traces.lstm.c, input.count * H)) : 1;
    for (const [letter, heat] of parts[name].heats) {
      heat.draw({
        values: traces[name][letter],
        ghost: free[name]?.[letter],
        held: clamps[name][letter],
        units: H,
        steps: input.count,
        ...now,
        scale: letter === "c" ? scale : 1,
        version,
      });
    }
  }

  function drawLines(name, H) {
    const show = model.get("show");
    const summed = (h) =>
      Float64Array.from({ length: input.count }, (_, t) =>
        SUMMARIES[show](h.subarray(t * H, (t + 1) * H)),
      );
    const of = (h, k) => Float64Array.from({ length: input.count }, (_, t) => h[t * H + k]);
    const stale = outdated(`lines ${name}`, [version, show, show === "units" && now.unit]);
    const part = parts[name];
    if (stale) {
      const was = free[name]?.h;
      part.drawn =
        show === "units"
          ? {
              lines: Array.from({ length: H }, (_, k) => of(traces[name].h, k)),
              chosen: now.unit,
              ghost: was ? of(was, now.unit) : null,
            }
          : { lines: [summed(traces[name].h)], chosen: 0, ghost: was ? summed(was) : null };
    }
    const { lines, chosen } = part.drawn;
    const called = { units: `unit ${now.unit + 1}`, rms: "RMS", mean: "mean" }[show];
    part.lines.draw({
      ...part.drawn,
      steps: input.count,
      t: now.t,
      says: `${called}: ${fixed(lines[chosen][now.t])}`,
      version: `${version} ${show} ${now.unit}`,
    });
  }

  function drawTable() {
    if (!table.root.open) return;
    const H = model.get("hidden_size");
    const columns = Object.entries(CELLS).flatMap(([name, { shown }]) =>
      [...shown].map((letter) => traces[name][letter]),
    );
    table.draw((t, k) => {
      if (k === 0) return `${t + 1}`;
      if (k === 1) return input.letters ? input.letters[t] : fixed(input.values[t]);
      return columns[k - 2][t * H + now.unit].toFixed(6);
    }, input.count);
  }

  return frame.start();
}

const SUMMARIES = {
  rms: (h) => Math.sqrt(h.reduce((sum, value) => sum + value * value, 0) / h.length),
  mean: (h) => h.reduce((sum, value) => sum + value, 0) / h.length,
};

function largestOf(values, count) {
  let most = 0;
  for (let s = 0; s < count; s += 1) most = Math.max(most, Math.abs(values[s]));
  return Math.ceil(10 * most) / 10;
}

export default { render, accepts };
