// The 2 × 2 table: f held at 1 or not, i held at 0 or not, at the new subject. A cell is filled once
// the reader has set its holds; a click on it sets them.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";

const COMBINATIONS = [
  ["", "i"],
  ["f", "fi"],
];

// The holds of a cell, at word t from 1, and back: which cell these holds are, if any.
export function holdsOf(name, t) {
  const hold = { t, units: [] };
  if (name.includes("f")) hold.f = 1;
  if (name.includes("i")) hold.i = 0;
  return name ? [hold] : [];
}
export function nameOf(holds, t) {
  const same = (a, b) =>
    a.t === b.t && !a.units?.length && ["f", "i", "o"].every((gate) => a[gate] === b[gate]);
  return COMBINATIONS.flat().find((name) => {
    const wanted = holdsOf(name, t);
    return holds.length === wanted.length && wanted.every((hold, k) => same(holds[k], hold));
  });
}

// `choose(name)` is asked for a cell: "", "f", "i" or "fi".
export function createClampTable({ choose }) {
  const title = html("p", { class: "live-desk-title" });
  const cells = COMBINATIONS.map((row) =>
    row.map((name) => {
      const rows = [0, 1].map(() => {
        const [word, bar, value] = [html("span"), html("i"), html("span")];
        return {
          word,
          bar,
          value,
          root: html(
            "span",
            { class: "live-quarter-row" },
            word,
            html("span", { class: "live-next-track" }, bar),
            value,
          ),
        };
      });
      const unknown = html("span", { class: "live-unknown" }, "?");
      const what = `${name.includes("f") ? "f = 1" : "f free"}, ${name.includes("i") ? "i = 0" : "i free"}`;
      const node = html(
        "button",
        { type: "button", class: "live-quarter", onclick: () => choose(name) },
        unknown,
        ...rows.map((row) => row.root),
      );
      return { name, what, rows, unknown, root: node };
    }),
  );
  const letter = (kind, text) => html("b", { class: `live-${kind}` }, text);
  const head = (scope, ...inside) => html("th", { scope }, ...inside);
  const table = html(
    "table",
    { class: "live-quarters" },
    html(
      "thead",
      {},
      html("tr", {}, html("td"), head("col", "i free"), head("col", letter("i", "i = 0"))),
    ),
    html(
      "tbody",
      {},
      ...cells.map((row, k) =>
        html(
          "tr",
          {},
          head("row", k ? letter("f", "f = 1") : "f free"),
          ...row.map(({ root }) => html("td", {}, root)),
        ),
      ),
    ),
  );
  const note = html("p", { class: "live-advice live-quarters-note" });
  const root = html("div", {}, title, table, note);

  // `results`: {name: [P(old), P(new)]} of the cells that are filled; `now`: the cell whose holds are
  // set; `story`: { at, old, fresh }, two classes as { word, k }, or null where there is nothing to ask.
  function draw({ results, now, story, why }) {
    write(title, story ? `All units, at “${story.at}”` : "All units, at the new subject");
    write(
      note,
      story
        ? `P(${story.old.word}), the old subject’s, and P(${story.fresh.word}), the new one’s, at the end. Predict, then click.`
        : why,
    );
    for (const { name, what, rows, unknown, root: node } of cells.flat()) {
      const p = story && results[name];
      node.disabled = !story;
      unknown.hidden = Boolean(p);
      for (const row of rows) row.root.hidden = !p;
      put(node, {
        "aria-pressed": Boolean(story) && name === now,
        "aria-label": p
          ? `${what}: ${story.old.word} ${fixed(p[0])}, ${story.fresh.word} ${fixed(p[1])}`
          : `${what}: not tried yet`,
      });
      if (!p) continue;
      [story.old, story.fresh].forEach((who, k) => {
        const { word, bar, value, root: row } = rows[k];
        write(word, who.word);
        write(value, fixed(p[k]));
        bar.style.width = `${100 * p[k]}%`;
        put(row, {
          class: `live-quarter-row live-who-${who.k}${p[k] === Math.max(...p) ? " live-most" : ""}`,
        });
      });
    }
  }
  return { root, draw };
}
