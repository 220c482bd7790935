"""Run a grid of settings and record what came out: one loop for every comparison of the book.

A record is a JSON file of `lecture_lib.records`: the command that makes it again, what holds for
all of it, and one or more tables, with each row on a line of its own:

    {"command": "python -m lecture_lib.experiments.after", "seeds": [0, 1, 2, 3, 4], "rows": [
    {"task": "recall", "network": "LSTM", "updates": [350, null, …], "scores": [0.008, …], …}, …]}

`updates` are those after which a run was solved, null if it was not.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from lecture_lib import records


@dataclass(frozen=True)
class Table:
    """One list of a record: a row for each of `grid`, a list of settings {name: value}.

    run(**settings) returns what was measured, {name: value}. With `seeds` it is called as
    run(**settings, seed=seed) for each of them, and every measured value becomes a list. What is
    the same for all seeds, as a size, comes from about(**settings).
    """

    grid: Sequence[Mapping]
    run: Callable
    seeds: tuple = ()
    about: Callable = lambda **settings: {}

    def row(self, settings, progress):
        """The row of `settings`; `progress` is called after each run."""
        measured = []
        for more in [{"seed": seed} for seed in self.seeds] or [{}]:
            measured.append(self.run(**settings, **more))
            progress()
        if self.seeds:
            columns = {name: [run[name] for run in measured] for name in measured[0]}
        else:
            [columns] = measured
        return {**settings, **self.about(**settings), **columns}


def record(name, tables, progress=True, **about):
    """Run all `tables`, {name: Table}, and write them to the record `name`; return what it holds.

    In place of a table there may be a function of nothing, of which the record keeps the result.
    `about` is what holds for the whole record. Numbers are rounded to 4 digits.

    What has come out is written after each row to `{name}.part.json`, which becomes the record at
    the end. A call that finds one goes on from there: rows whose settings it has are not run again.
    Raises ValueError if it began under another `about`. After a change of what is run, delete it.
    """
    part = f"{name}.part"
    recorded = plain({"command": records.command(f"experiments.{name}"), **about})
    found = _broken_off(part, recorded)
    with tqdm(total=sum(map(_runs, tables.values())), unit="run", disable=not progress) as bar:
        for key, table in tables.items():
            if callable(table):
                recorded[key] = found[key] if key in found else plain(table())
                bar.update()
                records.write(part, recorded)
                continue
            recorded[key] = []
            for settings in table.grid:
                known = _find(found.get(key, []), plain(settings))
                recorded[key].append(known or plain(table.row(settings, bar.update)))
                if known:
                    bar.update(len(table.seeds) or 1)
                records.write(part, recorded)
    records.path(part).replace(records.path(name))
    return recorded


def _runs(table):
    return 1 if callable(table) else len(table.grid) * (len(table.seeds) or 1)


def _broken_off(part, head):
    """What a call that was broken off has recorded, if there was one."""
    if not records.path(part).exists():
        return {}
    found = records.read(part)
    differs = [key for key in head if found.get(key) != head[key]]
    if differs:
        raise ValueError(
            f"{records.path(part)} was begun with {differs[0]} = {found.get(differs[0])!r}, "
            f"and now it is {head[differs[0]]!r}; delete the file to begin anew"
        )
    return found


def plain(value):
    """`value` as JSON has it: lists and dicts of plain numbers, these rounded to 4 digits."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def grid(**values):
    """Every combination of `values`, {name: values it takes}, the last name's changing fastest."""
    return [
        dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())
    ]


def row_of(rows, **settings):
    """The row of these settings. Raises ValueError if nothing was recorded of them."""
    if found := _find(rows, settings):
        return found
    said = ", ".join(f"{name} {value!r}" for name, value in settings.items())
    raise ValueError(f"no run was recorded of {said}")


def _find(rows, settings):
    return next((row for row in rows if settings.items() <= row.items()), None)


def updates_to(history, goal):
    """The updates after which a score was at most `goal` for the first time, or None."""
    looks = zip(history.steps, history.scores, strict=True)
    return next((step for step, score in looks if score <= goal), None)


def solved(row):
    """In how many of its seeds the run was solved."""
    return sum(updates is not None for updates in row["updates"])


def median_updates(row):
    """The median over the seeds, with a run that was not solved beyond all: it may be inf."""
    return float(np.median([math.inf if n is None else n for n in row["updates"]]))


def median_score(row):
    """The median of the last scores."""
    return float(np.median(row["scores"]))
