"""Count: read aⁿbⁿ letter by letter, and say after each b whether another one comes, or the end.

A word is a start symbol, n a's and n b's, with n = 1 … 10 each as often in training. From the first
b on what comes next is settled: as many b's as there were a's, and then the end. Only these steps
count; nothing can tell whether an a is the last. `reach` asks how far the count goes beyond 10.

A bigram, which knows the last letter only, cannot do it: after a b another one is likelier than the
end, so it always expects one; that is right after 45 b's in 55, and in no word at its end.

    python -m lecture_lib.tasks.counting

trains 5 seeds each of an LSTM of 2 units and of GRUs of 2, 4 and 8, and writes how far each
counts, and the networks of 2 units, to `lecture_lib/records/counting.npz`.

Gers & Schmidhuber (2001) set the task; Weiss, Goldberg & Yahav (2018) say why an LSTM can count
here and a GRU cannot.
"""

import numpy as np

from lecture_lib import networks, records
from lecture_lib.cells import LSTM
from lecture_lib.checks import (
    MOST,
    as_count,
    as_rng,
    as_text,
    as_whole,
    must_have,
    one_of,
)
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.networks import CELLS
from lecture_lib.training import Batch, Linear, SequenceModel, fit, softmax, softmax_cross_entropy

LETTERS = "ab"
NEXT = ("b", "end")
INPUT_SIZE = 1 + len(LETTERS)
HIDDEN_SIZE = 2
NETWORKS = (("LSTM", 2), ("GRU", 2), ("GRU", 4), ("GRU", 8))
SEEDS = (0, 1, 2, 3, 4)
LONGEST = 10
BASELINE = 45 / 55
UPDATES = 1500
LEARNING_RATE = 2e-2


def one_hot(text):
    """The start symbol and the letters of `text`, one-hot: x (1 + letters, 1, 3).

    Raises ValueError for a letter that is not a or b.
    """
    if not set(as_text("text", text)) <= set(LETTERS):
        raise ValueError(f"text must hold the letters {LETTERS!r} only, got {text!r}")
    return np.eye(INPUT_SIZE)[[0, *(1 + LETTERS.index(letter) for letter in text)]][:, None, :]


def words(counts):
    """A `Batch` of the words aⁿbⁿ for each n in `counts`, the shorter ones padded with zeros.

    x (T, N, 3); target (T, N), 0 for another b and 1 for the end; weight 1 after a b, else 0.
    """
    n = as_whole("counts", counts, 1, MOST, 1, "(N,)")
    t = np.arange(2 * n.max() + 1)[:, None]
    start, a, b = (t == 0) & (n > 0), (t > 0) & (t <= n), (t > n) & (t <= 2 * n)
    x = np.stack([start, a, b], axis=-1).astype(float)
    return Batch(x, (t == 2 * n).astype(int), b.astype(float), 2 * n + 1)


def draw(rng, longest=LONGEST, batch_size=32):
    """A `Batch` of words, n drawn evenly from 1 … longest."""
    as_rng(rng)
    longest, batch_size = as_count("longest", longest), as_count("batch_size", batch_size)
    return words(rng.integers(1, longest + 1, size=batch_size))


def build(kind, hidden_size, seed=None):
    """An untrained `SequenceModel` of the cell `kind`, "RNN", "LSTM" or "GRU".

    The gate that keeps starts at σ(2) = 0.88. Raises ValueError for another kind.
    """
    one_of("kind", kind, CELLS)
    cell = CELLS[kind](INPUT_SIZE, hidden_size, seed=seed)
    if kind != "RNN":
        init_forget_bias(cell, 2.0)
    return SequenceModel(cell, Linear(hidden_size, len(NEXT), seed=seed))


def train(kind, hidden_size, seed=0, updates=UPDATES, progress=True, **settings):
    """The trained model and its `History`; more settings are those of `fit`."""
    updates = as_count("updates", updates, 0)
    model = build(kind, hidden_size, seed)
    history = fit(
        model,
        draw,
        softmax_cross_entropy,
        updates,
        LEARNING_RATE,
        seed=seed,
        progress=progress,
        **settings,
    )
    return model, history


