// The two cells in numbers, always in view.
import { html, write } from "../../web/kit/dom.mjs";

const LABELS = {
  units: "units H",
  parameters: "parameters",
  c: "largest |c|",
  h: "largest |h|",
  memory: "steps until less than a tenth of the nudge is left in h",
};

/** @returns {object} `draw(facts)`: by name the LSTM's and the GRU's */
export function createFacts() {
  const rows = Object.entries(LABELS).map(([name, label]) =>
    html("tr", { "data-fact": name }, html("th", { scope: "row" }, label), html("td"), html("td")),
  );
  const heads = ["LSTM", "GRU"].map((name) => html("th", { scope: "col" }, name));
  const root = html(
    "table",
    { class: "live-facts" },
    html("thead", {}, html("tr", {}, html("td"), ...heads)),
    html("tbody", {}, ...rows),
  );
  const draw = (facts) =>
    rows.forEach((row) =>
      facts[row.dataset.fact].forEach((value, k) => write(row.children[k + 1], `${value}`)),
    );
  return { root, draw };
}
