// What stands on the figure: what is asked, the verdict, the series, four tabs, results and numbers.
import { createLayout } from "../../web/kit/desk.mjs";
import { html } from "../../web/kit/dom.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { createNumbers } from "./numbers.mjs";
import { createByHorizon, createOneOrigin, createSeasonPane } from "./panes.mjs";
import { createRankingPane, saidOf } from "./ranking_pane.mjs";
import { createResults } from "./results.mjs";
import { createSeriesChart } from "./series_chart.mjs";
import { createSetup } from "./setup.mjs";
import { createVerdict } from "./verdict_pane.mjs";
import { viewOf } from "./view.mjs";
import { createWork } from "./work.mjs";

const TABS = ["Ranking", "By horizon", "One origin", "Season"];
const ONE_ORIGIN = 2;

/**
 * @param {object} figure its el, model and frame, the session, and `redraw()`
 * @param {AbortSignal} signal
 * @returns {object} `nodes`, `layout()`, `drawWork()`, how far it is, and `draw()`, which returns whether
 *   something is still to come, and what the figure shows in a sentence
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
  el.classList.add("live-plain");
  let view = null;
  function lookFrom(place) {
    if (!view) return;
    const { split, origins } = view.problem;
    change({ origin: Math.max(0, Math.min(origins - 1, place - split + 1)), tab: ONE_ORIGIN });
  }

  const layout = createLayout(el, bench, [chart, ...panes]);

  function* draw() {
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
    yield;
    results.draw(shown, session, get);
    numbers.draw(shown);
    drawWork();
    const says = [said, shown ? saidOf(shown) : ""].join(" ").trim();
    return { waits: session.isReading || session.waits !== "", says };
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
