// Forecast: a series, an origin and a horizon; what each method says from there, and how far each is
// off from every origin. The traits: lecture_lib/figures/forecast.py.
import { roundTicks } from "../../web/charts/curves.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import data from "../../records/series_page.json";
import { FARTHEST, forecastAll, METHODS } from "./forecasters.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { createTable } from "../../web/kit/parts.mjs";
import { createSlices } from "../../web/kit/slices.mjs";

const MAX_ORIGIN = 61;
const LOOKS = {
  persistence: { trait: "persistence", kind: "soft", style: "dashed" },
  "seasonal naive": { trait: "seasonal", kind: "i", style: "dashed" },
  "seasonal + drift": { trait: "drift", kind: "o", style: "dotted" },
  AR: { trait: "ar", kind: "f", style: "line" },
  RNN: { trait: "rnn", kind: "g", style: "line" },
  GRU: { trait: "gru", kind: "h", style: "line" },
  LSTM: { trait: "lstm", kind: "c", style: "line" },
};
const LINES = METHODS.map((name) => ({ name, ...LOOKS[name] }));
const CHOSEN = ["series", "horizon", "origin", "track", ...LINES.map(({ trait }) => trait)];
const WORDS = {
  co2: { one: "month", many: "months", unit: "CO₂ in ppm" },
  sunspots: { one: "year", many: "years", unit: "sunspots" },
  walk: { one: "step", many: "steps", unit: "value" },
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const steps = (name, h) => `${h} ${h === 1 ? WORDS[name].one : WORDS[name].many}`;

// The time of value t: "Mar 1958", "1700" or "step 1".
function when(name, t) {
  const { start, steps_a_year } = data[name];
  const tick = Math.round(start * steps_a_year) + t;
  if (name === "co2") return `${MONTHS[tick % 12]} ${Math.floor(tick / 12)}`;
  return name === "walk" ? `step ${tick}` : `${tick}`;
}

// Round times across from … to, as ticks of an axis.
function timeTicks(name, from, to, count) {
  const { start, steps_a_year } = data[name];
  const first = Math.round(start * steps_a_year);
  return roundTicks((first + from) / steps_a_year, (first + to) / steps_a_year, count)
    .filter(Number.isInteger)
    .map((time) => ({ at: time * steps_a_year - first, text: `${time}` }));
}

const placeOf = ({ values, split }, origin) =>
  split - 1 + Math.floor((origin * (values.length - 1 - split)) / MAX_ORIGIN + 0.5);

function render({ model, el, signal }) {
  const frame = createFrame({ model, el, draw, follows: CHOSEN, fit });
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" }, "computing …");
  const story = html("p", { class: "live-story live-measured" });
  const given = { kind: "ink", style: "line" };
  const came = { kind: "ink", style: "dotted", name: "what came" };
  const fanName = html("p", { class: "live-heading" });
  const wideFan = createLineChart({ lines: [given, came, ...LINES], height: 280, named: 122 });
  const heads = [html("p", { class: "live-heading" }), html("p", { class: "live-heading" })];
  const byHorizon = createLineChart({ lines: LINES, height: 180 });
  const fromHere = createLineChart({ lines: LINES, height: 180 });
  const pair = html(
    "div",
    { class: "live-pair" },
    html("div", {}, heads[0], byHorizon.root),
    html("div", {}, heads[1], fromHere.root),
  );
  const ranks = createRanks();
  const table = createTable(
    ["h", "time", "came", ...METHODS, ...METHODS.map((name) => `MASE ${name}`)],
    FARTHEST,
  );
  const slot = html("div", { class: "live-slot" });
  el.append(
    html("div", { class: "live-head" }, stamp, frame.tools),
    slot,
    story,
    fanName,
    wideFan.root,
    ranks.root,
    pair,
    table.root,
    frame.caption,
    frame.voice,
  );

  function fit(width) {
    const narrow = width < 560;
    pair.classList.toggle("live-pair-narrow", narrow);
    wideFan.layout(width);
    ranks.layout(width);
    for (const chart of [byHorizon, fromHere]) chart.layout(narrow ? width : (width - 24) / 2);
  }

  const slices = createSlices(signal);
  const results = {}; // by series, kept once computed

  function* work(name, began) {
    results[name] = yield* forecastAll(data[name]);
    results[name].took = Math.max(1, Math.round(performance.now() - began));
  }

  function draw() {
    const name = model.get("series");
    el.setAttribute("aria-busy", results[name] ? "false" : "true");
    if (results[name]) paint(name);
    else
      slices.start(work(name, performance.now()), () =>
        results[model.get("series")] ? draw() : null,
      );
  }

  function paint(name) {
    const series = data[name];
    const result = results[name];
    const h = model.get("horizon");
    const place = placeOf(series, model.get("origin"));
    const shown = LINES.map(({ trait }) => model.get(trait));
    const said = METHODS.map((method) => result[method].from[place - series.split + 1]);
    const mase = METHODS.map((method) => result[method].mase);
    const truth = series.values.slice(place + 1, place + 1 + FARTHEST);
    const count = series.values.length - series.split - h + 1;

    const ranked = METHODS.map((method, n) => ({ method, error: mase[n][h - 1] })).sort(
      (a, b) => a.error - b.error,
    );
    const track = model.get("track");
    const words = track
      ? tellTrack(name, h, series, result.LSTM.from)
      : tell(name, h, ranked, series.spread.LSTM);
    write(
      stamp,
      `${series.values.length - series.split} origins, computed in this browser in ${result.took} ms`,
    );
    write(story, words);
    frame.say(words);

    write(
      fanName,
      track
        ? `${WORDS[name].unit}: each as forecast ${steps(name, h)} before`
        : `${WORDS[name].unit}: known up to ${when(name, place)}, then forecast`,
    );
    const from = place - 4 * series.period;
    const fan = METHODS.map((method, n) =>
      track
        ? trackOf(series, result[method].from, h, from, place + truth.length)
        : { from: place, y: [series.values[place], ...said[n].slice(0, h)] },
    );
    const drawn = METHODS.flatMap((_, n) => (shown[n] ? (track ? fan[n].y : said[n]) : []));
    const range = [...series.values.slice(from, place + 1), ...truth, ...drawn];
    wideFan.draw({
      from,
      to: place + FARTHEST,
      at: place,
      ticks: timeTicks(name, from, place + FARTHEST, el.clientWidth < 560 ? 4 : 7),
      ...padded(range),
      values: [
        { from, y: series.values.slice(from, place + 1) },
        { from: place, y: [series.values[place], ...truth] },
        ...fan.map((line, n) => (shown[n] ? line : null)),
      ],
      label: `${WORDS[name].unit} up to ${when(name, place)}, and forecasts of ${steps(name, h)}. ${words}`,
    });

    ranks.draw({ ranked, spread: series.spread, h, label: words });
    write(ranks.head, `MASE ${steps(name, h)} ahead, over ${count} origins`);
    const errors = said.map((y) => truth.map((value, k) => Math.abs(value - y[k])));
    const charts = [
      [byHorizon, mase, "MASE by horizon, all origins"],
      [fromHere, errors, "Error by horizon, this origin"],
    ];
    charts.forEach(([chart, values, title], k) => {
      write(heads[k], title);
      chart.draw({
        from: 1,
        to: FARTHEST,
        at: h,
        ticks: [1, 6, 12, 18, 24].map((at) => ({ at, text: `${at}` })),
        low: 0,
        high: 1.05 * Math.max(0.1, ...values.filter((_, n) => shown[n]).flat()),
        values: values.map((y, n) => (shown[n] ? { from: 1, y } : null)),
        label: `${title}, 1 to ${FARTHEST} ${WORDS[name].many} ahead. The numbers are in the table below.`,
      });
    });

    table.draw((k, column) => {
      if (column === 0) return `${k + 1}`;
      if (column === 1) return when(name, place + k + 1);
      if (column === 2) return k < truth.length ? fixed(truth[k]) : "not known";
      const n = column - 3;
      return n < METHODS.length ? fixed(said[n][k]) : fixed(mase[n - METHODS.length][k], 3);
    }, h);
  }

  return frame.start();
}

// What was forecast of each time from … to, h steps before it: one value from each origin.
function trackOf({ split }, forecasts, h, from, to) {
  const first = Math.max(from, split - 1 + h);
  return {
    from: first,
    y: Array.from(
      { length: to - first + 1 },
      (_, k) => forecasts[first + k - h - split + 1][h - 1],
    ),
  };
}

function correlation(a, b) {
  const about = (values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [about(a), about(b)];
  const product = (u, v) => u.reduce((sum, value, k) => sum + value * v[k], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

function tellTrack(name, h, { values, split }, forecasts) {
  const said = forecasts.slice(0, values.length - split - h + 1).map((row) => row[h - 1]);
  const came = values.slice(split - 1 + h);
  const read = values.slice(split - 1, values.length - h);
  const [truth, input] = [correlation(said, came), correlation(said, read)];
  const verdict = input > truth ? "It follows: its input, late." : "It leads.";
  return `The LSTM ${steps(name, h)} ahead, from all origins: correlation ${fixed(truth, 3)} with what came, ${fixed(input, 3)} with the last value it had read. ${verdict}`;
}

function padded(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low);
  return { low: low - room, high: high + room };
}

function tell(name, h, ranked, seeds) {
  const error = (method) => ranked.find((entry) => entry.method === method).error;
  const [lstm, ar] = [error("LSTM"), error("AR")];
  const better = seeds.filter((mase) => mase[h - 1] < ar).length;
  return (
    `${steps(name, h)} ahead, ${ranked[0].method} errs least: MASE ${fixed(ranked[0].error)}; persistence ${fixed(error("persistence"))}. ` +
    `The LSTM, ${fixed(lstm)}, ${lstm < ar ? "beats" : "loses to"} the linear AR, ${fixed(ar)}; ${better} of its ${seeds.length} seeds beat it.`
  );
}

// Every method as a bar, the best on top, whether it is drawn above or not; dots are the seeds.
function createRanks() {
  const ROW = 25;
  const LEFT = 134;
  const RIGHT = 62;
  const rows = Object.fromEntries(
    LINES.map(({ name, kind }) => {
      const bar = svg("rect", { class: "live-bar", x: LEFT, y: 5, height: 14, rx: 3 });
      const dots = Array.from({ length: 5 }, () =>
        svg("circle", { class: "live-rank-dot", cy: 12, r: 3.5 }),
      );
      const value = svg("text", { class: "live-rank-value", y: 16.5, "text-anchor": "end" });
      const root = svg(
        "g",
        { class: `live-rank live-moves live-${kind}` },
        svg("text", { class: "live-rank-name", y: 16.5 }, name),
        bar,
        ...dots,
        value,
      );
      return [name, { root, bar, dots, value }];
    }),
  );
  const one = svg("line", { class: "live-rank-one", y1: 0, y2: LINES.length * ROW });
  const chart = svg(
    "svg",
    { role: "img", height: LINES.length * ROW + 2 },
    one,
    ...Object.values(rows).map(({ root }) => root),
  );
  const head = html("p", { class: "live-heading" });
  const note = html(
    "p",
    { class: "live-advice" },
    "Bars: the networks of seed 0, computed here. Dots: five recorded seeds. Upright line: 1, the error of “as one season ago” in the training part.",
  );
  const root = html("div", { class: "live-ranks" }, head, chart, note);
  let width = 600;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${LINES.length * ROW + 2}` });
    if (last) draw(last);
  }
  function draw(v) {
    last = v;
    const at = (method, k) => v.spread[method]?.[k][v.h - 1];
    const all = v.ranked.flatMap(({ method, error }) => [
      error,
      ...(v.spread[method] ?? []).map((seed) => seed[v.h - 1]),
    ]);
    const top = Math.max(...all);
    const long = (error) => ((width - LEFT - RIGHT) * error) / top;
    put(one, {
      x1: LEFT + long(1),
      x2: LEFT + long(1),
      visibility: top >= 1 ? "visible" : "hidden",
    });
    v.ranked.forEach(({ method, error }, place) => {
      const row = rows[method];
      row.root.style.transform = `translateY(${place * ROW}px)`;
      put(row.bar, { width: long(error) });
      row.dots.forEach((dot, k) =>
        put(dot, {
          cx: LEFT + long(at(method, k) ?? 0),
          visibility: at(method, k) === undefined ? "hidden" : "visible",
        }),
      );
      put(row.value, { x: width - 4 });
      write(row.value, fixed(error, 3));
    });
    chart.setAttribute("aria-label", v.label);
  }
  return { root, head, layout, draw };
}

export default { render };
