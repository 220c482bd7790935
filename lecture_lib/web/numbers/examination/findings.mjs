// What is to be said of an examined network, in sentences: each with its number, what decides it, and
// the place in the lectures that explains it. The mirror of lecture_lib/examination/findings.py.
import { sidesOf } from "./checks.mjs";
import { flatFrom, standing } from "./health.mjs";
import { findings, words } from "./limits.mjs";
import { filled, listed } from "./words.mjs";

function passed(key, value) {
  return value >= findings[key].threshold;
}
const meanOf = (array) => array.reduce((sum, value) => sum + value, 0) / array.length;
const topOf = (array) => array.reduce((top, value, k) => (value > array[top] ? k : top), 0);

// The finding `key` with its places filled in; `form` names another form of its sentence.
function finding(key, { layer, direction, value, form = "words", ...places }) {
  const { threshold, lecture, link, ...forms } = findings[key];
  const said = filled(forms[form], { value, ...places });
  return { key, layer, direction, words: said, value, threshold, lecture, link };
}

/**
 * What is said of a layer as a whole, and of the order of its gates.
 * @param {object} layer
 * @yields {Finding}
 * @returns {Generator<Finding>}
 */
export function* ofLayer(layer) {
  const { name, kind, inputSize, hiddenSize, direction, conventions, cells, state } = layer;
  const said = Object.entries(conventions ?? {}).map(([key, value]) => `${key} ${value}`);
  const sizes = Object.values(cells)
    .flatMap((cell) => Object.values(cell))
    .map((array) => (ArrayBuffer.isView(array) ? array.length : 0));
  yield finding("layout", {
    layer: name,
    direction: null,
    value: sizes.reduce((sum, size) => sum + size, 0),
    kind,
    inputs: inputSize,
    units: hiddenSize,
    way: words[direction],
    conventions: said.join(", ") || "plain",
    state: `first state ${state ? "stored" : "zeros"}`,
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
 * @param {(t: number) => string} step names a step
 * @yields {Finding}
 * @returns {Generator<Finding>}
 */
export function* ofReport(entry, report, step) {
  const about = { layer: report.name, direction: report.direction };
  if (report.timeConstants) yield ofMemory(entry, report.timeConstants, about);
  yield* ofGates(report.health, about);
  yield* ofUnits(entry, report.health, about);
  yield* ofGrowth(entry, about);
  yield* ofGradient(report.reach, about);
  if (report.warmUp) yield ofStream(entry, report.warmUp, about);
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
      yield finding(key, {
        ...about,
        value: units.length,
        units: health[key].length,
        list: listed(units),
      });
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

// A state that is larger in each fifth of the input than in the one before.
function* ofGrowth(entry, about) {
  const { T } = entry;
  const { hiddenSize: H } = entry.layer;
  const trace = entry[about.direction];
  const state = trace.c ?? trace.h;
  if (T < 20) return;
  const fifths = Array.from({ length: 5 }, (_, j) => {
    const [from, to] = [Math.floor((j * T) / 5), Math.floor(((j + 1) * T) / 5)];
    const sums = new Float64Array(H);
    for (let r = from; r < to; r += 1) {
      const row = (about.direction === "back" ? T - 1 - r : r) * H;
      for (let k = 0; k < H; k += 1) sums[k] += Math.abs(state[row + k]);
    }
    return sums.map((sum) => sum / (to - from));
  });
  const [, , third, , last] = fifths;
  // A state that was 0 up to the third fifth has grown without bound.
  const times = last.map((size, k) => (third[k] > 0 ? size / third[k] : 0));
  const grows = last.map((size, k) => {
    const rises = fifths.every((fifth, j) => j === 0 || fifth[k] > fifths[j - 1][k]);
    return rises && size >= 1 && passed("state_grows", times[k]) ? size : 0;
  });
  const unit = topOf(grows);
  if (grows[unit])
    yield finding("state_grows", {
      ...about,
      value: times[unit],
      state: trace.c ? "c" : "h",
      count: grows.filter(Boolean).length,
      unit,
      from: third[unit],
      to: last[unit],
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
  const lag = goneAfter(x);
  if (lag !== null) yield finding("gradient_gone", { ...about, value: lag });
  const top = topOf(x);
  const times = x[top] / x[0];
  if (x[0] > 0 && passed("gradient_grows", times))
    yield finding("gradient_grows", { ...about, value: times, lag: top });
}

function ofStream({ T }, { steps, left }, about) {
  if (!passed("lost_state", steps / T)) return finding("warm_up", { ...about, value: steps });
  const form = steps === left ? "never" : "words";
  return finding("lost_state", { ...about, value: steps, form });
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
