// Your Series: does a series need a gate? Baselines and lines are ranked at once, networks are trained
// when a reader asks for it; the verdict, with its rules; what each said from one origin.
import { createFrame } from "../../web/kit/frame.mjs";
import { createDesk } from "./desk.mjs";
import { createSession } from "./session.mjs";

// What no trait can say.
function accepts(name, value, state) {
  return name !== "series" || value !== "" || Boolean(state.given?.columns);
}

function render({ model, el, signal }) {
  const ending = new AbortController();
  signal?.addEventListener("abort", () => ending.abort());
  const frame = createFrame({
    model,
    el,
    draw,
    follows: Object.keys(model.get("initial")),
    fit: () => desk.layout(),
    restore,
  });
  el.classList.add("live-plain");
  // A reader's table goes, too, and what was trained.
  function restore() {
    session.letGo();
    queueMicrotask(draw);
    return {};
  }
  const session = createSession(
    model,
    { changed: draw, progressed: () => desk.drawWork() },
    ending.signal,
  );
  const desk = createDesk({ el, model, frame, session, redraw: draw }, ending.signal);
  el.append(...desk.nodes);

  function draw() {
    if (ending.signal.aborted) return;
    session.follow();
    const says = desk.draw();
    el.setAttribute("aria-busy", String(session.waits !== ""));
    if (!session.waits) frame.say(says);
  }

  const stop = frame.start();
  return () => {
    ending.abort();
    stop();
  };
}

export default { render, accepts };
