"""A table of numbers as people have it: a row for each step, in a file or as a text."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lecture_lib.cells._checks import Array, as_size
from lecture_lib.interchange.array_files import npy

MAX_BYTES = 2**26
MAX_ROWS = 100_000
# Words and what they name are said once, for the page's reader too.
DEFINED = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
WORDS: dict[str, str] = DEFINED["words"]
MAX_COLUMNS: int = DEFINED["constants"]["columns"]
MAX_NAME: int = DEFINED["constants"]["name"]  # letters that are kept
GAPS, TIMES = set(DEFINED["constants"]["gaps"]), set(DEFINED["constants"]["times"])
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I | re.A)
COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?", re.I | re.A)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.A)
# Windows-1252 as browsers read it: what it leaves undefined is a control character.
WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(128, 160)}


@dataclass(frozen=True, eq=False)
class Table:
    """`values` (T, D), nan in a gap; `names` of its D columns, or None; `times`, the texts of a
    column of dates or words, or None.

    >>> Table(np.array([[1.0, 20.0], [2.0, 30.0]]), ["sea", "wind"]).columns()
    {'sea': array([1., 2.]), 'wind': array([20., 30.])}
    """

    values: Array
    names: list[str] | None = None
    times: list[str] | None = None

    def columns(self) -> dict[str, Array]:
        """`{name: (T,)}`; column k, counted from 1, is "column k" where it has no name.

        Raises ValueError for a name that stands twice, and for dates or years that go back.
        """
        given = self.names or [""] * self.values.shape[1]
        names = [name or f"column {k}" for k, name in enumerate(given, 1)]
        twice = next((name for name in names if names.count(name) > 1), None)
        _must(twice is None, "twice", name=twice)
        times = self.times or []
        if all(re.match(r"\d{4}(-\d\d)*", time) for time in times):
            for earlier, later in pairwise(times):
                _must(earlier <= later, "order", earlier=earlier, later=later)
        return dict(zip(names, self.values.T.copy(), strict=True))


def read_table(source: Any, gaps: bool = False, most: int = MAX_ROWS) -> Table:
    """The `Table` in a file by its path, or in a text of lines.

    The file is .npy, (T,), (T, D) or (T, 1, D), or a text in UTF-16 with its mark, UTF-8 or
    windows-1252: its cells are parted by tabs, else by semicolons, else by commas, else by spaces.
    A first row without a number has the names. A first column of texts, or one whose name is date,
    year or the like, or is left empty, has the times. Where no comma parts the cells it may be the
    decimal sign; lines that begin with # are left out. With `gaps` an empty cell, or NA, is nan. Of
    a name or time 80 letters are kept.

    Raises ValueError for what is no such table or has more than `most` rows, naming the row and
    column of what is no number; OSError for a file that cannot be read.

    >>> table = read_table("day,sea,wind\\nMon,1,20\\nTue,2,30")
    >>> table.values, table.times, table.names
    (array([[ 1., 20.],
           [ 2., 30.]]), ['Mon', 'Tue'], ['sea', 'wind'])
    """
    most = as_size("most", most)
    is_text = isinstance(source, str) and "\n" in source
    name, given = ("the table", source) if is_text else _content(Path(source))
    try:
        return (_of_text if isinstance(given, str) else _of_array)(given, gaps, most)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _content(path: Path) -> tuple[str, str | Array]:
    """The path as it is said, and the file's text or array."""
    if (size := path.stat().st_size) > MAX_BYTES:
        raise ValueError(f"{path} must have at most {MAX_BYTES} bytes, got {size}")
    data = path.read_bytes()
    is_array = data[:6] == b"\x93NUMPY"
    return str(path), _array(path, data) if is_array else _decoded(data)


