// The first tab: the maps with what orders and zooms them, and h of the unit looked at.
import { createLineChart } from "../../web/charts/line_chart.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { createPick } from "../../web/parts/fields.mjs";
import { createMaps } from "./maps.mjs";

const SORTS = {
  stored: "as stored",
  time: "by time constant",
  activity: "by activity",
  likeness: "by likeness",
};

const AWHILE = 400; // ms

/**
 * @param {(values: object) => void} change
 * @param {AbortSignal} [signal]
 * @returns {object} `root`, what of it comes `late`, `layout(width)`, `draw(view, { sort, focus })`
 */
export function createMapsPane(change, signal) {
  let view = null;
  const sort = createPick("sort", "units", (value) => change({ sort: value }));
  const focus = createPick("focus", "maps", (value) => change({ focus: value }));
  const [nearer, wider, all] = [
    button("+", () => zoomBy(0.5), { "aria-label": "Fewer steps: zoom in" }),
    button("−", () => zoomBy(2), { "aria-label": "More steps: zoom out" }),
    button("All steps", () => change({ span: [] })),
  ];
  const range = html("span", { class: "live-advice live-scope-range" });
  const bar = html(
    "div",
    { class: "live-fields live-scope-bar-of-tools" },
    sort.root,
    focus.root,
    html(
      "span",
      { class: "live-scope-zoom", role: "group", "aria-label": "Steps shown" },
      nearer,
      wider,
      all,
    ),
    range,
  );
  const maps = createMaps({
    choose: (step, unit) => change({ step: step + 1, unit: unit + 1 }),
    look: (step, unit) => write(reading, step === null ? readingAt() : readingAt(step, unit)),
    zoom: (from, to) => change({ span: [from + 1, to] }),
    signal,
  });
  const reading = html("p", { class: "live-heat-reading live-scope-reading" });
  const legend = createLegend([
    { kind: "h", label: "h of the unit" },
    { kind: "soft", label: "the free run", style: "dashed" },
  ]);
  const changed = html("span", { class: "live-scope-changed" });
  legend.root.append(changed);
  const chart = createLineChart({
    name: "live-scope-line",
    height: 92,
    lines: [{ kind: "soft", style: "dashed" }, { kind: "h" }],
    points: [{ kind: "h" }],
    rows: 3,
    edge: { top: 6, bottom: 8 },
    choose: (place) => change({ step: Math.round(place) }),
  });
  const root = html(
    "div",
    { class: "live-pane" },
    bar,
    maps.root,
    reading,
    legend.root,
    chart.root,
  );

  function zoomBy(part) {
    const { span, T, step } = view;
    const size = Math.max(2, Math.min(T, Math.round((span[1] - span[0]) * part)));
    if (size >= T) return change({ span: [] });
    const from = Math.max(0, Math.min(T - size, Math.round(step - size / 2)));
    change({ span: [from + 1, from + size] });
  }
  function readingAt(step = view.step, unit = view.unit) {
    const s = step * view.H + unit;
    const name = view.input.steps?.[step];
    const values = view.letters.map(
      (letter) => `${letter} ${fixed(view.valuesOf(view.trace, letter)[s], 3)}`,
    );
    const word = name && name.trim() ? ` “${name}”` : "";
    return `unit ${unit + 1}, step ${step + 1}${word}: ${values.join(" · ")}`;
  }

  function draw(newView, _, get) {
    const [sorted, focused] = [get("sort"), get("focus")];
    view = newView;
    const { letters, isHeld, H, T, span } = view;
    const shown = letters.includes(focused) ? [focused] : letters;
    const versionOf = (version) => `${version} ${shown} ${isHeld}`;
    sort.draw(Object.entries(SORTS), sorted);
    focus.draw(
      [["", "all"], ...letters.map((letter) => [letter, `${letter} alone`])],
      shown.length > 1 ? "" : focused,
    );
    const whole = span[1] - span[0] === T;
    write(
      range,
      whole
        ? `${T} steps, ${H} ${H === 1 ? "unit" : "units"}`
        : `steps ${span[0] + 1} to ${span[1]} of ${T}`,
    );
    nearer.disabled = span[1] - span[0] <= 2;
    wider.disabled = all.disabled = whole;
    maps.draw({
      ...view,
      maps: [...shown.map(mapOf), ...(isHeld && shown.length > 1 ? [changes().map] : [])],
      units: H,
      steps: T,
      names: view.input.steps,
      say: readingAt,
      label: `Heat maps of ${shown.join(", ")}, a row for each of ${H} units, a column for each step.`,
      version: versionOf(view.version),
      news: view.news && { ...view.news, base: versionOf(view.news.base) },
    });
    write(reading, readingAt());
    drawLine();
  }
  function mapOf(letter) {
    const { trace, free, isHeld } = view;
    return {
      letter,
      values: view.valuesOf(trace, letter),
      scale: view.sized(letter),
      ghost: isHeld ? view.valuesOf(free, letter) : undefined,
      held: trace.held?.[letter],
    };
  }
  // What the holds change in h, found once for each run.
  let found = { key: "" };
  function changes() {
    if (found.key === view.key) return found;
    const { version, holding, news, H } = view;
    const { scale, values } = found.map ?? {};
    const isSame = holding && news && found.version === news.base;
    found = { key: view.key, version, H, ...changeOf(view, isSame && values) };
    if (holding && scale && values.length === view.trace.h.length) found.map.scale = scale;
    return found;
  }
  // Of a run that is not all there yet nothing is said, or after a while how far it is.
  function changedText() {
    const { isHeld, holding, H, T, layer, side } = view;
    if (holding && performance.now() < holding.since + AWHILE) return changed.textContent;
    if (holding) {
      const { name, side: of, from, to } = holding.part ?? {};
      const place = of === "back" ? `down to step ${from + 1}` : `up to step ${to}`;
      const isHere = name === layer.name && of === side;
      const far = isHere ? `, ${place} of ${T} by now` : "";
      return `what the holds move is being computed${far}`;
    }
    if (!isHeld) return "";
    const { most, at } = changes();
    if (!most) return "the holds move no h of this layer";
    const where = `unit ${(at % H) + 1}, step ${Math.floor(at / H) + 1}`;
    return `the holds move h by at most ${fixed(most, 3)}: ${where}`;
  }
  function drawLine() {
    const { trace, free, isHeld, unit, H, T, span, step } = view;
    const line = (h) =>
      Float64Array.from({ length: span[1] - span[0] }, (_, k) => h[(span[0] + k) * H + unit]);
    const scale = view.sized("h");
    const now = trace.h[step * H + unit];
    const inside = step >= span[0] && step < span[1];
    legend.draw([true, isHeld]);
    write(changed, changedText());
    chart.draw({
      x: [span[0] + 0.5, span[1] + 0.5],
      y: [-scale, scale],
      at: inside ? step + 1 : undefined,
      lines: [
        isHeld ? { x: span[0] + 1, y: line(free.h) } : null,
        { x: span[0] + 1, y: line(trace.h) },
      ],
      points: [inside ? { x: step + 1, y: now } : null],
      version: `${view.key} ${unit} ${span} ${isHeld}`,
      label: `h of unit ${unit + 1} over steps ${span[0] + 1} to ${span[1]} of ${T}; at step ${step + 1}: ${fixed(now, 4)}.`,
    });
  }
  function layout(width) {
    maps.layout(width);
    chart.layout(width);
  }
  return { root, late: [legend.root, chart.root], layout, draw };
}

// What the holds change in h: the most, where, and a map of its own; of one before only the news.
function changeOf({ trace, free, news, H }, before) {
  const values = before || new Float64Array(trace.h.length);
  const [from, to] = before
    ? [news.from * H, Math.min(news.to * H, values.length)]
    : [0, values.length];
  for (let s = from; s < to; s += 1) values[s] = trace.h[s] - free.h[s];
  let [most, at] = [0, 0];
  for (let s = 0; s < values.length; s += 1)
    if (Math.abs(values[s]) > most) [most, at] = [Math.abs(values[s]), s];
  return { most, at, map: { letter: "d", values, scale: Number(most.toPrecision(2)) || 1 } };
}
