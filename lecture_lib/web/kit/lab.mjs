// What the Gate Lab and the GRU Lab share: rows of numbers over the steps, written by sliders; presets
// that set them; goals, of bands in which a state should lie. The class: lecture_lib/figures/lab.py.
import { button } from "../parts/button.mjs";
import { createPlayer } from "../parts/player.mjs";
import { createTable } from "../parts/table.mjs";
import { fixed, html, write } from "./dom.mjs";
import { createFrame } from "./frame.mjs";

/**
 * What settings come to: a preset brings its rows and its step, and a slider is written into its row,
 * at the step or at all, as the class does it.
 * @param {object} stories as stories.json has them
 * @param {string} rows the trait that holds the rows
 * @param {string[]} names of the rows
 * @returns {(settings: object, state: object) => object} `state` is what the settings are for
 */
export function impliedBy(stories, rows, names) {
  return (settings, state) => {
    const { [rows]: values, t } = stories.presets[settings.preset] ?? {};
    const given = values ? { [rows]: values, t, ...settings } : { ...settings };
    const { t: step, all_steps: all, [rows]: before } = { ...state, ...given };
    for (const name of names.filter((each) => each in settings)) {
      const row = before[name].map((old, k) => (all || k === step - 1 ? settings[name] : old));
      given[rows] = { ...before, ...given[rows], [name]: row };
      delete given[name];
    }
    return given;
  };
}

/**
 * @param {string[]} names of the rows
 * @returns {(name: string, value: unknown, state: object) => boolean} whether a link may set `name`:
 *   of the rows, those whose sliders are shown
 */
export const acceptsBy =
  (names) =>
  (name, _, { focus }) =>
    !names.includes(name) || focus.includes(name);

function createPresets(presets, choose) {
  const buttons = Object.entries(presets)
    .filter(([name]) => name !== "free")
    .map(([name, story]) => [name, button(story.name, () => choose(name))]);
  const root = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Presets" },
    ...buttons.map(([, node]) => node),
  );
  const draw = (chosen) =>
    buttons.forEach(([name, node]) => node.setAttribute("aria-pressed", name === chosen));
  return { root, draw };
}

function createVerdict() {
  const root = html("p", { class: "live-verdict", role: "status" });
  function draw(met) {
    const count = met.filter(Boolean).length;
    const solved = count === met.length;
    root.classList.toggle("live-met", solved);
    write(root, solved ? "Solved: every band is met." : `${count} of ${met.length} bands met.`);
  }
  return { root, draw };
}

function isMet({ of, from, to, low, high }, series) {
  return series[of].slice(from - 1, to).every((value) => low <= value && value <= high);
}

// A slider writes its row at this step, or at all; a new step or new rows move the sliders.
function linkSliders(model, change, rows, names) {
  const here = () => model.get("t") - 1;
  function writeRow(name) {
    const all = model.get(rows);
    const value = model.get(name);
    const row = all[name].map((old, t) => (model.get("all_steps") || t === here() ? value : old));
    if (value !== all[name][here()]) change({ [rows]: { ...all, [name]: row } });
  }
  const follow = () =>
    change(Object.fromEntries(names.map((name) => [name, model.get(rows)[name][here()]])));
  const listeners = [
    ...names.map((name) => [`change:${name}`, () => writeRow(name)]),
    ["change:t", follow],
    [`change:${rows}`, follow],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  follow();
  return () => listeners.forEach(([event, listener]) => model.off(event, listener));
}

/**
 * @param {object} host what `render` is given
 * @param {object} lab what the cell has of its own:
 *   `stories`; `rows`, the trait that holds the rows, and `names` of them; `compute(rows)`, which
 *   gives the series by name; `columns`, the series in the table and in what is said, and `memory`,
 *   the one that is carried on; `conveyor`, `createSums(change)` and `createStrip(choose)`;
 *   `createNetwork(change)`, where a second tab has a network in place of the sliders
 * @returns {() => void} the figure's cleanup
 */
export function renderLab({ model, el, signal }, lab) {
  const { stories, rows, columns, conveyor } = lab;
  const goal = stories.goals[model.get("goal")];
  const implied = impliedBy(stories, rows, lab.names);
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["t", rows, "preset", ...(lab.follows ?? [])],
    fit: (width) => [conveyor, strip].forEach((part) => part.layout(width)),
    // The rows before the sliders: a slider that moves writes its row.
    restore: (initial) => ({ [rows]: initial[rows], t: initial.t }),
  });
  const { change } = frame;
  const go = (t) => change({ t: t + 1 });
  const strip = lab.createStrip(go);
  const equations = lab.createSums(change);
  const network = lab.createNetwork?.(change);
  const player = createPlayer(stories.steps, go, signal);
  const table = createTable(["t", ...columns], stories.steps);
  const presets = createPresets(stories.presets, (preset) => change(implied({ preset }, {})));
  const story = html("p", { class: "live-story" });
  const verdict = createVerdict();
  const roots = (...parts) => parts.filter(Boolean).map((part) => part.root);
  el.append(
    html("div", { class: "live-head" }, ...roots(network?.tabs, !goal && presets), frame.tools),
    story,
    ...roots(verdict, conveyor, equations, network?.answer),
    html("div", { class: "live-deck" }, html("div", { class: "live-slot" }), player.root),
    ...roots(strip, network?.editor, table),
    frame.caption,
    frame.voice,
  );
  let drawn = null;

  function* draw() {
    const t = model.get("t") - 1;
    const learned = network?.isShown();
    const { text, words } = goal ?? stories.presets[model.get("preset")];
    const series = learned ? network.compute() : lab.compute(model.get(rows));
    const now = Object.fromEntries(columns.map((name) => [name, series[name][t]]));
    now.before = t ? series[lab.memory][t - 1] : 0;
    now.scale = Math.max(1, ...series[lab.memory].map(Math.abs));
    const view = `${t} ${model.get("preset")} ${learned && network.unit()}`;
    conveyor.draw(now, view !== drawn);
    drawn = view;
    equations.draw(now, learned ? "" : model.get("focus"));
    yield;
    const bands = goal?.bands ?? [];
    const met = bands.map((band) => isMet(band, series));
    strip.draw({ t, series, bands, met, ...(learned ? network.inStrip(series) : { words }) });
    player.draw(t, !learned && words?.[t]);
    table.draw((row, k) => (k ? series[columns[k - 1]][row].toFixed(4) : `${row + 1}`));
    network?.draw(series, t);
    presets.root.hidden = Boolean(learned);
    presets.draw(learned ? null : model.get("preset"));
    write(story, learned ? network.text : text);
    if (goal) verdict.draw(met);
    const values = columns.map((name) => `${name} ${fixed(now[name])}`);
    frame.say(`Step ${t + 1}: ${values.join(", ")}.`);
  }

  const unlink = linkSliders(model, change, rows, lab.names);
  const stop = frame.start();
  return () => {
    stop();
    unlink();
  };
}
