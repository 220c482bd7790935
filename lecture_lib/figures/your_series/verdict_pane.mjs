// The verdict in words, the alarms, and the rules by which it is given.
import { html, write } from "../../web/kit/dom.mjs";
import { RULES } from "../../web/numbers/forecasting/words.mjs";

const BEFORE = {
  quick: "Before any network is trained",
  networks: "While networks are trained: the verdict before",
  stopped: "Stopped: the verdict on what was through",
  done: "The verdict",
};

/**
 * @returns {object} `root`, `draw(session)`, which returns the verdict's words
 */
export function createVerdict() {
  const over = html("p", { class: "live-heading" });
  const head = html("p", { class: "live-yours-said" });
  const words = html("p", { class: "live-yours-words" });
  const alarms = html("ul", { class: "live-yours-alarms" });
  const rules = html("ol", {}, ...RULES.map((rule) => html("li", {}, rule)));
  const fold = html("details", { class: "live-fold" }, html("summary", {}, "The rules"), rules);
  const trouble = html("p", { class: "live-trouble", role: "status" });
  const root = html(
    "section",
    { class: "live-yours-verdict", "aria-label": "Verdict" },
    trouble,
    over,
    head,
    words,
    alarms,
    fold,
  );
  let said = null; // the last verdict, which stays until there is another
  function draw({ trouble: what, comparison, phase, problem }) {
    if (comparison?.verdict) said = comparison.verdict;
    if (!comparison && phase === "quick") said = null;
    write(trouble, what);
    trouble.hidden = !what;
    for (const part of [over, head, words, fold]) part.hidden = Boolean(what);
    root.dataset.verdict = what ? "" : (said?.kind ?? "");
    // "A line is enough: AR beats …" has its head before the first sign.
    const [first, rest] = said ? said.words.split(/(?<=^[^:.]*)[:.] /) : ["…", ""];
    write(over, problem ? BEFORE[phase] : "Being compared");
    write(head, first.replace(/\.$/, ""));
    write(words, rest ? rest[0].toUpperCase() + rest.slice(1) : "");
    const rung = what ? [] : (comparison?.alarms ?? []);
    alarms.hidden = !rung.length;
    if (alarms.dataset.key !== rung.join("\n")) {
      alarms.dataset.key = rung.join("\n");
      alarms.replaceChildren(...rung.map((alarm) => html("li", {}, alarm)));
    }
    return what || [said?.words ?? "", ...rung].join(" ");
  }
  return { root, draw };
}
