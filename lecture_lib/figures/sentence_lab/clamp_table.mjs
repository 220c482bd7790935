// The 2 × 2 table: f held at 1 or not, i held at 0 or not, at the new subject. A cell is filled once
// the reader has set its holds; a click on it sets them.
import { GATES, QUARTERS, TABLE } from "./__init__.py";
import { fixed, html, put, write } from "../../web/kit/dom.mjs";

/**
 * @param {string} quarter one of QUARTERS
 * @param {number} t the word, from 1
 * @returns {object[]} the holds that the quarter stands for
 */
export function holdsOf(quarter, t) {
  const values = Object.fromEntries([...quarter].map((gate) => [gate, TABLE[gate]]));
  return quarter ? [{ t, units: [], ...values }] : [];
}

/**
 * @param {object[]} holds
 * @param {number} t the word, from 1
 * @returns {string | undefined} the quarter whose holds these are, if there is one
 */
export function quarterOf(holds, t) {
  const isSame = (a, b) =>
    a.t === b.t && !a.units?.length && GATES.every((gate) => a[gate] === b[gate]);
  return QUARTERS.find((quarter) => {
    const wanted = holdsOf(quarter, t);
    return holds.length === wanted.length && wanted.every((hold, k) => isSame(holds[k], hold));
  });
}

// "f = 1" or "f free".
const state = (quarter, gate) =>
  quarter.includes(gate) ? `${gate} = ${TABLE[gate]}` : `${gate} free`;

/**
 * @param {object} options `choose(quarter)` is asked for a cell
 * @returns {{root: Element, draw: (view: object) => void}}
 */
export function createClampTable({ choose }) {
  const title = html("p", { class: "live-desk-title" });
  const quarters = QUARTERS.map((name) => createQuarter(name, () => choose(name)));
  const head = (scope, name, gate) =>
    html(
      "th",
      { scope },
      name.includes(gate)
        ? html("b", { class: `live-${gate}` }, state(name, gate))
        : state(name, gate),
    );
  const table = html(
    "table",
    { class: "live-quarters" },
    html("thead", {}, html("tr", {}, html("td"), head("col", "", "i"), head("col", "i", "i"))),
    html(
      "tbody",
      {},
      ...["", "f"].map((row) =>
        html(
          "tr",
          {},
          head("row", row, "f"),
          ...quarters
            .filter(({ name }) => name.includes("f") === (row === "f"))
            .map(({ root }) => html("td", {}, root)),
        ),
      ),
    ),
  );
  const note = html("p", { class: "live-advice live-quarters-note" });
  const root = html("div", {}, title, table, note);

  // `results`: {quarter: [P(old), P(new)]} of those that are filled; `now`: the one whose holds are
  // set; `story`: { at, old, fresh }, two classes as { word, k }, or null where there is nothing to
  // ask, for which `why` is the reason.
  function draw({ results, now, story, why }) {
    write(title, story ? `All units, at “${story.at}”` : "All units, at the new subject");
    write(
      note,
      story
        ? `P(${story.old.word}), the old subject’s, and P(${story.fresh.word}), the new one’s, at the end. Predict, then click.`
        : why,
    );
    for (const quarter of quarters)
      quarter.draw(story, story && results[quarter.name], quarter.name === now);
  }
  return { root, draw };
}

function createQuarter(name, choose) {
  const rows = [0, 1].map(() => {
    const [word, bar, value] = [html("span"), html("i"), html("span")];
    const track = html("span", { class: "live-next-track" }, bar);
    return {
      root: html("span", { class: "live-quarter-row" }, word, track, value),
      word,
      bar,
      value,
    };
  });
  const unknown = html("span", { class: "live-unknown" }, "?");
  const root = html(
    "button",
    { type: "button", class: "live-quarter", onclick: choose },
    unknown,
    ...rows.map((row) => row.root),
  );
  const holds = `${state(name, "f")}, ${state(name, "i")}`;

  function draw(story, p, isNow) {
    root.disabled = !story;
    unknown.hidden = Boolean(p);
    for (const row of rows) row.root.hidden = !p;
    put(root, {
      "aria-pressed": Boolean(story) && isNow,
      "aria-label": p
        ? `${holds}: ${story.old.word} ${fixed(p[0])}, ${story.fresh.word} ${fixed(p[1])}`
        : `${holds}: not tried yet`,
    });
    if (!p) return;
    [story.old, story.fresh].forEach((who, k) => {
      write(rows[k].word, who.word);
      write(rows[k].value, fixed(p[k]));
      rows[k].bar.style.width = `${100 * p[k]}%`;
      const most = p[k] === Math.max(...p) ? " live-most" : "";
      put(rows[k].root, { class: `live-quarter-row live-who-${who.k}${most}` });
    });
  }
  return { name, root, draw };
}
