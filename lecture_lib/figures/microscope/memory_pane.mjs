// The second tab: each unit's time constant on the ruler, and the health of the layer.
import { html, write } from "../../web/kit/dom.mjs";
import { createHealth, percent } from "./health.mjs";
import { stepsText } from "./readout.mjs";
import { createTimeRuler } from "./ruler.mjs";

const ALWAYS = 0.95;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const count = (values, wanted) => values.reduce((sum, value) => sum + (wanted(value) ? 1 : 0), 0);
const placesOf = (flags) => [...flags.keys()].filter((k) => flags[k]);

/**
 * @param {(values: object) => void} change
 * @returns {object} `root`, what of it comes `late`, `layout(width)`, `draw(view)`
 */
export function createMemoryPane(change) {
  const choose = (unit) => change({ unit: unit + 1 });
  const ruler = createTimeRuler(choose);
  const none = html("p", { class: "live-advice" });
  const said = html("p", { class: "live-scope-said" });
  const health = createHealth(choose);
  const heading = (text) => html("p", { class: "live-plot-head" }, text);
  const waiting = html("p", { class: "live-advice" }, "Being computed.");
  const found = html(
    "div",
    {},
    heading("how long each unit keeps, on this input"),
    ruler.root,
    none,
    said,
    heading("gates that stand still, units that do nothing"),
    health.root,
  );
  const root = html("div", { class: "live-pane live-look" }, waiting, found);

  function draw({ report, letters, T, H, unit }) {
    const isThere = Boolean(report?.health);
    waiting.hidden = isThere;
    found.hidden = !isThere;
    if (!isThere) return;
    const times = report.timeConstants;
    ruler.root.style.display = times ? "" : "none";
    write(none, times ? "" : "This layer has no gate whose mean is a time constant.");
    if (times) {
      const outlast = count(times, (tau) => tau > T);
      const sorted = [...times].sort((a, b) => a - b);
      const middle = (sorted[(H - 1) >> 1] + sorted[H >> 1]) / 2;
      const words = `Unit ${unit + 1} keeps for ${stepsText(times[unit])} steps. Half of the ${H} units keep for at most ${stepsText(middle)}; ${outlast} for longer than the ${T} steps of the input.`;
      write(said, words);
      ruler.draw({ times, steps: T, unit, label: words });
    } else write(said, "");
    drawHealth(report.health, letters);
  }
  function drawHealth(of, letters) {
    const gates = letters
      .filter((letter) => of[`shut_${letter}`])
      .map((letter) => {
        const [shut, through] = [of[`shut_${letter}`], of[`through_${letter}`]];
        return {
          letter,
          low: mean(shut),
          high: mean(through),
          shutUnits: count(shut, (share) => share >= ALWAYS),
          throughUnits: count(through, (share) => share >= ALWAYS),
        };
      });
    const lists = [
      { name: "units that never change", units: placesOf(of.dead) },
      { name: "units that nothing hears", units: placesOf(of.silent) },
    ];
    if (of.beyond)
      lists.push({
        name: "state beyond where tanh tells values apart",
        text: percent(mean(of.beyond)),
      });
    health.draw({ gates, lists });
  }
  return { root, late: [health.root], layout: ruler.layout, draw };
}
