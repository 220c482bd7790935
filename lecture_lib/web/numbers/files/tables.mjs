// `openTable`: a table of numbers, T steps by D inputs, from CSV, TSV or .npy.
import { MAX_FILE, quoted, refuse, sentenceOf, shortName, shown } from "./bounds.mjs";
import { npy } from "./npy.mjs";

const MAX_STEPS = 2000;
const MAX_INPUTS = 1024;
const MAX_NAME = 80; // letters of a name that are kept
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const COMMA = /^[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * A table: rows of numbers that tabs, semicolons, commas or spaces part, or an array (T,), (T, D) or
 * (T, 1, D). A first row of words names the inputs, a first column of words or dates the steps. Where
 * no comma parts the cells it may be the decimal sign.
 * @param {string | Uint8Array} given
 * @param {string} name of the file, for what is said of it
 * @returns {{ x: Float64Array, T: number, D: number, inputs: string[] | null, steps: string[] | null }}
 * @throws {Refusal} whose sentence names the row and column of what is no number
 */
export function openTable(given, name) {
  try {
    if (given.length > MAX_FILE) refuse(`it must have at most ${MAX_FILE} bytes`);
    if (typeof given === "string") return ofText(given);
    return given[0] === 0x93 ? ofArray(given) : ofText(decoded(given));
  } catch (error) {
    return refuse(`${shortName(name)}: ${sentenceOf(error)}`);
  }
}

function ofArray(bytes) {
  const array = npy("the array", bytes) ?? refuse("it must hold numbers, got objects or records"),
    { dtype, shape } = array;
  const [T, N, D] = shape.length === 3 ? shape : [shape[0], 1, shape[1] ?? 1];
  if (shape.length < 1 || shape.length > 3 || N !== 1)
    refuse(`it must have shape (T,), (T, D) or (T, 1, D), of one sequence, got ${shown(shape)}`);
  if (!/^(float|int|uint|bool)/.test(dtype)) refuse(`it must hold real numbers, got ${dtype}`);
  checkSizes(T, D);
  const x = array.values,
    bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    refuse(`at step ${Math.floor(bad / D)}, input ${bad % D} it has ${x[bad]}: it must be finite`);
  return { x, T, D, inputs: null, steps: null };
}

function checkSizes(T, D) {
  if (!(T > 0 && D > 0)) refuse("it must have a row of numbers, got none");
  if (T > MAX_STEPS) refuse(`it has ${T} steps, a page takes ${MAX_STEPS} at most`);
  if (D > MAX_INPUTS) refuse(`it has ${D} inputs, a page takes ${MAX_INPUTS} at most`);
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

function ofText(text) {
  if (text.includes("\0")) refuse("it must be a table of numbers as text, or an .npy file");
  text = text.replace(/^\ufeff/, "");
  const sign = signOf(text),
    rows = withoutEmptyColumn(cellsOf(text, sign));
  if (!rows.length) checkSizes(0, 0);
  const width = rows[0].cells.length;
  const ragged = rows.find(({ cells }) => cells.length !== width);
  if (ragged)
    refuse(
      `row ${ragged.row} must have ${width} cells, as row ${rows[0].row} has, got ` +
        `${ragged.cells.length}`,
    );
  const comma = sign !== "," && decimalOf(rows, sign);
  const isNumber = (cell) =>
    comma ? COMMA.test(cell) || /^[+-]?\d+$/.test(cell) : NUMBER.test(cell);
  const { heads, named, body } = partsOf(rows, isNumber);
  const first = named ? 1 : 0,
    T = body.length,
    D = width - first;
  checkSizes(T, D);
  const inputs = heads && heads.slice(first).map(nameOf),
    x = new Float64Array(T * D);
  body.forEach(({ row, cells }, t) => {
    for (let k = first; k < width; k += 1) {
      const cell = cells[k],
        value = isNumber(cell) ? Number(comma ? cell.replace(",", ".") : cell) : NaN;
      if (!Number.isFinite(value)) refuse(whyNot(cell, row, k, heads?.[k]));
      x[t * D + k - first] = value;
    }
  });
  return { x, T, D, inputs, steps: named ? body.map(({ cells }) => nameOf(cells[0])) : null };
}

function whyNot(cell, row, k, head) {
  const called = head ? ` (${nameOf(head)})` : "",
    said = cell && `, ${quoted(cell)}`;
  const gap = cell === "" || /^(na|n\/a|nan|null|none|-|\?)$/i.test(cell);
  const what = gap ? `there is a gap${said}` : `${quoted(cell)} is no number`;
  return `in row ${row}, column ${k + 1}${called}, ${what}: every cell must have a finite one`;
}

const nameOf = (cell) => cell.slice(0, MAX_NAME);

// What parts the cells: a tab, else a semicolon, else a comma, wherever one stands outside quotes;
// else spaces, where the last line has some, and else nothing.
function signOf(text) {
  const bare = text.replace(/"[^"]*"/g, ""),
    [last] = bare
      .trimEnd()
      .split(/[\r\n]/)
      .slice(-1);
  const sign = ["\t", ";", ","].find((one) => bare.includes(one));
  return sign ?? (/\s/.test(last.trim()) ? " " : "\0");
}

// The rows of cells, each with its number in the table; empty lines and those that begin with # are
// left out.
function cellsOf(text, sign) {
  const rows = [],
    part = sign === " " ? /[^\S\r\n]+/y : new RegExp(sign, "y");
  const end = /\r\n|\r|\n/y,
    plain = sign === " " ? /[^\s]*/y : new RegExp(`[^${sign}\\r\\n]*`, "y");
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (let row = 1; at < text.length; row += 1) {
    const cells = [];
    if (sign === " ") take(/[^\S\r\n]*/y);
    const comment = text[at] === "#";
    if (comment) take(/[^\r\n]*/y);
    else
      do {
        cells.push(cellAt());
        if (cells.length > MAX_INPUTS + 1) refuse(`row ${row} has more than ${MAX_INPUTS} cells`);
      } while (take(part) !== undefined);
    if (at < text.length && take(end) === undefined)
      refuse(`in row ${row}, something stands behind a closing quote`);
    if (sign === " " && cells.length > 1 && cells.at(-1) === "") cells.pop();
    if (comment || (cells.length === 1 && cells[0] === "")) continue;
    rows.push({ row, cells });
    if (rows.length > MAX_STEPS + 1)
      refuse(`it has more than ${MAX_STEPS} rows, and a page takes ${MAX_STEPS} steps at most`);
  }
  return rows;

  function cellAt() {
    const quote = take(/[^\S\r\n\t]*"(?:[^"]|"")*"[^\S\r\n\t]*/y);
    if (quote === undefined) return (take(plain) ?? "").trim().replace(/^\u2212/, "-");
    return quote.trim().slice(1, -1).replaceAll('""', '"').trim();
  }
}

// Without a last column in which no row has anything: a sign stood at the end of each.
function withoutEmptyColumn(rows) {
  const width = rows[0]?.cells.length;
  const empty = width > 1 && rows.every(({ cells }) => cells.length === width && !cells.at(-1));
  return empty ? rows.map(({ row, cells }) => ({ row, cells: cells.slice(0, -1) })) : rows;
}

// Whether the decimal sign is a comma. A table has one sign.
function decimalOf(rows, sign) {
  const find = (fits) => {
    for (const { row, cells } of rows) {
      const k = cells.findIndex(fits);
      if (k >= 0) return { row, k, cell: cells[k] };
    }
    return null;
  };
  const comma = find((cell) => COMMA.test(cell)),
    point = find((cell) => NUMBER.test(cell) && cell.includes("."));
  if (comma && point)
    refuse(
      `one decimal sign must stand in all cells, got ${quoted(comma.cell)} in row ${comma.row}, ` +
        `column ${comma.k + 1}, and ${quoted(point.cell)} in row ${point.row}, column ${point.k + 1}`,
    );
  const whole = (cell) => THOUSANDS.test(cell);
  if (comma && sign === "\t" && !find((cell) => COMMA.test(cell) && !whole(cell)))
    refuse(
      `${quoted(comma.cell)} in row ${comma.row}, column ${comma.k + 1} may be a thousand and more ` +
        "or have a decimal comma, and no other cell tells: write it with a point, or without a sign",
    );
  return Boolean(comma);
}

// What of the rows are names: a first row without a number, and a first column without one.
function partsOf(rows, isNumber) {
  const width = rows[0].cells.length;
  const [top, ...rest] = rows;
  const wordy = (cells) => cells.some(Boolean) && !cells.some(isNumber);
  const leads = (some) =>
    width > 1 && some.length > 0 && some.every(({ cells }) => cells[0] && !isNumber(cells[0]));
  // Below a head that is left empty stand names too: so tables are written with their index.
  const head = wordy(top.cells.slice(leads(rest) ? 1 : 0)) && rest.length > 0;
  const body = head ? rest : rows;
  const indexed = head && width > 1 && top.cells[0] === "" && top.cells.slice(1).every(Boolean);
  return { heads: head ? top.cells : null, named: indexed || leads(body), body };
}
