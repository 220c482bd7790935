"""Arrays under PyTorch's names: which layers they make, and each layer's cell."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from lecture_lib.interchange.layouts import GATES, as_weights, cell_of, kind_of, widened
from lecture_lib.interchange.limits import MAX_DEPTH, MAX_ENTRIES
from lecture_lib.interchange.network import Layer, assembled

PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
NAME = re.compile(
    r"(?P<prefix>.*?)(?P<part>(?:weight|bias|w|b)_(?:ih|hh)|weight_hr|bias_hn|bias)"
    r"(?P<suffix>_l(?P<layer>\d{1,4})(?P<back>_reverse)?)?",
    re.DOTALL,
)
SHORT = {"w_ih": "weight_ih", "w_hh": "weight_hh", "b_ih": "bias_ih", "b_hh": "bias_hh"}
RELU_UNSEEN = "tanh, unless the module had nonlinearity='relu', which its arrays do not tell"


def torch_cell(arrays: Any, names: Any, update: str = "keep", nonlinearity: Any = None) -> Any:
    """The cell of one layer and direction, from its arrays by part; errors speak of `names`."""
    given = {part: widened(array) for part, array in arrays.items()}
    if "weight_hr" in given:
        width, H = given["weight_hr"].shape if given["weight_hr"].ndim == 2 else (0, 0)
        kind = "LSTM"
    else:
        kind, H = kind_of(names["weight_hh"], given["weight_hh"], hidden_axis=1)
        width = H
    if nonlinearity not in (None, "tanh") and (kind != "RNN" or nonlinearity != "relu"):
        raise ValueError(
            f'nonlinearity must be "tanh", or "relu" for an RNN, got {nonlinearity!r} for a {kind}'
        )
    rows = len(GATES[kind]) * H
    shapes = {
        "weight_ih": ((rows, -1), "(G·H, D)"),
        "weight_hh": ((rows, width), "(G·H, H)"),
        "bias_ih": ((rows,), "(G·H,)"),
        "bias_hh": ((rows,), "(G·H,)"),
        "weight_hr": ((width, H), "(P, H)"),
    }
    by_name = {names[part]: array for part, array in given.items()}
    weights = dict(
        zip(given, as_weights(by_name, {names[p]: s for p, s in shapes.items()}), strict=True)
    )
    none = np.zeros(rows, weights["weight_hh"].dtype)
    four = [weights.get(part, none) for part in PARTS]
    options = {"weight_hr": weights["weight_hr"]} if "weight_hr" in weights else {}
    if nonlinearity == "relu":
        options["activation"] = "relu"
    return cell_of(kind, GATES, four, update, "after", **options)


def flattened(checkpoint: Any, what: str = "state_dict") -> Any:
    """The arrays and tensors of nested dicts, by their names with dots; all else is left out.

    Raises ValueError for dicts that are nested too deep or have too many entries.
    """
    found: dict[str, Any] = {}
    waiting = [("", checkpoint, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > MAX_DEPTH or len(found) + len(waiting) > MAX_ENTRIES:
            raise ValueError(f"{what} is nested too deep or has too many entries to be weights")
        if isinstance(value, Mapping):
            items = [
                (f"{path}.{name}" if path else str(name), part) for name, part in value.items()
            ]
            waiting += [(name, part, depth + 1) for name, part in reversed(items)]
        elif hasattr(value, "shape") and hasattr(value, "dtype"):
            found[path] = value
    return found


def grouped(arrays: Any) -> Any:
    """{(prefix, suffix): {part: name}} of the layers whose weights `arrays` has by these names."""
    groups: dict[tuple[str, str], Any] = {}
    for name in arrays:
        match = NAME.fullmatch(name) if isinstance(name, str) and len(name) < 1000 else None
        if match:
            key = match["prefix"], match["suffix"] or ""
            groups.setdefault(key, {})[SHORT.get(match["part"], match["part"])] = name
    return {
        key: parts for key, parts in groups.items() if {"weight_ih", "weight_hh"} <= parts.keys()
    }


def said_by_modules(module: Any) -> Any:
    """What the recurrent modules inside a live one say of their function, by name."""
    said = {}
    for name, inner in module.named_modules():
        bases = {base.__name__ for base in type(inner).__mro__}
        if bases & {"RNNBase", "RNNCellBase"}:
            keys = ("nonlinearity", "batch_first", "mode")
            said[name] = {key: getattr(inner, key) for key in keys if hasattr(inner, key)}
    return said


def torch_layers(
    arrays: Any, source: Any, said: Any = None, update: str = "keep", activation: Any = None
) -> Any:
    """The layers of a flat dict of arrays under PyTorch's names, in the dict's order."""
    arrays, notes = _without_norms(arrays)
    layers: list[Layer] = []
    modules: dict[str, Any] = {}
    for (prefix, suffix), parts in grouped(arrays).items():
        match = re.fullmatch(r"_l(\d+)(_reverse)?", suffix) if suffix else None
        depth = int(match[1]) if match else None
        side = "back" if match and match[2] else "there"
        modules.setdefault(prefix, {}).setdefault(depth, {})[side] = parts
    for prefix, depths in modules.items():
        module = prefix.rstrip("._/")
        of_module = (said or {}).get(module, {})
        below: Layer | None = None
        for depth in sorted(depths, key=lambda d: -1 if d is None else d):
            name = module or "layer"
            if len(depths) > 1:
                name = f"{name}.l{depth}" if depth is not None else name
            layer = _layer(name, source, depths[depth], arrays, of_module, update, activation)
            layer.notes += [note for key, note in notes.items() if key.startswith(prefix)]
            if below is not None and None not in (below.cell, layer.cell, depth):
                fits = layer.cell.input_size == below.cell.hidden_size
                layer.follows = below.name if fits else None
            layers.append(layer)
            below = layer
    return layers


def _layer(
    name: str, source: Any, sides: Any, arrays: Any, said: Any, update: str, activation: Any
) -> Any:
    order = [side for side in ("there", "back") if side in sides]
    relu = activation or said.get("nonlinearity")
    if "RELU" in str(said.get("mode", "")):
        relu = "relu"
    cells, biased = {}, all("bias" in sides[s] and "bias_ih" not in sides[s] for s in order)
    kind = ""
    try:
        for side in order:
            parts = sides[side]
            kind = kind_of_parts(parts, arrays)
            if biased:
                cells[side] = own_cell(
                    kind, {p: arrays[n] for p, n in parts.items()}, parts, update
                )
                continue
            known = {p: arrays[n] for p, n in parts.items() if p in (*PARTS, "weight_hr")}
            names = {part: parts.get(part, part) for part in (*PARTS, "weight_hr")}
            cells[side] = torch_cell(known, names, update, relu if kind == "RNN" else None)
    except (ValueError, TypeError) as error:
        return Layer(name, kind or "?", source, reason=str(error))
    conventions, notes = {}, []
    if kind == "GRU" and not biased:
        conventions = {"reset": "after", "z": "keeps"}
    if kind == "RNN":
        conventions = {"activation": relu or "tanh"}
        notes = [] if relu else [RELU_UNSEEN]
    if "weight_hr" in sides[order[0]]:
        conventions = {"proj_size": cells[order[0]].hidden_size}
    axes = {True: "NTD", False: "TND"}.get(said.get("batch_first"), "?")
    return assembled(name, kind, source, cells, conventions=conventions, notes=notes, axes=axes)


def kind_of_parts(parts: Any, arrays: Any) -> Any:
    """Which kind of cell the arrays of one layer and direction are."""
    if "weight_hr" in parts:
        return "LSTM"
    return kind_of(parts["weight_hh"], arrays[parts["weight_hh"]], hidden_axis=1)[0]


def own_cell(kind: str, arrays: Any, names: Any, update: str) -> Any:
    """The cell whose `parameters()` these are, as this library stores them.

    Raises ValueError for a GRU: whether its z writes or keeps no array says.
    """
    if kind == "GRU":
        raise ValueError(
            f"{names['weight_hh']} is of a GRU in this library's own layout, which does not tell "
            "whether z writes or keeps: make GRU(D, H, update=…, reset=…) and load_parameters"
        )
    parts = {"weight_ih": "weight_ih", "weight_hh": "weight_hh", "bias_ih": "bias"}
    given = {part: arrays[own] for part, own in parts.items()}
    return torch_cell(
        given,
        {part: names[own] for part, own in parts.items()}
        | {"bias_hh": "bias_hh", "weight_hr": "weight_hr"},
        update,
    )


def _without_norms(arrays: Any) -> Any:
    """The arrays with weights put together that weight_norm keeps as length and direction, and a
    note by name for each."""
    found, notes = dict(arrays), {}
    forms = [
        (re.compile(r"(.*)_g"), "{}_g", "{}_v"),
        (re.compile(r"(.*)parametrizations\.(weight_[ih]h_l\d+(?:_reverse)?)\.original0"), "", ""),
    ]
    for name in list(arrays):
        match = forms[0][0].fullmatch(name)
        if match and re.search(r"weight_[ih]h_l\d+(_reverse)?$", match[1]):
            whole, direction = match[1], f"{match[1]}_v"
        elif match := forms[1][0].fullmatch(name):
            whole, direction = match[1] + match[2], name[:-1] + "1"
        else:
            continue
        if direction not in arrays or whole in arrays:
            continue
        g, v = widened(arrays[name]), widened(arrays[direction])
        if v.ndim != 2 or g.shape != (len(v), 1):
            continue
        length = np.linalg.norm(v, axis=1, keepdims=True)
        found[whole] = g * np.divide(v, length, out=np.zeros_like(v), where=length > 0)
        notes[whole] = f"{whole} was put together from weight_norm's length and direction"
        del found[name], found[direction]
    return found, notes
