"""A network watched while it runs: what each recurrent layer read, and what it answered."""

from dataclasses import replace
from typing import Any

import numpy as np

from lecture_lib.interchange.keras.shapes import is_keras
from lecture_lib.interchange.network import Network
from lecture_lib.interchange.onnx.files import import_onnx
from lecture_lib.interchange.onnx.steps import Step


def watch(module: Any, *inputs: Any, update: str = "keep", **named: Any) -> Network:
    """The `Network` of a live `torch.nn.Module`, or of a Keras model or layer, after one run.

    The module is called once, as `module(*inputs, **named)`, without gradients and in its own mode;
    it is left as it was. Each layer has what it read as `layer.x` (T, N, D) and what it answered as
    `layer.h` (T, N, H), with the first state and the lengths that it was given, so that
    `layer.forward(layer.x)` gives every gate at every step, and `layer.agrees()` says how far this
    library's h lies from the module's own. A layer that ran several times has its last run.

    Raises TypeError for a module of neither.

    Each gate of a `torch.nn.LSTM`, in a program that has PyTorch:

        network = watch(module, x)
        layer = network.layers[0]
        print(layer.agrees())
        f = layer.forward(layer.x).f

    A file cannot be watched, since nothing in it is run:

    >>> watch("encoder.pt")
    Traceback (most recent call last):
    TypeError: module must be a torch.nn.Module, a Keras model or a Keras layer, got str
    """
    if is_keras(module):
        from lecture_lib.interchange.keras.watching import watch_keras

        return watch_keras(module, inputs, named, update)
    if hasattr(module, "named_modules"):
        from lecture_lib.interchange.torch.watching import watch_torch

        return watch_torch(module, inputs, named, update)
    raise TypeError(
        "module must be a torch.nn.Module, a Keras model or a Keras layer, "
        f"got {type(module).__name__}"
    )


def onnx_reader(model: Any, nodes: Any) -> Any:
    """What `Network.read` calls: runs a model up to one of its recurrent nodes."""

    def read(layer: Any, inputs: Any) -> Any:
        one = nodes.get(layer.name)
        if one is None or one.inner:
            raise ValueError(
                f"{layer.name} lies inside a branch or a loop, or is no node of its own: ONNX "
                "Runtime gives nothing out of there"
            )
        if isinstance(one, Step):
            names = [one.x, one.h0, one.c0, one.h]
            values = _values(model, names, inputs)
            x, h0, c0, h = (values[name] for name in names)
            return replace(layer, x=x[None], h=h[None], state=(h0, c0))
        found = _run_up_to(model, one.node, inputs)
        turned = layer.axes == "NTD"
        x = found["X"].transpose(1, 0, 2) if turned else found["X"]
        Y = found["Y"].transpose(1, 2, 0, 3) if turned else found["Y"]
        h = Y.transpose(0, 2, 1, 3).reshape(*Y.shape[:1], Y.shape[2], -1)
        state = _state(layer, found, turned)
        lengths = found.get("sequence_lens", layer.lengths)
        return replace(layer, x=x, h=h, state=state, lengths=lengths)

    return read


def _run_up_to(model: Any, node: Any, inputs: Any) -> Any:
    """The values of a node's inputs and of its Y, by ONNX' names for them."""
    copy = import_onnx().ModelProto()
    copy.CopyFrom(model)
    places = {"X": 0, "sequence_lens": 4, "initial_h": 5, "initial_c": 6}
    names = {p: node.input[k] for p, k in places.items() if len(node.input) > k and node.input[k]}
    twin = next(n for n in copy.graph.node if list(n.output) == list(node.output))
    outputs = list(twin.output)
    if not (outputs and outputs[0]):
        outputs = ["lecture_lib_Y", *outputs[1:]]
        twin.output[:] = outputs
    names["Y"] = outputs[0]
    values = _values(copy, names.values(), inputs)
    return {place: values[name] for place, name in names.items() if name in values}


def _values(model: Any, names: Any, inputs: Any) -> Any:
    """What tensors of a model hold in one run, by name, but for those that are stored in it."""
    try:
        import onnxruntime
    except ImportError:
        raise ImportError(
            "running a model up to a layer needs onnxruntime: pip install onnxruntime"
        ) from None
    onnx = import_onnx()
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    given = {value.name for value in copy.graph.input}
    stored = {tensor.name for tensor in copy.graph.initializer}
    there = {value.name for value in copy.graph.output}
    for name in set(names) - given - stored - there:
        copy.graph.output.append(onnx.ValueInfoProto(name=name))
    session = onnxruntime.InferenceSession(
        copy.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    asked = [name for name in dict.fromkeys(names) if name not in given | stored]
    return dict(zip(asked, session.run(asked, inputs), strict=True)) | inputs


def _state(layer: Any, found: Any, turned: bool) -> Any:
    """The first state that a run gave to a layer, as the layer's cell takes it."""
    if "initial_h" not in found and "initial_c" not in found:
        return layer.state
    parts = {
        p: found[p].transpose(1, 0, 2) if turned else found[p] for p in found if "initial" in p
    }
    h = parts.get("initial_h", np.zeros_like(parts.get("initial_c", 0)))
    c = parts.get("initial_c", np.zeros_like(h))
    pairs = [(h[k], c[k]) if layer.kind == "LSTM" else h[k] for k in range(len(h))]
    return dict(zip(("there", "back"), pairs, strict=True)) if len(pairs) == 2 else pairs[0]


def watched(network: Any, runs: Any) -> Network:
    """The network with x, h, state and lengths of each layer that `runs` has, by name."""
    layers = [
        replace(layer, **runs[layer.name]) if layer.name in runs else layer for layer in network
    ]
    return Network(layers, network.source, network.notes)
