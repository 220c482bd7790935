// What is to be said of an examined network, in sentences: each with its number, what decides it, and
// the place in the lectures that explains it. The mirror of lecture_lib/examination/findings.py.
import { sidesOf } from "./checks.mjs";
import { flatFrom, standing } from "./health.mjs";
import { constants, findings, words } from "./limits.mjs";
import { filled } from "./words.mjs";

function passed(key, value) {
  return value >= findings[key].threshold;
}
const meanOf = (array) => array.reduce((sum, value) => sum + value, 0) / array.length;
const topOf = (array) => array.reduce((top, value, k) => (value > array[top] ? k : top), 0);

// The finding `key` with its places filled in; `form` names another form of its sentence.
function finding(key, { layer, direction, value, form = "words", ...places }) {
  const { threshold, lecture, link } = findings[key];
  return {
    key,
    layer,
    direction,
    value,
    threshold,
    lecture,
    link,
    form,
    places: { value, ...places },
  };
}

/**
 * A finding with its words, units and steps counted from `start`.
 * @param {object} found what a generator below yields
 * @param {number} start
 * @returns {Finding}
 */
export function inWords({ form, places, ...found }, start) {
  return { ...found, words: filled(findings[found.key][form], places, start) };
}

/**
 * What is said of a layer as a whole, and of the order of its gates.
 * @param {object} entry a layer of a run
 * @yields {object} a finding without its words
 * @returns {Generator<object>}
 */
export function* ofLayer({ layer, reads }) {
  const { name, kind, inputSize, hiddenSize, direction, conventions, cells, state } = layer;
  const said = Object.entries(conventions ?? {}).map(([key, value]) => `${key} ${value}`);
  const sizes = Object.values(cells)
    .flatMap((cell) => Object.values(cell))
    .map((array) => (ArrayBuffer.isView(array) ? array.length : 0));
  const began = Object.values(state ?? {}).some(Boolean) ? "stored" : "zeros";
  yield finding("layout", {
    layer: name,
    direction: null,
    value: sizes.reduce((sum, size) => sum + size, 0),
    kind,
    inputs: inputSize,
    units: hiddenSize,
    way: words[direction],
    conventions: said.join(", ") || "plain",
    state: `first state ${began}${reads === "recorded" ? words.recorded : ""}`,
  });
  for (const side of sidesOf(layer)) yield* ofOrder(layer, side);
}

// Another block of an LSTM's bias that is where f's usually is: above the others.
function* ofOrder({ name, kind, hiddenSize: H, cells }, side) {
  if (kind !== "LSTM" || H < 4) return;
  const blocks = Array.from("ifgo", (gate, k) => {
    const part = cells[side].bias.subarray(k * H, (k + 1) * H);
    const mean = meanOf(part);
    return { gate, mean, variance: meanOf(part.map((value) => (value - mean) ** 2)) };
  });
  const top = blocks[topOf(blocks.map(({ mean }) => mean))];
  const forget = blocks[1];
  const apart = top.mean - forget.mean;
  const error = Math.sqrt((top.variance + forget.variance) / H);
  if (top.gate !== "f" && passed("swapped_gates", apart) && apart >= 4 * error)
    yield finding("swapped_gates", {
      layer: name,
      direction: side,
      value: apart,
      gate: top.gate,
      bias: top.mean,
      forget: forget.mean,
      order: words[`first_${top.gate}`],
    });
}

/**
 * What is said of one direction of a layer.
 * @param {object} entry a layer of a run
 * @param {object} report of the direction
 * @param {(t: number) => [number, string] | number} step a step, with its name if it has one
 * @yields {object} a finding without its words
 * @returns {Generator<object>}
 */
export function* ofReport(entry, report, step) {
  const about = { layer: report.name, direction: report.direction };
  if (report.timeConstants) yield ofMemory(entry, report.timeConstants, about);
  yield* ofGates(report.health, about);
  yield* ofUnits(entry, report.health, about);
  yield* ofGrowth(entry, about);
  yield* ofGradient(report.reach, about);
  if (report.warmUp) yield ofStream(report.warmUp, about);
  yield ofRounding(report.rounding, step, about);
  if (report.held) yield ofHolds(report.held, step, about);
}

function ofMemory({ T }, taus, about) {
  const unit = topOf(taus);
  const longest = taus[unit];
  if (passed("memory_outlasts", longest / T))
    return finding("memory_outlasts", {
      ...about,
      value: longest / T,
      count: taus.filter((tau) => tau >= T).length,
      units: taus.length,
      unit,
      steps: longest,
      length: T,
    });
  const sorted = taus.toSorted();
  const half = taus.length >> 1;
  const median = taus.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return finding("memory", { ...about, value: longest, unit, steps: T, median });
}

