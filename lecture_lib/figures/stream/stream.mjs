// One network on one signal, whole and call by call: the state kept, lost, or rounded.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { CONTROLS, RATE, STEPS, WAYS } from "./__init__.py";
import { createCharts, KINDS, valuesOf } from "./charts.mjs";
import { NAMES, runWays } from "./ways.mjs";
import { reasonsOf, summaryOf } from "./words.mjs";

const OTHERS = NAMES.slice(1);

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: [...CONTROLS, "t"],
    fit: (width) => charts.layout(width),
  });
  el.classList.add("live-plain");
  const charts = createCharts((t) => frame.change({ t }));
  const reasons = createReasons();
  const summary = createSummary();
  const table = createNumbers();
  el.append(
    html("div", { class: "live-head" }, frame.tools),
    html("div", { class: "live-slot" }),
    reasons.root,
    charts.root,
    summary.root,
    table.root,
    frame.caption,
    frame.voice,
  );
  const traits = [...CONTROLS, "t", "networks", "recordings"];

  function* draw() {
    const settings = Object.fromEntries(traits.map((name) => [name, model.get(name)]));
    const view = { ...settings, ...runWays(settings) };
    const why = reasonsOf(view);
    reasons.draw(why);
    yield* charts.draw(view);
    summary.draw(view);
    table.draw(view);
    frame.say(summaryOf(view, why));
  }
  return frame.start();
}

// Where each way leaves offline, and why.
function createReasons() {
  const rows = OTHERS.map((name) => ({ name, text: html("span") }));
  const root = html(
    "ul",
    { class: "live-stream-reasons", "aria-label": "Where each leaves offline, and why" },
    ...rows.map(({ name, text }) =>
      html("li", {}, html("b", { class: `live-${KINDS[name]}` }, WAYS[name]), " ", text),
    ),
  );
  const draw = (reasons) => rows.forEach(({ name, text }) => write(text, reasons[name]));
  return { root, draw };
}

// What each way comes to, and costs.
function createSummary() {
  const heads = ["", "max |Δh|", "first > ε", "frames wrong", "memory", "delay"];
  const rows = NAMES.map((name) =>
    html(
      "tr",
      { class: `live-${KINDS[name]}` },
      html("th", { scope: "row" }, WAYS[name]),
      ...heads.slice(1).map(() => html("td")),
    ),
  );
  const heading = html("p", { class: "live-stream-heading" });
  const root = html(
    "div",
    { class: "live-stream-summary" },
    heading,
    html(
      "table",
      { class: "live-ends live-stream-ways" },
      html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
      html("tbody", {}, ...rows),
    ),
  );
  function draw({ difference, first, wrong, costs }) {
    const each = costs.products.toLocaleString("en");
    write(
      heading,
      `Of ${STEPS} frames. A second of signal is ${RATE} steps and ${each} products, whichever way; memory is for weights, state, and frames that wait for their call; delay is how long one waits.`,
    );
    rows.forEach((row, k) => {
      const name = NAMES[k];
      const texts = [
        k ? inTens(Math.max(...difference[name])) : "–",
        first[name] ? `step ${first[name]}` : k ? "never" : "–",
        `${wrong[name]}`,
        `${costs.memory[name].toLocaleString("en")} B`,
        `${costs.delay[name].toLocaleString("en")} ms`,
      ];
      texts.forEach((text, n) => write(row.children[n + 1], text));
    });
  }
  return { root, draw };
}

// A row for each step: the signal, what is drawn of each way, and how far it is from offline.
function createNumbers() {
  const heads = ["step", "low band", "high band", "speech", ...NAMES.map((name) => WAYS[name])];
  const table = createTable([...heads, ...OTHERS.map((name) => `Δ ${WAYS[name]}`)], STEPS);
  function draw(view) {
    const { x, target, difference } = view;
    const values = NAMES.map((name) => valuesOf(view, name));
    const differences = OTHERS.map((name) => difference[name]);
    table.draw((t, column) => {
      if (column === 0) return `${t + 1}`;
      if (column < 3) return fixed(x[2 * t + column - 1]);
      if (column === 3) return `${target[t]}`;
      if (column < 4 + NAMES.length) return fixed(values[column - 4][t], 5);
      const size = differences[column - 4 - NAMES.length][t];
      return size ? size.toExponential(3) : "0";
    });
  }
  return { root: table.root, draw };
}

export default { render };
