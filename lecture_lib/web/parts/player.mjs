// The player of a sequence: back, play, forward; where asked for, a speed and a slider over the steps.
import { html, still, svg, write } from "../kit/dom.mjs";
import { button } from "./button.mjs";

const PLAY = "M4,2.5V13.5L13,8Z";
const PAUSE = "M3.5,2.5H6.7V13.5H3.5ZM9.3,2.5H12.5V13.5H9.3Z";
const BACK = "M12,2.5V13.5L5,8ZM3,2.5H5V13.5H3Z";
const FORWARD = "M4,2.5V13.5L11,8ZM11,2.5H13V13.5H11Z";

function iconButton(label, d, onclick) {
  const path = svg("path", { d });
  const icon = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
  const root = button(icon, onclick, { "aria-label": label });
  const show = (newLabel, newPath) => {
    root.setAttribute("aria-label", newLabel);
    path.setAttribute("d", newPath);
  };
  return { root, show };
}

// A choice of speed, `speeds` in steps a second with the one to start with first.
function createSpeed(speeds) {
  const option = (speed) =>
    html(
      "option",
      { value: speed, selected: speed === speeds[0] },
      `${speed} step${speed === 1 ? "" : "s"}/s`,
    );
  const options = [...speeds].sort((a, b) => a - b).map(option);
  const root = html("select", { name: "speed", "aria-label": "Speed" }, ...options);
  return { root, pace: () => 1000 / Number(root.value) };
}

// A slider over the steps.
function createScrub(go) {
  const root = html("input", {
    type: "range",
    name: "t",
    min: 1,
    step: 1,
    autocomplete: "off",
    "aria-label": "Step",
    oninput: () => go(root.valueAsNumber - 1),
  });
  function draw(t, steps) {
    root.max = steps;
    root.value = t + 1;
    root.style.setProperty("--part", steps > 1 ? t / (steps - 1) : 0);
    root.setAttribute("aria-valuetext", `step ${t + 1} of ${steps}`);
  }
  return { root, draw };
}

/**
 * Back, play, forward. While playing, which stops at the last step, `lasts` says for how many ms a
 * step is shown; for a jump it is 0, and one step by hand says nothing.
 * @param {number} steps
 * @param {(t: number, lasts?: number) => void} go asked for a step from 0
 * @param {AbortSignal} [signal]
 * @param {number[]} [speeds] in steps a second, the one to start with first: with them there are a
 *   choice of speed and a slider over the steps
 * @returns {object} `draw(now, word, count)`: the step from 0, its word if it has one, and how many
 *   steps there are now
 */
export function createPlayer(steps, go, signal, speeds) {
  let t = 0;
  let frame = 0;
  let due = 0;
  const play = iconButton("Play", PLAY, () => (frame ? stop() : start()));
  const back = iconButton("Back one step", BACK, () => step(-1)).root;
  const next = iconButton("Forward one step", FORWARD, () => step(1)).root;
  const place = html("span", { class: "live-step" });
  const speed = speeds && createSpeed(speeds);
  const scrub = createScrub((to) => {
    stop();
    go(to, 0);
  });
  const root = html(
    "div",
    { class: "live-player", role: "group", "aria-label": "Steps" },
    back,
    play.root,
    next,
    place,
    ...(speed ? [scrub.root, speed.root] : []),
  );
  const pace = () => speed?.pace() ?? (still() ? 1400 : 900);

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    play.show("Play", PLAY);
  }
  function start() {
    due = performance.now() + pace();
    frame = requestAnimationFrame(tick);
    if (t === steps - 1) go(0, pace());
    play.show("Pause", PAUSE);
  }
  function tick(now) {
    frame = requestAnimationFrame(tick);
    if (now < due) return;
    due = Math.max(due + pace(), now);
    if (t < steps - 1) go(t + 1, pace());
    else stop();
  }
  function step(by) {
    stop();
    go(Math.min(steps - 1, Math.max(0, t + by)));
  }
  signal?.addEventListener("abort", stop);

  function draw(now, word, count = steps) {
    t = now;
    steps = count;
    back.disabled = t === 0;
    next.disabled = t === steps - 1;
    const said = word ? ` · “${word}”` : "";
    write(place, `step ${t + 1} / ${steps}${said}`);
    scrub.draw(t, steps);
  }
  return { root, draw };
}
