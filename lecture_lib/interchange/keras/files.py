"""Keras: .h5, .keras and .weights.h5."""

from typing import Any

from lecture_lib.interchange.array_files import parsed
from lecture_lib.interchange.keras.arrays import SAY_HARD, cell_of_arrays
from lecture_lib.interchange.keras.configs import (
    keras_layer,
    recurrent_layers,
    version_of,
)
from lecture_lib.interchange.keras.hdf5 import Hdf5
from lecture_lib.interchange.keras.shapes import fitting, layers_in
from lecture_lib.interchange.layouts import kind_of_cell
from lecture_lib.interchange.limits import Archive
from lecture_lib.interchange.network import Layer, Network, assembled

NO_CONFIG = (
    "the file says nothing of its layers' functions: tanh and sigmoid are taken, which were usual "
    "from Keras 2.3 on; activation and recurrent_activation say otherwise"
)


def h5_network(
    data: bytes, update: str = "keep", config: Any = None, version: Any = None, **said: Any
) -> Network:
    """The `Network` of a Keras .h5 or .weights.h5 file; `config` and `version` are those of the
    .keras file that it lies in."""
    file = Hdf5(data)
    top = file.attributes[""]
    root = "model_weights" if "model_weights" in file.attributes else ""
    version = version or top.get("keras_version") or file.attributes[root].get("keras_version")
    if config is None and "model_config" in top:
        config = parsed(top["model_config"], "model_config of the .h5 file")
    if config is not None:
        number = version_of(version)
        layers = []
        wanted, stored = recurrent_layers(config), _stored_by_path(file)
        for k, one in enumerate(wanted):
            arrays = _of_layer(file, root, one) or _of_path(stored, one, wanted[:k], file)
            layers.append(keras_layer(one, arrays, number, "Keras", update))
        if not wanted and stored:
            raise ValueError(
                "the model's config lists no recurrent layer, yet its file has weights of one, as "
                "of a subclassed model: pass its .weights.h5 alone"
            )
        return Network(linked(layers), f"Keras {version or 'of unknown version'}")
    return _without_config(file, root, version, update, **said)


def linked(layers: Any) -> Any:
    """The layers, each following only what is there and has the right size."""
    by_name = {layer.name: layer for layer in layers}
    for layer in layers:
        below = by_name.get(layer.follows)
        if (
            below is None
            or below.cell is None
            or layer.cell is None
            or below.cell.hidden_size != layer.cell.input_size
        ):
            layer.follows = None
    return layers


def _of_layer(file: Any, root: str, said: Any) -> Any:
    """The arrays of a layer in a file that names its weights; [] in another."""
    group = f"{root}/{said.path[0]}".strip("/")
    names = file.attributes.get(group, {}).get("weight_names", [])
    arrays = {name: file.arrays.get(f"{group}/{name}") for name in names}
    if len(said.path) > 1:
        own = said.path[-1]
        arrays = {name: a for name, a in arrays.items() if own in name.split("/")}
    arrays = {name: a for name, a in arrays.items() if a is not None}
    if "." in said.name and said.name.rpartition(".")[2].isdigit() and said.name != said.path[-1]:
        k, runs = int(said.name.rpartition(".")[2]), layers_in(list(arrays.values()))
        return list(arrays.values())[slice(*runs[k])] if k < len(runs) else []
    return list(arrays.values())


def _stored_by_path(file: Any) -> Any:
    """{path of a layer: its arrays} of a file in Keras 3's layout, …/cell/vars/0, 1, 2."""
    found: dict[str, Any] = {}
    for place, array in file.arrays.items():
        head, _, last = place.rpartition("/")
        if last.isdigit() and head.endswith("vars"):
            found.setdefault(head, {})[int(last)] = array
    runs = {h: [a[k] for k in sorted(a)] for h, a in found.items()}
    return {
        head: arrays for head, arrays in runs.items() if layers_in(arrays) == [(0, len(arrays))]
    }


def _layers_by_path(stored: Any) -> Any:
    """The same by layer: those of both directions together, in the order of their numbers."""
    layers: dict[str, Any] = {}
    for head, arrays in stored.items():
        own = head.removesuffix("/vars").removesuffix("/cell")
        owner, _, side = own.rpartition("/")
        both = side in ("forward_layer", "backward_layer")
        layers.setdefault(owner if both else own, {})[side if both else ""] = arrays

    def number(path: str) -> Any:
        return [
            (p.rstrip("0123456789"), int("0" + p[len(p.rstrip("0123456789")) :]))
            for p in path.split("/")
        ]

    order = sorted(layers, key=number)
    return {p: [a for s in sorted(layers[p], reverse=True) for a in layers[p][s]] for p in order}


def _of_path(stored: Any, said: Any, before: Any, file: Any) -> Any:
    """The arrays of a layer of a .keras file: by its name where the file has it, else by its place
    among the layers of its class."""
    by_path = _layers_by_path(stored)
    named = {file.attributes.get(f"{p}/vars", {}).get("name"): a for p, a in by_path.items()}
    own = said.path[-1]
    if own in named:
        return named[own]
    units = said.config.get("units")
    fitting = [
        p for p, a in by_path.items() if a[1].shape[0] == units and (len(a) > 3) == bool(said.back)
    ]
    rank = sum(
        1 for b in before if b.config.get("units") == units and bool(b.back) == bool(said.back)
    )
    return by_path[fitting[rank]] if rank < len(fitting) and None in named else []


