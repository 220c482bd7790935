"""RNN, LSTM and GRU on the book's tasks: with equal units and with equal parameters.

    python -m lecture_lib.tasks.comparison

trains every network on every task below with every learning rate and seed, on one core, and writes
`lecture_lib/weights/comparison.json`. For each task the LSTM has the size named there. GRU and RNN
come twice: with as many units, and with the fewest units that give them at least as many
parameters, the readout's among them. All else is alike: Adam, batches of 32, the gradient clipped
to norm 1, the same number of updates, the same two learning rates to choose from.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from tqdm import tqdm

from lecture_lib.tasks import (
    adding,
    counting,
    delayed_recall,
    digits,
    networks,
    sentences,
    weights,
)
from lecture_lib.training import fit, mean_squared_error, softmax_cross_entropy

RECORDED = weights.FOLDER / "comparison.json"
SEEDS = (0, 1, 2, 3, 4)
RATES = (1e-2, 3e-3)
# With equal units, then with equal parameters.
NETWORKS = (("LSTM", "both"), ("GRU", "units"), ("RNN", "units"))
NETWORKS += (("GRU", "parameters"), ("RNN", "parameters"))
BIAS = {"LSTM": "LSTM, bias 1", "GRU": "GRU, bias 1", "RNN": "RNN"}
CHRONO = {"LSTM": "LSTM, chrono", "GRU": "GRU, chrono", "RNN": "RNN, orthogonal"}


@dataclass(frozen=True)
class Task:
    """What is learned, from what starts, for how long at most, and what counts as solved.

    draw(seed) gives a function of a generator that draws a `Batch`; score(seed) a function of the
    model, of which `less` says whether less is better; it is solved once the score reaches
    `target`, and there training ends if `stops`.
    """

    title: str
    starts: dict
    sizes: tuple  # inputs and outputs
    hidden_size: int
    span: int
    updates: int
    draw: Callable
    loss: Callable
    score: Callable
    measure: str
    target: float
    less: bool = False
    stops: bool = False


def _adding(title, starts):
    def score(seed):
        unseen = adding.draw(np.random.default_rng([seed, 1]), 100, 500)
        return lambda model: adding.error(model, unseen)

    return Task(
        title,
        starts,
        (adding.INPUT_SIZE, adding.OUTPUT_SIZE),
        hidden_size=16,
        span=100,
        updates=3000,
        draw=lambda seed: lambda rng: adding.draw(rng, 100),
        loss=mean_squared_error,
        score=score,
        measure="squared error",
        target=adding.SOLVED,
        less=True,
        stops=True,
    )


def _recall(title, starts):
    def score(seed):
        unseen = delayed_recall.draw(np.random.default_rng([seed, 1]), 80, 500)
        return lambda model: delayed_recall.accuracy(model, unseen)

    return Task(
        title,
        starts,
        (delayed_recall.INPUT_SIZE, delayed_recall.SYMBOLS),
        hidden_size=16,
        span=80,
        updates=1500,
        draw=lambda seed: lambda rng: delayed_recall.draw(rng, 80),
        loss=softmax_cross_entropy,
        score=score,
        measure="share right at the cue",
        target=delayed_recall.SOLVED,
        stops=True,
    )


def _pronouns(title):
    grammar = sentences.GRAMMAR
    words = len(grammar.vocabulary)

    def score(seed):
        unseen = grammar.draw(np.random.default_rng([seed, 1]), batch_size=300)
        asked = np.isin(unseen.target, grammar.numbers(grammar.classes))
        return lambda model: float(
            (model.predict(unseen.x).argmax(axis=-1) == unseen.target)[asked].mean()
        )

    return Task(
        title,
        BIAS,
        (words, words),
        hidden_size=8,
        span=40,
        updates=2000,
        draw=lambda seed: grammar.draw,
        loss=softmax_cross_entropy,
        score=score,
        measure="share of pronouns right",
        target=0.995,
    )


def _counting(title, hidden_size):
    return Task(
        title,
        BIAS,
        (counting.INPUT_SIZE, len(counting.NEXT)),
        hidden_size,
        span=2 * counting.LONGEST,
        updates=2000,
        draw=lambda seed: counting.draw,
        loss=softmax_cross_entropy,
        score=lambda seed: counting.reach,
        measure="largest n counted",
        target=counting.LONGEST,
    )


def _digits(title, step, updates):
    @cache
    def data(seed):
        return digits.split(seed)

    def score(seed):
        unseen = digits.as_batch(*data(seed)[2:], step)
        return lambda model: digits.accuracy(model, unseen)

    return Task(
        title,
        BIAS,
        (step, digits.CLASSES),
        hidden_size=32,
        span=64 // step,
        updates=updates,
        draw=lambda seed: lambda rng: digits.draw(rng, *data(seed)[:2], step),
        loss=softmax_cross_entropy,
        score=score,
        measure="share right in the test",
        target=0.94,
    )


TASKS = {
    "adding": _adding("add over 100 steps, bias 1", BIAS),
    "adding, chrono": _adding("add over 100 steps, chrono", CHRONO),
    "recall": _recall("recall after 80 steps, bias 1", BIAS),
    "recall, chrono": _recall("recall after 80 steps, chrono", CHRONO),
    "pronouns": _pronouns("his, her or their"),
    "counting, 2 units": _counting("count aⁿbⁿ, LSTM with 2 units", 2),
    "counting, 4 units": _counting("count aⁿbⁿ, LSTM with 4 units", 4),
    "digits, rows": _digits("digits, row by row", 8, 1000),
    "digits, pixels": _digits("digits, pixel by pixel", 1, 2000),
}


def size(task, cell, equal):
    """The units of a network: the LSTM's, or the fewest with at least its parameters."""
    wanted = TASKS[task]
    if equal != "parameters":
        return wanted.hidden_size
    least = networks.parameters_of("LSTM", *wanted.sizes, wanted.hidden_size)
    return networks.matching_size(cell, *wanted.sizes, least)


