// The four scales of the ruler, and what lies between a gate's bias and its memory.
import { BIAS } from "./__init__.py";
import { fixed } from "../../web/kit/dom.mjs";
import { sigmoid } from "../../web/numbers/cells.mjs";

const [LEAST, MOST] = BIAS;

/**
 * Steps until half is left: −ln ½ / ln σ(b), with −ln σ(b) = ln(1 + e⁻ᵇ).
 * @param {number} bias
 * @returns {number}
 */
export const halfLife = (bias) => Math.LN2 / Math.log1p(Math.exp(-bias));
/**
 * Steps until, for f near 1, about 1/e is left.
 * @param {number} bias
 * @returns {number}
 */
export const timeConstant = (bias) => 1 + Math.exp(bias);

// One step where steps count; less for a time shorter than a few.
const stride = (value) => (value < 3 ? 0.1 : value < 30 ? 1 : 10);
const stepsText = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/**
 * Each scale: its value `of` a bias, the `bias` for a value, what the arrow keys do, and its text.
 * @type {{ name: string, kind: string, ticks: number[], of: (bias: number) => number,
 *   bias: (value: number) => number, nudge: (value: number, by: number) => number,
 *   text: (value: number) => string }[]}
 */
export const SCALES = [
  {
    name: "bias b",
    kind: "soft",
    ticks: Array.from({ length: MOST - LEAST + 1 }, (_, k) => LEAST + k),
    of: (bias) => bias,
    bias: (value) => value,
    nudge: (value, by) => value + 0.1 * by,
    text: (value) => fixed(value),
  },
  {
    name: "gate f = σ(b)",
    kind: "f",
    ticks: [0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999],
    of: sigmoid,
    bias: (f) => Math.log(f / (1 - f)),
    nudge: (f, by) => (f < 0.9 ? f + 0.01 * by : 1 - (1 - f) * 0.9 ** by),
    text: (f) => f.toFixed(f < 0.95 ? 2 : 4),
  },
  {
    name: "time constant 1 + eᵇ, in steps",
    kind: "like-c",
    ticks: [1.1, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000],
    of: timeConstant,
    bias: (tau) => Math.log(tau - 1),
    nudge: (tau, by) => tau + stride(tau) * by,
    text: stepsText,
  },
  {
    name: "half-life, in steps",
    kind: "like-h",
    ticks: [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
    of: halfLife,
    bias: (n) => Math.log(1 / (2 ** (1 / n) - 1)),
    nudge: (n, by) => n + stride(n) * by,
    text: stepsText,
  },
];

/**
 * The bias nearest to one that is asked for; a nudge may lead below what a scale can be.
 * @param {number} bias
 * @returns {number}
 */
export function withinRuler(bias) {
  if (Number.isNaN(bias)) return LEAST;
  return Math.round(1e4 * Math.max(LEAST, Math.min(MOST, bias))) / 1e4;
}
