"""Two tasks that ask for a gate that knows the state: the first flagged number, and parity.

- *first*: numbers arrive, some of them flagged, and the answer is the first flagged one ever since.
  To leave it alone, the gate must know that something is stored already. Always answering 0 errs
  by about 0.25 in the mean square.
- *parity*: bits arrive, and the answer is whether the number of ones so far is odd. Guessing is
  right half of the time.
"""

import numpy as np

from lecture_lib.checks import as_count, as_rng, as_share, must_fit
from lecture_lib.training import Batch, mean_squared_error


def draw_first(rng, steps=40, batch_size=32, flag_rate=0.1):
    """A `Batch` with x (T, N, 2), a number in [-1, 1] and its flag, and target (T, N, 1), the first
    flagged number from its step on, 0 before."""
    as_rng(rng)
    steps, batch_size = as_count("steps", steps), as_count("batch_size", batch_size)
    flag_rate = as_share("flag_rate", flag_rate)
    number = rng.uniform(-1, 1, (steps, batch_size))
    flag = rng.random((steps, batch_size)) < flag_rate
    is_first = flag & (flag.cumsum(axis=0) == 1)
    target = (number * is_first).cumsum(axis=0)
    return Batch(np.stack([number, flag], axis=-1).astype(float), target[..., None])


def draw_parity(rng, steps=20, batch_size=32):
    """A `Batch` with x (T, N, 2), a one-hot bit, and target (T, N), 1 where the number of ones so
    far is odd."""
    as_rng(rng)
    steps, batch_size = as_count("steps", steps), as_count("batch_size", batch_size)
    bit = rng.integers(2, size=(steps, batch_size))
    return Batch(np.eye(2)[bit], bit.cumsum(axis=0) % 2)


def error(model, batch):
    """The mean squared error over all steps of *first*."""
    must_fit(model, batch)
    return mean_squared_error(model.predict(batch.x), batch.target)[0]


def share_wrong(model, batch):
    """The share of steps of *parity* with a wrong answer."""
    must_fit(model, batch)
    return float((model.predict(batch.x).argmax(axis=-1) != batch.target).mean())
