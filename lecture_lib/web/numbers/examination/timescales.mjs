// How long each unit keeps what it holds, on this input. The mirror of
// lecture_lib/examination/timescales.py.

/**
 * f̄_k = (∏_t kept[t, k])^{1/T},  τ_k = 1 / (1 − f̄_k)
 * @param {Float64Array | undefined} kept T × H
 * @param {number} H
 * @returns {Float64Array | null} (H), in steps: ∞ where all is kept at every step, 1 where one step keeps
 *   nothing; null where there is no such share, or one outside 0 … 1
 */
export function timeConstants(kept, H) {
  if (!kept || kept.some((share) => share < 0 || share > 1)) return null;
  const T = kept.length / H;
  const logs = new Float64Array(H);
  for (let s = 0; s < kept.length; s += H)
    for (let k = 0; k < H; k += 1) logs[k] += Math.log(kept[s + k]);
  return logs.map((sum) => 1 / Math.abs(Math.expm1(sum / T)));
}
