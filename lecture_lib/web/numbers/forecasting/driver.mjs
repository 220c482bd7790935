// The comparison's engine: the same in a Worker and, where there is none, on the page's own thread.
import { createCourse, trainAsked } from "./course.mjs";

// Generators in slices, one after another.
function createTurns(slice) {
  const channel = new MessageChannel();
  let queue = [];
  channel.port1.onmessage = () => {
    const end = performance.now() + slice;
    while (queue.length && performance.now() < end) {
      const [turn] = queue;
      const { done, value } = turn.work.next();
      if (!done) continue;
      // Who hears it may have asked for something else within that step.
      queue = queue.filter((one) => one !== turn);
      turn.finished(value);
    }
    if (queue.length) channel.port2.postMessage(null);
  };
  function run(work) {
    return new Promise((finished) => {
      queue.push({ work, finished });
      if (queue.length === 1) channel.port2.postMessage(null);
    });
  }
  function drop() {
    queue = [];
  }
  return { run, drop, stop: () => channel.port1.close() };
}

/**
 * Answers what it is asked, in slices.
 * @param {number} slice in ms
 * @param {(answer: object, transfer?: ArrayBuffer[]) => void} report
 * @param {() => Worker} [spawn] makes a helper, which trains networks beside others
 * @param {number} [size] how many helpers, if not as many as the processor has room for
 * @returns {object} `command(message)` and `stop()`, which ends all. Each answer has the `id` of the message
 *   that it answers. A message is one of
 *   { compare: { values, horizon, season, differenced, knownAhead, knownLate, unit, methods, seeds,
 *     training: { hiddenSize, updates, patience } } }, season and differenced as `pose` takes them:
 *                         by { problem }; then, as they come, { row, comparison }, { leftOut: { name, why } }
 *                         and { progress: { done, all, secondsLeft, running } }, of the networks; at the end
 *                         { done, comparison }. A comparison is { table, alarms, leftOut, verdict, whole },
 *                         the last two null before the end
 *   { stop: true }        by { stopped, comparison } of what there is, null if there is nothing; seeds that
 *                         are ready make a row
 *   { train: { problem, kind, seed, training } }   what a driver asks of its helper: by { update, updates }
 *                         on the way, and { run }, { why } or { refused }
 *   It is answered by { refused } instead, a sentence, where it cannot be done. A message drops what the one
 *   before still computes
 */
export function createDriver(slice, report, spawn, size) {
  const turns = createTurns(slice);
  let course = null;

  function command({ id, compare, train }) {
    if (train) return trainFor(id, train);
    const before = course;
    turns.drop();
    before?.drop();
    course = null;
    if (!compare) return report({ id, stopped: true, comparison: before?.halt() ?? null });
    const say = (answer) => report({ id, ...answer });
    course = createCourse(compare, { say, run: turns.run, spawn, size });
  }
  async function trainFor(id, asked) {
    const answer = await turns.run(trainAsked(asked, (step) => report({ id, ...step })));
    const { said, validated } = answer.run ?? {};
    report({ id, ...answer }, said ? [said.buffer, validated.buffer] : []);
  }
  return { command, stop: turns.stop };
}
