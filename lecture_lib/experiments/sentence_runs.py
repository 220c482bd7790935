"""How often? More seeds of the networks of `sentences`, and the whole grid of `distance`.

    python -m lecture_lib.experiments.sentence_runs

trains every network below, on one core, and writes `lecture_lib/records/sentence_runs.json`.
"""

from lecture_lib import records
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.experiments import runner
from lecture_lib.tasks import distance as far
from lecture_lib.tasks import probes, sentences
from lecture_lib.tasks.sentences import FRAME, GRAMMAR

# Cell, H, noise on the gates in training, and how many seeds.
NETWORKS = {
    "LSTM": (LSTM, 8, 1.0, 10),
    "LSTM, no noise": (LSTM, 8, 0.0, 4),
    "LSTM 16": (LSTM, 16, 0.0, 8),
    "GRU": (GRU, 8, 0.0, 4),
    "RNN": (RNN, 8, 0.0, 4),
    "RNN 16": (RNN, 16, 0.0, 4),
}
HOLDS = {
    LSTM: {
        "f = 0": {"f": 0.0},
        "f = 1": {"f": 1.0},
        "i = 0": {"i": 0.0},
        "f = 1, i = 0": {"f": 1.0, "i": 0.0},
        "f = 0, i = 0": {"f": 0.0, "i": 0.0},
    },
    GRU: {"z = 0": {"z": 0.0}},
    RNN: {},
}
FAR = 96
FAR_FRAME = FRAME.replace("quietly", " ".join(["quietly quickly gladly soon then quietly"] * 16))


def look(model):
    """What is measured of a trained network. held is {gates: shares of prompts that end with the
    new and the old subject's pronoun}, with them held at the new subject; control the same one
    word later; memory the largest η²."""
    run = {
        "bits": probes.surprise(GRAMMAR, model),
        "right": probes.accuracy(GRAMMAR, model),
        f"right after {FAR}": probes.says(GRAMMAR, model, FAR_FRAME)[0],
    }
    if isinstance(model.cell, RNN):
        return run
    known = sentences.memory_units(model)
    run["memory"] = float(known.max())
    if isinstance(model.cell, LSTM):
        run["f"] = probes.gate_at_subjects(GRAMMAR, model, "f", int(known.argmax()))
    for name, later in (("held", 0), ("control", 1)):
        run[name] = {
            gates: probes.says(GRAMMAR, model, FRAME, later, **held)
            for gates, held in HOLDS[type(model.cell)].items()
        }
    return run


def of_seed(network, seed):
    """What `look` measures of one seed of `NETWORKS`."""
    kind, hidden_size, noise, _ = NETWORKS[network]
    return look(sentences.train(GRAMMAR, kind, hidden_size, noise, seed, progress=False))


def of_distance(network, distance, learning_rate, seed):
    """The share of right answers at the end, and after how many updates it was solved (None: it
    was not)."""
    _, history = far.train(network, distance, seed, learning_rate, progress=False)
    updates = runner.updates_to(history, 1 - far.SOLVED)
    return {"right": 1 - history.scores[-1], "updates": updates}


def record(progress=True):
    """Every seed of `NETWORKS`, and the grid of `distance`."""
    seeds = [
        {"network": network, "seed": seed}
        for network, (*_, count) in NETWORKS.items()
        for seed in range(count)
    ]
    distances = [
        {"network": network, "distance": d, "learning_rate": rate, "seed": seed}
        for d in far.DISTANCES
        for rate in far.UPDATES
        for network in far.NETWORKS
        for seed in far.SEEDS
    ]
    tables = {
        "seeds": runner.Table(seeds, of_seed),
        "distances": runner.Table(distances, of_distance),
    }
    return runner.record("sentence_runs", tables, progress)


def load():
    """The recorded runs: {"seeds": …, "distances": …}, lists of dicts."""
    return records.read("sentence_runs")


if __name__ == "__main__":
    record()
