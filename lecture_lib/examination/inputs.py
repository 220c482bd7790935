"""What a network is given to read: a curve, or a table in a file."""

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_choice, as_size
from lecture_lib.examination.words import CONSTANTS
from lecture_lib.seeded import seeded_uniform

CURVES = ("impulse", "step", "noise", "sine")
NOISE_STREAM, PERIOD = 40, 20  # the stream of `seeded_uniform`, and the steps of a sine's period
MAX_BYTES = 2**26


def curve(name: str, steps: int, inputs: int, seed: int = 1) -> Array:
    """A curve to be read, (T, D): 1 at step 1 alone ("impulse"), from T // 3 on ("step"), a sine of
    20 steps, each the same in all inputs, or "noise" uniform in [−1, 1), of `seed`, other in each.

    Raises ValueError for another name or a size below 1, TypeError for one that is no whole number.

    >>> curve("step", steps=4, inputs=1).T
    array([[0., 1., 1., 1.]])
    """
    as_choice("name", name, CURVES)
    T, D = as_size("steps", steps), as_size("inputs", inputs)
    t = np.arange(T)
    if name == "noise":
        drawn: Array = seeded_uniform(as_size("seed", seed, 0), NOISE_STREAM, (T, D))
        return drawn
    values = {
        "impulse": lambda: t == min(1, T - 1),
        "step": lambda: t >= T // 3,
        "sine": lambda: np.sin(2 * np.pi * (t + 1) / PERIOD),
    }[name]()
    return np.repeat(values.astype(float)[:, None], D, axis=1)


def read_table(path: Any) -> tuple[Array, list[str] | None, list[str] | None]:
    """A table (T, D) from a file, with the names of its steps and of its inputs, or None.

    The file is .npy, (T,), (T, D) or (T, 1, D), or a text: a row for each step, its cells parted by
    tabs, semicolons or commas. A first row without a number names the inputs, a first column of
    texts the steps. Where no comma parts the cells it may be the decimal sign; lines that begin
    with # are left out.

    Raises ValueError for what is no such table, naming the row and column of what is no number, and
    OSError for a file that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder, "table.csv")
    ...     _ = table.write_text("day,sea,wind\\nMon,1,20\\nTue,2,30")
    ...     read_table(table)
    (array([[ 1., 20.],
           [ 2., 30.]]), ['Mon', 'Tue'], ['sea', 'wind'])
    """
    if (size := Path(path).stat().st_size) > MAX_BYTES:
        raise ValueError(f"{path} must have at most {MAX_BYTES} bytes, got {size}")
    data = Path(path).read_bytes()
    if data[:6] == b"\x93NUMPY":
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
        return array.astype(np.float64), None, None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} must be a text in UTF-8, or an .npy file") from None
    return _of_text(str(path), text)


def _of_text(path: str, text: str) -> tuple[Array, list[str] | None, list[str] | None]:
    bare = re.sub(r'"[^"]*"', "", text)
    sign = next((one for one in "\t;," if one in bare), ",")
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=sign, skipinitialspace=True))
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
    head, body = rows[0][1], rows[1:]
    named = width > 1 and all(_value(cells[0], sign) is None for _, cells in body or rows)
    start = 1 if named else 0
    if not body or any(_value(cell, sign) is not None for cell in head[start:]):
        head, body = [], rows
    if len(body) > CONSTANTS["max_steps"]:
        most = CONSTANTS["max_steps"]
        raise ValueError(f"{path} must have at most {most} steps, got {len(body)}")
    values = [_numbers(path, sign, row, start) for row in body]
    steps = [cells[0] for _, cells in body] if named else None
    return np.array(values), steps, head[start:] or None


def _numbers(path: str, sign: str, row: tuple[int, Sequence[str]], start: int) -> list[float]:
    number, cells = row
    values = []
    for k, cell in enumerate(cells[start:], start + 1):
        value = _value(cell, sign)
        if value is None:
            what = f"{cell[:40]!r} is no finite number" if cell else "there is a gap"
            raise ValueError(f"{path}: in row {number}, column {k}, {what}")
        values.append(value)
    return values


def _value(cell: str, sign: str) -> float | None:
    try:
        value = float(cell if sign == "," else cell.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
