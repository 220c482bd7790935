"""The recorded comparison: complete, consistent with its own rules, and repeatable."""

import itertools

import pytest

from lecture_lib import networks, records
from lecture_lib.experiments import comparison

RECORD = comparison.load()


def test_the_record_is_light_and_says_where_it_comes_from():
    assert records.path("comparison").stat().st_size <= 40_000
    assert RECORD["command"] == "python -m lecture_lib.experiments.comparison"
    assert tuple(RECORD["seeds"]) == comparison.SEEDS and len(comparison.SEEDS) >= 5


def test_every_network_rate_and_seed_is_there_once():
    wanted = itertools.product(comparison.TASKS, comparison.NETWORKS, comparison.RATES)
    wanted = [(task, cell, equal, rate) for task, (cell, equal), rate in wanted]
    keys = ("task", "cell", "equal", "learning_rate")
    assert [tuple(row[key] for key in keys) for row in RECORD["rows"]] == wanted
    for row in RECORD["rows"]:
        assert len(row["updates"]) == len(row["scores"]) == len(comparison.SEEDS)


@pytest.mark.parametrize("name", comparison.TASKS)
def test_the_record_keeps_the_tasks_rules(name):
    task = comparison.TASKS[name]
    said = RECORD["tasks"][name]
    assert said == {key: getattr(task, key) for key in ("updates", "measure", "target", "less")}
    for row in (row for row in RECORD["rows"] if row["task"] == name):
        for updates, score in zip(row["updates"], row["scores"], strict=True):
            assert updates is None or (0 < updates <= task.updates and updates % 50 == 0)
            at_target = score <= task.target if task.less else score >= task.target
            # Training that stops at the target ends there; elsewhere a score may fall back again.
            if task.stops:
                assert at_target == (updates is not None)
            elif at_target:
                assert updates is not None


@pytest.mark.parametrize("name", comparison.TASKS)
def test_the_sizes_are_fair(name):
    inputs, outputs = comparison.TASKS[name].sizes
    rows = [row for row in RECORD["rows"] if row["task"] == name]
    lstm = next(row for row in rows if row["cell"] == "LSTM")
    for row in rows:
        model = networks.build(row["cell"], inputs, row["hidden_size"], outputs)
        assert networks.count_parameters(model) == row["parameters"]
        if row["equal"] == "parameters":
            assert row["parameters"] >= lstm["parameters"]
            fewer = networks.parameters_of(row["cell"], inputs, outputs, row["hidden_size"] - 1)
            assert fewer < lstm["parameters"]
        else:
            assert row["hidden_size"] == lstm["hidden_size"]


def test_rows_come_in_the_order_of_the_lanes():
    for equal in ("units", "parameters"):
        found = comparison.rows("adding", equal)
        assert [row["cell"] for row in found] == ["LSTM"] * 2 + ["GRU"] * 2 + ["RNN"] * 2
        assert {row["equal"] for row in found} == {"both", equal}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("subtracting", "units"), "task must be one of 'adding', "),
        (("adding", "layers"), "equal must be one of 'units', 'parameters', got 'layers'"),
    ],
)
def test_an_unknown_name_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        comparison.rows(*arguments)


def row(updates, scores):
    return {"task": "adding", "cell": "GRU", "equal": "units", "updates": updates, "scores": scores}


@pytest.mark.parametrize(
    ("one", "other", "measure"),
    [
        (row([900, 900, 900], [0.01] * 3), row([100, 100, None], [0.02] * 3), "updates"),
        (row([100, 200, 300], [0.02] * 3), row([100, 300, 300], [0.01] * 3), "updates"),
        (row([None] * 3, [0.02] * 3), row([None] * 3, [0.03] * 3), "updates"),
        (row([100, 100, None], [0.02] * 3), row([100] * 3, [0.03] * 3), "score"),
    ],
)
def test_the_better_rate_solves_more_or_sooner_or_closer(monkeypatch, one, other, measure):
    for both in ([one, other], [other, one]):
        monkeypatch.setattr(comparison, "load", lambda both=both: {"rows": both})
        assert comparison.better("adding", "units", "GRU", measure) is one


def test_where_more_is_better_the_better_score_is_the_larger(monkeypatch):
    low, high = ({**row([None], [share]), "task": "recall"} for share in (0.4, 0.6))
    monkeypatch.setattr(comparison, "load", lambda: {"rows": [low, high]})
    assert comparison.better("recall", "units", "GRU") is high


def test_a_run_can_be_repeated():
    updates, score = comparison.train("adding, chrono", "GRU", "units", 1e-2, 0, progress=False)
    (recorded, *_) = comparison.rows("adding, chrono", "units", "GRU")
    # Another processor rounds float32 otherwise, and may pass the target at a neighbouring look.
    assert updates == pytest.approx(recorded["updates"][0], abs=50)
    assert score <= RECORD["tasks"]["adding, chrono"]["target"]
