// What the figure says of the forecasts.
import { fixed } from "../../web/kit/dom.mjs";
import { inSteps } from "./series.mjs";

function correlation(a, b) {
  const about = (values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [about(a), about(b)];
  const product = (u, v) => u.reduce((sum, value, k) => sum + value * v[k], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/**
 * Whether the LSTM's forecast, from all origins, leads or follows.
 * @param {string} name of the series
 * @param {number} h
 * @param {{ values: number[], split: number }} series
 * @param {number[][]} forecasts from each origin
 * @returns {string}
 */
export function trackStory(name, h, { values, split }, forecasts) {
  const ahead = forecasts.slice(0, values.length - split - h + 1).map((row) => row[h - 1]);
  const truth = correlation(ahead, values.slice(split - 1 + h));
  const input = correlation(ahead, values.slice(split - 1, values.length - h));
  const verdict = input > truth ? "It follows: its input, late." : "It leads.";
  return `The LSTM ${inSteps(name, h)} ahead, from all origins: correlation ${fixed(truth, 3)} with what came, ${fixed(input, 3)} with the last value it had read. ${verdict}`;
}

/**
 * Which method errs least, and how the LSTM compares with the linear AR.
 * @param {string} name of the series
 * @param {number} h
 * @param {{ method: string, error: number }[]} ranked the best first
 * @param {number[][]} seeds the LSTM's errors, by seed and horizon
 * @returns {string}
 */
export function rankStory(name, h, ranked, seeds) {
  const error = (method) => ranked.find((entry) => entry.method === method).error;
  const [lstm, ar] = [error("LSTM"), error("AR")];
  const better = seeds.filter((mase) => mase[h - 1] < ar).length;
  return (
    `${inSteps(name, h)} ahead, ${ranked[0].method} errs least: MASE ${fixed(ranked[0].error)}; persistence ${fixed(error("persistence"))}. ` +
    `The LSTM, ${fixed(lstm)}, ${lstm < ar ? "beats" : "loses to"} the linear AR, ${fixed(ar)}; ${better} of its ${seeds.length} seeds beat it.`
  );
}
