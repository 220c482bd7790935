// A figure that asks an engine and shows its answers: a session, which knows what has come, and a desk,
// which draws it.
import { createFrame } from "./frame.mjs";
import { zoomOf } from "./place.mjs";

/**
 * @param {object} figure as the host hands it over: `model`, `el`, `signal`
 * @param {(model: object, calls: object, signal: AbortSignal) => object} createSession gets
 *   `changed()`, for an answer that changes what is shown, `progressed()`, for one that says how far it
 *   is, and `grew()`, for a part of a picture, of which several come in a frame; the session has
 *   `follow()` and `letGo()`
 * @param {(figure: object, signal: AbortSignal) => object} createDesk gets `el`, `model`, `frame`, the
 *   session and `redraw()`; the desk has `nodes`, `layout()`, `drawWork()`, and `draw()`, in parts,
 *   which returns whether something is still to come, and what the figure shows in a sentence
 * @returns {() => void} ends it
 */
export function renderDesk({ model, el, signal }, createSession, createDesk) {
  const ending = new AbortController();
  signal?.addEventListener("abort", () => ending.abort());
  const frame = createFrame({
    model,
    el,
    draw,
    follows: Object.keys(model.get("initial")),
    fit: () => desk.layout(),
    restore,
  });
  // What a reader opened goes, too; with the settings that a reset brings back, all is drawn anew.
  function restore() {
    session.letGo();
    queueMicrotask(frame.redraw);
    return {};
  }
  let isQueued = false;
  const calls = { changed: frame.redraw, progressed: () => desk.drawWork(), grew: drawSoon };
  const session = createSession(model, calls, ending.signal);
  const desk = createDesk({ el, model, frame, session, redraw: frame.redraw }, ending.signal);
  el.append(...desk.nodes);

  function* draw() {
    if (ending.signal.aborted) return false;
    session.follow();
    const { waits, says } = yield* desk.draw();
    const isBusy = waits || isQueued; // what came between two parts is drawn in the next frame
    el.setAttribute("aria-busy", String(isBusy));
    if (!isBusy) frame.say(says);
    return isBusy;
  }

  // Once a frame, however often there is more to draw.
  function drawSoon() {
    if (isQueued) return;
    isQueued = true;
    requestAnimationFrame(() => {
      isQueued = false;
      frame.redraw();
    });
  }

  const stop = frame.start();
  return () => {
    ending.abort();
    stop();
  };
}

/**
 * Lays parts out when their width is another: it is asked for at each change of the figure's height,
 * too, which changes no drawing.
 * @param {HTMLElement} el of the figure
 * @param {HTMLElement} bench what the parts stand on
 * @param {{ layout: (width: number) => void }[]} parts
 * @returns {() => void}
 */
export function createLayout(el, bench, parts) {
  let laid = "";
  return () => {
    const width = Math.max(280, bench.clientWidth || el.clientWidth);
    const key = `${width} ${zoomOf(el)} ${el.isConnected}`;
    if (key === laid) return;
    laid = key;
    for (const part of parts) part.layout(width);
  };
}
