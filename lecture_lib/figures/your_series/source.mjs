// What is forecast: one of the book's series, values that came from Python, or a reader's table.
import { columnsOf, openTable } from "../../web/numbers/files/tables.mjs";
import { unpacked } from "../../web/numbers/files/packed.mjs";
import { BOOK, MONTHS, MOST_VALUES } from "./__init__.py";

/** The book's series, by name: { words, unit, values, first, stepsAYear }. */
export const book = BOOK;

// "Mar 1958", "1700" or "step 1".
function timeInBook({ first, stepsAYear }, k) {
  const tick = first + k;
  if (stepsAYear === 12) return `${MONTHS[tick % 12]} ${Math.floor(tick / 12)}`;
  return stepsAYear ? `${tick}` : `step ${k + 1}`;
}

/**
 * @typedef {object} Source
 * @property {"book" | "given" | "table"} kind where it came from
 * @property {string} name in words; of a series of the book its name
 * @property {string} unit of the values, "" where it is not said
 * @property {{ name: string, values: Float64Array }[]} columns the first is forecast, until a reader
 *   chooses another
 * @property {Record<string, "ahead" | "late">} roles of columns, where they came with some
 * @property {(k: number) => string} timeOf names step k, from 0
 * @property {boolean} [pasted] whether it has no file
 */

/**
 * @param {string} name of a series of the book
 * @returns {Source}
 */
export function fromBook(name) {
  const { words, unit, values, ...times } = book[name];
  const columns = [{ name: words, values: Float64Array.from(values) }];
  return { kind: "book", name, unit, columns, roles: {}, timeOf: (k) => timeInBook(times, k) };
}

const named = (times) => (k) => times?.[k] ?? `step ${k + 1}`;

/**
 * @param {object} given as the class hands it over
 * @returns {Source}
 */
export function fromPython({ columns, roles, times, unit }) {
  const read = columns.map(({ name, values }) => ({ name, values: unpacked(values) }));
  const words = "the values given";
  return { kind: "given", name: words, unit, columns: read, roles, timeOf: named(times) };
}

/**
 * @param {string | Uint8Array} given a table
 * @param {string} name of its file, "" for one that was pasted
 * @returns {Source}
 * @throws {Error} whose sentence says what does not fit
 */
export function fromTable(given, name) {
  const table = openTable(given, name || "the table", { gaps: true, most: MOST_VALUES });
  const columns = columnsOf(table);
  return {
    kind: "table",
    name: name || "the pasted table",
    unit: "",
    columns,
    roles: {},
    timeOf: named(table.steps),
    pasted: !name,
  };
}
