// The ranking under its heading, with a slider for how far ahead it looks, and a method to look at.
import { html, put, write } from "../../web/kit/dom.mjs";
import { createPick } from "../../web/parts/fields.mjs";
import { createRanking } from "./ranking.mjs";
import { scaled, short, steps } from "./words.mjs";

const KEY =
  "■ learns nothing, ◆ a line, ● a network (small dots: its seeds). Bar: the 95 % interval of how far it is behind the best; one that reaches the dotted line is behind by no more than chance.";

/**
 * @param {(values: object) => void} change
 * @returns {object} `root`, `layout(width)`, `draw(view)`
 */
export function createRankingPane(change) {
  const heading = html("p", { class: "live-heading" });
  const slider = html("input", {
    type: "range",
    name: "step",
    min: 0,
    step: 1,
    autocomplete: "off",
    oninput: () => change({ step: slider.valueAsNumber }),
  });
  const slide = html(
    "label",
    { class: "live-yours-slide" },
    html("span", {}, "steps ahead"),
    slider,
  );
  const pick = createPick("focus", "look at", (focus) => change({ focus }));
  const now = html("output");
  slide.append(now);
  const chart = createRanking((name) => change({ focus: name }));
  const note = html("p", { class: "live-advice" });
  const told = html("p", { class: "live-yours-told" });
  const root = html(
    "div",
    { class: "live-pane" },
    html("div", { class: "live-fields live-yours-bar" }, slide, pick.root),
    heading,
    chart.root,
    told,
    note,
  );
  function draw(view) {
    const { problem, step, rows, focus } = view;
    put(slider, {
      max: problem.horizon,
      "aria-valuetext": step ? `${steps(step)} ahead` : "the mean over all",
    });
    slider.value = step;
    write(now, step ? `${step}` : `1 … ${problem.horizon}`);
    const where = step ? `${steps(step)} ahead` : `mean of ${steps(problem.horizon)} ahead`;
    const origins = problem.origins - Math.max(0, step - 1);
    write(heading, `Mean absolute scaled error (MASE), ${where}, over ${origins} origins`);
    pick.draw([["", "the best"], ...rows.map(({ name }) => [name, name])], focus?.name ?? "");
    const showsOne = chart.draw(view);
    write(told, saidOf(view));
    const ago = `“as one ${problem.season ? "season" : "step"} ago”`;
    write(note, showsOne ? `${KEY} Dashed line: 1, the error, before the test, of ${ago}.` : KEY);
  }
  return { root, layout: chart.layout, draw };
}

/**
 * What is to be said of the method looked at, else of the best.
 * @param {object} view
 * @returns {string}
 */
export function saidOf({ best, focus, rows, step, unit, comparison }) {
  const one = focus ?? best;
  if (!one) return "";
  const { error } = comparison?.table?.find(({ method }) => method === one.name) ?? {};
  const where = step ? ` at step ${step}` : "";
  const counted = /^\d/.test(unit) ? `· ${unit}` : unit;
  const off =
    step || error === undefined ? "" : `, a mean error of ${short(error)} ${counted}`.trimEnd();
  const first = `${one.name}: MASE ${scaled(one.error)}${where}${off}.`;
  if (one === best) {
    const even = rows.filter((row) => row !== best && row.tied).map(({ name }) => name);
    if (even.length) return `${first} No more than chance behind it: ${even.join(", ")}.`;
    return rows.length > 1 ? `${first} All others are behind it by more than chance.` : first;
  }
  if (!one.behind) return first;
  const by = `${scaled(one.behind.mean)} ± ${scaled(one.behind.halfWidth)}`;
  return `${first} Behind ${best.name} by ${by}, ${one.tied ? "no more" : "more"} than chance.`;
}
