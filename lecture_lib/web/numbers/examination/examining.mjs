// All that there is to measure of a network's run: the mirror of `examine` in
// lecture_lib/examination/examining.py.
import { ROWS, sidesOf } from "./checks.mjs";
import { inWords, ofLayer, ofReport } from "./findings.mjs";
import { healthSteps } from "./health.mjs";
import { probesOf, reachSteps } from "./reach.mjs";
import { comparedRuns, roundingSteps, warmUpSteps } from "./streams.mjs";
import { timeConstants } from "./timescales.mjs";

const WORTH = 2 ** 28; // so many products are worth a Worker of their own

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
 * @param {object} [options.helper] what `createHelper` gives, to share what takes longest
 * @param {{ layer: string, direction: "there" | "back" }} [options.look] whose reach comes first
 * @yields {{ done: number, doing: string } | { reports: object[] }} a share, and what is at work; the
 *   reports each time there is more in them
 * @returns {Generator} { reports, findings }: a report for each layer and direction, { name, kind,
 *   direction, inputSize, hiddenSize, reads, timeConstants, health, reach, warmUp: { steps, left, apart },
 *   rounding, held }, null where there is no such thing or not yet; and the findings in sentences
 */
export function* examineSteps(network, { free, held }, { names, start = 0, look, helper } = {}) {
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
  const isLooked = ({ name, direction }) => name === look?.layer && direction === look?.direction;
  const order = [...entries.keys()].sort((p, q) => isLooked(reports[q]) - isLooked(reports[p]));
  const large = works.reduce((sum, work) => sum + work.reach, 0) > WORTH;
  const reaching = createReach(entries, order, large ? helper : null);
  reaching.lend();
  const share = (work) => (step) => (before + work * (step?.done ?? 0)) / whole;
  const rounding = yield* told(roundingSteps(network, run), share(once), "weights in 8 bits");
  before += once;
  const warm = yield* told(warmUpSteps(run), share(0), "a lost state");
  before += once / 2;
  for (const report of reports) {
    report.rounding = rounding.get(report.name)[report.direction];
    report.warmUp = warm.get(report.name) ?? null;
  }
  for (const step of reaching.steps()) {
    if (step.reach) {
      reports[step.at].reach = step.reach;
      yield { reports: reports.map(copied) };
    } else
      yield step.rest ? step : { ...step, done: (before + step.done * (whole - before)) / whole };
  }
  return { reports, findings: findingsOf(run, reports, { names, start }) };
}

// The reach of each direction, in that order; with a helper, which takes the last of what is left, from
// `lend()` on.
function createReach(entries, order, helper) {
  const tasks = order.flatMap((at) => {
    const parts = helper && entries[at][0].layer.kind === "LSTM" ? ["x", "state"] : ["all"];
    return parts.map((part) => ({ at, part, of: parts.length }));
  });
  const found = new Map();
  const all = tasks.length;
  let [lent, count] = [null, 0];
  // What a task gave, with what another gave of the same direction.
  function take({ at, of }, { x, state, ...reach }) {
    count += 1;
    const other = found.get(at);
    found.set(at, { ...reach, x: x ?? other?.x, state: state ?? other?.state });
    return of === 1 || other ? [{ at, reach: found.get(at) }] : [];
  }
  function lend() {
    if (!helper || lent || tasks.length < 2) return;
    lent = tasks.pop();
    const [entry, side] = entries[lent.at];
    helper.begin({ reach: { entry, side, ...lent } });
  }
  function* steps() {
    while (tasks.length || lent) {
      lend();
      if (tasks.length) {
        const task = tasks.shift();
        const [entry, side] = entries[task.at];
        const doing = `how far ${entry.name} ${ARROWS[side]} reaches back`;
        const done = (step) => (count + step.done) / all;
        yield* take(task, yield* told(reachSteps(entry, side, task.part), done, doing));
      } else yield { rest: true };
      const answer = lent && helper.take();
      if (answer?.refused) [helper] = [null, tasks.unshift(lent)];
      else if (answer) yield* take(lent, answer.reached);
      if (answer) lent = null;
    }
  }
  return { lend, steps };
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
