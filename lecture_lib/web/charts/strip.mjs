// States as bars and gates as heat rows, one column a step. A click on a column chooses the step.
import { fixed, put, svg, write } from "../kit/dom.mjs";

const GUTTER = 30;
const CHART = 90;
const BASE = CHART + 22; // where the rows begin
const ROW = 21;
const LINE = 13; // px that a number takes in height
const WORD = 50; // the narrowest column that holds a word
const LETTER = 7; // px that a letter of it takes at most

// "0.50" in a narrow column: ".5".
function brief(value) {
  return fixed(value)
    .replace(/\.?0+$/, "")
    .replace(/0\./, ".");
}

// Horizontal lines at whole numbers, as many as their names have room for.
function createLevels() {
  const levels = Array.from({ length: 9 }, () =>
    svg(
      "g",
      { class: "live-tick" },
      svg("line", { x1: GUTTER }),
      svg("text", { "text-anchor": "end", x: GUTTER - 8 }),
    ),
  );
  function draw(bottom, top, y, width) {
    const every = [1, 2, 5].find((step) => y(0) - y(step) >= LINE) ?? 10;
    levels.forEach((level, k) => {
      const value = (Math.ceil(bottom / every) + k) * every;
      put(level, { visibility: value <= top ? "visible" : "hidden" });
      if (value > top) return;
      put(level.firstChild, {
        x2: width - 4,
        y1: y(value),
        y2: y(value),
        class: value === 0 ? "live-zero" : "",
      });
      put(level.lastChild, { y: y(value) + 4 });
      write(level.lastChild, fixed(value, 0));
    });
  }
  return { root: svg("g", {}, ...levels), draw };
}

// What the bars are, and of a network with a readout what the lines are.
function createKey(bars) {
  const root = svg("g", { class: "live-key" });
  let x = GUTTER + 8;
  for (const [name, words] of Object.entries(bars)) {
    root.append(
      svg("rect", { class: `live-${name}`, width: 9, height: 9, rx: 2, x, y: 8 }),
      svg("text", { class: `live-${name}`, x: x + 13, y: 16.5 }, words),
    );
    x += 22 + 7 * words.length;
  }
  const lines = svg(
    "g",
    {},
    svg("path", { class: "live-given", d: `M${GUTTER + 146},12.5h14` }),
    svg("text", { x: GUTTER + 165, y: 16.5 }, "answer"),
    svg("path", { class: "live-wanted", d: `M${GUTTER + 222},12.5h14` }),
    svg("text", { x: GUTTER + 241, y: 16.5 }, "wanted"),
  );
  root.append(lines);
  return {
    root,
    draw: (hasAnswer) => put(lines, { visibility: hasAnswer ? "visible" : "hidden" }),
  };
}

// Bars from 0, those of one step side by side.
function createBars(steps, names) {
  const bars = names.map(() =>
    Array.from({ length: steps }, () => svg("rect", { class: "live-bar", rx: 2.5 })),
  );
  const groups = names.map((name, k) => svg("g", { class: `live-bars live-${name}` }, ...bars[k]));
  function draw(series, y, column, centre) {
    const width = Math.min(15, column * 0.3);
    names.forEach((name, k) =>
      bars[k].forEach((bar, t) => {
        const value = series[name][t];
        put(bar, {
          x: k ? centre(t) + 1 : centre(t) - width - 1,
          width,
          y: Math.min(y(value), y(0)),
          height: Math.abs(y(value) - y(0)),
        });
      }),
    );
  }
  return { root: svg("g", {}, ...groups), draw };
}

// A row of numbers for each gate, on a ground as dark as the number is large.
function createRows(steps, rows) {
  const middle = (k) => BASE + k * ROW + ROW / 2;
  const names = rows.map((name, k) =>
    svg(
      "text",
      { class: `live-row live-${name}`, x: GUTTER - 8, y: middle(k) + 5, "text-anchor": "end" },
      name,
    ),
  );
  const cells = rows.map((name, k) =>
    Array.from({ length: steps }, () =>
      svg(
        "g",
        { class: "live-cell" },
        svg("rect", { rx: 4, y: BASE + k * ROW + 1.5, height: ROW - 3 }),
        svg("text", { "text-anchor": "middle", y: middle(k) + 4 }),
      ),
    ),
  );
  const groups = rows.map((name, k) => svg("g", { class: `live-cells live-${name}` }, ...cells[k]));
  const layout = (column, centre) =>
    cells.flat().forEach((cell, k) => {
      const x = centre(k % steps);
      put(cell.firstChild, { x: x - column / 2 + 1.5, width: column - 3 });
      put(cell.lastChild, { x });
    });
  const draw = (series, held, column) =>
    rows.forEach((name, k) =>
      cells[k].forEach((cell, t) => {
        const value = series[name][t];
        put(cell.firstChild, { "fill-opacity": 0.06 + 0.56 * Math.abs(value) });
        write(cell.lastChild, column < 34 ? brief(value) : fixed(value));
        cell.classList.toggle("live-held", Boolean(held[name]));
      }),
    );
  return { root: svg("g", {}, ...groups, ...names), layout, draw };
}

