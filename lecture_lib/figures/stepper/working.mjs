// The working of one part of a circuit: its equation, the equation with the numbers put in, and the
// weighted sum of a gate term by term. Numbers are those of one unit at one step.
import { ALPHABET, GATES } from "./__init__.py";
import { sigmoid } from "../../web/numbers/cells.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";

const C_SCALE = 2; // the |c| at which a wire is widest
const n3 = (value) => fixed(value, 3);
const factor = (value) => (value < 0 ? `(${n3(value)})` : n3(value)); // after × or +

// The weighted sum of a gate: what it adds up, and how far it comes.
function weigh(name, gate, { t, unit, cell, trace, input, reset }) {
  const { inputSize: D, hiddenSize: H, weightIh, weightHh, bias, biasHn } = cell;
  const row = GATES[name].indexOf(gate) * H + unit;
  const recalls = name === "gru" && gate === "n" && reset === "before";
  const fromX = [];
  for (let j = 0; j < D; j += 1) {
    const x = input.x[t * D + j];
    if (D === 1 || x) fromX.push([D === 1 ? "x" : ALPHABET[j], weightIh[row * D + j], x]);
  }
  const fromH = Array.from({ length: H }, (_, j) => {
    const h = t ? trace.h[(t - 1) * H + j] : 0;
    return [`${j + 1}`, weightHh[row * H + j], recalls ? trace.r[t * H + j] * h : h];
  });
  const total = (terms) => terms.reduce((sum, [, weight, value]) => sum + weight * value, 0);
  const after = name === "gru" && gate === "n" && reset === "after";
  const [x, h, b] = [total(fromX), total(fromH), bias[row]];
  const r = after ? trace.r[t * H + unit] : 1;
  const inner = after ? h + biasHn[unit] : h;
  return { fromX, fromH, recalls, after, x, h, b, r, inner, a: x + r * inner + b };
}

// h_{t−1} stands for an h with its index below it.
const EQUATIONS = {
  lstm: {
    f: () => gateEquation("f", "σ"),
    i: () => gateEquation("i", "σ"),
    g: () => gateEquation("g", "tanh"),
    o: () => gateEquation("o", "σ"),
    x: ({ input }) =>
      input.letters
        ? `x_{t}: ${ALPHABET.length} numbers, 1 at the letter read and 0 elsewhere; every gate reads them`
        : "x_{t}: the number read at this step; every gate reads it",
    h0: () => "h_{t−1}: what this unit showed one step ago; every gate reads the h of all units",
    c0: () => "c_{t−1}: what this unit's cell held one step ago; no gate reads it",
    fc: () => "f_{t} × c_{t−1}: what is kept",
    ig: () => "i_{t} × g_{t}: what is written",
    c: () => "c_{t} = f_{t} × c_{t−1} + i_{t} × g_{t}",
    tanh_c: () => "tanh(c_{t})",
    h: () => "h_{t} = o_{t} × tanh(c_{t})",
  },
  gru: {
    r: () => gateEquation("r", "σ"),
    z: () => gateEquation("z", "σ"),
    n: ({ reset }) =>
      reset === "before"
        ? "n_{t} = tanh(a),  a = Σ w x_{t} + Σ w (r_{t} × h_{t−1}) + b"
        : "n_{t} = tanh(a),  a = Σ w x_{t} + r_{t} × (Σ w h_{t−1} + b′) + b",
    x: (at) => EQUATIONS.lstm.x(at),
    h0: () => "h_{t−1}: the unit's only memory, shown to all and carried on",
    recall: ({ reset }) =>
      reset === "before"
        ? "r_{t} × h_{t−1}, on its way through the weights of n"
        : "r_{t} × (Σ w h_{t−1} + b′)",
    one_minus_z: ({ update }) =>
      update === "write"
        ? "1 − z_{t}: the share of h_{t−1} that is kept"
        : "1 − z_{t}: the share of n_{t} that is written",
    kept: ({ update }) => (update === "write" ? "(1 − z_{t}) × h_{t−1}" : "z_{t} × h_{t−1}"),
    written: ({ update }) => (update === "write" ? "z_{t} × n_{t}" : "(1 − z_{t}) × n_{t}"),
    h: ({ update }) =>
      update === "write"
        ? "h_{t} = (1 − z_{t}) × h_{t−1} + z_{t} × n_{t}"
        : "h_{t} = z_{t} × h_{t−1} + (1 − z_{t}) × n_{t}",
  },
};
const gateEquation = (gate, squash) =>
  `${gate}_{t} = ${squash}(a),  a = Σ w x_{t} + Σ w h_{t−1} + b`;

