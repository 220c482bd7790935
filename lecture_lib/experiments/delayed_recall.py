"""Which networks remember a symbol across how many steps of noise, at which learning rate.

    python -m lecture_lib.experiments.delayed_recall

trains every network of `NETWORKS` for every delay, learning rate and seed below, on one core, and
writes `lecture_lib/records/delayed_recall.json`. A lecture takes the task along with its runs.
"""

from lecture_lib import records
from lecture_lib.experiments import runner
from lecture_lib.tasks.delayed_recall import (
    HIDDEN_SIZE,
    NETWORKS,
    SOLVED,
    accuracy,
    build,
    draw,
    train,
)

__all__ = [
    "DELAYS",
    "NETWORKS",
    "SEEDS",
    "UPDATES",
    "accuracy",
    "build",
    "draw",
    "load",
    "record",
    "solved",
    "train",
]

DELAYS = (10, 20, 40, 80, 160)
SEEDS = (0, 1, 2)
# What a learning rate is given to get there: the smaller ones take longer.
UPDATES = {1e-2: 1500, 3e-3: 3000, 1e-3: 3000}


def record(progress=True):
    """Every run of the grid: what was trained, the best share of right answers, and after how
    many updates it was solved (None: it was not)."""

    def run(network, delay, learning_rate, seed):
        updates = UPDATES[learning_rate]
        _, history = train(network, delay, learning_rate, updates, seed, progress=False)
        reached = runner.updates_to(history, 1 - SOLVED)
        return {"right": 1 - min(history.scores), "updates": reached}

    grid = [
        {"network": network, "delay": delay, "learning_rate": rate, "seed": seed}
        for delay in DELAYS
        for rate in UPDATES
        for network in NETWORKS
        for seed in SEEDS
    ]
    about = {"hidden_size": HIDDEN_SIZE, "updates": {str(rate): n for rate, n in UPDATES.items()}}
    return runner.record("delayed_recall", {"runs": runner.Table(grid, run)}, progress, **about)


def load():
    """The recorded runs, a list of dicts as `record` writes it."""
    return records.read("delayed_recall")["runs"]


def solved(runs, network, delay, learning_rate):
    """In how many of the seeds the recorded run reached 99 %."""
    here = {"network": network, "delay": delay, "learning_rate": learning_rate}
    return runner.solved({"updates": [r["updates"] for r in runs if here.items() <= r.items()]})


if __name__ == "__main__":
    record()
