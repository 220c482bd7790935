"""Files of named arrays: .safetensors and .npz."""

import io
import json
import tokenize
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.interchange.limits import MAX_ENTRIES, Archive, from_bfloat16, raw_array

# https://github.com/huggingface/safetensors, Format; those without a NumPy type are left out.
SAFE_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4",
    "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip
MAX_HEADER = 100_000_000  # bytes, as the format's own reader has it


def safetensors_file(data: bytes) -> dict[str, Array]:
    """The arrays of a .safetensors file by name: 8 bytes say how long its header is, the header, in
    JSON, where each array lies in what follows.

    Raises ValueError for a header that is cut off or says more than the file holds.
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(len(data) - 8, MAX_HEADER):
        raise ValueError(
            f"the header of the .safetensors file must end within its {len(data)} bytes, "
            f"got a length of {length}"
        )
    header = parsed(data[8 : 8 + length], "the header of the .safetensors file")
    header.pop("__metadata__", None)
    if len(header) > MAX_ENTRIES:
        raise ValueError(f"the .safetensors file has {len(header)} arrays, more than {MAX_ENTRIES}")
    numbers, arrays, total = memoryview(data)[8 + length :], {}, 0
    for name, entry in header.items():
        try:
            dtype, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        except (TypeError, KeyError, ValueError):
            raise ValueError(f"{name} must have dtype, shape and data_offsets") from None
        if not (type(start) is type(end) is int and 0 <= start <= end <= len(numbers)):
            raise ValueError(f"{name} must lie within the file, got data_offsets {start}, {end}")
        total += end - start
        if total > len(numbers) or not isinstance(shape, list) or len(shape) > 32:
            raise ValueError(f"{name} must have its own place in the file, and at most 32 axes")
        if not isinstance(dtype, str) or dtype not in SAFE_TYPES:
            continue
        array = raw_array(name, numbers[start:end], SAFE_TYPES[dtype], shape)
        arrays[name] = from_bfloat16(array) if dtype == "BF16" else array
    return arrays


def parsed(text: Any, what: str) -> dict[str, Any]:
    """A JSON object from bytes; raises ValueError for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{what} must be JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{what} must be a JSON object, got {type(value).__name__}")
    return value


def npz_file(data: bytes) -> dict[str, Array]:
    """The arrays of an .npz file by name; those of objects are not read.

    Raises ValueError for a file that is cut off or says more than it holds.
    """
    archive = Archive(data, "the .npz file")
    arrays = {}
    for entry in archive:
        if entry.endswith(".npy"):
            array = npy(entry, archive.read(entry))
            if array is not None:
                arrays[entry[:-4]] = array
    return arrays


def npy(name: str, data: bytes) -> Array | None:
    """The array of an .npy file; None for one of objects or records.

    Raises ValueError for a header that does not describe what follows.
    """
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
        shape, fortran, dtype = read[version[0]](stream)
    except (
        ValueError, KeyError, TypeError, SyntaxError, RecursionError, MemoryError,
        tokenize.TokenError,
    ) as error:  # fmt: skip
        raise ValueError(f"{name} must have the header of an .npy file: {error}") from None
    if dtype.hasobject or dtype.fields or dtype.subdtype or not dtype.itemsize:
        return None
    if len(shape) > 32:
        raise ValueError(f"{name} must have at most 32 axes, got {len(shape)}")
    order = shape[::-1] if fortran else shape
    array = raw_array(name, memoryview(data)[stream.tell() :], dtype, order)
    return array.T if fortran else array
