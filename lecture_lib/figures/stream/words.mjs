// Why each way leaves offline where it does, in a sentence.
import { fixed } from "../../web/kit/dom.mjs";
import { inTens, powerOfTen } from "../../web/kit/tens.mjs";
import { HIDDEN_SIZE, WAYS, WIDE } from "./__init__.py";

const H = HIDDEN_SIZE;
const GATES = { RNN: "", GRU: "rzn", LSTM: "ifgo" };

/**
 * @param {object} view what `runWays` found, and the settings
 * @returns {Record<"kept" | "lost" | "rounded", string>}
 */
export function reasonsOf(view) {
  return { kept: whyKept(view), lost: whyLost(view), rounded: whyRounded(view) };
}

const epsilonOf = ({ epsilon }) => `ε = ${powerOfTen(epsilon)}`;
const framesOf = (count) => (count === 1 ? "1 frame" : `${count} frames`);
const most = (numbers) => inTens(Math.max(...numbers));

// The state of the old recording: whether a step's difference comes from it.
const isCarried = ({ reset, episode, first, difference, epsilon }, way) =>
  !reset && first[way] >= episode && difference.kept[first[way] - 1] > epsilon;

function carriedOn({ episode, first }, way) {
  const when =
    first[way] === episode
      ? "where the new recording begins"
      : `${first[way] - episode} steps into the new recording`;
  return `First at step ${first[way]}, ${when}: the state of the old one went on into it; offline it began from 0.`;
}

function whyKept(view) {
  const { first, difference } = view;
  if (first.kept) return carriedOn(view, "kept");
  const exact = Math.max(...difference.kept) === 0;
  const never = exact ? "Never, to the last bit" : `Never by more than ${epsilonOf(view)}`;
  return `${never}: a step needs x and the state before it, and not where its call began, at any k.`;
}

function whyLost(view) {
  const { first, difference, calls, cell } = view;
  const at = first.lost;
  if (!at) {
    return calls.length < 3
      ? `Never by more than ${epsilonOf(view)}: no call goes on from another.`
      : `Never by more than ${epsilonOf(view)}; at most by ${most(difference.lost)}.`;
  }
  const n = calls.findLastIndex(([from]) => from < at);
  if (isCarried(view, "lost") && calls[n][0] < view.episode - 1) return carriedOn(view, "lost");
  const states = cell === "LSTM" ? "h and c" : "h";
  const began = calls[n][0] + 1;
  const when =
    began === at ? `the first of call ${n + 1}` : `in call ${n + 1}, from step ${began} on`;
  return `First at step ${at}, ${when}: its ${states} began at 0, and not at what ${framesOf(began - 1)} had left. ${backOf(view)}`;
}

// How many frames a call needs until it is within ε for good, where calls start with a difference.
function backOf({ difference, epsilon, calls, reset, episode }) {
  const needs = calls
    .filter(([from]) => from && !(reset && from === episode - 1))
    .map(([from, to]) => {
      const own = difference.lost.subarray(from, to);
      return { frames: own.findLastIndex((size) => size > epsilon) + 1, all: to - from };
    });
  const back = needs.filter(({ frames, all }) => frames < all);
  if (!back.length) return "No call is back within ε before it ends.";
  const longest = Math.max(...back.map(({ frames }) => frames));
  const after = longest ? `, after ${framesOf(longest)}${back.length > 1 ? " at most" : ""}` : "";
  return `Of ${needs.length} such calls ${back.length} ${back.length > 1 ? "are" : "is"} within ε at the end${after}.`;
}

function whyRounded(view) {
  const { first, difference, bits, per, weightError } = view;
  const at = first.rounded;
  if (!at)
    return `Never by more than ${epsilonOf(view)}: at most by ${most(difference.rounded)}.${noC(view)}`;
  if (isCarried(view, "rounded")) return carriedOn(view, "rounded");
  const one = per === "row" ? "row" : "matrix";
  const grid = stepsOf(view);
  const state = grid ? ` and a step rounds ${grid}` : "";
  return `First at step ${at}: in ${bits} bits, with a scale for each ${one}, weights are off by up to ${inTens(weightError)}${state}; what a step adds, the state hands on. ${worstGate(view, at)}${noC(view)}`;
}

const noC = ({ cell, rounding }) =>
  rounding === "wide" && cell !== "LSTM" ? ` The ${cell} has no c to have 16 bits for.` : "";

// Half a step of the grid of each state.
function stepsOf({ rounding, bits, ranges }) {
  if (rounding === "weights") return "";
  return Object.entries(ranges)
    .map(([name, range]) => {
      const ofState = name === "c" && rounding === "wide" ? WIDE : bits;
      return `${name} by up to ${inTens(range / 2 ** ofState)}`;
    })
    .join(" and ");
}

// The gate that is off most at a step, from 1, and its unit.
function worstGate({ runs, cell }, at) {
  let worst = { size: -1 };
  for (const gate of GATES[cell]) {
    for (let unit = 0; unit < H; unit += 1) {
      const s = (at - 1) * H + unit;
      const size = Math.abs(runs.rounded[gate][s] - runs.offline[gate][s]);
      if (size > worst.size) worst = { size, gate, unit };
    }
  }
  if (!worst.gate) return "";
  return `Of the gates there, ${worst.gate} of unit ${worst.unit + 1} is off most, by ${inTens(worst.size)}.`;
}

/**
 * The figure in a sentence, for screen readers.
 * @param {object} view
 * @param {Record<string, string>} reasons
 * @returns {string}
 */
export function summaryOf({ wrong, t, runs }, reasons) {
  const said = Object.entries(reasons).map(([way, why]) => `${WAYS[way]}: ${why}`);
  const frames = Object.entries(wrong).map(([way, count]) => `${WAYS[way]} ${count}`);
  return `${said.join(" ")} Frames wrong: ${frames.join(", ")}. At step ${t}, P(speech) is ${fixed(runs.offline.p[t - 1], 2)} offline.`;
}
