// P(next): for each of a few letters a bar of the network, and under it one of the table it is
// measured against.
import { put, svg, write } from "../kit/dom.mjs";

const LEFT = 34;
const RIGHT = 62;
const GAP = 3; // between the two bars

/**
 * @param {number} p a probability
 * @returns {string} in whole per cent, but never 0 or 100 for what is neither
 */
export function percent(p) {
  return p > 0.995 && p < 1 ? "> 99 %" : p > 0 && p < 0.005 ? "< 1 %" : `${Math.round(100 * p)} %`;
}

/**
 * @param {number} count of letters
 * @param {number} row px for each
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createNextBars(count, row = 38) {
  const height = count * row + 2;
  const rows = Array.from({ length: count }, (_, k) => createRow(k * row + 4, row));
  const root = svg(
    "svg",
    { class: "live-next", role: "img", height },
    ...rows.flatMap((one) => one.nodes),
  );
  let width = 600;
  let view = null;
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    if (view) draw(view);
  }
  // `names`; `now`, the name to mark; `network` and `table`, the probabilities of each; `label`.
  function draw(newView) {
    view = newView;
    const { names, now, network, table, label } = view;
    rows.forEach((one, k) =>
      one.draw(names[k], names[k] === now, [network[k], table[k]], width - LEFT - RIGHT),
    );
    root.setAttribute("aria-label", label);
  }
  return { root, layout, draw };
}

function createRow(y, height) {
  const thick = (height - 14) / 2;
  const label = svg("text", { class: "live-next-name", x: 8, y: y + height / 2 + 2 });
  const series = ["like-h", "soft"].map((kind, k) => {
    const top = y + (thick + GAP) * k;
    const bar = (name) =>
      svg("rect", { class: name, x: LEFT, y: top, height: thick, rx: thick / 2 });
    const place = { class: `live-next-value live-${kind}`, y: top + thick - 1.5 };
    return {
      bed: bar("live-next-bed"),
      bar: bar(`live-bar live-${kind}`),
      value: svg("text", place),
    };
  });
  function draw(name, isNow, p, room) {
    write(label, name);
    label.classList.toggle("live-now", isNow);
    series.forEach(({ bed, bar, value }, k) => {
      put(bed, { width: room });
      put(bar, { width: p[k] * room });
      put(value, { x: LEFT + room + 8 });
      write(value, percent(p[k]));
    });
  }
  return { nodes: [label, ...series.flatMap(({ bed, bar, value }) => [bed, bar, value])], draw };
}
