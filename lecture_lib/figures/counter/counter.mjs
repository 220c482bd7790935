// Counting a's and b's: the unit of an LSTM, and of a GRU, that follows the count through a word that
// is typed, and whether each expects the end in time. The traits: lecture_lib/figures/counter.py.
import { createAxis, GUTTER, roundTicks } from "../../web/charts/axes.mjs";
import { createLegend } from "../../web/charts/legend.mjs";
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { percent } from "../../web/charts/next_bars.mjs";
import { button, createTable } from "../../web/kit/parts.mjs";
import { createTextField } from "../../web/kit/sequence.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";
import { readLetters, sayLeftOut } from "../../web/kit/typed_letters.mjs";

const MAX_LETTERS = 80;
const READS = "ab";
const KINDS = [
  { kind: "LSTM", state: "c" },
  { kind: "GRU", state: "h" },
];
const RIGHT_EDGE = 10;
const wordOf = (n) => READS[0].repeat(n) + READS[1].repeat(n);
const shorten = (text) => [...text].slice(0, MAX_LETTERS).join("");
const levelOf = (value, first) =>
  [1, 2, 4, 8].map((k) => k * first).find((level) => value <= level);

// After the start and each letter: how many more a's than b's, and what is due, "b" or "end", where
// it is settled: after each b of a word that may still become aⁿbⁿ, or just has.
function judge(letters) {
  const count = [0];
  const due = [""];
  const firstB = letters.indexOf("b");
  letters.forEach((letter, t) => {
    count.push(count[t] + (letter === "a" ? 1 : -1));
    const settled =
      firstB >= 0 && t >= firstB && letters.lastIndexOf("a") < firstB && count[t + 1] >= 0;
    due.push(settled ? (count[t + 1] ? "b" : "end") : "");
  });
  return { count, due };
}

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: ["word", "t", "seed"],
    fit: (width) =>
      [strip, ...views.map(({ stair }) => stair)].forEach((part) => part.layout(width)),
  });
  const look = (t) => frame.change({ t });
  const setWord = (word) => frame.change({ word, t: 0 });
  const field = createTextField({
    name: "word",
    label: "Type a’s and b’s",
    change: (text) => setWord(shorten(text)),
  });
  const add = (letter) =>
    setWord(shorten(readLetters(model.get("word"), READS).letters.join("") + letter));
  const keys = html(
    "div",
    { class: "live-presets" },
    button("a", () => add("a"), { "aria-label": "Add an a" }),
    button("b", () => add("b"), { "aria-label": "Add a b" }),
    button("Take one back", () =>
      setWord(readLetters(model.get("word"), READS).letters.slice(0, -1).join("")),
    ),
    ...KINDS.map(({ kind }) => button(`${kind} ends it`, () => finish(kind))),
  );
  const verdict = html("p", { class: "live-spelling", role: "status" });
  const story = html("p", { class: "live-story live-measured" });
  const legend = createLegend([
    { kind: "c", label: "c of the LSTM" },
    { kind: "h", label: "h of the GRU" },
    { kind: "soft", label: "the true count, to scale", style: "dashed" },
  ]);
  const strip = createLetters(look);
  const views = KINDS.map((what) => createView(what, look));
  const table = createTable(
    [
      "t",
      "letter",
      "count",
      "due",
      ...KINDS.flatMap(({ kind, state }) => [`${kind} ${state}`, `${kind} P(end)`]),
    ],
    MAX_LETTERS + 1,
  );
  el.append(
    html("div", { class: "live-head" }, field.root, frame.tools),
    keys,
    verdict,
    html("div", { class: "live-slot" }),
    story,
    legend.root,
    strip.root,
    ...views.map(({ root }) => root),
    table.root,
    frame.caption,
    frame.voice,
  );
  legend.draw([true, true, true]);

  const made = new Map();
  function networkOf(kind) {
    const seed = model.get("seed");
    const key = `${kind} ${seed}`;
    if (!made.has(key)) {
      const weights = model.get("networks")[kind][Number(seed)];
      made.set(key, { ...weights, ...createSpeaker(kind, weights, MAX_LETTERS + 1) });
    }
    return made.get(key);
  }
  function read(kind, letters) {
    const { run, hiddenSize, unit, line } = networkOf(kind);
    const { trace, p } = run([0, ...letters.map((letter) => 1 + READS.indexOf(letter))]);
    const states = kind === "LSTM" ? trace.c : trace.h;
    const steps = Array.from({ length: letters.length + 1 }, (_, t) => t);
    return {
      unit,
      line,
      carried: steps.map((t) => states[t * hiddenSize + unit]),
      pEnd: steps.map((t) => p[2 * t + 1]),
    };
  }

  // Writes b's until the network expects the end.
  function finish(kind) {
    const { letters } = readLetters(model.get("word"), READS);
    const ended = () => letters.at(-1) === "b" && read(kind, letters).pEnd[letters.length] > 0.5;
    while (letters.length < MAX_LETTERS && !ended()) letters.push("b");
    setWord(letters.join(""));
  }

  function writeN() {
    setWord(wordOf(model.get("n")));
  }
  model.on("change:n", writeN);
  signal?.addEventListener("abort", () => model.off("change:n", writeN));

  function draw() {
    const word = model.get("word");
    const { letters, odd } = readLetters(word, READS);
    field.draw(word);
    write(verdict, sayOdd(odd, word, letters.length));
    const now = Math.min(model.get("t") || letters.length, letters.length);
    const { count, due } = judge(letters);
    const columns = levelOf(Math.max(1, letters.length), 10) + 1;
    const reads = Object.fromEntries(KINDS.map(({ kind }) => [kind, read(kind, letters)]));
    strip.draw({ letters, now, columns });
    views.forEach((view, k) =>
      view.draw({ ...reads[KINDS[k].kind], count, due, now, columns, letters }),
    );
    const says = tell({ letters, now, count, due, reads });
    write(story, says);
    table.draw((t, k) => {
      if (k < 4) return [`${t}`, t ? letters[t - 1] : "start", fixed(count[t], 0), due[t]][k];
      const { carried, pEnd } = reads[KINDS[k < 6 ? 0 : 1].kind];
      return fixed((k % 2 ? pEnd : carried)[t], 4);
    }, letters.length + 1);
    frame.say(says);
  }
  return frame.start();
}

