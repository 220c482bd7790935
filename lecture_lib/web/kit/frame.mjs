// What every figure does alike: change the model, redraw once an event, fit its width, reset, speak.
import { button } from "../parts/button.mjs";
import { html, whenSettled, write } from "./dom.mjs";
import { createTurns } from "./turns.mjs";

/**
 * What a figure is framed with.
 * @param {object} figure
 * @param {object} figure.model
 * @param {HTMLElement} figure.el
 * @param {string[]} figure.follows the traits that `draw` depends on
 * @param {(width: number) => void} figure.fit lays out for a width in px
 * @param {() => Iterator<void, boolean | void> | void} figure.draw a generator yields between the parts
 *   that a slow machine may draw one a frame (kit/turns.mjs)
 * @param {(initial: object) => object} [figure.restore] what to set first on a reset
 * @returns {object} `tools` (reset; the page adds its own), `caption` and `voice`, to be appended
 *   to the figure; then `start()`, which draws and returns the figure's cleanup. `change(values)`
 *   sets traits, `redraw()` draws what no trait tells of, `say(text)` tells screen readers what the
 *   figure has come to
 */
export function createFrame({ model, el, follows, fit, draw, restore = () => ({}) }) {
  el.classList.add("live-figure", "live-view");
  const redraw = createTurns(el, draw);
  let sentence = "";

  function change(values) {
    for (const name in values) model.set(name, values[name]);
    model.save_changes();
  }

  function reset() {
    const initial = model.get("initial");
    change(restore(initial));
    change(initial);
  }

  // Several traits change in one event: draw once, when they all have.
  let queued = false;
  function queue() {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      redraw();
    });
  }

  const tools = html("div", { class: "live-tools" }, button("Reset", reset));
  const caption = html("p", { class: "live-caption" }, model.get("caption"));
  const voice = html("p", { class: "live-voice", "aria-live": "polite" });
  const speak = whenSettled(() => write(voice, sentence), 700);
  // Tells screen readers what the figure has come to, once it has.
  function say(text) {
    sentence = text;
    speak();
  }

  // Notebook 7 hears a key before the slider or button that has it, and would walk through the cells.
  function keepKey({ target, key, altKey, ctrlKey, metaKey, shiftKey }) {
    if (!el.closest(".widget-vbox")?.contains(target)) return;
    const notebooks = altKey || ctrlKey || metaKey || (shiftKey && key === "Enter");
    target.toggleAttribute("data-lm-suppress-shortcuts", !notebooks);
  }

  function start() {
    // The caption is as wide as what the parts have: the figure, or on the stage a column of it. Where
    // it is hidden, the parts have the figure.
    const widthNow = () => Math.max(300, caption.clientWidth || el.clientWidth);
    let width = 0;
    const measure = () => fit((width = widthNow()));
    // Parts are laid out by the width: a figure that grows or shrinks stays as it is.
    const observer = new ResizeObserver(() => widthNow() !== width && measure());
    observer.observe(el);
    el.addEventListener("live-fit", measure);
    window.addEventListener("keydown", keepKey, true);
    for (const name of follows) model.on(`change:${name}`, queue);
    measure();
    redraw();
    return () => {
      observer.disconnect();
      el.removeEventListener("live-fit", measure);
      window.removeEventListener("keydown", keepKey, true);
      for (const name of follows) model.off(`change:${name}`, queue);
    };
  }

  return { change, redraw, tools, caption, voice, say, start };
}
