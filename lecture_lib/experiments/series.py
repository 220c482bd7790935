"""Five seeds of each network on each real series, beside the forecasts that learn nothing.

    python -m lecture_lib.experiments.series

trains an RNN, a GRU and an LSTM of 16 units on each series of `lecture_lib.tasks.series`, on one
core. It writes every error to `lecture_lib/records/series.json`, the first seed's networks to
`series.npz` beside it, and what a page needs to `series_page.json`. A lecture takes the task along
with its runs.
"""

import numpy as np

from lecture_lib import records
from lecture_lib.experiments import runner
from lecture_lib.tasks.series import (
    BASELINES,
    CELLS,
    HORIZON,
    NAMES,
    Series,
    ar,
    baseline,
    build,
    choose_ar,
    fetch,
    fit_ar,
    iterate,
    lagged,
    load,
    mase,
    network,
    one_of,
    ridge_weights,
    train,
)

__all__ = [
    "BASELINES",
    "CELLS",
    "HORIZON",
    "METHODS",
    "NAMES",
    "SEEDS",
    "Series",
    "ar",
    "baseline",
    "build",
    "choose_ar",
    "errors",
    "fetch",
    "fit_ar",
    "forecasts",
    "iterate",
    "lagged",
    "load",
    "load_runs",
    "mase",
    "network",
    "record",
    "ridge_weights",
    "score",
    "train",
]

METHODS = (*BASELINES, "AR", *CELLS)
RECORDED = (*METHODS, "AR, not refitted")
SEEDS = (0, 1, 2, 3, 4)


def forecasts(series, method, horizon=HORIZON):
    """The forecasts of one of `METHODS`, as recorded, from every origin, (origins, horizon)."""
    one_of("method", method, METHODS)
    if method in BASELINES:
        return baseline(series, method, horizon)
    return iterate(series, ar(series.name) if method == "AR" else network(series.name, method))


def score(name, model):
    """The MASE of `model` one step ahead in the series `name`."""
    series = load(name)
    return float(mase(series, iterate(series, model, horizon=1))[0])


def load_runs():
    """The recorded errors: a list of dicts with series, method, seed (None where nothing was drawn)
    and mase, 24 numbers; for networks also `updates`."""
    return records.read("series")["runs"]


def errors(runs, name, method):
    """The recorded MASE of one of `RECORDED`, (seeds, 24)."""
    one_of("name", name, NAMES)
    one_of("method", method, RECORDED)
    return np.array([r["mase"] for r in runs if (r["series"], r["method"]) == (name, method)])


def run(series, method, seed):
    """The MASE of one method, and of a network the updates it took; of "AR" its order and ridge."""
    data = fetch(series)
    if method in BASELINES:
        return {"mase": mase(data, baseline(data, method))}
    if method not in CELLS:
        w = fit_ar(data, refit=method == "AR")
        order, ridge = choose_ar(data)
        return {"order": order, "ridge": ridge, "mase": mase(data, iterate(data, w))}
    model, history = train(data, method, seed, progress=False)
    return {"updates": len(history.loss), "mase": mase(data, iterate(data, model))}


def record(progress=True):
    """Every method on every series: the runs, then the networks of the first seed, then what a page
    needs of both."""
    methods = [(method, None) for method in (*BASELINES, "AR", "AR, not refitted")]
    methods += [(kind, seed) for kind in CELLS for seed in SEEDS]
    grid = [
        {"series": name, "method": method, "seed": seed}
        for name in NAMES
        for method, seed in methods
    ]
    runner.record("series", {"runs": runner.Table(grid, run)}, progress)
    models, scores = {}, {}
    for name in NAMES:
        for kind in CELLS:
            data, key = fetch(name), f"{name}, {kind}"
            models[key], _ = train(data, kind, SEEDS[0], progress=progress)
            scores[key] = mase(data, iterate(data, models[key], horizon=1))[0]
    records.save("experiments.series", models, scores, seed=SEEDS[0])
    records.write("series_page", {name: page_data(name) for name in NAMES})


def page_data(name):
    """What a page needs of a series: its values, the autoregression, the recorded networks, and the
    errors of every seed."""
    series, runs = fetch(name), load_runs()
    fields = ("start", "steps_a_year", "period", "differenced", "split", "mean", "sd", "scale")
    return {
        "values": series.values.tolist(),
        **{field: getattr(series, field) for field in fields},
        "ar": fit_ar(series).tolist(),
        "weights": {
            kind: {
                parameter: array.round(3).tolist()
                for parameter, array in network(name, kind).parameters().items()
            }
            for kind in CELLS
        },
        "spread": {kind: errors(runs, name, kind).tolist() for kind in CELLS},
    }


if __name__ == "__main__":
    record()
    for r in load_runs():
        print(f"{r['series']:9} {r['method']:17} 1 step {r['mase'][0]:.3f}", end="  ")
        print(f"12 steps {np.mean(r['mase'][:12]):.3f}")
