"""What gates that see the input alone can learn: minGRU and minLSTM beside GRU and LSTM.

Two tasks are those of Part IV, recall after 80 steps and adding over 100. Two more ask for a gate
that knows the state: *first* and *parity* of `lecture_lib.tasks.state`.

    python -m lecture_lib.experiments.after

trains every network of `NETWORKS` on every task and seed, on one core, and writes
`lecture_lib/records/after.json`.
"""

import math
from functools import partial

import numpy as np

from lecture_lib import networks, records
from lecture_lib.cells.minimal import MinGRU, MinLSTM, Stack
from lecture_lib.experiments import runner, trials
from lecture_lib.tasks import state
from lecture_lib.tasks.state import draw_first, draw_parity
from lecture_lib.training import Linear, SequenceModel

SEEDS = (0, 1, 2, 3, 4)
MINIMAL = {"minGRU": MinGRU, "minLSTM": MinLSTM}
NETWORKS = ("LSTM", "GRU", "minLSTM", "minGRU")
STACKED = ("minLSTM × 2", "minGRU × 2")
LONG = 200
LEARNING_RATE = 1e-2

TASKS = {
    "recall": trials.recall_wrong(80, target=0.01),
    "recall, chrono": trials.recall_wrong(80, target=0.01, start="chrono"),
    "adding": trials.add(100),
    "adding, chrono": trials.add(100, start="chrono"),
    "first": trials.first(),
    "parity": trials.parity(),
}
# How the tasks of state are drawn, and what is wrong in them.
OF_STATE = {"first": (draw_first, state.error), "parity": (draw_parity, state.share_wrong)}


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
    trial = TASKS[task]
    (inputs, outputs), units = trial.sizes, trial.hidden_size
    kind, *stacked = network.split(" × ")
    if kind not in MINIMAL:
        return networks.build(f"{kind}, {trial.start}", inputs, units, outputs, trial.span, seed)
    rng = np.random.default_rng(seed)
    sizes = [inputs, units] if stacked else [inputs]
    layers = [MINIMAL[kind](size, units, dtype=np.float32) for size in sizes]
    for layer in layers:
        _start(layer, trial.start, trial.span, rng)
    cell = Stack(layers) if stacked else layers[0]
    return SequenceModel(cell, Linear(units, outputs, seed=seed, dtype=np.float32))


def _start(cell, start, span, rng):
    """Glorot's matrices; the gate that keeps raised, and that which writes lowered, as in
    `lecture_lib.initialisers`."""
    for gate in np.split(cell.weight_ih, len(cell.gates)):
        gate[...] = rng.uniform(-1, 1, gate.shape) * math.sqrt(6 / sum(gate.shape))
    bias = dict(zip(cell.gates, np.split(cell.bias, len(cell.gates)), strict=True))
    chrono = start == "chrono"
    keeps = (
        np.log(rng.uniform(1, span - 1, cell.hidden_size))
        if chrono
        else float(start.removeprefix("bias "))
    )
    if "z" in bias:
        bias["z"][...] = -keeps
    else:
        bias["f"][...] = keeps
        if chrono:
            bias["i"][...] = -keeps


def train(network, task, seed=0, progress=True):
    """Train until the score on 500 sequences that it never learns from is solved, or out of
    updates. Returns the model and its `History`; less is better."""
    model = build(network, task, seed)
    return model, TASKS[task].train(model, LEARNING_RATE, seed, progress=progress).history


def longer(model, task, seed=0):
    """The score of a trained model of "first" or "parity" on sequences of 200 steps."""
    draw, wrong = OF_STATE[task]
    score = trials.on_unseen(partial(draw, steps=LONG), wrong, count=200, stream=2)
    return score(seed)(model)


def run(task, network, seed):
    """The updates until it was solved (None: it was not), the last score, and for the tasks of
    state the score at 200 steps."""
    model, history = train(network, task, seed, progress=False)
    updates = runner.updates_to(history, TASKS[task].target)
    measured = {"updates": updates, "scores": history.scores[-1]}
    return measured | ({"longer": longer(model, task, seed)} if task in OF_STATE else {})


def record(progress=True):
    """Train them all, and record a row for each task and network, with a run for each seed."""
    grid = [
        {"task": task, "network": network}
        for task in TASKS
        for network in NETWORKS + (STACKED if task in OF_STATE else ())
    ]

    def about(task, network):
        return {"parameters": networks.count_parameters(build(network, task))}

    rows = runner.Table(grid, run, SEEDS, about)
    return runner.record("after", {"rows": rows}, progress, seeds=SEEDS)


def load():
    """The recorded rows, a list of dicts as `record` writes it."""
    return records.read("after")["rows"]


def row(task, network):
    """The recorded row of a network on a task. Raises ValueError if there is none."""
    return runner.row_of(load(), task=task, network=network)


def solved(task, network):
    """In how many of the 5 seeds the network got there, and the median of its updates (inf where
    fewer than half did)."""
    found = row(task, network)
    return runner.solved(found), runner.median_updates(found)


if __name__ == "__main__":
    record()
