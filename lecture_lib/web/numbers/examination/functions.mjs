// The functions that networks from outside have in place of σ and tanh: those of
// lecture_lib/cells/variants/activations.py whose derivative their value tells.
import { SIGMOID, TANH } from "../cell_parts.mjs";
import { must } from "./limits.mjs";

// Klambauer et al. (2017)
const [SELU_ALPHA, SELU_SCALE] = [1.6732632423543772, 1.0507009873554805];

const clip = (low, value, high) => Math.min(high, Math.max(low, value));
const hard = (alpha, beta) => ({
  value: (a) => clip(0, alpha * a + beta, 1),
  slope: (y) => (y > 0 && y < 1 ? alpha : 0),
});
const elu = (alpha, scale) => ({
  value: (a) => scale * (a < 0 ? alpha * Math.expm1(a) : a),
  slope: (y) => (y < 0 ? y + alpha * scale : scale),
});

// Each of its α and β; those of a function that has some are as in Python if left out.
const FUNCTIONS = {
  sigmoid: () => SIGMOID,
  tanh: () => TANH,
  linear: () => ({ value: (a) => a, slope: () => 1 }),
  affine: (alpha = 1, beta = 0) => ({ value: (a) => alpha * a + beta, slope: () => alpha }),
  relu: () => ({ value: (a) => Math.max(0, a), slope: (y) => (y > 0 ? 1 : 0) }),
  leaky_relu: (alpha = 0.01) => ({
    value: (a) => (a < 0 ? alpha * a : a),
    slope: (y) => (y > 0 ? 1 : alpha),
  }),
  scaled_tanh: (alpha = 1, beta = 1) => ({
    value: (a) => alpha * TANH.value(beta * a),
    slope: (y) => alpha * beta * (1 - (y / alpha) ** 2),
  }),
  hard_sigmoid: (alpha = 0.2, beta = 0.5) => hard(alpha, beta),
  keras3_hard_sigmoid: () => hard(1 / 6, 0.5),
  elu: (alpha = 1) => elu(alpha, 1),
  selu: () => elu(SELU_ALPHA, SELU_SCALE),
  softsign: () => ({ value: (a) => a / (1 + Math.abs(a)), slope: (y) => (1 - Math.abs(y)) ** 2 }),
  softplus: () => ({
    value: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    slope: (y) => -Math.expm1(-y),
  }),
};
const BY_SIGN = new Set(["leaky_relu", "scaled_tanh", "elu"]);

/**
 * @param {string | [string, ...number[]]} said a name, or a name, α and β
 * @returns {import("../cell_parts.mjs").Squash}
 * @throws {Refusal} for one that the page does not compute
 */
export function functionOf(said) {
  const [name, ...numbers] = [said].flat();
  must(Object.hasOwn(FUNCTIONS, name), `The function ${name} cannot be computed here.`);
  must(
    !BY_SIGN.has(name) || !(numbers[0] <= 0),
    `The function ${name} with α = ${numbers[0]} cannot be computed here: it must be above 0.`,
  );
  return FUNCTIONS[name](...numbers);
}
