"""The recorded comparisons of lecture 27: whole, and what takes no training measured anew."""

import numpy as np
import pytest

from lecture_lib.experiments import your_series as runs
from lecture_lib.figures.your_series import book
from lecture_lib.forecasting import METHODS, compare
from lecture_lib.forecasting.comparing import BASELINES
from lecture_lib.forecasting.recurrent import KINDS


def test_every_series_is_there_with_all_its_methods_best_first():
    recorded = runs.load()
    assert tuple(recorded) == runs.PUBLIC + runs.MADE
    for name, found in recorded.items():
        missing = set(METHODS) - set(found.methods)
        assert missing == (set() if found.season else {m for m in METHODS if "seasonal" in m})
        assert found.mase == sorted(found.mase)
        assert len(found.seeds) >= 3
        for method, spread in zip(found.methods, found.spread, strict=True):
            assert (spread is None) == (method not in KINDS), name


@pytest.mark.parametrize("name", runs.PUBLIC + runs.MADE)
def test_what_is_not_trained_comes_out_again(name):
    values, told = runs.fetch(name)
    recorded = runs.load()[name]
    found = compare(values, runs.HORIZONS[name], methods=(*BASELINES, "AR"), progress=False, **told)
    assert found.problem.season == recorded.season
    assert found.problem.differenced == recorded.differenced
    for row in found.table():
        there = recorded.mase[recorded.methods.index(row["method"])]
        assert row["mase"] == pytest.approx(there, rel=1e-3)  # recorded with four digits


def test_a_network_comes_out_again():
    # One seed of five, and another processor's rounding: within three of their spreads.
    recorded = runs.load()["Nile"]
    place = recorded.methods.index("GRU")
    values, told = runs.fetch("Nile")
    found = compare(values, 1, methods=("GRU",), seeds=[0], progress=False, **told)
    again = found["GRU"].mase(found.problem).mean()
    assert abs(again - recorded.mase[place]) <= 3 * recorded.spread[place]


def test_the_cuts_are_whole():
    rows = runs.load_cuts()
    assert [(row["noise"], row["count"]) for row in rows] == [
        (noise, count) for noise in runs.NOISES for count in runs.COUNTS
    ]
    for row in rows:
        assert len(row["kinds"]) == len(row["leads"]) == len(runs.DRAWS)
        # With 60 values there are 12 origins to test from, and 20 are wanted.
        assert {kind == "too short" for kind in row["kinds"]} == {row["count"] == 60}


def test_the_map_is_the_logistic_one():
    x = runs.draw_map(200, 0)
    assert np.abs(x[1:] - 3.7 * x[:-1] * (1 - x[:-1])).max() < 3e-4  # of four decimals
    noise = runs.draw_map(2000, 0.1) - runs.draw_map(2000, 0)
    assert noise.std() == pytest.approx(0.1, rel=0.1)


def test_an_announced_day_has_the_sign_of_the_one_before_or_turns():
    values, announced = runs.draw_announced(4000)
    days = announced == 1
    assert days.mean() == pytest.approx(1 / 8, rel=0.15)
    assert np.abs(np.abs(values[days]) - 2).max() < 1
    assert np.abs(values[~days]).max() < 1
    turns = np.diff(np.sign(values[days])) != 0
    assert turns.mean() == pytest.approx(0.1, abs=0.05)


def test_what_is_no_series_is_refused():
    with pytest.raises(ValueError, match="name must be one of 'Nile', 'inflation'"):
        runs.fetch("sunspots")


def test_the_figure_has_the_same_nile_and_map():
    assert np.array_equal(book.load("nile"), runs.fetch("Nile")[0])
    assert np.array_equal(book.load("map"), runs.fetch("map")[0])
