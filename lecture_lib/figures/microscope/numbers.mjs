// The numbers of the tab that is shown, in a fold.
import { html, write } from "../../web/kit/dom.mjs";
import { weightsOf } from "./origins.mjs";

const DIGITS = 10;
const SMALL = 60; // rows that are there before the fold is opened

/**
 * @returns {object} `draw(view, session, tab)`
 */
export function createNumbers() {
  const head = html("tr");
  const body = html("tbody");
  const table = html("table", {}, html("thead", {}, head), body);
  const scroll = { class: "live-scroll", tabindex: 0, role: "region", "aria-label": "Numbers" };
  const summary = html("summary", {}, "Numbers");
  const root = html("details", { class: "live-numbers" }, summary, html("div", scroll, table));
  let shown = null;
  let filled = "";
  root.addEventListener("toggle", () => shown && fill());

  function fill() {
    const { title, heads, count, cell, version } = shown;
    write(summary, title);
    const rows = root.open || count <= SMALL ? count : 0;
    if (filled === `${version} ${rows}`) return;
    filled = `${version} ${rows}`;
    if (head.dataset.key !== heads.join()) {
      head.dataset.key = heads.join();
      head.replaceChildren(...heads.map(headOf));
      body.replaceChildren();
    }
    while (body.children.length > rows) body.lastChild.remove();
    while (body.children.length < rows) body.append(rowOf(heads.length));
    [...body.children].forEach((row, k) =>
      heads.forEach((_, j) => write(row.children[j], `${cell(k, j)}`)),
    );
  }
  function draw(view, session, tab) {
    const { reports, findings, origins } = session;
    const known = [reports, findings, origins].map(versionOf);
    const version = `${tab} ${view.key} ${tab ? known : view.unit}`;
    shown = { version, ...[ofSteps, ofUnits, ofLags, ofFindings][tab](view, session) };
    fill();
  }
  return { root, draw };
}

// A number for each answer of the engine.
const numbered = new WeakMap();
let answers = 0;
function versionOf(answer) {
  if (!answer) return 0;
  if (!numbered.has(answer)) numbered.set(answer, (answers += 1));
  return numbered.get(answer);
}

function headOf(name) {
  const letter = name.length === 1 ? `live-${name}` : false;
  return html("th", { scope: "col", class: letter }, name);
}
const rowOf = (width) =>
  html(
    "tr",
    {},
    html("th", { scope: "row" }),
    ...Array.from({ length: width - 1 }, () => html("td")),
  );

function ofSteps({ unit, T, H, letters, trace, valuesOf, input }) {
  const named = input.steps ? ["reads"] : [];
  return {
    title: `Numbers of unit ${unit + 1}`,
    heads: ["step", ...named, ...letters],
    count: T,
    cell(t, j) {
      if (!j) return t + 1;
      if (j <= named.length) return input.steps[t];
      return valuesOf(trace, letters[j - 1 - named.length])[t * H + unit].toFixed(DIGITS);
    },
  };
}

function ofUnits({ report, H }) {
  const health = report?.health ?? {};
  const names = Object.keys(health);
  return {
    title: "Numbers of the units",
    heads: ["unit", "time constant", ...names],
    count: report ? H : 0,
    cell(k, j) {
      if (!j) return k + 1;
      const value = j === 1 ? (report.timeConstants?.[k] ?? "none") : health[names[j - 2]][k];
      return typeof value === "number" ? Number(value.toPrecision(7)) : value;
    },
  };
}

function ofLags({ report, T, input }, { origins }) {
  const weights = origins ? weightsOf(origins.of, T, input.D) : null;
  const reach = report?.reach;
  const small = (value) => (value === undefined || value === null ? "" : value.toExponential(6));
  return {
    title: "Numbers of the reach and of the origins",
    heads: ["lag", "by x", "state", "direct", "step", "origin"],
    count: reach ? T : 0,
    cell: (k, j) =>
      [
        () => k,
        () => small(reach.x[k]),
        () => small(reach.state?.[k]),
        () => small(reach.direct?.[k]),
        () => k + 1,
        () => small(weights?.[k]),
      ][j](),
  };
}

function ofFindings(_, { findings }) {
  return {
    title: "Numbers of the findings",
    heads: ["finding", "layer", "value", "threshold"],
    count: findings?.length ?? 0,
    cell(k, j) {
      const { key, layer, value, threshold } = findings[k];
      return [key, layer ?? "", value ?? "", threshold ?? ""][j];
    },
  };
}
