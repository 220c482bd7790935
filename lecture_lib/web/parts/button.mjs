// A button: of itself, so that what needs no other part loads none.
import { html } from "../kit/dom.mjs";

/**
 * A button.
 * @param {string} label
 * @param {(event: Event) => void} onclick
 * @param {object} [attributes]
 * @returns {HTMLElement}
 */
export function button(label, onclick, attributes = {}) {
  return html("button", { type: "button", class: "live-button", onclick, ...attributes }, label);
}
