// All that there is to measure of a network's run: the mirror of `examine` in
// lecture_lib/examination/examining.py.
import { ROWS, sidesOf } from "./checks.mjs";
import { inWords, ofLayer, ofReport } from "./findings.mjs";
import { healthSteps } from "./health.mjs";
import { probesOf, reachSteps } from "./reach.mjs";
import { comparedRuns, roundingSteps, warmUpSteps } from "./streams.mjs";
import { timeConstants } from "./timescales.mjs";

const ARROWS = { there: "→", back: "←" };

// Numbers multiplied by a run of a direction, and by its reach.
function workOf({ layer, T }) {
  const { kind, hiddenSize: H, inputSize: D } = layer;
  const { P } = probesOf(H);
  const ofReach = kind === "LSTM" ? 4 * P + 3 : ROWS[kind] * (P + 1);
  return { run: T * ROWS[kind] * H * (H + D), reach: (T * ofReach * H * (H + D)) / 2 };
}

/**
 * Time constants and health of every direction at once, then what a lost state and 8 bits do, and how far
 * each reaches back.
 * @param {object} network
 * @param {{ free: object, held: object | null }} runs
 * @param {object} [options]
 * @param {string[]} [options.names] of the steps of x
 * @param {number} [options.start] from which units and steps are counted in words
 * @param {{ layer: string, direction: "there" | "back" }} [options.look] whose reach comes first
 * @yields {{ done: number, doing: string } | { reports: object[] }} a share, and what is at work; the
 *   reports each time there is more in them
 * @returns {Generator} { reports, findings }: a report for each layer and direction, { name, kind,
 *   direction, inputSize, hiddenSize, reads, timeConstants, health, reach, warmUp: { steps, left, apart },
 *   rounding, held }, null where there is no such thing or not yet; and the findings in sentences
 */
export function* examineSteps(network, { free, held }, { names, start = 0, look } = {}) {
  const run = held ?? free;
  const entries = run.layers.flatMap((entry) => sidesOf(entry.layer).map((side) => [entry, side]));
  const apart = held ? comparedRuns(held, free) : new Map();
  const reports = entries.map(([entry, side]) => ({
    name: entry.name,
    kind: entry.layer.kind,
    direction: side,
    inputSize: entry.layer.inputSize,
    hiddenSize: entry.layer.hiddenSize,
    reads: entry.reads,
    timeConstants: null,
    health: null,
    reach: null,
    warmUp: null,
    rounding: null,
    held: apart.get(entry.name)?.[side] ?? null,
  }));
  for (const [at, [entry, side]] of entries.entries()) {
    reports[at].timeConstants = timeConstants(entry[side].kept, entry.layer.hiddenSize);
    const work = healthSteps(run, entry, side);
    reports[at].health = yield* told(work, () => 0, "what each unit does");
  }
  yield { reports: reports.map(copied) };

  const works = entries.map(([entry]) => workOf(entry));
  const once = works.reduce((sum, work) => sum + work.run, 0);
  const whole = works.reduce((sum, work) => sum + work.reach, 1.5 * once);
  let before = 0;
  const share = (work) => (step) => (before + work * (step?.done ?? 0)) / whole;
  const rounding = yield* told(roundingSteps(network, run), share(once), "weights in 8 bits");
  before += once;
  const warm = yield* told(warmUpSteps(run), share(0), "a lost state");
  before += once / 2;
  for (const report of reports) {
    report.rounding = rounding.get(report.name)[report.direction];
    report.warmUp = warm.get(report.name) ?? null;
  }
  const isLooked = ({ name, direction }) => name === look?.layer && direction === look?.direction;
  const order = [...entries.keys()].sort((a, b) => isLooked(reports[b]) - isLooked(reports[a]));
  for (const at of order) {
    const [entry, side] = entries[at];
    const doing = `how far ${entry.name} ${ARROWS[side]} reaches back`;
    reports[at].reach = yield* told(reachSteps(entry, side), share(works[at].reach), doing);
    before += works[at].reach;
    yield { reports: reports.map(copied) };
  }
  return { reports, findings: findingsOf(run, reports, { names, start }) };
}

const copied = (report) => ({ ...report });

function* told(work, done, doing) {
  let step = work.next();
  while (!step.done) {
    yield { done: done(step.value), doing };
    step = work.next();
  }
  return step.value;
}

// The lowest layer below one, or itself: all came from what it reads.
function rootOf(run, entry) {
  const below = run.layers.find(({ name }) => name === entry.reads);
  return below ? rootOf(run, below) : entry;
}

function findingsOf(run, reports, { names, start }) {
  return run.layers.flatMap((entry) => {
    const named = rootOf(run, entry).reads === "x" ? names : null;
    const step = (t) => (named ? [t, named[t]] : t);
    const mine = reports.filter(({ name }) => name === entry.name);
    const found = mine.flatMap((report) => [...ofReport(entry, report, step)]);
    return [...ofLayer(entry), ...found].map((each) => inWords(each, start));
  });
}
