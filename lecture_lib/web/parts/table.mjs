// The table of a figure's numbers, in a fold.
import { html, write } from "../kit/dom.mjs";

// The letter that a column's name begins with is that of its gate or state: "f", "h LSTM".
function createHead(name) {
  const [letter] = /^[a-z](?= |$)/.exec(name) ?? [];
  return html("th", { scope: "col", class: letter ? `live-${letter}` : false }, name);
}

/**
 * A table in a fold.
 * @param {string[]} heads
 * @param {number} count of rows
 * @returns {object} `draw(cell, shown)` fills the first `shown` rows with cell(row, column)
 */
export function createTable(heads, count) {
  const rows = Array.from({ length: count }, () =>
    html("tr", {}, ...heads.map((_, k) => html(k ? "td" : "th", k ? {} : { scope: "row" }))),
  );
  const head = html("tr", {}, ...heads.map(createHead));
  const table = html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows));
  const root = html(
    "details",
    { class: "live-numbers" },
    html("summary", {}, "Numbers"),
    html(
      "div",
      { class: "live-scroll", tabindex: 0, role: "region", "aria-label": "Numbers" },
      table,
    ),
  );
  const draw = (cell, shown = count) =>
    rows.forEach((row, t) => {
      row.hidden = t >= shown;
      if (!row.hidden) heads.forEach((_, k) => write(row.children[k], cell(t, k)));
    });
  return { root, draw };
}
