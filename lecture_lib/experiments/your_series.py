"""Whether a series needs a network: four public series, two that are made so that one must win.

    python -m lecture_lib.experiments.your_series

compares every method of `lecture_lib.forecasting` on each series, on one core, and a GRU with a
line on ever fewer values of one that bends. It writes `lecture_lib/records/your_series.json`. The
public series are statsmodels' own: the yearly flow of the Nile at Aswan, 1871–1970 (Cobb, 1978);
the quarterly inflation of West Germany, 1972–1998; unemployment and the rate of three-month
Treasury bills in the United States, by quarters, 1959–2009.
"""

from dataclasses import dataclass

import numpy as np

from lecture_lib import records
from lecture_lib.checks import as_count, one_of
from lecture_lib.experiments import runner
from lecture_lib.forecasting import Training, compare

PUBLIC = ("Nile", "inflation", "unemployment", "bills")
MADE = ("map", "announced")
HORIZONS = dict(zip(PUBLIC + MADE, (1, 3, 4, 4, 2, 1), strict=True))
SEEDS = (0, 1, 2, 3, 4)

COUNT = 300  # values of the map
DAYS = 1500  # values of what is announced
PATIENT = Training(updates=1000, patience=20)  # there: its error falls in steps
NOISES = (0.01, 0.1)
COUNTS = (60, 110, 200, 400)
DRAWS = (0, 1, 2, 3, 4)
CUT_METHODS = ("mean", "persistence", "AR", "GRU")
CUT_SEEDS = (0, 1, 2)
CUT_TRAINING = Training(hidden_size=8, updates=500, patience=4)


@dataclass(frozen=True)
class Found:
    """A recorded comparison: what was found of a series; its methods, best first, with their mean
    MASE over the horizon, the mean and standard deviation of the seeds; and the verdict."""

    season: int | None
    differenced: bool
    seeds: tuple
    methods: tuple
    mase: tuple
    spread: tuple
    kind: str
    words: str


def fetch(name):
    """The values (T,) of one of `HORIZONS`, and what `compare` is told of them besides.

    Raises ValueError for another name.
    """
    one_of("name", name, HORIZONS)
    if name == "map":
        return draw_map(COUNT, NOISES[0]), {"season": None}
    if name == "announced":
        values, announced = draw_announced(DAYS)
        today = np.append(0.0, announced[:-1])
        return values, {
            "season": None,
            "differenced": False,
            "known_ahead": {"announced": announced},
            "known_late": {"today": today},
            "training": PATIENT,
        }
    from statsmodels import datasets  # with pandas, too slow to load for who wants the records

    if name == "Nile":
        return datasets.nile.load().data["volume"].to_numpy(), {"unit": "10⁸ m³"}
    if name == "inflation":
        return 100 * datasets.interest_inflation.load().data["Dp"].to_numpy(), {"unit": "%"}
    column = {"unemployment": "unemp", "bills": "tbilrate"}[name]
    return datasets.macrodata.load().data[column].to_numpy(), {"unit": "%"}


def draw_map(count, noise, seed=0):
    """The logistic map (May, 1976), `count` of its values, seen with noise.

        x_{t+1} = 3.7 x_t (1 − x_t),   y_t = x_t + noise · ε_t,   ε_t standard normal

    Its first 50 steps, in which it forgets where it began, are left out; 4 decimals are kept.
    """
    count = as_count("count", count)
    rng = np.random.default_rng(seed)
    x = np.empty(50 + count)
    x[0] = rng.uniform(0.2, 0.8)
    for t in range(1, len(x)):
        x[t] = 3.7 * x[t - 1] * (1 - x[t - 1])
    return (x[50:] + noise * rng.normal(size=count)).round(4)


def draw_announced(count, seed=0):
    """Values (count,) and the days that are announced, 1 or 0: one in eight.

    On an announced day the value is that of the last announced day, 2 or −2; one time in ten its
    sign turns. On all others it is 0. Noise of .2 lies on all of it.
    """
    count = as_count("count", count)
    rng = np.random.default_rng(seed)
    announced = (rng.random(count) < 1 / 8).astype(float)
    values, last = 0.2 * rng.normal(size=count), 2.0
    for day in np.flatnonzero(announced):
        last = -last if rng.random() < 0.1 else last
        values[day] += last
    return values, announced


def run(name):
    """What `compare` finds with all methods on the series `name`: the fields of `Found`."""
    values, told = fetch(name)
    seeds = SEEDS[:3] if name == "announced" else SEEDS  # it takes as long as all others
    found = compare(values, HORIZONS[name], seeds=seeds, progress=False, **told)
    table = found.table()
    return {
        "season": found.problem.season,
        "seeds": seeds,
        "differenced": found.problem.differenced,
        "methods": [row["method"] for row in table],
        "mase": [row["mase"] for row in table],
        "spread": [row["spread"] for row in table],
        "kind": found.verdict.kind,
        "words": found.verdict.words,
    }


def cut(noise, count, seed):
    """The verdict's kind on `count` values of the map, one draw, and by how much the network leads
    (None where it was too short to tell)."""
    found = compare(
        draw_map(count, noise, seed),
        1,
        None,
        methods=CUT_METHODS,
        seeds=CUT_SEEDS,
        training=CUT_TRAINING,
        progress=False,
    )
    ahead = found.verdict.network_ahead
    return {"kinds": found.verdict.kind, "leads": None if ahead is None else ahead.mean}


def record(progress=True):
    """The comparisons of all series, then those of the cuts."""
    tables = {
        "series": runner.Table(runner.grid(name=PUBLIC + MADE), run),
        "cuts": runner.Table(runner.grid(noise=NOISES, count=COUNTS), cut, DRAWS),
    }
    return runner.record("your_series", tables, progress)


def load():
    """What was found of each series, {name: Found}."""
    rows = records.read("your_series")["series"]
    return {row.pop("name"): Found(**row) for row in rows}


def load_cuts():
    """The recorded cuts: a list of dicts with noise, count, and of each draw kinds and leads."""
    return records.read("your_series")["cuts"]


if __name__ == "__main__":
    record()
