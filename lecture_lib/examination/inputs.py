"""What a network is given to read where nothing else is there: a curve."""

import numpy as np

from lecture_lib.cells._checks import Array, as_choice, as_size
from lecture_lib.seeded import seeded_uniform

CURVES = ("impulse", "step", "noise", "sine")
NOISE_STREAM, PERIOD = 40, 20  # the stream of `seeded_uniform`, and the steps of a sine's period


def curve(name: str, steps: int, inputs: int, seed: int = 1) -> Array:
    """A curve to be read, (T, D): 1 at step 1 alone ("impulse"), from T // 3 on ("step"), a sine of
    20 steps, each the same in all inputs, or "noise" uniform in [−1, 1), of `seed`, other in each.

    Raises ValueError for another name or a size below 1, TypeError for one that is no whole number.

    >>> curve("step", steps=4, inputs=1).T
    array([[0., 1., 1., 1.]])
    """
    as_choice("name", name, CURVES)
    T, D = as_size("steps", steps), as_size("inputs", inputs)
    t = np.arange(T)
    if name == "noise":
        drawn: Array = seeded_uniform(as_size("seed", seed, 0), NOISE_STREAM, (T, D))
        return drawn
    values = {
        "impulse": lambda: t == min(1, T - 1),
        "step": lambda: t >= T // 3,
        "sine": lambda: np.sin(2 * np.pi * (t + 1) / PERIOD),
    }[name]()
    return np.repeat(values.astype(float)[:, None], D, axis=1)
