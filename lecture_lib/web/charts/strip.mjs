// States as bars and gates as heat rows, one column a step. A click on a column chooses the step.
import { fixed, put, svg, write } from "../kit/dom.mjs";

const GUTTER = 30;
const CHART = 132;
const ROW = 24;

// "0.50" in a narrow column: ".50".
function brief(value) {
  return fixed(value).replace(/\.00$/, "").replace(/0\./, ".");
}

// `shown`: the series drawn as bars, two at most, each with its words in the key.
export function createStrip(steps, rows, choose, shown = { c: "c kept", h: "h shown" }) {
  const barNames = Object.keys(shown);
  const root = svg("svg", { class: "live-strip", role: "img" });
  const here = svg("rect", { class: "live-here", y: 22, rx: 9 });
  const bands = svg("g", { class: "live-bands" });
  const ticks = Array.from({ length: 9 }, () =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line"),
      svg("text", { "text-anchor": "end", x: GUTTER - 8 }),
    ),
  );
  const key = svg("g", { class: "live-key" });
  let end = GUTTER + 8;
  for (const name of barNames) {
    key.append(
      svg("rect", { class: `live-${name}`, width: 9, height: 9, rx: 2, x: end, y: 8 }),
      svg("text", { class: `live-${name}`, x: end + 13, y: 16.5 }, shown[name]),
    );
    end += 22 + 7 * shown[name].length;
  }
  const bars = Object.fromEntries(barNames.map((name) => [name, []]));
  const cells = {};
  const marks = [];
  const words = [];
  const columns = svg("g", {});
  const names = {};
  for (let t = 0; t < steps; t += 1) {
    for (const name of barNames) {
      bars[name].push(svg("rect", { class: `live-bar live-${name}`, rx: 2.5 }));
      columns.append(bars[name][t]);
    }
    marks.push(svg("text", { class: "live-mark", "text-anchor": "middle" }, `${t + 1}`));
    words.push(svg("text", { class: "live-word", "text-anchor": "middle" }));
  }
  for (const name of rows) {
    names[name] = svg(
      "text",
      { class: `live-row live-${name}`, x: GUTTER - 8, "text-anchor": "end" },
      name,
    );
    cells[name] = Array.from({ length: steps }, () => {
      const cell = svg(
        "g",
        { class: `live-cell live-${name}` },
        svg("rect", { rx: 4 }),
        svg("text", { "text-anchor": "middle" }),
      );
      columns.append(cell);
      return cell;
    });
  }
  const hits = Array.from({ length: steps }, (_, t) =>
    svg("rect", { class: "live-hit", onclick: () => choose(t) }),
  );
  root.append(
    ...ticks,
    bands,
    here,
    columns,
    ...Object.values(names),
    ...marks,
    ...words,
    key,
    ...hits,
  );

  const wanted = svg("path", { class: "live-wanted" });
  const answer = svg("path", { class: "live-given" });
  const answerKey = svg(
    "g",
    {},
    svg("path", { class: "live-given", d: `M${GUTTER + 146},12.5h14` }),
    svg("text", { x: GUTTER + 165, y: 16.5 }, "answer"),
    svg("path", { class: "live-wanted", d: `M${GUTTER + 222},12.5h14` }),
    svg("text", { x: GUTTER + 241, y: 16.5 }, "wanted"),
  );
  key.append(answerKey);
  columns.append(wanted, answer);

  const base = CHART + 22;
  const height = base + rows.length * ROW + 24;
  let column = 40;
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    column = (width - GUTTER - 4) / steps;
    put(root, { width, height, viewBox: `0 0 ${width} ${height}` });
    put(here, { width: column - 2, height: height - 23 });
    for (let t = 0; t < steps; t += 1) {
      const x = GUTTER + t * column;
      put(marks[t], { x: x + column / 2, y: height - 8 });
      put(words[t], { x: x + column / 2, y: base - 5 });
      put(hits[t], { x, y: 0, width: column, height });
      rows.forEach((name, k) => {
        const [rect, text] = cells[name][t].children;
        put(rect, { x: x + 1.5, y: base + k * ROW + 1.5, width: column - 3, height: ROW - 3 });
        put(text, { x: x + column / 2, y: base + k * ROW + ROW / 2 + 4 });
      });
    }
    rows.forEach((name, k) => put(names[name], { y: base + k * ROW + ROW / 2 + 5 }));
    if (last) draw(last);
  }

  // `v`: t (from 0), series {…bars, …rows}, held (rows under a clamp), words, bands, met (per band),
  // and, for a network with a readout, its answer and the answer wanted at each step.
  function draw(v) {
    last = v;
    const values = [
      ...barNames.flatMap((name) => v.series[name]),
      ...(v.answer ?? []),
      ...(v.wanted ?? []),
      ...v.bands.flatMap((b) => [b.low, b.high]),
    ];
    const top = Math.max(1, ...values);
    const bottom = Math.min(0, ...values);
    const y = (value) => 30 + ((top - value) * (CHART - 36)) / (top - bottom);
    const every = top - bottom > 4 ? 2 : 1;
    ticks.forEach((tick, k) => {
      const value = (Math.ceil(bottom / every) + k) * every;
      put(tick, { visibility: value <= top ? "visible" : "hidden" });
      if (value > top) return;
      put(tick.firstChild, {
        x1: GUTTER,
        x2: width - 4,
        y1: y(value),
        y2: y(value),
        class: value === 0 ? "live-zero" : "",
      });
      put(tick.lastChild, { y: y(value) + 4 });
      write(tick.lastChild, fixed(value, 0));
    });
    const centre = (t) => GUTTER + (t + 0.5) * column;
    const thick = Math.min(15, column * 0.3);
    for (let t = 0; t < steps; t += 1) {
      const middle = centre(t);
      for (const name of barNames) {
        const value = v.series[name][t];
        put(bars[name][t], {
          x: name === barNames[0] ? middle - thick - 1 : middle + 1,
          width: thick,
          y: Math.min(y(value), y(0)),
          height: Math.abs(y(value) - y(0)),
        });
      }
      for (const name of rows) {
        const value = v.series[name][t];
        const [rect, text] = cells[name][t].children;
        put(rect, { "fill-opacity": 0.06 + 0.56 * Math.abs(value) });
        write(text, column < 34 ? brief(value) : fixed(value));
        cells[name][t].classList.toggle("live-held", Boolean(v.held[name]));
      }
      const word = v.words?.[t] ?? "";
      write(words[t], column >= 44 || word.length < 3 ? word : "");
      marks[t].classList.toggle("live-now", t === v.t);
      words[t].classList.toggle("live-now", t === v.t);
    }
    answerKey.setAttribute("visibility", v.answer ? "visible" : "hidden");
    put(answer, {
      d: v.answer ? `M${v.answer.map((value, t) => `${centre(t)},${y(value)}`).join("L")}` : "",
    });
    put(wanted, {
      d: v.wanted
        ? v.wanted
            .map((value, t) => `M${centre(t) - column / 2 + 2},${y(value)}h${column - 4}`)
            .join("")
        : "",
    });
    put(here, { x: 0, transform: `translate(${GUTTER + v.t * column + 1},0)` });
    if (bands.childElementCount !== v.bands.length)
      bands.replaceChildren(...v.bands.map(() => svg("rect", { rx: 4 })));
    v.bands.forEach((band, k) => {
      put(bands.children[k], {
        class: `live-band live-${band.of}${v.met[k] ? " live-met" : ""}`,
        x: GUTTER + (band.from - 1) * column + 2,
        width: (band.to - band.from + 1) * column - 4,
        y: y(band.high),
        height: Math.max(3, y(band.low) - y(band.high)),
      });
    });
  }

  return { root, layout, draw, gutter: GUTTER };
}
