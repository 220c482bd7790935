"""The LSTM with one part added or taken away, on three tasks of the book.

After Greff et al. (2017), in small: every variant of `VARIANTS` learns every task from the same
seeds, with the same weights in the gates that it has, the same batches and the same updates. None
of them is given a learning rate of its own.

    python -m lecture_lib.tasks.variants

trains them all on one core, and writes `lecture_lib/weights/variants.json`.
"""

import json
import math
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.tasks import adding, counting, delayed_recall, networks, weights
from lecture_lib.training import SequenceModel, fit, mean_squared_error, softmax_cross_entropy

RECORDED = weights.FOLDER / "variants.json"
SEEDS = (0, 1, 2, 3, 4)
LEARNING_RATE = 1e-2
EVERY = 25

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


class Task(NamedTuple):
    """What the networks learn: sizes (inputs, units, outputs), what the gates start from, the
    updates that they are given, what is scored, and the score that counts as solved, if any."""

    sizes: tuple[int, int, int]
    start: str
    updates: int
    measure: str
    target: float | None


STEPS = 50
DELAY = 40
LIMIT = 60
TASKS = {
    "adding": Task((2, 16, 1), "bias 1", 1000, "squared error", adding.SOLVED),
    "recall": Task((9, 16, 4), "chrono", 1000, "share wrong", 1 - delayed_recall.SOLVED),
    "counting": Task((3, 4, 2), "bias 2", 1500, "largest n counted", None),
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
    (inputs, units, outputs), start, *_ = TASKS[task]
    plain = networks.build(f"LSTM, {start}", inputs, units, outputs, DELAY, seed)
    cell = LSTMVariant(inputs, units, **VARIANTS[variant], dtype=np.float32)
    cell.copy_gates(plain.cell)
    return SequenceModel(cell, plain.readout)


def train(variant, task, seed=0, updates=None, progress=True):
    """Train until solved, or out of updates (those of the task for None).

    Returns the model, its `History`, whose scores are errors, and its score: the error at the end,
    or, in counting, the largest n so that a¹b¹ … aⁿbⁿ are all right, at most 60.
    """
    model = build(variant, task, seed)
    unseen = np.random.default_rng([seed, 1])
    goal = TASKS[task].target
    if task == "adding":
        batch = adding.draw(unseen, STEPS, 500)
        loss, evaluate = mean_squared_error, lambda model: adding.error(model, batch)
    elif task == "recall":
        batch = delayed_recall.draw(unseen, DELAY, 500)
        loss, evaluate = (
            softmax_cross_entropy,
            lambda model: 1 - delayed_recall.accuracy(model, batch),
        )
    else:
        loss, evaluate = softmax_cross_entropy, None
    draws = {
        "adding": lambda rng: adding.draw(rng, STEPS),
        "recall": lambda rng: delayed_recall.draw(rng, DELAY),
        "counting": counting.draw,
    }
    history = fit(
        model,
        draws[task],
        loss,
        TASKS[task].updates if updates is None else updates,
        LEARNING_RATE,
        seed=seed,
        evaluate=evaluate,
        every=EVERY,
        goal=goal,
        progress=progress,
    )
    score = counting.reach(model, LIMIT) if evaluate is None else history.scores[-1]
    return model, history, score


def record():
    """A row for each task and variant: how many parameters, and for each seed the score at the
    end and the updates until it was solved (None: it was not, or there is nothing to solve)."""
    rows = []
    with tqdm(total=len(TASKS) * len(VARIANTS) * len(SEEDS), unit="run") as bar:
        for task in TASKS:
            for variant in VARIANTS:
                row = {"task": task, "variant": variant, "scores": [], "updates": []}
                for seed in SEEDS:
                    model, history, score = train(variant, task, seed, progress=False)
                    solved = history.stopped == "goal"
                    row["scores"].append(round(float(score), 4))
                    row["updates"].append(history.steps[-1] if solved else None)
                    bar.update()
                row["parameters"] = networks.count_parameters(model)
                rows.append(row)
    return rows


def load():
    """The recorded rows, as `record` returns them."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))["rows"]


def values(row):
    """What the runs of a row are compared by, of which less is better in adding and recall and more
    in counting: the updates until solved, inf for a run that was not; the largest n."""
    if TASKS[row["task"]].target is None:
        return [int(n) for n in row["scores"]]
    return [math.inf if n is None else n for n in row["updates"]]


def standing(row):
    """What a better row has less of: runs not solved, then the median of `values`, or of −n."""
    sign = 1 if TASKS[row["task"]].target is not None else -1
    return -sum(n is not None for n in row["updates"]), sign * float(np.median(values(row)))


def ranking(task):
    """The rows of a task from the best to the worst; equals in the order of `VARIANTS`."""
    return sorted((row for row in load() if row["task"] == task), key=standing)


if __name__ == "__main__":
    recorded = {"command": "python -m lecture_lib.tasks.variants", "rows": record()}
    lines = json.dumps(recorded).replace('{"task"', '\n{"task"')
    RECORDED.write_text(lines + "\n", encoding="utf-8")