function sayOdd(odd, word, read) {
  const full =
    [...word].length === MAX_LETTERS && word !== wordOf(MAX_LETTERS / 2)
      ? ` ${MAX_LETTERS} letters are the most.`
      : "";
  if (!word) return "Type an a to begin.";
  if (!odd.length) return full.trim();
  return `${sayLeftOut(odd)} Both know only a and b${read ? "" : ": type an a to begin"}.${full}`;
}

const expects = (pEnd) => (pEnd > 0.5 ? "end" : "b");
const named = (next) => (next === "end" ? "the end" : "another b");
const isWrong = (due, pEnd) => due !== "" && due !== expects(pEnd);

function tell({ letters, now, count, due, reads }) {
  if (!now) return "Before the first letter nothing is settled.";
  const seen = letters.slice(0, now);
  const [a, b] = [...READS].map((letter) => seen.filter((k) => k === letter).length);
  const some = (number, letter) => `${number} ${letter}${number === 1 ? "" : "’s"}`;
  const before = `After ${some(a, "a")} and ${some(b, "b")}`;
  if (!due[now]) {
    if (!b)
      return `${before} nothing is settled yet: a or b may follow. The count is ${count[now]}.`;
    return `${before} the letters are no longer those of an aⁿbⁿ, so nothing is due; the states go on.`;
  }
  const said = KINDS.map(({ kind }) => {
    const p = reads[kind].pEnd[now];
    return `the ${kind} expects ${named(expects(p))} (${percent(Math.max(p, 1 - p))})${isWrong(due[now], p) ? ", which is wrong" : ""}`;
  });
  return `${before} ${named(due[now])} is due: ${said.join("; ")}.`;
}

// The column under the pointer, and where columns lie, from 0, the start, in a drawing `width` px wide.
const columnWidth = (width, columns) => (width - GUTTER - RIGHT_EDGE) / columns;
function columnUnder(event, root, width, { columns, letters }) {
  const t = Math.floor(
    (event.clientX - root.getBoundingClientRect().left - GUTTER) / columnWidth(width, columns),
  );
  return Math.max(1, Math.min(letters.length, t));
}

