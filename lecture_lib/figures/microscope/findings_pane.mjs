// The fourth tab: what was found, in sentences, each with its number, its threshold and a lecture.
import { html } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";

// The book's lectures, seen from its script; a figure whose script is no file of the book links none.
const beside = document.currentScript?.src ?? "";
const lectures = /\/_static\/live\/[^/]*$/.test(beside)
  ? new URL("../../notebooks/", beside)
  : null;

const shown = (value) =>
  typeof value !== "number" || !Number.isFinite(value)
    ? `${value}`
    : Number.isInteger(value)
      ? `${value}`
      : inTens(value);

function rowOf({ words, value, threshold, lecture, link }) {
  const to = `lecture ${lecture}`;
  const where = lectures && link ? html("a", { href: new URL(link, lectures).href }, to) : to;
  const facts = [
    ...(value === null || value === undefined ? [] : [`measured ${shown(value)}`]),
    ...(threshold === null || threshold === undefined ? [] : [`threshold ${shown(threshold)}`]),
  ];
  const small = html(
    "span",
    { class: "live-advice" },
    facts.join(" · "),
    facts.length ? " · " : "",
    where,
  );
  return html("li", { class: threshold === null ? "live-plainly" : "live-notable" }, words, small);
}

/**
 * @returns {object} `root`, `layout()`, `draw(view, findings)`
 */
export function createFindingsPane() {
  const waiting = html("p", { class: "live-advice" }, "Being computed.");
  const list = html("ul", { class: "live-findings" });
  const root = html(
    "div",
    {
      class: "live-pane live-scroll live-look",
      tabindex: 0,
      role: "region",
      "aria-label": "Findings",
    },
    waiting,
    list,
  );
  let last = null;
  function draw({ network: { layers } }, { findings }) {
    waiting.hidden = Boolean(findings);
    if (findings === last) return;
    last = findings;
    const many = layers.length > 1 || Object.keys(layers[0].cells).length > 1;
    let before = "";
    const rows = (findings ?? []).flatMap((finding) => {
      const of = `${finding.layer}${finding.direction === "back" ? ", from the last step back" : ""}`;
      const head = many && of !== before ? [html("li", { class: "live-heading" }, of)] : [];
      before = of;
      return [...head, rowOf(finding)];
    });
    list.replaceChildren(...rows);
  }
  return { root, layout() {}, draw };
}
