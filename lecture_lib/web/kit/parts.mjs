// The small parts of every figure: tabs, buttons, the player, the table of numbers.
import { html, still, svg, write } from "./dom.mjs";

export function button(label, onclick, attributes = {}) {
  return html("button", { type: "button", class: "live-button", onclick, ...attributes }, label);
}

// Tabs as buttons that say which is pressed; `choose` gets the index.
export function createTabs(names, choose) {
  const buttons = names.map((name, k) => button(name, () => choose(k), { class: "live-tab" }));
  const root = html("div", { class: "live-tabs", role: "group", "aria-label": "View" }, ...buttons);
  const draw = (chosen) => buttons.forEach((b, k) => b.setAttribute("aria-pressed", k === chosen));
  return { root, draw };
}

// Back, play, forward. `go(t, lasts)` is asked for a step from 0; while playing, which stops at the
// last step, `lasts` says for how many ms, and for a jump it is 0. With `speeds`, in steps a second
// and the one to start with first, there is a choice of speed and a slider over the steps.
export function createPlayer(steps, go, signal, speeds) {
  let t = 0;
  let frame = 0;
  let due = 0;
  const icon = (d) =>
    svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d }));
  const PLAY = "M4,2.5V13.5L13,8Z";
  const PAUSE = "M3.5,2.5H6.7V13.5H3.5ZM9.3,2.5H12.5V13.5H9.3Z";
  const play = button(icon(PLAY), () => (frame ? stop() : start()), { "aria-label": "Play" });
  const back = button(icon("M12,2.5V13.5L5,8ZM3,2.5H5V13.5H3Z"), () => step(-1), {
    "aria-label": "Back one step",
  });
  const next = button(icon("M4,2.5V13.5L11,8ZM11,2.5H13V13.5H11Z"), () => step(1), {
    "aria-label": "Forward one step",
  });
  const says = html("span", { class: "live-step" });
  const root = html(
    "div",
    { class: "live-player", role: "group", "aria-label": "Steps" },
    back,
    play,
    next,
    says,
  );
  const speed = html(
    "select",
    { name: "speed", "aria-label": "Speed" },
    ...[...(speeds ?? [])]
      .sort((a, b) => a - b)
      .map((pace) =>
        html(
          "option",
          { value: pace, selected: pace === speeds[0] },
          `${pace} step${pace === 1 ? "" : "s"}/s`,
        ),
      ),
  );
  const scrub = html("input", {
    type: "range",
    name: "t",
    min: 1,
    step: 1,
    autocomplete: "off",
    "aria-label": "Step",
    oninput: () => {
      stop();
      go(scrub.valueAsNumber - 1, 0);
    },
  });
  if (speeds) root.append(scrub, speed);

  function show(label, d) {
    play.setAttribute("aria-label", label);
    play.firstChild.firstChild.setAttribute("d", d);
  }
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    show("Play", PLAY);
  }
  const pace = () => (speeds ? 1000 / Number(speed.value) : still() ? 1400 : 900);
  function start() {
    due = performance.now() + pace();
    frame = requestAnimationFrame(tick);
    if (t === steps - 1) go(0, pace());
    show("Pause", PAUSE);
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
    write(says, `step ${t + 1} / ${steps}${word ? ` · “${word}”` : ""}`);
    if (!speeds) return;
    scrub.max = steps;
    scrub.value = t + 1;
    scrub.style.setProperty("--part", steps > 1 ? t / (steps - 1) : 0);
    scrub.setAttribute("aria-valuetext", `step ${t + 1} of ${steps}`);
  }
  return { root, draw };
}

// A table of `count` rows in a fold; `draw(cell, shown)` fills the first `shown` with cell(row, column).
export function createTable(heads, count) {
  const rows = Array.from({ length: count }, () =>
    html("tr", {}, ...heads.map((_, k) => html(k ? "td" : "th", k ? {} : { scope: "row" }))),
  );
  const head = html("tr", {}, ...heads.map((name) => html("th", { scope: "col" }, name)));
  const table = html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows));
  const root = html(
    "details",
    { class: "live-numbers" },
    html("summary", {}, "Numbers"),
    html(
      "div",
      { class: "live-scroll", tabindex: 0, role: "region", "aria-label": "Numbers" },
      table,
    ),
  );
  const draw = (cell, shown = count) =>
    rows.forEach((row, t) => {
      row.hidden = t >= shown;
      if (!row.hidden) heads.forEach((_, k) => write(row.children[k], cell(t, k)));
    });
  return { root, draw };
}
