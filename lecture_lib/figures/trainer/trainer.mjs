// The Trainer: a network learns in the page while its loss, its gates and the reach of its gradient
// are drawn.
import { html, still, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTour } from "../../web/kit/tour.mjs";
import { button } from "../../web/parts/button.mjs";
import { CONTROLS } from "./__init__.py";
import { createDetails } from "./details.mjs";
import { createOverview } from "./overview.mjs";
import { MOST_UPDATES } from "./run.mjs";
import { createSession, nearest } from "./session.mjs";
import { createHistory, createRuns, createSequenceTable } from "./tables.mjs";
import { TASKS } from "./tasks.mjs";
import plan from "./tour.json";
import { statusOf, TASK_WORDS } from "./words.mjs";

const ONCE = 1000; // ms between two drawings where motion is to be reduced

function render({ model, el, signal }) {
  const fit = (width) => [overview, details].forEach((part) => part.layout(width));
  const frame = createFrame({ model, el, follows: CONTROLS, fit, draw, restore });
  const place = createPlace(queue);
  const session = createSession({ onBegin: place.lookAtEnd, onReport: queue, signal });
  const bar = createBar(session, { redraw: frame.redraw, lookAtEnd: place.lookAtEnd });
  const head = createHead(session);
  const overview = createOverview({ look: place.look, lookAt: place.lookAt, signal });
  const details = createDetails(place.lookAtStep);
  const [runs, history, sequence] = [createRuns(), createHistory(), createSequenceTable()];
  const tour = { frame, plan, ...forTour(session, place, queue) };
  const notice = createTour({ model, el, signal }, tour);
  let drawn = 0;
  let waiting = 0;
  el.append(
    html("div", { class: "live-head" }, head.stamp, frame.tools),
    head.asks,
    bar.root,
    head.status,
    ...overview.root.childNodes,
    ...details.root.childNodes,
    runs.root,
    html("div", { class: "live-slot" }),
    history.root,
    sequence.root,
    frame.caption,
    frame.voice,
  );

  // A reset brings back the settings; with them go the runs, and what is looked at.
  function restore() {
    place.t = 0;
    session.letGo();
    queue();
    return {};
  }

  // While it trains, where motion is to be reduced, once a second.
  function queue() {
    if (waiting) return;
    const wait = session.playing && still() ? drawn + ONCE - performance.now() : 0;
    waiting = setTimeout(frame.redraw, Math.max(16, wait));
  }
  function* draw() {
    clearTimeout(waiting);
    waiting = 0;
    if (signal?.aborted) return;
    session.follow(Object.fromEntries(CONTROLS.map((name) => [name, model.get(name)])));
    drawn = performance.now();
    const { run, kept, playing } = session;
    const last = run.moments.at(-1);
    const moment = place.update === null ? last : nearest(run.moments, place.update);
    const baseline = TASKS[run.settings.task].baseline(run.settings.lag);
    const view = { run, kept, moment, place, baseline };
    overview.draw(view);
    yield;
    details.draw(view);
    yield;
    bar.draw();
    head.draw(baseline);
    runs.draw(kept ? [kept, run] : [run]);
    notice();
    if (playing) return;
    frame.say(statusOf(run, baseline));
    yield;
    // The tables are many nodes: they wait for a pause.
    history.draw(run);
    sequence.draw(run, moment);
  }

  return frame.start();
}

// What is looked at: a step t of the moment after an update; without one, always of the last.
function createPlace(queue) {
  const place = { update: null, t: 0, look, lookAt, lookAtStep, lookAtEnd };
  function lookAtEnd({ moments }) {
    place.update = null;
    place.t = Math.min(place.t, moments[0].steps - 1);
  }
  function look(update) {
    place.update = update;
    queue();
  }
  function lookAtStep(t) {
    place.t = Math.round(t);
    queue();
  }
  function lookAt(update, t) {
    place.update = update;
    lookAtStep(t);
  }
  return place;
}

// What the tour asks of a run, and does to it: a new run, or one beside the kept one.
function forTour(session, place, queue) {
  const facts = () => {
    const { run, kept } = session;
    return {
      updates: run.updates,
      solved: Boolean(run.solved),
      ended: run.ended,
      kept: Boolean(kept),
      looked: run.updates ? (place.update ?? run.updates) : undefined,
    };
  };
  const clear = () => {
    session.letGo();
    queue();
  };
  const keep = () => {
    if (!session.kept && session.run.solved) session.toggleKept();
  };
  return { facts, acts: { clear, keep } };
}

// What the task asks, how far the training is, and where it runs.
function createHead(session) {
  const stamp = html("p", { class: "live-stamp", "data-engine": "browser" });
  const asks = html("p", { class: "live-asks" });
  const status = html("p", { class: "live-story live-status" });
  function draw(baseline) {
    const { run } = session;
    write(asks, TASK_WORDS[run.settings.task].asks(run.settings.lag));
    write(stamp, `trains here, ${session.place() || "in your browser"}`);
    write(status, statusOf(run, baseline));
    status.classList.toggle("live-met", Boolean(run.solved));
    status.classList.toggle("live-failed", run.ended === "diverged");
  }
  return { stamp, asks, status, draw };
}

// Play and pause, one update, restart, and what is kept to compare.
function createBar(session, { redraw, lookAtEnd }) {
  function start(until) {
    lookAtEnd(session.run);
    session.start(until);
    redraw();
  }
  const then = (act) => () => {
    act();
    redraw();
  };
  const toggle = () => (session.playing ? then(session.pause)() : start(MOST_UPDATES));
  const play = button("Play", toggle, { class: "live-button live-play" });
  const one = button("One update", () => start(session.run.updates + 1));
  const again = button("Restart", then(session.restart));
  const keep = button("Keep to compare", then(session.toggleKept));
  const count = html("span", { class: "live-step" });
  const group = { class: "live-training", role: "group", "aria-label": "Training" };
  const root = html("div", group, play, one, again, keep, count);
  function draw() {
    const { run, kept, playing } = session;
    write(play, playing ? "Pause" : "Play");
    play.disabled = ["diverged", "out of updates"].includes(run.ended);
    one.disabled = playing || play.disabled;
    again.disabled = !run.began;
    write(keep, kept ? "Drop run A" : "Keep to compare");
    keep.disabled = !kept && !run.updates;
    write(count, `update ${run.updates}`);
  }
  return { root, draw };
}

export default { render };
