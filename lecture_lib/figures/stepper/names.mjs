// The two cells by name: their gates, what is shown of each, and what a letter is called.
import { CANDIDATES, GATES, SHOWN } from "./__init__.py";

/** By name what a cell is called, its gates, and the letters that are shown. */
export const CELLS = {
  lstm: { name: "LSTM", gates: GATES.lstm, shown: SHOWN.lstm },
  gru: { name: "GRU", gates: GATES.gru, shown: SHOWN.gru },
};

/** What each letter is called. */
export const LETTERS = {
  f: "forget gate f",
  i: "input gate i",
  g: "candidate g",
  o: "output gate o",
  c: "cell state c",
  h: "hidden state h",
  r: "reset gate r",
  z: "update gate z",
  n: "candidate n",
};

/**
 * @param {string} letter of a gate, candidate or state
 * @returns {boolean} whether it lies in (0, 1)
 */
export const isGate = (letter) => !`${CANDIDATES}ch`.includes(letter);

/** What can be held, with the least value of each. */
export const HOLDABLE = Object.entries(CELLS).flatMap(([cell, { name, gates }]) =>
  [...gates].map((gate) => ({
    cell,
    gate,
    name: `${name} ${LETTERS[gate]}`,
    low: isGate(gate) ? 0 : -1,
  })),
);
