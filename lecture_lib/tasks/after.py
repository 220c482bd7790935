"""What gates that see the input alone can learn: minGRU and minLSTM beside GRU and LSTM.

Two tasks are those of Part IV, recall after 80 steps and adding over 100. Two more ask for a gate
that knows the state:

- *first*: numbers arrive, some of them flagged, and the answer is the first flagged one ever since.
  To leave it alone, the gate must know that something is stored already. Always answering 0 errs
  by about 0.25 in the mean square.
- *parity*: bits arrive, and the answer is whether the number of ones so far is odd. Guessing is
  right half of the time.

    python -m lecture_lib.tasks.after

trains every network of `NETWORKS` on every task and seed, on one core, and writes
`lecture_lib/weights/after.json`.
"""

import json
import math
from functools import cache

import numpy as np
from tqdm import tqdm

from lecture_lib.cells.minimal import MinGRU, MinLSTM, Stack
from lecture_lib.tasks import adding, delayed_recall, networks, weights
from lecture_lib.training import (
    Batch,
    Linear,
    SequenceModel,
    fit,
    mean_squared_error,
    softmax_cross_entropy,
)

RECORDED = weights.FOLDER / "after.json"
SEEDS = (0, 1, 2, 3, 4)
MINIMAL = {"minGRU": MinGRU, "minLSTM": MinLSTM}
NETWORKS = ("LSTM", "GRU", "minLSTM", "minGRU")
STACKED = ("minLSTM × 2", "minGRU × 2")
LONG = 200
LEARNING_RATE = 1e-2

# Sizes (inputs, units, outputs), what the gates start from, the longest memory asked for, updates,
# and the score that counts as solved, of which less is better.
TASKS = {
    "recall": ((9, 16, 4), "bias 1", 80, 1500, 0.01),
    "recall, chrono": ((9, 16, 4), "chrono", 80, 1500, 0.01),
    "adding": ((2, 16, 1), "bias 1", 100, 3000, 0.01),
    "adding, chrono": ((2, 16, 1), "chrono", 100, 3000, 0.01),
    "first": ((2, 8, 1), "bias 2", 40, 1500, 0.01),
    "parity": ((2, 16, 2), "bias 0", 20, 1500, 0.01),
}


def draw_first(rng, steps=40, batch_size=32, flag_rate=0.1):
    """A `Batch` with x (T, N, 2), a number in [-1, 1] and its flag, and target (T, N, 1), the first
    flagged number from its step on, 0 before."""
    number = rng.uniform(-1, 1, (steps, batch_size))
    flag = rng.random((steps, batch_size)) < flag_rate
    is_first = flag & (flag.cumsum(axis=0) == 1)
    target = (number * is_first).cumsum(axis=0)
    return Batch(np.stack([number, flag], axis=-1).astype(float), target[..., None])


def draw_parity(rng, steps=20, batch_size=32):
    """A `Batch` with x (T, N, 2), a one-hot bit, and target (T, N), 1 where the number of ones so
    far is odd."""
    bit = rng.integers(2, size=(steps, batch_size))
    return Batch(np.eye(2)[bit], bit.cumsum(axis=0) % 2)


