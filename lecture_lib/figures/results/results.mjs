// Results: every recorded run of a task as a dot, in six lanes: LSTM, GRU and RNN with two learning
// rates each.
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { CELLS } from "./__init__.py";
import { createLanes } from "./lanes.mjs";
import { betterLane, laneOf, runText, scoreText, valueText } from "./record.mjs";

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["task", "measure", "equal", "paired", "lane", "seed"],
    fit: (width) => chart.layout(width),
  });
  el.classList.add("live-plain");
  const { tasks, rows } = model.get("record");
  const seeds = rows[0].scores.length;
  const chart = createLanes(seeds, (lane, seed) => frame.change({ lane, seed }));
  const story = html("p", { class: "live-story" });
  const inHand = html("p", { class: "live-answer live-run" });
  const table = createTable(
    ["network", "units", "parameters", "learning rate", "seed", "updates", "score"],
    2 * CELLS.length * seeds,
  );
  const head = html("div", { class: "live-head" }, frame.tools);
  const slot = html("div", { class: "live-slot" });
  el.append(head, slot, story, chart.root, inHand, table.root, frame.caption, frame.voice);

  function lanesOf(name, measure, equal) {
    const shown = rows.filter((row) => row.task === name && [equal, "both"].includes(row.equal));
    return CELLS.flatMap((cell) => shown.filter((row) => row.cell === cell)).map((row) =>
      laneOf(row, measure, tasks[name]),
    );
  }
  function draw() {
    const [name, measure, equal] = ["task", "measure", "equal"].map((trait) => model.get(trait));
    const task = tasks[name];
    const lanes = lanesOf(name, measure, equal);
    const best = CELLS.map((_, k) => betterLane(lanes[2 * k], lanes[2 * k + 1]));
    const hand = { lane: model.get("lane"), seed: model.get("seed") };
    chart.draw({ task, measure, lanes, best, hand, paired: model.get("paired") });
    const medians = mediansOf(best, measure, task, seeds);
    write(story, storyOf(medians, measure, task));
    const run = runText(lanes[hand.lane].row, hand.seed, task);
    write(inHand, run);
    fillTable(lanes, task);
    frame.say(`${run} Medians: ${medians}.`);
  }
  function fillTable(lanes, task) {
    table.draw((n, k) => {
      const { row } = lanes[Math.floor(n / seeds)];
      const seed = n % seeds;
      return [
        row.cell,
        `${row.hidden_size}`,
        `${row.parameters}`,
        `${row.learning_rate}`,
        `${seed}`,
        valueText(row.updates[seed] ?? Infinity, "updates", task),
        `${row.scores[seed]}`,
      ][k];
    });
  }

  return frame.start();
}

function mediansOf(best, measure, task, seeds) {
  return best
    .map(({ row, middle, solved }) => {
      const count = measure === "updates" ? ` (${solved} of ${seeds})` : "";
      return `${row.cell} ${valueText(middle, measure, task)}${count}`;
    })
    .join(", ");
}

function storyOf(medians, measure, task) {
  if (measure === "parameters") return `Parameters: ${medians}.`;
  const what = {
    updates: `median updates until the ${task.measure} is ${scoreText(task.target, task)} (runs solved)`,
    score: `median of the ${task.measure} at the end`,
  }[measure];
  return `At the better learning rate of each, ${what}: ${medians}.`;
}

export default { render };
