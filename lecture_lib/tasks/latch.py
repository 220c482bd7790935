"""Remember the last flagged value.

A number in [-1, 1] arrives at every step, and now and then a flag: from then on, until the next
flag, the answer is the number that came with it; before the first flag it is 0. Always answering 0
gives the baseline, the variance of the answers, about 0.25.

    python -m lecture_lib.tasks.latch

trains an LSTM of 4 units on it and writes `lecture_lib/records/latch.npz`.
"""

import numpy as np

from lecture_lib import records
from lecture_lib.cells import LSTM
from lecture_lib.checks import as_count, as_rng, as_share, unseen
from lecture_lib.training import Batch, Linear, SequenceModel, falling, fit, mean_squared_error

HIDDEN_SIZE = 4
SEED = 0
UPDATES = 4000
LEARNING_RATE = 1e-2


def draw(rng, steps=60, batch_size=32, flag_rate=0.06):
    """A `Batch` with x (T, N, 2), the number and its flag, and target (T, N, 1)."""
    as_rng(rng)
    steps, batch_size = as_count("steps", steps), as_count("batch_size", batch_size)
    flag_rate = as_share("flag_rate", flag_rate)
    number = rng.uniform(-1, 1, (steps, batch_size))
    flag = rng.random((steps, batch_size)) < flag_rate
    target = np.zeros((steps, batch_size))
    answer = np.zeros(batch_size)
    for t in range(steps):
        target[t] = answer = np.where(flag[t], number[t], answer)
    return Batch(np.stack([number, flag], axis=-1).astype(float), target[..., None])


def train(seed=SEED, progress=True):
    """The trained model and its mean squared error on 2,000 sequences it has not seen."""
    # A forget bias of 4 keeps 98 % a step, so that the untrained cell already reaches far back.
    model = SequenceModel(
        LSTM(2, HIDDEN_SIZE, seed=seed, forget_bias=4.0), Linear(HIDDEN_SIZE, 1, seed=seed)
    )
    rate = falling(LEARNING_RATE, UPDATES)
    fit(model, draw, mean_squared_error, UPDATES, rate, seed=seed, progress=progress)
    others = draw(unseen(seed), batch_size=2000)
    return model, mean_squared_error(model.predict(others.x), others.target)[0]


def load():
    """The recorded model, as `SequenceModel`."""
    model = SequenceModel(LSTM(2, HIDDEN_SIZE), Linear(HIDDEN_SIZE, 1))
    return records.load("latch", "LSTM", model)


if __name__ == "__main__":
    model, score = train()
    records.save("tasks.latch", {"LSTM": model}, {"LSTM": score}, seed=SEED)
    print(f"mean squared error on unseen sequences: {score:.6f}")
