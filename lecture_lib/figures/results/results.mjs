// Results: every recorded run of a task as a dot, in six lanes: LSTM, GRU and RNN with two learning
// rates each. The traits and the record: lecture_lib/figures/results.py.
import { roundTicks } from "../../web/charts/curves.mjs";
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/kit/parts.mjs";

const RESULT_CELLS = [
  { cell: "LSTM", kind: "c", mark: "M-4.4,0A4.4,4.4 0 1 0 4.4,0A4.4,4.4 0 1 0 -4.4,0Z" },
  { cell: "GRU", kind: "h", mark: "M-4,-4H4V4H-4Z" },
  { cell: "RNN", kind: "soft", mark: "M0,-5L4.8,3.6H-4.8Z" },
];
const RESULT_EDGE = 14;
const RESULT_TOP = 18; // above the lanes: the band's name
const RESULT_HEAD = 30;
const RESULT_CAPTION = 19;
const RESULT_PITCH = 9;
const RESULT_GAP = 12;
const RESULT_AXIS = 46;
const MEASURES = {
  updates: "updates to target (logarithmic axis)",
  parameters: "parameters, the readout’s among them",
};

function middleOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

// A row of the record as the lane of a measure: its values by seed, Infinity for "not solved", and
// what a better lane has less of.
function laneOf(row, measure, task) {
  const updates = row.updates.map((n) => n ?? Infinity);
  const losses = row.scores.map((score) => (task.less ? score : -score));
  const values = { updates, score: row.scores, parameters: row.scores.map(() => row.parameters) }[
    measure
  ];
  const solved = updates.filter(Number.isFinite).length;
  const order = [-solved, middleOf(updates), middleOf(losses)];
  if (measure === "score") order.unshift(order.pop());
  return { row, values, middle: middleOf(values), solved, order };
}

function betterLane(a, b) {
  const k = a.order.findIndex((value, n) => value !== b.order[n]);
  return k < 0 || a.order[k] < b.order[k] ? a : b;
}

// Whole numbers as they are, errors to two figures, shares to three decimals.
function scoreText(score, task) {
  if (task.less) return `${Number(score.toPrecision(2))}`;
  return task.target > 1 ? `${score}` : score.toFixed(3);
}

function valueText(value, measure, task) {
  if (value === Infinity) return "not solved";
  return measure === "score" ? scoreText(value, task) : `${value}`;
}