function putIn(name, part, at, v) {
  const is = (id) => factor(v[id].value);
  const result = n3(v[part]?.value);
  if (GATES[name].includes(part)) {
    const { x, h, b, r, inner, after, a } = weigh(name, part, at);
    const squash = "gn".includes(part) ? "tanh" : "σ";
    const recurrent = after ? `${n3(r)} × ${factor(inner)}` : factor(h);
    const computed = squash === "tanh" ? Math.tanh(a) : sigmoid(a);
    const end = v[part].held ? `${n3(computed)}, but ${part} is held at ${result}` : result;
    return `a = ${n3(x)} + ${recurrent} + ${factor(b)} = ${n3(a)},   ${part} = ${squash}(${n3(a)}) = ${end}`;
  }
  const [kept, written] = at.update === "write" ? ["one_minus_z", "z"] : ["z", "one_minus_z"];
  const texts = {
    x: () => `= ${v.x.text}`,
    h0: () => `= ${n3(v.h0.value)}`,
    c0: () => `= ${n3(v.c0.value)}`,
    fc: () => `${n3(v.f.value)} × ${is("c0")} = ${result}`,
    ig: () => `${n3(v.i.value)} × ${is("g")} = ${result}`,
    c: () => `c = ${n3(v.f.value)} × ${is("c0")} + ${n3(v.i.value)} × ${is("g")} = ${result}`,
    tanh_c: () => `tanh(${n3(v.c.value)}) = ${result}`,
    recall: () =>
      `${n3(v.r.value)} × ${factor(at.reset === "before" ? v.h0.value : weigh(name, "n", at).inner)} = ${result}`,
    one_minus_z: () => `1 − ${n3(v.z.value)} = ${result}`,
    kept: () => `${n3(v[kept].value)} × ${is("h0")} = ${result}`,
    written: () => `${n3(v[written].value)} × ${is("n")} = ${result}`,
    h: () =>
      name === "lstm"
        ? `h = ${n3(v.o.value)} × tanh(${n3(v.c.value)}) = ${n3(v.o.value)} × ${is("tanh_c")} = ${result}`
        : `h = ${n3(v[kept].value)} × ${is("h0")} + ${n3(v[written].value)} × ${is("n")} = ${result}`,
  };
  return texts[part]();
}

/**
 * @param {string} name "lstm" or "gru"
 * @param {object} at the place, as for a working
 * @returns {object} by part of the circuit, what it carries: { value, scale, text, held }
 */
export function valuesOf(name, at) {
  const { t, unit, cell, trace, clamp, input, update, reset } = at;
  const s = t * cell.hiddenSize + unit;
  const before = (state) => (t ? trace[state][s - cell.hiddenSize] : 0);
  const values = {};
  const set = (id, value, scale = 1) => {
    values[id] = {
      value,
      scale,
      text: fixed(value),
      held: clamp[id] !== undefined && !Number.isNaN(clamp[id][s]),
    };
  };
  set("x", input.letters ? 1 : input.values[t]);
  if (input.letters) values.x.text = `“${input.letters[t]}”`;
  set("h0", before("h"));
  for (const gate of GATES[name]) set(gate, trace[gate][s]);
  set("h", trace.h[s]);
  if (name === "lstm") {
    set("c0", before("c"), C_SCALE);
    set("fc", trace.f[s] * before("c"), C_SCALE);
    set("ig", trace.i[s] * trace.g[s]);
    set("c", trace.c[s], C_SCALE);
    set("tanh_c", Math.tanh(trace.c[s]));
    return values;
  }
  const [r, z, n] = [trace.r[s], trace.z[s], trace.n[s]];
  set("recall", r * (reset === "before" ? before("h") : weigh("gru", "n", at).inner));
  set("one_minus_z", 1 - z);
  set("kept", (update === "write" ? 1 - z : z) * before("h"));
  set("written", (update === "write" ? z : 1 - z) * n);
  return values;
}

/** @returns {{root: Element, draw: Function}} */
export function createWorking() {
  const title = html("p", { class: "live-working-title" });
  const equation = html("p", { class: "live-working-equation" });
  const numbers = html("p", { class: "live-working-numbers" });
  const sums = [createTerms(), createTerms()];
  const root = html(
    "section",
    { class: "live-working", "aria-label": "The equation of the part chosen, with its numbers" },
    title,
    equation,
    numbers,
    ...sums.map((sum) => sum.root),
  );

  // `name` is "lstm" or "gru", `part` an id of its circuit, `at` the place: t, unit, input, the
  // cell's weights, trace and clamp, update and reset; `colour` and `title` are those of the part.
  function draw(name, part, at, values, { colour, title: what }) {
    root.className = `live-working live-${colour}`;
    write(title, `${name.toUpperCase()}: ${what}, unit ${at.unit + 1}, step ${at.t + 1}`);
    writeFormula(equation, EQUATIONS[name][part](at));
    write(numbers, putIn(name, part, at, values));
    const gate = GATES[name].includes(part) ? weigh(name, part, at) : null;
    sums[0].draw(
      gate && {
        title: at.input.letters
          ? `Σ w x (the other ${ALPHABET.length - 1} letters are × 0)`
          : "Σ w x",
        terms: gate.fromX,
        total: gate.x,
      },
    );
    sums[1].draw(
      gate && {
        title: gate.recalls ? "Σ w (r × h), by unit" : "Σ w h, by unit",
        terms: gate.fromH,
        total: gate.h,
      },
    );
  }

  return { root, draw };
}

function writeFormula(node, text) {
  if (node.dataset.formula === text) return;
  node.dataset.formula = text;
  const pieces = text.split(/([a-z]_\{.*?\})/).map((piece) => {
    const found = /^([a-z])_\{(.*)\}$/.exec(piece);
    return found
      ? html("i", { class: `live-${found[1]}` }, found[1], html("sub", {}, found[2]))
      : piece;
  });
  node.replaceChildren(...pieces);
}

// The terms of a sum, w × v each, in columns, so that nothing moves as the numbers change.
function createTerms() {
  const head = html("span", { class: "live-terms-head" });
  const list = html("ul", { class: "live-terms" });
  const root = html("div", {}, head, list);
  const items = [];
  function draw(sum) {
    root.hidden = !sum;
    if (!sum) return;
    write(head, `${sum.title} = ${n3(sum.total)}`);
    while (items.length < sum.terms.length) items.push(html("li", {}, html("i"), html("span")));
    if (list.childElementCount !== sum.terms.length)
      list.replaceChildren(...items.slice(0, sum.terms.length));
    sum.terms.forEach(([label, weight, value], k) => {
      write(items[k].firstChild, label);
      write(items[k].lastChild, `${n3(weight)} × ${factor(value)}`);
    });
  }
  return { root, draw };
}
