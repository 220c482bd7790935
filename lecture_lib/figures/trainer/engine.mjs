// Where the Trainer trains: in a Worker, or on the page's own thread where there can be none.
import { createDriver } from "./driver.mjs";
import workerSource from "./worker.mjs" with { type: "text" };

// The copy of the Worker beside this script, where the page is served from the same place: a strict
// content-security policy wants a file. A page opened from disk, a notebook, and a page that has the
// figure from elsewhere may have none, and make it from the text of its source.
const beside = document.currentScript?.src ?? "";
const served =
  beside.startsWith("http") && new URL(beside).origin === location.origin ? beside : null;

/**
 * What takes a driver's commands. The Worker is made at the first.
 * @param {(report: object) => void} report gets what a driver reports
 * @param {AbortSignal} [signal]
 * @returns {object} `command(…)` as a driver's, `place()`, where it trains, in words, "" before the
 *   first
 */
export function createEngine(report, signal) {
  let post = null;
  let place = "";
  let stop = () => {};
  let started = null; // the last run's first command, in case the Worker fails to start

  function onThisThread() {
    const driver = createDriver(8, report);
    [post, stop, place] = [driver.command, driver.stop, "on the page’s own thread"];
  }
  function inWorker() {
    try {
      const url = served
        ? new URL("trainer.worker.js", served)
        : URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
      const worker = new Worker(url);
      worker.onmessage = ({ data }) => {
        started = null;
        report(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        onThisThread();
        if (started) post(started);
      };
      [post, place] = [(command) => worker.postMessage(command), "in a Worker"];
      stop = () => {
        worker.terminate();
        URL.revokeObjectURL(url);
      };
    } catch {
      onThisThread();
    }
  }
  function command(given) {
    if (!post) inWorker();
    if (given.settings) started = given;
    post(given);
  }
  signal?.addEventListener("abort", () => stop());
  return { command, place: () => place };
}