// Where a value lies between 0 and 1, and the ticks.
function scaleOf(lanes, measure, task, narrow) {
  const values = lanes.flatMap((lane) => lane.values).filter(Number.isFinite);
  const logarithmic = measure === "updates" || (measure === "score" && task.less);
  const count = narrow ? 4 : 7;
  if (logarithmic) {
    const low = measure === "updates" ? 40 : Math.min(...values, task.target) / 1.3;
    const high = measure === "updates" ? task.updates : Math.max(...values) * 1.3;
    const tens = Array.from({ length: 12 }, (_, k) => 10 ** (k - 6));
    const ticks = tens.flatMap((ten) => [1, 2, 5].map((k) => Number((k * ten).toPrecision(1))));
    return {
      at: (value) => Math.log(value / low) / Math.log(high / low),
      ticks: ticks.filter((tick) => tick >= low && tick <= high),
    };
  }
  const counts = measure === "parameters" || task.target > 1;
  const least = Math.min(...values, measure === "score" ? task.target : Infinity);
  const low = counts ? 0 : Math.floor(least * 20 - 0.5) / 20;
  const high = counts ? Math.max(...values) * 1.08 : 1.005;
  return { at: (value) => (value - low) / (high - low), ticks: roundTicks(low, high, count) };
}

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["task", "measure", "equal", "paired", "lane", "seed"],
    fit: (width) => chart.layout(width),
  });
  const { tasks, rows } = model.get("record");
  const seeds = rows[0].scores.length;
  const chart = createLanes(seeds, (lane, seed) => frame.change({ lane, seed }));
  const story = html("p", { class: "live-story" });
  const inHand = html("p", { class: "live-answer live-run" });
  const table = createTable(
    ["network", "units", "parameters", "learning rate", "seed", "updates", "score"],
    6 * seeds,
  );
  const head = html("div", { class: "live-head" }, frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(head, slot, story, chart.root, inHand, table.root, frame.caption, frame.voice);

  function draw() {
    const [name, measure, equal] = ["task", "measure", "equal"].map((trait) => model.get(trait));
    const task = tasks[name];
    const lanes = RESULT_CELLS.flatMap(({ cell }) =>
      rows.filter(
        (row) => row.task === name && row.cell === cell && [equal, "both"].includes(row.equal),
      ),
    ).map((row) => laneOf(row, measure, task));
    const best = RESULT_CELLS.map((_, k) => betterLane(lanes[2 * k], lanes[2 * k + 1]));
    const hand = { lane: model.get("lane"), seed: model.get("seed") };
    chart.draw({ task, measure, lanes, best, hand, paired: model.get("paired") });
    const says = best
      .map(
        ({ row, middle, solved }) =>
          `${row.cell} ${valueText(middle, measure, task)}${measure === "updates" ? ` (${solved} of ${seeds})` : ""}`,
      )
      .join(", ");
    const what = {
      updates: `median updates until the ${task.measure} is ${scoreText(task.target, task)} (runs solved)`,
      score: `median of the ${task.measure} at the end`,
      parameters: "parameters",
    }[measure];
    write(
      story,
      measure === "parameters"
        ? `Parameters: ${says}.`
        : `At the better learning rate of each, ${what}: ${says}.`,
    );
    const run = lanes[hand.lane];
    const reading = runText(run.row, hand.seed, task);
    write(inHand, reading);
    table.draw((n, k) => {
      const { row } = lanes[Math.floor(n / seeds)];
      const seed = n % seeds;
      return [
        row.cell,
        `${row.hidden_size}`,
        `${row.parameters}`,
        `${row.learning_rate}`,
        `${seed}`,
        valueText(row.updates[seed] ?? Infinity, "updates", task),
        `${row.scores[seed]}`,
      ][k];
    });
    frame.say(`${reading} Medians: ${says}.`);
  }

  return frame.start();
}

function runText(row, seed, task) {
  const n = row.updates[seed];
  const updates =
    n === null ? `not solved in ${task.updates} updates` : `solved after ${n} updates`;
  return `${row.cell}, learning rate ${row.learning_rate}, seed ${seed}: ${updates}; ${task.measure} at the end ${scoreText(row.scores[seed], task)}.`;
}

