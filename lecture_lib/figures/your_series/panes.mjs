// Three panes of one chart each: errors by horizon, the forecasts from one origin beside what came, and
// the correlations by which a season was looked for.
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { html, put, write } from "../../web/kit/dom.mjs";
import { meanOf } from "../../web/numbers/forecasting/problem.mjs";
import { rangeOf, timePlaces } from "./series_chart.mjs";
import { steps, tick } from "./words.mjs";
import { FAMILY, FAR, KINDS, METHODS } from "./view.mjs";

const HEIGHT = 330;
const NAMES = 124; // px for the names at the lines' ends
const STYLES = { baseline: "dashed", line: "line", network: "line" };

// Each method twice: thin among the others, and firm with its name.
const LINES = [
  ...METHODS.map((name) => ({ kind: KINDS[FAMILY[name]], looks: "live-curve live-yours-thin" })),
  ...METHODS.map((name) => ({
    kind: KINDS[FAMILY[name]],
    style: STYLES[FAMILY[name]],
    name: name.replace("exponential", "exp."),
  })),
];

function linesOf(points, firm) {
  const of = (name, shown) => (shown && points[name] ? points[name] : null);
  return [
    ...METHODS.map((name) => of(name, !firm.includes(name))),
    ...METHODS.map((name) => of(name, firm.includes(name))),
  ];
}

/**
 * @param {(step: number) => void} choose is asked for a step ahead
 * @returns {object} `root`, `layout(width)`, `draw(view)`
 */
export function createByHorizon(choose) {
  const heading = html("p", { class: "live-heading" }, "MASE by steps ahead, over all origins");
  const chart = createLineChart({
    name: "live-line-chart",
    height: HEIGHT,
    edge: { right: NAMES, bottom: 36 },
    axisName: "steps ahead",
    lines: LINES,
    clip: true,
    choose: (place) => choose(Math.round(place)),
  });
  const root = html("div", { class: "live-pane" }, heading, chart.root);
  function draw({ rows, firm, problem, step }) {
    const points = Object.fromEntries(
      rows.map(({ name, mase }) => [
        name,
        { y: Array.from({ length: problem.horizon }, (_, k) => meanOf(mase.map((s) => s[k]))) },
      ]),
    );
    const least = Math.max(...(rows[0] ? points[rows[0].name].y : [1]));
    const near = rows.flatMap(({ name }) =>
      firm.includes(name) ? points[name].y : points[name].y.map((v) => Math.min(v, FAR * least)),
    );
    const top = 1.05 * Math.max(1e-9, ...near);
    chart.draw({
      x: problem.horizon > 1 ? [1, problem.horizon] : [0, 2],
      y: [0, top],
      at: step || undefined,
      lines: linesOf(points, firm),
      label: `MASE at each of ${steps(problem.horizon)} ahead. The numbers are in the table below.`,
    });
  }
  return { root, layout: chart.layout, draw };
}

/**
 * @param {(values: object) => void} change
 * @returns {object} `root`, `layout(width)`, `draw(view)`
 */
export function createOneOrigin(change) {
  const heading = html("p", { class: "live-heading" });
  const chart = createLineChart({
    name: "live-line-chart",
    height: HEIGHT - 44,
    edge: { right: NAMES },
    mark: null,
    words: tick,
    lines: [{ kind: "ink" }, { kind: "ink", style: "dotted", name: "what came" }, ...LINES],
    clip: true,
  });
  const slider = html("input", {
    type: "range",
    name: "origin",
    min: 0,
    step: 1,
    autocomplete: "off",
    oninput: () => change({ origin: slider.valueAsNumber }),
  });
  const label = html("label", { class: "live-yours-slide" }, html("span", {}, "origin"), slider);
  const root = html("div", { class: "live-pane" }, heading, chart.root, label);
  let narrow = false;
  function layout(width) {
    narrow = width < 480;
    chart.layout(width);
  }
  function draw(view) {
    const { rows, firm, problem, origin, place, timeOf, title } = view;
    const { values, horizon, season, origins } = problem;
    const from = Math.max(0, place - Math.max(3 * (season ?? 0), 3 * horizon, 24));
    const points = Object.fromEntries(
      rows.map(({ name, row }) => [
        name,
        { x: place, y: saidFrom(row, problem, origin, values[place]) },
      ]),
    );
    const known = values.slice(from, place + 1);
    const came = values.slice(place, Math.min(values.length, place + horizon + 1));
    const drawn = firm.map((name) => points[name].y);
    write(
      heading,
      `${title}${title ? ": " : ""}known up to ${timeOf(place)}, then ${steps(horizon)} forecast`,
    );
    chart.draw({
      x: [from, place + horizon],
      y: rangeOf([known, came, ...drawn]),
      at: place,
      places: timePlaces(
        timeOf,
        from,
        Math.min(place + horizon, values.length - 1),
        narrow ? 2 : 5,
      ),
      lines: [{ x: from, y: known }, { x: place, y: came }, ...linesOf(points, firm)],
      label: `Forecasts of ${steps(horizon)} from ${timeOf(place)}, beside what came.`,
    });
    put(slider, {
      max: origins - 1,
      "aria-valuetext": `${timeOf(place)}, origin ${origin + 1} of ${origins}`,
    });
    slider.value = origin;
  }
  return { root, layout, draw };
}

// What a row says from an origin, the mean over its seeds, with the value known there before it.
function saidFrom({ forecasts, seeds }, { horizon, origins }, origin, known) {
  const ahead = Array.from({ length: horizon }, (_, k) => {
    let sum = 0;
    for (let s = 0; s < seeds; s += 1) sum += forecasts[(s * origins + origin) * horizon + k];
    return sum / seeds;
  });
  return [known, ...ahead];
}

/**
 * @returns {object} `root`, `layout(width)`, `draw(view)`
 */
export function createSeasonPane() {
  const words = html("p", { class: "live-yours-season" });
  const chart = createLineChart({
    name: "live-line-chart",
    height: HEIGHT - 70,
    edge: { bottom: 36 },
    axisName: "lag, in steps",
    lines: [{ kind: "like-i" }],
    points: [{ kind: "like-i", r: 6, looks: "live-end" }],
  });
  const root = html("div", { class: "live-pane" }, words, chart.root);
  function draw({ problem: { correlations, season, found, differenced } }) {
    const lags = correlations.length - 1;
    const how = found ? "found beside a moving mean, or in the changes" : "given";
    const what = season
      ? `a season of ${steps(season)}, ${how}`
      : found
        ? "no season shows"
        : "no season is taken";
    const learned = differenced ? "the changes from step to step" : "the values themselves";
    write(
      words,
      `Correlation of the series, before the test part, with itself some steps later: ${what}. AR and networks learn ${learned}.`,
    );
    const [low] = rangeOf([correlations]);
    chart.draw({
      x: [0, Math.max(1, lags)],
      y: [Math.min(0, low), 1],
      lines: [{ x: 0, y: correlations }],
      points: [
        season && season <= lags ? { x: season, y: correlations[season], name: `${season}` } : null,
      ],
      label: `Autocorrelation at lags 0 to ${lags}: ${what}.`,
    });
  }
  return { root, layout: chart.layout, draw };
}
