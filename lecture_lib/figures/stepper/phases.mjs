// The four phases of a step: a button lights one up, and a step that is taken walks through them.
import { html, still } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";

const SHORTEST_WALK = 400; // ms

/**
 * @param {object} options `chosen()` is the phase that the reader has chosen, 0 for none,
 *   `choose(phase)` is asked for another, `redraw()` shows what is lit
 * @returns {object} `root`; `draw()`; `lit()`, the phase to show; `walk(ms)` and `halt()`
 */
export function createPhases({ chosen, choose, redraw, signal }) {
  let timers = [];
  let walked = 0;
  const buttons = ["whole step", "1", "2", "3", "4"].map((name, phase) =>
    button(
      name,
      () => {
        halt();
        choose(phase);
      },
      phase ? { "aria-label": `Phase ${phase} of the step` } : {},
    ),
  );
  const root = html(
    "div",
    { class: "live-phases live-tabs", role: "group", "aria-label": "Light up a phase of the step" },
    ...buttons,
  );

  function walk(ms) {
    halt();
    if (chosen() || still() || ms < SHORTEST_WALK) return;
    timers = [1, 2, 3, 4, 0].map((phase, k) =>
      setTimeout(
        () => {
          walked = phase;
          redraw();
        },
        (k * ms) / 4,
      ),
    );
  }
  function halt() {
    timers.forEach(clearTimeout);
    timers = [];
    walked = 0;
  }
  signal?.addEventListener("abort", halt);

  const draw = () => buttons.forEach((b, k) => b.setAttribute("aria-pressed", k === chosen()));
  return { root, draw, walk, halt, lit: () => chosen() || walked };
}