def _without_config(
    file: Any,
    root: str,
    version: Any,
    update: str,
    activation: Any = None,
    recurrent_activation: Any = None,
    **_: Any,
) -> Network:
    """The layers of a file of weights alone."""
    runs = _layers_by_path(_stored_by_path(file))
    names = {p: file.attributes.get(f"{p}/vars", {}).get("name") or p for p in runs}
    runs = {names[p]: arrays for p, arrays in runs.items()}
    for group, said in file.attributes.items():
        if "weight_names" in said:
            names_of = said["weight_names"]
            arrays = [file.arrays.get(f"{group}/{name}".strip("/")) for name in names_of]
            arrays = [a for a in arrays if a is not None]
            if arrays and not _of_another_kind(names_of):
                runs[group.rpartition("/")[2] or "layer"] = arrays
    layers = []
    old = version is not None and version_of(version) < 2.3
    for name, arrays in runs.items():
        layers += keras_runs(name, arrays, "Keras", update, activation, recurrent_activation, old)
    doubtful = [one for one in layers if one.cell and one.conventions.get("layout") != "cudnn"]
    notes = [NO_CONFIG] if doubtful and not (activation or recurrent_activation) else []
    return Network(layers, f"Keras {version or ''} weights".replace("  ", " "), notes)


def _of_another_kind(names: Any) -> bool:
    """Whether weights of these names are of a layer with a kernel, and without a recurrent one."""
    last = [str(name).rpartition("/")[2] for name in names]
    return any(n.startswith("kernel") for n in last) and not any("recurrent" in n for n in last)


def keras_runs(
    name: str,
    arrays: Any,
    source: Any,
    update: str,
    activation: Any = None,
    recurrent_activation: Any = None,
    old: bool = False,
    layout: Any = None,
    **said: Any,
) -> Any:
    """The layers in a list of arrays that no config describes."""
    said |= {
        "update": update,
        "activation": activation,
        "recurrent_activation": recurrent_activation,
    }
    stack = layout == "stack of layers"
    whole = None if stack else _layer_of(name, arrays, source, layout, said, old)
    layers = []
    if whole is not None:
        return [whole]
    runs = layers_in(arrays)
    for k, (start, end) in enumerate(runs):
        label = name if len(runs) == 1 else f"{name}.{k}"
        layers.append(_layer_of(label, arrays[start:end], source, None, said, old))
    return layers


def _layer_of(name: str, arrays: Any, source: Any, layout: Any, said: Any, old: bool) -> Any:
    """The layer whose arrays these are, one with a reason, or None if they are of no one layer."""
    fits = fitting(arrays)
    if layout is None and (not fits or fits == ["stack of layers"]):
        return None
    gated = (
        "RNN"
        if len(arrays) in (2, 3) and fits == ["keras"] and arrays[1].shape[0] == arrays[1].shape[1]
        else ""
    )
    told = dict(said)
    half = arrays[: len(arrays) // 2] if "bidirectional" in fits else arrays
    cudnn = "cudnn" in fitting(half)
    unsaid = old and not gated and told["recurrent_activation"] is None and not cudnn
    if unsaid:
        told["recurrent_activation"] = "sigmoid"
    try:
        if gated:
            told["recurrent_activation"] = None
        chosen, cell = cell_of_arrays(arrays, layout, **told)
    except (ValueError, TypeError) as error:
        return Layer(name, gated or "?", source, reason=str(error))
    cells = dict(cell.cells) if hasattr(cell, "cells") else {"there": cell}
    first = next(iter(cells.values()))
    chosen = "cudnn" if cudnn else chosen
    conventions = {} if chosen in ("keras", "bidirectional") else {"layout": chosen}
    if kind_of_cell(first) == "GRU":
        conventions |= {"reset": first.reset, "z": "keeps"}
    conventions |= {k: told[k] for k in ("activation", "recurrent_activation") if told[k]}
    notes = []
    if chosen == "tf1 LSTM":
        notes.append(
            f"forget_bias = {told.get('forget_bias', 1.0)} was added, as TensorFlow 1 does "
            "when it runs"
        )
    layer = assembled(
        name,
        kind_of_cell(first),
        source,
        cells,
        conventions=conventions,
        notes=notes,
        axes="NTD" if source == "Keras" else "?",
    )
    if unsaid:
        layer.cell, layer.conventions = None, {}
        layer.reason = "Keras before 2.3" + SAY_HARD[len("Keras 1") :]
    return layer


def keras_network(data: bytes, update: str = "keep") -> Network:
    """The `Network` of a .keras file: a zip of config.json and model.weights.h5."""
    archive = Archive(data, "the .keras file")
    config = parsed(archive.read("config.json"), "config.json of the .keras file")
    version = None
    if "metadata.json" in archive.entries:
        version = parsed(archive.read("metadata.json"), "metadata.json").get("keras_version")
    return h5_network(archive.read("model.weights.h5"), update, config, version or "3.0")
