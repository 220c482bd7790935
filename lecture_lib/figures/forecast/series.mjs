// The three series, with their words and their times.
import { MAX_ORIGIN, MONTHS } from "./__init__.py";
import { roundTicks } from "../../web/charts/axes.mjs";
import data from "../../records/series_page.json";

/** By name: values, split, start, steps_a_year, period, spread, weights … */
export const SERIES = data;

/** By name what a step is called, and the values. */
export const WORDS = {
  co2: { one: "month", many: "months", unit: "CO₂ in ppm" },
  sunspots: { one: "year", many: "years", unit: "sunspots" },
  walk: { one: "step", many: "steps", unit: "value" },
};

/**
 * "12 months".
 * @param {string} name of the series
 * @param {number} h
 * @returns {string}
 */
export const inSteps = (name, h) => `${h} ${h === 1 ? WORDS[name].one : WORDS[name].many}`;

const firstTime = ({ start, steps_a_year }) => Math.round(start * steps_a_year);

/**
 * The time of value t: "Mar 1958", "1700" or "step 1".
 * @param {string} name of the series
 * @param {number} t
 * @returns {string}
 */
export function timeOf(name, t) {
  const time = firstTime(SERIES[name]) + t;
  if (name === "co2") return `${MONTHS[time % 12]} ${Math.floor(time / 12)}`;
  return name === "walk" ? `step ${time}` : `${time}`;
}

/**
 * Round times across the values from … to, as the places of a chart.
 * @param {string} name of the series
 * @param {number} from
 * @param {number} to
 * @param {number} count how many at most
 * @returns {{ at: number, text: string }[]}
 */
export function timePlaces(name, from, to, count) {
  const { steps_a_year } = SERIES[name];
  const first = firstTime(SERIES[name]);
  return roundTicks((first + from) / steps_a_year, (first + to) / steps_a_year, count)
    .filter(Number.isInteger)
    .map((time) => ({ at: time * steps_a_year - first, text: `${time}` }));
}

/**
 * The index of the last value that is known, for an origin 0 … MAX_ORIGIN.
 * @param {{ values: number[], split: number }} series
 * @param {number} origin
 * @returns {number}
 */
export const placeOf = ({ values, split }, origin) =>
  split - 1 + Math.floor((origin * (values.length - 1 - split)) / MAX_ORIGIN + 0.5);
