// One comparison under way: what learns nothing and the lines at once, the networks by a pool.
import { checked, described, sentenceOf, told } from "./answers.mjs";
import { LeftOut, mustTrain, networkRow, PLAIN, plainRow, pose } from "./comparing.mjs";
import { createComparison } from "./comparison.mjs";
import { createPool, secondsLeft } from "./pool.mjs";
import { createProblem, plain } from "./problem.mjs";
import { trainNetwork } from "./recurrent.mjs";
import { worded } from "./words.mjs";

const REPORT_EVERY = 100; // ms
const hasEnded = ({ run, why }) => Boolean(run || why);

/**
 * A network as an answer.
 * @param {object} asked problem, as plain data, kind, seed and training
 * @param {(step: { update: number, updates: number }) => void} tell hears some 10 times a second how far it is
 * @yields {undefined}
 * @returns {Generator<undefined, object>} { run, update }, or { why } it is left out, or { refused }
 */
export function* trainAsked({ problem, kind, seed, training }, tell) {
  try {
    const work = trainNetwork(createProblem(problem), kind, seed, training);
    let [step, next] = [work.next(), 0];
    while (!step.done) {
      yield;
      if (step.value && performance.now() > next) {
        tell(step.value);
        next = performance.now() + REPORT_EVERY;
      }
      step = work.next();
    }
    return { run: step.value, update: step.value.updates };
  } catch (error) {
    return error instanceof LeftOut ? { why: error.message } : { refused: sentenceOf(error) };
  }
}

// The rows so far, and what is told of them.
function createRows(say) {
  const [rows, leftOut] = [[], {}];
  let problem = null;
  const soFar = (ended) => told(createComparison(problem, rows, leftOut), ended);
  function pose(given, found) {
    problem = given;
    say({ problem: described(problem, found) });
  }
  function add(row) {
    rows.push(row);
    say({ row, comparison: soFar(false) });
  }
  function leave(name, why) {
    leftOut[name] = why;
    say({ leftOut: { name, why } });
  }
  // What `work` gives, or null where that is left out.
  function attempt(name, work) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LeftOut)) throw error;
      leave(name, error.message);
      return null;
    }
  }
  const ended = () => problem && soFar(true);
  return { pose, add, leave, attempt, ended };
}

// The networks: their jobs in a pool, a row for each kind once all of its seeds are there.
function createNetworks(
  { kinds, problem, seeds, training },
  rows,
  { say, run, finish, refuse, ...pooled },
) {
  const jobs = kinds.flatMap((kind) => seeds.map((seed) => ({ kind, seed })));
  const waited = new Set(kinds);
  let lastTold = 0;

  const of = (kind) => jobs.filter((job) => job.kind === kind);
  const add = (kind, ready) =>
    rows.add(
      networkRow(
        problem,
        kind,
        ready.map((job) => job.run),
      ),
    );
  function hear(job) {
    if (job.refused) return refuse(job.refused);
    if (waited.has(job.kind) && of(job.kind).every(hasEnded)) gather(job.kind);
    if (waited.size) tell();
    else finish();
  }
  // As Python does: a seed that failed leaves the kind out, and where the time ends the seeds that are
  // ready count.
  function gather(kind) {
    waited.delete(kind);
    const failed = of(kind).find(({ why }) => why);
    if (failed) return rows.leave(kind, failed.why);
    const ready = of(kind).filter((job) => job.run);
    const missing = of(kind).filter((job) => !job.run);
    if (ready.length) add(kind, ready);
    if (!missing.length) return;
    const seedsOf = `, seeds [${missing.map(({ seed }) => seed).join(", ")}]`;
    rows.leave(ready.length ? kind + seedsOf : kind, worded("page_stopped"));
  }
  function tell() {
    if (performance.now() < lastTold + REPORT_EVERY) return;
    lastTold = performance.now();
    const { updates } = training;
    const running = jobs
      .filter(({ seat }) => seat)
      .map(({ kind, seed, update }) => ({ method: kind, seed, update, updates }));
    const left = secondsLeft(jobs, updates, pool.seats());
    const done = jobs.filter(hasEnded).length;
    say({ progress: { done, all: jobs.length, secondsLeft: left, running } });
  }
  const given = { problem: plain(problem), training };
  function here(job) {
    const told = (step) => {
      Object.assign(job, step, { seconds: (performance.now() - job.began) / 1000 });
      tell();
    };
    return run(trainAsked({ ...given, kind: job.kind, seed: job.seed }, told));
  }
  const halt = () => waited.forEach(gather);
  const pool = createPool({ jobs, given, here, changed: hear, ...pooled });
  return { drop: pool.drop, halt };
}

/**
 * @param {object} compare a message's, see driver.mjs
 * @param {object} options
 * @param {(answer: object) => void} options.say
 * @param {(work: Generator) => Promise<any>} options.run in slices
 * @param {() => Worker} [options.spawn]
 * @param {number} [options.size] how many helpers
 * @returns {{ drop: () => void, halt: () => object | null }} `drop` ends it; `halt`, after that, gives the
 *   comparison of what there is, for which the seeds that are ready make a row
 */
export function createCourse(compare, { say, run, ...pooled }) {
  const rows = createRows(say);
  let [left, networks, over] = [[], null, false]; // left are methods that are still to be run

  function* plainRows() {
    const { asked, ...rest } = checked(compare);
    const { problem, found } = pose(asked);
    rows.pose(problem, found);
    left = [...rest.methods];
    while (PLAIN.includes(left[0])) {
      yield;
      const row = rows.attempt(left[0], () => plainRow(problem, left[0]));
      left.shift();
      if (row) rows.add(row);
    }
    const kinds = left.filter((kind) => rows.attempt(kind, () => mustTrain(problem)) !== null);
    return { problem, kinds, ...rest };
  }
  function* guarded() {
    try {
      return yield* plainRows();
    } catch (error) {
      refuse(sentenceOf(error));
      return null;
    }
  }
  function train(state) {
    if (!state || over) return;
    left = [];
    if (!state.kinds.length) finish();
    else networks = createNetworks(state, rows, { say, run, finish, refuse, ...pooled });
  }
  function refuse(sentence) {
    drop();
    say({ refused: sentence });
  }
  function finish() {
    drop();
    say({ done: true, comparison: rows.ended() });
  }
  function drop() {
    over = true;
    networks?.drop();
  }
  function halt() {
    left.forEach((name) => rows.leave(name, worded("page_stopped")));
    networks?.halt();
    return rows.ended();
  }
  run(guarded()).then(train);
  return { drop, halt };
}
