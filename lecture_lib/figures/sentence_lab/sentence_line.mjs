// The sentence, large: its words, under each the gates that are held there, and at its end the slot
// for the next word, filled by how likely each of the agreeing words is.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";

const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/**
 * @param {object} options `classes`: the agreeing words, "his", "her", …; `choose(t)` is asked for
 *   the word at t, from 0
 * @returns {{root: Element, draw: (view: object) => void}}
 */
export function createSentenceLine({ classes, choose }) {
  const words = [];
  const likeliest = html("span", { class: "live-slot-word" });
  const bars = ["live-slot-bar", "live-slot-bar live-slot-ghost"].map((name) =>
    html("span", { class: name }, ...classes.map((_, k) => html("i", { class: `live-who-${k}` }))),
  );
  const slot = html("span", { class: "live-slot-next", "aria-hidden": "true" }, likeliest, ...bars);
  const text = html("span", {
    class: "live-words",
    role: "slider",
    tabindex: 0,
    "aria-valuemin": 1,
    "aria-label": "Words: left and right choose one",
    onkeydown: press,
  });
  const root = html("div", { class: "live-sentence live-look" }, text);
  let shown = { count: 1, t: 0 };

  function press(event) {
    const by = MOVES[event.key];
    if (!by) return;
    choose(Math.max(0, Math.min(shown.count - 1, shown.t + by)));
    event.preventDefault();
  }

  function createWord(t) {
    const name = html("span", { class: "live-word-name" });
    const clips = html("span", { class: "live-clips" });
    return {
      node: html("span", { class: "live-word-of", onclick: () => choose(t) }, name, clips),
      name,
      clips,
    };
  }

  // `owners[t]`: the class of the subject at t, or −1. `clips[t]`: [{ gate, value }] held there.
  // `shares`, `free`: P of each class after the last word; `top`: the likeliest word and its P.
  function draw(view) {
    shown = { count: view.words.length, t: view.t };
    while (words.length < view.words.length) words.push(createWord(words.length));
    if (text.childElementCount !== view.words.length + 1)
      text.replaceChildren(...words.slice(0, view.words.length).map(({ node }) => node), slot);
    view.words.forEach((word, t) => {
      write(words[t].name, word);
      const owner = view.owners[t] < 0 ? "" : ` live-owner live-who-${view.owners[t]}`;
      put(words[t].node, { class: `live-word-of${t === view.t ? " live-now" : ""}${owner}` });
      const clips = view.clips[t].map(({ gate, value }) => `${gate} ${fixed(value)}`).join();
      if (words[t].clips.dataset.held === clips) return;
      words[t].clips.dataset.held = clips;
      words[t].clips.replaceChildren(
        ...view.clips[t].map(({ gate, value }) =>
          html("span", { class: `live-clip live-${gate}` }, `${gate} ${Number(value.toFixed(2))}`),
        ),
      );
    });
    write(likeliest, view.top.word);
    const whose = view.top.owner < 0 ? "" : `live-who-${view.top.owner}`;
    put(likeliest, { class: `live-slot-word ${whose}` });
    [view.shares, view.free].forEach((shares, n) =>
      shares.forEach((share, k) => {
        bars[n].children[k].style.width = `${100 * share}%`;
      }),
    );
    const held = view.clips[view.t]
      .map(({ gate, value }) => `${gate} held at ${fixed(value)}`)
      .join(", ");
    put(text, {
      "aria-valuemax": view.words.length,
      "aria-valuenow": view.t + 1,
      "aria-valuetext": `word ${view.t + 1}: “${view.words[view.t]}”` + (held && `; ${held}`),
    });
  }
  return { root, draw };
}
