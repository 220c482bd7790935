"""`open_network`: one way in for every source."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lecture_lib.interchange.array_files import npz_file, safetensors_file
from lecture_lib.interchange.keras.files import h5_network, keras_network, keras_runs
from lecture_lib.interchange.keras.shapes import is_keras
from lecture_lib.interchange.keras.tensorflow_js import js_network
from lecture_lib.interchange.layouts import widened
from lecture_lib.interchange.limits import Archive, bytes_of
from lecture_lib.interchange.network import Network
from lecture_lib.interchange.onnx.layers import onnx_network
from lecture_lib.interchange.torch.files import torch_file
from lecture_lib.interchange.torch.names import flattened, torch_layers
from lecture_lib.interchange.torch.watching import torch_network

PROGRAM = (
    "a TorchScript archive is a program: its weights are read, and what it computes with them is "
    "taken to be PyTorch's own layers"
)
UNKNOWN = (
    "source must be .onnx, .safetensors, .npz, .pt, .h5, .keras or a model.json, got a file that "
    "begins with {!r}"
)


def open_network(source: Any, update: str = "keep", **said: Any) -> Network:
    """The recurrent layers of a network from outside, as a `Network`.

    source is

    - a path, or the bytes, of a file: .onnx, .safetensors, .npz, .pt, .pth or .ckpt of PyTorch,
      .h5, .keras or .weights.h5 of Keras, or a model.json of TensorFlow.js (known by its content,
      not by its name; what lies beside a .onnx or model.json is read from its own folder alone)
    - an `onnx.ModelProto`, a live `torch.nn.Module`, `keras.Model` or Keras layer
    - a state_dict, however nested, with any prefix
    - a list of arrays as Keras' `get_weights` gives it, of a layer or of a whole model

    update="write" gives GRUs with the same outputs whose z writes. Where arrays alone leave a
    doubt, these say what they are: activation and recurrent_activation, and for a list of arrays
    also reset_after, layout and forget_bias, as in `from_keras`.

    Nothing is unpickled, run or fetched, and a file that says more than it holds is refused. A
    layer that cannot be computed is listed with its reason.

    Raises ValueError for a file that is cut off, broken, hostile or of another kind, TypeError for
    another source or an argument that this source has no use for, and ImportError, with what to
    install, where .onnx needs onnx and .h5 and .keras need h5py.

    >>> from lecture_lib import LSTM
    >>> from lecture_lib.cells import Stack
    >>> from lecture_lib.interchange import to_torch
    >>> stack = Stack([LSTM(2, 3, seed=0), LSTM(3, 3, seed=1)])
    >>> network = open_network({f"encoder.{k}": a for k, a in to_torch(stack).items()})
    >>> print(network)
    a state_dict: 2 recurrent layers
       name        kind  D → H  way  function  says
    0  encoder.l0  LSTM  2 → 3  →    plain
    1  encoder.l1  LSTM  3 → 3  →    plain     reads encoder.l0
    >>> network["encoder.l1"].cell, len(network.stack.layers)
    (LSTM(3, 3, dtype=float64), 2)
    """
    known = {"activation", "recurrent_activation", "reset_after", "layout", "forget_bias"}
    if unknown := sorted(said.keys() - known):
        raise TypeError(f"open_network takes {sorted(known)} besides source, not {unknown}")
    said = {name: value for name, value in said.items() if value is not None}
    if update not in ("write", "keep"):
        raise ValueError(f'update must be "write" or "keep", got {update!r}')
    if isinstance(source, str | os.PathLike | bytes | bytearray | memoryview):
        return _of_file(source, update, said)
    if isinstance(source, list | tuple):
        arrays = [widened(array) for array in source]
        layers = keras_runs("layer", arrays, "a list of arrays", update, **said)
        return Network(layers, "a list of arrays")
    if isinstance(source, Mapping):
        arrays = flattened(source)
        return Network(_named(arrays, "a state_dict", None, update, said), "a state_dict")
    _refuse(said, "a source that says what it computes")
    # A layer of Keras is a module of PyTorch as well where Keras runs on it.
    if is_keras(source):
        from lecture_lib.interchange.keras.watching import live_network

        return live_network(source, update)
    if hasattr(source, "named_modules"):
        return torch_network(source, update)
    if hasattr(source, "graph") and hasattr(source, "SerializeToString"):
        return onnx_network(source, update)
    raise TypeError(
        "source must be a path, bytes, a module of PyTorch, a model or layer of Keras, an ONNX "
        f"ModelProto, a dict or a list of arrays, got {type(source).__name__}"
    )


def kind_of_file(data: bytes) -> str:
    """What a file is, by how it begins."""
    if data[:8] == b"\x89HDF\r\n\x1a\n":
        return "h5"
    if data[:2] == b"PK":
        names = set(Archive(data, "the file"))
        if any(name.rpartition("/")[2] == "data.pkl" for name in names):
            return "pt"
        if "config.json" in names and "model.weights.h5" in names:
            return "keras"
        if any(name.endswith(".npy") for name in names):
            return "npz"
        raise ValueError(
            f"the zip archive must be of NumPy, PyTorch or Keras, got {sorted(names)[:5]}"
        )
    if data[8:9] == b"{" and int.from_bytes(data[:8], "little") < len(data):
        return "safetensors"
    if data[:1] == b"\x80" and data[1:2] in b"\x02\x03\x04\x05":
        return "pt"
    if data.lstrip()[:1] == b"{":
        return "js"
    return "onnx"


def _of_file(source: Any, update: str, said: Any) -> Any:
    path = source if isinstance(source, str | os.PathLike) else None
    if path is not None and Path(path).is_dir():
        raise ValueError(f"source must be a file, got the folder {path}")
    data = bytes_of(source)
    kind = kind_of_file(data)
    if kind in ("h5", "keras"):
        if kind == "keras":
            _refuse(said, "a .keras file, which has its config")
            return keras_network(data, update)
        return h5_network(data, update, **said)
    if kind == "js":
        _refuse(said, "a model.json, which has its config")
        return js_network(data, None if path is None else Path(path).parent, update)
    if kind == "onnx":
        _refuse(said, "an .onnx file, which says its own")
        if _ending(path) in (".safetensors", ".npz", ".pt", ".pth", ".h5", ".keras"):
            raise ValueError(UNKNOWN.format(data[:8]))
        return onnx_network(path if path is not None else data, update)
    arrays, modules, notes = _arrays(kind, data)
    name = {"pt": "PyTorch", "npz": "NumPy", "safetensors": "safetensors"}[kind]
    return Network(_named(arrays, name, modules, update, said), name, notes)


def _ending(path: Any) -> str:
    return "" if path is None else Path(path).suffix.lower()


def _arrays(kind: str, data: bytes) -> Any:
    """The arrays of a file by name, what its modules say, and notes."""
    if kind == "pt":
        arrays, modules, program = torch_file(data)
        return arrays, modules, [PROGRAM] if program else []
    return {"npz": npz_file, "safetensors": safetensors_file}[kind](data), {}, []


def arrays_of_file(source: Any) -> Any:
    """The arrays of a file of PyTorch, safetensors or NumPy by name, and what its modules say."""
    data = bytes_of(source)
    kind = kind_of_file(data)
    if kind not in ("pt", "npz", "safetensors"):
        raise ValueError(f"the file must be .pt, .safetensors or .npz, got one of kind {kind}")
    return _arrays(kind, data)[:2]


def _named(arrays: Any, source: Any, modules: Any, update: str, said: Any) -> Any:
    """The layers of arrays by name, whether PyTorch's names or Keras' own."""
    _refuse({n: v for n, v in said.items() if n != "activation"}, "arrays under PyTorch's names")
    return torch_layers(arrays, source, modules, update, said.get("activation"))


def _refuse(said: Any, what: str) -> None:
    if said:
        raise TypeError(f"{', '.join(said)} must be left out for {what}")
