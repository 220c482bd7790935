// The page's equations by keyboard. Each that stands by itself and names gates is one stop; the arrow
// keys go from letter to letter, and the one that has the focus lights its gate.
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Makes the letters of `div.equation` reachable; those within a sentence are no stops. */
export function createFormulas() {
  for (const block of document.querySelectorAll("div.equation")) {
    const letters = [...block.querySelectorAll('[class^="live-"]')];
    letters.forEach((letter, k) => letter.setAttribute("tabindex", k ? -1 : 0));
    block.addEventListener("keydown", (event) => walk(event, letters));
  }
}

function walk(event, letters) {
  const by = MOVES[event.key];
  const from = letters.indexOf(event.target);
  if (!by || from < 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const to = letters[(from + by + letters.length) % letters.length];
  letters[from].setAttribute("tabindex", -1);
  to.setAttribute("tabindex", 0);
  to.focus();
}
