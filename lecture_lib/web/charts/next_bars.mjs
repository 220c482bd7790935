// P(next): for each of a few letters a bar of the network, and under it one of the table it is
// measured against.
import { put, svg, write } from "../kit/dom.mjs";

const NEXT_LEFT = 34;
const NEXT_RIGHT = 62;

export function percent(p) {
  return p > 0.995 && p < 1 ? "> 99 %" : p > 0 && p < 0.005 ? "< 1 %" : `${Math.round(100 * p)} %`;
}

// `count` letters, each `row` px high.
export function createNextBars(count, row = 38) {
  const thick = (row - 14) / 2;
  const height = count * row + 2;
  const rows = Array.from({ length: count }, (_, k) => {
    const y = k * row + 4;
    const label = svg("text", { class: "live-next-name", x: 8, y: y + row / 2 + 2 });
    const series = ["h", "soft"].map((kind, n) => ({
      bed: svg("rect", {
        class: "live-next-bed",
        x: NEXT_LEFT,
        y: y + (thick + 3) * n,
        height: thick,
        rx: thick / 2,
      }),
      bar: svg("rect", {
        class: `live-bar live-${kind}`,
        x: NEXT_LEFT,
        y: y + (thick + 3) * n,
        height: thick,
        rx: thick / 2,
      }),
      value: svg("text", {
        class: `live-next-value live-${kind}`,
        y: y + (thick + 3) * n + thick - 1.5,
      }),
    }));
    return { label, series };
  });
  const root = svg(
    "svg",
    { class: "live-next", role: "img", height },
    ...rows.flatMap(({ label, series }) => [
      label,
      ...series.flatMap(({ bed, bar, value }) => [bed, bar, value]),
    ]),
  );
  let width = 600;
  let last = null;
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${height}` });
    if (last) draw(last);
  }
  // `v`: names, `now`, the name to mark, network and table, the probabilities of each, and label.
  function draw(v) {
    last = v;
    const room = width - NEXT_LEFT - NEXT_RIGHT;
    rows.forEach(({ label, series }, k) => {
      write(label, v.names[k]);
      label.classList.toggle("live-now", v.names[k] === v.now);
      [v.network[k], v.table[k]].forEach((p, n) => {
        put(series[n].bed, { width: room });
        put(series[n].bar, { width: p * room });
        put(series[n].value, { x: NEXT_LEFT + room + 8 });
        write(series[n].value, percent(p));
      });
    });
    root.setAttribute("aria-label", v.label);
  }
  return { root, layout, draw };
}
