// The typed letters; above each the probability that network and bigram gave it beforehand.
import { percent } from "../../web/charts/next_bars.mjs";
import { put, svg, write } from "../../web/kit/dom.mjs";
import { placeIn } from "../../web/kit/place.mjs";
import { walkByKeys } from "../../web/parts/keys.mjs";
import { MAX_LETTERS } from "./__init__.py";

const FLOOR = 56;
const TOP = 6; // of a bar for 1
const HEIGHT = FLOOR + 38;

/**
 * @param {(t: number) => void} choose asked for a letter, from 0
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createStrip(choose) {
  const columns = Array.from({ length: MAX_LETTERS }, createColumn);
  const here = svg("rect", { class: "live-sequence-here", y: 1, height: HEIGHT - 4, rx: 6 });
  const axis = svg(
    "g",
    { class: "live-tick" },
    svg("line", { class: "live-zero", x1: 0, y1: FLOOR, y2: FLOOR }),
    svg("line", { x1: 0, y1: TOP, y2: TOP }),
  );
  const root = svg(
    "svg",
    {
      class: "live-sequence",
      role: "slider",
      tabindex: 0,
      height: HEIGHT,
      "aria-valuemin": 1,
      "aria-label": "Letters: left and right choose one",
    },
    here,
    axis,
    ...columns.flatMap((column) => column.nodes),
  );
  let width = 600;
  let view = null;
  const walkTo = (t) => choose(Math.max(0, Math.min(view.letters.length - 1, t)));
  root.addEventListener("click", (event) => {
    const [x] = placeIn(root, event);
    walkTo(Math.floor((x * view.letters.length) / width));
  });
  walkByKeys(root, (by) => walkTo(view.now + by));

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    for (const line of axis.children) put(line, { x2: width });
    if (view) draw(view);
  }

  // `network[t]` and `bigram[t]`: what each gave the letter at t beforehand, null at the first.
  function draw(newView) {
    view = newView;
    const { letters, now, network } = view;
    const column = width / letters.length;
    put(here, { x: now * column + 1, width: column - 2 });
    columns.forEach((one, t) => one.draw(view, t, column));
    const chance = now ? `; beforehand it had ${percent(network[now])} from the network` : "";
    put(root, {
      "aria-valuemax": letters.length,
      "aria-valuenow": now + 1,
      "aria-valuetext": `letter ${now + 1}: “${letters[now]}”${chance}`,
    });
  }
  return { root, layout, draw };
}

function createColumn() {
  const bars = ["like-h", "soft"].map((kind) =>
    svg("rect", { class: `live-bar live-${kind}`, rx: 1.5 }),
  );
  const name = svg("text", {
    class: "live-sequence-letter",
    "text-anchor": "middle",
    y: FLOOR + 28,
  });
  const show = (node, visible) => put(node, { visibility: visible ? "visible" : "hidden" });

  function draw({ letters, now, network, bigram }, t, width) {
    const middle = (t + 0.5) * width;
    const thick = Math.max(2, Math.min(16, width * 0.3));
    const there = t < letters.length;
    put(name, { x: middle });
    show(name, there);
    [network, bigram].forEach((p, k) => {
      const height = (there && t ? p[t] : 0) * (FLOOR - TOP);
      const x = k ? middle + 0.5 : middle - thick - 0.5;
      put(bars[k], { x, width: thick, y: FLOOR - height, height });
      show(bars[k], there && t);
    });
    if (!there) return;
    write(name, letters[t]);
    name.style.fontSize = `${Math.max(10, Math.min(24, 1.4 * width))}px`;
    name.classList.toggle("live-now", t === now);
  }
  return { nodes: [...bars, name], draw };
}
