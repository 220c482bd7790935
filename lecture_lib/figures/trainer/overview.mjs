// The whole training: the loss, what is answered right, and how far back the gradient reaches.
import { HELD_OUT } from "./__init__.py";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createHeading, createPlot, createScrubber } from "./plots.mjs";
import { createReach } from "./reach.mjs";
import { MOST_UPDATES, SHOWN_STATES } from "./run.mjs";
import { nearest } from "./session.mjs";
import { decade, percent, statusOf, TASK_WORDS } from "./words.mjs";

const KEPT = { kind: "soft", style: "dashed" };

const endOfAxis = (updates) =>
  [100, 200, 300, 500, 1000, 1500, 2000, 3000].find((end) => end >= updates) ?? MOST_UPDATES;
const lossLine = ({ losses, updates }) => ({ y: losses.subarray(0, updates) });
const rightLine = ({ scores }) => ({
  x: scores.map(({ update }) => update),
  y: scores.map(({ right }) => right),
});

// The powers of ten between which the losses lie: at least those around the baseline.
function decadesOf(runs, baseline) {
  let [low, high] = [baseline / 10, baseline * 2];
  for (const { losses, updates } of runs) {
    for (let k = 0; k < updates; k += 1) {
      if (losses[k] < low) low = losses[k];
      if (losses[k] > high && Number.isFinite(losses[k])) high = losses[k];
    }
  }
  return [Math.max(-8, Math.floor(Math.log10(low))), Math.ceil(Math.log10(high))];
}

/**
 * @param {object} options
 * @param {(update: number) => void} options.look is asked for a moment
 * @param {(update: number, t: number) => void} options.lookAt for one, and a step of the sequence
 * @param {AbortSignal} [options.signal]
 * @returns {object} `layout(width)`, `draw({ run, kept, moment, place, baseline })`: the moment
 *   shown, the place looked at { update, t }, and the loss of who guesses
 */
export function createOverview({ look, lookAt, signal }) {
  const loss = createPlot({
    height: 168,
    log: true,
    words: decade,
    lines: [KEPT, { kind: "like-c" }],
    choose: look,
  });
  const right = createPlot({
    height: 84,
    words: (share) => `${Math.round(100 * share)} %`,
    lines: [KEPT, { kind: "like-i" }],
    choose: look,
  });
  const reaches = [0, 1].map(() => createReach({ height: 64, choose: lookAt, signal }));
  const foot = createPlot({ height: 42, axisName: "updates", lines: [], choose: look });
  const scrubber = createScrubber(
    "time",
    { name: "moment", min: 0, "aria-label": "Moment in training" },
    look,
  );
  const when = html("p", { class: "live-moment" });
  const root = html("div");
  root.append(
    createHeading("loss of each batch"),
    loss.root,
    createHeading(`sequences answered right, of ${HELD_OUT} it never learns from`),
    right.root,
    createHeading(
      "how far back the gradient reaches; full colour: all of it is left, none: a millionth or less",
    ),
    ...reaches.map((reach) => reach.root),
    foot.root,
    scrubber.root,
    when,
  );

  function draw({ run, kept, moment, place, baseline }) {
    const most = endOfAxis(Math.max(run.updates, kept?.updates ?? 0));
    const at = place.update === null ? run.updates : moment.update;
    const view = { x: [0, most], at };
    loss.draw({ ...view, ...lossView(run, kept, baseline) });
    const score = run.scores.length ? percent(run.scores.at(-1).right) : "not known";
    right.draw({
      ...view,
      y: [0, 1],
      lines: [kept ? rightLine(kept) : null, rightLine(run)],
      label: `Share of the held-out sequences right, against updates; now ${score}.`,
    });
    foot.draw({ ...view, y: [0, 1], lines: [], label: `Updates, 0 to ${most}` });
    [kept, run].forEach((of, k) => {
      reaches[k].root.hidden = !of;
      if (of) reaches[k].draw({ most, at, name: kept ? "AB"[k] : "", ...reachOf(of, at) });
    });
    const position = `${place.update === null ? "Now, after" : "After"} update ${moment.update}`;
    const dashes = kept ? "; dashed: A" : "";
    write(when, `${position}, step ${place.t + 1} of ${moment.steps}${dashes}`);
    const words = `update ${moment.update} of ${run.updates}`;
    scrubber.draw(moment.update, { max: most, step: run.momentEvery }, words);
  }
  function layout(width) {
    for (const plot of [loss, right, foot, ...reaches]) plot.layout(width);
  }
  return { root, layout, draw };
}

function lossView(run, kept, baseline) {
  const { task } = run.settings;
  const besides = kept?.settings.task === task ? kept : null;
  return {
    y: decadesOf(besides ? [run, besides] : [run], baseline),
    lines: [besides ? lossLine(besides) : null, lossLine(run)],
    level: { value: baseline, name: `guessing ${TASK_WORDS[task].guess}: ${fixed(baseline, 3)}` },
    label: `Loss against updates. ${statusOf(run, baseline)}`,
  };
}

function reachOf({ settings, moments, momentEvery }, at) {
  const state = SHOWN_STATES[settings.cell][0];
  const { steps } = moments[0];
  const first = nearest(moments, at).left[state][0];
  return {
    rows: moments.map(({ left }) => left[state]),
    every: momentEvery,
    steps,
    colour: state,
    label: `Gradient left at each of ${steps} steps, over the training; at the first step now ${inTens(first)}.`,
  };
}
