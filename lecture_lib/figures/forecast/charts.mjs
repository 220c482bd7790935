// The forecasts as a fan from one origin, or as a track from all, and their errors by horizon.
import { HORIZON, LINES } from "./__init__.py";
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { METHODS } from "./forecasters.mjs";
import { inSteps, timeOf, timePlaces, WORDS } from "./series.mjs";

const FRAME = { name: "live-line-chart", edge: { top: 12, bottom: 26 } };

const STYLES = { persistence: "dashed", "seasonal naive": "dashed", "seasonal + drift": "dotted" };
const METHOD_LINES = LINES.map(({ name, kind }) => ({ name, kind, style: STYLES[name] }));

// What was forecast of each time from … to, h steps before it: one value from each origin.
function trackOf({ split }, forecasts, h, from, to) {
  const first = Math.max(from, split - 1 + h);
  const y = Array.from(
    { length: to - first + 1 },
    (_, k) => forecasts[first + k - h - split + 1][h - 1],
  );
  return { x: first, y };
}

function padded(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low);
  return [low - room, high + room];
}

/**
 * @returns {object} `layout(width)`, `draw(view)`: name and series; result by method; place, the
 *   last value known; truth, what came after; forecasts, each method's forecast from there; h;
 *   track; shown, by method; words, the story
 */
export function createFan() {
  const heading = html("p", { class: "live-heading" });
  const chart = createLineChart({
    ...FRAME,
    height: 280,
    edge: { ...FRAME.edge, right: 132 },
    lines: [
      { kind: "ink", style: "line" },
      { kind: "ink", style: "dotted", name: "what came" },
      ...METHOD_LINES,
    ],
  });
  let width = 600;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    chart.layout(width);
    if (last) draw(last); // with as many years below as there is room for now
  }
  function draw(view) {
    last = view;
    const { name, series, result, place, truth, forecasts, h, track, shown, words } = view;
    const { unit } = WORDS[name];
    const known = timeOf(name, place);
    write(
      heading,
      track
        ? `${unit}: each as forecast ${inSteps(name, h)} before`
        : `${unit}: known up to ${known}, then forecast`,
    );
    const [from, to] = [place - 4 * series.period, place + HORIZON];
    const read = series.values.slice(from, place + 1);
    const now = series.values[place];
    const lines = METHODS.map((method, n) =>
      track
        ? trackOf(series, result[method].from, h, from, place + truth.length)
        : { x: place, y: [now, ...forecasts[n].slice(0, h)] },
    );
    // Room for the whole forecast, so that the axis stays as the horizon moves.
    const drawn = lines.flatMap(({ y }, n) => (shown[n] ? (track ? y : forecasts[n]) : []));
    chart.draw({
      x: [from, to],
      y: padded([...read, ...truth, ...drawn]),
      at: place,
      places: timePlaces(name, from, to, width < 560 ? 4 : 7),
      lines: [
        { x: from, y: read },
        { x: place, y: [now, ...truth] },
        ...lines.map((line, n) => (shown[n] ? line : null)),
      ],
      label: `${unit} up to ${known}, and forecasts of ${inSteps(name, h)}. ${words}`,
    });
  }
  return { nodes: [heading, chart.root], layout, draw };
}

/**
 * @param {string} title
 * @returns {object} `layout(width)`, `draw({ name, values, h, shown })`: each method's error by
 *   horizon.
 */
export function createErrors(title) {
  const heading = html("p", { class: "live-heading" }, title);
  const lines = METHOD_LINES.map(({ kind, style }) => ({ kind, style }));
  const chart = createLineChart({ ...FRAME, lines, height: 180 });
  const root = html("div", {}, heading, chart.root);
  function draw({ name, values, h, shown }) {
    const drawn = values.filter((_, n) => shown[n]).flat();
    chart.draw({
      x: [1, HORIZON],
      y: [0, 1.05 * Math.max(0.1, ...drawn)],
      at: h,
      places: [1, 6, 12, 18, 24].map((at) => ({ at, text: `${at}` })),
      lines: values.map((y, n) => (shown[n] ? { y } : null)),
      label: `${title}, 1 to ${HORIZON} ${WORDS[name].many} ahead. The numbers are in the table below.`,
    });
  }
  return { root, layout: chart.layout, draw };
}
