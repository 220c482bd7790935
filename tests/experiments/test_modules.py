"""Each module that a record names makes such a record again; here, of a few updates."""

import runpy
import shutil
import sys

import numpy as np
import pytest

from lecture_lib import records, training
from lecture_lib.experiments import runner

NPZ = {path.stem: np.load(path, allow_pickle=False) for path in records.FOLDER.glob("*.npz")}
COMMANDS = {f"{name}.npz": str(recorded["command"]) for name, recorded in NPZ.items()}
COMMANDS |= {
    path.name: records.read(path.stem)["command"]
    for path in records.FOLDER.glob("*.json")
    if not path.stem.endswith("_page")
}
MODULES = sorted({command.removeprefix("python -m ") for command in COMMANDS.values()})


def shape(file):
    """The names in a record: those of its arrays, or of its entries and of their first rows'."""
    if file.suffix == ".npz":
        with np.load(file, allow_pickle=False) as recorded:
            return {name: recorded[name].shape for name in recorded}
    recorded = records.read(file.stem)
    firsts = {key: value[0] for key, value in recorded.items() if isinstance(value, list)}
    return {key: sorted(first) for key, first in firsts.items() if isinstance(first, dict)} | {
        "keys": list(recorded)
    }


@pytest.mark.parametrize("module", MODULES)
def test_a_record_is_made_by_what_it_names(module, monkeypatch, tmp_path):
    files = [file for file, command in COMMANDS.items() if command == f"python -m {module}"]
    pages = [f"{module.rpartition('.')[2]}_page.json"]
    files += [page for page in pages if (records.FOLDER / page).exists() and "npz" in str(files)]
    known = {file: shape(records.FOLDER / file) for file in files}

    table = runner.Table
    folder = shutil.copytree(records.FOLDER, tmp_path / "records", ignore=lambda _, names: files)
    monkeypatch.setattr(records, "FOLDER", folder)
    monkeypatch.setattr(
        runner, "Table", lambda grid, run, seeds=(), *about: table(grid[:1], run, seeds[:1], *about)
    )
    monkeypatch.setattr(training, "range", lambda steps: range(min(steps, 50)), raising=False)
    monkeypatch.delitem(sys.modules, module, raising=False)  # or runpy warns of a second copy
    runpy.run_module(module, run_name="__main__")
    for file in files:
        assert shape(folder / file) == known[file]
