// The stage: a figure on the whole window, for a class and for a big screen. Its parts flow in columns
// (`--live-columns` of a figure's style, none narrower than `--live-column`), as large as fit.
import { html, write } from "../kit/dom.mjs";
import { button } from "../parts/button.mjs";

const WIDE = matchMedia("(min-width: 1000px)");
const MOST = 3;
const LEAST = 0.5;
const STEP = 0.97;
const GAP = 36; // px between columns, as in stage.css

/**
 * @param {HTMLElement} view the figure, rendered; while it is on the stage it stands in a dialog, and
 *   its place in the page keeps its height
 * @param {string} title of the figure, for screen readers
 * @param {() => void} changed called when it has come to the stage, or left it
 * @returns {object} `toggle`, a button; `set(open)`; `isOpen()`
 */
export function createStage(view, title, changed) {
  const home = view.parentElement;
  const dialog = html("dialog", { class: "live-stage", "aria-label": title, onclose: leave });
  const toggle = button("Expand", () => set(!dialog.open));
  const observer = new ResizeObserver(() => {
    if (dialog.open && isTooTall()) fit(zoom);
  });
  let zoom = 1;
  let top = 0; // of its place in the window

  const isTooTall = () => dialog.scrollHeight > dialog.clientHeight + 1;

  // From `most` down to a zoom at which nothing has to be scrolled; where text flows anew, a height
  // falls with the square of it.
  function fit(most) {
    zoom = WIDE.matches ? most : 1;
    for (;;) {
      view.style.zoom = zoom;
      view.dispatchEvent(new Event("live-fit"));
      if (!WIDE.matches || zoom < LEAST || !isTooTall()) return;
      zoom *= Math.min(STEP, Math.sqrt(dialog.clientHeight / dialog.scrollHeight));
    }
  }

  function fitAnew() {
    const style = getComputedStyle(view);
    const number = (property) => parseFloat(style.getPropertyValue(property));
    const [columns, least] = [number("--live-columns"), number("--live-column")];
    fit(Math.min(MOST, dialog.clientWidth / (columns * (least + GAP))));
  }

  function enter() {
    const focused = view.getRootNode().activeElement;
    top = home.getBoundingClientRect().top;
    home.style.minHeight = `${home.offsetHeight}px`;
    home.append(dialog);
    dialog.append(view);
    dialog.showModal();
    write(toggle, "Return");
    fitAnew();
    (view.contains(focused) ? focused : toggle).focus();
    for (const part of view.children) observer.observe(part);
    window.addEventListener("resize", fitAnew);
    changed();
  }

  // Escape closes the dialog, which says so a moment later, when it may be in use again.
  function leave() {
    if (dialog.open || !dialog.isConnected) return;
    const focused = view.getRootNode().activeElement;
    observer.disconnect();
    window.removeEventListener("resize", fitAnew);
    home.append(view);
    dialog.remove();
    view.style.zoom = "";
    home.style.minHeight = "";
    view.dispatchEvent(new Event("live-fit"));
    write(toggle, "Expand");
    scrollBy({ top: home.getBoundingClientRect().top - top, behavior: "instant" });
    (view.contains(focused) ? focused : toggle).focus({ preventScroll: true });
    changed();
  }

  function set(open) {
    if (open && !dialog.open) enter();
    else if (!open && dialog.open) {
      dialog.close();
      leave();
    }
  }

  return { toggle, set, isOpen: () => dialog.open };
}
