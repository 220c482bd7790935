// Forecasts of a series from every origin of its test part, by baselines, a linear autoregression and
// trained networks. The mirror of lecture_lib/tasks/series.py, where each is defined.
import { HORIZON } from "./__init__.py";
import { createGRU, createLSTM, createRNN } from "../../web/numbers/cells.mjs";

const NETWORKS = { RNN: createRNN, GRU: createGRU, LSTM: createLSTM };

// ŷ_{o+h} from the last value, the season before, or that season's changes.
const BASELINES = {
  persistence: ({ values }, o) => values[o],
  "seasonal naive": (series, o, h) => series.values[o + h - seasonsBack(series, h)],
  "seasonal + drift": (series, o, h) => {
    const back = seasonsBack(series, h);
    return series.values[o] + series.values[o + h - back] - series.values[o - back];
  },
};
const seasonsBack = ({ period }, h) => period * Math.ceil(h / period);

/** The names of all methods, baselines first. */
export const METHODS = [...Object.keys(BASELINES), "AR", ...Object.keys(NETWORKS)];

const ahead = (forecast) => Array.from({ length: HORIZON }, (_, k) => forecast(k + 1));

// What models see: the values or their changes, scaled by the training part.
function learnedOf({ values, differenced, mean, sd }) {
  const raw = differenced ? values.slice(1).map((value, t) => value - values[t]) : values;
  return Float64Array.from(raw, (value) => (value - mean) / sd);
}

// What a model said, in the series' own unit.
function inUnits({ values, differenced, mean, sd }, o, said) {
  let level = differenced ? values[o] : 0;
  return said.map((value) => (differenced ? (level += mean + sd * value) : mean + sd * value));
}

// `roll(last)` forecasts 24 steps from position `last` of `learned`, each reading the one before.
function linearRoll(series, learned) {
  const order = series.ar.length;
  return (last) => {
    const known = Array.from(learned.subarray(last + 1 - order, last + 1));
    return ahead(() => {
      const said = series.ar.reduce((sum, w, k) => sum + w * known[known.length - order + k], 0);
      known.push(said);
      return said;
    });
  };
}

function networkRoll(series, learned, kind) {
  const weights = series.weights[kind];
  const flat = (name) => Float64Array.from(weights[name].flat());
  const sizes = { inputSize: 1, hiddenSize: weights["readout.weight"][0].length };
  const own = {
    weightIh: flat("cell.weight_ih"),
    weightHh: flat("cell.weight_hh"),
    bias: flat("cell.bias"),
  };
  const reader = NETWORKS[kind]({ ...sizes, ...own, maxSteps: learned.length });
  const stepper = NETWORKS[kind]({ ...sizes, ...own, maxSteps: 1 });
  const H = sizes.hiddenSize;
  const [row] = weights["readout.weight"];
  const [offset] = weights["readout.bias"];
  const readout = (h) => row.reduce((sum, w, k) => sum + w * h[k], offset);
  const read = reader.forward(learned, learned.length);
  const input = new Float64Array(1);
  return (last) => {
    const at = (state) => state?.slice(last * H, (last + 1) * H);
    let [h, c] = [at(read.h), at(read.c)];
    return ahead((k) => {
      if (k > 1) {
        const next = stepper.forward(input, 1, { h0: h, c0: c });
        [h, c] = [next.h.slice(0, H), next.c?.slice(0, H)];
      }
      return (input[0] = readout(h));
    });
  };
}

/**
 * Yields after each origin of each method.
 * @param {object} series one of series_page.json
 * @returns {Generator<void, Record<string, { from: number[][], mase: number[] }>>} by method: the 24
 *   forecasts of each origin in turn, the first at position split − 1; the error at each horizon
 */
export function* forecastAll(series) {
  const learned = learnedOf(series);
  const result = {};
  for (const method of METHODS) {
    const baseline = BASELINES[method];
    const roll = baseline
      ? null
      : method === "AR"
        ? linearRoll(series, learned)
        : networkRoll(series, learned, method);
    const from = [];
    for (let o = series.split - 1; o < series.values.length - 1; o += 1) {
      from.push(
        baseline
          ? ahead((h) => baseline(series, o, h))
          : inUnits(series, o, roll(o - series.differenced)),
      );
      yield;
    }
    result[method] = { from, mase: ahead((h) => meanError(series, from, h) / series.scale) };
  }
  return result;
}

// The mean of |y − ŷ| h steps ahead over the origins from which that is still inside the series.
function meanError({ values, split }, from, h) {
  const count = values.length - split - h + 1;
  let sum = 0;
  for (let k = 0; k < count; k += 1) sum += Math.abs(values[split - 1 + k + h] - from[k][h - 1]);
  return sum / count;
}
