// Gradient flow: what is left of a gradient after each step back in time, in an untrained RNN, LSTM
// and GRU.
import { createDecades } from "../../web/charts/decades.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createSlices } from "../../web/kit/slices.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createTour } from "../../web/kit/tour.mjs";
import { sigmoid } from "../../web/numbers/cells.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { LONGEST, CONTROLS } from "./__init__.py";
import { COLOURS, createEnds } from "./ends.mjs";
import { flowOf, keyOf, KINDS } from "./flow.mjs";
import plan from "./tour.json";

const settingsOf = (model) => Object.fromEntries(CONTROLS.map((name) => [name, model.get(name)]));

const gateReading = (value) => `${Math.round(1000 * value) / 10} %`;

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: CONTROLS,
    fit: (width) => chart.layout(width),
  });
  const chart = createDecades(
    KINDS.flatMap((name) => [
      { kind: COLOURS[name], name },
      { kind: COLOURS[name], style: "dashed" },
    ]),
  );
  const story = html("p", { class: "live-story live-measured" });
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" });
  const ends = createEnds();
  const table = createFlowTable();
  const slot = html("div", { class: "live-slot" });
  createTour({ model, el, signal }, { frame, plan });
  const head = html("div", { class: "live-head" }, stamp, frame.tools);
  el.append(head, story, chart.root, ends.root, slot, table.root, frame.caption, frame.voice);

  const slices = createSlices(signal);
  const flows = {}; // by kind: { key, total, direct }

  function* work(settings, began) {
    for (const kind of KINDS) {
      const key = keyOf(kind, settings);
      if (flows[kind]?.key !== key) flows[kind] = { key, ...(yield* flowOf(kind, settings)) };
    }
    paint(settings);
    write(
      stamp,
      `computed in this browser, in ${Math.max(1, Math.round(performance.now() - began))} ms`,
    );
    yield; // the curves first, their numbers in the next slice
    table.draw(flows, settings.steps);
  }

  function draw() {
    const settings = settingsOf(model);
    el.setAttribute("aria-busy", "true");
    slices.start(work(settings, performance.now()), () => {
      const stale = JSON.stringify(settings) !== JSON.stringify(settingsOf(model));
      if (!stale) el.setAttribute("aria-busy", "false");
    });
  }

  function paint(settings) {
    const { steps, follow } = settings;
    const at = (kind, path) => flows[kind][path]?.[steps];
    const words = KINDS.map((kind) => `${kind} ${inTens(at(kind, "total"))}`).join(", ");
    chart.draw({
      steps,
      low: -Math.max(10, 5 * Math.ceil(0.06 * steps)),
      high: 5,
      values: KINDS.flatMap((kind) => [flows[kind].total, flows[kind].direct]),
      label: `Norm of the gradient against the lag, on a logarithmic axis. After ${steps} steps: ${words}. The numbers are in the table below.`,
    });
    ends.draw(steps, follow, at);
    write(story, storyOf(settings, at));
    frame.say(`After ${steps} steps: ${words}.`);
  }

  return frame.start();
}

// A row for each lag: `draw(flows, steps)`, by kind in all and on the direct path.
function createFlowTable() {
  const heads = ["lag", "RNN", "LSTM", "LSTM direct", "GRU", "GRU direct"];
  const table = createTable(heads, LONGEST + 1);
  const rows = table.root.querySelectorAll("tbody tr");
  function draw({ RNN, LSTM, GRU }, steps) {
    const columns = [RNN.total, LSTM.total, LSTM.direct, GRU.total, GRU.direct];
    table.draw((lag, k) => {
      if (lag > steps) return "";
      return k === 0 ? `${lag}` : (columns[k - 1]?.[lag].toExponential(10) ?? "none");
    });
    rows.forEach((row, lag) => {
      row.hidden = lag > steps;
    });
  }
  return { root: table.root, draw };
}

function storyOf({ forget_bias, chrono, steps }, at) {
  const [rnn, lstm] = [at("RNN", "total"), at("LSTM", "total")];
  const keeps = chrono
    ? `Chrono gives each unit its own forget bias, for 1 … ${steps - 1} steps.`
    : `With b = ${fixed(forget_bias)} a gate keeps about ${gateReading(sigmoid(forget_bias))} a step.`;
  const ratio = lstm / rnn;
  const word = ratio >= 10 ? "more than" : ratio <= 0.1 ? "less than" : "about as much as";
  const grown = lstm > 10 ? " Gates can explode, too." : "";
  return `${keeps} After ${steps} steps the LSTM’s gradient is ${inTens(lstm)}, ${word} the plain RNN’s ${inTens(rnn)}.${grown}`;
}

export default { render };
