// Long sums in slices of a few milliseconds, so that the page stays alive while they run.

const SLICE = 8;

/**
 * @param {AbortSignal} [signal]
 * @returns {{ start: (work: Generator, finished: () => void) => void }} `start` runs `work` to its end,
 *   then calls `finished`. What is started while another is under way waits for its end, and only the
 *   last of those that wait is run.
 */
export function createSlices(signal) {
  const channel = new MessageChannel();
  let now = null;
  let next = null;

  function run() {
    const end = performance.now() + SLICE;
    while (now && performance.now() < end) {
      if (!now.work.next().done) continue;
      const { finished } = now;
      [now, next] = [next, null];
      finished();
    }
    if (now) channel.port2.postMessage(null);
  }
  function start(work, finished) {
    if (now) next = { work, finished };
    else {
      now = { work, finished };
      run();
    }
  }
  function stop() {
    now = next = null;
    channel.port1.close();
  }
  channel.port1.onmessage = run;
  signal?.addEventListener("abort", stop);
  return { start };
}
