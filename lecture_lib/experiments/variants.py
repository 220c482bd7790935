"""The LSTM with one part added or taken away, on three tasks of the book.

After Greff et al. (2017), in small: every variant of `VARIANTS` learns every task from the same
seeds, with the same weights in the gates that it has, the same batches and the same updates. None
of them is given a learning rate of its own.

    python -m lecture_lib.experiments.variants

trains them all on one core, and writes `lecture_lib/records/variants.json`.
"""

import math
from functools import partial

import numpy as np

from lecture_lib import networks, records
from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.checks import one_of
from lecture_lib.experiments import runner, trials
from lecture_lib.tasks import counting
from lecture_lib.training import SequenceModel

SEEDS = (0, 1, 2, 3, 4)
LEARNING_RATE = 1e-2
EVERY = 25
LIMIT = 60

VARIANTS = {
    "LSTM": {},
    "peepholes": {"peephole": True},
    "coupled": {"coupled": True},
    "no forget gate": {"forget_gate": False},
    "no input gate": {"input_gate": False},
    "no output gate": {"output_gate": False},
    "no output tanh": {"output_tanh": False},
    "layer norm": {"layer_norm": True},
}


def _reach(seed):
    """The largest n counted, at most 60."""
    return partial(counting.reach, limit=LIMIT)


TASKS = {
    "adding": trials.add(50, updates=1000, every=EVERY),
    "recall": trials.recall_wrong(40, start="chrono", updates=1000, every=EVERY),
    "counting": trials.count(4, start="bias 2", updates=1500, target=None, score=_reach),
}


def build(variant, task, seed=0):
    """An untrained `SequenceModel` in float32 for one of `VARIANTS` on one of `TASKS`.

    The gates that it has start as those of the plain LSTM of the same seed. Raises ValueError for
    another name.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}")
    if variant not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(VARIANTS)}, got {variant!r}")
    trial = TASKS[task]
    (inputs, outputs), units = trial.sizes, trial.hidden_size
    plain = networks.build(f"LSTM, {trial.start}", inputs, units, outputs, trial.span, seed)
    cell = LSTMVariant(inputs, units, **VARIANTS[variant], dtype=np.float32)
    cell.copy_gates(plain.cell)
    return SequenceModel(cell, plain.readout)


def train(variant, task, seed=0, updates=None, progress=True):
    """Train until solved, or out of updates (those of the task for None).

    Returns the model, its `History`, whose scores are errors, and its score: the error at the end,
    or, in counting, the largest n so that a¹b¹ … aⁿbⁿ are all right, at most 60.
    """
    model = build(variant, task, seed)
    outcome = TASKS[task].train(model, LEARNING_RATE, seed, updates, progress)
    return model, outcome.history, outcome.score


def record(progress=True):
    """Train them all, and record a row for each task and variant: how many parameters, and for each
    seed the score at the end and the updates until it was solved (None: it was not, or there is
    nothing to solve)."""

    def run(task, variant, seed):
        trial, model = TASKS[task], build(variant, task, seed)
        outcome = trial.train(model, LEARNING_RATE, seed, progress=False)
        return {"scores": float(outcome.score), "updates": outcome.updates}

    def about(task, variant):
        return {"parameters": networks.count_parameters(build(variant, task))}

    rows = runner.Table(runner.grid(task=TASKS, variant=VARIANTS), run, SEEDS, about)
    return runner.record("variants", {"rows": rows}, progress)


def load():
    """The recorded rows, as `record` writes them."""
    return records.read("variants")["rows"]


def values(row):
    """What the runs of a row are compared by, of which less is better in adding and recall and more
    in counting: the updates until solved, inf for a run that was not; the largest n."""
    if TASKS[row["task"]].target is None:
        return [int(n) for n in row["scores"]]
    return [math.inf if n is None else n for n in row["updates"]]


def standing(row):
    """What a better row has less of: runs not solved, then the median of `values`, or of −n."""
    sign = 1 if TASKS[row["task"]].target is not None else -1
    return -runner.solved(row), sign * float(np.median(values(row)))


def ranking(task):
    """The rows of a task from the best to the worst; equals in the order of `VARIANTS`."""
    one_of("task", task, TASKS)
    return sorted((row for row in load() if row["task"] == task), key=standing)


if __name__ == "__main__":
    record()
