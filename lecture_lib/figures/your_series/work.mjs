// What is computed, how far it is, the time left, and a way to stop it.
import { html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";

const leftIn = (seconds) =>
  seconds > 90
    ? `about ${Math.round(seconds / 60)} min left`
    : `about ${Math.ceil(seconds)} s left`;

/**
 * @param {() => void} stop
 * @returns {object} `draw(session)`
 */
export function createWork(stop) {
  const bar = html("progress", { max: 1, "aria-label": "Progress of the training" });
  const words = html("span");
  const halt = button("Stop", stop);
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" });
  const root = html("div", { class: "live-work" }, bar, words, halt, stamp);
  function draw({ waits, progress, phase, place }) {
    root.classList.toggle("live-idle", !waits);
    halt.disabled = !waits;
    if (!waits) write(words, "");
    else {
      const { done = 0, all = 1, secondsLeft = null, running = [] } = progress ?? {};
      const part = running.reduce((sum, { update, updates }) => sum + update / updates, done) / all;
      bar.value = Math.min(1, part);
      const now = running.map(({ method, seed }) => `${method} seed ${seed}`).join(", ");
      const left = secondsLeft === null ? "" : leftIn(secondsLeft);
      const said =
        waits === "networks" ? [left, now, `${done} of ${all} done`] : ["being compared"];
      write(words, said.filter(Boolean).join(" · "));
    }
    const where = `computed here, ${place() || "in your browser"}; nothing is sent`;
    write(stamp, phase === "stopped" ? `stopped; ${where}` : where);
  }
  return { root, draw };
}
