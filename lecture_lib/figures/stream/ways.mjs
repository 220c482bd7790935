// The four ways through the signal, as the class beside it has them: what each computes, how far it is
// from offline, and what it costs.
import { createGRU, createLSTM, createRNN, sigmoid } from "../../web/numbers/cells.mjs";
import { createRounded, rangeOf, roundedCell } from "../../web/numbers/quantise.mjs";
import { FLOAT, HIDDEN_SIZE, RATE, STEPS, WAYS, WIDE } from "./__init__.py";

const H = HIDDEN_SIZE;
const CREATE = { RNN: createRNN, GRU: createGRU, LSTM: createLSTM };
const GATE_PRODUCTS = { RNN: 0, GRU: 3, LSTM: 3 }; // of a gate with a state, in units of H
/** The names of the ways, in the order of the class. */
export const NAMES = Object.keys(WAYS);

/**
 * What the figure's settings come to.
 * @param {object} settings the traits by name
 * @returns {object} the signal x and its target; `calls`; by way its `runs`, `difference`, `first` (a
 *   step from 1, or 0), `wrong`; `ranges` of the rounded state; `weightError`, the largest; `costs`
 */
export function runWays(settings) {
  const { networks, recordings, cell: kind, episode, reset, k } = settings;
  const network = flattened(networks[kind]);
  const x = joined(recordings, "x", episode);
  const target = joined(recordings, "target", episode);
  const whole = [
    [0, episode - 1],
    [episode - 1, STEPS],
  ];
  const calls = callsOf(whole, reset, k);
  const run = createRun(kind, network, x);
  const again = reset ? episode - 1 : 0;
  const runs = {
    offline: run(whole, () => false),
    kept: run(calls, (first) => first !== again),
    lost: run(calls, () => false),
  };
  const ranges = Object.fromEntries(network.states.map((s) => [s, rangeOf(runs.offline[s])]));
  runs.rounded = runRounded(kind, network, x, { ...settings, ranges, whole });
  for (const name of NAMES) runs[name].p = readOut(network, runs[name].h);
  const difference = byWay((name) => differenceOf(runs[name].h, runs.offline.h));
  const epsilon = 10 ** settings.log_epsilon;
  return {
    x,
    target,
    calls,
    runs,
    ranges,
    weightError: weightErrorOf(network.options, settings),
    difference,
    epsilon,
    first: byWay((name) => difference[name].findIndex((size) => size > epsilon) + 1),
    wrong: byWay((name) => runs[name].p.filter((p, t) => p > 0.5 !== target[t] > 0).length),
    costs: costsOf(settings, network, whole, calls),
  };
}

const byWay = (make) => Object.fromEntries(NAMES.map((name) => [name, make(name)]));

function joined([one, other], name, episode) {
  const rows = [...one[name].slice(0, episode - 1), ...other[name].slice(0, STEPS - episode + 1)];
  return Float64Array.from(rows.flat());
}

function flattened(network) {
  const flat = (name) => Float64Array.from(network[name].flat());
  const options = {
    inputSize: network["cell.weight_ih"][0].length,
    hiddenSize: H,
    maxSteps: STEPS,
    weightIh: flat("cell.weight_ih"),
    weightHh: flat("cell.weight_hh"),
    bias: flat("cell.bias"),
  };
  return {
    options,
    states: options.bias.length === 4 * H ? ["h", "c"] : ["h"],
    weight: flat("readout.weight"),
    readoutBias: flat("readout.bias"),
  };
}

// First step and end of each call, from 0; where the state is reset, calls are counted anew.
function callsOf(whole, reset, k) {
  const spans = reset ? whole : [[0, STEPS]];
  return spans.flatMap(([from, to]) =>
    Array.from({ length: Math.ceil((to - from) / k) }, (_, n) => [
      from + n * k,
      Math.min(from + (n + 1) * k, to),
    ]),
  );
}

// run(calls, goesOn): the cell over each call in turn, from the state of the last one where it goes on.
function createRun(kind, { options, states }, x) {
  const { inputSize: D } = options;
  const cell = CREATE[kind](options);
  return (calls, goesOn) => {
    const all = {};
    let last = {};
    for (const [first, end] of calls) {
      const found = cell.forward(
        x.subarray(first * D, end * D),
        end - first,
        goesOn(first) ? last : {},
      );
      for (const name in found) {
        all[name] ??= new Float64Array(STEPS * H);
        all[name].set(found[name].subarray(0, (end - first) * H), first * H);
      }
      last = Object.fromEntries(
        states.map((name) => [`${name}0`, all[name].slice((end - 1) * H, end * H)]),
      );
    }
    return all;
  };
}

function runRounded(kind, { options, states }, x, { bits, per, rounding, ranges, reset, whole }) {
  const ofState = { all: bits, wide: WIDE, weights: 0 }[rounding];
  const stateBits =
    ofState && Object.fromEntries(states.map((name) => [name, name === "c" ? ofState : bits]));
  const { inputSize: D } = options;
  const run = createRounded(kind, options, { bits, per, stateBits: stateBits || null, ranges });
  const all = {};
  for (const [first, end] of reset ? whole : [[0, STEPS]]) {
    const found = run(x.subarray(first * D, end * D), end - first);
    for (const name in found) {
      all[name] ??= new Float64Array(STEPS * H);
      all[name].set(found[name].subarray(0, (end - first) * H), first * H);
    }
  }
  return all;
}

function weightErrorOf(options, { bits, per }) {
  const small = roundedCell(options, bits, per);
  const errors = ["weightIh", "weightHh"].map((name) =>
    options[name].reduce((most, w, k) => Math.max(most, Math.abs(w - small[name][k])), 0),
  );
  return Math.max(...errors);
}

// P(speech), of two classes: σ of what the readout says more for it.
function readOut({ weight, readoutBias }, h) {
  return Float64Array.from({ length: STEPS }, (_, t) => {
    let sum = readoutBias[1] - readoutBias[0];
    for (let k = 0; k < H; k += 1) sum += (weight[H + k] - weight[k]) * h[t * H + k];
    return sigmoid(sum);
  });
}

function differenceOf(h, exact) {
  return Float64Array.from({ length: STEPS }, (_, t) => {
    let largest = 0;
    for (let s = t * H; s < (t + 1) * H; s += 1)
      largest = Math.max(largest, Math.abs(h[s] - exact[s]));
    return largest;
  });
}

function costsOf({ cell, bits, per, rounding }, network, whole, calls) {
  const { options, states, weight, readoutBias } = network;
  const { inputSize: D, weightIh, weightHh, bias } = options;
  const rows = bias.length;
  const longest = (spans) => Math.max(...spans.map(([first, end]) => end - first));
  const waits = { offline: longest(whole), kept: longest(calls), lost: longest(calls), rounded: 1 };
  const weights = weightIh.length + weightHh.length;
  const kept = rows + weight.length + readoutBias.length;
  const exact = FLOAT * (weights + kept + states.length * H);
  const [ofH, ofC] = { all: [bits, bits], wide: [bits, WIDE], weights: [FLOAT, FLOAT] }[rounding];
  const scales = per === "row" ? 2 * rows : 2;
  const small =
    bits * weights + FLOAT * (kept + scales) + ofH * H + (states.length > 1 ? ofC * H : 0);
  return {
    products: RATE * (rows * (D + H) + GATE_PRODUCTS[cell] * H + weight.length),
    memory: byWay((name) =>
      Math.ceil(((name === "rounded" ? small : exact) + FLOAT * D * waits[name]) / 8),
    ),
    delay: byWay((name) => ((waits[name] - 1) * 1000) / RATE),
  };
}
