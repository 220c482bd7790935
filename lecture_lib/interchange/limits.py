"""Files read within bounds: size, depth and place are checked before memory is taken."""

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array

MAX_FILE = 2**31  # bytes; protobuf, and so ONNX, ends there
MAX_ENTRIES = 20_000
MAX_DEPTH = 64
SPARE = 2**20  # what a small file may unpack to, however small


def bytes_of(source: Any) -> bytes:
    """The bytes of `source`, a path or bytes.

    Raises TypeError for what is neither, and ValueError for an empty or too large file.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    elif isinstance(source, str | os.PathLike):
        size = os.stat(source).st_size
        if size > MAX_FILE:
            raise ValueError(f"{source} must have at most {MAX_FILE} bytes, got {size}")
        data = Path(source).read_bytes()
    else:
        raise TypeError(f"source must be a path or bytes, got {type(source).__name__}")
    if not data:
        raise ValueError("the file must not be empty")
    return data


def room_for(data: bytes) -> int:
    """How many bytes may be unpacked from packed ones: weights do not shrink to an eighth."""
    return 4 * len(data) + SPARE


class Archive:
    """The entries of a zip archive, each unpacked when it is asked for.

    Raises ValueError for what is no zip, for one whose entries together say that they are far
    larger than the file, and for entries that are encrypted or packed otherwise than by deflate.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self.what = what
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self.zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, OverflowError) as error:
            raise ValueError(f"{what} must be a whole zip archive: {error}") from None
        except (NotImplementedError, UnicodeError) as error:
            raise ValueError(f"{what} is a zip archive of a kind unknown here: {error}") from None
        if len(entries) > MAX_ENTRIES:
            raise ValueError(f"{what} has {len(entries)} entries, more than {MAX_ENTRIES}")
        total = sum(entry.file_size for entry in entries)
        if total > room_for(data):
            raise ValueError(
                f"{what} of {len(data)} bytes says that it unpacks to {total}: refused"
            )
        self.entries = {entry.filename: entry for entry in entries}

    def __iter__(self) -> Iterator[Any]:
        return iter(self.entries)

    def read(self, name: str) -> bytes:
        """The bytes of an entry."""
        entry = self.entries.get(name)
        if entry is None:
            raise ValueError(f"{self.what} must have an entry {name}")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{name} in {self.what} must be stored or deflated")
        try:
            with self.zip.open(entry) as file:
                data = file.read(entry.file_size + 1)
        except (
            zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError,
            NotImplementedError, OverflowError,
        ) as error:  # fmt: skip
            raise ValueError(f"{name} in {self.what} cannot be unpacked: {error}") from None
        if len(data) != entry.file_size:
            raise ValueError(
                f"{name} in {self.what} must have {entry.file_size} bytes, got {len(data)}"
            )
        return data


def raw_array(name: str, data: bytes | memoryview, dtype: Any, shape: Any) -> Array:
    """The numbers of `data` as an array, checked to be just so many."""
    count = 1
    for length in shape:
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            raise ValueError(f"{name} must have whole lengths of its axes, got {list(shape)}")
        count *= length
    dtype = np.dtype(dtype)
    if count * dtype.itemsize != len(data):
        raise ValueError(
            f"{name} of shape {tuple(shape)} must have {count * dtype.itemsize} bytes, "
            f"got {len(data)}"
        )
    try:
        return np.frombuffer(data, dtype).reshape(shape)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} cannot have the shape {tuple(shape)}: {error}") from None


def from_bfloat16(bits: Array) -> Array:
    """The float32 of which `bits` (uint16) are the upper half."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def inside(folder: Any, location: str, what: str) -> Path:
    """The path of a file in `folder` that `location` names; nothing outside it, by no link.

    Raises ValueError for a path that leaves the folder and one that does not exist.
    """
    if folder is None:
        raise ValueError(
            f"{what} lies in the file {location!r} beside the model: give the model's path"
        )
    root = Path(folder).resolve()
    if not location or "\0" in location or Path(location).is_absolute():
        raise ValueError(f"{what} must lie in the model's folder, got {location!r}")
    path = (root / location).resolve()
    if not path.is_relative_to(root):
        raise ValueError(f"{what} must lie in the model's folder, got {location!r}")
    if not path.is_file():
        raise ValueError(f"{what} lies in {location!r}, and there is no such file beside the model")
    return path
