// P(next word): of the agreeing words at the end, large, and of the likeliest words as bars.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";

/**
 * P of the agreeing words, each over its bar; a mark where the free run is.
 * @param {string[]} classes the agreeing words
 * @returns {{root: Element, draw: (view: {shares: number[], free: number[], whose: string[]}) => void}}
 */
export function createOdds(classes) {
  const cards = classes.map((name, k) => {
    const value = html("b");
    const who = html("span", { class: "live-odds-who" });
    const [bar, ghost] = [html("i"), html("u")];
    const free = html("span", { class: "live-odds-free" });
    const root = html(
      "div",
      { class: `live-odds-card live-who-${k}` },
      html("span", { class: "live-odds-word" }, name),
      value,
      who,
      html("span", { class: "live-odds-track" }, bar, ghost),
      free,
    );
    return { root, value, who, bar, ghost, free };
  });
  const root = html(
    "div",
    { class: "live-odds", role: "group", "aria-label": "Probability of the next word at the end" },
    ...cards.map((card) => card.root),
  );
  function draw({ shares, free, whose }) {
    cards.forEach((card, k) => {
      write(card.value, fixed(shares[k]));
      write(card.who, whose[k]);
      card.bar.style.width = `${100 * shares[k]}%`;
      card.ghost.style.left = `${100 * free[k]}%`;
      write(card.free, `free ${fixed(free[k])}`);
    });
  }
  return { root, draw };
}

/**
 * The agreeing words first, each in its colour, then the likeliest others; the free run as an outline.
 * @param {string[]} classes the agreeing words
 * @param {number} others how many others are shown
 * @returns {{root: Element, draw: (view: object) => void}}
 */
export function createNextWords(classes, others) {
  const title = html("p", { class: "live-desk-title" });
  const rows = Array.from({ length: classes.length + others }, (_, k) => {
    const name = html("span", { class: "live-next-word" });
    const [bar, ghost] = [html("i"), html("b")];
    const value = html("span", { class: "live-next-p" });
    const root = html(
      "li",
      { class: k < classes.length ? `live-who-${k}` : "live-soft" },
      name,
      html("span", { class: "live-next-track" }, bar, ghost),
      value,
    );
    return { root, name, bar, ghost, value };
  });
  const list = html("ol", { class: "live-next-words" }, ...rows.map((row) => row.root));
  const root = html("div", {}, title, list);

  // `p` and `free`: P of each word of the vocabulary; `own`: the places of the agreeing words.
  function draw({ heading, vocabulary, p, free, own }) {
    write(title, heading);
    const rest = vocabulary
      .map((_, v) => v)
      .filter((v) => !own.includes(v))
      .sort((a, b) => p[b] - p[a]);
    rows.forEach(({ name, bar, ghost, value }, k) => {
      const v = k < own.length ? own[k] : rest[k - own.length];
      write(name, vocabulary[v]);
      bar.style.width = `${100 * p[v]}%`;
      ghost.style.width = `${100 * free[v]}%`;
      put(ghost, { class: Math.abs(p[v] - free[v]) > 0.005 ? "live-differs" : "" });
      write(value, fixed(p[v]));
    });
  }
  return { root, draw };
}
