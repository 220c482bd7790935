// The series from its first value to its last: what is learned from, what is chosen by, what is tested
// on; its season as a ruler; the origin looked at, and the steps ahead of it.
import {
  createAxis,
  createPlaces,
  GUTTER,
  linear,
  MARGIN,
  roundTicks,
} from "../../web/charts/axes.mjs";
import { put, svg, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";
import { brief, steps, tick } from "./words.mjs";

const HEIGHT = 176;
const [TOP, FLOOR] = [42, HEIGHT - 22];
const RULER = 27; // px from the top
const PARTS = [
  { name: "to learn from", brief: "learn", looks: "live-yours-learn" },
  { name: "to choose by", brief: "choose", looks: "live-yours-choose" },
  { name: "to test on", brief: "test", looks: "live-yours-test" },
];
const LETTER = 7.2; // px, about

// Through the least and the largest value of each pixel, where there are more values than pixels.
function outline(values, from, to, x, y) {
  const each = Math.max(1, (to - from) / Math.max(1, x(to) - x(from)) / 2);
  let d = "";
  const add = (k) => {
    d += `${d ? "L" : "M"}${x(k).toFixed(1)},${y(values[k]).toFixed(1)}`;
  };
  for (let at = from; at < to; at += each) {
    const [begin, end] = [Math.round(at), Math.min(to, Math.max(Math.round(at + each), at + 1))];
    let [low, high] = [begin, begin];
    for (let k = begin; k < end; k += 1) {
      if (values[k] < values[low]) low = k;
      if (values[k] > values[high]) high = k;
    }
    add(Math.min(low, high));
    if (low !== high) add(Math.max(low, high));
  }
  return d;
}

/**
 * A range that holds all the values, with a little room.
 * @param {ArrayLike<number>[]} lists
 * @returns {[number, number]}
 */
export function rangeOf(lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists)
    for (let k = 0; k < list.length; k += 1) {
      if (list[k] < low) low = list[k];
      if (list[k] > high) high = list[k];
    }
  const room = 0.06 * (high - low) || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}

const yearOf = (text) => Number(/\b[12]\d{3}\b/.exec(text)?.[0] ?? NaN);

// The first step of each round year, where the times have years.
function yearPlaces(timeOf, from, to, count) {
  const [first, last] = [yearOf(timeOf(from)), yearOf(timeOf(to))];
  if (!(last - first >= 3)) return [];
  const wanted = roundTicks(first, last, count).filter((year) => Number.isInteger(year));
  const found = [];
  for (let k = from, at = 0; k <= to && at < wanted.length; k += 1) {
    if (!(yearOf(timeOf(k)) >= wanted[at])) continue;
    found.push({ at: k, text: `${wanted[at]}` });
    at += 1;
  }
  return found;
}

/**
 * Places along the steps from … to, and what stands there: round years, round steps, or texts.
 * @param {(k: number) => string} timeOf
 * @param {number} from
 * @param {number} to
 * @param {number} count at most
 * @returns {{ at: number, text: string }[]}
 */
export function timePlaces(timeOf, from, to, count) {
  const years = yearPlaces(timeOf, from, to, count);
  if (years.length > 1) return years;
  const isStep = (k) => timeOf(k) === `step ${k + 1}`;
  if (isStep(from) && isStep(to))
    return roundTicks(from + 1, to + 1, count)
      .filter((step) => Number.isInteger(step) && step > from)
      .map((step) => ({ at: step - 1, text: `${step}` }));
  const every = Math.max(1, Math.ceil((to - from) / count));
  const found = [];
  for (let at = from + Math.floor(every / 2); at <= to; at += every)
    found.push({ at, text: brief(timeOf(at), 12) });
  return found;
}

/**
 * @param {(place: number) => void} choose is asked for the place of an origin
 * @returns {object} `layout(width)`, `draw(view)`
 */
