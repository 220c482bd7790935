"""Which room imports which: one way only, so that a change is felt where the tree says."""

import ast
import re
from pathlib import Path

import lecture_lib

PACKAGE = Path(lecture_lib.__file__).parent
# What each room may import besides itself. A file beside the rooms is a room of its own.
CELLS = {"cells"}
LEARNING = CELLS | {"losses", "models", "optimisation"}
TOOLS = LEARNING | {"gradients", "jacobians", "initialisers", "training", "networks", "ngram"}
TOOLS |= {"interchange", "checks", "forecasting", "quantise", "examination"}
MAY = {
    "cells": set(),
    "jacobians": CELLS,
    "gradients": CELLS | {"jacobians"},
    "quantise": CELLS,
    "seeded": set(),
    "examination": CELLS | {"gradients", "jacobians", "quantise", "seeded"},
    "initialisers": CELLS,
    "interchange": CELLS | {"models", "examination"},
    "microscope": {"examination", "interchange", "tables"},
    "losses": CELLS,
    "models": CELLS,
    "optimisation": CELLS,
    "training": LEARNING,
    "networks": CELLS | {"initialisers", "training"},
    "ngram": set(),
    "records": set(),
    "checks": CELLS,
    "tables": CELLS | {"interchange"},
    "forecasting": LEARNING
    | {"checks", "initialisers", "networks", "seeded", "tables", "training"},
    "plots": set(),
    "tasks": TOOLS | {"records"},
    "experiments": TOOLS | {"records", "tasks"},
    "figures": TOOLS | {"records", "seeded", "tasks", "experiments", "plots", "web"},
}


def room_of(path):
    """The room of a file: its folder's name, or its own beside the rooms."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path):
    """The rooms that a module imports, or names as a folder in a path."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            if isinstance(node, ast.Constant) and node.value in ("figures", "web"):
                rooms.add(node.value)
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("lecture_lib.")}
    # `from lecture_lib import LSTM`: what the package itself offers are cells.
    return {"cells" if name in lecture_lib.__all__ else name for name in rooms}


def test_imports_run_one_way():
    seen = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        room = room_of(path)
        if room == "__init__":
            room, may = "cells", {"cells"}
        else:
            may = MAY[room] | {room}
        rooms = imported(path)
        assert rooms <= may, f"{path.relative_to(PACKAGE)} imports {sorted(rooms - may)}"
        seen |= rooms
    assert {"cells", "records", "tasks", "experiments", "plots", "web"} <= seen


def test_what_figures_share_imports_none_of_them():
    # What the page examines, forecasts and reads, it says in the words that Python does.
    may = {
        "web": {"web", "examination", "forecasting", "tables"},
        "figures": {"figures", "web", "records"},
    }
    seen = set()
    for path in sorted(PACKAGE.rglob("*.mjs")):
        source = path.read_text(encoding="utf-8")
        for target in re.findall(r'from "(\.{1,2}/[^"]+)"', source):
            room = room_of((path.parent / target).resolve())
            assert room in may[room_of(path)], f"{path.relative_to(PACKAGE)} imports {target}"
            seen.add((room_of(path), room))
    assert len(seen) == 7
