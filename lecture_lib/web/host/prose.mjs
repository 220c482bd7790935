// Links of the prose that set a figure, `#gate-lab?t=5&f=0`: what the book and Jupyter do alike.
import { fixed, still } from "../kit/dom.mjs";
import { readFragment } from "./address.mjs";

const MARKED = 1200; // ms
const timers = new WeakMap();

/**
 * @param {Event} event a click
 * @returns {HTMLAnchorElement | null} the link that it follows, here and not in another tab
 */
export function linkOf(event) {
  const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (button || ctrlKey || metaKey || shiftKey || altKey) return null;
  return event.target.closest?.('a[href^="#"]') ?? null;
}

/**
 * @param {HTMLAnchorElement} link
 * @returns {string[][]} the name and the query of each figure that it sets
 */
export const partsOf = (link) =>
  [...readFragment(link.hash.slice(1))].filter(([name, query]) => name && query);

/**
 * @param {Element} link
 * @param {string} name of a kind of figure, "gate-lab", or of one of them, "gate-lab-2"
 * @param {[string, Element][]} figures the kind and the place of each, in order
 * @returns {Element | undefined} of those that are meant the nearest, above or below
 */
export function nearestTo(link, name, figures) {
  const { top } = link.getBoundingClientRect();
  const distance = (node) => {
    const box = node.getBoundingClientRect();
    return Math.max(box.top - top, top - box.bottom);
  };
  const counts = {};
  return figures
    .filter(([kind]) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
      return name === kind || name === `${kind}-${counts[kind]}`;
    })
    .map(([, node]) => node)
    .sort((a, b) => distance(a) - distance(b))[0];
}

/**
 * @param {object} model of a figure
 * @param {string[]} names
 * @returns {() => string[]} those of them whose values have changed since
 */
export function watch(model, names) {
  const valueOf = (name) => JSON.stringify(model.get(name));
  const before = names.map(valueOf);
  return () => names.filter((name, k) => valueOf(name) !== before[k]);
}

/**
 * Outlines nodes for about a second. Nothing moves.
 * @param {Iterable<Element>} nodes
 */
export function mark(nodes) {
  for (const node of nodes) {
    clearTimeout(timers.get(node));
    node.classList.add("live-marked");
    timers.set(
      node,
      setTimeout(() => node.classList.remove("live-marked"), MARKED),
    );
  }
}

// What can be seen of the window where the node stands, from top to bottom.
function sightOf(node, margin) {
  let [from, to] = [margin, innerHeight];
  for (let box = node.parentElement; box; box = box.parentElement) {
    if (box === document.body || getComputedStyle(box).overflowY === "visible") continue;
    const { top, bottom } = box.getBoundingClientRect();
    [from, to] = [Math.max(from, top), Math.min(to, bottom)];
  }
  return [from, to];
}

/**
 * Brings a figure into view, unless its drawing is there: its first, or what it has marked as its
 * look, where a tall figure is looked at first. One that is still to come is waited for, so many frames.
 * @param {Element} box the figure
 * @param {number} [frames]
 */
export function bringIntoView(box, frames = 200) {
  const drawings = [...box.querySelectorAll(".live-look, svg[role=img], canvas")];
  let drawing = drawings.find((node) => node.getBoundingClientRect().height);
  if (!drawing && frames && box.querySelector("[aria-busy=true]")) {
    requestAnimationFrame(() => bringIntoView(box, frames - 1));
    return;
  }
  drawing ??= box;
  const [from, to] = sightOf(box, parseFloat(getComputedStyle(box).scrollMarginTop) || 0);
  const [all, drawn] = [box.getBoundingClientRect(), drawing.getBoundingClientRect()];
  const seen = Math.min(drawn.bottom, to) - Math.max(drawn.top, from);
  if (seen >= Math.min(drawn.height, to - from) - 1) return;
  const behavior = still() ? "instant" : "smooth";
  if (all.height <= to - from) box.scrollIntoView({ block: "nearest", behavior });
  else if (drawn.bottom - all.top <= to - from) box.scrollIntoView({ block: "start", behavior });
  else drawing.scrollIntoView({ block: "start", behavior });
}

function reading(value, { step, options } = {}) {
  if (typeof value === "boolean") return value ? ": on" : ": off";
  if (typeof value === "number") return ` ${fixed(value, step < 1 ? 2 : 0)}`;
  if (typeof value === "object") return " set";
  const words = options?.find(([option]) => option === value)?.[1];
  return words ? ` ${words}` : ` “${value}”`;
}

/**
 * @param {string} title of the figure
 * @param {object[]} controls as its twin has them
 * @param {string} query that has set it
 * @returns {string} "Gate Lab: forget gate f 0.00, step t 5"
 */
export function inWords(title, controls, query) {
  const said = [...new URLSearchParams(query)].map(([name, text]) => {
    const control = controls.find((each) => each.name === name);
    return `${control?.label ?? name}${reading(JSON.parse(text), control)}`;
  });
  return `${title}: ${said.join(", ")}`;
}
