"""How often? More seeds of the networks of `sentences`, and the whole grid of `distance`.

    python -m lecture_lib.tasks.sentence_runs

trains every network below, on one core, and writes `lecture_lib/weights/sentence_runs.json`.
"""

import json
from pathlib import Path

from tqdm import tqdm

import lecture_lib
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.tasks import distance, probes, sentences
from lecture_lib.tasks.sentences import FRAME, GRAMMAR

RECORDED = Path(lecture_lib.__file__).parent / "weights" / "sentence_runs.json"
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


def record_seeds():
    """Every seed of `NETWORKS`: what `look` measures."""
    every = [
        (name, (kind, hidden_size, noise), seed)
        for name, (kind, hidden_size, noise, seeds) in NETWORKS.items()
        for seed in range(seeds)
    ]
    return [
        {"network": name, "seed": seed}
        | look(sentences.train(GRAMMAR, *setting, seed, progress=False))
        for name, setting, seed in tqdm(every, unit="run")
    ]


def record_distances():
    """The grid of `distance`: the share of right answers at the end, and after how many updates
    it was solved (None: it was not)."""
    every = [
        (network, d, rate, seed)
        for d in distance.DISTANCES
        for rate in distance.UPDATES
        for network in distance.NETWORKS
        for seed in distance.SEEDS
    ]
    runs = []
    for network, d, rate, seed in tqdm(every, unit="run"):
        _, history = distance.train(network, d, seed, rate, progress=False)
        solved = history.steps[-1] if history.stopped == "goal" else None
        run = {"network": network, "distance": d, "learning_rate": rate, "seed": seed}
        runs.append(run | {"right": 1 - history.scores[-1], "updates": solved})
    return runs


def load():
    """The recorded runs: {"seeds": …, "distances": …}, lists as the two functions return them."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def _rounded(value):
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    recorded = {
        "command": "python -m lecture_lib.tasks.sentence_runs",
        "seeds": record_seeds(),
        "distances": record_distances(),
    }
    lines = json.dumps(_rounded(recorded)).replace('{"network"', '\n{"network"')
    RECORDED.write_text(lines + "\n", encoding="utf-8")
