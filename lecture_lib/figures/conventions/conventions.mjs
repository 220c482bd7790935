// The convention switchboard: a cell of this book beside the same cell stored and run by another
// convention. Whether they are the same function is found by running both.
import { createStatePair } from "../../web/charts/state_pair.mjs";
import { createWeightRows } from "../../web/charts/weight_rows.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { gapText, largestGap } from "../../web/numbers/parity.mjs";
import { button } from "../../web/parts/button.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { INPUTS, PRESETS, SAME, STEPS, UNITS } from "./__init__.py";
import { createCircuit } from "./circuit.mjs";
import { createLines } from "./lines.mjs";
import {
  bookOrder,
  inputOf,
  readStored,
  referenceOf,
  statesOf,
  storedOrder,
  store,
} from "./storage.mjs";
import { codeOf, equationsOf, translationOf } from "./words.mjs";

const WIDTHS = { weightIh: INPUTS, weightHh: UNITS, biasIh: 1, biasHh: 1 };
const CELLS = ["GRU", "LSTM"];
const BOOK = "this book";
const FOLLOWED = [
  "tab",
  "update",
  "reset",
  "order",
  "lstm_order",
  "biases",
  "seed",
  "translate",
  "diagonal",
];

const heading = (text) => html("p", { class: "live-heading" }, text);

// The conventions of one cell, as buttons that turn all its switches.
function createPresets(presets, change) {
  const buttons = Object.entries(presets).map(([name, switches]) => ({
    switches,
    node: button(name, () => change({ ...switches, translate: true })),
  }));
  const root = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Conventions" },
    ...buttons.map(({ node }) => node),
  );
  const draw = (state) =>
    buttons.forEach(({ node, switches }) => {
      const pressed = Object.keys(switches).every((name) => state[name] === switches[name]);
      node.setAttribute("aria-pressed", pressed);
    });
  return { root, draw };
}

// Where the convention differs from the book: in equations, in code, in a GRU's circuit.
function createPanels() {
  const equations = createLines("live-formulas", html("div", {}));
  const code = createLines(
    "live-code",
    html("pre", { tabindex: 0, "aria-label": "One step in Python" }),
  );
  const circuit = createCircuit();
  const rows = createWeightRows(WIDTHS, UNITS);
  const diagram = html("div", {}, heading("Diagram"), circuit.root);
  const root = html(
    "div",
    { class: "live-panels live-large" },
    html("div", {}, heading("Equations"), equations.root, heading("One step in Python"), code.root),
    html("div", {}, diagram, heading("The stored numbers, as read"), rows.root),
  );
  const layout = (width) => [circuit, rows].forEach((part) => part.layout(width));

  // In parts.
  function* draw(s, stored) {
    const book = { ...s, ...PRESETS[s.tab ? "lstm" : "gru"][BOOK], shownOrder: bookOrder(s) };
    const lines = (state) => codeOf(state).map((line) => [["", line]]);
    equations.draw(equationsOf(s), equationsOf(book));
    code.draw(lines(s), lines(book));
    yield;
    diagram.hidden = s.tab === 1;
    circuit.draw(s);
    rows.draw({
      stored,
      read: [...s.shownOrder],
      readAs: [...storedOrder(s)],
      from: [...(s.translate ? storedOrder(s) : bookOrder(s))],
    });
  }
  return { root, layout, draw };
}

function createStateTable() {
  const heads = ["book", "this"].flatMap((cell) =>
    Array.from({ length: UNITS }, (_, k) => `${cell}, h${k + 1}`),
  );
  const table = createTable(["t", ...heads], STEPS);
  const draw = (wanted, got) =>
    table.draw((t, k) => {
      if (k === 0) return `${t + 1}`;
      return (k <= UNITS ? wanted : got)[t * UNITS + ((k - 1) % UNITS)].toFixed(6);
    });
  return { root: table.root, draw };
}

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: FOLLOWED,
    fit: (width) => [panels, states].forEach((part) => part.layout(width)),
  });
  const { change } = frame;
  const tabs = createTabs(CELLS, (tab) => change({ tab }));
  const presets = CELLS.map((cell) => createPresets(PRESETS[cell.toLowerCase()], change));
  const badge = html("strong", { class: "live-badge" });
  const measured = html("span", {});
  const translation = html("p", { class: "live-translation" });
  const panels = createPanels();
  const states = createStatePair(STEPS, UNITS, [BOOK, "the convention"]);
  const table = createStateTable();
  el.append(
    html("div", { class: "live-head" }, tabs.root, ...presets.map((p) => p.root), frame.tools),
    html("div", { class: "live-slot" }),
    html("p", { class: "live-judgement live-look" }, badge, measured),
    translation,
    panels.root,
    html("div", {}, heading("Hidden states: lines, this book; dots, the convention"), states.root),
    table.root,
    frame.caption,
    frame.voice,
  );

  function* draw() {
    const s = Object.fromEntries(FOLLOWED.map((name) => [name, model.get(name)]));
    s.shownOrder = s.tab ? s.lstm_order : s.order;
    const reference = referenceOf(s);
    const stored = store(reference, s);
    const x = inputOf(s);
    const wanted = statesOf(reference, s, x, {});
    const conventions = s.tab ? {} : { update: s.update, reset: s.reset };
    const got = statesOf(readStored(stored, s), s, x, conventions);
    const largest = largestGap(got, wanted);
    const same = largest <= SAME;
    tabs.draw(s.tab);
    presets.forEach(({ root, draw: drawPresets }, tab) => {
      root.hidden = tab !== s.tab;
      drawPresets(s);
    });
    badge.classList.toggle("live-met", same);
    write(badge, same ? "= same function" : "≠ different function");
    write(measured, `largest difference of the hidden states: ${gapText(largest)}`);
    write(translation, `Translation: ${translationOf(s).join("; ")}.`);
    yield;
    yield* panels.draw(s, stored);
    yield;
    states.draw(wanted, got, same);
    table.draw(wanted, got);
    frame.say(`${same ? "Same" : "Different"} function; largest difference ${gapText(largest)}.`);
  }

  return frame.start();
}

export default { render };
