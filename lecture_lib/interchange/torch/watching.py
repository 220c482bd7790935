"""A torch.nn.Module watched while it runs."""

from dataclasses import replace
from typing import Any

import numpy as np

from lecture_lib.interchange.network import Network
from lecture_lib.interchange.torch.names import flattened, said_by_modules, torch_layers


def torch_network(module: Any, update: str = "keep") -> Network:
    """The `Network` of a module's recurrent layers, by the names of its own modules."""
    arrays = flattened(module.state_dict())
    return Network(
        torch_layers(arrays, "PyTorch", said_by_modules(module), update), "a module of PyTorch"
    )


def watch_torch(module: Any, inputs: Any, named: Any, update: str) -> Network:
    """What `watch` does for PyTorch; each layer of a module of several is run on its own."""
    import torch

    network, hooks = torch_network(module, update), []
    runs: dict[str, Any] = {}
    cells: dict[str, list[Any]] = {}

    def hook(name: str) -> Any:
        def keep(inner: Any, given: Any, said: Any, answer: Any) -> None:
            runs[name] = (inner, given, said, answer)
            if cells.get(name) is not None:
                cells[name].append((given, said, answer))

        return keep

    for name, inner in module.named_modules():
        bases = {base.__name__ for base in type(inner).__mro__}
        if bases & {"RNNBase", "RNNCellBase"}:
            if "RNNCellBase" in bases:
                cells[name] = []
            hooks.append(inner.register_forward_hook(hook(name), with_kwargs=True))
    try:
        with torch.no_grad():
            module(*inputs, **named)
    finally:
        for one in hooks:
            one.remove()
    by_module: dict[str, list[Any]] = {}
    for layer in network:
        owners = [n for n in runs if _is_of(layer.name, n or "layer")]
        if owners:
            by_module.setdefault(max(owners, key=len), []).append(layer)
    seen: dict[str, dict[str, Any]] = {}
    for name, layers in by_module.items():
        if name in cells:
            seen |= _cell_run(layers[0], cells[name])
        else:
            seen |= _module_run(torch, layers, *runs[name])
    layers = [replace(layer, **seen.get(layer.name, {})) for layer in network]
    return Network(layers, network.source, network.notes)


def _cell_run(layer: Any, calls: Any) -> Any:
    """x and h of a cell that was called once a step."""
    xs, hs, first = [], [], None
    for given, said, answer in calls:
        x = (given[0] if given else said["input"]).detach().numpy()
        h = (answer[0] if isinstance(answer, tuple) else answer).detach().numpy()
        xs.append(x if x.ndim == 2 else x[None])
        hs.append(h if h.ndim == 2 else h[None])
    given, said, _ = calls[0]
    state = given[1] if len(given) > 1 else said.get("hx")
    if state is not None:
        parts = state if isinstance(state, tuple) else (state,)
        parts = tuple(np.atleast_2d(part.detach().numpy()) for part in parts)
        first = parts if layer.kind == "LSTM" else parts[0]
    if len({x.shape for x in xs}) > 1:
        return {}
    return {layer.name: {"x": np.stack(xs), "h": np.stack(hs), "state": first}}


def _is_of(name: str, module: Any) -> bool:
    return name == module or name.startswith(f"{module}.l")


def _module_run(torch: Any, layers: Any, inner: Any, given: Any, said: Any, answer: Any) -> Any:
    """x and h of each layer of a module: those between are had by running it layer by layer."""
    x = given[0] if given else said["input"]
    state = given[1] if len(given) > 1 else said.get("hx")
    h, lengths = answer[0], None
    if isinstance(x, torch.nn.utils.rnn.PackedSequence):
        x, sizes = torch.nn.utils.rnn.pad_packed_sequence(x)
        h, _ = torch.nn.utils.rnn.pad_packed_sequence(h)
        lengths = sizes.numpy()
    else:
        if x.ndim == 2:
            axis = 0 if inner.batch_first else 1
            x, h, state = x.unsqueeze(axis), h.unsqueeze(axis), _unsqueezed(state)
        if inner.batch_first:
            x, h = x.transpose(0, 1), h.transpose(0, 1)
    x, h = x.detach().numpy(), h.detach().numpy()
    states = None
    if state is not None:
        states = [s.detach().numpy() for s in (state if isinstance(state, tuple) else (state,))]
    whole, found = x, {}
    for k, layer in enumerate(layers):
        last = k == len(layers) - 1
        of_layer = h if last else _up_to(torch, inner, k + 1, whole, states, lengths)
        first = None if states is None else _first(states, k, layer, inner.bidirectional)
        found[layer.name] = {"x": x, "h": of_layer, "state": first, "lengths": lengths}
        x = of_layer
    return found


def _first(states: Any, k: int, layer: Any, both: bool) -> Any:
    """The first state of the k-th layer, as its cell takes it."""
    directions = 2 if both else 1
    mine = [part[k * directions : (k + 1) * directions] for part in states]
    pairs = [
        tuple(part[d] for part in mine) if layer.kind == "LSTM" else mine[0][d]
        for d in range(directions)
    ]
    return dict(zip(("there", "back"), pairs, strict=True)) if both else pairs[0]


def _unsqueezed(state: Any) -> Any:
    if isinstance(state, tuple):
        return tuple(part.unsqueeze(1) for part in state)
    return None if state is None else state.unsqueeze(1)


def _up_to(torch: Any, inner: Any, depth: int, x: Any, states: Any, lengths: Any) -> Any:
    """h of the layer below `depth` of a module: that of a copy which has no more layers."""
    options = {"bidirectional": inner.bidirectional, "bias": inner.bias}
    if inner.mode.startswith("RNN"):
        options["nonlinearity"] = inner.mode[4:].lower()
    if getattr(inner, "proj_size", 0):
        options["proj_size"] = inner.proj_size
    weight = next(inner.parameters())
    short = type_of(torch, inner)(
        inner.input_size, inner.hidden_size, depth, dtype=weight.dtype, **options
    )
    kept = short.state_dict().keys()
    short.load_state_dict({n: v for n, v in inner.state_dict().items() if n in kept})
    directions = 2 if inner.bidirectional else 1
    state = None
    if states is not None:
        parts = [torch.from_numpy(part[: depth * directions].copy()) for part in states]
        state = tuple(parts) if len(parts) == 2 else parts[0]
    given = torch.from_numpy(np.ascontiguousarray(x))
    rnn = torch.nn.utils.rnn
    with torch.no_grad():
        if lengths is None:
            return short(given, state)[0].numpy()
        packed = rnn.pack_padded_sequence(given, torch.from_numpy(lengths), enforce_sorted=False)
        return rnn.pad_packed_sequence(short(packed, state)[0], total_length=len(x))[0].numpy()


def type_of(torch: Any, inner: Any) -> Any:
    """torch.nn.RNN, LSTM or GRU, of which `inner` is one."""
    return {"R": torch.nn.RNN, "L": torch.nn.LSTM, "G": torch.nn.GRU}[inner.mode[0]]