// The number of each step under the rows, its word under the bars, and what hears a click on it.
// A word that is wider than its column stands upright.
function createSteps(steps, choose) {
  const columns = Array.from({ length: steps }, (_, t) => ({
    number: svg("text", { class: "live-mark", "text-anchor": "middle" }, `${t + 1}`),
    word: svg("text", { class: "live-word" }),
    hit: svg("rect", { class: "live-hit", y: 0, onclick: () => choose(t) }),
  }));
  const nodes = (name) => columns.map((column) => column[name]);
  const layout = (width, centre) =>
    columns.forEach(({ number, hit }, t) => {
      put(number, { x: centre(t) });
      put(hit, { x: centre(t) - width / 2, width });
    });
  function draw(words, now, { height, upright, centre }) {
    columns.forEach(({ number, word, hit }, t) => {
      put(hit, { height });
      put(number, { y: height - 8 });
      const place = upright
        ? `translate(${centre(t) + 4},${CHART + 4}) rotate(-90)`
        : `translate(${centre(t)},${BASE - 5})`;
      put(word, { transform: place, "text-anchor": upright ? "end" : "middle" });
      write(word, words?.[t] ?? "");
      for (const node of [number, word]) node.classList.toggle("live-now", t === now);
    });
  }
  return { texts: [...nodes("number"), ...nodes("word")], hits: nodes("hit"), layout, draw };
}

// The bands of a goal, in which a series should lie from one step to another.
function createBands() {
  const root = svg("g", { class: "live-bands" });
  function draw(bands, met, y, column, centre) {
    if (root.childElementCount !== bands.length)
      root.replaceChildren(...bands.map(() => svg("rect", { rx: 4 })));
    bands.forEach((band, k) =>
      put(root.children[k], {
        class: `live-band live-${band.of}${met[k] ? " live-met" : ""}`,
        x: centre(band.from - 1) - column / 2 + 2,
        width: (band.to - band.from + 1) * column - 4,
        y: y(band.high),
        height: Math.max(3, y(band.low) - y(band.high)),
      }),
    );
  }
  return { root, draw };
}

/**
 * @param {number} steps
 * @param {string[]} rows the series drawn as rows of numbers
 * @param {(t: number) => void} choose
 * @param {{ label: string, bars: Object<string, string> }} words what is drawn, for who hears it;
 *   and the series drawn as bars, two at most, each with its words in the key
 * @returns {object} `layout(width)`, `draw(v)`
 */
export function createStrip(steps, rows, choose, { label, bars: shown }) {
  const here = svg("rect", { class: "live-here", x: 0, y: 22, rx: 9 });
  const levels = createLevels();
  const bands = createBands();
  const bars = createBars(steps, Object.keys(shown));
  const cells = createRows(steps, rows);
  const wanted = svg("path", { class: "live-wanted" });
  const answer = svg("path", { class: "live-given" });
  const columns = createSteps(steps, choose);
  const key = createKey(shown);
  const root = svg(
    "svg",
    { class: "live-strip", role: "img", "aria-label": label },
    levels.root,
    bands.root,
    here,
    bars.root,
    cells.root,
    wanted,
    answer,
    ...columns.texts,
    key.root,
    ...columns.hits,
  );
  let width = 640;
  let column = 40;
  let last = null;
  const centre = (t) => GUTTER + (t + 0.5) * column;

  function layout(newWidth) {
    width = newWidth;
    column = (width - GUTTER - 4) / steps;
    put(here, { width: column - 2 });
    columns.layout(column, centre);
    cells.layout(column, centre);
    if (last) draw(last);
  }

  // Room for the words: upright ones move the rows down. Returns where things then stand.
  function makeRoom(words = []) {
    const longest = Math.max(0, ...words.map((word) => word.length));
    const upright = column < WORD && longest > 2;
    const lower = upright ? longest * LETTER + 8 - (BASE - CHART) : 0;
    const height = BASE + lower + rows.length * ROW + 24;
    put(root, { width, height, viewBox: `0 0 ${width} ${height}` });
    put(here, { height: height - 23 });
    put(cells.root, { transform: `translate(0,${lower})` });
    return { height, upright, centre };
  }

  // `v`: t (from 0), series {…bars, …rows}, held (rows under a clamp), words, bands, met (per band),
  // and, for a network with a readout, its answer and the answer wanted at each step.
  function draw(v) {
    last = v;
    const values = Object.keys(shown).flatMap((name) => v.series[name]);
    values.push(...(v.answer ?? []), ...(v.wanted ?? []));
    values.push(...v.bands.flatMap(({ low, high }) => [low, high]));
    const top = Math.max(1, ...values);
    const bottom = Math.min(0, ...values);
    const y = (value) => 30 + ((top - value) * (CHART - 36)) / (top - bottom);
    const level = (value, t) => `M${centre(t) - column / 2 + 2},${y(value)}h${column - 4}`;
    levels.draw(bottom, top, y, width);
    bands.draw(v.bands, v.met, y, column, centre);
    bars.draw(v.series, y, column, centre);
    cells.draw(v.series, v.held ?? {}, column);
    columns.draw(v.words, v.t, makeRoom(v.words));
    key.draw(v.answer);
    const line = v.answer?.map((value, t) => `${centre(t)},${y(value)}`).join("L");
    put(answer, { d: line ? `M${line}` : "" });
    put(wanted, { d: v.wanted?.map(level).join("") ?? "" });
    put(here, { transform: `translate(${GUTTER + v.t * column + 1},0)` });
  }

  return { root, layout, draw };
}
