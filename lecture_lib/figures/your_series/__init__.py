"""Your Series: does your own series need a gate? Baselines, lines and networks, ranked on it."""

import json
from typing import Any, ClassVar

import numpy as np
import traitlets

from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.packing import packed
from lecture_lib.figures.traits import Data, OneOf, Value, Whole
from lecture_lib.figures.your_series import book, pictures
from lecture_lib.forecasting import METHODS, Comparison, Problem, Training, compare
from lecture_lib.forecasting.comparing import BASELINES, LINES
from lecture_lib.forecasting.recurrent import KINDS
from lecture_lib.forecasting.words import CONSTANTS

PAGE = CONSTANTS["page"]
MOST_VALUES, MOST_COLUMNS, MOST_HORIZON = PAGE["most"], PAGE["columns"], PAGE["horizon"]
MOST_SEASON = CONSTANTS["seasons"]["longest"]
FIND, NONE = 0, 1  # of `season`, beside its steps
QUICK = (*BASELINES, "AR")


class YourSeries(LiveFigure):
    """Forecasts of a series, from those that learn nothing to four networks, ranked on its end.

    `values` (T,), at most 10,000, and the other columns are what `compare` takes; `times` names the
    steps. Without values it begins with one of the book's series: `series` is one of `book.WORDS`.
    In the page a reader can paste, open or drop a table of theirs, which goes into no link.
    Baselines and lines are there at once; networks are trained when a reader asks for it.

    - horizon, how many steps ahead; season, its steps, 0 to have it found, 1 for none
    - networks: those that are trained, of "RNN", "GRU", "LSTM", "minGRU"; seeds: how many of each;
      hidden_size, of the LSTM, and updates, at most, as of `Training`
    - step: how far ahead the ranking looks, 0 for the mean over the horizon; origin, from 0 on,
      where in the test part a forecast begins: one beyond the last is the last
    - focus: the method that is drawn firm beside those that the verdict compares; tab: which of the
      four is shown

    Raises ValueError or TypeError for what does not fit, naming it.
    """

    sheets = ("fields",)
    constants: ClassVar[dict[str, Any]] = {
        "BOOK": {name: book.as_data(name) for name in book.WORDS},
        "FAMILIES": {
            "baseline": list(BASELINES),
            "line": list(LINES),
            "network": list(KINDS),
        },
        "MONTHS": book.MONTHS,
        "MOST_COLUMNS": MOST_COLUMNS,
        "MOST_HORIZON": MOST_HORIZON,
        "MOST_SEASON": MOST_SEASON,
        "MOST_VALUES": MOST_VALUES,
        "PATIENCE": Training().patience,
    }

    series = OneOf("sunspots", [*book.WORDS, ""])
    horizon = Whole(12, min=1, max=MOST_HORIZON)
    season = Whole(FIND, min=FIND, max=MOST_SEASON)
    networks = Value(
        list(KINDS),
        {"type": "array", "items": {"enum": list(KINDS)}, "minItems": 1, "uniqueItems": True},
    )
    seeds = Whole(3, min=1, max=10)
    hidden_size = Whole(Training().hidden_size, min=1, max=64)
    updates = Whole(Training().updates, min=25, max=3000)
    tab = Whole(0, min=0, max=3)
    step = Whole(0, min=0, max=MOST_HORIZON)
    origin = Whole(30, min=0, max=MOST_VALUES // 5)
    focus = OneOf("", ["", *METHODS])
    given = Data()

    caption = Data(
        "Paste, open or drop a series of your own, or stay with one of the book’s. What learns "
        "nothing and what is a line is ranked at once; train the networks and see whether they "
        "come out ahead, and by more than chance. Nothing leaves your machine."
    )

    def __init__(
        self,
        values: Any = None,
        *,
        known_ahead: Any = None,
        known_late: Any = None,
        times: Any = None,
        unit: str = "",
        **settings: Any,
    ) -> None:
        self._own: Any = None
        beside = {"known_ahead": known_ahead, "known_late": known_late}
        if values is None:
            if any(argument is not None for argument in (*beside.values(), times)) or unit:
                raise ValueError("known_ahead, known_late, times and unit want values beside them")
        else:
            beside = {name: {} if given is None else given for name, given in beside.items()}
            problem = Problem(values, settings.get("horizon", 12), None, False, **beside, unit=unit)
            self._own = problem, _as_times(times, len(problem.values))
            settings = {"series": "", "given": _as_given(*self._own), **settings}
        super().__init__(**settings)
        if self._own and self.season > NONE:
            self._problem()

    @traitlets.validate("series")
    def _a_series(self, proposal):
        if not proposal["value"] and self._own is None:
            known = ", ".join(map(repr, book.WORDS))
            raise ValueError(f"series must be one of {known}, or values given; got ''")
        return proposal["value"]

    @property
    def values(self) -> np.ndarray:
        """The values (T,) that are shown."""
        return book.load(self.series) if self.series else self._own[0].values.copy()

    def compare(self, methods: Any = None, **options: Any) -> Comparison:
        """The `Comparison` that the page shows once its networks are trained, by `compare`; it
        takes as long. `methods` are others than those, and `options` the rest of `compare`'s."""
        asked = {
            "known_ahead": {} if self.series else self._own[0].known_ahead,
            "known_late": {} if self.series else self._own[0].known_late,
            "methods": [*BASELINES, *LINES, *self.networks] if methods is None else methods,
            "seeds": range(self.seeds),
            "training": Training(self.hidden_size, self.updates),
            "unit": book.UNITS[self.series] if self.series else self._own[0].unit,
        }
        season = {FIND: "find", NONE: None}.get(self.season, self.season)
        return compare(self.values, self.horizon, season, **(asked | options))

    def quick(self) -> Comparison:
        """The `Comparison` of what learns nothing and the AR, for the still picture and the text; a
        page adds exponential smoothing.

        Raises ValueError where nothing can be compared.
        """
        names = ("series", "horizon", "season")
        key = json.dumps({name: getattr(self, name) for name in names})
        kept = vars(self).get("_quick")
        if kept is None or kept[0] != key:
            self._quick = kept = key, self.compare(QUICK, progress=False)
        return kept[1]

    def _problem(self) -> Problem:
        own = self._own[0]
        beside = own.known_ahead, own.known_late
        return Problem(own.values, self.horizon, self.season, False, *beside)

    def text(self) -> str:
        return pictures.text(self)

    def still(self) -> str:
        return pictures.still(self)

    def __repr__(self) -> str:
        said = {}
        if self._own:
            said["values"] = f"{len(self._own[0].values)} numbers"
        initial = self.traits()
        for name in self.contract():
            value = getattr(self, name)
            if value != initial[name].default_value and not (name == "series" and self._own):
                said[name] = repr(value)
        return f"YourSeries({', '.join(f'{name}={value}' for name, value in said.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        again, (kind, settings) = super().__reduce__()
        if self._own:
            problem, times = self._own
            own = {"values": problem.values, "times": times, "unit": problem.unit}
            beside = {"known_ahead": problem.known_ahead, "known_late": problem.known_late}
            settings = {**own, **beside, **settings}
        return again, (kind, settings)


def _as_times(times: Any, count: int) -> list[str] | None:
    if times is None:
        return None
    named = [str(time) for time in times]
    if len(named) != count:
        raise ValueError(f"times must be {count} names, one a value, got {len(named)}")
    return named


def _as_given(problem: Problem, times: list[str] | None) -> dict[str, Any]:
    """What the page is given of values that came from Python."""
    for what, count, most in (
        ("values", len(problem.values), MOST_VALUES),
        ("other columns", len(problem.known_ahead) + len(problem.known_late), MOST_COLUMNS),
    ):
        if count > most:
            raise ValueError(f"{what} must be at most {most:,} in a page, got {count:,}")
    columns = {"values": problem.values, **problem.known_ahead, **problem.known_late}
    if len(columns) < 1 + len(problem.known_ahead) + len(problem.known_late):
        raise ValueError("no other column may have the name 'values'")
    return {
        "columns": [{"name": name, "values": packed(one)} for name, one in columns.items()],
        "roles": {
            **dict.fromkeys(problem.known_ahead, "ahead"),
            **dict.fromkeys(problem.known_late, "late"),
        },
        "times": times,
        "unit": problem.unit,
    }
