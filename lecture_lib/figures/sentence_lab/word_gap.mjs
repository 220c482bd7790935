// The same story with more and more words between subject and pronoun: what a plain RNN and an LSTM
// with chrono's biases make of it, each trained at one distance.
import { createCurves } from "../../web/charts/curves.mjs";
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { createTable } from "../../web/kit/parts.mjs";
import { createSpeaker } from "../../web/numbers/speaker.mjs";

const GAP_KINDS = ["h", "c"];

// `gap`: the vocabulary, the subjects with their pronouns, `between` the two subjects, the `adverbs`
// that follow the second in turn, the `verb`, `most` adverbs, and `networks`: {trained at: {name:
// { kind, weights }}}. `choose(distance)` is asked for another number of adverbs.
export function createWordGap({ gap, choose }) {
  const { vocabulary, subjects, between, adverbs, verb, answers, names, most } = gap;
  const [one, other] = subjects;
  const stories = [
    [one, other],
    [other, one],
  ].map(([old, fresh]) => {
    const words = [
      old.name,
      ...between,
      fresh.name,
      ...Array.from({ length: most }, (_, k) => adverbs[k % adverbs.length]),
    ];
    return { old, fresh, numbers: words.map((word) => vocabulary.indexOf(word)) };
  });
  const lead = between.length + 2;
  const found = {};

  const says = html("p", { class: "live-story live-measured" });
  const cells = stories.map(() =>
    names.map(() => {
      const word = html("b");
      const mark = html("span");
      const bar = html(
        "span",
        { class: "live-slot-bar" },
        ...answers.map((_, k) => html("i", { class: `live-who-${k}` })),
      );
      return {
        word,
        mark,
        bar,
        root: html("td", {}, html("span", { class: "live-gap-says" }, word, mark), bar),
      };
    }),
  );
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
      ...cells[n].map(({ root }) => root),
    ),
  );
  const answersTable = html(
    "table",
    { class: "live-gaps" },
    html(
      "thead",
      {},
      html("tr", {}, html("td"), ...names.map((name) => html("th", { scope: "col" }, name))),
    ),
    html("tbody", {}, ...rows),
  );
  const chart = createCurves({
    series: names.map((name, k) => ({
      name,
      kind: GAP_KINDS[k],
      label: name,
      style: k ? "line" : "dashed",
    })),
    height: 190,
    low: 0,
    high: 1,
    mark: 0.5,
    choose: (d) => choose(d + 1),
  });
  const heading = html("p", { class: "live-heading" });
  const table = createTable(["adverbs", ...names], most);
  const root = html(
    "div",
    { class: "live-gap-tab" },
    says,
    html(
      "div",
      { class: "live-scroll", tabindex: 0, role: "region", "aria-label": "What each network says" },
      answersTable,
    ),
    heading,
    chart.root,
    table.root,
  );

  // P of each answer after 1 … most adverbs and the verb, by network and story.
  function compute(trained) {
    found[trained] ??= names.map((name) => {
      const { kind, weights } = gap.networks[trained][name];
      const reader = createSpeaker(kind, weights, lead + most, 1e4);
      const asker = createSpeaker(kind, weights, 1, 1e4);
      const H = reader.hiddenSize;
      return stories.map(({ numbers }) => {
        const { trace } = reader.run(numbers);
        return Array.from({ length: most }, (_, d) => {
          const from = (lead + d) * H;
          const state = { h0: trace.h.slice(from, from + H) };
          if (trace.c) state.c0 = trace.c.slice(from, from + H);
          const { p } = asker.run([vocabulary.indexOf(verb)], state);
          return [...p];
        });
      });
    });
    return found[trained];
  }

  function draw({ trained, adverbs: distance }) {
    const p = compute(trained);
    const right = names.map((_, k) =>
      Array.from(
        { length: most },
        (_, d) =>
          stories.reduce(
            (sum, { fresh }, n) => sum + p[k][n][d][answers.indexOf(fresh.pronoun)],
            0,
          ) / stories.length,
      ),
    );
    stories.forEach(({ fresh }, n) =>
      names.forEach((_, k) => {
        const shares = p[k][n][distance - 1];
        const best = shares.indexOf(Math.max(...shares));
        const { word, mark, bar } = cells[n][k];
        write(word, answers[best]);
        put(word, { class: `live-who-${best}` });
        write(mark, `${fixed(shares[best])} ${answers[best] === fresh.pronoun ? "✓" : "✗"}`);
        shares.forEach((share, j) => {
          bar.children[j].style.width = `${100 * share}%`;
        });
      }),
    );
    for (const count of counts) write(count, `${distance} adverb${distance > 1 ? "s" : ""}`);
    const told =
      `Both were trained with ${trained} adverbs, and with no other number. With ${distance}, the right pronoun has ` +
      `${names.map((name, k) => `P = ${fixed(right[k][distance - 1])} from the ${name}`).join(" and ")}.`;
    write(says, told);
    write(
      heading,
      `P(right pronoun) by the number of adverbs; trained at ${trained}; 0.5 is guessing`,
    );
    chart.draw({
      t: distance - 1,
      steps: most,
      values: Object.fromEntries(names.map((name, k) => [name, right[k]])),
      label: told,
    });
    table.draw((row, k) => (k ? fixed(right[k - 1][row], 4) : `${row + 1}`));
    return told;
  }
  return { root, layout: chart.layout, draw };
}
