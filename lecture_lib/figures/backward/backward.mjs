// The backward pass of a small LSTM or GRU: one step with its routes, and what is left over time.
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTour } from "../../web/kit/tour.mjs";
import { button } from "../../web/parts/button.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { MAX_STEPS, ROUTES, CONTROLS } from "./__init__.py";
import { createLeftover } from "./leftover.mjs";
import { createScheme } from "./scheme.mjs";
import schemes from "./schemes.json";
import plan from "./tour.json";
import { createWalk } from "./walk.mjs";
import { storyOf } from "./words.mjs";

const KINDS = Object.keys(ROUTES);
const SETTINGS = ["tab", ...CONTROLS];
const CUTS = CONTROLS.filter((name) => name.startsWith("cut_"));
const SHOWN = ["t", "unit", "every", ...CUTS]; // what the forward pass does not depend on

const perKind = (make) => Object.fromEntries(KINDS.map((kind) => [kind, make(kind)]));

function render({ model, el, signal }) {
  const frame = createFrame({ model, el, draw, follows: SETTINGS, fit: layout });
  const tabs = createTabs(KINDS, (tab) => frame.change({ tab }));
  const drawings = perKind((kind) => createScheme(schemes[kind]));
  const leftover = createLeftover(MAX_STEPS, (t) => frame.change({ t }));
  const player = createSteps((t) => frame.change({ t }));
  const story = html("p", { class: "live-story live-measured" });
  const tables = perKind(createRoutesTable);
  createTour({ model, el, signal }, { frame, plan });
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    player.root,
    ...Object.values(drawings).map(({ root }) => root),
    story,
    html("p", { class: "live-heading" }, "what is left at each step, all units together"),
    leftover.root,
    html("div", { class: "live-slot" }),
    ...Object.values(tables).map(({ root }) => root),
    frame.caption,
    frame.voice,
  );
  let walk = null;
  let walkedFor = "";

  function layout(width) {
    for (const part of [...Object.values(drawings), leftover]) part.layout(width);
  }
  function settingsNow() {
    const values = Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)]));
    const { steps, hidden_size } = values;
    return { ...values, t: Math.min(values.t, steps), unit: Math.min(values.unit, hidden_size) };
  }
  function* draw() {
    const now = settingsNow();
    const kind = KINDS[now.tab];
    const key = SETTINGS.filter((name) => !SHOWN.includes(name)).map((name) => now[name]);
    if (key.join() !== walkedFor) [walk, walkedFor] = [createWalk(kind, now), key.join()];
    const cuts = ROUTES[kind].filter((name) => now[`cut_${name}`]);
    const { every, steps, t } = now;
    const cutAt = (step) => ((step - 1) % every ? [] : cuts);
    const { back, left } = walk((name, step) => cutAt(step).includes(name));
    const uncut = cuts.length ? walk(() => false).left : left;
    tabs.draw(now.tab);
    yield;
    for (const name of KINDS) {
      drawings[name].root.toggleAttribute("hidden", name !== kind);
      tables[name].root.hidden = name !== kind;
    }
    player.draw(t, steps);
    drawings[kind].draw({ row: back[t], k: now.unit - 1, t, cuts: cutAt(t) });
    yield;
    leftover.draw({ left, uncut, steps, t, cut: cuts.length > 0 });
    tables[kind].draw(back, steps, now.unit - 1);
    const words = storyOf({ steps, t, left, uncut, cuts, every });
    write(story, words);
    frame.say(`Back through step ${t}. ${words}`);
  }
  return frame.start();
}

// From the last step back to the first; `go(t)` is asked for a step, from 1.
function createSteps(go) {
  let now = 1;
  let last = 1;
  const older = button("← one step back", () => go(now - 1));
  const newer = button("one step on →", () => go(now + 1));
  const whole = button("to step T", () => go(last));
  const words = html("span", { class: "live-step" });
  const group = { class: "live-player live-walk", role: "group", "aria-label": "Steps" };
  const root = html("div", group, older, newer, whole, words);
  function draw(t, steps) {
    [now, last] = [t, steps];
    older.disabled = t <= 1;
    newer.disabled = whole.disabled = t >= steps;
    write(words, `back through step ${t} of ${steps}`);
  }
  return { root, draw };
}

const COLUMNS = { δh: "dhIn", δc: "dc", "δh before": "dhBefore", "δc before": "dcBefore" };

// A row a step, the last step first: `draw(back, steps, unit)`.
function createRoutesTable(kind) {
  const routes = ROUTES[kind].filter((name) => name !== "h");
  const gates = routes.filter((name) => !["read", "belt"].includes(name));
  const states = kind === "LSTM" ? ["δh", "δc"] : ["δh"];
  const columns = [
    ...states,
    ...routes,
    ...gates.map((name) => `via ${name}`),
    ...states.map((name) => `${name} before`),
  ];
  const table = createTable(["t", ...columns], MAX_STEPS);
  function draw(back, steps, unit) {
    table.draw((row, k) => {
      const t = steps - row;
      if (k === 0) return `${t}`;
      const value = back[t][COLUMNS[columns[k - 1]] ?? columns[k - 1]][unit];
      return value.toExponential(6).replace("e+", "e").replaceAll("-", "−");
    }, steps);
  }
  return { root: table.root, draw };
}

export default { render };