function* ofGates(health, about) {
  const { counts, saturated, pairs } = standing(health);
  if (!pairs) return;
  const share = counts.reduce((sum, [, count]) => sum + count, 0) / pairs;
  if (passed("stuck", share)) {
    const said = counts
      .filter(([, count]) => count)
      .map(([place, count]) => filled(words[place.slice(0, -2)], { gate: place.at(-1), count }));
    yield finding("stuck", { ...about, value: share, gates: said.join(", ") });
  }
  if (passed("saturated", saturated)) yield finding("saturated", { ...about, value: saturated });
}

function* ofUnits({ layer }, health, about) {
  for (const key of ["dead", "silent"]) {
    const units = [...health[key].keys()].filter((k) => health[key][k]);
    if (passed(key, units.length))
      yield finding(key, { ...about, value: units.length, units: health[key].length, list: units });
  }
  const { beyond } = health;
  if (beyond && passed("beyond_tanh", meanOf(beyond)))
    yield finding("beyond_tanh", {
      ...about,
      value: meanOf(beyond),
      state: layer.kind === "LSTM" ? "c" : "h",
      bound: flatFrom(layer, about.direction),
      unit: topOf(beyond),
    });
}

// A state that is larger in each fifth of the input than in the one before, over all units.
function* ofGrowth({ T, layer, ...entry }, about) {
  const { c, h } = entry[about.direction];
  const H = layer.hiddenSize;
  if (T < 20) return;
  const back = about.direction === "back";
  const fifths = Array.from({ length: 5 }, (_, j) => {
    const [from, to] = [j, j + 1].map((k) => Math.floor((k * T) / 5));
    return (c ?? h).subarray(...(back ? [T - to, T - from] : [from, to]).map((t) => t * H));
  });
  const sizes = fifths.map((part) => Math.sqrt(meanOf(part.map((value) => value ** 2))));
  const times = sizes[2] ? sizes[4] / sizes[2] : Infinity;
  const rises = sizes.every((size, j) => j === 0 || size > sizes[j - 1]);
  if (!rises || sizes[4] < constants.grown || !passed("state_grows", times)) return;
  const means = new Float64Array(H);
  fifths[4].forEach((value, s) => {
    means[s % H] += Math.abs(value);
  });
  const [state, unit] = [c ? "c" : "h", topOf(means)];
  yield finding("state_grows", {
    ...about,
    value: times,
    state,
    unit,
    from: sizes[2],
    to: sizes[4],
  });
}

/**
 * The lag from which on all norms are below .001 of that at lag 0; null if there is none.
 * @param {Float64Array} norms
 * @returns {number | null}
 */
export function goneAfter(norms) {
  if (!(norms[0] > 0)) return null;
  const least = findings.gradient_gone.threshold * norms[0];
  const lag = norms.findLastIndex((norm) => norm >= least) + 1;
  return lag < norms.length ? lag : null;
}

function* ofGradient({ x }, about) {
  if (!(x[0] > 0)) return;
  const [lag, T] = [goneAfter(x), x.length];
  const value = x[T - 1] / x[0];
  if (lag === null) yield finding("gradient", { ...about, value });
  else if (lag >= T / 2)
    yield finding("gradient", { ...about, value, form: "gone", lag, steps: T });
  else yield finding("gradient_gone", { ...about, value: lag });
  const top = topOf(x);
  const times = x[top] / x[0];
  if (passed("gradient_grows", times))
    yield finding("gradient_grows", { ...about, value: times, lag: top });
}

function ofStream({ steps, left, apart }, about) {
  if (passed("lost_state", apart))
    return finding("lost_state", { ...about, value: apart, steps: left });
  return finding("warm_up", { ...about, value: steps });
}

function ofRounding({ most, share, step: at, unit }, step, about) {
  const large = passed("rounding_large", share);
  const value = large ? share : most;
  const places = { ...about, value, most, share, step: step(at), unit };
  return finding(large ? "rounding_large" : "rounding", places);
}

function ofHolds({ most, step: at, unit, first }, step, about) {
  if (first === null) return finding("held", { ...about, value: 0, form: "nothing" });
  return finding("held", { ...about, value: most, step: step(at), unit, first: step(first) });
}

/**
 * @typedef {{ key: string, layer: string, direction: "there" | "back" | null, words: string,
 *   value: number, threshold: number | null, lecture: number, link: string }} Finding
 */
