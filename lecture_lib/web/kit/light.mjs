// One gate, one light: what is pointed at, or has the focus, lights its gate wherever that gate is seen.
// A part of a gate has the class of its letter, `live-f`. This names the letter that is lit in the
// attribute `data-lit` of one element; all the rest is the style sheet's.
import { whenSettled } from "./dom.mjs";

const KIND = /(?:^| )live-([a-z])(?: |$)/;
// A pointer on its way across a page lights nothing.
const REST = 80; // ms

// A figure that is plain wears the gates' colours for something else.
function letterOf(node, area) {
  if (node.closest(".live-plain")) return null;
  for (let at = node; at && at !== area; at = at.parentElement) {
    const [, letter] = KIND.exec(at.getAttribute("class") ?? "") ?? [];
    if (letter) return letter;
  }
  return null;
}

/**
 * @param {Element} area whose parts light their gate
 * @param {Element} [bearer] of the attribute: what lies in it is lit
 * @param {AbortSignal} [signal]
 */
export function createLight(area, bearer = area, signal) {
  let [pointed, focused, lit] = [null, null, null];
  let byKeys = false; // and the mouse has not moved since: what scrolls under it is not pointed at

  function show() {
    const letter = pointed ?? focused;
    if (letter === lit) return;
    if (letter) bearer.setAttribute("data-lit", letter);
    else bearer.removeAttribute("data-lit");
    lit = letter;
  }
  const settle = whenSettled(show, REST);
  const listen = (target, type, listener) =>
    target.addEventListener(type, listener, { signal, passive: true });
  const point = (node) => {
    pointed = node && !byKeys ? letterOf(node, area) : null;
    settle();
  };

  // A finger lights by a tap, which a scroll is not, and so leaves nothing lit behind it.
  listen(area, "pointerover", (event) => event.pointerType !== "touch" && point(event.target));
  listen(area, "pointerleave", (event) => event.pointerType !== "touch" && point(null));
  listen(window, "pointerup", (event) => {
    if (event.pointerType !== "touch") return;
    const [node] = event.composedPath();
    point(area.contains(node) ? node : null);
  });
  listen(area, "focusin", ({ target }) => {
    byKeys = target.matches(":focus-visible");
    focused = byKeys ? letterOf(target, area) : null;
    if (byKeys) pointed = null;
    show();
  });
  listen(area, "pointermove", ({ target }) => {
    if (!byKeys) return;
    byKeys = false;
    point(target);
  });
  listen(area, "focusout", () => {
    focused = null;
    show();
  });
}
