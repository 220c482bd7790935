// Which layer and direction is looked at, and what its file says of it.
import { html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { createPick } from "../../web/parts/fields.mjs";
import { sideWords } from "./view.mjs";

const SIDES = ["there", "back"];

/**
 * @param {(values: object) => void} change
 * @returns {object} `draw(view, network)`
 */
export function createLayers(change) {
  const pick = createPick("layer", "layer", (value) => change({ layer: Number(value) }));
  const buttons = SIDES.map((side) => button(sideWords(side), () => change({ direction: side })));
  const sides = html(
    "span",
    { class: "live-presets", role: "group", "aria-label": "Direction" },
    ...buttons,
  );
  const list = html("ul");
  const about = html(
    "details",
    { class: "live-fold live-about" },
    html("summary", {}, "What the file says"),
    list,
  );
  const root = html("section", { class: "live-layers", "aria-label": "Layer" });
  root.append(html("div", { class: "live-fields" }, pick.root, sides), about);

  function draw({ layer, number, side }, network) {
    const { layers, source, notes } = network;
    const size = ({ inputSize, hiddenSize }) =>
      hiddenSize ? `, ${inputSize} → ${hiddenSize}` : "";
    pick.draw(
      layers.map((one, k) => {
        const left = Object.keys(one.cells).length ? "" : ", not computed";
        return [`${k + 1}`, `${one.name}: ${one.kind}${size(one)}${left}`];
      }),
      `${layers.indexOf(layer) < 0 ? number + 1 : layers.indexOf(layer) + 1}`,
    );
    sides.hidden = Object.keys(layer.cells).length < 2 && side !== "back";
    SIDES.forEach((one, k) => {
      buttons[k].hidden = !Object.hasOwn(layer.cells, one);
      buttons[k].setAttribute("aria-pressed", one === side);
    });
    const says = [
      `source: ${source}`,
      ...Object.entries(layer.conventions ?? {}).map(([name, value]) => `${name}: ${value}`),
      layer.state ? "first state: stored" : "first state: zeros",
      ...(layer.follows ? [`reads h of ${layer.follows}`] : []),
      ...(layer.notes ?? []),
      ...layers.filter((one) => one.reason).map((one) => `${one.name}: ${one.reason}`),
      ...(notes ?? []),
    ];
    const key = says.join("\n");
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    list.replaceChildren(...says.map((text) => html("li", {}, text)));
    write(about.firstChild, `What ${source === "this book" ? "is said of it" : "the file says"}`);
  }
  return { root, draw };
}
