"""HDF5 files read within bounds."""

import io

import numpy as np

from lecture_lib.interchange.limits import MAX_DEPTH, MAX_ENTRIES, room_for


class Hdf5:
    """The arrays and texts of an HDF5 file, read within bounds: no link is followed out of it, and
    no array is larger than what is stored for it.

    Raises ImportError without h5py, and ValueError for a file that is cut off or broken.
    """

    def __init__(self, data):
        try:
            import h5py
        except ImportError:
            raise ImportError(
                "HDF5 files (.h5, .keras) need the package h5py: pip install h5py"
            ) from None
        self.h5py, self.left, self.count = h5py, room_for(data), 0
        self.arrays, self.attributes, self.names = {}, {}, {}
        try:
            with h5py.File(io.BytesIO(data), "r") as file:
                self._take(file, "", 0)
        except (
            OSError,
            RuntimeError,
            KeyError,
            TypeError,
            OverflowError,
            AttributeError,
            MemoryError,
            UnicodeError,
            SystemError,
        ) as error:
            raise ValueError(f"the HDF5 file is cut off or broken: {str(error)[:200]}") from None

    def _take(self, group, path, depth):
        if depth > MAX_DEPTH:
            raise ValueError(f"the HDF5 file is nested too deep at {path[:100]}")
        self.attributes[path] = self._said(group)
        for name in group:
            self.count += 1
            if self.count > MAX_ENTRIES:
                raise ValueError(f"the HDF5 file has more than {MAX_ENTRIES} entries")
            if not isinstance(group.get(name, getlink=True), self.h5py.HardLink):
                continue
            item, place = group[name], f"{path}/{name}" if path else name
            if isinstance(item, self.h5py.Group):
                self._take(item, place, depth + 1)
            elif isinstance(item, self.h5py.Dataset) and item.dtype.kind == "f":
                self.arrays[place] = self._array(item, place)

    def _array(self, item, place):
        size = item.size * item.dtype.itemsize if item.size is not None else 0
        stored = item.id.get_storage_size()
        if item.is_virtual or item.external:
            raise ValueError(f"{place} of the HDF5 file lies in another file: refused")
        self.left -= size
        plain = item.chunks is None and not item.id.get_create_plist().get_nfilters()
        if self.left < 0 or (plain and stored != size) or (size and not stored):
            raise ValueError(f"{place} of the HDF5 file says {size} bytes, and stores {stored}")
        if item.chunks and 8 * np.prod(item.chunks, dtype=float) > max(4 * size, 2**20):
            raise ValueError(f"{place} of the HDF5 file has chunks far larger than itself")
        return item[()]

    def _said(self, group):
        said = {}
        for name in ("model_config", "keras_version", "layer_names", "weight_names", "name"):
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
                said[name] = texts if name.endswith("names") else texts[0]
        return said
