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
 * @param {() => Iterator<void> | void} draw yields between its parts, if it has any
 * @returns {() => void}
 */
export function createTurns(el, draw) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let [parts, again, slow] = [null, false, false];

  function begin() {
    if (parts) again = true;
    else {
      parts = draw();
      if (!parts?.next) parts = null;
      else if (slow && !still.matches) turn();
      else {
        allAtOnce(parts);
        parts = null;
        if (!slow) watch();
      }
    }
  }

  function turn() {
    if (!parts.next().done) {
      el.setAttribute("aria-busy", "true");
      requestAnimationFrame(turn);
      return;
    }
    parts = null;
    el.setAttribute("aria-busy", "false");
    if (again) {
      again = false;
      begin();
    }
  }

  function watch() {
    const start = performance.now();
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const took = performance.now() - start;
        slow ||= took > SLOW && took < HIDDEN;
      }),
    );
  }

  return begin;
}
