// Turning from one view of a figure to another, in parts: see turns.mjs.

/**
 * Turns from one of several views to another, in parts; at first only hides the others.
 * @param {{ root: Element, late?: Iterable<Element> }[]} views `late`: what of it comes a turn later,
 *   and is not hidden otherwise
 * @param {number} index of the one to be shown
 */
export function* turnTo(views, index) {
  const { root, late = [] } = views[index];
  const isTurn = root.hidden;
  if (isTurn) yield; // what was pressed shows it first
  const { style } = root.parentElement;
  // What is below does not jump up and down.
  style.minHeight = isTurn ? `${root.parentElement.offsetHeight}px` : "";
  for (const node of late) node.toggleAttribute("hidden", isTurn);
  views.forEach((view, k) => {
    view.root.hidden = k !== index;
  });
  if (!isTurn) return;
  yield;
  for (const node of late) node.removeAttribute("hidden");
  style.minHeight = "";
  yield;
}
