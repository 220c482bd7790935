// What is still computed, how far it is, and a way to stop it.
import { html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";

/**
 * @param {() => void} stop
 * @returns {object} `draw(session)`
 */
export function createWork(stop) {
  const bar = html("progress", { max: 1, "aria-label": "Progress of the computation" });
  const words = html("span");
  const halt = button("Stop", stop);
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" });
  const root = html("div", { class: "live-work" }, bar, words, halt, stamp);
  function draw({ waits, progress, findings, trouble, refused, traces, place }) {
    const busy = waits.size > 0;
    root.classList.toggle("live-idle", !busy);
    bar.value = busy ? (progress?.done ?? 0) : 1;
    const left = progress?.left > 1 ? `, about ${Math.ceil(progress.left)} s to go` : "";
    const stopped = findings || trouble || refused ? "" : "Stopped. ";
    write(words, busy ? `${progress?.doing ?? "being read"}${left}` : "");
    const rest = traces && stopped ? "The rest was not computed; any change begins it anew." : "";
    const where = `computed here, ${place() || "in your browser"}; nothing is sent`;
    write(stamp, stopped ? `${stopped}${rest}` : where);
    halt.disabled = !busy;
  }
  return { root, draw };
}
