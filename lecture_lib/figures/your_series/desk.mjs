// What stands on the figure: what is asked, the verdict, the series, four tabs, results and numbers.
import { html, put, write } from "../../web/kit/dom.mjs";
import { zoomOf } from "../../web/kit/place.mjs";
import { createPick } from "../../web/parts/fields.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { createNumbers } from "./numbers.mjs";
import { createByHorizon, createOneOrigin, createSeasonPane } from "./panes.mjs";
import { createRanking } from "./ranking.mjs";
import { createResults } from "./results.mjs";
import { createSeriesChart } from "./series_chart.mjs";
import { createSetup } from "./setup.mjs";
import { createVerdict } from "./verdict_pane.mjs";
import { viewOf } from "./view.mjs";
import { scaled, short, steps } from "./words.mjs";
import { createWork } from "./work.mjs";

const TABS = ["Ranking", "By horizon", "One origin", "Season"];
const ONE_ORIGIN = 2;

/**
 * @param {object} figure its el, model and frame, the session, and `redraw()`
 * @param {AbortSignal} signal
 * @returns {object} `nodes`, `layout()`, `drawWork()`, how far it is, and `draw()`, which returns what the
 *   figure shows in a sentence
 */
export function createDesk({ el, model, frame, session, redraw }, signal) {
  const { change } = frame;
  const { open, paste, aim, use, train } = session;
  const close = () => {
    session.close();
    redraw();
  };
  const setup = createSetup(el, { change, open, paste, close, aim, use, train }, signal);
  const work = createWork(session.stop);
  const verdict = createVerdict();
  const chart = createSeriesChart((place) => lookFrom(place));
  const tabs = createTabs(TABS, (tab) => change({ tab }));
  const ranking = createRankingPane(change);
  const panes = [
    ranking,
    createByHorizon((step) => change({ step })),
    createOneOrigin(change),
    createSeasonPane(),
  ];
  const results = createResults();
  const numbers = createNumbers();
  const bench = html("div", { class: "live-large live-bench" }, chart.root, tabs.root);
  bench.append(...panes.map(({ root }) => root));
  const nodes = [
    html("div", { class: "live-head" }, work.root, frame.tools),
    setup.root,
    verdict.root,
    bench,
    results.root,
    numbers.root,
    frame.caption,
    frame.voice,
  ];
  let view = null;
  function lookFrom(place) {
    if (!view) return;
    const { split, origins } = view.problem;
    change({ origin: Math.max(0, Math.min(origins - 1, place - split + 1)), tab: ONE_ORIGIN });
  }

  let laid = "";
  function layout() {
    const width = Math.max(280, bench.clientWidth || el.clientWidth);
    const key = `${width} ${zoomOf(el)} ${el.isConnected}`;
    if (key === laid) return;
    laid = key;
    for (const part of [chart, ...panes]) part.layout(width);
  }

  function draw() {
    const get = (name) => model.get(name);
    view = viewOf(session, get);
    setup.draw(session, get);
    const said = verdict.draw(session);
    const tab = get("tab");
    const shown = view && !session.trouble ? view : null;
    bench.hidden = Boolean(session.trouble);
    tabs.draw(tab);
    panes.forEach(({ root }, k) => {
      root.hidden = k !== tab;
    });
    if (shown) {
      chart.draw(shown);
      panes[tab].draw(shown);
    }
    results.draw(shown, session, get);
    numbers.draw(shown);
    drawWork();
    return [said, shown ? ranking.words(shown) : ""].join(" ").trim();
  }
  function drawWork() {
    work.draw(session);
    if (!session.waits || !view || model.get("tab")) return;
    // The rows that wait say how far they are.
    view = viewOf(session, (name) => model.get(name));
    ranking.draw(view);
  }
  return { nodes, layout, draw, drawWork };
}

// The ranking under its heading, with a slider for how far ahead it looks, and a method to look at.
function createRankingPane(change) {
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
  const note = html("p", { class: "live-advice live-yours-key" });
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
  write(
    note,
    "■ learns nothing, ◆ a line, ● a network (small dots: its seeds). Bar: the 95 % interval of how far it is behind the best; one that reaches the dotted line is behind by no more than chance. Dashed line: 1, the error of “as one season ago”.",
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
    write(heading, `Mean absolute scaled error (MASE), ${where}, over ${problem.origins} origins`);
    pick.draw([["", "the best"], ...rows.map(({ name }) => [name, name])], focus?.name ?? "");
    chart.draw(view);
    write(told, words(view));
  }
  // What is to be said of the one looked at.
  function words({ best, focus, rows, step, unit, comparison }) {
    const one = focus ?? best;
    if (!one) return "";
    const { error } = comparison?.table?.find(({ method }) => method === one.name) ?? {};
    const off =
      step || error === undefined ? "" : `, a mean error of ${short(error)}${unit && ` ${unit}`}`;
    const first = `${one.name}: MASE ${scaled(one.error)}${step ? ` at step ${step}` : ""}${off}.`;
    if (one === best) {
      const even = rows.filter((row) => row !== best && row.tied).map(({ name }) => name);
      return `${first} ${even.length ? `No more than chance behind it: ${even.join(", ")}.` : rows.length > 1 ? "All others are behind it by more than chance." : ""}`.trim();
    }
    if (!one.behind) return first;
    const { mean, halfWidth } = one.behind;
    const by = `${scaled(mean)} ± ${scaled(halfWidth)}`;
    return `${first} Behind ${best.name} by ${by}, ${one.tied ? "no more" : "more"} than chance.`;
  }
  return { root, layout: chart.layout, draw, words };
}