export function createSeriesChart(choose) {
  const axis = createAxis({ mark: null, words: tick });
  const places = createPlaces();
  const parts = createParts();
  const ruler = createRuler();
  const line = svg("path", { class: "live-yours-values" });
  const ahead = svg("rect", { class: "live-yours-ahead", y: TOP - 6, height: FLOOR - TOP + 6 });
  const cursor = svg("line", { class: "live-yours-origin", y1: TOP - 6, y2: FLOOR });
  const root = svg("svg", { class: "live-yours-series", role: "img", height: HEIGHT });
  put(root, { "aria-label": "being computed" });
  root.append(...[parts, axis, places].map((part) => part.root), ahead, ruler.root, line, cursor);
  let width = 600;
  let last = null;
  root.addEventListener("click", (event) => {
    if (!last) return;
    const [px] = placeIn(root, event);
    const { length } = last.problem.values;
    const inverse = linear(GUTTER, width - MARGIN, 0, length - 1);
    choose(Math.round(inverse(px)));
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(last);
  }

  function draw(view) {
    last = view;
    const { problem, place, timeOf, unit } = view;
    const { values, horizon, season } = problem;
    const x = linear(0, values.length - 1, GUTTER, width - MARGIN);
    const range = rangeOf([values]);
    const y = linear(...range, FLOOR, TOP);
    axis.draw(roundTicks(...range, 4), y, width);
    const many = width < 480 ? 3 : 6;
    places.draw(timePlaces(timeOf, 0, values.length - 1, many), x, FLOOR);
    parts.draw(problem, x);
    ruler.draw(problem, x);
    put(line, { d: outline(values, 0, values.length, x, y) });
    const end = Math.min(values.length - 1, place + horizon);
    put(cursor, { x1: x(place), x2: x(place) });
    put(ahead, { x: x(place), width: Math.max(1, x(end) - x(place)) });
    const words = season ? `a season of ${steps(season)}` : "no season";
    const of = unit ? ` in ${unit}` : "";
    put(root, {
      "aria-label": `${values.length} values${of}, ${words}: ${problem.fitSplit} to learn from, ${problem.split - problem.fitSplit} to choose by, ${problem.origins} to test on. The origin looked at is ${timeOf(place)}.`,
    });
  }
  return { root, layout, draw };
}

// The bands of the three parts, with their names above.
function createParts() {
  const parts = PARTS.map(({ looks }) => ({
    band: svg("rect", { class: looks, y: TOP - 20, height: FLOOR - TOP + 20 }),
    name: svg("text", { class: "live-yours-part", y: 13, "text-anchor": "middle" }),
  }));
  const root = svg("g", {}, ...parts.flatMap(({ band, name }) => [band, name]));
  function draw({ values, fitSplit, split }, x) {
    const ends = [0, fitSplit, split, values.length];
    parts.forEach(({ band, name }, k) => {
      const [from, to] = [ends[k], ends[k + 1]].map((end) => x(Math.max(0, end - 0.5)));
      put(band, { x: from, width: Math.max(0, to - from) });
      const count = ends[k + 1] - ends[k];
      const room = (to - from - 4) / LETTER;
      const said = [`${count} ${PARTS[k].name}`, `${PARTS[k].brief} ${count}`, PARTS[k].brief];
      put(name, { x: (from + to) / 2 });
      write(name, said.find((text) => text.length <= room) ?? "");
    });
  }
  return { root, draw };
}

// A mark for each season, and how many steps it has.
function createRuler() {
  const marks = svg("path", { class: "live-yours-ruler" });
  const name = svg("text", { class: "live-mark", x: GUTTER - 7, y: RULER + 4 });
  put(name, { "text-anchor": "end" });
  function draw({ season, values }, x) {
    let d = "";
    if (season && x(season) - x(0) >= 2.5)
      for (let k = 0; k < values.length; k += season) d += `M${x(k).toFixed(1)},${RULER - 3}v6`;
    put(marks, { d: d && `M${x(0)},${RULER}H${x(values.length - 1)}${d}` });
    write(name, season ? `${season}` : "");
  }
  return { root: svg("g", {}, marks, name), draw };
}
