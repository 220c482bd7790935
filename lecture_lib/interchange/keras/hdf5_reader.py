"""What `hdf5` runs as a process of its own: an HDF5 file in, its arrays and texts out.

Argument 1: the limits, as JSON. Standard input: the file. Standard output: 8 bytes of length, JSON
with `attributes` or `error`, and the arrays as a .safetensors file. Nothing of this library is
imported, so that it starts at once.
"""

import io
import json
import sys
from typing import Any

import h5py
import numpy as np

SECONDS = 2  # of computing, at the most, and one for each 20 MB of file
SPARE = 2**26  # bytes that HDF5 may take besides what the file unpacks to
BROKEN = (
    OSError, RuntimeError, KeyError, TypeError, OverflowError, AttributeError, MemoryError,
    UnicodeError, SystemError,
)  # fmt: skip
KEPT = ("model_config", "keras_version", "layer_names", "weight_names", "name")
TYPES = {2: "F16", 4: "F32", 8: "F64"}


class Reader:
    """The arrays and attributes of a file, gathered within `limits`: room, entries, depth."""

    def __init__(self, limits: dict[str, int]) -> None:
        self.limits, self.left, self.count = limits, limits["room"], 0
        self.arrays: dict[str, Any] = {}
        self.attributes: dict[str, Any] = {}

    def take(self, group: Any, path: str, depth: int) -> None:
        """Gather what a group holds; no link is followed out of the file."""
        if depth > self.limits["depth"]:
            raise ValueError(f"the HDF5 file is nested too deep at {path[:100]}")
        self.attributes[path] = self.said(group)
        for name in group:
            self.count += 1
            if self.count > self.limits["entries"]:
                raise ValueError(f"the HDF5 file has more than {self.limits['entries']} entries")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            item, place = group[name], f"{path}/{name}" if path else name
            if isinstance(item, h5py.Group):
                self.take(item, place, depth + 1)
            elif (
                isinstance(item, h5py.Dataset) and item.dtype.kind == "f" and item.shape is not None
            ):
                self.arrays[place] = self.array(item, place)

    def array(self, item: Any, place: str) -> Any:
        """The numbers of a dataset, which is no larger than what is stored for it."""
        size = item.size * item.dtype.itemsize
        stored = item.id.get_storage_size()
        if item.is_virtual or item.external:
            raise ValueError(f"{place} of the HDF5 file lies in another file: refused")
        self.left -= size
        plain = item.chunks is None and not item.id.get_create_plist().get_nfilters()
        if self.left < 0 or (plain and stored != size) or (size and not stored):
            raise ValueError(f"{place} of the HDF5 file says {size} bytes, and stores {stored}")
        if item.chunks and 8 * np.prod(item.chunks, dtype=float) > max(4 * size, 2**20):
            raise ValueError(f"{place} of the HDF5 file has chunks far larger than itself")
        array = np.asarray(item[()])
        width = array.dtype.itemsize if array.dtype.itemsize in TYPES else 8
        return np.ascontiguousarray(array, f"<f{width}")

    def said(self, group: Any) -> Any:
        """The attributes of a group that Keras writes, as texts."""
        found = {}
        for name in KEPT:
            # A long list of names is kept in parts, name0, name1 …
            parts = [n for n in [name, *(f"{name}{k}" for k in range(64))] if n in group.attrs]
            values = []
            for part in parts:
                attribute = group.attrs.get_id(part)
                if np.prod(attribute.shape, dtype=float) * attribute.dtype.itemsize > self.left:
                    raise ValueError(f"attribute {part} of the HDF5 file is larger than the file")
                value = group.attrs[part]
                values += list(np.ravel(value)) if not isinstance(value, str | bytes) else [value]
            if values:
                texts = [
                    v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values
                ]
                found[name] = texts if name.endswith("names") else texts[0]
        return found


def bound(size: int, room: Any) -> None:
    """Let this process take so much time and memory and no more, where the system has such bounds;
    elsewhere the caller's clock alone ends it."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS + size // 20_000_000
    limits = {"RLIMIT_CPU": seconds, "RLIMIT_CORE": 0}
    try:
        with open("/proc/self/statm") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
        limits["RLIMIT_AS"] = taken + 2 * room + SPARE
    except OSError:
        pass
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (ValueError, OSError):
            continue


def safetensors(arrays: Any) -> bytes:
    """The bytes of a .safetensors file."""
    header, at = {}, 0
    for name, array in arrays.items():
        place = {"data_offsets": [at, at + array.nbytes], "shape": list(array.shape)}
        header[name] = {"dtype": TYPES[array.dtype.itemsize], **place}
        at += array.nbytes
    text = json.dumps(header).encode()
    return b"".join(
        [len(text).to_bytes(8, "little"), text, *(a.tobytes() for a in arrays.values())]
    )


def main() -> None:
    limits, data = json.loads(sys.argv[1]), sys.stdin.buffer.read()
    bound(len(data), limits["room"])
    reader, arrays = Reader(limits), b""
    said: dict[str, Any]
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            reader.take(file, "", 0)
        said, arrays = {"attributes": reader.attributes}, safetensors(reader.arrays)
    except ValueError as error:
        said = {"error": str(error)}
    except BROKEN as error:
        said = {"error": f"the HDF5 file is cut off or broken: {str(error)[:200]}"}
    text = json.dumps(said).encode()
    sys.stdout.buffer.write(len(text).to_bytes(8, "little") + text + arrays)


if __name__ == "__main__":
    main()
