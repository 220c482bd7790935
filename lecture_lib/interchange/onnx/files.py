"""ONNX models read within bounds: the file, and the weights that lie in files beside it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lecture_lib.interchange.limits import MAX_DEPTH, bytes_of, inside

MAX_NODES = 200_000


def import_onnx() -> Any:
    try:
        import onnx
    except ImportError:
        raise ImportError("ONNX models need the package onnx: pip install onnx") from None
    return onnx


def onnx_model(source: Any) -> Any:
    """`source`, a path, bytes or a `ModelProto`, as a ModelProto that holds all its weights, has
    its local functions put where they are called; and its size.

    The given proto is not changed. Raises ValueError for what is cut off, is no such model, or has
    weights in another folder, TypeError for what is no source, and ImportError without onnx.
    """
    onnx = import_onnx()
    from google.protobuf.message import DecodeError

    folder = Path(source).parent if isinstance(source, str | os.PathLike) else None
    if isinstance(source, onnx.ModelProto):
        model = onnx.ModelProto()
        model.CopyFrom(source)
        size = model.ByteSize()
    elif isinstance(source, str | os.PathLike | bytes | bytearray | memoryview):
        data = bytes_of(source) if not isinstance(source, bytes) else source
        size = len(data)
        try:
            model = onnx.load_model_from_string(data, format="protobuf")
        except DecodeError:
            raise ValueError(
                "model must be a whole ONNX file, got one cut off or of no such kind"
            ) from None
    else:
        raise TypeError(f"model must be a path, bytes or a ModelProto, got {type(source).__name__}")
    if not model.HasField("graph") or not model.opset_import:
        raise ValueError("model must be a whole ONNX file, got one without a graph or an opset")
    _check_depth(model.graph)
    size += _take_in(onnx, model, folder)
    for tensor in tensors_of(model.graph):
        _check_tensor(onnx, tensor)
    return _inlined(onnx, model), size


def complaint_of(model: Any) -> str | None:
    """What ONNX' own checker finds wrong with a model, in a sentence, or None. Runtimes take much
    that it does not, such as an output without a shape."""
    onnx = import_onnx()
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, UnicodeError, RuntimeError, ValueError) as error:
        said = str(error).strip() or type(error).__name__
        return f"ONNX' checker says of this model: {said.splitlines()[0][:200]}"
    return None


def graphs_of(node: Any) -> Iterator[Any]:
    """(name, graph) of the graphs inside a node: branches of an If, the body of a Loop or Scan."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.name, attribute.g
        for k, graph in enumerate(attribute.graphs):
            yield f"{attribute.name}{k}", graph


def _check_depth(graph: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("model must not nest its graphs so deep")
    for node in graph.node:
        for _, inner in graphs_of(node):
            _check_depth(inner, depth + 1)


def tensors_of(graph: Any) -> Iterator[Any]:
    """All tensors that a graph stores, also in Constant nodes and inner graphs."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
        for _, inner in graphs_of(node):
            yield from tensors_of(inner)


def _take_in(onnx: Any, model: Any, folder: Any) -> Any:
    """Put weights from files beside the model into it; gives how many bytes they have."""
    external = onnx.TensorProto.EXTERNAL
    waiting = [t for t in tensors_of(model.graph) if t.data_location == external]
    sizes, taken = {}, 0
    for tensor in waiting:
        entries = {entry.key: entry.value for entry in tensor.external_data}
        path = inside(folder, entries.get("location", ""), tensor.name)
        sizes[path] = path.stat().st_size
        try:
            offset = int(entries.get("offset", 0))
            length = int(entries.get("length", sizes[path] - offset))
        except ValueError:
            raise ValueError(f"{tensor.name} must have a whole offset and length") from None
        taken += max(length, 0)
        # Tensors may share a place, but not so that a small file becomes a large model.
        if offset < 0 or not 0 <= length <= sizes[path] - offset or taken > 2 * sum(sizes.values()):
            raise ValueError(
                f"{tensor.name} must lie within {path.name} of {sizes[path]} bytes, got offset "
                f"{offset}, length {length}"
            )
        with path.open("rb") as file:
            file.seek(offset)
            tensor.raw_data = file.read(length)
        del tensor.external_data[:]
        tensor.data_location = onnx.TensorProto.DEFAULT
    return sum(sizes.values())


def _check_tensor(onnx: Any, tensor: Any) -> None:
    """Refuse a tensor whose dimensions say more than it holds."""
    count = 1
    for length in tensor.dims:
        if length < 0:
            raise ValueError(f"model must be valid: {tensor.name} has an axis of length {length}")
        count *= length
    fields = ("float_data", "int32_data", "string_data", "int64_data", "double_data", "uint64_data")
    # Two numbers of 4 bits in a byte, and one number in two entries of its parts, are the extremes.
    held = 2 * max(len(tensor.raw_data), *(len(getattr(tensor, field)) for field in fields))
    if count > held:
        raise ValueError(
            f"model must be valid: {tensor.name} of shape {list(tensor.dims)} holds fewer numbers"
        )


def _inlined(onnx: Any, model: Any) -> Any:
    """The model with the bodies of its local functions where they are called."""
    if not model.functions:
        return model
    sizes: dict[Any, int] = {}
    going: set[Any] = set()
    bodies = {(f.domain, f.name, getattr(f, "overload", "")): f for f in model.functions}

    def size(nodes: Any) -> Any:
        total = 0
        for node in nodes:
            key = (node.domain, node.op_type, getattr(node, "overload", ""))
            total += function_size(key) if key in bodies else 1
            total += sum(size(graph.node) for _, graph in graphs_of(node))
            if total > MAX_NODES:
                raise ValueError(f"model must have at most {MAX_NODES} nodes in all its functions")
        return total

    def function_size(key: Any) -> Any:
        if key in going or len(going) > MAX_DEPTH:
            raise ValueError(f"model must not have functions that call themselves: {key[1]}")
        if key not in sizes:
            going.add(key)
            sizes[key] = size(bodies[key].node)
            going.discard(key)
        return sizes[key]

    size(model.graph.node)
    try:
        return onnx.inliner.inline_local_functions(model)
    except (RuntimeError, ValueError) as error:
        raise ValueError(f"model must have functions that fit their calls: {error}") from None


def array_of(tensor: Any) -> Any:
    """The numbers of a TensorProto, or None for texts."""
    onnx = import_onnx()
    if tensor.data_type in (onnx.TensorProto.STRING, onnx.TensorProto.UNDEFINED):
        return None
    try:
        array = onnx.numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{tensor.name} of the model cannot be read: {error}") from None
    return array.astype(np.float32) if array.dtype.name in ("bfloat16", "float16") else array
