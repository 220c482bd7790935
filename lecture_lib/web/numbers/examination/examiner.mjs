// Where a network is examined: in a Worker, or on the page's own thread where there can be none. The
// engine reaches the page once, as the Worker's text.
import workerSource from "./worker.mjs" with { type: "text" };

// The copy of the Worker beside this script, where the page is served from the same place: a strict
// content-security policy wants a file. Any other page makes the Worker from its text.
const beside = document.currentScript?.src ?? "";
const served =
  beside.startsWith("http") && new URL(beside).origin === location.origin ? beside : null;
const addressOf = () =>
  served
    ? new URL("examination.worker.js", served)
    : URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));

// The driver, from the Worker's own file, on this thread.
let onThisThread = null;
function driverHere() {
  onThisThread ??= new Promise((resolve, reject) => {
    const take = ({ detail }) => resolve(detail);
    document.addEventListener("live-examination", take, { once: true });
    const handed = import(addressOf());
    handed.catch(reject);
  });
  return onThisThread;
}

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
    try {
      const url = addressOf();
      const worker = new Worker(url);
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
      [post, place] = [(message) => worker.postMessage(message), "in a Worker"];
      end = () => {
        worker.terminate();
        URL.revokeObjectURL(url);
      };
    } catch {
      here();
    }
  }
  function here() {
    let [driver, ended] = [null, false];
    [post, place] = [() => {}, "on the page’s own thread"];
    end = () => {
      ended = true;
      driver?.stop();
    };
    const refused = "This browser lets a page compute neither in a Worker nor by itself.";
    driverHere().then(
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