def _decoded(data: bytes) -> str:
    """UTF-16 where its mark says so, UTF-8, or what spreadsheets on Windows write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(WINDOWS)


def _array(path: Path, data: bytes) -> Array:
    array = npy(str(path), data)
    if array is None:
        raise ValueError(f"{path} must hold numbers, got objects or records")
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim == 3 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 2 or array.dtype.kind not in "fiub":
        came = f"{array.dtype} of shape {array.shape}"
        raise ValueError(f"{path} must hold numbers, (T,), (T, D) or (T, 1, D), got {came}")
    return array.astype(np.float64)


def _of_array(array: Array, gaps: bool, most: int) -> Table:
    _must(array.size, "empty")
    _check_size(array.shape, most)
    for t, k in np.argwhere(~np.isfinite(array)):
        _refuse_cell(str(array[t, k]), gaps, int(t) + 1, int(k))
    return Table(array)


def _check_size(shape: tuple[int, ...], most: int) -> None:
    _must(shape[1] <= MAX_COLUMNS, "columns", most=MAX_COLUMNS, count=shape[1])
    _must(shape[0] <= most, "steps", most=most, count=shape[0])


def _of_text(text: str, gaps: bool, most: int) -> Table:
    _must("\0" not in text, "text")
    text = re.sub(r"(?<![^\r\n])#[^\r\n]*", "", text.removeprefix("\ufeff"))
    sign = _sign(text)
    rows = _without_empty_column(_rows(text, sign))
    _must(rows, "empty")
    width = len(rows[0].cells)
    for number, cells in rows:
        places = {"row": number, "width": width, "first": rows[0].number, "count": len(cells)}
        _must(len(cells) == width, "cells", **places)
    comma = sign != "," and _decimal_comma(rows, sign)

    def number_in(cell: str) -> float:
        plain = cell.replace(",", ".") if comma else cell
        return float(plain) if NUMBER.fullmatch(plain) else np.nan

    heads, timed, body = _parts(rows, lambda cell: not np.isnan(number_in(cell)))
    start = int(timed)
    _check_size((len(body), width - start), most)
    values = np.array([[number_in(cell) for cell in cells[start:]] for _, cells in body])
    for t, k in np.argwhere(~np.isfinite(values)):
        (row, cells), column = body[t], int(k) + start
        _refuse_cell(cells[column], gaps, row, column, heads[column] if heads else "")
    names = [head[:MAX_NAME] for head in heads[start:]]
    times = [row.cells[0][:MAX_NAME] for row in body] if timed else None
    return Table(values, names or None, times)


class _Row(NamedTuple):
    number: int
    cells: list[str]


def _must(wanted: Any, key: str, **places: Any) -> None:
    if not wanted:
        raise ValueError(WORDS[key].format(**places))


def _refuse_cell(cell: str, gaps: bool, row: int, column: int, head: str = "") -> None:
    """Raise ValueError for what is no number, unless it is a gap and gaps are allowed."""
    gap = cell.lower() in GAPS
    name = f" ({head[:MAX_NAME]})" if head else ""
    said = f", {cell!r}" if cell else ""
    places = {"row": row, "column": column + 1, "name": name, "said": said, "cell": cell[:40]}
    _must(gap and gaps, "gap" if gap else "number", **places)


def _sign(text: str) -> str | None:
    """What parts the cells: a tab, else a semicolon, else a comma, wherever one stands outside
    quotes; else spaces, where the last line has some, and else nothing."""
    bare = re.sub(r'"[^"]*"', "", text)
    last = re.split("[\r\n]", bare.strip())[-1]
    spaces = " " if " " in last.strip() else None
    return next((one for one in "\t;," if one in bare), spaces)


def _rows(text: str, sign: str | None) -> list[_Row]:
    """The rows with their numbers, without lines that are empty, and those at both ends whose cells
    all are."""
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=sign or ",", skipinitialspace=True, strict=True
    )
    rows, number = [], 0
    try:
        for number, line in enumerate(lines, 1):
            cells = [re.sub("^\u2212", "-", cell.strip()) for cell in line]
            if sign == " " and len(cells) > 1 and not cells[-1]:
                cells.pop()
            if len(cells) > 1 or any(cells):
                rows.append(_Row(number, cells))
    except csv.Error as error:
        said = {"end of data": "open", "expected after": "behind"}
        key = next((key for part, key in said.items() if part in str(error)), "text")
        raise ValueError(WORDS[key].format(row=number + 1)) from None
    full = [k for k, row in enumerate(rows) if any(row.cells)]
    return rows[full[0] : full[-1] + 1] if full else []


def _without_empty_column(rows: list[_Row]) -> list[_Row]:
    """Without a last column in which no row has anything: a sign stood at the end of each."""
    width = len(rows[0].cells) if rows else 0
    empty = width > 1 and all(len(row.cells) == width and not row.cells[-1] for row in rows)
    return [_Row(row.number, row.cells[:-1]) for row in rows] if empty else rows


def _decimal_comma(rows: list[_Row], sign: str | None) -> bool:
    """Whether the decimal sign is a comma. A table has one sign."""

    def find(fits: Callable[[str], Any]) -> tuple[str, int, int] | None:
        for number, cells in rows:
            for column, cell in enumerate(cells, 1):
                if fits(cell):
                    return cell, number, column
        return None

    comma = find(COMMA.fullmatch)
    point = find(lambda cell: "." in cell and NUMBER.fullmatch(cell))
    if comma and point:
        names = ("comma", "comma_row", "comma_column", "point", "point_row", "point_column")
        _must(False, "signs", **dict(zip(names, comma + point, strict=True)))
    told = find(lambda cell: COMMA.fullmatch(cell) and not THOUSANDS.fullmatch(cell))
    if comma and sign == "\t" and not told:
        _must(False, "thousands", cell=comma[0], row=comma[1], column=comma[2])
    return bool(comma)


def _parts(
    rows: list[_Row], is_number: Callable[[str], bool]
) -> tuple[list[str], bool, list[_Row]]:
    """The names in a first row without a number, or []; whether the first column has the times:
    words, or what a name says is a time, or what a first row leaves without one; and the rows of
    numbers."""
    top, rest, width = rows[0].cells, rows[1:], len(rows[0].cells)

    def leads(some: list[_Row]) -> bool:
        first = [row.cells[0] for row in some]
        words = all(cell.lower() not in GAPS and not is_number(cell) for cell in first)
        return width > 1 and bool(some) and words

    said = width > 1 and top[0].lower() in TIMES
    names = top[int(said or leads(rest)) :]
    wordy = any(name.lower() not in GAPS for name in names) and not any(map(is_number, names))
    if not (wordy and rest):
        return [], leads(rows), rows
    indexed = width > 1 and not top[0] and all(top[1:])
    return top, said or indexed or leads(rest), rest
