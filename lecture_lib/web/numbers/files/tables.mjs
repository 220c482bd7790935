// `openTable`: a table of numbers, T steps by D inputs, from CSV, TSV or .npy. The mirror of
// lecture_lib/tables.py.
import tables from "../../../tables.json";
import { filled } from "../sentences.mjs";
import { MAX_FILE, refuse, sentenceOf, shortName, shown } from "./bounds.mjs";
import { npy } from "./npy.mjs";

const { columns: MAX_INPUTS, name: MAX_NAME, gaps: GAPS, times: TIMES } = tables.constants;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const COMMA = /^[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

// Refuses with the sentence `key`, unless `wanted`.
function must(wanted, key, places = {}) {
  if (!wanted) refuse(filled(tables.words[key], places));
}

/**
 * A table: rows of numbers that tabs, semicolons, commas or spaces part, or an array (T,), (T, D) or
 * (T, 1, D). A first row of words names the inputs. A first column of words, or one whose name is date,
 * year or the like, or is left empty, names the steps. Where no comma parts the cells it may be the
 * decimal sign.
 * @param {string | Uint8Array} given
 * @param {string} name of the file, for what is said of it
 * @param {object} options
 * @param {boolean} [options.gaps] whether an empty cell, or NA, is NaN
 * @param {number} options.most steps
 * @returns {Table} { x: Float64Array, T, D, inputs: string[] | null, steps: string[] | null }
 * @throws {Refusal} whose sentence names the row and column of what is no number
 */
export function openTable(given, name, { gaps = false, most }) {
  try {
    if (given.length > MAX_FILE) refuse(`it must have at most ${MAX_FILE} bytes`);
    const isArray = String.fromCharCode(...given.slice(0, 6)) === "\x93NUMPY";
    return isArray
      ? ofArray(given, gaps, most)
      : ofText(typeof given === "string" ? given : decoded(given), gaps, most);
  } catch (error) {
    return refuse(`${shortName(name)}: ${sentenceOf(error)}`);
  }
}

/**
 * The columns of a table by name; column k, counted from 1, is "column k" where it has no name.
 * @param {Table} table
 * @returns {{ name: string, values: Float64Array }[]}
 * @throws {Refusal} for a name that stands twice, and for dates or years that go back
 */
export function columnsOf({ x, T, D, inputs, steps }) {
  const names = Array.from({ length: D }, (_, k) => inputs?.[k] || `column ${k + 1}`);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  must(twice === undefined, "twice", { name: twice });
  const times = steps ?? [];
  if (times.every((time) => /^\d{4}/.test(time))) {
    const at = times.findIndex((time, t) => t > 0 && time < times[t - 1]);
    must(at < 0, "order", { earlier: times[at - 1], later: times[at] });
  }
  return names.map((name, k) => ({
    name,
    values: Float64Array.from({ length: T }, (_, t) => x[t * D + k]),
  }));
}

function ofArray(bytes, gaps, most) {
  const array = npy("the array", bytes) ?? refuse("it must hold numbers, got objects or records"),
    { dtype, shape } = array;
  const [T, N, D] = shape.length === 3 ? shape : [shape[0], 1, shape[1] ?? 1];
  if (shape.length < 1 || shape.length > 3 || N !== 1)
    refuse(`it must have shape (T,), (T, D) or (T, 1, D), of one sequence, got ${shown(shape)}`);
  if (!/^(float|int|uint|bool)/.test(dtype)) refuse(`it must hold real numbers, got ${dtype}`);
  must(T * D, "empty");
  checkSize(T, D, most);
  const x = array.values;
  x.forEach((value, n) => {
    if (Number.isFinite(value)) return;
    const said = String(value).toLowerCase().replace("inity", "");
    refuseCell(said, gaps, Math.floor(n / D) + 1, n % D);
  });
  return { x, T, D, inputs: null, steps: null };
}

function checkSize(T, D, most) {
  must(D <= MAX_INPUTS, "columns", { most: MAX_INPUTS, count: D });
  must(T <= most, "steps", { most, count: T });
}

// UTF-16 where its mark says so, UTF-8, or what spreadsheets on Windows write.
function decoded(bytes) {
  const mark = { "255,254": "utf-16le", "254,255": "utf-16be" }[bytes.subarray(0, 2).join()];
  if (mark) return new TextDecoder(mark).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function ofText(text, gaps, most) {
  must(!text.includes("\0"), "text");
  text = text.replace(/^\ufeff/, "").replace(/^#[^\r\n]*/gm, "");
  const sign = signOf(text),
    rows = withoutEmptyColumn(rowsOf(text, sign, most));
  must(rows.length, "empty");
  const width = rows[0].cells.length;
  for (const { row, cells } of rows) {
    const places = { row, width, first: rows[0].row, count: cells.length };
    must(cells.length === width, "cells", places);
  }
  const comma = sign !== "," && decimalComma(rows, sign);
  const numberIn = (cell) => {
    const plain = comma ? cell.replaceAll(",", ".") : cell;
    return NUMBER.test(plain) ? Number(plain) : NaN;
  };
  const { heads, timed, body } = partsOf(rows, (cell) => !Number.isNaN(numberIn(cell)));
  const first = timed ? 1 : 0,
    T = body.length,
    D = width - first;
  checkSize(T, D, most);
  const x = new Float64Array(T * D);
  body.forEach(({ row, cells }, t) => {
    for (let k = first; k < width; k += 1) {
      const value = numberIn(cells[k]);
      if (!Number.isFinite(value)) refuseCell(cells[k], gaps, row, k, heads?.[k]);
      x[t * D + k - first] = value;
    }
  });
  const inputs = heads && heads.slice(first).map(nameOf);
  return { x, T, D, inputs, steps: timed ? body.map(({ cells }) => nameOf(cells[0])) : null };
}

const isGap = (cell) => GAPS.includes(cell.toLowerCase());

// Refuses what is no number, unless it is a gap and gaps are allowed.
function refuseCell(cell, gaps, row, k, head) {
  const gap = isGap(cell),
    name = head ? ` (${nameOf(head)})` : "",
    said = cell && filled(", {cell!r}", { cell });
  must(gap && gaps, gap ? "gap" : "number", { row, column: k + 1, name, said, cell: short(cell) });
}

const short = (cell, most = 40) => Array.from(cell).slice(0, most).join("");
const nameOf = (cell) => short(cell, MAX_NAME);

// What parts the cells: a tab, else a semicolon, else a comma, wherever one stands outside quotes;
// else spaces, where the last line has some, and else nothing.
function signOf(text) {
  const bare = text.replace(/"[^"]*"/g, ""),
    [last] = bare
      .trim()
      .split(/[\r\n]/)
      .slice(-1);
  const sign = ["\t", ";", ","].find((one) => bare.includes(one));
  return sign ?? (last.trim().includes(" ") ? " " : null);
}

// The rows of cells, each with its number in the table, without lines that are empty, and those at
// both ends whose cells all are.
function rowsOf(text, sign, most) {
  const rows = [],
    part = new RegExp(sign ?? ",", "y"),
    plain = new RegExp(`[^${sign ?? ","}\\r\\n]*`, "y"),
    quoted = /"((?:[^"]|"")*)"/y;
  const end = /\r\n|\r|\n/y,
    space = / */y;
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (let row = 1; at < text.length; row += 1) {
    const cells = [];
    do {
      take(space);
      cells.push(cellAt(row));
      if (cells.length > MAX_INPUTS + 2)
        must(false, "columns", { most: MAX_INPUTS, count: "more" });
    } while (take(part) !== undefined);
    must(at === text.length || take(end) !== undefined, "behind", { row });
    if (sign === " " && cells.length > 1 && cells.at(-1) === "") cells.pop();
    if (cells.length > 1 || cells[0]) rows.push({ row, cells });
    if (rows.length > most + 1000) must(false, "steps", { most, count: "more" });
  }
  const full = ({ cells }) => cells.some(Boolean);
  return rows.slice(Math.max(rows.findIndex(full), 0), rows.findLastIndex(full) + 1);

  function cellAt(row) {
    if (text[at] !== '"') return (take(plain) ?? "").trim().replace(/^\u2212/, "-");
    const quote = take(quoted);
    must(quote !== undefined, "open", { row });
    return quote
      .slice(1, -1)
      .replaceAll('""', '"')
      .trim()
      .replace(/^\u2212/, "-");
  }
}

