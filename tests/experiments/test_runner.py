"""The runner of all recorded comparisons, on a grid of toys."""

import math

import numpy as np
import pytest

from lecture_lib import records
from lecture_lib.experiments import runner
from lecture_lib.training import History


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    return tmp_path


class Toy:
    """Counts its runs, and breaks off at the run that is told."""

    def __init__(self, breaks_at=None):
        self.ran, self.breaks_at = [], breaks_at

    def __call__(self, task, rate, seed=None):
        if len(self.ran) + 1 == self.breaks_at:
            raise KeyboardInterrupt
        self.ran.append((task, rate) if seed is None else (task, rate, seed))
        updates = None if task == "hard" else 100 * (seed or 0) + 50
        return {"updates": updates, "scores": np.float32(1 / 3), "shares": (2 / 3, np.int64(7))}


GRID = runner.grid(task=("easy", "hard"), rate=(0.01, 0.003))


def record(run, seeds=(0, 1), **about):
    rows = runner.Table(GRID, run, seeds, lambda task, rate: {"parameters": len(task)})
    return runner.record("toy", {"rows": rows, "curve": lambda: [1 / 3]}, progress=False, **about)


def test_the_last_name_of_a_grid_changes_fastest():
    assert GRID == [
        {"task": "easy", "rate": 0.01},
        {"task": "easy", "rate": 0.003},
        {"task": "hard", "rate": 0.01},
        {"task": "hard", "rate": 0.003},
    ]


def test_the_file_is_what_its_layout_says():
    record(Toy(), seeds=(0, 1), units=(16, 8))
    row = '"scores": [0.3333, 0.3333], "shares": [[0.6667, 7], [0.6667, 7]]}'
    assert records.path("toy").read_text(encoding="utf-8") == (
        '{"command": "python -m lecture_lib.experiments.toy", "units": [16, 8], "rows": [\n'
        f'{{"task": "easy", "rate": 0.01, "parameters": 4, "updates": [50, 150], {row}, \n'
        f'{{"task": "easy", "rate": 0.003, "parameters": 4, "updates": [50, 150], {row}, \n'
        f'{{"task": "hard", "rate": 0.01, "parameters": 4, "updates": [null, null], {row}, \n'
        f'{{"task": "hard", "rate": 0.003, "parameters": 4, "updates": [null, null], {row}], '
        '"curve": [0.3333]}\n'
    )


def test_without_seeds_a_row_is_a_run(folder):
    recorded = record(Toy(), seeds=())
    assert recorded["rows"][0] == {
        **{"task": "easy", "rate": 0.01, "parameters": 4},
        **{"updates": 50, "scores": 0.3333, "shares": [0.6667, 7]},
    }
    assert records.read("toy") == recorded
    assert [path.name for path in folder.iterdir()] == ["toy.json"]


def test_it_runs_each_seed_of_each_row_in_order():
    run = Toy()
    record(run, seeds=(0, 1))
    assert run.ran == [
        (task, rate, seed) for task in ("easy", "hard") for rate in (0.01, 0.003) for seed in (0, 1)
    ]


def test_broken_off_it_goes_on_where_it_was_and_keeps_the_old_record_till_then(folder):
    records.write("toy", {"old": True})
    broken = Toy(breaks_at=6)  # in the second run of the third row
    with pytest.raises(KeyboardInterrupt):
        record(broken)
    assert records.read("toy") == {"old": True}
    assert len(records.read("toy.part")["rows"]) == 2
    again = Toy()
    recorded = record(again)
    assert again.ran == [
        ("hard", 0.01, 0),
        ("hard", 0.01, 1),
        ("hard", 0.003, 0),
        ("hard", 0.003, 1),
    ]
    assert [path.name for path in folder.iterdir()] == ["toy.json"]
    # All in one go comes to the same.
    assert record(Toy()) == recorded


def test_what_was_begun_otherwise_is_not_gone_on_with():
    with pytest.raises(KeyboardInterrupt):
        record(Toy(breaks_at=4), units=16)
    with pytest.raises(
        ValueError, match=r"toy.part.json was begun with units = 16, and now it is 8"
    ):
        record(Toy(), units=8)


def test_what_json_has_no_word_for_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        runner.record("toy", {"curve": lambda: math.inf}, progress=False)


def test_a_run_is_solved_at_its_first_score_that_is_good_enough():
    history = History(steps=[50, 100, 150], scores=[0.3, 0.1, 0.2])
    assert runner.updates_to(history, 0.2) == 100
    assert runner.updates_to(history, 0.3) == 50
    assert runner.updates_to(history, 0.05) is None


def test_a_run_that_was_not_solved_is_slower_than_all():
    assert runner.median_updates({"updates": [None, 300, 100]}) == 300
    assert runner.median_updates({"updates": [None, 300, None]}) == math.inf
    assert runner.solved({"updates": [None, 300, None]}) == 1
    assert runner.median_score({"scores": [0.3, 0.1, 0.2]}) == 0.2


def test_a_row_is_found_by_its_settings():
    rows = [{"task": "easy", "rate": 0.01}, {"task": "hard", "rate": 0.01}]
    assert runner.row_of(rows, task="hard") is rows[1]
    with pytest.raises(ValueError, match="no run was recorded of task 'hard', rate 1"):
        runner.row_of(rows, task="hard", rate=1)
