"""Remember one symbol across many steps of noise.

One of 4 symbols, then `delay` random distractors (4 others), then a cue that asks for the symbol.
Each arrives as a one-hot vector of 9, and only the answer at the cue counts. Nothing but the first
step tells the answer, so guessing gives the baseline: 1 right in 4.
Its twin of the same name in `lecture_lib.experiments` trains many networks on it.
"""

import numpy as np

from lecture_lib import networks
from lecture_lib.checks import as_count, as_rng, must_fit, one_of, unseen
from lecture_lib.training import Batch, fit, softmax_cross_entropy

SYMBOLS = 4
DISTRACTORS = 4
INPUT_SIZE = SYMBOLS + DISTRACTORS + 1
BASELINE = 1 / SYMBOLS
HIDDEN_SIZE = 16
SOLVED = 0.99

NETWORKS = (
    "RNN",
    "RNN, orthogonal",
    "LSTM, bias 0",
    "LSTM, bias 1",
    "GRU, bias 1",
    "LSTM, chrono",
    "GRU, chrono",
)


def draw(rng, delay=80, batch_size=32):
    """A `Batch` with x (delay + 2, N, 9) and target (delay + 2, N), weighed at the last step."""
    as_rng(rng)
    delay, batch_size = as_count("delay", delay, 0), as_count("batch_size", batch_size)
    symbol = rng.integers(SYMBOLS, size=batch_size)
    noise = SYMBOLS + rng.integers(DISTRACTORS, size=(delay, batch_size))
    cue = np.full(batch_size, INPUT_SIZE - 1)
    shown = np.vstack([symbol, noise, cue])
    weight = np.zeros(shown.shape)
    weight[-1] = 1
    return Batch(np.eye(INPUT_SIZE)[shown], np.tile(symbol, (delay + 2, 1)), weight)


def build(network, delay, seed=0):
    """An untrained `SequenceModel` for one of `NETWORKS`; "chrono" is told the delay.

    All matrices are Glorot's. With a bias b the LSTM's f and the GRU's 1 − z start near σ(b).
    Raises ValueError for another name.
    """
    one_of("network", network, NETWORKS)
    delay = as_count("delay", delay, 0)
    return networks.build(network, INPUT_SIZE, HIDDEN_SIZE, SYMBOLS, span=delay, seed=seed)


def accuracy(model, batch):
    """The share of right answers at the cue."""
    must_fit(model, batch)
    return float((model.predict(batch.x)[-1].argmax(axis=-1) == batch.target[-1]).mean())


def train(network, delay, learning_rate=1e-2, updates=1500, seed=0, progress=True):
    """Train until 99 % of 500 sequences that it never learns from are right, or out of updates.

    Returns the model and its `History`; scores are the shares of wrong answers.
    """
    updates = as_count("updates", updates, 0)
    model = build(network, delay, seed)
    others = draw(unseen(seed), delay, 500)
    history = fit(
        model,
        lambda rng: draw(rng, delay),
        softmax_cross_entropy,
        updates,
        learning_rate,
        seed=seed,
        evaluate=lambda model: 1 - accuracy(model, others),
        goal=1 - SOLVED,
        progress=progress,
    )
    return model, history
