"""Add two numbers out of a long row: the marked ones.

Each step brings a number from [0, 1] and a mark, 1 at two steps and 0 at all others; one of the two
lies in the first half of the row, one in the second. At the last step the network is to say the sum
of the two marked numbers. Who always says 1, the mean, errs by 1/6 = 0.167 in the mean square,
which is the sum's variance: that is the baseline.

The idea is that of Hochreiter & Schmidhuber (1997); numbers, marks and target here are those of the
variant that is usual today (Arjovsky, Shah & Bengio, 2016).
"""

import numpy as np

from lecture_lib import networks
from lecture_lib.checks import as_count, as_rng, must_fit, unseen
from lecture_lib.training import Batch, fit, mean_squared_error

INPUT_SIZE = 2
OUTPUT_SIZE = 1
BASELINE = 1 / 6
HIDDEN_SIZE = 16
SOLVED = 0.01


def draw(rng, length=100, batch_size=32):
    """A `Batch` with x (length, N, 2), the numbers and the marks, and target (length, N, 1), the
    sum, weighed at the last step. Raises ValueError for fewer than 2 steps."""
    as_rng(rng)
    length = _as_length(length)
    batch_size = as_count("batch_size", batch_size)
    numbers = rng.uniform(size=(length, batch_size))
    marks = np.zeros((length, batch_size))
    row = np.arange(batch_size)
    marks[rng.integers(length // 2, size=batch_size), row] = 1
    marks[rng.integers(length // 2, length, size=batch_size), row] = 1
    total = (numbers * marks).sum(axis=0)
    weight = np.zeros((length, batch_size))
    weight[-1] = 1
    return Batch(
        np.stack([numbers, marks], axis=-1), np.tile(total[:, None], (length, 1, 1)), weight
    )


def _as_length(length):
    return as_count("length", length, least=2)  # a step for each mark


def build(network, length, hidden_size=HIDDEN_SIZE, seed=0):
    """An untrained `SequenceModel`, by a name of `networks.build`; "chrono" is told the length."""
    length = _as_length(length)
    return networks.build(network, INPUT_SIZE, hidden_size, OUTPUT_SIZE, length, seed)


def error(model, batch):
    """The mean squared error of what the model says at the last step."""
    must_fit(model, batch)
    return float(((model.predict(batch.x)[-1] - batch.target[-1]) ** 2).mean())


def train(
    network,
    length,
    hidden_size=HIDDEN_SIZE,
    updates=3000,
    learning_rate=1e-2,
    seed=0,
    progress=True,
):
    """Train until the error on 500 sequences that it never learns from is at most 0.01, or out of
    updates. Returns the model and its `History`; scores are those errors."""
    updates = as_count("updates", updates, 0)
    model = build(network, length, hidden_size, seed)
    others = draw(unseen(seed), length, 500)
    history = fit(
        model,
        lambda rng: draw(rng, length),
        mean_squared_error,
        updates,
        learning_rate,
        seed=seed,
        evaluate=lambda model: error(model, others),
        goal=SOLVED,
        progress=progress,
    )
    return model, history
