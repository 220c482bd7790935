"""What an examination is asked with, checked."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_real, as_sequence, as_size
from lecture_lib.examination.holds import checked
from lecture_lib.examination.running import DOUBLE, Given, cells_of
from lecture_lib.examination.words import CONSTANTS


def given_of(network: Any, x: Any, sequence: Any, holds: Any, first_state: Any) -> Given:
    """What a run of a network starts from; nothing of what the caller owns is kept.

    Raises TypeError for what is no network, x, or list of holds, and ValueError for one that does
    not fit the network.
    """
    layers = getattr(network, "layers", None)
    if layers is None or not all(hasattr(layer, "cell") for layer in layers):
        raise TypeError(
            "network must be a Network, as open_network and watch return it, "
            f"got {type(network).__name__}"
        )
    if not layers:
        raise ValueError("network must have a recurrent layer, got none")
    if len({layer.name for layer in layers}) < len(layers):
        raise ValueError("network must have layers of different names, got one name twice")
    x = as_input(x, layers)
    sequence = as_size("sequence", sequence, 0, *([] if x is None else [x.shape[1] - 1]))
    ways = {layer.name: list(cells_of(layer)) for layer in layers if layer.cell is not None}
    if first_state is not None and not isinstance(first_state, Mapping):
        kind = type(first_state).__name__
        raise TypeError(f"first_state must be a dict of states by the names of layers, got {kind}")
    states = dict(first_state or {})
    if odd := [name for name in states if name not in ways]:
        raise ValueError(f"first_state names {odd[0]!r}, but the layers are: {', '.join(ways)}")
    return Given(x, sequence, states, checked(holds, ways))


def as_input(x: Any, layers: Sequence[Any]) -> Array | None:
    """x as (T, N, D) in float64, a copy; None where each first layer has what it read recorded."""
    first = layers[0]
    if x is None:
        if all(layer.x is None for layer in layers):
            raise ValueError("x must be given: the network was not watched, so it has none")
        return None
    x = as_real("x", x, "(T, D) or (T, N, D)")
    if x.ndim not in (2, 3) or 0 in x.shape:
        raise ValueError(f"x must have shape (T, D) or (T, N, D), none of them 0, got {x.shape}")
    if len(x) > CONSTANTS["max_steps"]:
        raise ValueError(f"x must have at most {CONSTANTS['max_steps']} steps, got {len(x)}")
    x = x[:, None] if x.ndim == 2 else x
    width = first.input_size if first.cell is not None else x.shape[2]
    if x.shape[2] != width:
        raise ValueError(
            f"x must have D = {width} inputs, which {first.name} takes, got shape {x.shape}"
        )
    fits = first.lengths is not None and np.shape(first.lengths) == (x.shape[1],)
    return as_sequence(x, width, DOUBLE, first.lengths if fits else None).copy()


def names(what: str, given: Any, wanted: int) -> list[str] | None:
    """The names of steps or inputs, as many as there are; 0 where there is no x."""
    if given is None:
        return None
    if not wanted:
        raise ValueError(f"{what} must be left out where x is: they are names of its own")
    if isinstance(given, str):
        given = list(given)
    if not isinstance(given, Sequence | np.ndarray) or len(given) != wanted:
        came = len(given) if hasattr(given, "__len__") else type(given).__name__
        raise ValueError(f"{what} must be {wanted} names, got {came}")
    return [str(name) for name in given]
