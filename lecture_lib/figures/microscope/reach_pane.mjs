// The third tab: how far back the last state reaches, and which inputs a step came from.
import { createDecades } from "../../web/charts/decades.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createPick } from "../../web/parts/fields.mjs";
import { createOrigins, weightsOf } from "./origins.mjs";

const DEEPEST = -16;
const NAMES = { LSTM: "c", GRU: "h", RNN: "h" };

// The axis: the decades that hold what is not 0, at most sixteen below 1.
function rangeOf(arrays) {
  let [low, high] = [0, 0];
  for (const values of arrays)
    for (const value of values ?? []) {
      if (!(value > 0 && value < Infinity)) continue;
      const power = Math.log10(value);
      low = Math.min(low, power);
      high = Math.max(high, power);
    }
  return [Math.max(DEEPEST, Math.floor(low) - (low === 0 ? 1 : 0)), Math.ceil(high)];
}

/**
 * @param {(values: object) => void} change
 * @returns {object} `root`, what of it comes `late`, `layout(width)`, `draw(view, { origins, of })`
 */
export function createReachPane(change) {
  const lines = [
    { kind: "h", name: "x" },
    { kind: "c", name: "state" },
    { kind: "f", style: "dashed", name: "direct" },
  ];
  const legend = createLegend([
    { kind: "h", label: "∂h by x" },
    { kind: "c", label: "∂ state by state, in all" },
    { kind: "f", label: "along the direct path alone", style: "dashed" },
  ]);
  const chart = createDecades(lines);
  const said = html("p", { class: "live-scope-said" });
  const waiting = html("p", { class: "live-advice" }, "Being computed.");
  const which = createPick("of", "h of", (value) => change({ of: value }));
  const origins = createOrigins((step) => change({ step: step + 1 }));
  const source = html("p", { class: "live-scope-said" });
  const heading = (text) => html("p", { class: "live-plot-head" }, text);
  const root = html(
    "div",
    { class: "live-pane" },
    heading("gradient that is left, steps back from the last step of the layer"),
    legend.root,
    waiting,
    chart.root,
    said,
    html(
      "div",
      { class: "live-fields" },
      heading("which inputs the step looked at came from"),
      which.root,
    ),
    origins.root,
    source,
  );

  function draw(view, { origins: found }, get) {
    const of = get("of");
    drawReach(view);
    const all = of === "all";
    which.draw(
      [
        ["unit", "the unit"],
        ["all", "all units"],
      ],
      of,
    );
    const { T, step, unit, input, side } = view;
    const weights = found ? weightsOf(found.of, T, input.D) : new Float64Array(T);
    const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a]).slice(0, 3);
    const name = (t) => (input.steps?.[t]?.trim() ? `${t + 1} “${input.steps[t]}”` : `${t + 1}`);
    const whose = all ? "all units" : `unit ${unit + 1}`;
    const what = `h of ${whose} at step ${name(step)}`;
    const first = order
      .filter((t) => weights[t] > 0)
      .map((t) => `${name(t)} (${inTens(weights[t])})`);
    const words = !found
      ? `${what}: being computed.`
      : first.length
        ? `${what}${side === "back" ? ", read from the end," : ""} came most from step ${first.join(", then ")}.`
        : `${what} depends on no input.`;
    origins.draw({ weights, step, names: input.steps, isText: input.isText, label: words });
    write(source, words);
  }
  function drawReach({ report, layer }) {
    const isThere = Boolean(report?.reach);
    waiting.hidden = isThere;
    chart.root.style.visibility = isThere ? "" : "hidden";
    if (!isThere) return write(said, "");
    const { x, state, direct, probes, spread, reason } = report.reach;
    const arrays = [x, state, direct];
    legend.draw(arrays.map(Boolean));
    const [low, high] = rangeOf(arrays);
    const gone = x.findLastIndex((value) => value >= 1e-3 * x[0]) + 1;
    const far =
      gone === x.length
        ? `more than a thousandth of it is left of all ${x.length} steps`
        : `after ${gone} steps less than a thousandth of it is left`;
    const words = `The gradient of the last h by x is ${inTens(x[0])} at the last step; ${far}.`;
    const estimate = probes
      ? ` Estimated with ${probes} seeded vectors, to about ${Math.round(100 * spread)} %.`
      : "";
    write(said, `${words}${estimate} ${reason ?? ""}`.trim());
    chart.draw({
      steps: Math.max(1, x.length - 1),
      low,
      high: Math.max(high, low + 1),
      values: arrays,
      label: `Gradient against lag, ${layer.name}, state ${NAMES[layer.kind]}. ${words}`,
    });
  }
  function layout(width) {
    chart.layout(width);
    origins.layout(width);
  }
  return { root, late: [origins.root], layout, draw };
}
