// The Trainer: a network learns in the page while its loss, its gates and the reach of its gradient
// are drawn. The traits: lecture_lib/figures/trainer.py.
import { inTens } from "../../web/charts/decades.mjs";
import { fixed, html, put, still, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { button, createTable } from "../../web/kit/parts.mjs";
import { createPlot, createReach, createReadings } from "./charts.mjs";
import { createEngine } from "./engine.mjs";
import {
  createRun,
  DIVERGED,
  EVALUATED_EVERY,
  MOST_UPDATES,
  SHOWN_GATES,
  SHOWN_STATES,
} from "./run.mjs";
import { TRAINER_TASKS } from "./tasks.mjs";

const SETTINGS = [
  "task",
  "cell",
  "learning_rate",
  "lag",
  "hidden_size",
  "forget_bias",
  "chrono",
  "clip",
  "seed",
];
const MOST_STEPS = 162;
const ONCE = 1000; // ms between two drawings where motion is to be reduced
const TASK_NAMES = { recall: "recall", adding: "adding", counting: "aⁿbⁿ", hello: "hello" };
const TASK_SAYS = {
  recall: (lag) => `One of 4 symbols, ${lag} random distractors, a cue: which symbol was it?`,
  adding: (lag) =>
    `${lag} numbers between 0 and 1, two of them marked: what is their sum, to within 0.2?`,
  counting: (lag) =>
    `As many b’s as a’s, at most ${Math.floor(lag / 2)}: from the first b on, what comes next, and where is the end?`,
  hello: (lag) =>
    `${lag} letters of “hellohello…”, from anywhere: which comes next, from the second on?`,
};
// What one says who does not remember.
const GUESSING = {
  recall: "any of the 4 symbols",
  adding: "always 1",
  counting: "b, without counting",
  hello: "what follows the last letter",
};
const LINES = ["f", "i", "o", "z", "r", "h"];

const settingsOf = (model) => Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)]));
const linesOf = (cell) => (cell === "RNN" ? ["h"] : SHOWN_GATES[cell]);
const power = (value) => inTens(value).replace("1\u00a0×\u00a0", "");
const percent = (share) => `${Number((100 * share).toFixed(1))} %`;
const inSeconds = (seconds) => `${seconds.toFixed(1)} s`;

// "LSTM, chrono · recall, T = 40": what tells two runs apart.
function nameOf({ cell, chrono, forget_bias, task, lag, hidden_size, learning_rate, clip, seed }) {
  const start = cell === "RNN" ? "" : chrono ? ", chrono" : `, b = ${fixed(forget_bias, 1)}`;
  const clipping = clip ? "" : ", no clipping";
  return `${cell}${start} · ${TASK_NAMES[task]}, T = ${lag} · H = ${hidden_size}, rate ${learning_rate}${clipping}, seed ${seed}`;
}

