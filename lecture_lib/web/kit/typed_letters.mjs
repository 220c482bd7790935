// Letters that a reader types: those of an alphabet are read, the others are named.

const MOST_NAMED = 6;

/**
 * @param {string} text
 * @param {string} alphabet
 * @returns {{letters: string[], odd: string[]}} what is read of it, and which of its characters are
 *   not, each of them once
 */
export function readLetters(text, alphabet) {
  const all = [...text.toLowerCase()];
  const odd = [...new Set(all.filter((letter) => !alphabet.includes(letter)))];
  return { letters: all.filter((letter) => alphabet.includes(letter)), odd };
}

/**
 * @param {string} text
 * @param {number} most
 * @returns {string} its first `most` characters, counted as Python counts them
 */
export const shorten = (text, most) => [...text].slice(0, most).join("");

/**
 * @param {string[]} odd from `readLetters`
 * @returns {string} a sentence that names them
 */
export function nameLeftOut(odd) {
  const shown = odd
    .slice(0, MOST_NAMED)
    .map((letter) => (letter.trim() ? `“${letter}”` : "a space"))
    .join(", ");
  return `Left out: ${shown}${odd.length > MOST_NAMED ? " and others" : ""}.`;
}
