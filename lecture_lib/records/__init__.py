"""Trained weights (.npz), recorded runs (.json), and the text that some were trained on.

Each says which command makes it again. All of them lie in this folder, and are read and written
here alone.
"""

import json
import re
from importlib import metadata
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


def save(module, models, scores, **settings):
    """Write the parameters of `models`, {name: SequenceModel}, to an .npz file.

    `module`, "tasks.latch" or the like, is what trains them, and its last part names the file.
    Beside the parameters stand each model's score, the settings (seeds and the like), the command
    that trains them again, and the versions of lecture_lib and NumPy that did.
    """
    arrays = {
        f"{name}.{parameter}": array
        for name, model in models.items()
        for parameter, array in model.parameters().items()
    }
    np.savez_compressed(
        FOLDER / f"{module.rpartition('.')[2]}.npz",
        **arrays,
        **{f"{name}.score": score for name, score in scores.items()},
        **settings,
        command=command(module),
        version=f"lecture_lib {metadata.version('lecture_lib')}, NumPy {np.__version__}",
    )


def load(file, name, model):
    """Give `model`, of the right sizes, the parameters recorded in `file` as `name`; return it.

    Raises ValueError for a name that is not recorded, and lists those that are.
    """
    if not hasattr(model, "parameters"):
        raise TypeError(f"model must have parameters, got {model!r}")
    with np.load(_recorded(file, "npz"), allow_pickle=False) as recorded:
        known = [key.removesuffix(".score") for key in recorded if key.endswith(".score")]
        if name not in known:
            raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")
        for parameter, array in model.parameters().items():
            array[...] = recorded[f"{name}.{parameter}"]
    return model


def command(module):
    """What to type to make the record of `module`, "tasks.latch" or the like, again."""
    return f"python -m lecture_lib.{module}"


def path(file):
    """Where the runs `file` are recorded."""
    return FOLDER / f"{_as_name(file)}.json"


def _as_name(file):
    if not isinstance(file, str) or not re.fullmatch(r"\w+(\.part)?", file):
        raise ValueError(f"file must be a record's name, such as comparison, got {file!r}")
    return file


def _recorded(file, kind):
    found = FOLDER / f"{_as_name(file)}.{kind}"
    if not found.exists():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob(f"*.{kind}")))
        raise ValueError(f"file must be one of {known}, got {file!r}")
    return found


def read(file):
    """What is recorded in `file`, such as "comparison": a dict, read anew each time.

    Raises ValueError for a name under which nothing is recorded, and lists those that there are.
    """
    return json.loads(_recorded(file, "json").read_text(encoding="utf-8"))


def write(file, recorded):
    """Write the dict `recorded`, with each dict of a list in it on a line of its own."""
    path(file).write_text(as_text(recorded), encoding="utf-8")


def as_text(recorded):
    """The dict `recorded` as JSON, with each dict of a list in it on a line of its own.

    Raises ValueError for a number that JSON has no word for, TypeError for what is no dict.
    """
    if not isinstance(recorded, dict):
        raise TypeError(f"recorded must be a dict, got {recorded!r}")

    def shown(value):
        if not (isinstance(value, list) and value and isinstance(value[0], dict)):
            return json.dumps(value, allow_nan=False)
        return "[" + ", ".join(f"\n{json.dumps(row, allow_nan=False)}" for row in value) + "]"

    inside = ", ".join(f"{json.dumps(key)}: {shown(value)}" for key, value in recorded.items())
    return f"{{{inside}}}\n"
