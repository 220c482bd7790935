// The Sentence Lab: a trained LSTM reads a sentence; hold its gates at a word, and see what it says
// next. Second tab: how far apart subject and pronoun may be. The class beside it says what each
// trait means.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { turnTo } from "../../web/kit/views.mjs";
import { createTour } from "../../web/kit/tour.mjs";
import { createPlayer } from "../../web/parts/player.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { createTabs } from "../../web/parts/tabs.mjs";
import { GATES, MAX_WORDS } from "./__init__.py";
import { createClampDesk } from "./clamp_desk.mjs";
import { createClampTable, holdsOf, quarterOf } from "./clamp_table.mjs";
import { createNextWords, createOdds } from "./next_words.mjs";
import { createReader, readWords, report } from "./reader.mjs";
import { createSentenceLine } from "./sentence_line.mjs";
import { createStrip } from "./strip.mjs";
import plan from "./tour.json";
import { createWordGap } from "./word_gap.mjs";
import { createWriter } from "./writer.mjs";

const SERIES = ["f", "i", "g", "o", "c"];
const NARROW = 560; // px

// What no trait can say: one hold a word.
const accepts = (name, value) =>
  name !== "holds" || new Set(value.map((hold) => hold.t)).size === value.length;

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    restore: ({ network, trained }) => ({ network, trained }),
    follows: Object.keys(model.get("initial")),
    fit: (width) => views.forEach((view) => view.layout(width)),
  });
  const { change } = frame;
  const task = model.get("task");
  const tabs = createTabs(["Hold a gate", "Farther apart"], (tab) => change({ tab }));
  const views = [
    createLab({ model, task, change, signal }),
    createWordGap({ model, gap: task.gap, choose: (adverbs) => change({ adverbs }) }),
  ];
  const slot = html("div", { class: "live-slot" });
  createTour({ model, el, signal }, { frame, plan });
  el.append(
    html("div", { class: "live-head" }, tabs.root, frame.tools),
    slot,
    ...views.map((view) => view.root),
    frame.caption,
    frame.voice,
  );

  function* draw() {
    const tab = model.get("tab");
    tabs.draw(tab);
    yield* turnTo(views, tab);
    const sentence = yield* views[tab].draw();
    if (sentence) frame.say(sentence);
  }

  // What one network did, the table of another has yet to show; and a network is first asked at the
  // distance that it was trained at.
  const listeners = [
    ["change:network", () => change({ tried: [] })],
    ["change:trained", () => change({ adverbs: model.get("trained") })],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  const stop = frame.start();
  return () => {
    stop();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

// The first tab. `draw()`, in parts, returns what it shows in words, or "" without a word to read.
function createLab({ model, task, change, signal }) {
  const { kinds, classes, examples } = task;
  const reader = createReader(task);
  const { vocabulary } = reader;
  const words = () => readWords(model.get("sentence"), vocabulary).words;
  // Another sentence: nothing is held in it yet, and the reader looks at its last word.
  const rewrite = (sentence, t = MAX_WORDS) => change({ sentence, t, holds: [], tried: [] });
  const writer = createWriter({ kinds, examples, vocabulary, words, rewrite });
  const choose = (t) => change({ t: t + 1 });
  function hold(holds) {
    const name = quarterOf(holds, reader.findPair(words())?.at);
    const tried = model.get("tried");
    change({ holds, tried: name && !tried.includes(name) ? [...tried, name] : tried });
  }
  const line = createSentenceLine({ classes, choose });
  const player = createPlayer(MAX_WORDS, choose, signal, [2, 1]);
  const ending = createEnding(classes, reader);
  const gates = createGates({ hold, choose, scope: (units) => change({ units }), signal });
  const bars = createNextWords(classes, 5);
  const quarters = createClampTable({
    choose: (name) => hold(holdsOf(name, reader.findPair(words()).at)),
  });
  const table = createNumbers(classes, reader);
  const readings = html(
    "div",
    { class: "live-reads live-breaks" },
    ...ending.roots,
    player.root,
    ...gates.roots,
    html("div", { class: "live-beside" }, bars.root, quarters.root),
    table.root,
  );
  const root = html(
    "div",
    { class: "live-breaks" },
    ...writer.above,
    line.root,
    readings,
    writer.palette,
  );

  function layout(width) {
    root.classList.toggle("live-narrow", width < NARROW);
    gates.layout(width);
  }

  function* draw() {
    const text = model.get("sentence");
    const found = readWords(text, vocabulary);
    writer.draw(text, found);
    yield;
    line.root.hidden = readings.hidden = !found.words.length;
    if (!found.words.length) return "";
    const run = reader.read(found.words, model.get("network"), model.get("holds"));
    const t = Math.min(model.get("t"), found.words.length) - 1;
    line.draw(lineOf(run, t, reader, classes));
    yield;
    const sentence = ending.draw(run);
    player.draw(t, run.words[t], run.words.length);
    yield;
    yield* gates.draw(run, t, model.get("units"));
    yield;
    const [p, free] = [run.held, run.free].map((one) => reader.rowOf(one, t));
    const heading = `After “${run.words[t]}”, the next word`;
    bars.draw({ heading, vocabulary, p, free, own: reader.own });
    quarters.draw(quartersOf(run, model.get("tried")));
    yield;
    table.draw(run);
    return sentence;
  }
  return { root, late: readings.children, layout, draw };
}

// The sentence as it is drawn large: who owns which word, and what is held where.
function lineOf({ words, holds, shares, freeShares, top }, t, { ownerOf }, classes) {
  const heldAt = (at) =>
    GATES.flatMap((gate) =>
      holds.filter((h) => h.t === at + 1 && gate in h).map((h) => ({ gate, value: h[gate] })),
    );
  return {
    words,
    t,
    shares,
    free: freeShares,
    owners: words.map(ownerOf),
    clips: words.map((_, at) => heldAt(at)),
    top: { word: top, owner: classes.indexOf(top) },
  };
}

// What the table shows: the cells that were tried, and the one whose holds are set.
function quartersOf({ words, holds, pair, quarters }, tried) {
  const now = pair && quarterOf(holds, pair.at);
  const open = pair ? ["", ...tried, now].filter((name) => name !== undefined) : [];
  return {
    now,
    story: pair && { at: words[pair.at - 1], old: pair.old, fresh: pair.fresh },
    results: Object.fromEntries(open.map((name) => [name, quarters[name]])),
    why: "It needs two subjects whose pronouns differ, the new one after the old.",
  };
}

// What comes at the end of the sentence: the pronouns, and in words what the holds have changed.
function createEnding(classes, { ownerOf }) {
  const heading = html("p", { class: "live-heading" });
  const odds = createOdds(classes);
  const story = html("p", { class: "live-story live-measured" });
  function draw(run) {
    const { words, pair, shares, freeShares } = run;
    const owner = ownerOf(words.findLast((word) => ownerOf(word) >= 0));
    write(heading, `P(next word) after “${words.at(-1)}”, the end`);
    const whose = classes.map((_, k) => describeOwner(k, pair, owner));
    odds.draw({ shares, free: freeShares, whose });
    const sentence = report(run, classes);
    write(story, sentence);
    return sentence;
  }
  return { roots: [heading, odds.root, story], draw };
}

// Whose pronoun number k is in this sentence; `owner` is that of its last subject, or −1.
function describeOwner(k, pair, owner) {
  if (pair?.old.k === k) return `${pair.old.subject}, the old subject`;
  if (pair?.fresh.k === k) return `${pair.fresh.subject}, the new subject`;
  return k === owner ? "the subject’s" : "nobody’s here";
}

// The gates: where they are held, and all that they are over the sentence.
function createGates({ hold, choose, scope, signal }) {
  const desk = createClampDesk({ change: hold, scope });
  const strip = createStrip({ choose, signal });
  function* draw({ words, holds, order, eta, held, free }, t, chosen) {
    const { trace } = held;
    const s = t * order.length + order[0];
    desk.draw({
      t,
      word: words[t],
      words,
      holds,
      units: chosen.filter((rank) => rank <= order.length),
      eta,
      values: Object.fromEntries(GATES.map((gate) => [gate, trace[gate][s]])),
    });
    yield;
    strip.draw({ words, t, order, eta, trace, free: free.trace, held: held.clamp });
  }
  return { roots: [desk.root, strip.root], layout: strip.layout, draw };
}

function createNumbers(classes, { own, rowOf }) {
  const heads = ["t", "word", ...SERIES, ...classes.map((word) => `P(${word})`)];
  const table = createTable(heads, MAX_WORDS);
  function draw({ words, order, held }) {
    table.draw((t, k) => {
      if (k < 2) return k ? words[t] : `${t + 1}`;
      const series = SERIES[k - 2];
      if (series) return fixed(held.trace[series][t * order.length + order[0]], 4);
      return fixed(rowOf(held, t)[own[k - 2 - SERIES.length]], 4);
    }, words.length);
  }
  return { root: table.root, draw };
}

export default { render, accepts };
