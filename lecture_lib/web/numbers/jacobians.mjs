// How the last state depends on each one before it. The mirror of `gradient_flow` in
// lecture_lib/gradients.py, for a sequence that starts from zero states.
import { addScaledProduct, createSpectralNorm, identity } from "./matrices.mjs";

/**
 * Yields for lag = 0 … steps
 *   total  = ‖∂s_T/∂s_{T−lag}‖, the spectral norm of the product of the steps' Jacobians,
 *   direct = the largest entry of the product of the gates that keep (null where there is no such path).
 * @param {object} options
 * @param {"RNN" | "LSTM" | "GRU"} options.kind the GRU's conventions are update "write", reset "before"
 * @param {number} options.hiddenSize
 * @param {Float64Array} options.weightHh
 * @param {Record<string, Float64Array>} options.trace what the cell's forward returned
 * @param {number} options.steps
 * @param {"c" | "h"} [options.state] which of the LSTM's states is meant
 * @yields {{ lag: number, total: number, direct: number | null }}
 * @returns {Generator<{ lag: number, total: number, direct: number | null }>}
 */
export function* gradientFlow({ kind, hiddenSize: H, weightHh, trace, steps, state = "c" }) {
  const { left, back, keep } = CHAINS[kind](H, weightHh, trace, state);
  const norm = createSpectralNorm(H);
  const kept = keep && new Float64Array(H).fill(1);
  yield { lag: 0, total: 1, direct: keep && 1 };
  for (let lag = 1; lag <= steps; lag += 1) {
    const t = steps - lag;
    back(t);
    if (keep) for (let k = 0; k < H; k += 1) kept[k] *= keep(t * H + k);
    yield { lag, total: norm(left()), direct: keep && Math.max(...kept) };
  }
}

// Each chain holds the product so far; back(t) multiplies it by J_t = ∂s_t/∂s_{t−1} from the right.
const CHAINS = { RNN: rnnChain, LSTM: lstmChain, GRU: gruChain };

// J_t = diag(1 − h_t²) U
function rnnChain(H, U, { h }) {
  let now = identity(H),
    next = new Float64Array(H * H);
  const slope = new Float64Array(H);
  function back(t) {
    for (let k = 0; k < H; k += 1) slope[k] = 1 - h[t * H + k] ** 2;
    next.fill(0);
    addScaledProduct(next, now, slope, U, H);
    [now, next] = [next, now];
  }
  return { left: () => now, back, keep: null };
}

// ∂c_t/∂c_{t−1} = diag(f)
// ∂c_t/∂h_{t−1} = diag(i (1 − i) g) U_i + diag(f (1 − f) c_{t−1}) U_f + diag(i (1 − g²)) U_g
// ∂h_t/∂s_{t−1} = diag(o (1 − tanh² c_t)) ∂c_t/∂s_{t−1}, and diag(o (1 − o) tanh c_t) U_o for h_{t−1}
function lstmChain(H, weightHh, { c, i, f, g, o }, state) {
  const [U_i, U_f, U_g, U_o] = [0, 1, 2, 3].map((gate) =>
    weightHh.subarray(gate * H * H, (gate + 1) * H * H),
  );
  // The rows of the last state that is measured; columns of c_t and of h_t.
  let byC = state === "c" ? identity(H) : new Float64Array(H * H);
  let byH = state === "c" ? new Float64Array(H * H) : identity(H);
  let next = new Float64Array(H * H);
  const cByH = new Float64Array(H * H);
  const one = new Float64Array(H).fill(1),
    toO = new Float64Array(H);
  function back(t) {
    for (let k = 0; k < H; k += 1) {
      const s = t * H + k;
      const before = t ? c[s - H] : 0,
        tanhC = Math.tanh(c[s]);
      const a = i[s] * (1 - i[s]) * g[s],
        b = f[s] * (1 - f[s]) * before,
        d = i[s] * (1 - g[s] ** 2);
      const slope = o[s] * (1 - tanhC ** 2);
      toO[k] = o[s] * (1 - o[s]) * tanhC;
      for (let j = k * H; j < (k + 1) * H; j += 1) cByH[j] = a * U_i[j] + b * U_f[j] + d * U_g[j];
      for (let j = k; j < H * H; j += H) byC[j] += byH[j] * slope; // what reaches c_t through h_t too
    }
    next.fill(0);
    addScaledProduct(next, byC, one, cByH, H);
    addScaledProduct(next, byH, toO, U_o, H);
    for (let k = 0; k < H; k += 1) for (let j = k; j < H * H; j += H) byC[j] *= f[t * H + k];
    [byH, next] = [next, byH];
  }
  return {
    left: () => (state === "c" ? byC : byH),
    back,
    keep: state === "c" ? (s) => f[s] : null,
  };
}

// J_t = diag(1 − z) + diag((n − h_{t−1}) z (1 − z)) U_z
//       + diag(z (1 − n²)) U_n (diag(r) + diag(h_{t−1} r (1 − r)) U_r)
function gruChain(H, weightHh, { h, r, z, n }) {
  const [U_r, U_z, U_n] = [0, 1, 2].map((gate) =>
    weightHh.subarray(gate * H * H, (gate + 1) * H * H),
  );
  let now = identity(H),
    next = new Float64Array(H * H);
  const byRecall = new Float64Array(H * H);
  const [toZ, toN, toR] = [0, 1, 2].map(() => new Float64Array(H));
  function back(t) {
    for (let k = 0; k < H; k += 1) {
      const s = t * H + k;
      const before = t ? h[s - H] : 0;
      toZ[k] = (n[s] - before) * z[s] * (1 - z[s]);
      toN[k] = z[s] * (1 - n[s] ** 2);
      toR[k] = before * r[s] * (1 - r[s]);
    }
    byRecall.fill(0);
    addScaledProduct(byRecall, now, toN, U_n, H);
    for (let k = 0; k < H; k += 1) {
      const s = t * H + k;
      for (let j = k; j < H * H; j += H) next[j] = now[j] * (1 - z[s]) + byRecall[j] * r[s];
    }
    addScaledProduct(next, now, toZ, U_z, H);
    addScaledProduct(next, byRecall, toR, U_r, H);
    [now, next] = [next, now];
  }
  return { left: () => now, back, keep: (s) => 1 - z[s] };
}
