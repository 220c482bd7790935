"""What a cell loses in few bits: by step, by gate and by row of the weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells import Bidirectional, Stack
from lecture_lib.cells._checks import Array, as_number
from lecture_lib.quantise.rounding import rounded_cell
from lecture_lib.quantise.running import run


@dataclass(eq=False, repr=False)
class Report:
    """What rounding changed, as `report` found it.

    `by_step` (T,) is max |Δh_t|, over sequences and units. `gates` has for each gate's letter the
    max |Δ| of its values, (H,), over steps and sequences, and `weights` likewise the max |w − ŵ| in
    each of its rows; the rows of an RNN are under "h". In a `Stack` or a `Bidirectional` the
    letters are "0.f", "there.f" and so on. `largest`, `at` and `first` are read from `by_step`.

    >>> from lecture_lib import GRU
    >>> print(report(GRU(2, 3, seed=0), np.ones((9, 1, 2)), bits=4, epsilon=0.01))
    |Δh| at most 0.064, at step 8; first at step 0 above 0.01
    r: weights off by 0.038, values by 0.0066
    z: weights off by 0.041, values by 0.014
    n: weights off by 0.04, values by 0.064
    """

    by_step: Array
    epsilon: float
    gates: dict[str, Array]
    weights: dict[str, Array]

    @property
    def largest(self) -> float:
        """max |Δh| over all steps."""
        return float(self.by_step.max())

    @property
    def at(self) -> int:
        """The step, from 0, of the largest |Δh|, the first of equals."""
        return int(self.by_step.argmax())

    @property
    def first(self) -> int | None:
        """The first step, from 0, with |Δh| > ε; None if there is none."""
        beyond = np.flatnonzero(self.by_step > self.epsilon)
        return int(beyond[0]) if len(beyond) else None

    def __str__(self) -> str:
        first = "never" if self.first is None else f"first at step {self.first}"
        lines = [
            f"|Δh| at most {self.largest:.2g}, at step {self.at}; {first} above {self.epsilon:g}"
        ]
        lines += [
            f"{name}: weights off by {self.weights[name].max():.2g}"
            + (f", values by {self.gates[name].max():.2g}" if name in self.gates else "")
            for name in self.weights
        ]
        return "\n".join(lines)


def report(
    cell: Any,
    x: ArrayLike,
    bits: int,
    per: str = "tensor",
    state_bits: Any = None,
    epsilon: float = 0.01,
    state: Any = None,
    ranges: Any = None,
) -> Report:
    """How far `run` in few bits is from `cell` itself, on the same x (T, N, D), as a `Report`.

    The arguments are those of `run`, and epsilon ≥ 0, the |Δh| that does not count. Raises as `run`
    does, and ValueError for an epsilon that is negative or not finite.

    >>> from lecture_lib import LSTM
    >>> found = report(LSTM(2, 3, seed=0), np.ones((50, 1, 2)), bits=4, per="row", state_bits=8)
    >>> found.by_step.shape, found.gates["f"].shape, found.first
    ((50,), (3,), 2)
    """
    epsilon = as_number("epsilon", epsilon, "be 0 or more", lambda value: 0 <= value < np.inf)
    small = run(cell, x, bits, per, state_bits, state, ranges)
    exact = cell.forward(x, state)
    gates: dict[str, Array] = {}
    weights: dict[str, Array] = {}
    for name, one, before, after in _parts(cell, exact, small):
        for gate in one.gates:
            off = np.abs(getattr(after, gate) - getattr(before, gate))
            gates[name + gate] = off.max(axis=(0, 1))
        letters, coarse = one.gates or "h", rounded_cell(one, bits, per).parameters()
        off = [
            np.abs(array - coarse[key]).max(axis=1)
            for key, array in one.parameters().items()
            if key in ("weight_ih", "weight_hh")
        ]
        rows = np.split(np.max(off, axis=0), len(letters))
        weights |= {name + letter: row for letter, row in zip(letters, rows, strict=True)}
    by_step = np.abs(small.h - exact.h).max(axis=(1, 2))
    return Report(by_step, epsilon, gates, weights)


def _parts(
    cell: Any, exact: Any, small: Any, name: str = ""
) -> Iterator[tuple[str, Any, Any, Any]]:
    """Each single cell by its name, with its two traces."""
    if isinstance(cell, Stack):
        parts: Any = dict(enumerate(cell.layers))
    elif isinstance(cell, Bidirectional):
        parts = cell.cells
    else:
        yield name, cell, exact, small
        return
    for key, part in parts.items():
        yield from _parts(part, exact.traces[key], small.traces[key], f"{name}{key}.")
