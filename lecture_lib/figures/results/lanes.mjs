// The six lanes over one axis, and the band of the runs that were not solved.
import { put, svg, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";
import { CAPTION, createLane, EDGE, laneHeight, MARKS, PITCH } from "./lane.mjs";
import { scaleOf, scoreText } from "./record.mjs";

const TOP = 18; // above the lanes: the band's name
const HEAD = 30;
const AXIS = 46;
const NEAR = 16; // px from a dot to the pointer that takes it
const MEASURES = {
  updates: "updates to target (logarithmic axis)",
  parameters: "parameters, the readout’s among them",
};

// The axis with its ticks and its name, the target, and the band.
function createScenery(height) {
  const floor = height - AXIS;
  const middle = { "text-anchor": "middle" };
  const upright = () => svg("line", { y1: TOP, y2: floor });
  const band = svg(
    "g",
    { class: "live-unsolved" },
    svg("rect", { y: 0, height: floor, rx: 8 }),
    svg("text", { y: 14, ...middle }),
  );
  const ticks = Array.from({ length: 16 }, () =>
    svg("g", { class: "live-tick" }, upright(), svg("text", { y: floor + 17, ...middle })),
  );
  const goal = svg("g", { class: "live-goal" }, upright(), svg("text", { y: 14, ...middle }));
  const axis = svg("text", { class: "live-axis", y: height - 8, ...middle });

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
  function draw({ task, measure }, { scale, x, right, bandWidth, width, narrow }) {
    put(band, { visibility: bandWidth ? "visible" : "hidden" });
    put(band.firstChild, { x: width - bandWidth, width: bandWidth });
    put(band.lastChild, { x: width - bandWidth / 2 });
    write(band.lastChild, `not solved in ${task.updates}`);
    drawTicks(scale.ticks, x, narrow);
    put(goal, { visibility: measure === "score" ? "visible" : "hidden" });
    if (measure === "score") {
      const at = x(task.target);
      put(goal.firstChild, { x1: at, x2: at });
      put(goal.lastChild, { x: Math.max(30, Math.min(width - 30, at)) });
      write(goal.lastChild, `target ${scoreText(task.target, task)}`);
    }
    put(axis, { x: (EDGE + right) / 2 });
    const score = `${task.measure} at the end${task.less ? " (logarithmic axis)" : ""}`;
    write(axis, MEASURES[measure] ?? score);
  }
  return { nodes: [band, ...ticks, goal, axis], draw, title: () => axis.textContent };
}

// Over the lanes of each cell its name, units and parameters.
function createHeads(top) {
  const nodes = MARKS.map(({ kind }, k) =>
    svg(
      "text",
      { class: `live-course-head live-${kind}`, x: EDGE, y: top(2 * k) - 10 },
      svg("tspan", { class: "live-title" }),
      svg("tspan", { dx: 8 }),
    ),
  );
  function draw(lanes) {
    nodes.forEach((head, k) => {
      const { cell, hidden_size: units, parameters } = lanes[2 * k].row;
      write(head.firstChild, cell);
      write(head.lastChild, `${units} units, ${parameters} parameters`);
    });
  }
  return { nodes, draw };
}

/**
 * @param {number} seeds
 * @param {(lane: number, seed: number) => void} take is asked for the run in hand
 * @returns {object} `layout(width)`, `draw({ task, measure, lanes, best, hand, paired })`: lanes
 *   from `laneOf`, those with the better learning rate, the run in hand { lane, seed }, and whether
 *   the runs of a seed have the same height
 */
export function createLanes(seeds, take) {
  const pairs = 2 * laneHeight(seeds);
  const height = TOP + 3 * (HEAD + pairs) + AXIS;
  const top = (lane) => TOP + (Math.floor(lane / 2) + 1) * HEAD + lane * laneHeight(seeds);
  const scenery = createScenery(height);
  const heads = createHeads(top);
  const seedLine = svg("path", { class: "live-seed-line" });
  const parts = Array.from({ length: 6 }, (_, lane) =>
    createLane(MARKS[Math.floor(lane / 2)], top(lane), seeds, {
      step: (by) => walk(lane, by),
      focus: () => take(lane, last.hand.seed),
    }),
  );
  const scene = svg("svg", { role: "img" }, ...scenery.nodes, ...heads.nodes, seedLine);
  const root = svg(
    "svg",
    { class: "live-courses live-large", role: "group", "aria-label": "Runs, in lanes", height },
    scene,
    ...parts.map((part) => part.root),
  );
  for (const event of ["pointermove", "pointerdown"]) root.addEventListener(event, point);
  let width = 640;
  let last = null;
  let places = [];

  function walk(lane, by) {
    const { order } = places[lane];
    const next = order.indexOf(last.hand.seed) + by;
    take(lane, order[Math.max(0, Math.min(seeds - 1, next))]);
  }
  // The dot under the pointer, or beside it, becomes the run in hand.
  function point(event) {
    const [x, y] = placeIn(root, event);
    const nearest = places
      .flatMap(({ dots }, lane) =>
        dots.map((dot, seed) => ({ lane, seed, far: Math.hypot(dot.x - x, dot.y - y) })),
      )
      .reduce((best, dot) => (dot.far < best.far ? dot : best), { far: NEAR });
    if (nearest.lane !== undefined) take(nearest.lane, nearest.seed);
  }
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    if (last) draw(last);
  }
  function frameOf({ task, measure, lanes }) {
    const narrow = width < 480;
    const bandWidth = measure === "updates" ? Math.max(96, 0.18 * width) : 0;
    const right = width - EDGE - (bandWidth ? bandWidth + 14 : 0);
    const scale = scaleOf(lanes, measure, task, narrow);
    const left = EDGE + 4;
    const x = (value) =>
      value === Infinity ? width - bandWidth / 2 : left + scale.at(value) * (right - left);
    return { narrow, bandWidth, right, scale, x, width };
  }
  function draw(view) {
    last = view;
    const { lanes, hand, paired } = view;
    const frame = frameOf(view);
    scenery.draw(view, frame);
    heads.draw(lanes);
    places = lanes.map((lane, k) => placeDots(lane, top(k) + CAPTION, frame.x, paired));
    lanes.forEach((lane, k) =>
      parts[k].draw({ lane, ...places[k], ...frame, isNow: k === hand.lane, view }),
    );
    const line = places.map(({ dots }) => dots[hand.seed]);
    put(seedLine, { d: `M${line.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` });
    put(scene, {
      "aria-label": `Six lanes of ${seeds} runs each, over ${scenery.title()}. A line joins the runs of seed ${hand.seed}.`,
    });
  }
  return { root, layout, draw };
}

// Where the dots of a lane lie, and in which order the keys go through them.
function placeDots({ values }, top, x, paired) {
  const order = values.map((_, seed) => seed);
  if (!paired) order.sort((a, b) => values[a] - values[b] || a - b);
  const dots = [];
  order.forEach((seed, n) => {
    dots[seed] = { x: x(values[seed]), y: top + (n + 0.5) * PITCH };
  });
  return { dots, order };
}
