// The recorded runs of a task as lanes: their values, which lane is better, and the axis that holds them.
import { roundTicks } from "../../web/charts/axes.mjs";

/**
 * The middle value, or the mean of the two in the middle.
 * @param {number[]} values
 * @returns {number}
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * A row of the record as the lane of a measure.
 * @param {object} row
 * @param {"updates" | "score" | "parameters"} measure
 * @param {object} task
 * @returns {{ row: object, values: number[], middle: number, solved: number, order: number[] }} the
 *   values by seed, Infinity for "not solved"; their median; and what a better lane has less of
 */
export function laneOf(row, measure, task) {
  const updates = row.updates.map((n) => n ?? Infinity);
  const losses = row.scores.map((score) => (task.less ? score : -score));
  const parameters = row.scores.map(() => row.parameters);
  const values = { updates, score: row.scores, parameters }[measure];
  const solved = updates.filter(Number.isFinite).length;
  const order = [-solved, median(updates), median(losses)];
  if (measure === "score") order.unshift(order.pop());
  return { row, values, middle: median(values), solved, order };
}

/**
 * The better of two lanes, the first if they are alike.
 * @param {object} a from `laneOf`
 * @param {object} b
 * @returns {object}
 */
export function betterLane(a, b) {
  const k = a.order.findIndex((value, n) => value !== b.order[n]);
  return k < 0 || a.order[k] < b.order[k] ? a : b;
}

/**
 * Whole numbers as they are, errors to two figures, shares to three decimals.
 * @param {number} score
 * @param {object} task
 * @returns {string}
 */
export function scoreText(score, task) {
  if (task.less) return `${Number(score.toPrecision(2))}`;
  return task.target > 1 ? `${score}` : score.toFixed(3);
}

/**
 * A value of a lane in words.
 * @param {number} value
 * @param {"updates" | "score" | "parameters"} measure
 * @param {object} task
 * @returns {string}
 */
export function valueText(value, measure, task) {
  if (value === Infinity) return "not solved";
  return measure === "score" ? scoreText(value, task) : `${value}`;
}

/**
 * One run in a sentence.
 * @param {object} row of the record
 * @param {number} seed
 * @param {object} task
 * @returns {string}
 */
export function runText(row, seed, task) {
  const n = row.updates[seed];
  const updates =
    n === null ? `not solved in ${task.updates} updates` : `solved after ${n} updates`;
  return `${row.cell}, learning rate ${row.learning_rate}, seed ${seed}: ${updates}; ${task.measure} at the end ${scoreText(row.scores[seed], task)}.`;
}

/**
 * The axis that holds all lanes.
 * @param {object[]} lanes
 * @param {string} measure
 * @param {object} task
 * @param {boolean} narrow
 * @returns {{ at: (value: number) => number, ticks: number[] }} where a value lies between 0 and 1
 */
export function scaleOf(lanes, measure, task, narrow) {
  const values = lanes.flatMap((lane) => lane.values).filter(Number.isFinite);
  if (measure === "updates") return logarithmic(40, task.updates);
  if (measure === "score" && task.less)
    return logarithmic(Math.min(...values, task.target) / 1.3, Math.max(...values) * 1.3);
  const counts = measure === "parameters" || task.target > 1;
  const least = Math.min(...values, measure === "score" ? task.target : Infinity);
  const low = counts ? 0 : Math.floor(least * 20 - 0.5) / 20;
  const high = counts ? Math.max(...values) * 1.08 : 1.005;
  return {
    at: (value) => (value - low) / (high - low),
    ticks: roundTicks(low, high, narrow ? 4 : 7),
  };
}

function logarithmic(low, high) {
  const tens = Array.from({ length: 12 }, (_, k) => 10 ** (k - 6));
  const ticks = tens.flatMap((ten) => [1, 2, 5].map((k) => Number((k * ten).toPrecision(1))));
  return {
    at: (value) => Math.log(value / low) / Math.log(high / low),
    ticks: ticks.filter((tick) => tick >= low && tick <= high),
  };
}
