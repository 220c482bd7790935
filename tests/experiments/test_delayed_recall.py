"""The recorded grid of delayed recall: whole, and true to its own rule."""

import itertools

from lecture_lib.experiments import delayed_recall


def test_the_recorded_grid_is_whole():
    axes = (delayed_recall.DELAYS, delayed_recall.UPDATES, delayed_recall.NETWORKS)
    wanted = list(itertools.product(*axes, delayed_recall.SEEDS))
    runs = delayed_recall.load()
    keys = ("delay", "learning_rate", "network", "seed")
    assert [tuple(run[key] for key in keys) for run in runs] == wanted
    for run in runs:
        # 99 % of 500, recorded with three decimals.
        assert (run["right"] >= 0.99) == (run["updates"] is not None), run
        assert (run["updates"] or 50) <= delayed_recall.UPDATES[run["learning_rate"]]


def test_the_solved_are_counted():
    here = {"network": "RNN", "delay": 10, "learning_rate": 0.01}
    runs = [here | {"updates": updates} for updates in (50, None, 100)]
    runs.append(here | {"delay": 20, "updates": 50})
    assert delayed_recall.solved(runs, "RNN", 10, 0.01) == 2
