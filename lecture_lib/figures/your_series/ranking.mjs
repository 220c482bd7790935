// The ranking: each method's error as a mark, its family by shape and colour, its seeds as dots, and the
// 95 % interval of how far it is behind the best.
import { createPlaces, linear, roundTicks } from "../../web/charts/axes.mjs";
import { fixed, put, svg, write } from "../../web/kit/dom.mjs";
import { TRAINED } from "./__init__.py";
import { scaled } from "./words.mjs";
import { FAMILY, FAR, KINDS, METHODS } from "./view.mjs";

// How far the axis reaches: `FAR` times the least error, or so many times the middle one. What is beyond is an arrow.
const MIDDLE = 1.5;
const WIDE = { row: 27, left: 204, right: 66, middle: 13, text: 17.5 };
const NARROW = { row: 40, left: 10, right: 16, middle: 27, text: 14 };
const FOOT = 24;
const MARKS = {
  baseline: "M-6-6H6V6H-6Z",
  line: "M0-7.5L7.5 0L0 7.5L-7.5 0Z",
  network: "M-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0",
};
const ARROW = "M-5-5L3 0L-5 5";

function createRow(name, choose) {
  const family = FAMILY[name];
  const bed = svg("rect", { class: "live-yours-bed", x: 0, y: 1, rx: 6 });
  const track = svg("line", { class: "live-yours-track" });
  const label = svg("text", { class: "live-yours-name" }, name);
  const whisker = svg("rect", { class: "live-yours-whisker", height: 10, rx: 5 });
  const seeds = Array.from({ length: family === "network" ? TRAINED.seeds[2] : 0 }, () =>
    svg("circle", { class: "live-yours-seed", r: 2.6 }),
  );
  const mark = svg("path", { class: "live-yours-mark" });
  const value = svg("text", { class: "live-yours-value", "text-anchor": "end" });
  const note = svg("text", { class: "live-yours-note" });
  const done = svg("line", { class: "live-yours-done" });
  const looks = `live-moves live-yours-row live-${KINDS[family]}`;
  const root = svg("g", { class: looks, onclick: () => choose(name) }, bed, track);
  root.append(whisker, ...seeds, mark, label, value, note, done);

  function place(at, form, width) {
    root.style.transform = `translateY(${at * form.row}px)`;
    const middle = form.middle;
    put(bed, { width, height: form.row - 2 });
    put(track, { x1: form.left, x2: width - form.right, y1: middle, y2: middle });
    put(label, { x: 8, y: form.text });
    put(value, { x: width - 8, y: form.text });
    put(done, { y1: middle, y2: middle });
    for (const node of [whisker, mark, value, ...seeds]) put(node, { visibility: "hidden" });
    write(note, "");
    put(done, { visibility: "hidden" });
  }
  function draw({ error, seeds: ofSeeds, behind, tied, isBest, isFocus }, form, width, x, best) {
    root.classList.toggle("live-yours-behind", !tied);
    root.classList.toggle("live-yours-best", isBest);
    root.classList.toggle("live-yours-focus", isFocus);
    root.classList.remove("live-yours-waits");
    const [low, high] = [form.left, width - form.right];
    const held = (at) => Math.max(low, Math.min(high, at));
    const beyond = x(error) > high + 0.5;
    const middle = form.middle;
    if (behind && !beyond) {
      const [from, to] = [-1, 1].map((side) =>
        held(x(best + behind.mean + side * behind.halfWidth)),
      );
      put(whisker, {
        x: from,
        y: middle - 5,
        width: Math.max(2, to - from),
        visibility: "visible",
      });
    }
    seeds.forEach((dot, k) => {
      const shown = ofSeeds.length > 1 && k < ofSeeds.length && x(ofSeeds[k]) <= high;
      if (shown) put(dot, { cx: held(x(ofSeeds[k])), cy: middle, visibility: "visible" });
    });
    const at = beyond ? high + 5 : held(x(error));
    put(mark, {
      d: beyond ? ARROW : MARKS[FAMILY[name]],
      transform: `translate(${at.toFixed(1)} ${middle})`,
      visibility: "visible",
    });
    mark.classList.toggle("live-yours-beyond", beyond);
    put(value, { visibility: "visible" });
    write(value, scaled(error));
  }
  function wait({ words, part }, form, width) {
    for (const looks of ["behind", "best", "focus"]) root.classList.remove(`live-yours-${looks}`);
    root.classList.add("live-yours-waits");
    put(note, { x: form.left + 2, y: form === WIDE ? form.text : form.middle + 4 });
    const room = Math.floor((width - form.left - 14) / 6);
    write(note, words.length > room ? `${words.slice(0, room - 1)}…` : words);
    if (part === null) return;
    const from = form.left + (form === WIDE ? 120 : 0);
    const y = form === WIDE ? form.middle : form.row - 4;
    const to = from + part * (width - form.right - from);
    put(done, { x1: from, x2: to, y1: y, y2: y, visibility: "visible" });
  }
  return { root, place, draw, wait };
}

