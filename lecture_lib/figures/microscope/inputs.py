"""What the Microscope's network reads: as given, a curve, or a text."""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import as_real

# The first D of these stand for the D inputs where a reader gives no alphabet.
LETTERS = (
    " etaoinshrdlucmwfgypbvkxjqz.,'\"-?!;:0123456789()"
    "ETAOINSHRDLUCMWFGYPBVKXJQZ§&/_*%$#@+=[]{}<>|\\~^`"
)


def as_sequence(x: Any, sequence: int, network: Any) -> np.ndarray:
    """One sequence (T, D) of x, (T, D) or (T, N, D), in float64."""
    if x is None:
        x = network.layers[0].x  # of one that was watched
    if x is None:
        raise ValueError("x must be given with a network: what it reads, (T, D) or (T, N, D)")
    array = np.asarray(x)
    if array.ndim == 3:
        if not isinstance(sequence, int) or not 0 <= sequence < array.shape[1]:
            raise ValueError(
                f"sequence must be a whole number from 0 to {array.shape[1] - 1}, got {sequence!r}"
            )
        array = array[:, sequence]
    elif sequence != 0:
        raise ValueError(f"sequence must be 0 for x of one sequence, got {sequence!r}")
    D = network.layers[0].input_size
    if array.ndim != 2 or array.shape[1] != D or not len(array):
        shape = np.shape(x)
        raise ValueError(f"x must be (T, {D}) or (T, N, {D}) here, got an array of shape {shape}")
    return as_real("x", array).astype(np.float64)


def as_names(argument: str, names: Any, count: int) -> list[str] | None:
    """The names of the steps or inputs as texts."""
    if names is None:
        return None
    named = [str(name) for name in names]
    if len(named) != count:
        raise ValueError(f"{argument} must be {count} names, one each, got {len(named)}")
    return named


def read_text(text: str, alphabet: str, D: int) -> np.ndarray:
    """The letters of `text` that are in `alphabet`, one-hot, (T, D).

    Raises ValueError for an alphabet of another size than D or with a letter twice, and for a text
    of which no letter is in it.
    """
    if len(alphabet) != D or len(set(alphabet)) < D:
        twice = "" if len(set(alphabet)) == len(alphabet) else ", some of them twice"
        raise ValueError(
            f"alphabet must have {D} characters, one for each input, got {len(alphabet)}{twice}"
        )
    read = [alphabet.index(letter) for letter in text if letter in alphabet]
    if not read:
        raise ValueError(f"letters must have one of the alphabet at least, got {text!r}")
    return np.eye(D)[read]
