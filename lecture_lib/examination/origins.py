"""Which inputs a state came from: its gradient by every input of the network."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_size
from lecture_lib.examination.arguments import given_of
from lecture_lib.examination.linear import pulled
from lecture_lib.examination.reach import probes_of
from lecture_lib.examination.running import Pass, Ran, run

ROOM = 2**24  # numbers that one array of gradients may have


def origins(
    network: Any,
    x: Any,
    layer: str,
    direction: str | None = None,
    step: int = -1,
    unit: int | None = None,
    *,
    sequence: int = 0,
    holds: Any = (),
    first_state: Any = None,
) -> Array:
    """How much each input changes h at one step: the gradient by the network's x, (T, D).

        ∂h[step, unit] / ∂x[s, d], or for unit = None  √(∑_k (∂h[step, k] / ∂x[s, d])²)

    layer is the name of one, direction "there" or "back" (None: the first that it has), step one of
    x, -1 the last. The gradient goes down through the layers below, both directions of each, to
    what the lowest reads: the network's x, or, for one that was watched in a place of its own, what
    it read there. In units of h over those of x. Of all units it is exact up to 32 of them; of more
    it is estimated by 16 seeded vectors of ±1, right in the mean of the squares, and off by up to
    18 % in a standard deviation (`Reach.spread`). The other arguments are those of `examine`.

    Raises ValueError for a layer, direction, step or unit that is not there, and what `examine`
    raises. Simonyan, Vedaldi & Zisserman (2013) call such a gradient a saliency map.

    >>> from lecture_lib import RNN
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> cell = RNN(1, 1)
    >>> cell.weight_ih[...], cell.weight_hh[...] = 1, 0.5
    >>> network = open_network(to_onnx(cell))
    >>> origins(network, np.zeros((3, 1)), "RNN_0")[:, 0]  # at h = 0 tanh has slope 1
    array([0.25, 0.5 , 1.  ])
    """
    ran, left = run(network, given_of(network, x, sequence, holds, first_state))
    return origins_in(ran, left, layer, direction, step, unit)


def origins_in(
    ran: Mapping[str, Ran],
    left: Mapping[str, str],
    layer: str,
    direction: str | None,
    step: int,
    unit: int | None,
) -> Array:
    """`origins` in a network that has been run."""
    if layer in left:
        raise ValueError(f"{layer} was not examined: {left[layer]}")
    if layer not in ran:
        raise ValueError(f"layer must be one of {', '.join(ran)}, got {layer!r}")
    sides = {one.direction: one for one in ran[layer].passes}
    if direction is not None and direction not in sides:
        raise ValueError(f"direction of {layer} must be {' or '.join(sides)}, got {direction!r}")
    one = sides[direction] if direction else ran[layer].passes[0]
    L, H = one.of("h").shape
    step = as_size("step", step, -1, L - 1)
    step = L - 1 if step == -1 else step
    if unit is None:
        rows, probes = probes_of(H)
    else:
        rows, probes = np.eye(H)[[as_size("unit", unit, 0, H - 1)]], 0
    place = L - 1 - step if one.direction == "back" else step
    widest = max(max(other.x.shape[1], other.h.shape[1]) for other in ran.values())
    chunk = max(1, ROOM // (len(ran[layer].x) * widest))
    squares, signed = np.zeros(()), np.zeros(())
    for start in range(0, len(rows), chunk):
        dh = np.zeros((L, H, len(rows[start : start + chunk])))
        dh[place] = rows[start : start + chunk].T
        found = _to_the_root(ran, ran[layer], {one.direction: dh})
        squares, signed = squares + (found**2).sum(axis=2), found[..., 0]
    return signed if unit is not None else np.sqrt(squares) / math.sqrt(probes or 1)


def _to_the_root(ran: Mapping[str, Ran], top: Ran, dh: dict[str, Array]) -> Array:
    """Gradients by what the lowest layer reads, (T, D, P), from those by h of the passes of `top`,
    (L, H, P) by direction, in the order of reading."""
    while True:
        dx = _by_input(top, dh)
        if top.reads not in ran:
            return dx
        top = ran[top.reads]
        dh = {one.direction: _of_pass(top, one, dx) for one in top.passes}


def _by_input(layer: Ran, dh: dict[str, Array]) -> Array:
    """The gradients by what a layer reads, (T, D, P), in the order of x."""
    shares = [
        one.shown(pulled(one, dh[one.direction])) for one in layer.passes if one.direction in dh
    ]
    whole = np.zeros((len(layer.x), *shares[0].shape[1:]))
    for share in shares:
        whole[: len(share)] += share
    return whole


def _of_pass(layer: Ran, one: Pass, dh: Array) -> Array:
    """The gradients by h of one pass, in its order; what stands past its end is what it read last,
    repeated."""
    mine, length = dh[:, layer.columns(one)], len(one.x)
    own = one.shown(mine[:length]).copy()
    own[-1] += mine[length:].sum(axis=0)
    return own
