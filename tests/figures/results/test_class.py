"""The results explorer in Python: what it accepts, and what it says of the record."""

import numpy as np
import pytest

from lecture_lib.experiments import comparison
from lecture_lib.figures.results import CELLS, Results


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


def test_its_text_has_the_medians_at_the_better_rate(monkeypatch):
    runs = {  # of three seeds: updates and last scores at each rate, less being better
        "LSTM": (([900, None, 800], [0.1, 0.3, 0.2]), ([500, 700, 600], [0.4, 0.4, 0.4])),
        "GRU": (([None, 300, None], [0.5, 0.9, 0.7]), ([None, None, None], [0.6, 0.6, 0.6])),
        "RNN": (([200, 250, 300], [0.3, 0.3, 0.3]), ([250, 300, 350], [0.2, 0.2, 0.2])),
    }
    rows = [
        {"task": "adding", "cell": cell, "equal": "both", "learning_rate": rate}
        | {"updates": updates, "scores": scores}
        for cell, by_rate in runs.items()
        for rate, (updates, scores) in zip((0.01, 0.003), by_rate, strict=True)
    ]
    monkeypatch.setattr(comparison, "load", lambda: {"tasks": {}, "rows": rows})
    figure = Results(task="adding", measure="updates")
    assert [figure.best[cell]["learning_rate"] for cell in CELLS] == [0.003, 0.01, 0.01]
    assert "LSTM 600, GRU not solved, RNN 250." in figure.text()
    figure.measure = "score"
    assert [figure.best[cell]["learning_rate"] for cell in CELLS] == [0.01, 0.003, 0.003]
    assert "LSTM 0.2, GRU 0.6, RNN 0.2." in figure.text()


def test_its_still_is_light_and_the_same_each_time():
    for task in comparison.TASKS:
        figure = Results(task=task)
        assert figure.still() == Results(task=task).still()
        assert len(figure.still()) <= 8_000
