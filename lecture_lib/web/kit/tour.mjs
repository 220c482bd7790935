// A tour of a figure: stops that set it, light a part, and ask the reader to do something, which they
// notice. What a tour says is data, the tour.json beside the figure's class:
//     { "start": { trait: value, … }, "stops": [stop, …] }
// `start` is every trait, so that a stop finds the figure as its sentences say it is; a stop has
//   `light`  a selector: the part of the figure that it speaks of
//   `say`    its text; *f* is in italics
//   `set`    traits that change here, and stay so at the stops to come
//   `act`    one of the module's `acts`, for what no trait says
//   `do`     what to do; `until`, when it is done: { trait or fact: a condition of `meets` }
//   `ask`    a selector of what to do it with, unless it is a control of that trait
//   `seen`   what has come of it
import { button } from "../parts/button.mjs";
import { html, ownId, write } from "./dom.mjs";
import { createSpot } from "./tour_spot.mjs";

const isRecord = (value) => Object.prototype.toString.call(value) === "[object Object]";
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {unknown} value of a trait or fact now
 * @param {unknown} wanted a value; "changed"; { above } or { below } a number; { has }, an item of the
 *   list, a record by those of its entries that are named
 * @param {unknown} before its value as the reader came to the stop
 * @returns {boolean}
 */
export function meets(value, wanted, before) {
  if (wanted === "changed") return !isSame(value, before);
  if (!isRecord(wanted)) return isSame(value, wanted);
  const { above = -Infinity, below = Infinity, has } = wanted;
  if (!("has" in wanted)) return above < value && value < below;
  const agrees = (item) =>
    isRecord(has) ? Object.keys(has).every((key) => isSame(item[key], has[key])) : item === has;
  return value.some(agrees);
}

/**
 * Puts a button into the frame's tools that begins the tour.
 * @param {object} host what `render` is given
 * @param {object} options
 * @param {object} options.frame of createFrame
 * @param {object} options.plan the tour.json
 * @param {() => object} [options.facts] what an `until` may ask for that no trait says
 * @param {Object<string, () => void>} [options.acts]
 * @returns {() => void} to be called when a fact may have changed
 */
export function createTour({ model, el, signal }, { frame, plan, facts = () => ({}), acts = {} }) {
  const { start, stops } = plan;
  const names = [...new Set(stops.flatMap(({ until = {} }) => Object.keys(until)))];
  let at = null;
  let done = false;
  let before = {};
  const begin = button("Tour", () => (at === null ? enter(0, true) : leave()), {
    "aria-expanded": "false",
  });
  frame.tools.prepend(begin);
  const card = createCard({ back: () => enter(at - 1), next, leave, show: () => spot.show() });
  const spot = createSpot(el, card.root, card.lead);
  const valuesNow = () => ({
    ...Object.fromEntries(names.map((name) => [name, model.get(name)])),
    ...facts(),
  });

  // As every stop up to this one leaves it.
  function enter(to, isFirst) {
    const stop = stops[to];
    at = null;
    frame.change(Object.assign({}, start, ...stops.slice(0, to + 1).map(({ set }) => set)));
    acts[stop.act]?.();
    [at, done, before] = [to, !stop.until, valuesNow()];
    if (isFirst) open();
    card.draw(stop, { at, count: stops.length, done });
    spot.light(stop.light, stop.ask ?? controlsOf(stop.until));
    // The figure follows in the microtask before this one: its facts are then those of now.
    queueMicrotask(notice);
    if (isFirst) card.focus();
  }
  function open() {
    frame.tools.closest(".live-head").after(card.root);
    begin.setAttribute("aria-expanded", "true");
    for (const name of names) model.on(`change:${name}`, notice);
    window.addEventListener("keydown", press);
  }
  function next() {
    if (at < stops.length - 1) enter(at + 1);
    else leave();
  }
  // The figure stays as it is.
  function leave() {
    if (at === null) return;
    at = null;
    close();
    begin.focus({ preventScroll: true });
  }
  function close() {
    spot.close();
    card.root.remove();
    begin.setAttribute("aria-expanded", "false");
    for (const name of names) model.off(`change:${name}`, notice);
    window.removeEventListener("keydown", press);
  }
  function notice() {
    if (at === null || done) return;
    const now = valuesNow();
    const { until } = stops[at];
    done = Object.keys(until).every((name) => meets(now[name], until[name], before[name]));
    if (!done) return;
    card.draw(stops[at], { at, count: stops.length, done });
    spot.bring();
  }
  // Escape leads from the figure back to the card, and from there out. On the stage it ends the stage.
  function press(event) {
    if (event.key !== "Escape" || event.defaultPrevented || el.closest("dialog")) return;
    const [target] = event.composedPath();
    const around = el.closest(".widget-vbox") ?? el; // with the sliders of a notebook
    if (card.root.contains(target)) leave();
    // A button that has just been disabled has lost the focus to the body.
    else if (around.contains(target) || target === document.body) card.focus();
  }
  signal?.addEventListener("abort", close);
  return notice;
}

// The controls of the traits that are to be changed; in Jupyter they are not the figure's own.
const controlsOf = (until) =>
  Object.keys(until ?? {})
    .map((name) => `[name="${name}"]`)
    .join();

// Sets a node's text, with *these words* in italics, if it is another.
function rewrite(node, text) {
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  node.replaceChildren(...text.split("*").map((part, k) => (k % 2 ? html("i", {}, part) : part)));
}

function createCard({ back, next, leave, show }) {
  const progress = html("b");
  const say = html("p");
  const deed = html("p", { class: "live-tour-do" });
  const text = html("div", { id: ownId("live-tour"), "aria-live": "polite" }, progress, say, deed);
  const [backward, onward] = [button("Back", back), button("Next", next)];
  const there = button("Go there", show);
  onward.setAttribute("aria-describedby", text.id);
  const root = html(
    "section",
    { class: "live-tour", popover: "manual", "aria-label": "Tour" },
    text,
    html("div", { class: "live-tour-steps" }, backward, onward, there, button("Leave", leave)),
  );

  function draw({ say: words, do: task, until, seen }, { at, count, done }) {
    write(progress, `Stop ${at + 1} of ${count}`);
    const isMet = Boolean(until) && done;
    rewrite(say, words);
    rewrite(deed, isMet ? `Done. ${seen}` : (task ?? ""));
    deed.hidden = !until;
    root.classList.toggle("live-met", isMet);
    write(onward, at === count - 1 ? "Finish" : "Next");
    if (!at && backward === root.getRootNode().activeElement) focus();
    backward.disabled = !at;
  }
  // Whether what is asked for can be shown.
  function lead(can) {
    there.hidden = !can;
  }
  const focus = () => onward.focus({ preventScroll: true });
  return { root, draw, lead, focus };
}