// The word: its letters, or, where they would be too small, its runs with their lengths.
function createLetters(choose) {
  const HIGH = 40;
  const cells = Array.from({ length: MAX_LETTERS }, () => ({
    bed: svg("rect", { class: "live-run", y: 6, height: 26, rx: 4 }),
    name: svg("text", { class: "live-sequence-letter", "text-anchor": "middle", y: 24 }),
  }));
  const here = svg("rect", {
    class: "live-sequence-here live-letter-here",
    y: 2,
    height: 34,
    rx: 5,
  });
  const root = svg(
    "svg",
    {
      class: "live-sequence",
      role: "slider",
      tabindex: 0,
      height: HIGH,
      "aria-valuemin": 1,
      "aria-label": "Letters: left and right choose one",
    },
    ...cells.map(({ bed }) => bed),
    here,
    ...cells.map(({ name }) => name),
  );
  let width = 600;
  let last = null;
  root.addEventListener("click", (event) => {
    if (last.letters.length) choose(columnUnder(event, root, width, last));
  });
  root.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -MAX_LETTERS, End: MAX_LETTERS }[event.key];
    if (!by || !last.letters.length) return;
    choose(Math.max(1, Math.min(last.letters.length, last.now + by)));
    event.preventDefault();
  });
  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HIGH}` });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { letters, now, columns } = view;
    const column = columnWidth(width, columns);
    const wide = column >= 11;
    const runs = [];
    letters.forEach((letter, t) => {
      if (wide || runs.at(-1)?.letter !== letter) runs.push({ letter, from: t + 1, length: 1 });
      else runs.at(-1).length += 1;
    });
    cells.forEach(({ bed, name }, k) => {
      const run = runs[k];
      for (const node of [bed, name]) put(node, { visibility: run ? "visible" : "hidden" });
      if (!run) return;
      const x = GUTTER + run.from * column;
      put(bed, {
        x: x + 0.5,
        width: run.length * column - 1,
        class: `live-run live-run-${run.letter}`,
      });
      put(name, { x: x + (run.length * column) / 2 });
      write(
        name,
        wide
          ? run.letter
          : run.length * column > 34
            ? `${run.length} ${run.letter}’s`
            : run.length * column > 9
              ? run.letter
              : "",
      );
      name.classList.toggle("live-now", run.from <= now && now < run.from + run.length);
    });
    put(here, {
      x: GUTTER + now * column - 0.5,
      width: column + 1,
      visibility: now ? "visible" : "hidden",
    });
    put(root, {
      "aria-valuemax": Math.max(1, letters.length),
      "aria-valuenow": Math.max(1, now),
      "aria-valuetext": now
        ? `letter ${now} of ${letters.length}: ${letters[now - 1]}`
        : "no letter yet",
    });
  }
  return { root, layout, draw };
}

// One network: its unit as a staircase over the letters, and what it expects after the one looked at.
function createView({ kind, state }, choose) {
  const name = html("span", { class: "live-heat-name" });
  const verdict = html("span", { class: "live-stair-says" });
  const stair = createStair({ kind, state, choose });
  const next = ["b", "end"].map((what) => ({ what, says: html("span", {}), bar: html("i") }));
  const track = html(
    "div",
    { class: "live-next-split", "aria-hidden": "true" },
    ...next.map(({ bar }) => bar),
  );
  const root = html(
    "div",
    { class: `live-stair live-${state}` },
    html("div", { class: "live-heat-head" }, name, verdict),
    stair.root,
    html("div", { class: "live-next-two" }, next[0].says, track, next[1].says),
  );

  function draw(v) {
    const wrong = v.due.flatMap((due, t) => (isWrong(due, v.pEnd[t]) ? [t] : []));
    const settled = v.due.filter((due) => due).length;
    write(name, `${kind}: ${state} of unit ${v.unit + 1}`);
    root.classList.toggle("live-fails", wrong.length > 0);
    write(verdict, sayVerdict(v, wrong, settled));
    stair.draw({
      ...v,
      wrong,
      label: `${kind}: ${state} of unit ${v.unit + 1} after each letter, now ${fixed(v.carried[v.now])}; ${verdict.textContent}`,
    });
    const p = v.pEnd[v.now];
    next.forEach(({ what, says, bar }, k) => {
      const share = k ? p : 1 - p;
      write(says, `${what} ${percent(share)}`);
      bar.style.width = `${100 * share}%`;
      says.classList.toggle("live-now", v.now > 0 && expects(p) === what);
    });
  }
  return { root, stair, draw };
}

function sayVerdict({ due, letters }, wrong, settled) {
  if (!settled) return "nothing is settled";
  if (!wrong.length) return `right after ${settled === 1 ? "the one b" : `all ${settled} b’s`}`;
  const a = letters.indexOf("b");
  const b = wrong[0] - a;
  const how =
    due[wrong[0]] === "b" ? `the end ${a - b} too early` : "another b where the end is due";
  return `× wrong after ${wrong.length} of ${settled} b’s: expects ${how}`;
}

function createStair({ kind, state, choose }) {
  const HIGH = 150;
  const FLOOR = 120;
  const bounded = kind === "GRU";
  const axis = createAxis();
  const cursor = svg("rect", { class: "live-stair-here", y: 2, height: HIGH - 6, rx: 5 });
  const truth = svg("path", { class: "live-curve live-curve-dashed live-soft" });
  const path = svg("path", { class: `live-curve live-${state}` });
  const dot = svg("circle", { class: `live-dot live-${state}`, r: 4.5 });
  const marks = Array.from({ length: MAX_LETTERS }, () =>
    svg("path", { class: "live-stair-mark" }),
  );
  const row = svg(
    "text",
    { class: "live-mark", x: GUTTER - 7, y: FLOOR + 22, "text-anchor": "end" },
    "right?",
  );
  const root = svg(
    "svg",
    { class: "live-curves", role: "img", height: HIGH },
    cursor,
    axis.root,
    row,
    truth,
    path,
    dot,
    ...marks,
  );
  let width = 600;
  let last = null;
  root.addEventListener("click", (event) => {
    if (last.letters.length) choose(columnUnder(event, root, width, last));
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HIGH}` });
    if (last) draw(last);
  }

  function draw(v) {
    last = v;
    const column = columnWidth(width, v.columns);
    const left = (t) => GUTTER + t * column;
    const scaled = v.count.map((k) => v.line[0] + v.line[1] * k);
    // The LSTM's axis has room for 10, 20, 40 or 80; h of a GRU cannot leave −1 … 1.
    const ends = [-1, levelOf(Math.max(1, ...v.count), 10)].map((k) => v.line[0] + v.line[1] * k);
    const [low, high] = bounded
      ? [-1.05, 1.05]
      : [Math.min(...ends, ...v.carried), Math.max(...ends, ...v.carried)];
    const y = (value) => FLOOR - ((value - low) / (high - low)) * (FLOOR - 8);
    axis.draw(bounded ? [-1, 0, 1] : roundTicks(low, high, 4), y, width);
    const stairs = (values) => {
      let d = "";
      values.forEach((value, t) => {
        const inside = value >= low && value <= high;
        const before = t > 0 && values[t - 1] >= low && values[t - 1] <= high;
        if (inside)
          d += `${before ? "V" : `M${left(t).toFixed(1)},`}${y(value).toFixed(1)}H${left(t + 1).toFixed(1)}`;
      });
      return d;
    };
    put(truth, { d: stairs(scaled) });
    put(path, { d: stairs(v.carried) });
    put(cursor, { x: left(v.now), width: column });
    put(dot, { cx: left(v.now + 0.5), cy: y(v.carried[v.now]) });
    const half = Math.max(2, Math.min(5, 0.4 * column));
    marks.forEach((mark, k) => {
      const t = k + 1;
      const due = t <= v.letters.length && v.due[t] !== "";
      put(mark, { visibility: due ? "visible" : "hidden" });
      if (!due) return;
      const wrong = isWrong(v.due[t], v.pEnd[t]);
      const [x, at] = [left(t + 0.5), FLOOR + 18];
      mark.classList.toggle("live-wrong", wrong);
      put(mark, {
        d: wrong
          ? `M${x - half},${at - half}L${x + half},${at + half}M${x - half},${at + half}L${x + half},${at - half}`
          : `M${x - 0.01},${at}h0.02`,
      });
    });
    root.setAttribute("aria-label", v.label);
  }
  return { root, layout, draw };
}

export default { render };
