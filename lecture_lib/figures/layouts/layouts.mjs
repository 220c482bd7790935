// The layout mapper: a cell's numbers on their way from one framework to another, and a checkpoint
// whose gates are in an order that nobody wrote down.
import { html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { turnTo } from "../../web/kit/views.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { createRepair } from "./repair.mjs";
import { createTranslation } from "./translation.mjs";

const FOLLOWED = ["tab", "cell", "source", "target", "seed", "copied", "gate", "order"];

function render({ model, el }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: FOLLOWED,
    fit: (width) => views.forEach((view) => view.layout(width)),
  });
  const { change } = frame;
  const tabs = createTabs(["Map the layouts", "Repair a checkpoint"], (tab) => change({ tab }));
  const views = [createTranslation(change, frame.redraw), createRepair(change)];
  const badge = html("strong", { class: "live-badge" });
  const measured = html("span", {});
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    html("div", { class: "live-slot" }),
    html("p", { class: "live-judgement" }, badge, measured),
    html("div", { class: "live-large" }, ...views.map((view) => view.root)),
    ...views.map((view) => view.table.root),
    frame.caption,
    frame.voice,
  );

  function* draw() {
    const s = Object.fromEntries(FOLLOWED.map((name) => [name, model.get(name)]));
    tabs.draw(s.tab);
    yield* turnTo(views, s.tab);
    views.forEach(({ table }, k) => {
      table.root.hidden = k !== s.tab;
    });
    const { met, verdict, numbers } = yield* views[s.tab].draw(s);
    badge.classList.toggle("live-met", met);
    write(badge, verdict);
    write(measured, numbers);
    frame.say(`${verdict}. ${numbers}`);
  }

  return frame.start();
}

export default { render };
