"""A live Keras model or layer: its config and arrays, and a run that is watched."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from lecture_lib.interchange.keras.configs import keras_layer, recurrent_layers, version_of
from lecture_lib.interchange.keras.files import linked
from lecture_lib.interchange.network import Network


def _entry(layer: Any) -> Any:
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


def _inside(model: Any) -> Any:
    """The layers of a model, those of models inside it too, by name."""
    found: dict[str, Any] = {}
    for layer in getattr(model, "layers", None) or [model]:
        if getattr(layer, "layers", None) and type(layer).__name__ != "Bidirectional":
            found |= _inside(layer)
        else:
            found[layer.name] = layer
    return found


def live_network(model: Any, update: str = "keep") -> Network:
    """The `Network` of a Keras model or layer."""
    import keras

    single = not getattr(model, "layers", None) or type(model).__name__ == "Bidirectional"
    config = {"config": {"layers": [_entry(model)]}} if single else _entry(model)
    live = {model.name: model} if single else _inside(model)
    layers, number = [], version_of(keras.__version__)
    for said in recurrent_layers(config):
        arrays = [np.asarray(a) for a in live[said.path[-1]].get_weights()]
        layers.append(keras_layer(said, arrays, number, "Keras", update))
    return Network(linked(layers), f"a live model of Keras {keras.__version__}")


def watch_keras(model: Any, inputs: Any, named: Any, update: str) -> Network:
    """What `watch` does for Keras."""
    network, kept = live_network(model, update), []
    runs: dict[str, Any] = {}
    single = not getattr(model, "layers", None) or type(model).__name__ == "Bidirectional"
    live = {model.name: model} if single else _inside(model)
    for layer in network:
        if layer.name in live:
            kept.append(_listen(live[layer.name], layer, runs))
    try:
        with _without_gradients():
            model(*inputs, **named)
    finally:
        for one in kept:
            del one.call
    layers = [
        replace(layer, **runs[layer.name]) if layer.name in runs else layer for layer in network
    ]
    return Network(layers, network.source, network.notes)


def _without_gradients() -> Any:
    import keras

    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    return torch.no_grad()


def _array(value: Any) -> Any:
    """A tensor of whichever backend as an array of NumPy."""
    import keras

    return keras.ops.convert_to_numpy(value)


def _listen(live: Any, layer: Any, runs: Any) -> Any:
    """Have a layer keep what it reads, and run it once more for all of its h."""
    call = live.call

    def listening(sequences: Any, *args: Any, **said: Any) -> Any:
        answer = call(sequences, *args, **said)
        runs[layer.name] = _run(live, layer, call, sequences, args, said)
        return answer

    live.call = listening
    return live


def _run(live: Any, layer: Any, call: Any, sequences: Any, args: Any, said: Any) -> Any:
    flags = [live] + [
        getattr(live, n) for n in ("forward_layer", "backward_layer") if hasattr(live, n)
    ]
    before = [(one, one.return_sequences, one.return_state) for one in flags]
    try:
        for one in flags:
            one.return_sequences, one.return_state = True, False
        h = _array(call(sequences, *args, **said))
    finally:
        for one, sequences_too, state_too in before:
            one.return_sequences, one.return_state = sequences_too, state_too
    mask, state = said.get("mask"), said.get("initial_state")
    lengths = None
    if mask is not None:
        mask = _array(mask).astype(bool)
        lengths = mask.sum(axis=1)
        if (mask != (np.arange(mask.shape[1]) < lengths[:, None])).any() or not lengths.all():
            return {
                "x": None,
                "h": None,
                "notes": [*layer.notes, "its mask is not one of lengths: not watched"],
            }
    x = _array(sequences).transpose(1, 0, 2)
    h = h.transpose(1, 0, 2)
    if layer.direction == "backward":
        h = h[::-1]
    first: Any = None
    if state is not None:
        parts = [_array(s) for s in (state if isinstance(state, list | tuple) else [state])]
        first = tuple(parts) if layer.kind == "LSTM" else parts[0]
        if layer.direction == "both":
            half = len(parts) // 2
            pairs = [
                tuple(p) if layer.kind == "LSTM" else p[0] for p in (parts[:half], parts[half:])
            ]
            first = dict(zip(("there", "back"), pairs, strict=True))
    return {"x": x, "h": h, "lengths": lengths, "state": first}
