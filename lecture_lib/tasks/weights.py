"""Trained parameters on disk: one .npz a task, with what it takes to train them again."""

from importlib import metadata
from pathlib import Path

import numpy as np

import lecture_lib

FOLDER = Path(lecture_lib.__file__).parent / "weights"


def save(task, models, scores, **settings):
    """Write the parameters of `models`, {name: SequenceModel}, to `weights/{task}.npz`.

    Beside them stand each model's score, the settings (seeds and the like), the command that
    trains them again, and the versions of lecture_lib and NumPy that did.
    """
    arrays = {
        f"{name}.{parameter}": array
        for name, model in models.items()
        for parameter, array in model.parameters().items()
    }
    np.savez_compressed(
        FOLDER / f"{task}.npz",
        **arrays,
        **{f"{name}.score": score for name, score in scores.items()},
        **settings,
        command=f"python -m lecture_lib.tasks.{task}",
        version=f"lecture_lib {metadata.version('lecture_lib')}, NumPy {np.__version__}",
    )


def load(task, name, model):
    """Give `model`, of the right sizes, the recorded parameters `name`, and return it.

    Raises ValueError for a name that is not recorded, and lists those that are.
    """
    with np.load(FOLDER / f"{task}.npz", allow_pickle=False) as recorded:
        known = [key.removesuffix(".score") for key in recorded if key.endswith(".score")]
        if name not in known:
            raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")
        for parameter, array in model.parameters().items():
            array[...] = recorded[f"{name}.{parameter}"]
    return model