function render({ model, el, signal }) {
  const frame = createFrame({ model, el, follows: SETTINGS, fit: layout, draw: follow });
  const engine = createEngine(hear, signal);
  let run = null;
  let kept = null;
  let playing = false;
  let looked = null; // the update that is looked at; null: always the last one
  let t = 0;
  let count = 0;
  let drawn = 0;
  let waiting = 0;

  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" });
  const status = html("p", { class: "live-story live-status" });
  const play = button("Play", () => (playing ? pause() : start(MOST_UPDATES)), {
    class: "live-button live-play",
  });
  const one = button("One update", () => start(run.updates + 1));
  const again = button("Restart", restart);
  const keep = button("Keep to compare", toggleKept);
  const says = html("span", { class: "live-step" });
  const asks = html("p", { class: "live-asks" });
  const bar = html(
    "div",
    { class: "live-training", role: "group", "aria-label": "Training" },
    play,
    one,
    again,
    keep,
    says,
  );

  const byUpdate = { choose: (update) => look(update) };
  const loss = createPlot({
    ...byUpdate,
    height: 168,
    log: true,
    words: power,
    curves: [{ kind: "soft", style: "dashed" }, { kind: "c" }],
  });
  const right = createPlot({
    ...byUpdate,
    height: 84,
    words: (share) => `${Math.round(100 * share)} %`,
    curves: [{ kind: "soft", style: "dashed" }, { kind: "i" }],
  });
  const scrubber = (name, input) =>
    html("div", { class: "live-scrub" }, html("span", { "aria-hidden": "true" }, name), input);
  const heading = (text) => html("p", { class: "live-plot-head" }, text);
  const reaches = [
    createReach({ height: 64, choose: lookAt, signal }),
    createReach({ height: 64, choose: lookAt, signal }),
  ];
  const foot = createPlot({ ...byUpdate, height: 42, xName: "updates", curves: [] });
  const scrub = html("input", {
    type: "range",
    name: "moment",
    min: 0,
    autocomplete: "off",
    "aria-label": "Moment in training",
    oninput: () => {
      look(scrub.valueAsNumber);
    },
  });
  const seek = html("input", {
    type: "range",
    name: "t",
    min: 1,
    step: 1,
    autocomplete: "off",
    "aria-label": "Step of the sequence",
    oninput: () => {
      t = seek.valueAsNumber - 1;
      queue();
    },
  });

  const byStep = {
    height: 184,
    xName: "step of the sequence",
    choose: (step) => {
      t = Math.round(step) - 1;
      queue();
    },
  };
  const gates = createPlot({
    ...byStep,
    curves: [
      ...LINES.map((kind) => ({ kind, style: "dashed" })),
      ...LINES.map((kind) => ({ kind })),
    ],
  });
  const left = createPlot({
    ...byStep,
    log: true,
    words: power,
    curves: ["c", "h"].flatMap((kind) => [{ kind, style: "dashed" }, { kind }]),
  });
  const gateLegend = createReadings(
    LINES.map((kind) => ({ kind, label: kind === "h" ? "|h|" : kind })),
  );
  const leftLegend = createReadings([
    { kind: "c", label: "‖∂L/∂c‖" },
    { kind: "h", label: "‖∂L/∂h‖" },
  ]);
  const gatesHead = heading("");
  const momentSays = html("p", { class: "live-moment" });
  const details = html(
    "div",
    { class: "live-maps" },
    html("div", {}, gatesHead, gateLegend.root, gates.root),
    html(
      "div",
      {},
      heading("gradient left at each step, 1 at the end"),
      leftLegend.root,
      left.root,
    ),
  );

  const ends = createRuns();
  const history = createTable(["update", "loss", "right"], MOST_UPDATES / EVALUATED_EVERY + 1);
  write(history.root.querySelector("summary"), "Numbers of the training");
  const numbers = createTable(
    ["step", ...LINES.map((name) => (name === "h" ? "mean |h|" : name)), "left of c", "left of h"],
    MOST_STEPS,
  );
  write(numbers.root.querySelector("summary"), "Numbers of the sequence");
  const slot = html("div", { class: "live-slot" });
  el.append(
    html("div", { class: "live-head" }, stamp, frame.tools),
    asks,
    bar,
    status,
    heading("loss of each batch"),
    loss.root,
    heading("sequences answered right, of 200 it never learns from"),
    right.root,
    heading(
      "how far back the gradient reaches; full colour: all of it is left, none: a millionth or less",
    ),
    ...reaches.map((reach) => reach.root),
    foot.root,
    scrubber("time", scrub),
    momentSays,
    details,
    scrubber("step", seek),
    ends.root,
    slot,
    history.root,
    numbers.root,
    frame.caption,
    frame.voice,
  );

  // --- The run -------------------------------------------------------------------------------

  // New settings are a new run; what has not changed goes on.
  function follow() {
    const settings = settingsOf(model);
    if (!run || JSON.stringify(settings) !== JSON.stringify(run.settings)) begin(settings);
    paint();
  }

  function begin(settings) {
    if (playing) pause();
    count += 1;
    const { moment, momentEvery } = createRun(settings);
    const first = moment();
    run = {
      id: count,
      settings,
      moments: [first],
      momentEvery,
      began: false,
      updates: 0,
      losses: new Float64Array(MOST_UPDATES),
      scores: [],
      seconds: 0,
      ended: "",
      solved: null,
    };
    looked = null;
    t = Math.min(t, first.steps - 1);
  }

  function start(until) {
    playing = until === MOST_UPDATES;
    looked = null;
    engine.command({ ...(run.began ? {} : { settings: run.settings, id: run.id }), until });
    run.began = true;
    paint();
  }
  function pause() {
    playing = false;
    engine.command({ until: 0 });
    paint();
  }
  function restart() {
    begin(settingsOf(model));
    paint();
  }
  function toggleKept() {
    if (kept) kept = null;
    else {
      kept = run;
      if (playing) pause();
      begin(run.settings);
    }
    paint();
  }

  function hear(report) {
    if (report.id !== run.id) return;
    run.losses.set(report.losses, run.updates);
    Object.assign(run, {
      updates: run.updates + report.losses.length,
      seconds: report.seconds,
      ended: report.ended,
      momentEvery: report.momentEvery,
    });
    run.scores.push(...report.scores);
    run.moments.push(...report.moments.filter(({ update }) => update > 0));
    run.moments = run.moments.filter(({ update }) => update % run.momentEvery === 0);
    if (run.ended) playing = false;
    if (run.ended === "solved")
      run.solved = { update: run.updates, seconds: run.seconds, right: run.scores.at(-1).right };
    queue();
  }

  // --- Looking -------------------------------------------------------------------------------

  const nearest = (moments, update) =>
    moments.reduce((best, moment) =>
      Math.abs(moment.update - update) < Math.abs(best.update - update) ? moment : best,
    );
  const nowShown = () => (looked === null ? run.moments.at(-1) : nearest(run.moments, looked));

  function look(update) {
    looked = update;
    queue();
  }
  function lookAt(update, step) {
    t = Math.round(step);
    look(update);
  }

  // While it trains, where motion is to be reduced, once a second.
  function queue() {
    if (waiting) return;
    const wait = playing && still() ? drawn + ONCE - performance.now() : 0;
    waiting = setTimeout(paint, Math.max(16, wait));
  }

  function layout(width) {
    const wide = width >= 560;
    details.classList.toggle("live-wide", wide);
    for (const plot of [loss, right, foot, ...reaches]) plot.layout(width);
    for (const plot of [gates, left]) plot.layout(wide ? Math.floor((width - 24) / 2) : width);
  }

  function paint() {
    clearTimeout(waiting);
    waiting = 0;
    if (signal?.aborted) return;
    drawn = performance.now();
    const { cell, task, lag } = run.settings;
    const moment = nowShown();
    const baseline = TRAINER_TASKS[task].baseline(lag);
    const most = endOfAxis(Math.max(run.updates, kept?.updates ?? 0));
    const at = looked === null ? run.updates : moment.update;
    const x = [0, most];

    const sameTask = kept && kept.settings.task === task;
    loss.draw({
      x,
      at,
      y: decadesOf([run, ...(sameTask ? [kept] : [])], baseline),
      lines: [sameTask ? lossLine(kept) : null, lossLine(run)],
      level: { value: baseline, name: `guessing ${GUESSING[task]}: ${fixed(baseline, 3)}` },
      label: `Loss against updates. ${tell(run, baseline)}`,
    });
    right.draw({
      x,
      at,
      y: [0, 1],
      lines: [kept ? rightLine(kept) : null, rightLine(run)],
      level: null,
      label: `Share of the held-out sequences right, against updates; now ${run.scores.length ? percent(run.scores.at(-1).right) : "not known"}.`,
    });
    foot.draw({ x, at, y: [0, 1], lines: [], level: null, label: `Updates, 0 to ${most}` });
    drawReach(reaches[0], kept, most, at, "A");
    drawReach(reaches[1], run, most, at, kept ? "B" : "");
    drawDetails(cell, moment);
    drawWords(moment, baseline, most);
    // The tables are many nodes: they wait for a pause.
    if (!playing) fillTables(moment);
  }

  function drawReach(reach, of, most, at, name) {
    reach.root.hidden = !of;
    if (!of) return;
    const state = SHOWN_STATES[of.settings.cell][0];
    const steps = of.moments[0].steps;
    const last = nearest(of.moments, at).left[state][0];
    reach.draw({
      rows: of.moments.map(({ left: all }) => all[state]),
      every: of.momentEvery,
      most,
      steps,
      at,
      name,
      colour: state,
      label: `Gradient left at each of ${steps} steps, over the training; at the first step now ${inTens(last)}.`,
    });
  }

  function drawDetails(cell, moment) {
    const ghost = kept ? nearest(kept.moments, moment.update) : null;
    const x = [1, moment.steps];
    const steps = Float64Array.from({ length: moment.steps }, (_, k) => k + 1);
    const line = (of, values) =>
      values
        ? { x: steps.length === of.steps ? steps : values.map((_, k) => k + 1), y: values }
        : null;
    const names = linesOf(cell);
    const readings = names.map(
      (name) => `${name === "h" ? "|h|" : name} ${fixed(moment[name][t])}`,
    );
    write(
      gatesHead,
      cell === "RNN"
        ? "no gates; mean |h| at each step"
        : `mean gates ${names.join(", ")} at each step`,
    );
    gateLegend.draw(LINES.map((name) => (names.includes(name) ? fixed(moment[name][t]) : null)));
    gates.draw({
      x,
      at: t + 1,
      y: [0, 1],
      level: null,
      lines: [
        ...LINES.map((name) => ghost && line(ghost, ghost[name])),
        ...LINES.map((name) => line(moment, moment[name])),
      ],
      label: `${cell === "RNN" ? "Mean |h|" : "Mean gates"} over ${moment.steps} steps after update ${moment.update}; at step ${t + 1}: ${readings.join(", ")}.`,
    });
    const states = SHOWN_STATES[cell];
    const rests = states.map((state) => `${state} ${inTens(moment.left[state][t])}`);
    leftLegend.draw(
      ["c", "h"].map((state) => (states.includes(state) ? inTens(moment.left[state][t]) : null)),
    );
    left.draw({
      x,
      at: t + 1,
      y: [-10, 2],
      level: null,
      lines: ["c", "h"].flatMap((state) => [
        ghost && line(ghost, ghost.left[state]),
        line(moment, moment.left[state]),
      ]),
      label: `Gradient left at each of ${moment.steps} steps after update ${moment.update}; at step ${t + 1}: ${rests.join(", ")}.`,
    });
    put(seek, { max: moment.steps });
    seek.value = t + 1;
    seek.setAttribute("aria-valuetext", `step ${t + 1} of ${moment.steps}`);
  }

  function drawWords(moment, baseline, most) {
    write(asks, TASK_SAYS[run.settings.task](run.settings.lag));
    write(play, playing ? "Pause" : "Play");
    play.disabled = ["diverged", "out of updates"].includes(run.ended);
    one.disabled = playing || play.disabled;
    again.disabled = !run.began;
    write(keep, kept ? "Drop run A" : "Keep to compare");
    keep.disabled = !kept && !run.updates;
    write(says, `update ${run.updates}`);
    write(stamp, `trains here${engine.place() ? `, ${engine.place()}` : ", in your browser"}`);
    const text = tell(run, baseline);
    write(status, text);
    status.classList.toggle("live-met", Boolean(run.solved));
    status.classList.toggle("live-failed", run.ended === "diverged");
    if (!playing) frame.say(text);
    write(
      momentSays,
      `${looked === null ? "Now, after" : "After"} update ${moment.update}, step ${t + 1} of ${moment.steps}${kept ? "; dashed: A" : ""}`,
    );
    put(scrub, { max: most, step: run.momentEvery });
    scrub.value = moment.update;
    scrub.setAttribute("aria-valuetext", `update ${moment.update} of ${run.updates}`);
    ends.draw(kept ? [kept, run] : [run]);
  }

  function fillTables(moment) {
    const scored = run.scores;
    history.draw((row, k) => {
      const { update, right: share } = scored[row];
      return [
        `${update}`,
        update ? run.losses[update - 1].toPrecision(10) : "untrained",
        share.toFixed(3),
      ][k];
    }, scored.length);
    const { cell } = run.settings;
    const columns = [
      null,
      ...LINES.map((name) => (linesOf(cell).includes(name) ? moment[name] : null)),
      moment.left.c,
      moment.left.h,
    ];
    numbers.draw(
      (row, k) =>
        k === 0
          ? `${row + 1}`
          : columns[k]
            ? k > LINES.length
              ? columns[k][row].toExponential(6)
              : columns[k][row].toFixed(6)
            : "–",
      moment.steps,
    );
  }

  return frame.start();
}

