// Of a table with several columns: the one to forecast, and what of the others is known, and when.
import { html, write } from "../../web/kit/dom.mjs";
import { createPick } from "../../web/parts/fields.mjs";
import { MOST_COLUMNS } from "./__init__.py";
import { brief } from "./words.mjs";

const ROLES = [
  ["", "not used"],
  ["ahead", "known ahead"],
  ["late", "known late"],
];
const MOST_LISTED = 40;

/**
 * @param {(name: string) => void} aim
 * @param {(name: string, role: string) => void} use
 * @returns {object} `root`, `draw(session)`
 */
export function createColumns(aim, use) {
  const target = createPick("column", "forecast", aim);
  const summary = html("summary");
  const list = html("div", { class: "live-fields live-yours-columns" });
  const advice = html(
    "p",
    { class: "live-advice" },
    "Known ahead: its coming values are known when a forecast is made, as those of a calendar. Known late: up to now only. To say the first of what is not known then is a leak.",
  );
  const fold = html("details", { class: "live-fold" }, summary, advice, list);
  const root = html("div", {}, html("div", { class: "live-fields" }, target.root), fold);
  let [listed, picks] = [null, []];
  function draw({ source, target: aimed, roles }) {
    const names = source.columns.map(({ name }) => name);
    root.hidden = names.length < 2;
    if (root.hidden) return;
    target.draw(
      names.map((name) => [name, brief(name, 40)]),
      aimed,
    );
    const key = JSON.stringify([names, aimed]);
    if (key !== listed) {
      listed = key;
      picks = names
        .filter((name) => name !== aimed)
        .slice(0, MOST_LISTED)
        .map((name, k) => ({
          name,
          pick: createPick(`role-${k}`, brief(name, 30), (role) => use(name, role)),
        }));
      list.replaceChildren(...picks.map(({ pick }) => pick.root));
    }
    for (const { name, pick } of picks) pick.draw(ROLES, roles[name] ?? "");
    const used = Object.keys(roles).length;
    write(
      summary,
      `Other columns: ${used || "none"} used, of ${names.length - 1}; at most ${MOST_COLUMNS}`,
    );
  }
  return { root, draw };
}
