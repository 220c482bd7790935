// The timescale ruler: a gate's bias, its value, its time constant and its half-life on one ruler.
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { sigmoid } from "../../web/numbers/cells.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createRuler } from "./ruler.mjs";
import { halfLife, SCALES, timeConstant, withinRuler } from "./scales.mjs";

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["bias", "reach"],
    fit: (width) => [ruler, fade].forEach((part) => part.layout(width)),
  });
  const ruler = createRuler((bias) => frame.change({ bias: withinRuler(bias) }));
  const fade = createFade();
  const story = html("p", { class: "live-story" });
  const table = createTable(["quantity", "value"], SCALES.length + 3);
  const head = html("div", { class: "live-head" }, frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(head, ruler.root, slot, story, fade.root, table.root, frame.caption, frame.voice);

  function draw() {
    const [bias, reach] = [model.get("bias"), model.get("reach")];
    const gate = sigmoid(bias);
    const values = SCALES.map((scale) => scale.of(bias));
    const texts = SCALES.map((scale, k) => scale.text(values[k]));
    ruler.draw(bias, values);
    fade.draw(bias, reach);
    write(
      story,
      `Of a value on the belt, ${inTens(gate ** reach)} is left after ${reach} steps, if the gate stays at ${texts[1]} and nothing is written.`,
    );
    const after = [10, 100, reach];
    table.draw((row, k) => {
      if (row < SCALES.length) return k ? values[row].toPrecision(7) : SCALES[row].name;
      const n = after[row - SCALES.length];
      return k ? (gate ** n).toExponential(6) : `left after ${n} steps`;
    });
    frame.say(SCALES.map(({ name }, k) => `${name} ${texts[k]}`).join("; "));
  }
  return frame.start();
}

// What is left of a value after each step: f^n.
function createFade() {
  const name = (kind) => ({ kind, r: 5, looks: "live-fade-name" });
  const chart = createLineChart({
    name: "live-fade",
    height: 190,
    edge: { left: 44, right: 14, top: 14, bottom: 38 },
    lines: [{ kind: "like-c", area: "live-fade-area" }],
    points: [name("h"), name("c")],
    rows: [0, 0.25, 0.5, 0.75, 1],
    words: (share) => `${100 * share} %`,
    axisName: "steps since it was written",
  });
  function draw(bias, reach) {
    const left = (n) => sigmoid(bias) ** n;
    const places = Array.from({ length: 101 }, (_, k) => (k * reach) / 100);
    const times = { "half-life": halfLife(bias), "time constant": timeConstant(bias) };
    chart.draw({
      x: [0, reach],
      y: [0, 1],
      lines: [{ x: places, y: places.map(left) }],
      points: Object.entries(times).map(([of, n]) => {
        const point = { x: n, y: left(n), name: `${of}: ${Math.round(100 * left(n))} %` };
        return n <= reach ? point : null;
      }),
      label: `Share of a value that is left, from 100 % down to ${inTens(left(reach))} after ${reach} steps.`,
    });
  }
  return { root: chart.root, layout: chart.layout, draw };
}

export default { render };
