// What each step weighs at the step that asks, in a gated memory and in attention; and what they cost.
import { COST_WIDTH } from "./__init__.py";

/** Gates to try, by name what is held of f and i: a character for each step, or nothing. */
export const PRESETS = {
  fade: {},
  "keep step 4": { i: "0001000000000000", f: "....111111111111" },
  "forget at 9": { f: "........0......." },
  "sum of all": { f: "1111111111111111", i: "1111111111111111" },
};

/**
 * @param {object} state the figure's settings by name
 * @returns {{ forget: number[], input: number[], kernel: number[], scores: number[], attention: number[] }}
 *   the gates of all steps; the weights in memory at step t, from 1; the scores that attention turns
 *   into its weights
 */
export function weigh({ t, f, i, sharpness, held_f, held_i, keys_of_steps: keys }) {
  const gate = (value, held) => [...held].map((mark) => (mark === "." ? value : Number(mark)));
  const [forget, input] = [gate(f, held_f), gate(i, held_i)];
  const kernel = Array.from({ length: t });
  let kept = 1;
  for (let s = t - 1; s >= 0; s -= 1) {
    kernel[s] = input[s] * kept;
    kept *= forget[s];
  }
  const scores = keys
    .slice(0, t)
    .map((key) => key.reduce((sum, k, n) => sum + k * keys[t - 1][n], 0) / Math.sqrt(key.length));
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(sharpness * (score - most)));
  const total = raised.reduce((a, b) => a + b, 0);
  return { forget, input, kernel, scores, attention: raised.map((value) => value / total) };
}

/**
 * Numbers stored after T steps, products of the last step, products of all.
 * @param {number} T
 * @returns {{ memory: number[], attention: number[] }}
 */
export function costsOf(T) {
  const d = COST_WIDTH;
  return { memory: [d, 2 * d, 2 * d * T], attention: [2 * d * T, 2 * d * T, d * T * (T + 1)] };
}