// The six lanes over one axis, and the band of the runs that were not solved.
function createLanes(seeds, take) {
  const laneHeight = RESULT_CAPTION + seeds * RESULT_PITCH + RESULT_GAP;
  const height = RESULT_TOP + 3 * (RESULT_HEAD + 2 * laneHeight) + RESULT_AXIS;
  const floor = height - RESULT_AXIS;
  const top = (lane) => RESULT_TOP + (Math.floor(lane / 2) + 1) * RESULT_HEAD + lane * laneHeight;
  const band = svg(
    "g",
    { class: "live-unsolved" },
    svg("rect", { y: 0, height: floor, rx: 8 }),
    svg("text", { y: 14, "text-anchor": "middle" }),
  );
  const ticks = Array.from({ length: 16 }, () =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { y1: RESULT_TOP, y2: floor }),
      svg("text", { y: floor + 17, "text-anchor": "middle" }),
    ),
  );
  const goal = svg(
    "g",
    { class: "live-goal" },
    svg("line", { y1: RESULT_TOP, y2: floor }),
    svg("text", { y: 14, "text-anchor": "middle" }),
  );
  const axis = svg("text", { class: "live-axis", y: height - 8, "text-anchor": "middle" });
  const heads = RESULT_CELLS.map(({ kind }, k) =>
    svg(
      "text",
      { class: `live-course-head live-${kind}`, x: RESULT_EDGE, y: top(2 * k) - 10 },
      svg("tspan", { class: "live-title" }),
      svg("tspan", { dx: 8 }),
    ),
  );
  const seedLine = svg("path", { class: "live-seed-line" });
  const parts = Array.from({ length: 6 }, (_, lane) => createLane(lane));
  const scene = svg("svg", { role: "img" }, band, ...ticks, goal, axis, ...heads, seedLine);
  const root = svg(
    "svg",
    {
      class: "live-courses",
      role: "group",
      "aria-label": "Runs, in lanes",
      height,
      onpointermove: point,
      onpointerdown: point,
    },
    scene,
    ...parts.map((part) => part.root),
  );
  let width = 640;
  let last = null;
  let places = [];

  function createLane(lane) {
    const { kind, mark } = RESULT_CELLS[Math.floor(lane / 2)];
    const caption = svg("text", { class: "live-course-says", x: RESULT_EDGE, y: top(lane) + 11 });
    const bed = svg("rect", {
      class: "live-course-bed",
      x: 2,
      y: top(lane) - 3,
      height: laneHeight - 4,
      rx: 8,
    });
    const range = svg("rect", {
      class: "live-course-range",
      y: top(lane) + RESULT_CAPTION,
      height: seeds * RESULT_PITCH,
      rx: 5,
    });
    const median = svg("path", { class: "live-course-median" });
    const dots = Array.from({ length: seeds }, () =>
      svg("path", { class: "live-run-dot", d: mark }),
    );
    const ring = svg("circle", { class: "live-run-ring", r: 8.5 });
    const group = svg(
      "g",
      {
        class: `live-course live-${kind}`,
        role: "slider",
        tabindex: 0,
        "aria-valuemin": 1,
        "aria-valuemax": seeds,
        onkeydown: (event) => press(event, lane),
        onfocus: () => take(lane, last.hand.seed),
      },
      bed,
      range,
      median,
      caption,
      ...dots,
      ring,
    );
    return { root: group, caption, bed, range, median, dots, ring };
  }

  function press(event, lane) {
    const by = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      Home: -seeds,
      End: seeds,
    }[event.key];
    if (!by) return;
    event.preventDefault();
    const order = places[lane].order;
    const next = order.indexOf(last.hand.seed) + by;
    take(lane, order[Math.max(0, Math.min(seeds - 1, next))]);
  }

  // The dot under the pointer, or beside it, becomes the run in hand.
  function point(event) {
    const box = root.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let nearest = { far: 16 };
    places.forEach(({ dots }, lane) =>
      dots.forEach((dot, seed) => {
        const far = Math.hypot(dot.x - x, dot.y - y);
        if (far < nearest.far) nearest = { far, lane, seed };
      }),
    );
    if (nearest.lane !== undefined) take(nearest.lane, nearest.seed);
  }

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    if (last) draw(last);
  }

  function draw(v) {
    last = v;
    const { task, measure, lanes, hand } = v;
    const narrow = width < 480;
    const bandWidth = measure === "updates" ? Math.max(96, 0.18 * width) : 0;
    const right = width - RESULT_EDGE - (bandWidth ? bandWidth + 14 : 0);
    const scale = scaleOf(lanes, measure, task, narrow);
    const x = (value) =>
      value === Infinity
        ? width - bandWidth / 2
        : RESULT_EDGE + 4 + scale.at(value) * (right - RESULT_EDGE - 4);
    put(band, { visibility: bandWidth ? "visible" : "hidden" });
    put(band.firstChild, { x: width - bandWidth, width: bandWidth });
    put(band.lastChild, { x: width - bandWidth / 2 });
    write(band.lastChild, `not solved in ${task.updates}`);
    drawTicks(scale.ticks, x, narrow);
    const aims = measure === "score";
    put(goal, { visibility: aims ? "visible" : "hidden" });
    if (aims) {
      put(goal.firstChild, { x1: x(task.target), x2: x(task.target) });
      put(goal.lastChild, { x: Math.max(30, Math.min(width - 30, x(task.target))) });
      write(goal.lastChild, `target ${scoreText(task.target, task)}`);
    }
    put(axis, { x: (RESULT_EDGE + right) / 2 });
    write(
      axis,
      measure === "score"
        ? `${task.measure} at the end${task.less ? " (logarithmic axis)" : ""}`
        : MEASURES[measure],
    );
    heads.forEach((head, k) => {
      const { cell, hidden_size: units, parameters } = lanes[2 * k].row;
      write(head.firstChild, cell);
      write(head.lastChild, `${units} units, ${parameters} parameters`);
    });
    places = lanes.map((lane, k) => placeLane(lane, k, x));
    lanes.forEach((lane, k) => drawLane(lane, k, x, narrow));
    const line = places
      .map(({ dots }) => `${dots[hand.seed].x.toFixed(1)},${dots[hand.seed].y.toFixed(1)}`)
      .join("L");
    put(seedLine, { d: `M${line}` });
    scene.setAttribute(
      "aria-label",
      `Six lanes of ${seeds} runs each, over ${axis.textContent}. A line joins the runs of seed ${hand.seed}.`,
    );
  }

  function drawTicks(values, x, narrow) {
    let free = -Infinity;
    ticks.forEach((tick, k) => {
      const value = values[k];
      const text = value === undefined ? "" : `${Number(value.toPrecision(6))}`;
      const at = value === undefined ? 0 : x(value);
      const fits = value !== undefined && at - 4 * text.length > free;
      put(tick, { visibility: fits ? "visible" : "hidden" });
      if (!fits) return;
      free = at + 4 * text.length + (narrow ? 8 : 12);
      put(tick.firstChild, { x1: at, x2: at });
      put(tick.lastChild, { x: at });
      write(tick.lastChild, text);
    });
  }

  // Where the dots of a lane lie, and in which order the keys go through them.
  function placeLane(lane, k, x) {
    const seedsInOrder = lane.values.map((_, seed) => seed);
    if (!last.paired) seedsInOrder.sort((a, b) => lane.values[a] - lane.values[b] || a - b);
    const dots = [];
    seedsInOrder.forEach((seed, n) => {
      dots[seed] = {
        x: x(lane.values[seed]),
        y: top(k) + RESULT_CAPTION + (n + 0.5) * RESULT_PITCH,
      };
    });
    return { dots, order: seedsInOrder };
  }

  function drawLane(lane, k, x, narrow) {
    const { measure, task, hand, best } = last;
    const part = parts[k];
    const { dots } = places[k];
    const text = (value) => valueText(value, measure, task);
    const [low, high] = [Math.min(...lane.values), Math.max(...lane.values)];
    const spread =
      low === high ? "" : high === Infinity ? `from ${text(low)}` : `${text(low)} … ${text(high)}`;
    const middle = lane.middle === Infinity ? "" : `${narrow ? "" : "median "}${text(lane.middle)}`;
    const count =
      measure === "updates" && lane.solved < seeds ? `${lane.solved} of ${seeds} solved` : "";
    const rate = `${narrow ? "" : "learning "}rate ${lane.row.learning_rate}${best.includes(lane) ? " ✓" : ""}`;
    write(
      part.caption,
      [rate, [middle, spread].filter(Boolean).join(", "), count].filter(Boolean).join(" · "),
    );
    put(part.bed, { width: width - 4 });
    put(part.range, { x: x(low) - 7, width: x(high) - x(low) + 14 });
    put(part.median, {
      visibility: Number.isFinite(lane.middle) ? "visible" : "hidden",
      d: `M${x(lane.middle).toFixed(1)},${top(k) + RESULT_CAPTION - 2}v${seeds * RESULT_PITCH + 4}`,
    });
    dots.forEach((dot, seed) => {
      put(part.dots[seed], { transform: `translate(${dot.x.toFixed(1)},${dot.y.toFixed(1)})` });
      part.dots[seed].classList.toggle("live-hollow", lane.row.updates[seed] === null);
    });
    const here = dots[hand.seed];
    put(part.ring, { cx: here.x.toFixed(1), cy: here.y.toFixed(1) });
    part.root.classList.toggle("live-now", k === hand.lane);
    put(part.root, {
      "aria-label": `${lane.row.cell}, learning rate ${lane.row.learning_rate}`,
      "aria-valuenow": places[k].order.indexOf(hand.seed) + 1,
      "aria-valuetext": runText(lane.row, hand.seed, task),
    });
  }
  return { root, layout, draw };
}

export default { render };
