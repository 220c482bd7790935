// The health of a layer: how far its gates are from being switches, and units that do nothing.
import { html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";

const SHOWN = 8;
/**
 * A share in words: "12 %", with a decimal below 10 %.
 * @param {number} share
 * @returns {string}
 */
export const percent = (share) => `${Number((100 * share).toFixed(share < 0.0995 ? 1 : 0))} %`;

function createBar() {
  const parts = ["shut", "between", "through"].map((name) => html("b", { class: `live-${name}` }));
  const letter = html("i");
  const track = html("span", { class: "live-health-bar", "aria-hidden": "true" }, ...parts);
  const [shut, through] = [html("span"), html("span")];
  const root = html("div", {}, letter, shut, track, through);
  function draw({ letter: name, low, high, shutUnits, throughUnits }) {
    root.className = `live-health-row live-${name}`;
    write(letter, name);
    [low, 1 - low - high, high].forEach((share, k) => {
      parts[k].style.width = `${100 * share}%`;
    });
    const units = (count) => (count ? `, ${count} always` : "");
    write(shut, `${percent(low)}${units(shutUnits)}`);
    write(through, `${percent(high)}${units(throughUnits)}`);
  }
  return { root, draw };
}

/**
 * @param {(unit: number) => void} choose is asked for a unit, from 0
 * @returns {object} `draw({ gates, lists })`: gates [{ letter, low, high, shutUnits, throughUnits }],
 *   shares and counts; lists [{ name, units }], of units from 0, or [{ name, text }]
 */
export function createHealth(choose) {
  const bars = html("div", { class: "live-health-bars" });
  const head = html(
    "div",
    { class: "live-health-row live-health-head", "aria-hidden": "true" },
    html("i"),
    html("span", {}, "below .05"),
    html("span", {}, "between"),
    html("span", {}, "above .95"),
  );
  const list = html("dl", { class: "live-health-list" });
  const root = html("section", { class: "live-health", "aria-label": "Health" }, head, bars, list);
  const rows = [];
  function draw({ gates, lists }) {
    head.hidden = !gates.length;
    while (rows.length < gates.length) rows.push(createBar());
    if (bars.childElementCount !== gates.length)
      bars.replaceChildren(...rows.slice(0, gates.length).map((row) => row.root));
    gates.forEach((gate, k) => rows[k].draw(gate));
    list.replaceChildren(
      ...lists.flatMap(({ name, units, text }) => [
        html("dt", {}, name),
        html("dd", {}, ...(units ? unitsOf(units, choose) : [text])),
      ]),
    );
  }
  return { root, draw };
}

function unitsOf(units, choose) {
  if (!units.length) return ["none"];
  const shown = units
    .slice(0, SHOWN)
    .map((unit) =>
      button(`${unit + 1}`, () => choose(unit), {
        class: "live-button live-unit",
        "aria-label": `Unit ${unit + 1}`,
      }),
    );
  const rest = units.length > SHOWN ? [`and ${units.length - SHOWN} more`] : [];
  return [`${units.length}: `, ...shown, ...rest];
}
