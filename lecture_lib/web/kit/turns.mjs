// Drawing a figure in parts, where a machine is too slow for the whole of it in one frame.

// From a change to the second frame after it, in ms: two frames of a screen, and a little.
const SLOW = 50;
const HIDDEN = 1000; // so long only where no frame was wanted

/**
 * Runs a generator to its end.
 * @param {Iterator<void>} parts
 */
export function allAtOnce(parts) {
  while (!parts.next().done);
}

/**
 * `draw`, all at once on a fast machine; on one that was seen to be slow one part a frame, unless the
 * reader has asked for less motion. What changes meanwhile is drawn when the parts are through.
 * @param {Element} el says that it is busy while parts are left
 * @param {() => Iterator<void, boolean | void> | void} draw yields between its parts, if it has any,
 *   and returns whether something is still to come when all are drawn
 * @returns {() => void}
 */
export function createTurns(el, draw) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let [parts, again, slow] = [null, false, false];

  function begin() {
    if (parts) {
      again = true;
      return;
    }
    const start = performance.now();
    const made = draw();
    if (!made?.next) return;
    if (slow && !still.matches) {
      parts = made;
      turn();
    } else {
      allAtOnce(made);
      if (!slow) watch(start);
    }
  }

  function turn() {
    let now = { done: true };
    try {
      now = parts.next();
    } finally {
      // A part that fails is the last; what changes, or has changed meanwhile, is drawn anew.
      if (now.done) parts = null;
      el.setAttribute("aria-busy", String(!now.done || now.value === true));
      if (!now.done) requestAnimationFrame(turn);
      else if (again) {
        again = false;
        begin();
      }
    }
  }

  function watch(start) {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const took = performance.now() - start;
        slow ||= took > SLOW && took < HIDDEN;
      }),
    );
  }

  return begin;
}
