// Training in slices: the same in a Worker and, where there is none, on the page's own thread.
import { createRun } from "./run.mjs";

const REPORT_EVERY = 50; // ms

/**
 * Runs in slices, and reports about 20 times a second what is new.
 * @param {number} slice in ms
 * @param {(report: object) => void} report gets { id, updates, ended, seconds, resting, losses, scores,
 *   moments, momentEvery }: losses, scores and moments since the report before
 * @returns {object} `command({ settings, id, until })`: with `settings` a new run begins, named by
 *   `id`; `until` says up to which update it may go. `stop()` ends all
 */
export function createDriver(slice, report) {
  const channel = new MessageChannel();
  let run = null;
  let reported = null; // how much of the run the reports have told, and when
  let id, until, seconds;
  let waiting = false;

  function command({ settings, id: newId, until: newUntil }) {
    if (settings) {
      [run, id, seconds] = [createRun(settings), newId, 0];
      reported = { losses: 0, scores: 0, update: -1, time: 0 };
    }
    until = newUntil;
    if (run.ended === "solved") run.ended = "";
    if (isGoing()) wake();
  }
  function wake() {
    if (waiting) return;
    waiting = true;
    channel.port2.postMessage(null);
  }
  const isGoing = () => !run.ended && run.updates < until;

  channel.port1.onmessage = () => {
    waiting = false;
    const began = performance.now();
    while (isGoing() && performance.now() < began + slice) run.work.next();
    seconds += (performance.now() - began) / 1000;
    if (!isGoing() || performance.now() > reported.time + REPORT_EVERY) reportNews();
    if (isGoing()) wake();
  };

  function reportNews() {
    const moments = run.moments.filter(({ update }) => update > reported.update);
    report({
      id,
      updates: run.updates,
      ended: run.ended,
      seconds,
      moments,
      momentEvery: run.momentEvery,
      resting: !isGoing(),
      losses: Float64Array.from(run.losses.slice(reported.losses)),
      scores: run.scores.slice(reported.scores),
    });
    reported = {
      losses: run.losses.length,
      scores: run.scores.length,
      update: moments.at(-1)?.update ?? reported.update,
      time: performance.now(),
    };
  }

  return { command, stop: () => channel.port1.close() };
}
