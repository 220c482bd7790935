// Which inputs a state came from: its gradient by every input of the network. The mirror of
// lecture_lib/examination/origins.py.
import { sidesOf } from "./checks.mjs";
import { must } from "./limits.mjs";
import { createLinear } from "./linear.mjs";
import { probesOf } from "./reach.mjs";

const ROOM = 2 ** 23; // numbers that one array of gradients may have

// Adds the gradients by what a layer reads, T × P × D, to `into`, from those by h of one direction,
// which `takeH(t, dh)` adds at step t of x.
function* pull(entry, side, P, from, takeH, into) {
  const linear = createLinear(entry, side, P);
  const size = P * linear.D;
  for (let r = from; r >= 0; r -= 1) {
    const t = linear.rowOf(r);
    takeH(t, linear.dh);
    yield* linear.back(r);
    for (let k = 0; k < size; k += 1) into[t * size + k] += linear.dx[k];
  }
}

// From the gradients by a layer's h, with its directions side by side, to those by what it reads.
function* through(entry, P, byH) {
  const { layer, T } = entry;
  const H = layer.hiddenSize;
  const sides = sidesOf(layer);
  const byX = new Float64Array(T * P * layer.inputSize);
  for (const [at, side] of sides.entries()) {
    const takeH = (t, dh) => {
      for (let p = 0; p < P; p += 1) {
        const row = ((t * P + p) * sides.length + at) * H;
        for (let k = 0; k < H; k += 1) dh[p * H + k] += byH[row + k];
      }
    };
    yield* pull(entry, side, P, T - 1, takeH, byX);
  }
  return byX;
}

/**
 * How much each input changes h at one step: ∂h[step, unit]/∂x[s, d], or for all units
 * √(Σ_k (∂h[step, k]/∂x[s, d])²), exact up to 32 of them and estimated by seeded probes of more. The
 * gradient goes down through the layers below, both directions of each.
 * @param {object} run what a runner gave
 * @param {object} asked
 * @param {string} asked.layer
 * @param {"there" | "back"} asked.direction
 * @param {number} asked.step
 * @param {number | null} [asked.unit] null for all
 * @yields {{ done: number }}
 * @returns {Generator} { of: Float64Array T × D, T, D, probes }
 * @throws {Refusal} for a layer, direction, step or unit that is not there
 */
export function* originsSteps(run, { layer: name, direction, step, unit = null }) {
  const top = run.layers.find((entry) => entry.name === name);
  must(top, `${name} was not examined: ${run.left[name] ?? "it is no layer of this network"}.`);
  const { T, layer } = top;
  const H = layer.hiddenSize;
  must(top[direction], `${name} has no direction ${direction}, only ${sidesOf(layer)}.`);
  must(Number.isInteger(step) && step >= 0 && step < T, `${name} has no step ${step}.`);
  must(
    unit === null || (Number.isInteger(unit) && unit >= 0 && unit < H),
    `${name} has no unit ${unit}.`,
  );
  const { rows, P: all, probes } = unit === null ? probesOf(H) : oneOf(H, unit);
  const widest = Math.max(
    ...run.layers.map(({ layer }) => Math.max(layer.inputSize, 2 * layer.hiddenSize)),
  );
  const chunk = Math.min(all, Math.max(1, Math.floor(ROOM / (T * widest))));
  let [found, width] = [null, 0];
  for (let start = 0; start < all; start += chunk) {
    const P = Math.min(chunk, all - start);
    const takeH = (t, dh) => {
      if (t === step) dh.set(rows.subarray(start * H, (start + P) * H));
    };
    let byX = new Float64Array(T * P * layer.inputSize);
    const place = direction === "back" ? T - 1 - step : step;
    yield* counted(pull(top, direction, P, place, takeH, byX), start / all);
    let entry = top;
    for (
      let below = run.layers.find((each) => each.name === entry.reads);
      below;
      below = run.layers.find((each) => each.name === entry.reads)
    ) {
      entry = below;
      byX = yield* counted(through(entry, P, byX), start / all);
    }
    width = entry.layer.inputSize;
    found = unit === null ? squares(byX, P, width, found) : byX;
  }
  const scale = probes || 1;
  const of = unit === null ? found.map((sum) => Math.sqrt(sum / scale)) : found;
  return { of, T, D: width, probes };
}

function oneOf(H, unit) {
  const rows = new Float64Array(H);
  rows[unit] = 1;
  return { rows, P: 1, probes: 0 };
}

function* counted(work, done) {
  let step = work.next();
  while (!step.done) {
    yield { done };
    step = work.next();
  }
  return step.value;
}

// Σ over the P gradients of their squares, T × D, added to `sum`.
function squares(byX, P, D, sum) {
  const into = sum ?? new Float64Array(byX.length / P);
  for (let k = 0; k < byX.length; k += 1)
    into[Math.floor(k / (P * D)) * D + (k % D)] += byX[k] ** 2;
  return into;
}
