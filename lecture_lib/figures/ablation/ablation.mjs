// Take an LSTM apart: equations and traces with parts switched, and a bet on which part is needed.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { CONTROLS, STEPS, UNITS } from "./__init__.py";
import { betRow, createBet } from "./bet.mjs";
import { createEquations } from "./equations.mjs";
import { createTraces, runBoth, unitOf } from "./traces.mjs";

// What is switched, without what has nothing to act on.
function partsOf({ coupled, peephole, ...parts }) {
  const { forget_gate, input_gate, output_gate } = parts;
  return {
    ...parts,
    coupled: coupled && forget_gate && input_gate,
    peephole: peephole && (forget_gate || input_gate || output_gate),
  };
}

function render({ model, el }) {
  const { tasks, rows } = model.get("record");
  const frame = createFrame({
    model,
    el,
    draw,
    follows: [...CONTROLS, "order", "revealed"],
    fit: (width) => [traces, bet].forEach((part) => part.layout(width)),
  });
  const seeds = rows[0].scores.length;
  const names = rows.filter((row) => row.task === rows[0].task).map((row) => row.variant);
  const equations = createEquations();
  const traces = createTraces();
  const story = html("p", { class: "live-story" });
  const numbers = createTable(["t", "x", "c", "h", "LSTM c", "LSTM h"], STEPS);
  const bet = createBet({ names, seeds, change: frame.change });
  const runs = createRuns(names.length, seeds);
  el.append(
    html("div", { class: "live-head" }, frame.tools),
    html("div", { class: "live-slot" }),
    equations.root,
    ...traces.nodes,
    story,
    numbers.root,
    bet.root,
    runs.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const settings = Object.fromEntries(CONTROLS.map((name) => [name, model.get(name)]));
    const { task, seed } = settings;
    const unit = settings.unit - 1;
    const parts = partsOf(settings);
    const run = runBoth(seed, parts);
    equations.draw(parts);
    traces.draw(run, unit);
    const reading = readingOf(run, unit);
    write(story, idleParts(settings, parts) + reading);
    numbers.draw((t, k) => {
      if (k === 0) return `${t + 1}`;
      if (k === 1) return fixed(run.x[t], 4);
      return fixed(run[k < 4 ? "variant" : "whole"]["ch"[k % 2]][t * UNITS + unit], 4);
    });
    const { less, most } = tasks[task];
    const ofTask = rows.filter((row) => row.task === task).map((row) => betRow(row, less));
    const open = model.get("revealed") === task;
    const view = { task, less, most, order: model.get("order"), open, rows: ofTask };
    const verdict = bet.draw(view);
    runs.draw(view);
    frame.say(`${reading} ${verdict}`);
  }

  return frame.start();
}

// The parts that were asked for and have nothing to act on.
function idleParts(settings, parts) {
  return [
    ["coupled", "Coupling needs an input and a forget gate"],
    ["peephole", "Peepholes need a gate"],
  ]
    .filter(([name]) => settings[name] && !parts[name])
    .map(([, why]) => `${why}: it does nothing now. `)
    .join("");
}

function readingOf({ variant, whole }, unit) {
  const most = Math.max(...variant.c.map((value, k) => Math.abs(value - whole.c[k])));
  if (most < 1e-9) return "This is the whole LSTM: both curves agree. Take a part away.";
  const ends = ({ c, h }) => {
    const [ofC, ofH] = [c, h].map((values) => fixed(unitOf(values, unit).at(-1)));
    return `c\u00a0=\u00a0${ofC}, h\u00a0=\u00a0${ofH}`;
  };
  return `Unit ${unit + 1} ends at ${ends(variant)}; in the whole LSTM at ${ends(whole)}.`;
}

// The recorded runs of a task, once revealed, in a table.
function createRuns(variants, seeds) {
  const heads = ["variant", "parameters", "seed", "updates", "score"];
  const table = createTable(heads, variants * seeds);
  write(table.root.querySelector("summary"), "Runs");
  table.root.classList.add("live-runs");
  function draw({ open, less, rows }) {
    table.root.hidden = !open;
    if (!open) return;
    table.draw((n, k) => {
      const row = rows[Math.floor(n / seeds)];
      const seed = n % seeds;
      const updates = less ? `${row.updates[seed] ?? "not solved"}` : "–";
      return [row.variant, `${row.parameters}`, `${seed}`, updates, `${row.scores[seed]}`][k];
    });
  }
  return { root: table.root, draw };
}

export default { render };
