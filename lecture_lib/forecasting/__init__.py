"""Whether a series needs a gate: baselines, lines and networks on one's own numbers.

`compare(values, horizon)` ranks them on the last fifth of the series, with seeds, spread and
intervals, and says in words whether a network is worth it. From a shell:

    python -m lecture_lib.forecasting my.csv --season 12 --horizon 12
"""

from lecture_lib.forecasting.comparing import METHODS, compare
from lecture_lib.forecasting.comparison import Comparison, Row
from lecture_lib.forecasting.leaks import (
    Alarm,
    late_forecasts,
    random_split,
    scaled_by_all,
    target_among_inputs,
)
from lecture_lib.forecasting.paired import Difference, paired
from lecture_lib.forecasting.problem import Problem
from lecture_lib.forecasting.recurrent import Training
from lecture_lib.forecasting.seasons import autocorrelation, find_season
from lecture_lib.forecasting.verdict import RULES, Verdict

__all__ = [
    "METHODS",
    "RULES",
    "Alarm",
    "Comparison",
    "Difference",
    "Problem",
    "Row",
    "Training",
    "Verdict",
    "autocorrelation",
    "compare",
    "find_season",
    "late_forecasts",
    "paired",
    "random_split",
    "scaled_by_all",
    "target_among_inputs",
]