// From the least to the largest that is not far beyond the best. The rows are in their order.
function rangeOf(rows, best) {
  const middle = rows[Math.floor((rows.length - 1) / 2)].error;
  const far = Math.max(FAR * best, MIDDLE * middle);
  const near = rows.filter(({ error }) => error <= far);
  const ends = near.flatMap(({ error, seeds, behind }) => [
    error,
    ...seeds,
    ...(behind ? [-1, 1].map((side) => best + behind.mean + side * behind.halfWidth) : []),
  ]);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const room = 0.05 * (high - low) || 0.1 * (best || 1);
  return [Math.max(0, low - room), high + room];
}

/**
 * @param {(name: string) => void} choose is asked for the method that is clicked
 * @returns {object} `layout(width)`, `draw(view)`, which says whether the axis reaches 1
 */
export function createRanking(choose) {
  const rows = Object.fromEntries(METHODS.map((name) => [name, createRow(name, choose)]));
  const places = createPlaces({ strokes: true });
  const one = svg("path", { class: "live-yours-one" });
  const first = svg("path", { class: "live-yours-first" });
  // Its room is there before its rows.
  const height = METHODS.length * WIDE.row + FOOT;
  const root = svg("svg", { class: "live-yours-ranking", role: "img", height });
  put(root, { "aria-label": "being computed" });
  const body = svg("g");
  root.append(one, body, first, places.root);
  let width = 600;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { rows: ranked, waiting, best, focus } = view;
    const form = width < 480 ? NARROW : WIDE;
    const shown = [...ranked, ...waiting];
    const tall = shown.length * form.row;
    put(root, { width, height: tall + FOOT, viewBox: `0 0 ${width} ${tall + FOOT}` });
    // The order of the drawing is that of the eye.
    const nodes = shown.map(({ name }) => rows[name].root);
    if (nodes.some((node, k) => body.children[k] !== node)) body.replaceChildren(...nodes);
    const range = best ? rangeOf(ranked, best.error) : [0, 1];
    const x = linear(...range, form.left, width - form.right);
    shown.forEach(({ name }, place) => rows[name].place(place, form, width));
    for (const row of ranked) {
      const state = { ...row, isBest: row === best, isFocus: row === focus };
      rows[row.name].draw(state, form, width, x, best.error);
    }
    for (const row of waiting) rows[row.name].wait(row, form, width);
    const ticks = best ? roundTicks(...range, width < 480 ? 4 : 6) : [];
    const digits = Math.max(
      0,
      ...ticks.map((at) => (`${Number(at.toPrecision(3))}`.split(".")[1] ?? "").length),
    );
    places.draw(
      ticks.map((at) => ({ at, text: fixed(at, digits) })),
      x,
      tall,
    );
    const inside = (at) => best && at >= range[0] && at <= range[1];
    const upright = (at) => (inside(at) ? uprightAt(x(at), ranked.length, form) : "");
    put(one, { d: upright(1) });
    put(first, { d: upright(best?.error ?? 0) });
    put(root, { "aria-label": labelOf(view) });
    return Boolean(inside(1));
  }
  return { root, layout, draw };
}

// Down all rows; where the names stand above the marks, beside those alone.
function uprightAt(x, count, form) {
  if (form === WIDE) return `M${x},0V${count * form.row}`;
  return Array.from({ length: count }, (_, k) => `M${x},${k * form.row + form.middle - 8}v16`).join(
    "",
  );
}

function labelOf({ rows, best, step, problem }) {
  if (!best) return "The ranking: nothing is ranked yet.";
  const where = step ? `${step} ahead` : `over ${problem.horizon} steps ahead`;
  const listed = rows.map(({ name, error, behind, tied }) => {
    const by = behind
      ? ` (behind by ${scaled(behind.mean)} ± ${scaled(behind.halfWidth)}${tied ? ", no more than chance" : ""})`
      : "";
    return `${name} ${scaled(error)}${by}`;
  });
  return `MASE ${where}, the best first: ${listed.join("; ")}.`;
}
