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

// Back, play, forward. `go(t)` is asked for a step from 0; playing stops at the last one.
export function createPlayer(steps, go, signal) {
  let t = 0;
  let timer = 0;
  const icon = (d) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d }));
  const PLAY = "M4,2.5V13.5L13,8Z";
  const PAUSE = "M3.5,2.5H6.7V13.5H3.5ZM9.3,2.5H12.5V13.5H9.3Z";
  const play = button(icon(PLAY), () => (timer ? stop() : start()), { "aria-label": "Play" });
  const back = button(icon("M12,2.5V13.5L5,8ZM3,2.5H5V13.5H3Z"), () => step(-1), { "aria-label": "Back one step" });
  const next = button(icon("M4,2.5V13.5L11,8ZM11,2.5H13V13.5H11Z"), () => step(1), { "aria-label": "Forward one step" });
  const says = html("span", { class: "live-step" });
  const root = html("div", { class: "live-player", role: "group", "aria-label": "Steps" }, back, play, next, says);

  function show(label, d) {
    play.setAttribute("aria-label", label);
    play.firstChild.firstChild.setAttribute("d", d);
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    show("Play", PLAY);
  }
  function start() {
    if (t === steps - 1) go(0);
    show("Pause", PAUSE);
    timer = setInterval(() => (t < steps - 1 ? go(t + 1) : stop()), still() ? 1400 : 900);
  }
  function step(by) {
    stop();
    go(Math.min(steps - 1, Math.max(0, t + by)));
  }
  signal?.addEventListener("abort", stop);

  function draw(now, word) {
    t = now;
    back.disabled = t === 0;
    next.disabled = t === steps - 1;
    write(says, `step ${t + 1} / ${steps}${word ? ` · “${word}”` : ""}`);
  }
  return { root, draw };
}

export function createTable(heads, count) {
  const rows = Array.from({ length: count }, () => html("tr", {}, ...heads.map((_, k) => html(k ? "td" : "th", k ? {} : { scope: "row" }))));
  const head = html("tr", {}, ...heads.map((name) => html("th", { scope: "col" }, name)));
  const table = html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows));
  const root = html("details", { class: "live-numbers" }, html("summary", {}, "Numbers"), html("div", { class: "live-scroll", tabindex: 0, role: "region", "aria-label": "Numbers" }, table));
  const draw = (cell) => rows.forEach((row, t) => heads.forEach((_, k) => write(row.children[k], cell(t, k))));
  return { root, draw };
}
