"""Keras: what a model's config says of its recurrent layers, and each layer of it."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.variants.other_functions import Reversed
from lecture_lib.interchange.keras.arrays import cell_of_arrays
from lecture_lib.interchange.keras.shapes import fitting
from lecture_lib.interchange.limits import MAX_DEPTH, MAX_ENTRIES
from lecture_lib.interchange.network import Layer

KINDS = {
    "LSTM": "LSTM", "GRU": "GRU", "SimpleRNN": "RNN", "CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU",
    "LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "RNN", "LSTMV1": "LSTM",
    "GRUV1": "GRU", "LSTMV2": "LSTM", "GRUV2": "GRU",
}  # fmt: skip
FUNCTIONS = {
    "linear": "linear", "relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "elu": "elu",
    "selu": "selu", "softsign": "softsign", "softplus": "softplus", "silu": "silu",
    "swish": "silu", "leaky_relu": ("leaky_relu", 0.2),
}  # fmt: skip
# Layers that hand on what they get, as it is, when a model is not being trained.
PASSING = {
    "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization", "Masking", "InputLayer",
}  # fmt: skip
READ_ORDER = (
    "Keras gives h of a layer with go_backwards in the order of reading, from the last step; "
    "here h stands at its own step"
)


@dataclass
class Said:
    """A recurrent layer of a config: its class, its own config, where it is, what it reads."""

    name: str
    kind: str
    config: dict
    path: tuple
    back: dict | None = None
    merge: str | None = "concat"
    after: str | None = None
    unknown: str = ""


def recurrent_layers(model_config: Any, depth: int = 0, path: tuple[str, ...] = ()) -> Any:
    """The recurrent layers of a model's config, in its order, those of models inside it too.

    Raises ValueError for a config that is nested too deep.
    """
    if depth > MAX_DEPTH:
        raise ValueError("the model's config is nested too deep")
    config = model_config.get("config") if isinstance(model_config, dict) else None
    layers = config if isinstance(config, list) else (config or {}).get("layers", [])
    found: list[Any] = []
    chain: dict[str, Any] = {}
    if not isinstance(layers, list) or len(layers) > MAX_ENTRIES:
        raise ValueError("the model's config must list its layers")
    last = None
    for entry in layers:
        if not isinstance(entry, dict) or not isinstance(entry.get("config"), dict | list):
            continue
        said, name = _said(entry, path), _name(entry)
        before = _before(entry, last, "inbound_nodes" in entry)
        if said:
            for one in said:
                one.after = chain.get(before) if one is said[0] else said[said.index(one) - 1].name
            found += said
            sequences = said[-1].config.get("return_sequences") and said[-1].merge == "concat"
            backwards = said[-1].back is None and said[-1].config.get("go_backwards")
            chain[name] = said[-1].name if sequences and not backwards else None
        elif isinstance(entry["config"], list) or "layers" in entry["config"]:
            found += recurrent_layers(entry, depth + 1, (*path, name))
        elif entry.get("class_name") in PASSING:
            chain[name] = chain.get(before)
        last = name
    return found


def _name(entry: Any) -> Any:
    config = entry["config"] if isinstance(entry["config"], dict) else {}
    return str(config.get("name") or entry.get("name") or entry.get("class_name"))


def _before(entry: Any, last: Any, functional: Any) -> Any:
    """The name of the one layer that this one reads, or None."""
    if not functional:
        return last
    names = set(re.findall(r"'keras_history': \['([^']+)'", str(entry["inbound_nodes"])))
    if not names:
        try:
            names = {call[0] for node in entry["inbound_nodes"] for call in node}
        except (TypeError, KeyError, IndexError):
            names = set()
    return next(iter(names)) if len(names) == 1 else None


def _said(entry: Any, path: tuple[str, ...]) -> Any:
    """What an entry of a config says, if it is a recurrent layer; [] else."""
    kind, config = str(entry.get("class_name")), entry["config"]
    if not isinstance(config, dict):
        return []
    name = _name(entry)
    own = (*path, name)
    if kind == "TimeDistributed" or kind == "Wrapper":
        return []
    if kind == "Bidirectional":
        inner = config.get("layer") or {}
        [one] = (
            _said(inner, path)[:1] or [None] if isinstance(inner.get("config"), dict) else [None]
        )
        if one is None:
            return []
        back = (config.get("backward_layer") or {}).get("config")
        return [
            Said(
                name,
                one.kind,
                one.config,
                own,
                back or one.config,
                config.get("merge_mode", "concat"),
                unknown=one.unknown,
            )
        ]
    if kind == "RNN" and isinstance(config.get("cell"), dict):
        cells = config["cell"].get("config", {}).get("cells") or [config["cell"]]
        made = []
        for k, cell in enumerate(cells):
            whole = {
                **cell.get("config", {}),
                **{
                    n: config[n]
                    for n in ("go_backwards", "time_major", "return_sequences", "stateful")
                    if n in config
                },
            }
            of = KINDS.get(str(cell.get("class_name")), "?")
            label = name if len(cells) == 1 else f"{name}.{k}"
            made.append(
                Said(
                    label, of, whole, own, unknown="" if of != "?" else str(cell.get("class_name"))
                )
            )
        return made
    if (kind in KINDS and "units" in config) or (kind in KINDS and "output_dim" in config):
        return [Said(name, KINDS[kind], config, own)]
    if re.search("LSTM|GRU|RNN", kind):
        return [Said(name, "?", config, own, unknown=kind)]
    return []


def activation_named(value: Any, version: Any) -> Any:
    """This library's name of a Keras activation, as a config of a version (a number) has it.

    Raises ValueError for one that is not here.
    """
    if isinstance(value, dict):
        value = (
            value.get("config") if isinstance(value.get("config"), str) else value.get("class_name")
        )
    name = str(value).lower() if value is not None else "linear"
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", str(value)).lower() if value is not None else "linear"
    if name == "hard_sigmoid":
        return "keras3_hard_sigmoid" if version >= 3 else "hard_sigmoid"
    if name not in FUNCTIONS:
        raise ValueError(f"its activation {name!r} is unknown here: {', '.join(FUNCTIONS)}")
    return FUNCTIONS[name]


def version_of(text: Any, unknown: Any = 2.0) -> Any:
    """Keras' version as a number, 2.3 of "2.3.1" and "2.3.0-tf"; `unknown` for another text."""
    match = re.search(r"(\d+)\.(\d+)", str(text))
    return int(match[1]) + min(int(match[2]), 99) / 100 if match else unknown


