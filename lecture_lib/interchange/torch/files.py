""".pt, .pth and .ckpt read without PyTorch: the tensors alone, and no other object ever built.

A file of PyTorch 1.6 or later is a zip archive: data.pkl, a pickle, says which numbers of which
storage make which tensor, and data/0, data/1 … are the storages. The pickle's instructions are
followed here one by one: dicts, lists, texts and numbers are made, a tensor becomes a note of where
it lies, and what would call anything else becomes a `Thing` that holds what it was given. An older
file is five pickles in a row with the storages behind them.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lecture_lib.interchange.limits import MAX_DEPTH, MAX_ENTRIES, Archive, from_bfloat16
from lecture_lib.interchange.torch.pickles import Stored, Thing, described

BROKEN = (KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)
OLD_MAGIC = 0x1950A86A20F9469CFC6C


def torch_file(data: bytes) -> Any:
    """The arrays of a .pt, .pth or .ckpt file by name, and what its modules say of themselves.

    Raises ValueError for a file that is cut off, says more than it holds, or is no such file.
    """
    try:
        if data[:2] == b"PK":
            return _from_zip(data)
        return _from_old(data)
    except (
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise ValueError(
            f"the pickle of this file is not one that PyTorch writes: {type(error).__name__}"
        ) from None


def _from_zip(data: bytes) -> Any:
    archive = Archive(data, "the PyTorch file")
    [index, *others] = [name for name in archive if name.rpartition("/")[2] == "data.pkl"] or [None]
    if index is None or others:
        raise ValueError("the PyTorch file must have one data.pkl")
    root = index[: -len("data.pkl")]
    if root + "byteorder" in archive.entries and archive.read(root + "byteorder") != b"little":
        raise ValueError("the PyTorch file must have its bytes in little-endian order")
    program = any(name.startswith(root + "code/") for name in archive)
    tree = described(io.BytesIO(archive.read(index)))
    cache = {}

    def storage(key: Any) -> Any:
        if key not in cache:
            cache[key] = archive.read(f"{root}data/{key}")
        return cache[key]

    return _arrays(tree, storage), _said(tree), program


def _from_old(data: bytes) -> Any:
    stream = io.BytesIO(data)
    if described(stream) != OLD_MAGIC:
        raise ValueError(
            "the file is a pickle, and not of PyTorch: a pickle is a program, and none is run "
            "here. If you trust it, load it yourself and pass its arrays by name, as a dict"
        )
    _, machine, tree, keys = (described(stream) for _ in range(4))
    if not isinstance(keys, list):
        raise ValueError("the fifth pickle of the PyTorch file must list its storages")
    if machine.get("little_endian") is not True:
        raise ValueError("the PyTorch file must have its bytes in little-endian order")
    sizes, stores = {}, {}
    for tensor in _walk(tree):
        sizes[tensor[1].storage[1]] = np.dtype(_plain(tensor[1].dtype)).itemsize
    for key in keys:
        count = int.from_bytes(stream.read(8), "little")
        # A storage that no tensor uses tells no size; then nothing behind it can be found.
        if key not in sizes and key != keys[-1]:
            raise ValueError(f"storage {key} of the PyTorch file belongs to no tensor")
        length = count * sizes.get(key, 1)
        stores[key] = stream.read(min(length, len(data)))
        if len(stores[key]) != length:
            raise ValueError(f"storage {key} must have {length} bytes, got {len(stores[key])}")
    return _arrays(tree, stores.__getitem__), _said(tree), False


def _plain(dtype: Any) -> str:
    return "u2" if dtype == "bfloat16" else dtype


def _arrays(tree: Any, storage: Any) -> Any:
    found = {}
    for name, tensor in _walk(tree):
        if not name or tensor.dtype is None:
            continue
        found[name] = _array(name, tensor, storage)
    return found


def _array(name: str, tensor: Any, storage: Any) -> Any:
    kind, key, count = tensor.storage
    dtype = np.dtype(_plain(kind))
    data = storage(key)
    if len(data) < count * dtype.itemsize:
        raise ValueError(
            f"storage {key} of {name} must have {count * dtype.itemsize} bytes, got {len(data)}"
        )
    numbers = np.frombuffer(data, dtype, count)
    whole = (tensor.offset, *tensor.shape, *tensor.strides)
    if len(tensor.shape) != len(tensor.strides) or not all(
        isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in whole
    ):
        raise ValueError(f"{name} must have whole lengths and strides, got {whole[1:]}")
    size, last = 1, tensor.offset
    for length, stride in zip(tensor.shape, tensor.strides, strict=True):
        size *= length
        last += max(length - 1, 0) * stride
    if size and (last >= count or size > count):
        raise ValueError(f"{name} of shape {tensor.shape} says more than its storage holds")
    strides = [stride * dtype.itemsize for stride in tensor.strides]
    if not size:
        return np.zeros(tensor.shape, np.float32)
    view = np.lib.stride_tricks.as_strided(
        numbers[tensor.offset :], tensor.shape, strides, writeable=False
    )
    return from_bfloat16(view) if kind == "bfloat16" else view


def _parts(value: Any) -> Any:
    """The named parts of a dict or of a module's state, as PyTorch nests them."""
    if isinstance(value, Mapping):
        return [("", name, part) for name, part in value.items()]
    found = []
    for name, part in value.state.items():
        inner = name in ("_parameters", "_buffers", "_modules") and isinstance(part, Mapping)
        found += [("", n, p) for n, p in part.items()] if inner else [("", name, part)]
    return found


def _walk(tree: Any, keep: Any = Stored) -> Iterator[Any]:
    """(name, value) of all that is of the class `keep`."""
    waiting, count, seen = [("", tree, 0)], 0, set()
    while waiting:
        path, value, depth = waiting.pop()
        count += 1
        if count > MAX_ENTRIES or depth > MAX_DEPTH:
            raise ValueError("the PyTorch file is nested too deep or too wide to be weights")
        if isinstance(value, keep):
            yield path, value
        if isinstance(value, Mapping | Thing):
            if id(value) in seen:
                continue
            seen.add(id(value))
            parts = _parts(value)
            if len(parts) > MAX_ENTRIES:
                raise ValueError("the PyTorch file has too many entries to be weights")
            for _, name, part in reversed(parts):
                if isinstance(name, str | int):
                    waiting.append((f"{path}.{name}" if path else str(name), part, depth + 1))


def _said(tree: Any) -> Any:
    """What pickled modules say of their function, by name."""
    said = {}
    for path, thing in _walk(tree, Thing):
        keys = ("nonlinearity", "batch_first", "mode")
        own = {key: thing.state[key] for key in keys if key in thing.state}
        own = {key: value for key, value in own.items() if isinstance(value, str | bool)}
        if own:
            said[path] = own
    return said
