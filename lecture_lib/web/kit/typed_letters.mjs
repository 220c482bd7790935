// Letters that a reader types: those of an alphabet are read, the others are named.

// What is read of a text, and which of its characters are not, each of them once.
export function readLetters(text, alphabet) {
  const all = [...text.toLowerCase()];
  const odd = [...new Set(all.filter((letter) => !alphabet.includes(letter)))];
  return { letters: all.filter((letter) => alphabet.includes(letter)), odd };
}

export function sayLeftOut(odd) {
  const shown = odd
    .slice(0, 6)
    .map((letter) => (letter.trim() ? `“${letter}”` : "a space"))
    .join(", ");
  return `Left out: ${shown}${odd.length > 6 ? " and others" : ""}.`;
}
