// One moment of the training: the gates and what is left of the gradient, at each step.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createHeading, createPlot, createReadings, createScrubber } from "./plots.mjs";
import { SHOWN_GATES, SHOWN_STATES } from "./run.mjs";
import { nearest } from "./session.mjs";
import { decade } from "./words.mjs";

/** What is averaged over the units: the gates, and of the RNN |h|. */
export const MEANS = ["f", "i", "o", "z", "r", "h"];
const STATES = ["c", "h"];
const labelOf = (name) => (name === "h" ? "|h|" : name);

/**
 * Those of MEANS that a cell has.
 * @param {"RNN" | "LSTM" | "GRU"} cell
 * @returns {string[]}
 */
export const meansOf = (cell) => (cell === "RNN" ? ["h"] : SHOWN_GATES[cell]);

/**
 * @param {(t: number) => void} choose is asked for a step, from 0
 * @returns {object} `layout(width)`, `draw({ run, kept, moment, place })`
 */
export function createDetails(choose) {
  const plot = {
    height: 184,
    axisName: "step of the sequence",
    choose: (step) => choose(Math.round(step) - 1),
  };
  const dashed = (kind) => ({ kind, style: "dashed" });
  const gates = createPlot({
    ...plot,
    lines: [...MEANS.map(dashed), ...MEANS.map((kind) => ({ kind }))],
  });
  const left = createPlot({
    ...plot,
    log: true,
    words: decade,
    lines: STATES.flatMap((kind) => [dashed(kind), { kind }]),
  });
  const gateReadings = createReadings(MEANS.map((kind) => ({ kind, label: labelOf(kind) })));
  const leftReadings = createReadings(STATES.map((kind) => ({ kind, label: `‖∂L/∂${kind}‖` })));
  const gatesHead = createHeading("");
  const leftHead = createHeading("gradient left at each step, 1 at the end");
  const maps = html(
    "div",
    { class: "live-maps" },
    html("div", {}, gatesHead, gateReadings.root, gates.root),
    html("div", {}, leftHead, leftReadings.root, left.root),
  );
  const scrubber = createScrubber(
    "step",
    { name: "t", min: 1, step: 1, "aria-label": "Step of the sequence" },
    (step) => choose(step - 1),
  );
  const root = html("div", {}, maps, scrubber.root);

  function layout(width) {
    const wide = width >= 560;
    maps.classList.toggle("live-wide", wide);
    for (const part of [gates, left]) part.layout(wide ? Math.floor((width - 24) / 2) : width);
  }
  function draw({ run, kept, moment, place }) {
    const { cell } = run.settings;
    const ghost = kept ? nearest(kept.moments, moment.update) : null;
    const view = { x: [1, moment.steps], at: place.t + 1 };
    const names = meansOf(cell);
    write(
      gatesHead,
      cell === "RNN"
        ? "no gates; mean |h| at each step"
        : `mean gates ${names.join(", ")} at each step`,
    );
    const has = (name, all) => all.includes(name);
    gateReadings.draw(
      MEANS.map((name) => (has(name, names) ? fixed(moment[name][place.t]) : null)),
    );
    gates.draw({ ...view, ...gatesView(cell, moment, ghost, place.t) });
    leftReadings.draw(
      STATES.map((state) =>
        has(state, SHOWN_STATES[cell]) ? inTens(moment.left[state][place.t]) : null,
      ),
    );
    left.draw({ ...view, ...leftView(cell, moment, ghost, place.t) });
    const words = `step ${place.t + 1} of ${moment.steps}`;
    scrubber.draw(place.t + 1, { max: moment.steps }, words);
  }
  return { root, layout, draw };
}

const lineOf = (y) => (y ? { y } : null);

function gatesView(cell, moment, ghost, t) {
  const readings = meansOf(cell).map((name) => `${labelOf(name)} ${fixed(moment[name][t])}`);
  const what = cell === "RNN" ? "Mean |h|" : "Mean gates";
  return {
    y: [0, 1],
    lines: [
      ...MEANS.map((name) => lineOf(ghost?.[name])),
      ...MEANS.map((name) => lineOf(moment[name])),
    ],
    label: `${what} over ${moment.steps} steps after update ${moment.update}; at step ${t + 1}: ${readings.join(", ")}.`,
  };
}

function leftView(cell, moment, ghost, t) {
  const rests = SHOWN_STATES[cell].map((state) => `${state} ${inTens(moment.left[state][t])}`);
  return {
    y: [-10, 2],
    lines: STATES.flatMap((state) => [lineOf(ghost?.left[state]), lineOf(moment.left[state])]),
    label: `Gradient left at each of ${moment.steps} steps after update ${moment.update}; at step ${t + 1}: ${rests.join(", ")}.`,
  };
}
