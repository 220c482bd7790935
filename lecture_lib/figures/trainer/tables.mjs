// The Trainer in numbers: a line for each run, the training, and the sequence at one moment.
import { html, write } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { LONGEST } from "./__init__.py";
import { MEANS, meansOf } from "./details.mjs";
import { EVALUATED_EVERY, MOST_UPDATES } from "./run.mjs";
import { inSeconds, nameOf, percent } from "./words.mjs";

/**
 * What each run was, and how far it got.
 * @returns {object} `draw(runs)`
 */
export function createRuns() {
  const heads = ["run", "updates", "loss", "right", "time"].map((name) =>
    html("th", { scope: "col" }, name),
  );
  const rows = [0, 1].map(() =>
    html("tr", {}, html("th", { scope: "row" }), ...[1, 2, 3, 4].map(() => html("td"))),
  );
  const root = html(
    "table",
    { class: "live-ends live-runs" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...rows),
  );
  function draw(runs) {
    rows.forEach((row, k) => {
      row.hidden = k >= runs.length;
      if (row.hidden) return;
      const { settings, updates, losses, scores, seconds } = runs[k];
      const texts = [
        (runs.length > 1 ? `${"AB"[k]}  ` : "") + nameOf(settings),
        `${updates}`,
        updates ? inTens(losses[updates - 1]) : "–",
        scores.length ? percent(scores.at(-1).right) : "–",
        inSeconds(seconds),
      ];
      texts.forEach((text, n) => write(row.children[n], text));
    });
  }
  return { root, draw };
}

/**
 * The loss and the score wherever it was scored.
 * @returns {object} `draw(run)`
 */
export function createHistory() {
  const table = createTable(["update", "loss", "right"], MOST_UPDATES / EVALUATED_EVERY + 1);
  write(table.root.querySelector("summary"), "Numbers of the training");
  function draw({ scores, losses }) {
    table.draw((row, k) => {
      const { update, right } = scores[row];
      if (k === 0) return `${update}`;
      if (k === 2) return right.toFixed(3);
      return update ? losses[update - 1].toPrecision(10) : "untrained";
    }, scores.length);
  }
  return { root: table.root, draw };
}

/**
 * The gates, and what is left of the gradient, at each step.
 * @returns {object} `draw(run, moment)`
 */
export function createSequenceTable() {
  const means = MEANS.map((name) => (name === "h" ? "mean |h|" : name));
  const table = createTable(["step", ...means, "left of c", "left of h"], LONGEST);
  write(table.root.querySelector("summary"), "Numbers of the sequence");
  function draw({ settings }, moment) {
    const has = meansOf(settings.cell);
    const gates = MEANS.map((name) => (has.includes(name) ? moment[name] : null));
    const columns = [...gates, moment.left.c, moment.left.h];
    table.draw((row, k) => {
      const value = columns[k - 1]?.[row];
      if (k === 0) return `${row + 1}`;
      if (value === undefined) return "–";
      return k > MEANS.length ? value.toExponential(6) : value.toFixed(6);
    }, moment.steps);
  }
  return { root: table.root, draw };
}
