"""The records: light, with where they come from; the networks among them as good as they say."""

import numpy as np
import pytest

from lecture_lib import records
from lecture_lib.cells import LSTM
from lecture_lib.experiments import series as series_runs
from lecture_lib.experiments import write_only
from lecture_lib.tasks import (
    agreement,
    characters,
    counting,
    distance,
    hello,
    latch,
    probes,
    sentences,
    series,
    voice,
)
from lecture_lib.training import Linear, SequenceModel

RECORDED = sorted(records.FOLDER.glob("*.npz"))
PAGES = [records.FOLDER / name for name in ("characters_page.json", "series_page.json")]
RUNS = sorted(set(records.FOLDER.glob("*.json")) - set(PAGES))
LIMIT = 400_000  # what weights and runs may weigh in the repository, in bytes
PAGES_LIMIT = 160_000  # what pages load of them besides


def latch_error(model):
    unseen = latch.draw(np.random.default_rng([latch.SEED, 1]), batch_size=2000)
    return ((model.predict(unseen.x) - unseen.target) ** 2).mean()


# Each task's networks by their recorded names, and what was measured of them.
MEASURED = {
    "agreement": (
        {name: agreement.load(name) for name in agreement.MODELS},
        lambda model: probes.surprise(agreement.GRAMMAR, model),
    ),
    "characters": (
        {"LSTM": characters.load()},
        lambda model: characters.bits(model, characters.corpus()[-1]),
    ),
    "counting": (
        {
            f"{kind}, seed {seed}": counting.load(kind, seed)
            for kind in ("LSTM", "GRU")
            for seed in counting.SEEDS
        },
        counting.reach,
    ),
    "distance": (
        {
            f"{network}, d = {d}": (distance.load(network, d), d)
            for network in distance.STORED
            for d in distance.DISTANCES
        },
        lambda trained: distance.accuracy(*trained),
    ),
    "hello": ({kind: hello.load(kind) for kind in hello.CELLS}, hello.surprise),
    "latch": ({"LSTM": latch.load()}, latch_error),
    "sentences": (
        {name: sentences.load(name) for name in sentences.MODELS},
        lambda model: probes.surprise(sentences.GRAMMAR, model),
    ),
    "series": (
        {
            f"{name}, {kind}": (name, series.network(name, kind))
            for name in series.NAMES
            for kind in series.CELLS
        },
        lambda of_series: series_runs.score(*of_series),
    ),
    "voice": (
        {
            f"{kind}, seed {seed}": voice.load(kind, seed)
            for kind in voice.STARTS
            for seed in voice.SEEDS
        },
        voice.accuracy,
    ),
    "write_only": (
        {
            f"{name}, seed {seed}": model
            for name, gate in [("forget gate", True), ("write only", False)]
            for seed, model in zip(write_only.SEEDS, write_only.load(gate), strict=True)
        },
        write_only.error,
    ),
}


def test_all_together_they_are_light():
    assert sum(path.stat().st_size for path in RECORDED + RUNS) <= LIMIT
    assert sum(path.stat().st_size for path in PAGES) <= PAGES_LIMIT


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_runs_lie_in_the_layout_of_all_records(path):
    recorded = records.read(path.stem)
    assert recorded["command"] == f"python -m lecture_lib.experiments.{path.stem}"
    assert path.read_text(encoding="utf-8") == records.as_text(recorded)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_file_tells_where_it_comes_from(path):
    with np.load(path, allow_pickle=False) as recorded:
        room, name = str(recorded["command"]).removeprefix("python -m lecture_lib.").split(".")
        assert (room, name) in {("tasks", path.stem), ("experiments", path.stem)}
        assert "lecture_lib" in str(recorded["version"])
        assert "NumPy" in str(recorded["version"])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_its_networks_score_what_was_recorded(path):
    models, measure = MEASURED[path.stem]
    with np.load(path, allow_pickle=False) as recorded:
        scores = {key.removesuffix(".score") for key in recorded if key.endswith(".score")}
        assert scores == set(models)
        for name, model in models.items():
            # Another processor's matrix products differ in the last bits.
            assert measure(model) == pytest.approx(float(recorded[f"{name}.score"]), rel=1e-4)


def test_a_name_that_is_not_recorded_is_refused():
    with pytest.raises(ValueError, match="name must be one of LSTM, got 'GRU'"):
        records.load("latch", "GRU", SequenceModel(LSTM(2, 4), Linear(4, 1)))
