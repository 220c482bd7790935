// Where the Trainer trains: in a Worker, or on the page's own thread where there can be none.
import { createDriver } from "./trainer_run.mjs";
import workerSource from "./trainer_worker.mjs" with { type: "text" };

// `report` gets what a driver reports. The Worker is made at the first command, from the text of its
// source, so that a page opened from disk has it as well.
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
      const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
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
