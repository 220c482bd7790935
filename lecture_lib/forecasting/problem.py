"""What is to be forecast: a series, its parts in time, and what a model may know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_number, as_size
from lecture_lib.checks import as_finite
from lecture_lib.forecasting.words import CONSTANTS, worded

FEWEST = CONSTANTS["problem"]["fewest"]  # values: below that no part has anything to say
MOST = CONSTANTS["problem"]["most"]
LARGEST = CONSTANTS["problem"]["largest"]  # the square of a sum of such numbers is still finite


@dataclass(frozen=True, eq=False)
class Problem:
    """A series, and what is asked of it: its next `horizon` values, from every origin of a test.

    - values (T,), in time order and in their own unit
    - horizon: how many steps ahead
    - season: the steps of a season, or None for a series without one
    - differenced: whether models learn the changes from step to step in place of the values
    - known_ahead: other columns `{name: (T,)}` whose coming values are known when a forecast is
      made, such as a calendar's
    - known_late: other columns that are known up to the origin only; ahead of it the last value
      stands for what is to come
    - unit: of the values, for words

    The first 64 % of the values are to learn from, the next 16 % to choose and stop by (the
    validation part), the last 20 % to test. Nothing is scaled, chosen or stopped by the test part.

    Raises ValueError for values or columns that are not finite, too few, too many or larger than
    1e100, for columns of another length, for a name that stands in both, and for a season or
    horizon that leaves nothing to learn from or to test.

    >>> problem = Problem(np.arange(50.0), horizon=3, season=4)
    >>> problem.fit_split, problem.split, len(problem.test_origins)
    (32, 40, 10)
    """

    values: Array
    horizon: int
    season: int | None = None
    differenced: bool = False
    known_ahead: Mapping[str, Any] = field(default_factory=dict)
    known_late: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""

    def __post_init__(self) -> None:
        values = _column("values", self.values)
        if not FEWEST <= len(values) <= MOST:
            raise ValueError(worded("values", fewest=FEWEST, most=MOST, count=len(values)))
        object.__setattr__(self, "values", values)
        as_size("horizon", self.horizon)
        if self.horizon > (held := len(values) - self.split):
            raise ValueError(worded("horizon", count=held, horizon=self.horizon))
        if self.season is not None and as_size("season", self.season, 2) > self.fit_split // 2:
            raise ValueError(worded("season", count=self.fit_split, season=self.season))
        for kind in ("known_ahead", "known_late"):
            object.__setattr__(self, kind, self._columns(kind))
        if both := sorted(self.known_ahead.keys() & self.known_late.keys()):
            raise ValueError(worded("both", name=both[0]))

    def _columns(self, kind: str) -> dict[str, Array]:
        given = getattr(self, kind)
        if not isinstance(given, Mapping):
            raise TypeError(f"{kind} must be a dict of name: column, got {given!r}")
        columns = {
            str(name): _column(f"{kind}[{name!r}]", column) for name, column in given.items()
        }
        for name, column in columns.items():
            if len(column) != len(self.values):
                said = f"{kind}[{name!r}]"
                raise ValueError(
                    worded("column", name=said, wanted=len(self.values), count=len(column))
                )
        return columns

    @property
    def split(self) -> int:
        """How many values come before the test part."""
        return int(0.8 * len(self.values))

    @property
    def fit_split(self) -> int:
        """How many values come before the validation part."""
        return int(0.8 * self.split)

    @property
    def validation_origins(self) -> Array:
        """The places to forecast from while choosing: the last value to learn from, and on."""
        return np.arange(self.fit_split - 1, self.split - 1)

    @property
    def test_origins(self) -> Array:
        """The places to forecast from in the test: the last value before it, and on."""
        return np.arange(self.split - 1, len(self.values) - 1)

    @cached_property
    def raw(self) -> Array:
        """Values, or their changes."""
        return np.diff(self.values) if self.differenced else self.values

    @cached_property
    def mean(self) -> float:
        """Of `raw`, before the test part."""
        return float(self.raw[: self.split - self.differenced].mean())

    @cached_property
    def sd(self) -> float:
        """The standard deviation of `raw`, before the test part."""
        return float(self.raw[: self.split - self.differenced].std())

    @cached_property
    def learned(self) -> Array:
        """What models see: `raw` less its mean and by its standard deviation."""
        return (self.raw - self.mean) / self.sd

    @cached_property
    def scale(self) -> float:
        """Of the MASE: the mean absolute error, before the test part, of "as one season ago", or
        of "as one step ago" where there is no season."""
        known, m = self.values[: self.split], self.season or 1
        return float(np.abs(known[m:] - known[:-m]).mean())

    @cached_property
    def columns(self) -> Array:
        """(T, E): what a model reads beside the value of each step, scaled by their own means and
        spreads before the test part. Of `known_ahead` it is the value of the step that comes."""
        made = []
        for name, column in [*self.known_ahead.items(), *self.known_late.items()]:
            spread = column[: self.split].std()
            scaled = (column - column[: self.split].mean()) / (spread if spread > 0 else 1.0)
            made.append(np.append(scaled[1:], scaled[-1]) if name in self.known_ahead else scaled)
        return np.stack(made, axis=1) if made else np.empty((len(self.values), 0))

    def columns_from(self, origins: Array, ahead: int) -> Array:
        """(origins, E): what stands beside the value `ahead` steps after each origin, as far as it
        is known at the origin."""
        last = len(self.values) - 1
        known = self.columns[np.minimum(origins + ahead, last)]
        late = self.columns[origins]
        return np.concatenate(
            [known[:, : len(self.known_ahead)], late[:, len(self.known_ahead) :]], axis=1
        )

    def in_unit(self, origins: Array, said: Array) -> Array:
        """Forecasts (origins, horizon) of what models see, in the series' own unit."""
        steps = self.mean + self.sd * said
        if self.differenced:
            return self.values[origins][:, None] + steps.cumsum(axis=1)
        return steps

    def errors(self, origins: Array, said: Array, end: int | None = None) -> Array:
        """|y − ŷ| (origins, horizon) in the series' unit; nan where that step lies past `end`."""
        end = len(self.values) if end is None else end
        ahead = origins[:, None] + np.arange(1, said.shape[1] + 1)
        truth = np.where(ahead < end, self.values[np.minimum(ahead, len(self.values) - 1)], np.nan)
        return np.abs(truth - said)


def _column(name: str, value: Any) -> Array:
    """A column of numbers, a copy that cannot be written into."""
    array = np.asarray(as_finite(name, value, 1, "(T,)", gaps=True), dtype=float).copy()
    if (gaps := np.flatnonzero(np.isnan(array))).size:
        more = worded("more_gaps", count=gaps.size - 1) if gaps.size > 1 else ""
        raise ValueError(worded("gap", name=name, number=gaps[0] + 1, more=more))
    as_number(f"the largest of {name}", np.abs(array).max(), worded("largest"), LARGEST.__ge__)
    array.flags.writeable = False
    return array
