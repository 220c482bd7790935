"""A network and its input as the page has them: plain dicts, arrays in base64."""

from itertools import pairwise
from typing import Any

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN, Bidirectional, Stack
from lecture_lib.cells.variants import GRUVariant, LSTMVariant, Reversed, RNNVariant
from lecture_lib.figures.packing import packed
from lecture_lib.interchange import Layer, Network, open_network
from lecture_lib.interchange.layouts import by_direction
from lecture_lib.interchange.network import assembled

USUAL = {"activation": "tanh", "recurrentActivation": "sigmoid", "outputActivation": "tanh"}
KINDS = {"LSTM": (LSTM, LSTMVariant), "GRU": (GRU,), "RNN": (RNN,)}


def as_network(network: Any) -> Network:
    """What a caller calls a network, as a `Network`: that, one of its layers, a cell of this
    library, a `Bidirectional`, a `Stack`, or whatever `open_network` opens.

    Raises ValueError or TypeError as `open_network` does, and for one without a layer to compute.
    """
    if isinstance(network, Layer):
        network = Network([network], network.source)
    elif isinstance(network, Stack):
        layers = [_layer_of(f"layer {k + 1}", cell) for k, cell in enumerate(network.layers)]
        for below, above in pairwise(layers):
            above.follows = below.name
        network = Network(layers, "lecture_lib")
    elif _kind_of(network):
        network = Network([_layer_of("layer 1", network)], "lecture_lib")
    elif not isinstance(network, Network):
        network = open_network(network)
    if not any(layer.cell is not None for layer in network):
        why = "; ".join(layer.reason for layer in network) or "it has no recurrent layer"
        raise ValueError(f"network must have a layer that can be computed: {why}")
    return network


def _kind_of(cell):
    if isinstance(cell, Bidirectional | Reversed):
        cell = next(iter(by_direction(cell).values()))
    return next((kind for kind, classes in KINDS.items() if isinstance(cell, classes)), None)


def _layer_of(name, cell):
    return assembled(name, _kind_of(cell), "lecture_lib", by_direction(cell), axes="TND")


def as_input(x: np.ndarray) -> dict[str, Any]:
    """x (T, D): where every step is one-hot, as letters are, which of the inputs is 1."""
    hot = (x == 1).sum(axis=1) == 1
    if x.size and hot.all() and ((x == 0) | (x == 1)).all():
        return {"hot": x.argmax(axis=1).tolist(), "size": x.shape[1]}
    return packed(x)


def as_plain(network: Network, sequence: int = 0) -> dict[str, Any]:
    """A network as the page's engine takes it; the stored state is that of one `sequence`."""
    return {
        "source": str(network.source),
        "notes": list(network.notes),
        "layers": [_plain_layer(layer, k, sequence) for k, layer in enumerate(network)],
    }


def _plain_layer(layer, number, sequence):
    cells, reason = {}, layer.reason
    if layer.cell is not None:
        inner = by_direction(layer.cell)
        reason = next(filter(None, map(_not_in_the_page, inner.values())), "")
        cells = {} if reason else {side: _plain_cell(cell) for side, cell in inner.items()}
    # What a layer read that follows no other, where it was watched.
    watched = layer.x is not None and layer.follows is None and number
    recorded = {"x": packed(layer.x[:, min(sequence, layer.x.shape[1] - 1)])} if watched else {}
    return recorded | {
        "name": layer.name,
        "kind": layer.kind,
        "inputSize": layer.input_size,
        "hiddenSize": layer.hidden_size,
        "direction": layer.direction,
        "conventions": {name: str(value) for name, value in layer.conventions.items()},
        "axes": layer.axes,
        "follows": layer.follows,
        "notes": list(layer.notes),
        "reason": reason,
        "cells": cells,
        "state": _plain_state(layer, sequence) if cells else None,
        "lengths": None if layer.lengths is None else np.asarray(layer.lengths).tolist(),
    }


def _not_in_the_page(cell):
    """Why the page cannot compute it, though Python can; "" where it can."""
    parts = {
        "peepholes": getattr(cell, "peephole", False),
        "a projection": getattr(cell, "proj_size", 0),
        "coupled gates": getattr(cell, "coupled", False),
        "normalised gates": getattr(cell, "layer_norm", False),
        "clipping": getattr(cell, "clip", None) is not None,
        "fewer gates": getattr(cell, "gates", "") not in ("ifgo", "rzn", ""),
    }
    has = [what for what, there in parts.items() if there]
    return f"cannot be computed in the page: it has {', '.join(has)}" if has else ""


def _plain_cell(cell):
    names = {"weight_ih": "weightIh", "weight_hh": "weightHh", "bias": "bias", "bias_hn": "biasHn"}
    plain = {names[name]: packed(array) for name, array in cell.parameters().items()}
    if isinstance(cell, GRU):
        plain |= {"update": cell.update, "reset": cell.reset}
    said = {name: function.spec for name, function in _functions(cell).items()}
    return plain | {name: spec for name, spec in said.items() if spec != USUAL[name]}


def _functions(cell):
    if isinstance(cell, RNNVariant):
        return {"activation": cell.activation}
    if isinstance(cell, GRUVariant):
        return {"activation": cell.activations["n"], "recurrentActivation": cell.activations["r"]}
    if isinstance(cell, LSTMVariant):
        of = cell.activations
        return {
            "activation": of["g"],
            "recurrentActivation": of["f"],
            "outputActivation": of["c"],
        }
    return {}


def _plain_state(layer, sequence):
    if layer.state is None:
        return None
    sides = layer.state if isinstance(layer.state, dict) else {_side(layer): layer.state}

    def one(part):
        part = np.asarray(part)
        return packed(part[sequence if len(part) > 1 else 0])

    def named(state):
        pair = isinstance(state, tuple | list)
        return dict(zip("hc", map(one, state), strict=False)) if pair else {"h": one(state)}

    return {side: named(state) for side, state in sides.items() if state is not None}


def _side(layer):
    return "back" if layer.direction == "backward" else "there"
