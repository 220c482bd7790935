// The Microscope: a network of the book's, or one that a reader opens; its gates and states over time,
// what each unit keeps and for how long, how far its gradient reaches, and what is found of it.
import { createFrame } from "../../web/kit/frame.mjs";
import { createDesk } from "./desk.mjs";
import { holdAllowed } from "./holding.mjs";
import { createSession } from "./session.mjs";

// What no trait can say.
function accepts(name, value, state) {
  if (name === "example") return value !== "" || Boolean(state.network?.layers);
  if (name === "span") return !value.length || (value.length === 2 && value[0] <= value[1]);
  return name !== "holds" || value.every(holdAllowed);
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
  // What a reader opened goes, too; with the settings that a reset brings back, all is drawn anew.
  function restore() {
    session.letGo();
    queueMicrotask(draw);
    return {};
  }
  const session = createSession(
    model,
    { changed: draw, progressed: () => desk.drawWork(), grew: drawSoon },
    ending.signal,
  );
  const desk = createDesk({ el, model, frame, session, redraw: draw }, ending.signal);
  el.append(...desk.nodes);

  function draw() {
    if (ending.signal.aborted) return;
    session.follow();
    const { waits, says } = desk.draw();
    session.news = null;
    el.setAttribute("aria-busy", String(waits));
    if (!waits) frame.say(says);
  }

  // Once a frame, however often there is more to draw.
  let isQueued = false;
  function drawSoon() {
    if (isQueued) return;
    isQueued = true;
    requestAnimationFrame(() => {
      isQueued = false;
      draw();
    });
  }

  const stop = frame.start();
  return () => {
    ending.abort();
    stop();
  };
}

export default { render, accepts };
