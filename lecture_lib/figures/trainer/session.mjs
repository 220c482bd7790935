// The run that trains, and one that is kept to compare.
import { createEngine } from "./engine.mjs";
import { createRun, MOST_UPDATES } from "./run.mjs";

// A run as it is before the first report: seen untrained, on this thread.
function untrained(settings, id) {
  const { probe, momentEvery } = createRun(settings);
  return {
    id,
    settings,
    moments: [probe(0)],
    momentEvery,
    began: false,
    updates: 0,
    losses: new Float64Array(MOST_UPDATES),
    scores: [],
    seconds: 0,
    ended: "",
    solved: null,
  };
}

function takeReport(run, report) {
  run.losses.set(report.losses, run.updates);
  Object.assign(run, {
    updates: run.updates + report.losses.length,
    seconds: report.seconds,
    ended: report.ended,
    momentEvery: report.momentEvery,
  });
  run.scores.push(...report.scores);
  run.moments.push(...report.moments.filter(({ update }) => update > 0));
  run.moments = run.moments.filter(({ update }) => update % run.momentEvery === 0);
  if (run.ended === "solved")
    run.solved = { update: run.updates, seconds: run.seconds, right: run.scores.at(-1).right };
}

/**
 * @param {object} options
 * @param {(run: object) => void} options.onBegin is called with a run that is new
 * @param {() => void} options.onReport is called when a report has come in
 * @param {AbortSignal} [options.signal]
 * @returns { run, kept, playing, place, follow(settings), start(until), pause(), restart(), toggleKept(),
 *   letGo() }
 */
export function createSession({ onBegin, onReport, signal }) {
  const engine = createEngine(hear, signal);
  const session = { run: null, kept: null, playing: false, place: engine.place };
  let count = 0;

  function begin(settings) {
    if (session.playing) pause();
    count += 1;
    session.run = untrained(settings, count);
    onBegin(session.run);
  }
  // New settings are a new run; what has not changed goes on.
  function follow(settings) {
    const { run } = session;
    if (!run || JSON.stringify(settings) !== JSON.stringify(run.settings)) begin(settings);
  }
  function start(until) {
    const { run } = session;
    session.playing = until === MOST_UPDATES;
    engine.command({ ...(run.began ? {} : { settings: run.settings, id: run.id }), until });
    run.began = true;
  }
  function pause() {
    session.playing = false;
    engine.command({ until: 0 });
  }
  function restart() {
    begin(session.run.settings);
  }
  function toggleKept() {
    if (session.kept) session.kept = null;
    else {
      session.kept = session.run;
      begin(session.run.settings);
    }
  }
  // All is as it was when the figure was opened, but for the settings.
  function letGo() {
    session.kept = null;
    restart();
  }
  function hear(report) {
    if (report.id !== session.run.id) return;
    takeReport(session.run, report);
    if (session.run.ended) session.playing = false;
    onReport();
  }
  return Object.assign(session, { follow, start, pause, restart, toggleKept, letGo });
}

/**
 * The moment of a run nearest to an update.
 * @param {{ update: number }[]} moments
 * @param {number} update
 * @returns {{ update: number }}
 */
export function nearest(moments, update) {
  return moments.reduce((best, moment) =>
    Math.abs(moment.update - update) < Math.abs(best.update - update) ? moment : best,
  );
}
