"""PyTorch: state_dicts, modules, and what else stores its arrays under PyTorch's names."""

import os
from collections.abc import Mapping
from typing import Any

from lecture_lib.cells import GRU
from lecture_lib.cells._checks import Array
from lecture_lib.interchange.layouts import (
    GATES,
    by_direction,
    kind_of_cell,
    options_of,
    stacked,
)
from lecture_lib.interchange.torch.names import PARTS, grouped, said_by_modules, torch_cell


def to_torch(cell: Any) -> dict[str, Array]:
    """The state_dict of a `torch.nn.RNN`, `LSTM` or `GRU` that computes what the cell does, as
    NumPy arrays: weight_ih_l0, weight_hh_l0, bias_ih_l0 and bias_hh_l0, and weight_hr_l0 of an LSTM
    with a projection.

    A `Bidirectional` of two cells of one kind and size gives a layer of both directions, a `Stack`
    of such a module of several layers (`_l1`, `_reverse`). An RNN with relu is for a module with
    nonlinearity="relu", a projection for one with proj_size.

    Raises ValueError for what PyTorch has no layer for, such as a GRU with reset="before",
    peepholes or other activations, and TypeError for what is no cell of these kinds.

    >>> from lecture_lib import LSTM
    >>> {name: array.shape for name, array in to_torch(LSTM(2, 3)).items()}
    {'weight_ih_l0': (12, 2), 'weight_hh_l0': (12, 3), 'bias_ih_l0': (12,), 'bias_hh_l0': (12,)}
    """
    layers = getattr(cell, "layers", [cell])
    found: dict[str, Array] = {}
    kinds = set()
    for k, layer in enumerate(layers):
        cells = by_direction(layer)
        if "there" not in cells:
            raise ValueError("PyTorch has no layer that reads from the end alone")
        if len(layers) > 1 and len(cells) != len(by_direction(layers[0])):
            raise ValueError("PyTorch's layers of one module all have the same directions")
        for side, one in cells.items():
            suffix = f"_l{k}" + ("_reverse" if side == "back" else "")
            arrays, described = _torch_arrays(one)
            kinds.add(described)
            found |= {f"{name}{suffix}": array for name, array in arrays.items()}
    if len(kinds) > 1:
        raise ValueError(
            "PyTorch's layers and directions of one module are of one kind, size and function, "
            f"got {sorted(map(str, kinds))}"
        )
    return found


def _torch_arrays(cell: Any) -> Any:
    """The four or five arrays of one cell, and what must be the same in all of a module."""
    options = options_of(cell)
    if isinstance(cell, GRU) and cell.reset == "before":
        raise ValueError(
            'PyTorch has no GRU with reset="before": this cell computes W_hn · (r ⊙ h), PyTorch '
            "r ⊙ (W_hn · h + b_hn), and no weights make these the same function. Train a cell "
            'with reset="after", or export this one to Keras or ONNX'
        )
    arrays = stacked(cell, GATES)
    kind = kind_of_cell(cell)
    hr = options.pop("weight_hr", None)
    relu = kind == "RNN" and str(options.get("activation")) == "relu"
    if relu:
        del options["activation"]
    if options:
        said = ", ".join(name if "hole" in name else f"{name} = {v}" for name, v in options.items())
        raise ValueError(f"PyTorch's {kind} has no {said}")
    named = dict(zip(PARTS, arrays, strict=True))
    if hr is not None:
        named["weight_hr"] = hr
    return named, (kind, _units(cell), 0 if hr is None else len(hr), "relu" if relu else "tanh")


def _units(cell: Any) -> int:
    return getattr(cell, "cell_size", cell.hidden_size)


def from_torch(
    state_dict: Any,
    prefix: str = "",
    suffix: Any = None,
    update: str = "keep",
    nonlinearity: Any = None,
) -> Any:
    """The cell that computes what a layer of `torch.nn.RNN`, `LSTM` or `GRU` does.

    state_dict maps names to arrays, or to tensors that NumPy can read; it may lie in a dict of a
    checkpoint. A module, a path or the bytes of a file that holds one will do as well. The shape of
    weight_hh tells which cell it is; the biases may both be missing; weight_hr makes an
    `LSTMVariant` with a projection. prefix and suffix choose a layer out of more, such as
    "encoder." and "_l1_reverse"; suffix="" reads a `torch.nn.LSTMCell`. Without suffix, _l0 must be
    all there is. update="write" gives a GRU with the same outputs whose z writes.
    nonlinearity="relu" is for a `torch.nn.RNN` that was made so: its arrays do not tell.

    Raises ValueError for names that are missing or would be left out, for shapes that do not fit
    and for values that are not finite, and TypeError for what is not numbers.

    >>> import numpy as np
    >>> arrays = {"rnn.weight_ih_l0": np.ones((12, 2)), "rnn.weight_hh_l0": np.ones((12, 3))}
    >>> from_torch(arrays, prefix="rnn.")
    LSTM(2, 3, dtype=float64)
    """
    said = {}
    if isinstance(state_dict, str | os.PathLike | bytes):
        from lecture_lib.interchange.opening import arrays_of_file

        state_dict, said = arrays_of_file(state_dict)
    elif hasattr(state_dict, "named_modules"):
        state_dict, said = state_dict.state_dict(), said_by_modules(state_dict)
    state_dict = _unwrapped(state_dict)
    end = "_l0" if suffix is None else suffix
    weight_ih, weight_hh, bias_ih, bias_hh = wanted = [f"{prefix}{part}{end}" for part in PARTS]
    if not state_dict.keys() & {bias_ih, bias_hh}:
        wanted = [weight_ih, weight_hh]
    missing = [name for name in wanted if name not in state_dict]
    if missing:
        raise ValueError(
            f"state_dict must have {missing}, got {sorted(state_dict)}{_proposal(state_dict)}"
        )
    weight_hr = f"{prefix}weight_hr{end}"
    wanted += [weight_hr] if weight_hr in state_dict else []
    left_out = [
        name
        for name in state_dict.keys() - set(wanted)
        if name.startswith(prefix) and (suffix is None or name.endswith(suffix))
    ]
    if left_out:
        raise ValueError(
            f"state_dict must hold one layer of a cell, but {sorted(left_out)} would be left out; "
            "prefix and suffix choose a layer, and open_network reads all"
        )
    names = {part: f"{prefix}{part}{end}" for part in (*PARTS, "weight_hr")}
    said = said.get(prefix.rstrip("."), {})
    relu = nonlinearity or said.get("nonlinearity")
    return torch_cell(
        {p: state_dict[n] for p, n in names.items() if n in wanted}, names, update, relu
    )


def _unwrapped(state_dict: Any) -> Any:
    """The dict of arrays that a checkpoint's dict holds, if its own names are not of a layer."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(
            "state_dict must map names to arrays, or be a module or a path, "
            f"got {type(state_dict).__name__}"
        )
    inner = [
        value
        for value in state_dict.values()
        if isinstance(value, Mapping) and any("weight_hh" in str(name) for name in value)
    ]
    own = any("weight_hh" in str(name) for name in state_dict)
    return state_dict if own or len(inner) != 1 else inner[0]


def _proposal(state_dict: Any) -> str:
    layers = grouped(state_dict)
    choices = [
        f"prefix={prefix!r}, suffix={suffix!r}" if suffix != "_l0" else f"prefix={prefix!r}"
        for prefix, suffix in layers
    ]
    return f"; what fits: {' or '.join(choices[:8])}" if choices else ""
