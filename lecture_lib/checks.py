"""Checks on what tasks and forecasts are given: an error names the argument, what came and what was
wanted."""

import math

import numpy as np

from lecture_lib.cells._checks import as_number, as_real, as_size

MOST = 10**6  # steps or sequences: more would fill any memory


def as_count(name, value, least=1, most=MOST):
    """`value` as a whole number in `least` … `most`, of steps, sequences or the like."""
    count = as_size(name, value, least, math.inf)
    if count > most:
        raise ValueError(f"{name} must be at most {most}")
    return count


def as_share(name, value):
    """`value` as a probability."""
    return as_number(name, value, "lie in 0 … 1", lambda share: 0 <= share <= 1)


def as_part(name, value):
    """`value` as the part of a text to learn from, more than nothing of it."""
    return as_number(name, value, "lie above 0 and up to 1", lambda part: 0 < part <= 1)


def as_rng(rng):
    """What a task draws from."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    return rng


def unseen(seed, stream=1):
    """The generator of the stream of `seed` that no training draws from."""
    return np.random.default_rng([as_size("seed", seed, 0, math.inf), stream])


def one_of(argument, got, known):
    """Raise ValueError unless what `argument` got is one of the texts known."""
    if not isinstance(got, str) or got not in known:
        raise ValueError(f"{argument} must be one of {', '.join(map(repr, known))}, got {got!r}")


def as_text(name, value):
    """`value`, a text."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, got {value!r}")
    return value


def as_whole(name, value, low, high, ndim, axes):
    """`value` as an array of whole numbers in `low` … `high`, with `ndim` axes and no empty one."""
    array = as_real(name, value)
    if array.ndim != ndim or not array.size:
        raise ValueError(f"{name} must have shape {axes}, none of it 0, got {array.shape}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be whole numbers, got dtype {array.dtype}")
    if array.min() < low or array.max() > high:
        raise ValueError(f"{name} must lie in {low} … {high}, got {array.min()} … {array.max()}")
    return array


def as_finite(name, value, ndim, axes, gaps=False):
    """`value` as a finite array with `ndim` axes and no empty one; with `gaps`, or nan."""
    array = as_real(name, value)
    if array.ndim != ndim or not array.size:
        raise ValueError(f"{name} must have shape {axes}, none of it 0, got {array.shape}")
    if not (np.isfinite(array) | (gaps and np.isnan(array))).all():
        raise ValueError(f"{name} must be finite{', or nan in a gap' if gaps else ''}")
    return array


def must_have(parts, **arguments):
    """Raise TypeError for an argument without one of `parts`, such as "predict" of a model."""
    for name, value in arguments.items():
        if missing := [part for part in parts.split() if not hasattr(value, part)]:
            raise TypeError(f"{name} must have {' and '.join(missing)}, got {value!r}")


def must_fit(model, batch):
    """Raise TypeError unless `model` can say something of `batch`."""
    must_have("predict", model=model)
    must_have("x target", batch=batch)
