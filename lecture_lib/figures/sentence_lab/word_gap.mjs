// The same story with more and more words between subject and pronoun: what a plain RNN and an LSTM
// with chrono's biases make of it, each trained at one distance.
import { createCurves } from "../../web/charts/curves.mjs";
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { PER_ONE } from "./__init__.py";

const KINDS = ["like-h", "like-c"]; // the colour of each network

/**
 * @param {object} options `model`; `gap`: the vocabulary, the subjects with their pronouns, `between`
 *   the two subjects, the `adverbs` that follow the second in turn, the `verb`, `most` adverbs, and
 *   `networks`: {trained at: {name: { kind, weights }}}; `choose(distance)` is asked for another
 *   number of adverbs
 * @returns {object} `root`, `layout(width)`, and `draw()`, in parts, which returns a
 *   sentence
 */
export function createWordGap({ model, gap, choose }) {
  const { answers, names, most } = gap;
  const stories = tellStories(gap);
  const known = {};

  const summary = html("p", { class: "live-story live-measured live-look" });
  const table = createAnswers(gap, stories);
  const heading = html("p", { class: "live-heading" });
  const chart = createCurves({
    series: names.map((name, k) => ({
      name,
      kind: KINDS[k],
      label: name,
      style: k ? "line" : "dashed",
    })),
    height: 190,
    low: 0,
    high: 1,
    mark: 0.5,
    choose: (d) => choose(d + 1),
  });
  const numbers = createTable(["adverbs", ...names], most);
  const root = html(
    "div",
    { class: "live-gap-tab" },
    summary,
    html(
      "div",
      { class: "live-scroll", tabindex: 0, role: "region", "aria-label": "What each network says" },
      table.root,
    ),
    heading,
    chart.root,
    numbers.root,
  );

  function* draw() {
    const [trained, distance] = [model.get("trained"), model.get("adverbs")];
    const p = (known[trained] ??= answersOf(gap, trained, stories));
    const right = p.map((byStory) => meanOfRight(byStory, stories, answers));
    table.draw(p, distance);
    const shares = names.map((name, k) => `P = ${fixed(right[k][distance - 1])} from the ${name}`);
    const sentence =
      `Both were trained with ${trained} adverbs, and with no other number. With ${distance}, the right pronoun has ` +
      `${shares.join(" and ")}.`;
    write(summary, sentence);
    yield;
    write(
      heading,
      `P(right pronoun) by the number of adverbs; trained at ${trained}; 0.5 is guessing`,
    );
    const values = Object.fromEntries(names.map((name, k) => [name, right[k]]));
    chart.draw({ t: distance - 1, steps: most, values, label: sentence });
    numbers.draw((row, k) => (k ? fixed(right[k - 1][row], 4) : `${row + 1}`));
    return sentence;
  }
  return { root, layout: chart.layout, draw };
}

// Both stories, as the numbers of their words up to the last adverb.
function tellStories({ vocabulary, subjects: [one, other], between, adverbs, most }) {
  const fillers = Array.from({ length: most }, (_, k) => adverbs[k % adverbs.length]);
  return [
    [one, other],
    [other, one],
  ].map(([old, fresh]) => {
    const words = [old.name, ...between, fresh.name, ...fillers];
    return { old, fresh, numbers: words.map((word) => vocabulary.indexOf(word)) };
  });
}

// P of each answer after 1 … most adverbs and the verb, by network and story.
function answersOf({ networks, names, vocabulary, verb, most }, trained, stories) {
  return names.map((name) => {
    const { kind, weights } = networks[trained][name];
    const steps = stories[0].numbers.length;
    const reader = createSpeaker(kind, weights, steps, PER_ONE);
    const asker = createSpeaker(kind, weights, 1, PER_ONE);
    const H = reader.hiddenSize;
    return stories.map(({ numbers }) => {
      const { trace } = reader.run(numbers);
      return Array.from({ length: most }, (_, d) => {
        const from = (steps - most + d) * H;
        const state = { h0: trace.h.slice(from, from + H) };
        if (trace.c) state.c0 = trace.c.slice(from, from + H);
        return [...asker.run([vocabulary.indexOf(verb)], state).p];
      });
    });
  });
}

// P of the right answer after each number of adverbs, the mean of the stories.
function meanOfRight(byStory, stories, answers) {
  const places = stories.map(({ fresh }) => answers.indexOf(fresh.pronoun));
  return byStory[0].map(
    (_, d) => byStory.reduce((sum, p, n) => sum + p[d][places[n]], 0) / byStory.length,
  );
}

// What each network says at the end of each story.
function createAnswers({ answers, names, between, verb }, stories) {
  const cells = stories.map(() => names.map(() => createAnswer(answers)));
  const counts = stories.map(() => html("span", { class: "live-gap-count" }));
  const rows = stories.map(({ old, fresh }, n) =>
    html(
      "tr",
      {},
      html(
        "th",
        { scope: "row" },
        `${old.name} ${between.join(" ")} ${fresh.name} `,
        counts[n],
        ` ${verb} …`,
      ),
      ...cells[n].map((cell) => cell.root),
    ),
  );
  const heads = names.map((name) => html("th", { scope: "col" }, name));
  const root = html(
    "table",
    { class: "live-gaps" },
    html("thead", {}, html("tr", {}, html("td"), ...heads)),
    html("tbody", {}, ...rows),
  );
  function draw(p, distance) {
    stories.forEach(({ fresh }, n) =>
      cells[n].forEach((cell, k) => cell.draw(p[k][n][distance - 1], fresh.pronoun)),
    );
    for (const count of counts) write(count, `${distance} adverb${distance > 1 ? "s" : ""}`);
  }
  return { root, draw };
}

function createAnswer(answers) {
  const [word, mark] = [html("b"), html("span")];
  const parts = answers.map((_, k) => html("i", { class: `live-who-${k}` }));
  const root = html(
    "td",
    {},
    html("span", { class: "live-gap-says" }, word, mark),
    html("span", { class: "live-slot-bar" }, ...parts),
  );
  function draw(shares, right) {
    const best = shares.indexOf(Math.max(...shares));
    write(word, answers[best]);
    put(word, { class: `live-who-${best}` });
    write(mark, `${fixed(shares[best])} ${answers[best] === right ? "✓" : "✗"}`);
    parts.forEach((part, k) => {
      part.style.width = `${100 * shares[k]}%`;
    });
  }
  return { root, draw };
}