def keras_layer(
    said: Any, arrays: Any, version: Any, source: Any, update: str = "keep", hard: bool = False
) -> Layer:
    """The `Layer` of what a config says and of its arrays."""
    layer = Layer(said.name, said.kind, source, direction="both" if said.back else "forward")
    try:
        if said.unknown:
            raise ValueError(f"Keras' {said.unknown} is no layer of this library")
        _fill(layer, said, [np.asarray(a) for a in arrays], version, update, hard)
    except (ValueError, TypeError) as error:
        layer.cell, layer.reason = None, str(error)
    layer.follows = said.after
    return layer


def _fill(layer: Any, said: Any, arrays: Any, version: Any, update: str, hard: Any) -> None:
    config = said.config
    gates = config.get("recurrent_activation", config.get("inner_activation"))
    if gates is None and layer.kind != "RNN":
        # Configs that leave it out are of cuDNN's layers, or say what was usual.
        gates = "hard_sigmoid" if hard else "sigmoid"
    options = {"activation": activation_named(config.get("activation", "tanh"), version)}
    options["recurrent_activation"] = (
        None if layer.kind == "RNN" else activation_named(gates, version)
    )
    fits = fitting(arrays)
    of_cudnn = "cudnn" in (fitting(arrays[:3]) if len(arrays) == 6 else fits)
    if of_cudnn:
        options = dict.fromkeys(options)
    after = config.get("reset_after", False) if layer.kind == "GRU" and not of_cudnn else None
    layout = (
        "bidirectional"
        if said.back
        else next((fit for fit in fits if fit != "stack of layers"), None)
    )
    if not arrays:
        raise ValueError("its weights are not in the file")
    _, cell = cell_of_arrays(arrays, layout, reset_after=after, update=update, **options)
    if isinstance(cell, Bidirectional) and not said.back:
        raise ValueError("its arrays are those of two cells, and its config says one")
    units = config.get("units", config.get("output_dim"))
    one: Any = cell.cells["there"] if isinstance(cell, Bidirectional) else cell
    if one.hidden_size != units:
        raise ValueError(f"its arrays have {one.hidden_size} units, its config says {units}")
    layer.input_size, layer.hidden_size = one.input_size, one.hidden_size
    backwards = bool(config.get("go_backwards"))
    if said.back:
        if backwards:
            raise ValueError(
                "its forward layer goes backwards: not a Bidirectional of this library"
            )
    elif backwards:
        cell, layer.direction = Reversed(cell), "backward"
        layer.notes.append(READ_ORDER)
    layer.cell = cell
    layer.axes = "TND" if config.get("time_major") else "NTD"
    usual = {"activation": "tanh", "recurrent_activation": "sigmoid"}
    layer.conventions = {
        name: value if isinstance(value, str) else f"{value[0]}({value[1]})"
        for name, value in options.items()
        if value is not None and value != usual[name]
    }
    if layer.kind == "GRU":
        layer.conventions |= {"reset": one.reset, "z": "keeps"}
    if said.merge not in ("concat", None):
        layer.conventions["merge_mode"] = said.merge
        layer.notes.append(
            f"Keras takes its two h together by merge_mode {said.merge!r}; here they stand "
            "side by side"
        )
    if config.get("stateful"):
        layer.notes.append("stateful: Keras begins each call with the state that the last one left")
    if config.get("zero_output_for_mask") and not said.back:
        layer.notes.append("Keras gives 0 at masked steps; here h repeats its last")