// Without a last column in which no row has anything: a sign stood at the end of each.
function withoutEmptyColumn(rows) {
  const width = rows[0]?.cells.length;
  const empty = width > 1 && rows.every(({ cells }) => cells.length === width && !cells.at(-1));
  return empty ? rows.map(({ row, cells }) => ({ row, cells: cells.slice(0, -1) })) : rows;
}

// Whether the decimal sign is a comma. A table has one sign.
function decimalComma(rows, sign) {
  const find = (fits) => {
    for (const { row, cells } of rows) {
      const k = cells.findIndex(fits);
      if (k >= 0) return { row, column: k + 1, cell: cells[k] };
    }
    return null;
  };
  const comma = find((cell) => COMMA.test(cell)),
    point = find((cell) => NUMBER.test(cell) && cell.includes("."));
  if (comma && point)
    must(false, "signs", {
      comma: comma.cell,
      comma_row: comma.row,
      comma_column: comma.column,
      point: point.cell,
      point_row: point.row,
      point_column: point.column,
    });
  const told = find((cell) => COMMA.test(cell) && !THOUSANDS.test(cell));
  must(!comma || sign !== "\t" || told, "thousands", comma ?? {});
  return Boolean(comma);
}

// The names in a first row without a number, or null; whether the first column has the names of the
// steps: words, or what a name says is a time, or what a first row leaves without one; and the rows of
// numbers.
function partsOf(rows, isNumber) {
  const width = rows[0].cells.length;
  const [top, ...rest] = rows;
  const leads = (some) =>
    width > 1 &&
    some.length > 0 &&
    some.every(({ cells }) => !isGap(cells[0]) && !isNumber(cells[0]));
  const said = width > 1 && TIMES.includes(top.cells[0].toLowerCase());
  const names = top.cells.slice(said || leads(rest) ? 1 : 0);
  const wordy = names.some((name) => !isGap(name)) && !names.some(isNumber);
  if (!wordy || !rest.length) return { heads: null, timed: leads(rows), body: rows };
  const indexed = width > 1 && !top.cells[0] && top.cells.slice(1).every(Boolean);
  return { heads: top.cells, timed: said || indexed || leads(rest), body: rest };
}
