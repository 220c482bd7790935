// The names of what is drawn, each beside a sample of its line or area.
import { html, svg } from "../kit/dom.mjs";

const SHAPES = {
  line: "M1,6H21",
  dashed: "M1,6h5m3,0h5m3,0h4",
  box: "M5,1H16V12H5Z",
  band: "M1,1H21V12H1Z",
};

/**
 * @param {{ kind: string, label: string, style?: "line" | "dashed" | "box" | "band" }[]} entries
 *   `kind` gives the colour
 * @returns {object} `draw(shown)`: whether each entry is shown
 */
export function createLegend(entries) {
  const items = entries.map(({ kind, label, style = "line" }) =>
    html(
      "span",
      { class: `live-${kind}` },
      svg(
        "svg",
        {
          viewBox: "0 0 22 13",
          width: 22,
          height: 13,
          "aria-hidden": "true",
          class: `live-swatch live-swatch-${style}`,
        },
        svg("path", { d: SHAPES[style] }),
      ),
      label,
    ),
  );
  const root = html("div", { class: "live-legend" }, ...items);
  function draw(shown) {
    items.forEach((item, k) => {
      item.hidden = !shown[k];
    });
  }
  return { root, draw };
}
