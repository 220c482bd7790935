// Work in slices, of which the most urgent goes first.
import { sentenceOf } from "./limits.mjs";

const REPORT_EVERY = 50; // ms

/**
 * @param {object} options
 * @param {number} options.slice in ms
 * @param {string[]} options.order of the kinds of work, the most urgent first
 * @param {(kind: string) => boolean} options.ready whether work of a kind can go on
 * @param {(answer: object, transfer: ArrayBuffer[]) => void} options.report
 * @returns {object} `begin(kind, id, work)`, in place of what is still at work of that kind; `drop()`;
 *   `has(kind)`; `stop()`. What a generator yields as { answer, transfer } is reported, with the id, and
 *   { done, doing } some 20 times a second, as progress; an error as { refused }. After { rest } it waits
 *   for `wakeUp()`
 */
export function createJobs({ slice, order, ready, report }) {
  const channel = new MessageChannel();
  const jobs = new Map();
  let waiting = false;

  function begin(kind, id, work) {
    jobs.set(kind, { kind, id, work, rests: false, done: 0, began: performance.now(), told: 0 });
    wake();
  }
  function wake() {
    if (waiting) return;
    waiting = true;
    channel.port2.postMessage(null);
  }
  function next() {
    const kind = order.find((each) => jobs.has(each) && !jobs.get(each).rests && ready(each));
    return jobs.get(kind);
  }
  function turn(job) {
    try {
      const { done, value } = job.work.next();
      if (done) jobs.delete(job.kind);
      if (value?.answer) report({ id: job.id, ...value.answer }, value.transfer ?? []);
      else if (value?.doing) tell(job, value);
      else if (value?.rest) job.rests = true;
    } catch (error) {
      jobs.delete(job.kind);
      report({ id: job.id, refused: sentenceOf(error) }, []);
      if (!jobs.size || next() || [...jobs.values()].some(({ rests }) => rests)) return;
      // What waited for it has nothing to wait for any more.
      for (const { id } of jobs.values()) report({ id, refused: sentenceOf(error) }, []);
      jobs.clear();
    }
  }
  function tell(job, { done, doing }) {
    const now = performance.now();
    if (done < job.done) job.began = now; // another count begins
    job.done = done;
    if (now < job.told + REPORT_EVERY) return;
    job.told = now;
    const left = done > 0.02 ? ((now - job.began) * (1 / done - 1)) / 1000 : null;
    report({ id: job.id, progress: { done, doing, left } }, []);
  }
  channel.port1.onmessage = () => {
    waiting = false;
    const end = performance.now() + slice;
    let job = next();
    while (job && performance.now() < end) {
      turn(job);
      job = next();
    }
    if (job) wake();
  };
  function wakeUp() {
    for (const job of jobs.values()) job.rests = false;
    wake();
  }
  return {
    begin,
    wakeUp,
    has: (kind) => jobs.has(kind),
    drop: () => jobs.clear(),
    stop: () => channel.port1.close(),
  };
}
