// The variant and the whole LSTM on the same input, one unit of each as curves over the steps.
import { FORGET_BIAS, SCALE, STEPS, STREAMS, UNITS } from "./__init__.py";
import { createLegend } from "../../web/charts/legend.mjs";
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { fixed } from "../../web/kit/dom.mjs";
import { createLSTM } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createVariant } from "./variant_cells.mjs";

/**
 * @param {number} seed of the weights and the input
 * @param {object} parts the arguments of LSTMVariant by name
 * @returns {{ x: Float64Array, whole: object, variant: object }} the input and the two traces
 */
export function runBoth(seed, parts) {
  const H = UNITS;
  const draw = (stream, count) => seededUniform(seed, stream, count).map((value) => SCALE * value);
  const weights = {
    inputSize: 1,
    hiddenSize: H,
    weightIh: draw(STREAMS.ih, 4 * H),
    weightHh: draw(STREAMS.hh, 4 * H * H),
    bias: new Float64Array(4 * H).fill(FORGET_BIAS, H, 2 * H),
  };
  const x = seededUniform(seed, STREAMS.input, STEPS);
  const whole = createLSTM({ ...weights, maxSteps: STEPS }).forward(x, STEPS);
  const peepholes = draw(STREAMS.peepholes, 3 * H);
  return { x, whole, variant: createVariant({ ...weights, peepholes, parts }).forward(x, STEPS) };
}

/**
 * One unit's values of a state, from 0, over the steps.
 * @param {Float64Array} values of a trace, steps × units
 * @param {number} unit
 * @returns {number[]}
 */
export const unitOf = (values, unit) =>
  Array.from({ length: STEPS }, (_, t) => values[t * UNITS + unit]);

/**
 * @returns {object} `layout(width)`, `draw(run, unit)`: what runBoth returns, and the unit from 0
 */
export function createTraces() {
  const legend = createLegend([
    { kind: "c", label: "c of the variant" },
    { kind: "h", label: "h of the variant" },
    { kind: "soft", label: "the whole LSTM", style: "dashed" },
  ]);
  const charts = ["c", "h"].map((kind) =>
    createLineChart({
      name: "live-line-chart",
      height: 150,
      edge: { top: 12, bottom: 26 },
      lines: [{ kind }, { kind: "soft", style: "dotted" }],
    }),
  );
  function layout(width) {
    for (const chart of charts) chart.layout(width);
  }
  function draw({ whole, variant }, unit) {
    ["c", "h"].forEach((name, k) => {
      const [values, plain] = [variant, whole].map((trace) => unitOf(trace[name], unit));
      const most = Math.max(...[...values, ...plain].map(Math.abs));
      const high = [1, 2, 4, 8, 16, 32].find((limit) => most <= limit);
      charts[k].draw({
        x: [1, STEPS],
        y: [-high, high],
        at: 1,
        places: [1, 6, 12, 18, 24].map((at) => ({ at, text: `${at}` })),
        lines: [{ y: values }, { y: plain }],
        label: `${name} of unit ${unit + 1} over ${STEPS} steps; at the end ${fixed(values.at(-1))}, in the whole LSTM ${fixed(plain.at(-1))}`,
      });
    });
  }
  return { nodes: [legend.root, ...charts.map(({ root }) => root)], layout, draw };
}
