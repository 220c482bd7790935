// Where forecasts are compared: in a Worker, or on the page's own thread where there can be none. The
// engine reaches the page when it is first asked, and once.
import { createWorkerFile } from "../worker_file.mjs";
import workerText from "./worker.mjs" with { type: "later" };

const file = createWorkerFile("forecasting", workerText);

/**
 * What answers the messages of driver.mjs. The Worker is made at the first.
 * @param {object} options
 * @param {(answer: object) => void} options.report gets each answer
 * @param {AbortSignal} [options.signal]
 * @returns {object} `send(message)`, which gives the message's id, a number, that its answers have too;
 *   `stop()`, which ends what is still computed; `place()`, where it runs, in words, "" before the first
 *   message
 */
export function createForecaster({ report, signal }) {
  let [post, end, place] = [null, () => {}, ""];
  let [early, alive, count] = [[], false, 0]; // early is what was sent before the first answer

  function take(answer) {
    [alive, early] = [true, []];
    report(answer);
  }
  function inWorker() {
    let [worker, ended] = [null, false];
    [post, place] = [() => {}, "in Workers"];
    end = () => {
      ended = true;
      worker?.terminate();
    };
    function begin(url) {
      if (ended) return;
      worker = new Worker(url);
      worker.onmessage = ({ data }) => take(data);
      worker.onerror = (event) => {
        event.preventDefault();
        end();
        if (!alive) return here();
        const why = event.message || "no reason was given";
        report({ id: count, refused: `The computation broke off: ${why}.` });
        [post, alive] = [null, false];
      };
      post = (message) => worker.postMessage(message);
      early.forEach(post);
    }
    file
      .address()
      .then(begin)
      .catch(() => ended || here());
  }
  function here() {
    let [driver, ended] = [null, false];
    [post, place] = [() => {}, "on the page’s own thread"];
    end = () => {
      ended = true;
      driver?.stop();
    };
    const refused = "This browser lets a page compute neither in a Worker nor by itself.";
    const answers = (command) => {
      if (ended) return;
      post = command;
      [...early].forEach(post);
    };
    file.driver().then(
      (createDriver) => {
        if (!ended) driver = createDriver(8, take);
        answers(driver?.command);
      },
      () => answers(({ id }) => take({ id, refused })),
    );
  }
  function send(message) {
    const numbered = { ...message, id: (count += 1) };
    if (!post) inWorker();
    if (!alive) early.push(numbered);
    post(numbered);
    return count;
  }
  function stop() {
    if (post) send({ stop: true });
  }
  signal?.addEventListener("abort", () => end());
  return { send, stop, place: () => place };
}
