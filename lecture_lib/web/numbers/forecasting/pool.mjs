// Networks trained side by side: in helpers, which are Workers, or in slices on the thread itself where
// there can be none. What comes out is the same.
import { constants } from "./words.mjs";

const MOST = 4; // helpers
const { every } = constants.recurrent;

/**
 * How many helpers share so many jobs: a processor is left to the page, but of two none, for the page does
 * little.
 * @param {number} jobs
 * @param {number} [cores]
 * @returns {number}
 */
export function poolSize(jobs, cores = navigator.hardwareConcurrency || 2) {
  return Math.min(MOST, jobs, Math.max(cores - 1, Math.min(cores, 2)));
}

/**
 * Runs jobs, each { kind, seed }, and keeps on each what is known of it: `update` and `updates`, `seconds`
 * that it has taken, `seat` while it is at work, and `run`, `why` or `refused` at its end.
 * @param {object} options
 * @param {object[]} options.jobs
 * @param {object} options.given `problem`, as plain data, and `training`
 * @param {(() => Worker) | undefined} options.spawn makes a helper
 * @param {(job: object) => Promise<object>} options.here trains on this thread; answers as a helper does
 * @param {(job: object) => void} options.changed is called when there is news of a job
 * @param {number} [options.size] how many helpers
 * @returns {{ drop: () => void, seats: () => number }} `drop` ends all that is at work
 */
export function createPool({ jobs, given, spawn, here, changed, size = poolSize(jobs.length) }) {
  const waiting = [...jobs];
  const seats = new Set();
  let dropped = false;

  function take(job, answer) {
    if (dropped) return;
    job.seconds = (performance.now() - job.began) / 1000;
    Object.assign(job, answer);
    if (answer.run || answer.why || answer.refused) job.seat = null;
    changed(job);
  }
  function next(seat) {
    const job = waiting.shift();
    if (!job || dropped) return leave(seat);
    Object.assign(job, { seat, update: 0, began: performance.now() });
    seat.job = job;
    seat.begin(job);
  }
  function leave(seat) {
    seats.delete(seat);
    seat.end();
  }
  // A helper that cannot work gives its job back.
  function lose(seat) {
    if (!seats.has(seat)) return;
    leave(seat);
    if (seat.job?.seat === seat) waiting.unshift(seat.job);
    if (!seats.size) sit(seatHere());
  }
  function sit(seat) {
    seats.add(seat);
    next(seat);
  }
  function seatOf(worker) {
    const seat = { end: () => worker.terminate() };
    seat.begin = ({ kind, seed }) => worker.postMessage({ train: { ...given, kind, seed } });
    worker.onmessage = ({ data }) => {
      take(seat.job, data);
      if (!seat.job.seat) next(seat);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lose(seat);
    };
    return seat;
  }
  function seatHere() {
    const seat = { end: () => {} };
    seat.begin = async (job) => {
      take(job, await here(job));
      next(seat);
    };
    return seat;
  }
  function begin() {
    const workers = [];
    try {
      for (let k = 0; spawn && k < size; k += 1) workers.push(spawn());
    } catch {
      // As many as there are will do.
    }
    if (workers.length) workers.forEach((worker) => sit(seatOf(worker)));
    else sit(seatHere());
  }
  function drop() {
    dropped = true;
    seats.forEach(leave);
  }
  begin();
  return { drop, seats: () => seats.size };
}

/**
 * The seconds that are left, by what the jobs have taken so far; null while nothing is known.
 * @param {object[]} jobs as `createPool` keeps them
 * @param {number} updates the most of each
 * @param {number} seats
 * @returns {number | null}
 */
export function secondsLeft(jobs, updates, seats) {
  const known = jobs.filter(({ update }) => update > 0);
  if (!known.length) return null;
  const sum = (of, name) => of.reduce((all, job) => all + job[name], 0);
  const ended = known.filter(({ run }) => run);
  const usual = ended.length ? sum(ended, "update") / ended.length : updates / 2;
  const still = jobs.filter(({ run, why }) => !run && !why);
  const left = still.map(({ kind, update = 0 }) => {
    const same = known.filter((job) => job.kind === kind);
    const like = same.length ? same : known;
    return (Math.max(usual - update, every) * sum(like, "seconds")) / sum(like, "update");
  });
  return left.reduce((all, seconds) => all + seconds, 0) / Math.max(seats, 1);
}