def counted(model, n):
    """Whether `model` is right after every b of aⁿbⁿ, likelier being what it expects."""
    must_have("predict", model=model)
    word = words([as_count("n", n)])
    expected = model.predict(word.x).argmax(axis=-1)
    return bool((expected == word.target)[word.weight > 0].all())


def reach(model, limit=60):
    """The largest n, at most `limit`, such that a¹b¹, a²b² … aⁿbⁿ are all counted right."""
    limit = as_count("limit", limit, 0)
    return next((n - 1 for n in range(1, limit + 1) if not counted(model, n)), limit)


def right(model, longest=LONGEST):
    """The share of b's after which `model` is right, over the words with n = 1 … longest."""
    must_have("predict", model=model)
    word = words(range(1, as_count("longest", longest) + 1))
    expected = model.predict(word.x, lengths=word.lengths).argmax(axis=-1)
    return float((expected == word.target)[word.weight > 0].mean())


def state(model, text):
    """What the cell carries after the start and after each letter, (1 + letters, H): c, else h."""
    must_have("cell", model=model)
    trace = model.cell.forward(one_hot(text))
    return (trace.c if isinstance(model.cell, LSTM) else trace.h)[:, 0]


def counter(model, n=LONGEST):
    """The unit, from 0, whose state follows the count through aⁿbⁿ best, and their correlation r.

    The count is the number of a's so far less that of b's; best is largest |r|, which is 0 of a
    state that stays as it is.
    """
    n = as_count("n", n)
    count = np.concatenate([np.arange(n + 1), np.arange(n)[::-1]])
    carried = state(model, "a" * n + "b" * n)
    r = np.array([np.corrcoef(unit, count)[0, 1] if np.ptp(unit) else 0.0 for unit in carried.T])
    unit = int(np.abs(r).argmax())
    return unit, float(r[unit])


def probabilities(model, text):
    """P(another b), P(the end) after the start and after each letter, (1 + letters, 2)."""
    must_have("predict", model=model)
    return softmax(model.predict(one_hot(text))[:, 0])


def load(kind, seed=0):
    """The recorded model of 2 units of the cell `kind`, "LSTM" or "GRU", for one of `SEEDS`."""
    return records.load("counting", _name(kind, seed), build(kind, HIDDEN_SIZE))


def runs():
    """What was recorded of every seed of `NETWORKS`, a list of dicts: kind, hidden_size, seed,
    reach, and correlation, the |r| of `counter`."""
    with np.load(records.FOLDER / "counting.npz", allow_pickle=False) as recorded:
        reaches, correlations = recorded["reach"], recorded["correlation"]
    return [
        {
            "kind": kind,
            "hidden_size": hidden_size,
            "seed": seed,
            "reach": int(reaches[k, seed]),
            "correlation": float(correlations[k, seed]),
        }
        for k, (kind, hidden_size) in enumerate(NETWORKS)
        for seed in SEEDS
    ]


def _name(kind, seed):
    return f"{kind}, seed {seed}"


if __name__ == "__main__":
    kept, reaches, correlations = {}, {}, {}
    for kind, hidden_size in NETWORKS:
        for seed in SEEDS:
            model, _ = train(kind, hidden_size, seed)
            networks.round_parameters(model, 3)
            run = kind, hidden_size, seed
            reaches[run], correlations[run] = reach(model), abs(counter(model)[1])
            print(f"{run}: counts to {reaches[run]}; |r| = {correlations[run]:.3f}")
            if hidden_size == HIDDEN_SIZE:
                kept[_name(kind, seed)] = model
    grid = len(NETWORKS), len(SEEDS)
    records.save(
        "tasks.counting",
        kept,
        {name: reach(model) for name, model in kept.items()},
        reach=np.reshape(list(reaches.values()), grid),
        correlation=np.reshape(list(correlations.values()), grid).round(4),
    )
