// Places in a node, and its scale: on the stage a figure is shown larger or smaller than it is laid out.

/**
 * How many pixels of the window one of the node's own takes.
 * @param {Element} node
 * @returns {number}
 */
export const zoomOf = (node) => node.currentCSSZoom ?? 1;

/**
 * Where a pointer is in a node, in the node's own pixels.
 * @param {Element} node
 * @param {PointerEvent} event
 * @returns {[number, number]} from its left and from its top
 */
export function placeIn(node, { clientX, clientY }) {
  const { left, top } = node.getBoundingClientRect();
  const zoom = zoomOf(node);
  return [(clientX - left) / zoom, (clientY - top) / zoom];
}
