// The forward pass by cells.mjs, and from it the walk back, with routes cut or not.
import { GATES, INPUTS, STREAMS } from "./__init__.py";
import { createGRU, createLSTM } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { gruRoutes, lstmRoutes } from "./routes.mjs";

const CREATE = { LSTM: createLSTM, GRU: createGRU };

const norm = (values) => Math.hypot(...values);

function runForward(kind, { hidden_size: H, steps, seed, gain, forget_bias }) {
  const rows = GATES[kind].length * H;
  const draw = (stream, count, bound) =>
    seededUniform(seed, stream, count).map((value) => bound * value);
  const bound = 1 / Math.sqrt(H);
  const weights = {
    weightIh: draw(STREAMS[kind], rows * INPUTS, bound),
    weightHh: draw(STREAMS[kind] + 1, rows * H, bound * gain),
    bias: new Float64Array(rows).fill(kind === "GRU" ? -forget_bias : forget_bias, H, 2 * H),
  };
  const cell = CREATE[kind]({ inputSize: INPUTS, hiddenSize: H, ...weights, maxSteps: steps });
  const x = seededUniform(seed, STREAMS.input, steps * INPUTS);
  return { trace: cell.forward(x, steps), weightHh: weights.weightHh };
}

/**
 * @param {"LSTM" | "GRU"} kind
 * @param {{ hidden_size: number, steps: number, seed: number, gain: number, forget_bias: number }} settings
 * @returns {(cut: (route: string, t: number) => boolean) => { back: object[], left: Record<string, number[]> }}
 *   the routes of step t = T … 1 in back[t], with what comes in as dhIn and dcIn; and ‖δh_t‖, ‖δc_t‖
 *   at t = 0 … T
 */
export function createWalk(kind, settings) {
  const { hidden_size: H, steps } = settings;
  const { trace, weightHh } = runForward(kind, settings);
  const hasCell = kind === "LSTM";
  const at = (name, t) => (t ? trace[name].subarray((t - 1) * H, t * H) : new Float64Array(H));

  return (cut) => {
    const back = [];
    let dh = new Float64Array(H).fill(1);
    let dc = new Float64Array(H);
    for (let t = steps; t > 0; t -= 1) {
      const gates = Object.fromEntries([...GATES[kind]].map((name) => [name, at(name, t)]));
      const cutHere = (route) => cut(route, t);
      const step = { dh, h: at("h", t - 1), weightHh, cut: cutHere, gates };
      const routes = hasCell ? lstmRoutes({ ...step, dc, c: at("c", t - 1) }) : gruRoutes(step);
      back[t] = { dhIn: dh, dcIn: dc, ...routes };
      ({ dhBefore: dh, dcBefore: dc } = routes);
    }
    const left = { h: [norm(back[1].dhBefore)] };
    if (hasCell) left.c = [norm(back[1].dcBefore)];
    for (let t = 1; t <= steps; t += 1) {
      left.h.push(norm(back[t].dhIn));
      if (hasCell) left.c.push(norm(back[t].dc));
    }
    return { back, left };
  };
}
