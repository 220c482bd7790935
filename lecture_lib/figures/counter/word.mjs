// The word of a's and b's that is typed: what is due after each letter, and what a network expects.
import { LETTERS, MAX_LETTERS } from "./__init__.py";
import { percent } from "../../web/charts/next_bars.mjs";
import { nameLeftOut } from "../../web/kit/typed_letters.mjs";

/**
 * The word aⁿbⁿ.
 * @param {number} n
 * @returns {string}
 */
export const wordOf = (n) => [...LETTERS].map((letter) => letter.repeat(n)).join("");

/**
 * What a network expects next.
 * @param {number} pEnd
 * @returns {"end" | "b"}
 */
export const expects = (pEnd) => (pEnd > 0.5 ? "end" : "b");

/**
 * Whether what it expects is not what is due.
 * @param {string} due "b", "end" or, where nothing is settled, ""
 * @param {number} pEnd
 * @returns {boolean}
 */
export const isWrong = (due, pEnd) => due !== "" && due !== expects(pEnd);

/**
 * After the start and each letter: how many more a's than b's, and what is due, where it is settled:
 * after each b of a word that may still become aⁿbⁿ, or just has.
 * @param {string[]} letters
 * @returns {{count: number[], due: string[]}}
 */
export function judge(letters) {
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

/**
 * @param {string[]} odd the characters that are not read
 * @param {string} word as it was typed
 * @param {number} read how many letters are
 * @returns {string} what the reader should know of it, or ""
 */
export function remark(odd, word, read) {
  const full =
    [...word].length === MAX_LETTERS && word !== wordOf(MAX_LETTERS / 2)
      ? ` ${MAX_LETTERS} letters are the most.`
      : "";
  if (!word) return "Type an a to begin.";
  if (!odd.length) return full.trim();
  return `${nameLeftOut(odd)} Both know only a and b${read ? "" : ": type an a to begin"}.${full}`;
}

const inWords = (next) => (next === "end" ? "the end" : "another b");

/**
 * @param {object} view the letters, the one looked at, `now`, count and due of `judge`, and by
 *   network its `pEnd`
 * @returns {string}
 */
export function describe({ letters, now, count, due, runs }) {
  if (!now) return "Before the first letter nothing is settled.";
  const seen = letters.slice(0, now);
  const [a, b] = [...LETTERS].map((letter) => seen.filter((k) => k === letter).length);
  const some = (number, letter) => `${number} ${letter}${number === 1 ? "" : "’s"}`;
  const before = `After ${some(a, "a")} and ${some(b, "b")}`;
  if (!due[now]) {
    if (!b)
      return `${before} nothing is settled yet: a or b may follow. The count is ${count[now]}.`;
    return `${before} the letters are no longer those of an aⁿbⁿ, so nothing is due; the states go on.`;
  }
  const expected = Object.entries(runs).map(([kind, { pEnd }]) => {
    const p = pEnd[now];
    const wrong = isWrong(due[now], p) ? ", which is wrong" : "";
    return `the ${kind} expects ${inWords(expects(p))} (${percent(Math.max(p, 1 - p))})${wrong}`;
  });
  return `${before} ${inWords(due[now])} is due: ${expected.join("; ")}.`;
}
