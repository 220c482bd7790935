"""Write "hello" over and over: say the next letter, one letter at a time.

The stream is "hellohellohello…", entered at any of its five letters. A bigram, which knows the last
letter only, cannot tell the first l, followed by l, from the second, followed by o: at its best it
is right at 4 letters in 5, with a mean surprise of 0.4 bits. A network that remembers one letter
more can be right at all of them from the second letter on.

    python -m lecture_lib.tasks.hello

trains an RNN, an LSTM and a GRU of 6 units on it and writes `lecture_lib/records/hello.npz`.
"""

import numpy as np

from lecture_lib import networks, records
from lecture_lib.checks import as_count, as_rng, as_text, must_have, one_of
from lecture_lib.networks import CELLS
from lecture_lib.training import (
    Batch,
    Linear,
    SequenceModel,
    fit,
    softmax,
    softmax_cross_entropy,
)

LETTERS = "helo"
WORD = "hello"
HIDDEN_SIZE = 6
SEED = 0
UPDATES = 400
LEARNING_RATE = 2e-2


def one_hot(text):
    """The letters of `text` as x (T, 1, 4). Raises ValueError for a letter not in "helo"."""
    unknown = "".join(sorted(set(as_text("text", text)) - set(LETTERS)))
    if unknown or not text:
        raise ValueError(f"text must be one or more of the letters {LETTERS!r}, got {text!r}")
    return np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in text]][:, None, :]


def bigram():
    """P(next | letter) as counted in the stream: a row for each letter, a column for each next."""
    counts = np.zeros((len(LETTERS), len(LETTERS)))
    for letter, following in zip(WORD, WORD[1:] + WORD[0], strict=True):
        counts[LETTERS.index(letter), LETTERS.index(following)] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def stream(start, steps):
    """`steps` letters of "hellohello…" from letter number `start` of "hello", from 0."""
    start, steps = as_count("start", start, 0), as_count("steps", steps, 0)
    return "".join(WORD[(start + t) % len(WORD)] for t in range(steps))


def draw(rng, steps=15, batch_size=10):
    """A `Batch` of streams that begin anywhere: x (T, N, 4), and the next letters (T, N)."""
    as_rng(rng)
    steps, batch_size = as_count("steps", steps), as_count("batch_size", batch_size)
    texts = [stream(start, steps + 1) for start in rng.integers(len(WORD), size=batch_size)]
    x = np.concatenate([one_hot(text[:-1]) for text in texts], axis=1)
    return Batch(x, np.array([[LETTERS.index(k) for k in text[1:]] for text in texts]).T)


def probabilities(model, text):
    """P(next letter) after each letter of `text`, (T, 4): the softmax of the readout."""
    must_have("predict", model=model)
    return softmax(model.predict(one_hot(text))[:, 0])


def train(kind, seed=SEED, progress=True):
    """The trained model, and its mean surprise in bits from the second letter of a stream on."""
    one_of("kind", kind, CELLS)
    model = SequenceModel(
        CELLS[kind](len(LETTERS), HIDDEN_SIZE, seed=seed),
        Linear(HIDDEN_SIZE, len(LETTERS), seed=seed),
    )
    fit(model, draw, softmax_cross_entropy, UPDATES, LEARNING_RATE, seed=seed, progress=progress)
    networks.round_parameters(model, 3)
    return model, surprise(model)


def surprise(model, steps=100):
    """−log₂ P(right letter), averaged over all five streams from their second letter on."""
    steps, bits = as_count("steps", steps, 2), []
    for start in range(len(WORD)):
        text = stream(start, steps + 1)
        right = [LETTERS.index(letter) for letter in text[1:]]
        bits.append(-np.log2(probabilities(model, text[:-1])[np.arange(steps), right])[1:])
    return float(np.mean(bits))


def load(kind):
    """The recorded model of the cell `kind`, "RNN", "LSTM" or "GRU", as `SequenceModel`."""
    one_of("kind", kind, CELLS)
    cell = CELLS[kind](len(LETTERS), HIDDEN_SIZE)
    return records.load("hello", kind, SequenceModel(cell, Linear(HIDDEN_SIZE, len(LETTERS))))


if __name__ == "__main__":
    models, scores = {}, {}
    for kind in CELLS:
        models[kind], scores[kind] = train(kind)
        print(f"{kind}: {scores[kind]:.4f} bits a letter; the bigram's best is 0.4")
    records.save("tasks.hello", models, scores, seed=SEED)
