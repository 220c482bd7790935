// Where a network is examined: in a Worker, or on the page's own thread where there can be none. The
// engine reaches the page when it is first asked, and once.
import { createWorkerFile } from "../worker_file.mjs";
import workerText from "./worker.mjs" with { type: "later" };

const file = createWorkerFile("examination", workerText);

/**
 * What answers the messages of driver.mjs. The Worker is made at the first.
 * @param {object} options
 * @param {(answer: object) => void} options.report gets each answer
 * @param {AbortSignal} [options.signal]
 * @returns {object} `send(message)`, which gives the message's id, a number, that its answers have too;
 *   `stop()`, which drops all that is still computed; `place()`, where it runs, in words, "" before the
 *   first message
 */
export function createExaminer({ report, signal }) {
  let [post, end, place] = [null, () => {}, ""];
  // The last network and the last input, for an engine that has to begin anew; and as they were before
  // the file that is being opened.
  let [sent, before, opening] = [[], [], null];
  let [early, alive] = [[], false]; // what was sent before the first answer
  let count = 0;

  function take(answer) {
    [alive, early] = [true, []];
    if (answer.id === opening) {
      if (answer.refused) sent = before;
      opening = null;
    }
    report(answer);
  }
  function inWorker() {
    const waiting = [];
    let [worker, ended] = [null, false];
    [post, place] = [(message) => waiting.push(message), "in a Worker"];
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
        report({
          id: count,
          refused: `The computation broke off: ${event.message || "no reason was given"}.`,
        });
        post = null;
      };
      post = (message) => worker.postMessage(message);
      waiting.forEach(post);
    }
    file
      .address()
      .then(begin)
      .catch(() => {
        if (ended) return;
        early = waiting;
        here();
      });
  }
  function here() {
    let [driver, ended] = [null, false];
    [post, place] = [() => {}, "on the page’s own thread"];
    end = () => {
      ended = true;
      driver?.stop();
    };
    const refused = "This browser lets a page compute neither in a Worker nor by itself.";
    file.driver().then(
      (createDriver) => {
        if (ended) return;
        driver = createDriver(8, take);
        post = driver.command;
        early.forEach(post);
      },
      () => {
        post = ({ id }) => take({ id, refused });
        early.forEach(post);
      },
    );
  }
  function send(message) {
    const numbered = { ...message, id: (count += 1) };
    const isNetwork = message.open || message.network;
    if (!post) {
      inWorker();
      if (!isNetwork) sent.slice(0, message.input ? 1 : 2).forEach((each) => post(each));
    }
    if (message.open) [before, opening] = [sent, count];
    if (isNetwork) sent = [numbered];
    else if (message.input) sent = [...sent.slice(0, 1), numbered];
    if (!alive) early.push(numbered);
    post(numbered);
    return count;
  }
  // A file that is being read leaves no room for a message: its Worker is ended.
  function stop() {
    if (opening && place === "in a Worker") {
      end();
      [post, opening, sent] = [null, null, before];
      report({ id: count, stopped: true });
    } else if (post) send({ stop: true });
  }
  signal?.addEventListener("abort", () => end());
  return { send, stop, place: () => place };
}
