// Where a tour's card is, and what it lights. The card lies above the page, beside the figure where
// there is room, else in the corner of the window that covers neither what is lit nor what is asked
// for: so it is in view however long the figure, on the stage, and in a notebook's output.
const GAP = 12; // px
const HEADER = 72; // of the book's pages, with a little
const [NARROWEST, WIDEST] = [256, 372];
const FOCUSABLE = ":is(button, input, select):enabled, [tabindex]";
const SCROLL = { capture: true, passive: true };

function overlap(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}

/**
 * @param {Element} el the figure
 * @param {HTMLElement} card a popover in it
 * @param {(can: boolean) => void} told whether what is asked for is in the figure
 * @returns {object} `light(part, ask)`: two selectors, of what is spoken of and of what is to be used;
 *   `bring()` has both in view once they are drawn; `show()` does so at once, and brings the focus to
 *   what is asked; `close()` ends all
 */
export function createSpot(el, card, told) {
  const observer = new ResizeObserver(place);
  const marks = { lit: "", asked: "" };
  const found = { lit: [], asked: [] };
  let isOpen = false;
  let corner = 0;
  let queued = 0;

  // Again and again: what is lit may only come while the figure draws.
  function look() {
    for (const name in marks) {
      const nodes = marks[name] ? [...el.querySelectorAll(marks[name])] : [];
      found[name] = nodes.map((node) => node.closest(".live-control") ?? node);
      for (const node of found[name])
        if (node.dataset.tour !== name) node.setAttribute("data-tour", name);
    }
    told(found.asked.length > 0);
  }
  function unmark() {
    for (const node of el.querySelectorAll("[data-tour]")) node.removeAttribute("data-tour");
  }
  function light(part, ask) {
    unmark();
    Object.assign(marks, { lit: part, asked: ask });
    if (!isOpen) open();
    place();
    bringSoon();
  }
  function bringSoon() {
    cancelAnimationFrame(queued);
    queued = requestAnimationFrame(() => {
      bring();
      place();
    });
  }
  function open() {
    isOpen = true;
    observer.observe(el);
    observer.observe(card);
    window.addEventListener("scroll", place, SCROLL);
    window.addEventListener("resize", place);
  }
  function close() {
    isOpen = false;
    unmark();
    cancelAnimationFrame(queued);
    observer.disconnect();
    window.removeEventListener("scroll", place, SCROLL);
    window.removeEventListener("resize", place);
  }

  // Into view, and clear of the card: what is asked first, and what is lit last.
  function bring() {
    const { top, height, isBeside } = place();
    const room = isBeside ? 0 : height + GAP;
    const isBelow = top > innerHeight / 2 - height / 2;
    for (const node of [...found.asked, ...[...found.lit].reverse()]) {
      node.style.scrollMarginTop = `${isBelow ? HEADER : Math.max(HEADER, room + GAP)}px`;
      node.style.scrollMarginBottom = `${isBelow ? room + GAP : GAP}px`;
      node.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
  }
  function show() {
    const [node] = found.asked;
    bring();
    const own = node.matches(FOCUSABLE) ? node : node.querySelector(FOCUSABLE);
    (own ?? node.closest(FOCUSABLE))?.focus({ preventScroll: true });
  }

  function place() {
    if (!isOpen) return {};
    look();
    // A popover that is moved in the document, as onto the stage, is closed by that.
    if (card.showPopover && !card.matches(":popover-open")) card.showPopover();
    const [across, down] = [document.documentElement.clientWidth, innerHeight];
    const view = (el.closest("[data-figure]") ?? el).getBoundingClientRect();
    const isAway = view.bottom < HEADER || view.top > down - GAP || !view.width;
    card.style.visibility = isAway ? "hidden" : "visible";
    const room = across - view.right - 2 * GAP;
    const isBeside = room >= NARROWEST;
    card.style.width = `${Math.min(WIDEST, isBeside ? room : across - 2 * GAP)}px`;
    const { width, height } = card.getBoundingClientRect();
    const low = down - GAP - height;
    const within = (x) => Math.max(GAP, Math.min(across - GAP - width, x));
    const rights = [within(view.right - width - GAP), within(view.left + GAP)];
    const { left, top } = isBeside
      ? { left: view.right + GAP, top: low }
      : freest(rights.flatMap((x) => [low, GAP].map((y) => new DOMRect(x, y, width, height))));
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
    return { top, height, isBeside };
  }
  // The corner that covers least; the one it has is kept as long as it covers nothing.
  function freest(corners) {
    const boxes = [...found.asked, ...found.lit].map((node) => node.getBoundingClientRect());
    const covered = corners.map((one) => boxes.reduce((sum, box) => sum + overlap(one, box), 0));
    if (covered[corner] > 0) corner = covered.indexOf(Math.min(...covered));
    return corners[corner];
  }
  return { light, bring: bringSoon, show, close };
}
