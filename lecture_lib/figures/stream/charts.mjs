// The signal, the calls it is cut into, what each way says, and how far that is from offline.
import { linear } from "../../web/charts/axes.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { inTens, powerOfTen } from "../../web/kit/tens.mjs";
import { BANDS, HIDDEN_SIZE, STEPS, WAYS } from "./__init__.py";
import { NAMES } from "./ways.mjs";

const H = HIDDEN_SIZE;
const EDGE = { left: 52, right: 12 };
const X = [0.5, STEPS + 0.5];
const LOWEST = -12; // of the axis; a difference of 0 lies there too
/** The colour of each way. */
export const KINDS = { offline: "ink", kept: "like-c", lost: "like-f", rounded: "like-i" };
const STYLES = { offline: "line", kept: "dotted", lost: "dashed", rounded: "line" };
const DRAWN = ["offline", "lost", "rounded", "kept"]; // the last one on top

/**
 * @param {(t: number) => void} choose is asked for a step, from 1
 * @returns {object} `root`, `layout(width)`, `draw(view)`, in parts: what `runWays` found,
 *   with the settings
 */
export function createCharts(choose) {
  const step = (place) => choose(Math.max(1, Math.min(STEPS, Math.round(place))));
  const parts = [createSignal(step), createCalls(), createStates(step), createDifferences(step)];
  const root = html("div", { class: "live-stream-charts live-large" });
  root.append(...parts.flatMap((part) => part.nodes));
  const layout = (width) => parts.forEach((part) => part.layout(width));
  function* draw(view) {
    for (const part of parts) {
      part.draw(view);
      yield;
    }
  }
  return { root, layout, draw };
}

// A chart with an upright line where the new recording begins.
function createMarked(options) {
  const chart = createLineChart({ ...options, edge: { ...EDGE, ...options.edge } });
  const border = html("div", { class: "live-stream-border" });
  border.style.bottom = `${options.edge.bottom}px`;
  const root = html("div", { class: "live-stream-marked" }, chart.root, border);
  let x = linear(...X, 0, 1);
  let episode = 1;
  const place = () => border.style.setProperty("left", `${x(episode - 0.5)}px`);
  function layout(width) {
    x = linear(...X, EDGE.left, width - EDGE.right);
    chart.layout(width);
    place();
  }
  function draw(view, newEpisode) {
    episode = newEpisode;
    chart.draw({ ...view, x: X });
    place();
  }
  return { root, layout, draw };
}

function createSignal(choose) {
  const legend = createLegend([
    { kind: "like-o", label: "someone speaks", style: "band" },
    { kind: "ink", label: BANDS[0] },
    { kind: "soft", label: BANDS[1], style: "dashed" },
  ]);
  legend.draw([true, true, true]);
  const chart = createMarked({
    name: "live-stream-signal",
    height: 104,
    edge: { top: 6, bottom: 8 },
    lines: [
      { kind: "like-o", area: "live-stream-truth", looks: "live-stream-no-line" },
      { kind: "soft", style: "dashed" },
      { kind: "ink" },
    ],
    rows: [-1, 0, 1, 2],
    choose,
  });
  function draw({ x, target, t, episode }) {
    const band = (k) => Float64Array.from({ length: STEPS }, (_, s) => x[2 * s + k]);
    const ends = Array.from(target, (_, s) => [s + 0.5, s + 1.5]).flat();
    const spoken = target.reduce((sum, one) => sum + one, 0);
    chart.draw(
      {
        y: [-1.2, 2.4],
        at: t,
        lines: [
          { x: ends, y: Array.from(target, (one) => (one ? [2.4, 2.4] : [-1.2, -1.2])).flat() },
          { y: band(1) },
          { y: band(0) },
        ],
        label: `The signal: how loud the low and the high band are in ${STEPS} frames, in ${spoken} of which someone speaks.`,
      },
      episode,
    );
  }
  return { nodes: [legend.root, chart.root], layout: chart.layout, draw };
}