def train(task, cell, equal, learning_rate, seed=0, progress=True):
    """Train one network of `NETWORKS` on one of `TASKS`.

    Returns the updates to the target (None: not reached) and the last score.
    """
    to_learn = TASKS[task]
    inputs, outputs = to_learn.sizes
    model = networks.build(
        to_learn.starts[cell], inputs, size(task, cell, equal), outputs, to_learn.span, seed
    )
    sign = 1 if to_learn.less else -1
    score = to_learn.score(seed)
    history = fit(
        model,
        to_learn.draw(seed),
        to_learn.loss,
        to_learn.updates,
        learning_rate,
        seed=seed,
        evaluate=lambda model: sign * score(model),
        goal=sign * to_learn.target if to_learn.stops else None,
        progress=progress,
    )
    reached = [
        step
        for step, value in zip(history.steps, history.scores, strict=True)
        if value <= sign * to_learn.target
    ]
    return next(iter(reached), None), abs(history.scores[-1])


def record():
    """Train them all, and write what came of it after each network, so that none is lost."""
    about = {
        name: {key: getattr(task, key) for key in ("updates", "measure", "target", "less")}
        for name, task in TASKS.items()
    }
    recorded = {
        "command": "python -m lecture_lib.tasks.comparison",
        "seeds": SEEDS,
        "tasks": about,
        "rows": [],
    }
    grid = [
        (task, cell, equal, rate) for task in TASKS for cell, equal in NETWORKS for rate in RATES
    ]
    for task, cell, equal, rate in tqdm(grid, unit="network"):
        runs = [train(task, cell, equal, rate, seed, progress=False) for seed in SEEDS]
        units = size(task, cell, equal)
        recorded["rows"].append(
            {
                "task": task,
                "cell": cell,
                "equal": equal,
                "hidden_size": units,
                "parameters": networks.parameters_of(cell, *TASKS[task].sizes, units),
                "learning_rate": rate,
                "updates": [updates for updates, _ in runs],
                "scores": [float(f"{score:.4g}") for _, score in runs],
            }
        )
        lines = json.dumps(recorded).replace('{"task"', '\n{"task"')
        RECORDED.write_text(lines + "\n", encoding="utf-8")


@cache
def load():
    """The recorded runs: "tasks" says what was asked, "rows" has a row for each network and rate,
    with a run for each of "seeds": updates (None: not solved) and last score."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def rows(task, equal, cell=None):
    """The rows of a task, of LSTM, GRU and RNN in turn (or of one `cell`), with two rates each.

    `equal` is "units" or "parameters". Raises ValueError for another name.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}")
    if equal not in ("units", "parameters"):
        raise ValueError(f"equal must be units or parameters, got {equal!r}")
    return [
        row
        for row in load()["rows"]
        if row["task"] == task and row["equal"] in (equal, "both") and cell in (None, row["cell"])
    ]


def median_updates(row):
    """The median over the seeds, with a run that was not solved beyond all: it may be inf."""
    return float(np.median([np.inf if n is None else n for n in row["updates"]]))


def median_score(row):
    """The median of the last scores."""
    return float(np.median(row["scores"]))


def solved(row):
    """In how many of the seeds the target was reached."""
    return sum(updates is not None for updates in row["updates"])


def better(task, equal, cell, measure="updates"):
    """The row of a cell with the rate that suits it better: solved more often, or else in fewer
    median updates, or else with the better median score. `measure="score"` asks for that first."""
    sign = 1 if TASKS[task].less else -1

    def order(row):
        keys = [-solved(row), median_updates(row), sign * median_score(row)]
        return keys[-1:] + keys[:-1] if measure == "score" else keys

    return min(rows(task, equal, cell), key=order)


if __name__ == "__main__":
    record()
