"""What other cells, more text and a longer training bring: what was recorded."""

from lecture_lib import records
from lecture_lib.experiments import characters


def test_what_was_recorded_says_the_same():
    recorded = characters.load_runs()
    runs = {(r["cell"], r["seed"], r["share"]): r for r in recorded["runs"]}
    assert len(runs) == 18 and len({run["parameters"] for run in runs.values()}) == 3
    assert all(abs(run["parameters"] / 27_000 - 1) < 0.05 for run in runs.values())
    table = characters.bits(characters.ngram(), characters.corpus()[-1])
    assert all(run["held_out"] > table for run in runs.values())
    curve = recorded["curve"]
    best = min(curve["held_out"])
    assert curve["learned"][-1] < 1.5 and curve["held_out"][-1] > best + 0.2


def test_it_is_light():
    assert records.path("characters").stat().st_size < 20_000