// A strip of the calls, every other one shaded.
function createCalls() {
  const name = svg(
    "text",
    { class: "live-mark", x: EDGE.left - 7, y: 13, "text-anchor": "end" },
    "calls",
  );
  const path = svg("path", { class: "live-stream-call" });
  const frame = svg("rect", { class: "live-stream-bed", x: EDGE.left, y: 2, height: 14 });
  const root = svg(
    "svg",
    { role: "img", height: 20, class: "live-stream-calls" },
    name,
    frame,
    path,
  );
  let width = 640;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} 20` });
    put(frame, { width: width - EDGE.left - EDGE.right });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const x = linear(...X, EDGE.left, width - EDGE.right);
    const shaded = view.calls.filter((_, n) => n % 2 === 0);
    put(path, {
      d: shaded
        .map(
          ([from, to]) =>
            `M${x(from + 0.5).toFixed(1)},2H${x(to + 0.5).toFixed(1)}V16H${x(from + 0.5).toFixed(1)}Z`,
        )
        .join(""),
    });
    put(root, { "aria-label": `${view.calls.length} calls` });
  }
  return { nodes: [root], layout, draw };
}

function createStates(choose) {
  const heading = html("p", { class: "live-stream-heading" });
  const legend = createLegend(
    NAMES.map((name) => ({
      kind: KINDS[name],
      label: WAYS[name],
      style: STYLES[name] === "line" ? "line" : "dashed",
    })),
  );
  legend.draw(NAMES.map(() => true));
  const chart = createMarked({
    name: "live-stream-states",
    height: 190,
    edge: { top: 8, bottom: 10 },
    lines: DRAWN.map((name) => ({
      kind: KINDS[name],
      looks: `live-curve live-curve-${STYLES[name]} live-stream-${name}`,
    })),
    points: DRAWN.map((name) => ({ kind: KINDS[name], r: 4 })),
    rows: 4,
    choose,
    keys: "step",
  });
  function draw(view) {
    const { shown, t } = view;
    const isP = shown === "p";
    const what = isP ? "P(speech)" : `h of unit ${shown}`;
    const values = (name) => valuesOf(view, name);
    write(heading, `${what}, as each way has it`);
    const readings = NAMES.map((name) => `${WAYS[name]} ${fixed(values(name)[t - 1], 3)}`);
    chart.draw(
      {
        y: isP ? [0, 1] : [-1, 1],
        at: t,
        lines: DRAWN.map((name) => ({ y: values(name) })),
        points: DRAWN.map((name) => ({ x: t, y: values(name)[t - 1] })),
        label: `${what} over ${STEPS} steps, offline, with the state handed on, with the state lost, and rounded.`,
        reading: [`step ${t}`, ...readings].join(", "),
      },
      view.episode,
    );
  }
  return { nodes: [heading, legend.root, chart.root], layout: chart.layout, draw };
}

/**
 * What is drawn of a way: P(speech), or h of a unit.
 * @param {{ runs: object, shown: string }} view
 * @param {string} name of the way
 * @returns {Float64Array}
 */
export function valuesOf({ runs, shown }, name) {
  if (shown === "p") return runs[name].p;
  const unit = Number(shown) - 1;
  return Float64Array.from({ length: STEPS }, (_, t) => runs[name].h[t * H + unit]);
}

function createDifferences(choose) {
  const ways = DRAWN.slice(1);
  const heading = html("p", { class: "live-stream-heading" });
  const chart = createMarked({
    name: "live-stream-differences",
    height: 210,
    edge: { top: 10, bottom: 40 },
    lines: ways.map((name) => ({
      kind: KINDS[name],
      looks: `live-curve live-curve-${STYLES[name]} live-stream-${name}`,
    })),
    points: ways.map((name) => ({ kind: KINDS[name], r: 5 })),
    log: true,
    rows: [1, 1e-3, 1e-6, 1e-9, 1e-12],
    words: (value) => `${value > 1e-12 ? "" : "≤ "}${powerOfTen(value)}`,
    mark: 1e-12,
    axisName: "step",
    choose,
  });
  function draw({ difference, first, epsilon, t, episode }) {
    const said = ways.map((name) => {
      const largest = Math.max(...difference[name]);
      const said = largest ? `at most ${inTens(largest)}` : "0 throughout";
      return `${WAYS[name]} ${said}`;
    });
    write(
      heading,
      `Difference from offline: max |Δh| over the units; dotted: ε = ${powerOfTen(epsilon)}, ○ the first step beyond it`,
    );
    chart.draw(
      {
        y: [LOWEST, 0.3],
        at: t,
        lines: ways.map((name) => ({ y: difference[name] })),
        points: ways.map((name) =>
          first[name] ? { x: first[name], y: difference[name][first[name] - 1] } : null,
        ),
        level: { value: epsilon, name: "" },
        label: `Difference from offline on a logarithmic axis: ${said.join(", ")}.`,
      },
      episode,
    );
  }
  return { nodes: [heading, chart.root], layout: chart.layout, draw };
}
