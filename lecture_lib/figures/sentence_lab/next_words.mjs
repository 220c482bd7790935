// P(next word) as bars: the agreeing words first, each in its colour, then the likeliest others; the
// free run as an outline.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";

export function createNextWords(classes, others) {
  const title = html("p", { class: "live-desk-title" });
  const rows = Array.from({ length: classes.length + others }, (_, k) => {
    const name = html("span", { class: "live-next-word" });
    const bar = html("i");
    const ghost = html("b");
    const value = html("span", { class: "live-next-p" });
    const kind = k < classes.length ? `live-who-${k}` : "live-soft";
    return {
      name,
      bar,
      ghost,
      value,
      root: html(
        "li",
        { class: kind },
        name,
        html("span", { class: "live-next-track" }, bar, ghost),
        value,
      ),
    };
  });
  const list = html("ol", { class: "live-next-words" }, ...rows.map(({ root }) => root));
  const root = html("div", {}, title, list);

  // `p` and `free`: P of each word of the vocabulary; `own`: the places of the agreeing words.
  function draw({ says, vocabulary, p, free, own }) {
    write(title, says);
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
