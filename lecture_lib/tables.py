"""A table of numbers as people have it: a row for each step, in a file or as a text."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_size

MAX_BYTES = 2**26
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I | re.A)
GAPS = {"", "na", "nan", "n/a", "null", "none", "-", "."}
TIMES = {"date", "time", "year", "month", "day", "week", "quarter", "timestamp", "period"}


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
        """`{name: (T,)}`; a column without a name is "column 1" and so on.

        Raises ValueError for a name that stands twice, and for dates or years that go back.
        """
        names = self.names or [f"column {k + 1}" for k in range(self.values.shape[1])]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"the columns must have different names, got {twice!r} twice")
        times = self.times or []
        if all(re.match(r"\d{4}(-\d\d)*", time) for time in times):
            for k in range(1, len(times)):
                if times[k] < times[k - 1]:
                    raise ValueError(
                        f"the rows must be in time order, and {times[k]!r} comes after "
                        f"{times[k - 1]!r}"
                    )
        return dict(zip(names, self.values.T.copy(), strict=True))


def read_table(source: Any, gaps: bool = False, most: int = MAX_ROWS) -> Table:
    """The `Table` in a file by its path, or in a text of lines.

    The file is .npy, (T,), (T, D) or (T, 1, D), or a text: its cells are parted by tabs, else by
    semicolons, else by commas. A first row without a number has the names. A first column of texts,
    or one whose name is date, year or the like, has the times. Where no comma parts the cells it
    may be the decimal sign; lines that begin with # are left out. With `gaps` an empty cell, or NA,
    is nan.

    Raises ValueError for what is no such table or has more than `most` rows, naming the row and
    column of what is no number; OSError for a file that cannot be read.

    >>> table = read_table("day,sea,wind\\nMon,1,20\\nTue,2,30")
    >>> table.values, table.times, table.names
    (array([[ 1., 20.],
           [ 2., 30.]]), ['Mon', 'Tue'], ['sea', 'wind'])
    """
    most = as_size("most", most)
    if isinstance(source, str) and "\n" in source:
        return _of_text("the table", source, gaps, most)
    path = Path(source)
    if (size := path.stat().st_size) > MAX_BYTES:
        raise ValueError(f"{path} must have at most {MAX_BYTES} bytes, got {size}")
    data = path.read_bytes()
    if data[:6] == b"\x93NUMPY":
        return Table(_of_array(path, data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} must be a text in UTF-8, or an .npy file") from None
    return _of_text(str(path), text, gaps, most)


def _of_array(path: Path, data: bytes) -> Array:
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"{path} must be a whole .npy file of numbers: {error}") from None
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim == 3 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 2 or 0 in array.shape or array.dtype.kind not in "fiub":
        came = f"{array.dtype} of shape {array.shape}"
        raise ValueError(f"{path} must hold numbers, (T,), (T, D) or (T, 1, D), got {came}")
    return array.astype(np.float64)


def _of_text(path: str, text: str, gaps: bool, most: int) -> Table:
    bare = re.sub(r'"[^"]*"', "", text)
    sign = next((one for one in "\t;," if one in bare), ",")
    try:
        lines = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=sign, skipinitialspace=True)
        )
    except csv.Error as error:
        raise ValueError(f"{path} must be a table of numbers: {error}") from None
    rows = [
        (number, [cell.strip() for cell in line])
        for number, line in enumerate(lines, 1)
        if any(cell.strip() for cell in line) and not line[0].startswith("#")
    ]
    if not rows:
        raise ValueError(f"{path} must have a row of numbers, got none")
    width = len(rows[0][1])
    for number, cells in rows:
        if len(cells) != width:
            raise ValueError(f"{path}: row {number} must have {width} cells, got {len(cells)}")
    if width > MAX_COLUMNS:
        raise ValueError(f"{path} must have at most {MAX_COLUMNS} columns, got {width}")
    head, body = rows[0][1], rows[1:]
    said = head[0].lower() in TIMES
    timed = width > 1 and (said or all(not _is_number(row[0], sign) for _, row in body or rows))
    start = 1 if timed else 0
    if not body or any(_is_number(cell, sign) for cell in head[start:]):
        head, body = [], rows
    if len(body) > most:
        raise ValueError(f"{path} must have at most {most} steps, got {len(body)}")
    values = [_numbers(path, sign, gaps, row, start) for row in body]
    times = [cells[0] for _, cells in body] if timed else None
    return Table(np.array(values), head[start:] or None, times)


def _plain(cell: str, sign: str) -> str:
    return cell if sign == "," else cell.replace(",", ".")


def _is_number(cell: str, sign: str) -> bool:
    return bool(NUMBER.fullmatch(_plain(cell, sign)))


def _numbers(
    path: str, sign: str, gaps: bool, row: tuple[int, list[str]], start: int
) -> list[float]:
    number, cells = row
    values = []
    for k, cell in enumerate(cells[start:], start + 1):
        gap = cell.lower() in GAPS
        value = float(_plain(cell, sign)) if _is_number(cell, sign) else np.nan
        if not (np.isfinite(value) or (gaps and gap)):
            what = f"{cell[:40]!r} is no finite number" if cell else "there is a gap"
            raise ValueError(f"{path}: in row {number}, column {k}, {what}")
        values.append(value)
    return values
