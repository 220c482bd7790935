// Walking by the keyboard.

/**
 * @param {Element} node that has the focus
 * @param {(by: number) => void} walk asked for so many steps: left, right, and ±∞ for Home and End
 * @param {Record<string, number>} more keys
 */
export function walkByKeys(node, walk, more = {}) {
  const keys = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity, ...more };
  node.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key)) return;
    walk(keys[event.key]);
    event.preventDefault();
  });
}
