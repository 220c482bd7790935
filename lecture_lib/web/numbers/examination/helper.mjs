// A second Worker, which takes a part of the work on another core.

/**
 * @param {() => Worker} spawn
 * @param {() => void} wake is called when the helper has done what it was given, or cannot
 * @returns {object} `begin(task)`, a message for the helper's driver, in place of the one before;
 *   `take()`, the answer to it, once: null while there is none, { refused } where the helper cannot;
 *   `drop()`, which forgets the task
 */
export function createHelper(spawn, wake) {
  let [worker, answer, count] = [null, null, 0];

  function take() {
    const found = answer;
    answer = null;
    return found;
  }
  function fail() {
    answer = { refused: "no helper" };
    worker = null;
    wake();
  }
  function begin(task) {
    count += 1;
    answer = null;
    try {
      worker ??= spawn();
      worker.onmessage = ({ data }) => {
        if (data.id !== count || data.progress) return;
        answer = data;
        wake();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail();
      };
      worker.postMessage({ ...task, id: count });
    } catch {
      fail();
    }
  }
  function drop() {
    count += 1;
    answer = null;
    worker?.postMessage({ stop: true, id: 0 });
  }
  return { begin, take, drop };
}
