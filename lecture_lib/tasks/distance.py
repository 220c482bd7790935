"""The pronoun at a fixed distance: how far back can a network learn to look?

"John went to the store . Mary quietly soon then … bought": `distance` adverbs, drawn at random,
stand between the subject and the verb, and only the pronoun after it counts. Guessing is right 1
time in 2. The networks read the words of `sentences.VOCABULARY`, have 8 units, and choose between
his and her: a readout of all words would first rush to put the others out, and saturate the cell.

    python -m lecture_lib.tasks.distance

trains "RNN" and "LSTM, chrono" for each of `DISTANCES` and writes
`lecture_lib/records/distance.npz`.
"""

import numpy as np

from lecture_lib import networks, records
from lecture_lib.checks import as_count, as_rng, must_have, one_of, unseen
from lecture_lib.initialisers import init_chrono, init_orthogonal
from lecture_lib.tasks import sentences
from lecture_lib.tasks.sentences import GRAMMAR, KINDS, SUBJECTS
from lecture_lib.training import Batch, Linear, SequenceModel, fit, softmax_cross_entropy

DISTANCES = (10, 40, 80)
SEEDS = (0, 1, 2)
NETWORKS = ("RNN", "RNN, orthogonal", "GRU, bias 1", "LSTM, bias 1", "LSTM, chrono")
STORED = ("RNN", "LSTM, chrono")
HIDDEN_SIZE = 8
CLASSES = ("his", "her")
SOLVED = 0.995
# What a learning rate is given to get there.
UPDATES = {1e-2: 1500, 3e-3: 3000}


def draw(rng, distance=80, batch_size=32):
    """A `Batch` with x (distance + 8, N, V), target (distance + 8, N), 0 for his and 1 for her,
    and a weight at the last step only."""
    as_rng(rng)
    distance, batch_size = as_count("distance", distance, 0), as_count("batch_size", batch_size)
    names = np.array([name for name in SUBJECTS if SUBJECTS[name] in CLASSES])
    first, last = rng.choice(names, (2, batch_size))
    said = np.array([CLASSES.index(SUBJECTS[name]) for name in last])
    filler = rng.choice(GRAMMAR.numbers(KINDS["adverb"]), (distance, batch_size))
    went = np.tile(GRAMMAR.numbers("went to the store .")[:, None], batch_size)
    bought = np.tile(GRAMMAR.numbers("bought"), batch_size)
    shown = np.vstack([GRAMMAR.numbers(first), went, GRAMMAR.numbers(last), filler, bought])
    weight = np.zeros(shown.shape)
    weight[-1] = 1
    x = np.eye(len(sentences.VOCABULARY))[shown]
    return Batch(x, np.tile(said, (len(x), 1)), weight)


def build(network, distance, seed=0):
    """An untrained `SequenceModel`, one of `NETWORKS`; "chrono" is told the distance.

    Raises ValueError for another name.
    """
    one_of("network", network, NETWORKS)
    distance = as_count("distance", distance, 0)
    kind, _, start = network.partition(", ")
    cell = networks.CELLS[kind]
    cell = sentences.build(GRAMMAR, cell, HIDDEN_SIZE, seed).cell
    if start == "orthogonal":
        init_orthogonal(cell, seed)
    elif start == "chrono":
        init_chrono(cell, distance, seed)
    return SequenceModel(cell, Linear(HIDDEN_SIZE, len(CLASSES), seed=seed, dtype=cell.dtype))


def accuracy(model, distance, texts=500, seed=0):
    """The share of unseen texts in which the right one of his and her is the likelier."""
    must_have("predict", model=model)
    others = draw(unseen(seed), distance, as_count("texts", texts))
    return float((model.predict(others.x)[-1].argmax(axis=1) == others.target[-1]).mean())


def train(network, distance, seed=0, learning_rate=1e-2, progress=True):
    """Train until `SOLVED` is right, or out of updates: the model, rounded to 4 decimals, and its
    `History`; scores are shares of wrong answers, looked at every 50 updates."""
    model = build(network, distance, seed)
    if not isinstance(learning_rate, float) or learning_rate not in UPDATES:
        known = " or ".join(map(str, UPDATES))
        raise ValueError(f"learning_rate must be {known}, got {learning_rate!r}")
    history = fit(
        model,
        lambda rng: draw(rng, distance),
        softmax_cross_entropy,
        UPDATES[learning_rate],
        learning_rate,
        seed=seed,
        evaluate=lambda model: 1 - accuracy(model, distance, seed=seed),
        goal=1 - SOLVED,
        progress=progress,
    )
    networks.round_parameters(model, 4)
    return model, history


def load(network, distance):
    """The recorded model of seed 0, of one of `STORED` for one of `DISTANCES`."""
    return records.load("distance", f"{network}, d = {distance}", build(network, distance))


if __name__ == "__main__":
    models, scores = {}, {}
    for network in STORED:
        for distance in DISTANCES:
            name = f"{network}, d = {distance}"
            models[name], _ = train(network, distance)
            scores[name] = accuracy(models[name], distance)
            print(f"{name}: {scores[name]:.3f} right; guessing gives 0.5")
    records.save("tasks.distance", models, scores, seed=0)
