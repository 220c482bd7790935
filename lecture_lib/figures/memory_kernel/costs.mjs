// What a memory and attention cost: two rows for each count, on a scale of powers of ten.
import { COST_WIDTH, LONGEST } from "./__init__.py";
import { html, put, svg, write } from "../../web/kit/dom.mjs";
import { costsOf } from "./weights.mjs";

const ROW = 62;
const COUNTS = ["numbers stored after T steps", "products at step T", "products of all T steps"];
const MOST = Math.log10(costsOf(LONGEST).attention[2]);

const grouped = (count) => count.toLocaleString("en");

/** @returns {object} `layout(width)`, `draw(T)` */
export function createCosts() {
  const rows = COUNTS.map((name, k) => {
    const pair = ["like-c", "who-0"].map((kind, n) => ({
      bar: svg("rect", { class: "live-bar", y: k * ROW + 20 + 18 * n, height: 13, rx: 4 }),
      text: svg("text", { class: "live-kernel-count", y: k * ROW + 31 + 18 * n }),
      kind,
    }));
    return {
      pair,
      node: svg(
        "g",
        {},
        svg("text", { class: "live-mark", y: k * ROW + 13 }, name),
        ...pair.map(({ bar, text, kind }) => svg("g", { class: `live-${kind}` }, bar, text)),
      ),
    };
  });
  const chart = svg("svg", { role: "img", height: 3 * ROW }, ...rows.map(({ node }) => node));
  const heading = html("p", { class: "live-heading" });
  const root = html("div", { class: "live-kernel-costs" }, heading, chart);
  let width = 640;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(chart, { width, viewBox: `0 0 ${width} ${3 * ROW}` });
    if (last) draw(last);
  }
  function draw(T) {
    last = T;
    const counts = costsOf(T);
    write(
      heading,
      `Costs at T = ${grouped(T)}, width ${COST_WIDTH}; the bars’ scale is logarithmic`,
    );
    rows.forEach(({ pair }, k) =>
      ["memory", "attention"].forEach((name, n) => {
        const long = ((width - 190) * Math.log10(counts[name][k])) / MOST;
        put(pair[n].bar, { width: long });
        put(pair[n].text, { x: long + 7 });
        write(pair[n].text, `${name} ${grouped(counts[name][k])}`);
      }),
    );
    chart.setAttribute(
      "aria-label",
      COUNTS.map(
        (name, k) =>
          `${name}: memory ${grouped(counts.memory[k])}, attention ${grouped(counts.attention[k])}`,
      ).join("; "),
    );
  }
  return { root, layout, draw };
}
