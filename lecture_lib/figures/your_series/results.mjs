// What a reader takes along: the table as CSV, all of it as JSON, and the call in Python.
import { html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { meanOf } from "../../web/numbers/forecasting/problem.mjs";
import { pythonFor } from "./python.mjs";

const COLUMNS = "method,family,mase,spread,error,behind,half_width,parameters,updates";

// The table, with the MASE at each step ahead: numbers and names of methods alone.
function csvOf({ comparison, rows, problem }) {
  const ahead = Array.from({ length: problem.horizon }, (_, k) => k);
  const head = [COLUMNS, ...ahead.map((k) => `mase_${k + 1}`)].join();
  const of = Object.fromEntries(rows.map((row) => [row.name, row]));
  const lines = comparison.table.map((line) => {
    const { family, mase } = of[line.method];
    const [behind, half] = line.behind ?? ["", ""];
    const first = [line.method, family, line.mase, line.spread ?? "", line.error, behind, half];
    const cost = [line.parameters, line.updates.join(" ")];
    return [...first, ...cost, ...ahead.map((k) => meanOf(mase.map((s) => s[k])))].join();
  });
  return [head, ...lines, ""].join("\n");
}

function save(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  html("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/**
 * @returns {object} `root`, `draw(view, session, get)`
 */
export function createResults() {
  let [view, text] = [null, ""];
  const csv = button("CSV", () => save(csvOf(view), "your-series.csv", "text/csv"));
  const json = button("JSON", () =>
    save(
      `${JSON.stringify(view.comparison.whole, null, 1)}\n`,
      "your-series.json",
      "application/json",
    ),
  );
  const code = html("pre", { class: "live-code live-scroll", tabindex: 0 });
  const copy = button("Copy", take);
  const fold = html("details", { class: "live-fold" }, html("summary", {}, "Python for this"));
  fold.append(code, copy);
  const buttons = html(
    "div",
    { class: "live-fields" },
    html("span", {}, "Download results"),
    csv,
    json,
  );
  const root = html("div", { class: "live-yours-results" }, buttons, fold);

  async function take() {
    try {
      await navigator.clipboard.writeText(text);
      write(copy, "Copied");
    } catch {
      // Where a page may not write it, it is marked, to be copied by hand.
      getSelection().selectAllChildren(code);
      write(copy, "Marked: copy it");
    }
  }
  function draw(newView, session, get) {
    view = newView;
    for (const one of [csv, json]) one.disabled = !view?.best || Boolean(session.waits);
    const wanted = pythonFor(session, get);
    if (wanted === text) return;
    text = wanted;
    write(code, text);
    write(copy, "Copy");
  }
  return { root, draw };
}
