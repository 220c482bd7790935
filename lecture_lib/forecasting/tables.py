"""A table of numbers as people have it: commas or tabs, decimal commas, dates, a header."""

import csv
import io
import os
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array

MOST_BYTES = 16 * 2**20
MOST_COLUMNS = 1_000
GAPS = {"", "na", "nan", "n/a", "null", "none", "-", "."}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I)
COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?(e[+-]?\d+)?", re.I)
TIMES = {"date", "time", "year", "month", "day", "week", "quarter", "datum", "timestamp", "period"}


@dataclass(frozen=True, eq=False)
class Table:
    """`columns`, `{name: (T,) numbers}` in the order of the file, nan in a gap; and `times`, the
    texts of a column of dates or words, or None."""

    columns: dict[str, Array]
    times: list[str] | None = None


def read_table(source: Any) -> Table:
    """The table in a text, or in a file by its path.

    Fields part at tabs, else at semicolons, else at commas; where they part at tabs or semicolons,
    a comma in a number is a decimal one. A first row with a field that is no number is the header.
    A first column of dates or words, or one whose header says date, year or the like, gives the
    times.

    Raises ValueError, naming row and column, for a row of another length, a field that is no
    number, dates in disorder, and a table without rows or numbers, over 16 MB or 1,000 columns;
    TypeError for what is neither text nor path.

    >>> table = read_table("date;sales\\n2020-01;3,5\\n2020-02;4\\n2020-03;\\n")
    >>> table.times, table.columns
    (['2020-01', '2020-02', '2020-03'], {'sales': array([3.5, 4. , nan])})
    """
    text = _text(source)
    first = next((line for line in text.splitlines() if line.strip()), "")
    apart = next((mark for mark in "\t;" if mark in first), ",")
    rows = [
        [field.strip() for field in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=apart)
        if any(field.strip() for field in row)
    ]
    if not rows:
        raise ValueError("the table must have a row of numbers, got none")
    number = NUMBER if apart == "," or not _decimal_commas(rows) else COMMA
    names, rows, offset = _header(rows, number)
    width = len(names)
    if width > MOST_COLUMNS:
        raise ValueError(f"the table must have at most {MOST_COLUMNS} columns, got {width}")
    for k, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(f"row {k + offset} must have {width} fields, got {len(row)}")
    times = None
    if width > 1 and _tells_times(names[0], [row[0] for row in rows], number):
        times = [row[0] for row in rows]
        _must_ascend(times, offset)
        names, rows = names[1:], [row[1:] for row in rows]
    columns = {
        name: np.array([_number(row[k], number, j + offset, name) for j, row in enumerate(rows)])
        for k, name in enumerate(names)
    }
    return Table(columns, times)


def _text(source: Any) -> str:
    if isinstance(source, str) and ("\n" in source or not source):
        text = source
    elif isinstance(source, str | os.PathLike):
        if (size := os.stat(source).st_size) > MOST_BYTES:
            raise ValueError(f"{source} must have at most {MOST_BYTES:,} bytes, got {size:,}")
        text = Path(source).read_bytes().decode("utf-8-sig", errors="replace")
    else:
        raise TypeError(f"source must be a path or a text of lines, got {type(source).__name__}")
    if len(text) > MOST_BYTES:
        raise ValueError(f"the table must have at most {MOST_BYTES:,} letters, got {len(text):,}")
    return text


def _decimal_commas(rows: list[list[str]]) -> bool:
    return any("," in field and COMMA.fullmatch(field) for row in rows for field in row)


def _header(rows: list[list[str]], number: Any) -> tuple[list[str], list[list[str]], int]:
    """Names of the columns, the rows below, and the number of the first of them in the file."""
    first, rest = rows[0], rows[1:]
    plain = [f"column {k + 1}" for k in range(len(first))]
    words = [k for k, field in enumerate(first) if not _fits(field, number)]
    # A first field that is no number may be a date: then so is that of the next row.
    dates_alone = words == [0] and rest and not _fits(rest[0][0], number) and len(first) > 1
    if not words or dates_alone:
        return plain, rows, 1
    if not rest:
        raise ValueError("the table must have a row of numbers, got only a header")
    names = [field or plain[k] for k, field in enumerate(first)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"the columns must have different names, got {twice!r} twice")
    return names, rest, 2


def _fits(field: str, number: Any) -> bool:
    return field.lower() in GAPS or bool(number.fullmatch(field))


def _tells_times(name: str, fields: list[str], number: Any) -> bool:
    if name.lower() in TIMES:
        return True
    return not any(_fits(field, number) for field in fields)


def _must_ascend(times: list[str], offset: int) -> None:
    """Dates as 2020-01-31, or years, may not go back."""
    if not all(re.match(r"\d{4}(-\d\d)*", time) for time in times):
        return
    for k, (before, after) in enumerate(pairwise(times)):
        if after < before:
            raise ValueError(
                f"the rows must be in time order, and row {k + 1 + offset}, {after!r}, comes after "
                f"{before!r}"
            )


def _number(field: str, number: Any, row: int, name: str) -> float:
    if field.lower() in GAPS:
        return float("nan")
    if not number.fullmatch(field):
        raise ValueError(f"row {row}, column {name!r} must be a number, got {field[:40]!r}")
    if number is COMMA:
        field = field.replace(".", "").replace(",", ".")
    return float(field)
