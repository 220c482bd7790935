// What stands on the figure: what is put under the microscope, four tabs, the unit and step looked at,
// the holds, the numbers.
import { createLayout } from "../../web/kit/desk.mjs";
import { html, write } from "../../web/kit/dom.mjs";
import { turnTo } from "../../web/kit/views.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { createFindingsPane } from "./findings_pane.mjs";
import { createHolding } from "./holding.mjs";
import { alphabetFor } from "./inputs.mjs";
import { createLayers } from "./layers.mjs";
import { createMapsPane } from "./maps_pane.mjs";
import { createMemoryPane } from "./memory_pane.mjs";
import { createNumbers } from "./numbers.mjs";
import { createReachPane } from "./reach_pane.mjs";
import { createReadout } from "./readout.mjs";
import { createSetup } from "./setup.mjs";
import { createViewer, firstOf } from "./view.mjs";
import { createWork } from "./work.mjs";

const TABS = ["Maps", "Memory and health", "Reach and origins", "Findings"];
const ORIGINS = 2;

/**
 * @param {object} figure its el, model and frame, the session, and `redraw()`
 * @param {AbortSignal} signal
 * @returns {object} `nodes`, `layout()`, and `drawWork()`, how far it is, and `draw()`, in parts,
 *   which returns whether something is still to come, and what the figure shows in a sentence
 */
export function createDesk({ el, model, frame, session, redraw }, signal) {
  const { change } = frame;
  const then = (act) => (argument) => {
    act(argument);
    redraw();
  };
  const setup = createSetup(
    el,
    {
      change,
      open: session.open,
      paste: session.paste,
      close: then(session.close),
      closeTable: then(session.closeTable),
    },
    signal,
  );
  const work = createWork(session.stop);
  const layers = createLayers(change);
  const told = html("p", { class: "live-trouble" });
  const tabs = createTabs(TABS, (tab) => change({ tab }));
  const panes = [
    createMapsPane(change, signal),
    createMemoryPane(change),
    createReachPane(change),
    createFindingsPane(),
  ];
  const readout = createReadout(change);
  const holding = createHolding(change);
  const numbers = createNumbers();
  const viewOf = createViewer();
  const roots = panes.map((pane) => pane.root);
  const bench = html("div", { class: "live-large live-bench" }, tabs.root, ...roots);
  const nodes = [
    html("div", { class: "live-head" }, work.root, frame.tools),
    ...[setup, layers].map((part) => part.root),
    told,
    bench,
    ...[readout, holding, numbers].map((part) => part.root),
    frame.caption,
    frame.voice,
  ];

  const layout = createLayout(el, bench, panes);

  function* draw() {
    const get = (name) => model.get(name);
    const tab = get("tab");
    tabs.draw(tab);
    if (roots.some((root) => !root.hidden)) yield* turnTo(panes, tab);
    const view = viewOf(session, get);
    const D = firstOf(session.network).inputSize;
    setup.draw(session, get, {
      size: D,
      alphabet: alphabetFor(get("alphabet"), D, session.ownNames()),
    });
    layers.draw(view, session.network);
    const troubles = [session.trouble, ...view.told].filter(Boolean).join(" ");
    write(told, troubles);
    told.hidden = !troubles;
    panes.forEach((pane, k) => {
      pane.root.hidden = k !== tab || !view.trace;
    });
    for (const part of [readout, holding, numbers]) part.root.hidden = !view.trace;
    if (view.trace) {
      if (tab === ORIGINS && !session.holding) session.askOrigins(view, get("of"));
      panes[tab].draw(view, session, get);
    }
    session.news = null;
    yield;
    if (view.trace) {
      readout.draw(view);
      holding.draw(view, get("holds"));
      if (!session.holding) numbers.draw(view, session, tab);
    }
    drawWork();
    const asks = tab === ORIGINS && view.trace && !session.origins && !session.trouble;
    const isComing = session.waits.size > 0 || Boolean(session.holding);
    return { waits: isComing || Boolean(asks), says: sentenceOf(view, troubles) };
  }

  function drawWork() {
    work.draw(session);
  }
  return { nodes, layout, draw, drawWork };
}

function sentenceOf({ layer, side, H, T, step, unit, trace, letters, valuesOf }, troubles) {
  if (!trace) return troubles || "Nothing is shown.";
  const values = letters.map(
    (letter) => `${letter} ${valuesOf(trace, letter)[step * H + unit].toFixed(2)}`,
  );
  const way = side === "back" ? ", read from the end" : "";
  return `${layer.name}${way}, unit ${unit + 1} of ${H}, step ${step + 1} of ${T}: ${values.join(", ")}. ${troubles}`.trim();
}
