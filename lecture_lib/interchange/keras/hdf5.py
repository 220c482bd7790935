"""HDF5 files read within bounds, by a process of their own."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from lecture_lib.interchange.array_files import parsed, safetensors_file
from lecture_lib.interchange.limits import MAX_DEPTH, MAX_ENTRIES, room_for

READER = Path(__file__).with_name("hdf5_reader.py")
MAX_WAIT = 120  # seconds by the clock; hdf5_reader bounds those that it computes


class Hdf5:
    """The arrays and texts of an HDF5 file, by path: `arrays` and `attributes`.

    The HDF5 library has no bounds of its own: a few wrong bytes let it run for ever, or end the
    program that called it. So `hdf5_reader` calls it in another process, of bounded time and
    memory, and only numbers and texts come back.

    Raises ImportError without h5py, and ValueError for a file that is cut off or broken, says more
    than it holds or links out of itself.
    """

    def __init__(self, data: bytes) -> None:
        if importlib.util.find_spec("h5py") is None:
            raise ImportError("HDF5 files (.h5, .keras) need the package h5py: pip install h5py")
        limits = {"room": room_for(data), "entries": MAX_ENTRIES, "depth": MAX_DEPTH}
        found, said = _answer(data, limits)
        if "error" in said:
            raise ValueError(said["error"])
        self.attributes: dict[str, dict] = said["attributes"]
        self.arrays = safetensors_file(found)


def _answer(data: bytes, limits: dict[str, int]) -> Any:
    """What the reader found in `data`: the arrays as a .safetensors file, and the rest."""
    surroundings = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OPENBLAS_NUM_THREADS": "1",
        "HDF5_PLUGIN_PRELOAD": "::",  # no code of a filter that a file names
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(READER), json.dumps(limits)],
            input=data,
            capture_output=True,
            timeout=MAX_WAIT,
            env=surroundings,
        )
    except subprocess.TimeoutExpired:
        raise ValueError("the HDF5 file is broken: reading it came to no end") from None
    length = int.from_bytes(done.stdout[:8], "little")
    if done.returncode or len(done.stdout) < 8 + length:
        raise ValueError("the HDF5 file is broken: the HDF5 library failed at it or came to no end")
    said = parsed(done.stdout[8 : 8 + length], "what was read of the HDF5 file")
    return done.stdout[8 + length :], said
