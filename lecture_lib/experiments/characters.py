"""What other cells, more text and a longer training would bring to the network of this book's text.

    python -m lecture_lib.experiments.characters

trains every cell from every seed, the LSTM on less text, and one for far too long, on one core, and
writes `lecture_lib/records/characters.json`. A lecture takes the task along with its runs.
"""

from lecture_lib import networks, records
from lecture_lib.experiments import runner
from lecture_lib.tasks.characters import (
    ALPHABET,
    CELLS,
    bits,
    build,
    corpus,
    draw,
    indices,
    load,
    ngram,
    one_hot,
    surprise,
    temper,
    train,
    write,
)

__all__ = [
    "ALPHABET",
    "CELLS",
    "SEEDS",
    "SHARES",
    "bits",
    "build",
    "corpus",
    "draw",
    "indices",
    "load",
    "load_runs",
    "ngram",
    "one_hot",
    "record",
    "surprise",
    "temper",
    "train",
    "write",
]

SEEDS = (0, 1, 2)
SHARES = (0.125, 0.25, 0.5, 1.0)  # of the learning part, to see what more text would bring


def run(cell, seed, share):
    """The bits a letter of one network on the parts that it did not learn from, and its size."""
    _, tune, held_out = corpus()
    model = train(cell, seed, share, progress=False)
    return {
        "parameters": networks.count_parameters(model),
        "tuning": bits(model, tune),
        "held_out": bits(model, held_out),
    }


def long_run(updates=3000):
    """The bits a letter of an LSTM every 50 updates of a training that goes on for too long, on as
    much of what it learned from as is held out, and on what is held out."""
    learn, _, held_out = corpus()
    curve = {"updates": [], "learned": [], "held_out": []}

    def watch(model):
        curve["updates"].append(50 * len(curve["updates"]) + 50)
        curve["learned"].append(bits(model, learn[: len(held_out)]))
        curve["held_out"].append(bits(model, held_out))

    train("LSTM", updates=updates, falls=False, watch=watch, progress=False)
    return curve


def record(progress=True):
    """Every cell, every share of the text, and the long run."""
    grid = runner.grid(cell=CELLS, seed=SEEDS, share=SHARES[-1:])
    grid += [
        {"cell": "LSTM", "seed": seed, "share": share} for share in SHARES[:-1] for seed in SEEDS
    ]
    tables = {"runs": runner.Table(grid, run), "curve": long_run}
    return runner.record("characters", tables, progress)


def load_runs():
    """The recorded comparisons: {"runs": a list of dicts, "curve": {name: list}}."""
    return records.read("characters")


if __name__ == "__main__":
    record()
