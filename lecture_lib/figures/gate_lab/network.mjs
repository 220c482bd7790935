// The Gate Lab's second tab: a trained LSTM, its input, and gates that are held.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createLSTM } from "../../web/numbers/cells.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { GATES, STEPS, UNITS } from "./__init__.py";

const TEXT =
  `This LSTM of ${UNITS} units was trained to answer with the last flagged value. Nobody told it when to keep and when to write. ` +
  "Edit the input below, look at its units, hold a gate, and see the answer break.";

const isFlag = (value) => value >= 0.5;

// The LSTM and its readout: gates and states of one unit, the answer, and the answer wanted.
function createRun(weights) {
  const flat = (name) => Float64Array.from(weights[name].flat());
  const lstm = createLSTM({
    inputSize: 2,
    hiddenSize: UNITS,
    maxSteps: STEPS,
    weightIh: flat("cell.weight_ih"),
    weightHh: flat("cell.weight_hh"),
    bias: flat("cell.bias"),
  });
  const [readout] = weights["readout.weight"];
  const [offset] = weights["readout.bias"];
  const steps = Array.from({ length: STEPS }, (_, t) => t);
  return ([numbers, flags], clamp, unit) => {
    const x = Float64Array.from(steps.flatMap((t) => [numbers[t], flags[t]]));
    const trace = lstm.forward(x, STEPS, { clamp });
    const series = { answer: [], wanted: [] };
    for (const name of [...GATES, "c", "h"])
      series[name] = steps.map((t) => trace[name][t * UNITS + unit]);
    for (const t of steps) {
      series.answer.push(
        readout.reduce((sum, weight, k) => sum + weight * trace.h[t * UNITS + k], offset),
      );
      series.wanted.push(isFlag(flags[t]) ? numbers[t] : (series.wanted[t - 1] ?? 0));
    }
    return series;
  };
}

// The input, one column a step under the strip: a slider for the number, a box for its flag.
function createEditor(edit) {
  const columns = Array.from({ length: STEPS }, (_, t) => {
    const number = html("input", {
      type: "range",
      min: -1,
      max: 1,
      step: 0.1,
      class: "live-upright",
      "aria-label": `number at step ${t + 1}`,
      oninput: () => edit(0, t, number.valueAsNumber),
    });
    const reading = html("span");
    const flag = html("input", {
      type: "checkbox",
      "aria-label": `flag at step ${t + 1}`,
      onchange: () => edit(1, t, flag.checked ? 1 : 0),
    });
    const root = html("span", { class: "live-input" }, number, reading, flag);
    return { root, number, reading, flag };
  });
  const name = (index) =>
    html("span", { class: "live-name" }, html("i", {}, "x"), html("sub", {}, index));
  const names = html("span", { class: "live-names" }, name("1"), name("2"));
  const root = html(
    "div",
    { class: "live-editor", role: "group", "aria-label": "Input sequence: numbers and flags" },
    html("div", { class: "live-inputs" }, names, ...columns.map((c) => c.root)),
    html(
      "p",
      {},
      "x",
      html("sub", {}, "1"),
      ": the number at each step. x",
      html("sub", {}, "2"),
      ": the flag that says “remember this one”.",
    ),
  );
  const draw = ([numbers, flags], now) =>
    columns.forEach((c, t) => {
      if (c.number.valueAsNumber !== numbers[t]) c.number.value = numbers[t];
      write(c.reading, fixed(numbers[t], 1));
      c.flag.checked = isFlag(flags[t]);
      c.root.classList.toggle("live-now", t === now);
    });
  return { root, draw };
}

/**
 * @param {object} model the figure's
 * @param {(values: object) => void} change
 * @returns {object} the tab's parts, what it adds to the figure's text and strip, and
 *   `draw(series, t)`
 */
export function createNetwork(model, change) {
  const run = createRun(model.get("weights"));
  const tabs = createTabs(["Set the gates", "Learned gates"], (tab) => change({ tab }));
  const answer = html("p", { class: "live-answer" });
  const editor = createEditor((row, t, value) => {
    const rows = model.get("x").map((r) => [...r]);
    rows[row][t] = value;
    change({ x: rows, t: t + 1 });
  });
  const isShown = () => model.get("tab") === 1;
  const unit = () => model.get("unit") - 1;
  const held = () => GATES.filter((gate) => model.get(`hold_${gate}`));
  const clamp = () => Object.fromEntries(held().map((gate) => [gate, model.get(`held_${gate}`)]));

  // Of what was computed: the tab may be another by now.
  function draw(series, t) {
    const shown = Boolean(series.answer);
    tabs.draw(shown ? 1 : 0);
    editor.root.hidden = !shown;
    editor.draw(model.get("x"), t);
    const words = shown && [series.answer, series.wanted].map((values) => fixed(values[t]));
    write(answer, shown ? `The network answers ${words[0]}; wanted: ${words[1]}.` : "");
  }

  return {
    text: TEXT,
    tabs,
    answer: { root: answer },
    editor,
    isShown,
    unit,
    compute: () => run(model.get("x"), clamp(), unit()),
    inStrip: ({ answer: given, wanted }) => ({
      held: Object.fromEntries(held().map((gate) => [gate, true])),
      answer: given,
      wanted,
    }),
    draw,
  };
}
