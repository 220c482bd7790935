"""The results explorer in Python: what it accepts, and what it says of the record."""

import math

import numpy as np
import pytest

from lecture_lib.figures.results import CELLS, Results
from lecture_lib.tasks import comparison


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"task": "chess"}, "task must be one of 'adding', "),
        ({"measure": "time"}, "measure must be one of 'updates', 'score', 'parameters', got"),
        ({"equal": "both"}, "equal must be one of 'parameters', 'units', got 'both'"),
        ({"lane": 6}, r"lane must be a whole number in \[0, 5\], got 6"),
        ({"seed": -1}, r"seed must be a whole number in \[0, 4\], got -1"),
        ({"seed": 1.5}, r"seed must be a whole number in \[0, 4\], got 1.5"),
        ({"paired": 1}, "paired must be True or False, got 1"),
        ({"tasks": "adding"}, "Results has no 'tasks'; it takes task, measure, equal, paired"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(settings, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Results(**settings)


@pytest.mark.parametrize("equal", ["units", "parameters"])
@pytest.mark.parametrize("task", comparison.TASKS)
def test_no_run_is_hidden(task, equal):
    figure = Results(task=task, equal=equal)
    assert [row["cell"] for row in figure.lanes] == [cell for cell in CELLS for _ in (1, 2)]
    values = np.array([figure.values(row) for row in figure.lanes])
    assert values.shape == (6, len(comparison.SEEDS))
    unsolved = sum(n is None for row in figure.lanes for n in row["updates"])
    assert np.isinf(values).sum() == unsolved
    for measure in ("score", "parameters"):
        figure.measure = measure
        assert np.isfinite([figure.values(row) for row in figure.lanes]).all()


@pytest.mark.parametrize("measure", ["updates", "score"])
def test_its_text_has_the_medians(measure):
    figure = Results(task="recall", measure=measure)
    for cell in CELLS:
        row = comparison.better("recall", "parameters", cell, measure)
        assert figure.best[cell] is row
        median = {"updates": comparison.median_updates, "score": comparison.median_score}[measure]
        said = "not solved" if math.isinf(median(row)) else f"{median(row):.4g}"
        assert f"{cell} {said}" in figure.text()


def test_its_still_is_light_and_the_same_each_time():
    for task in comparison.TASKS:
        figure = Results(task=task)
        assert figure.still() == Results(task=task).still()
        assert len(figure.still()) <= 8_000
