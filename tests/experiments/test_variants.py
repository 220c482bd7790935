"""The LSTM with one part added or taken away: a fair start, and what was recorded."""

import numpy as np
import pytest

from lecture_lib import networks, records
from lecture_lib.experiments import variants


def test_the_record_is_of_every_run():
    rows = variants.load()
    pairs = [(row["task"], row["variant"]) for row in rows]
    assert pairs == [(task, variant) for task in variants.TASKS for variant in variants.VARIANTS]
    assert records.path("variants").stat().st_size <= 25_000
    for row in rows:
        task = variants.TASKS[row["task"]]
        model = variants.build(row["variant"], row["task"])
        assert row["parameters"] == networks.count_parameters(model)
        assert len(row["scores"]) == len(row["updates"]) == len(variants.SEEDS)
        for score, updates in zip(row["scores"], row["updates"], strict=True):
            if task.target is None:
                assert updates is None and 0 <= score <= variants.LIMIT
            else:
                assert (updates is not None) == (score <= task.target)
                assert updates is None or updates <= task.updates


def test_a_recorded_run_comes_out_again():
    row = next(
        row for row in variants.load() if (row["task"], row["variant"]) == ("recall", "coupled")
    )
    _, history, score = variants.train("coupled", "recall", seed=0, progress=False)
    assert score <= variants.TASKS["recall"].target
    # Another machine rounds otherwise, and training multiplies it: a few evaluations.
    assert abs(history.steps[-1] - row["updates"][0]) <= 4 * variants.EVERY


def test_the_variants_of_one_seed_start_alike():
    plain = variants.build("LSTM", "recall", seed=1)
    for variant in variants.VARIANTS:
        model = variants.build(variant, "recall", seed=1)
        np.testing.assert_array_equal(model.readout.weight, plain.readout.weight)
        for gate, rows in model.cell.rows.items():
            here = model.cell.weight_ih[rows], model.cell.bias[rows]
            there = (
                part[plain.cell.rows[gate]] for part in (plain.cell.weight_ih, plain.cell.bias)
            )
            for mine, its in zip(here, there, strict=True):
                np.testing.assert_array_equal(mine, its)


@pytest.mark.parametrize("arguments", [("LSTM", "chess"), ("GRU", "adding")])
def test_an_unknown_name_is_refused(arguments):
    with pytest.raises(ValueError, match=r"must be one of .*, got '(chess|GRU)'"):
        variants.build(*arguments)


def row_of(task, updates, scores):
    return {"task": task, "updates": updates, "scores": scores}


def test_more_solved_comes_first_then_fewer_updates_or_a_larger_n():
    slow, fast = (row_of("adding", [n] * 5, [0] * 5) for n in (500, 400))
    some = row_of("adding", [100, 100, 100, None, None], [0] * 5)
    assert variants.standing(fast) < variants.standing(slow) < variants.standing(some)
    far, near = (row_of("counting", [None] * 5, [n] * 5) for n in (30, 12))
    assert variants.standing(far) < variants.standing(near)
