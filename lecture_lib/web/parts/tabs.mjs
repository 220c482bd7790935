// Tabs of a figure.
import { html } from "../kit/dom.mjs";
import { button } from "./button.mjs";

/**
 * Tabs as buttons that say which is pressed.
 * @param {string[]} names
 * @param {(index: number) => void} choose
 * @returns {object} `draw(chosen)`
 */
export function createTabs(names, choose) {
  const buttons = names.map((name, k) => button(name, () => choose(k), { class: "live-tab" }));
  const root = html("div", { class: "live-tabs", role: "group", "aria-label": "View" }, ...buttons);
  const draw = (chosen) => buttons.forEach((b, k) => b.setAttribute("aria-pressed", k === chosen));
  return { root, draw };
}
