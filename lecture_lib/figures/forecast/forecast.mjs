// Forecast: a series, an origin and a horizon; what each method says from there, and how far each is
// off from every origin.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createSlices } from "../../web/kit/slices.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { HORIZON, LINES, CONTROLS } from "./__init__.py";
import { createErrors, createFan } from "./charts.mjs";
import { forecastAll, METHODS } from "./forecasters.mjs";
import { createRanks } from "./ranks.mjs";
import { inSteps, placeOf, SERIES, timeOf } from "./series.mjs";
import { rankStory, trackStory } from "./words.mjs";

function render({ model, el, signal }) {
  const frame = createFrame({ model, el, draw, follows: CONTROLS, fit });
  el.classList.add("live-plain");
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" }, "computing …");
  const story = html("p", { class: "live-story live-measured" });
  const fan = createFan();
  const byHorizon = createErrors("MASE by horizon, all origins");
  const fromHere = createErrors("Error by horizon, this origin");
  const pair = html("div", { class: "live-pair" }, byHorizon.root, fromHere.root);
  const ranks = createRanks(LINES, Object.values(SERIES)[0].spread.LSTM.length);
  const table = createForecastTable();
  el.append(
    html("div", { class: "live-head" }, stamp, frame.tools),
    html("div", { class: "live-slot" }),
    story,
    ...fan.nodes,
    ranks.root,
    pair,
    table.root,
    frame.caption,
    frame.voice,
  );
  const slices = createSlices(signal);
  const results = {}; // by series, kept once computed

  function fit(width) {
    const narrow = width < 560;
    pair.classList.toggle("live-pair-narrow", narrow);
    fan.layout(width);
    ranks.layout(width);
    for (const chart of [byHorizon, fromHere]) chart.layout(narrow ? width : (width - 24) / 2);
  }
  function* work(name, began) {
    results[name] = yield* forecastAll(SERIES[name]);
    results[name].took = Math.max(1, Math.round(performance.now() - began));
  }
  function draw() {
    const name = model.get("series");
    el.setAttribute("aria-busy", results[name] ? "false" : "true");
    if (results[name]) return paint(name, results[name]);
    slices.start(work(name, performance.now()), () =>
      results[model.get("series")] ? draw() : null,
    );
  }
  function paint(name, result) {
    const view = viewOf(model, name, result);
    const { series, h, forecasts, mase, truth, shown, ranked, words } = view;
    const origins = series.values.length - series.split;
    write(stamp, `${origins} origins, computed in this browser in ${result.took} ms`);
    write(story, words);
    frame.say(words);
    fan.draw(view);
    ranks.draw({
      ranked,
      spread: series.spread,
      h,
      title: `MASE ${inSteps(name, h)} ahead, over ${origins - h + 1} origins`,
      label: words,
    });
    const errors = forecasts.map((y) => truth.map((value, k) => Math.abs(value - y[k])));
    byHorizon.draw({ name, values: mase, h, shown });
    fromHere.draw({ name, values: errors, h, shown });
    table.draw(view);
  }
  return frame.start();
}

// All that is shown of a series at the origin and the horizon of the model.
function viewOf(model, name, result) {
  const series = SERIES[name];
  const [h, track] = [model.get("horizon"), model.get("track")];
  const place = placeOf(series, model.get("origin"));
  const mase = METHODS.map((method) => result[method].mase);
  const ranked = METHODS.map((method, n) => ({ method, error: mase[n][h - 1] })).sort(
    (a, b) => a.error - b.error,
  );
  return {
    name,
    series,
    result,
    h,
    track,
    place,
    mase,
    ranked,
    forecasts: METHODS.map((method) => result[method].from[place - series.split + 1]),
    truth: series.values.slice(place + 1, place + 1 + HORIZON),
    shown: LINES.map(({ trait }) => model.get(trait)),
    words: track
      ? trackStory(name, h, series, result.LSTM.from)
      : rankStory(name, h, ranked, series.spread.LSTM),
  };
}

// A row for each step up to the horizon: what came, each forecast from here, each error over all origins.
function createForecastTable() {
  const heads = ["h", "time", "came", ...METHODS, ...METHODS.map((name) => `MASE ${name}`)];
  const table = createTable(heads, HORIZON);
  function draw({ name, place, truth, forecasts, mase, h }) {
    table.draw((k, column) => {
      if (column === 0) return `${k + 1}`;
      if (column === 1) return timeOf(name, place + k + 1);
      if (column === 2) return k < truth.length ? fixed(truth[k]) : "not known";
      const n = column - 3;
      return n < METHODS.length ? fixed(forecasts[n][k]) : fixed(mase[n - METHODS.length][k], 3);
    }, h);
  }
  return { root: table.root, draw };
}

export default { render };