const endOfAxis = (updates) =>
  [100, 200, 300, 500, 1000, 1500, 2000, 3000].find((end) => end >= updates) ?? MOST_UPDATES;
const upTo = (updates) => Float64Array.from({ length: updates }, (_, k) => k + 1);
const lossLine = ({ losses, updates }) => ({ x: upTo(updates), y: losses.subarray(0, updates) });
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

function tell({ updates, losses, scores, ended, solved, settings }, baseline) {
  if (!updates)
    return `Not trained yet. Guessing ${GUESSING[settings.task]} has loss ${fixed(baseline, 3)}; a network that remembers gets below. Press play.`;
  const value = losses[updates - 1];
  const now = `Update ${updates}: loss ${value < 0.01 || value > 99 ? inTens(value) : fixed(value, 4)}`;
  if (ended === "diverged") {
    const what = Number.isFinite(value)
      ? `the loss is ${inTens(value)}, more than ${DIVERGED} times what it began with`
      : "the loss is no longer a number";
    return `It diverged at update ${updates}: ${what}, and training has stopped. Take a smaller learning rate${settings.clip ? "" : ", or clip the gradient"}.`;
  }
  if (ended === "out of updates" && !solved)
    return `Not solved in ${updates} updates, the most it may take. ${now}.`;
  const { update, right } = scores.at(-1);
  if (!solved)
    return `${now}, where guessing has ${fixed(baseline, 3)}. At update ${update}, ${percent(right)} of 200 sequences that it never learns from were right.`;
  const solution = `Solved after ${solved.update} updates and ${inSeconds(solved.seconds)}: ${percent(solved.right)} of 200 sequences that it never learned from are right.`;
  return updates === solved.update ? solution : `${solution} ${now}.`;
}

// One line for each run: what it was, and how far it got.
function createRuns() {
  const heads = ["run", "updates", "loss", "right", "time"].map((name) =>
    html("th", { scope: "col" }, name),
  );
  const rows = [0, 1].map(() =>
    html("tr", {}, html("th", { scope: "row" }), ...[1, 2, 3, 4].map(() => html("td"))),
  );
  const root = html(
    "table",
    { class: "live-ends live-runs" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...rows),
  );
  function draw(runs) {
    rows.forEach((row, k) => {
      row.hidden = k >= runs.length;
      if (row.hidden) return;
      const { settings, updates, losses, scores, seconds } = runs[k];
      const texts = [
        (runs.length > 1 ? `${"AB"[k]}  ` : "") + nameOf(settings),
        `${updates}`,
        updates ? inTens(losses[updates - 1]) : "–",
        scores.length ? percent(scores.at(-1).right) : "–",
        inSeconds(seconds),
      ];
      texts.forEach((text, n) => write(row.children[n], text));
    });
  }
  return { root, draw };
}

export default { render };