def build(network, task, seed=0):
    """An untrained `SequenceModel` in float32 for one of `NETWORKS` and `STACKED` on one of
    `TASKS`, all its matrices Glorot's; what the gates start from is what the task says.

    Raises ValueError for another name.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}")
    if network not in NETWORKS + STACKED:
        known = ", ".join(NETWORKS + STACKED)
        raise ValueError(f"network must be one of {known}, got {network!r}")
    (inputs, units, outputs), start, span, *_ = TASKS[task]
    kind, *stacked = network.split(" × ")
    if kind not in MINIMAL:
        return networks.build(f"{kind}, {start}", inputs, units, outputs, span, seed)
    rng = np.random.default_rng(seed)
    sizes = [inputs, units] if stacked else [inputs]
    layers = [MINIMAL[kind](size, units, dtype=np.float32) for size in sizes]
    for layer in layers:
        _start(layer, start, span, rng)
    cell = Stack(layers) if stacked else layers[0]
    return SequenceModel(cell, Linear(units, outputs, seed=seed, dtype=np.float32))


def _start(cell, start, span, rng):
    """Glorot's matrices; the gate that keeps opened, and that which writes closed, as in
    `lecture_lib.initialisers`."""
    for gate in np.split(cell.weight_ih, len(cell.gates)):
        gate[...] = rng.uniform(-1, 1, gate.shape) * math.sqrt(6 / sum(gate.shape))
    bias = dict(zip(cell.gates, np.split(cell.bias, len(cell.gates)), strict=True))
    chrono = start == "chrono"
    opened = (
        np.log(rng.uniform(1, span - 1, cell.hidden_size))
        if chrono
        else float(start.removeprefix("bias "))
    )
    if "z" in bias:
        bias["z"][...] = -opened
    else:
        bias["f"][...] = opened
        if chrono:
            bias["i"][...] = -opened


def _wrong(model, batch):
    """The share of wrong answers."""
    return float((model.predict(batch.x).argmax(axis=-1) != batch.target).mean())


def _squared(model, batch):
    return mean_squared_error(model.predict(batch.x), batch.target)[0]


def _of(task):
    """How a task's batches are drawn, of how many steps, the loss, and the score."""
    if task.startswith("recall"):
        return (
            delayed_recall.draw,
            80,
            softmax_cross_entropy,
            lambda model, batch: 1 - delayed_recall.accuracy(model, batch),
        )
    if task.startswith("adding"):
        return adding.draw, 100, mean_squared_error, adding.error
    if task == "first":
        return draw_first, 40, mean_squared_error, _squared
    return draw_parity, 20, softmax_cross_entropy, _wrong


def train(network, task, seed=0, progress=True):
    """Train until the score on 500 sequences that it never learns from is solved, or out of
    updates. Returns the model and its `History`; less is better."""
    model = build(network, task, seed)
    draw, steps, loss, score = _of(task)
    *_, updates, solved = TASKS[task]
    unseen = draw(np.random.default_rng([seed, 1]), steps, 500)
    history = fit(
        model,
        lambda rng: draw(rng, steps),
        loss,
        updates,
        LEARNING_RATE,
        seed=seed,
        evaluate=lambda model: score(model, unseen),
        goal=solved,
        progress=progress,
    )
    return model, history


def longer(model, task, seed=0):
    """The score of a trained model of "first" or "parity" on sequences of 200 steps."""
    draw, *_, score = _of(task)
    return score(model, draw(np.random.default_rng([seed, 2]), LONG, 200))


def record():
    """A row for each task and network, with a run for each seed: the updates until it was solved
    (None: it was not), the last score, and for the tasks of state the score at 200 steps."""
    grid = [
        (task, network)
        for task in TASKS
        for network in NETWORKS + (STACKED if task in ("first", "parity") else ())
    ]
    rows = []
    for task, network in tqdm(grid, unit="network"):
        row = {"task": task, "network": network, "updates": [], "scores": []}
        for seed in SEEDS:
            model, history = train(network, task, seed, progress=False)
            row["updates"].append(history.steps[-1] if history.stopped else None)
            row["scores"].append(round(history.scores[-1], 4))
            if task in ("first", "parity"):
                row.setdefault("longer", []).append(round(longer(model, task, seed), 4))
        row["parameters"] = networks.count_parameters(model)
        rows.append(row)
    return rows


@cache
def load():
    """The recorded rows, a list of dicts as `record` returns it."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))["rows"]


def row(task, network):
    """The recorded row of a network on a task. Raises ValueError if there is none."""
    for found in load():
        if (found["task"], found["network"]) == (task, network):
            return found
    raise ValueError(f"no run was recorded of {network!r} on {task!r}")


def solved(task, network):
    """In how many of the 5 seeds the network got there, and the median of its updates (inf where
    fewer than half did)."""
    updates = row(task, network)["updates"]
    count = sum(n is not None for n in updates)
    return count, float(np.median([math.inf if n is None else n for n in updates]))


if __name__ == "__main__":
    recorded = {"command": "python -m lecture_lib.tasks.after", "seeds": SEEDS, "rows": record()}
    lines = json.dumps(recorded).replace('{"task"', '\n{"task"')
    RECORDED.write_text(lines + "\n", encoding="utf-8")
