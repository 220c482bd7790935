// One lane: the runs of a network at one learning rate as dots, a slider for the keyboard.
import { put, svg, write } from "../../web/kit/dom.mjs";
import { runText, valueText } from "./record.mjs";

/** px left free at both sides. */
export const EDGE = 14;
/** px over the dots. */
export const CAPTION = 19;
/** px from dot to dot. */
export const PITCH = 9;
const GAP = 12; // px under the dots

/** A disc, a square and a triangle, which do not rest on colour alone. */
export const MARKS = [
  { kind: "c", mark: "M-4.4,0A4.4,4.4 0 1 0 4.4,0A4.4,4.4 0 1 0 -4.4,0Z" },
  { kind: "h", mark: "M-4,-4H4V4H-4Z" },
  { kind: "soft", mark: "M0,-5L4.8,3.6H-4.8Z" },
];

/**
 * The height of a lane, in px.
 * @param {number} seeds
 * @returns {number}
 */
export const laneHeight = (seeds) => CAPTION + seeds * PITCH + GAP;

function captionOf(lane, { measure, task, best }, narrow) {
  const text = (value) => valueText(value, measure, task);
  const seeds = lane.values.length;
  const [low, high] = [Math.min(...lane.values), Math.max(...lane.values)];
  const spread = high === Infinity ? `from ${text(low)}` : `${text(low)} … ${text(high)}`;
  const middle = lane.middle === Infinity ? "" : `${narrow ? "" : "median "}${text(lane.middle)}`;
  const solved = measure === "updates" && lane.solved < seeds;
  const rate = `${narrow ? "" : "learning "}rate ${lane.row.learning_rate}${best.includes(lane) ? " ✓" : ""}`;
  const values = [middle, low === high ? "" : spread].filter(Boolean).join(", ");
  return [rate, values, solved ? `${lane.solved} of ${seeds} solved` : ""]
    .filter(Boolean)
    .join(" · ");
}

/**
 * @param {{ kind: string, mark: string }} looks one of MARKS
 * @param {number} top in px
 * @param {number} seeds
 * @param {{ step: (by: number) => void, focus: () => void }} act a step through the dots by keyboard; and
 *   the focus
 * @returns {object} `draw({ lane, dots, order, x, width, narrow, isNow, view })`: the places of the
 *   dots by seed, and the order in which the keys go through them
 */
export function createLane({ kind, mark }, top, seeds, act) {
  const dotsTop = top + CAPTION;
  const tall = seeds * PITCH;
  const caption = svg("text", { class: "live-course-says", x: EDGE, y: top + 11 });
  const bed = svg("rect", {
    class: "live-course-bed",
    x: 2,
    y: top - 3,
    height: laneHeight(seeds) - 4,
    rx: 8,
  });
  const range = svg("rect", { class: "live-course-range", y: dotsTop, height: tall, rx: 5 });
  const middle = svg("path", { class: "live-course-median" });
  const marks = Array.from({ length: seeds }, () =>
    svg("path", { class: "live-run-dot", d: mark }),
  );
  const ring = svg("circle", { class: "live-run-ring", r: 8.5 });
  const root = svg(
    "g",
    {
      class: `live-course live-${kind}`,
      role: "slider",
      tabindex: 0,
      "aria-valuemin": 1,
      "aria-valuemax": seeds,
      onkeydown: press,
      onfocus: act.focus,
    },
    bed,
    range,
    middle,
    caption,
    ...marks,
    ring,
  );

  function press(event) {
    const [forth, back] = [
      ["ArrowRight", "ArrowUp", "End"],
      ["ArrowLeft", "ArrowDown", "Home"],
    ].map((keys) => keys.indexOf(event.key));
    if (forth < 0 && back < 0) return;
    event.preventDefault();
    act.step(forth < 0 ? [-1, -1, -seeds][back] : [1, 1, seeds][forth]);
  }
  function draw({ lane, dots, order, x, width, narrow, isNow, view }) {
    const [low, high] = [Math.min(...lane.values), Math.max(...lane.values)];
    const { task, hand } = view;
    write(caption, captionOf(lane, view, narrow));
    put(bed, { width: width - 4 });
    put(range, { x: x(low) - 7, width: x(high) - x(low) + 14 });
    put(middle, {
      visibility: Number.isFinite(lane.middle) ? "visible" : "hidden",
      d: `M${x(lane.middle).toFixed(1)},${dotsTop - 2}v${tall + 4}`,
    });
    dots.forEach((dot, seed) => {
      put(marks[seed], { transform: `translate(${dot.x.toFixed(1)},${dot.y.toFixed(1)})` });
      marks[seed].classList.toggle("live-hollow", lane.row.updates[seed] === null);
    });
    const here = dots[hand.seed];
    put(ring, { cx: here.x.toFixed(1), cy: here.y.toFixed(1) });
    root.classList.toggle("live-now", isNow);
    put(root, {
      "aria-label": `${lane.row.cell}, learning rate ${lane.row.learning_rate}`,
      "aria-valuenow": order.indexOf(hand.seed) + 1,
      "aria-valuetext": runText(lane.row, hand.seed, task),
    });
  }
  return { root, draw };
}
