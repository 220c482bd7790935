"""Your Series in Python: what it takes, what it says, and what of it goes into a page."""

import copy
import json
import pickle

import numpy as np
import pytest
from statsmodels import datasets

from lecture_lib.figures import YourSeries
from lecture_lib.figures.packing import unpacked
from lecture_lib.figures.your_series import book
from lecture_lib.forecasting import METHODS, compare
from lecture_lib.tasks import series

T = np.arange(200)
WAVE = 10 + np.sin(2 * np.pi * T / 6) + 0.01 * T
TREND, LATE = T / 10, np.cos(T)
SMALL = {"horizon": 3, "networks": ["GRU"], "seeds": 1, "hidden_size": 3, "updates": 25}


def test_its_own_series_are_those_of_the_lectures():
    figure = YourSeries()
    assert repr(figure) == "YourSeries()" and figure.series == "sunspots"
    for name in ("sunspots", "co2", "walk"):
        np.testing.assert_array_equal(YourSeries(series=name).values, series.load(name).values)
    sea = datasets.elnino.load_pandas().data.iloc[:, 1:].to_numpy().ravel()
    np.testing.assert_array_equal(YourSeries(series="elnino").values, sea)
    with pytest.raises(ValueError, match=r"name must be one of .*, got 'sea'"):
        book.load("sea")


def test_what_the_page_gets_is_what_was_given():
    days = [f"day {k}" for k in T]
    figure = YourSeries(
        WAVE, known_ahead={"trend": TREND}, known_late={"late": LATE}, times=days, unit="kW"
    )
    given = figure.given
    assert [one["name"] for one in given["columns"]] == ["values", "trend", "late"]
    for one, array in zip(given["columns"], (WAVE, TREND, LATE), strict=True):
        np.testing.assert_array_equal(unpacked(one["values"]), array)
    assert given["roles"] == {"trend": "ahead", "late": "late"}
    assert (given["times"], given["unit"]) == (days, "kW")
    assert figure.series == "" and repr(figure) == "YourSeries(values=200 numbers)"
    assert json.loads(json.dumps(given)) == given


def test_it_compares_what_it_shows():
    figure = YourSeries(WAVE, known_ahead={"trend": TREND}, unit="kW", season=6, **SMALL)
    found = figure.compare(progress=False)
    assert {row.name for row in found.rows} | set(found.left_out) == {*METHODS} - {
        "RNN",
        "LSTM",
        "minGRU",
    }
    problem = found.problem
    assert (problem.horizon, problem.season, problem.unit) == (3, 6, "kW")
    assert list(problem.known_ahead) == ["trend"] and not problem.known_late
    assert found["GRU"].errors.shape == (1, 40, 3) and found["GRU"].updates == (25,)
    none = YourSeries(WAVE, season=1, horizon=3).quick()
    assert none.problem.season is None
    quick = compare(WAVE, 3, methods=("AR", "seasonal naive"), progress=False)
    again = YourSeries(WAVE, horizon=3).quick()
    assert again.problem.season == 6
    for name in ("AR", "seasonal naive"):
        np.testing.assert_array_equal(again[name].errors, quick[name].errors)


def test_text_and_still_have_the_numbers_of_the_comparison():
    figure = YourSeries(WAVE, horizon=3)
    table = figure.quick().table()
    best = table[0]
    assert f"the best first: {best['method']} {best['mase']:.2f}," in figure.text()
    assert "200 values, a season of 6 steps; the last 40 are the test" in figure.text()
    still = figure.still()
    for line in table:
        assert f">{line['method']}<" in still.replace("\n", "")
    figure.season = 200
    assert figure.text().startswith("Nothing is compared: season must fit twice into")
    assert figure.still().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"known_ahead": {"a": T}}, "want values beside them"),
        ({"unit": "kW"}, "want values beside them"),
        ({"series": ""}, "series must be one of .* or values given; got ''"),
        ({"values": [1.0, 2.0]}, "values must hold 12 to 100,000 numbers, got 2"),
        ({"values": [*range(20), np.nan]}, "values must have no gap, and number 21 is missing"),
        ({"values": np.arange(10_001.0)}, "values must be at most 10,000 in a page, got 10,001"),
        ({"values": WAVE, "known_late": {"a": T[1:]}}, r"known_late\['a'\] must have 200"),
        ({"values": WAVE, "known_late": {"values": T}}, "no other column .* 'values'"),
        (
            {"values": WAVE, "known_late": {f"{k}": T for k in range(7)}},
            "other columns must be at most 6 in a page, got 7",
        ),
        ({"values": WAVE, "times": ["a"]}, "times must be 200 names, one a value, got 1"),
        ({"values": WAVE, "horizon": 41}, "horizon must end inside the test part"),
        ({"values": WAVE, "season": 65}, "season must fit twice into the first 128"),
        ({"networks": ["GRU", "GRU"]}, "networks must hold nothing twice"),
        ({"networks": []}, "networks must be a list"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(arguments, said):
    with pytest.raises((ValueError, TypeError), match=said):
        YourSeries(**arguments)


def test_nothing_of_a_caller_is_kept_and_a_copy_has_the_same():
    values, late = WAVE.copy(), LATE.copy()
    figure = YourSeries(values, known_late={"late": late}, times=T, unit="kW", horizon=4)
    values[:], late[:] = 0, 0
    np.testing.assert_array_equal(figure.values, WAVE)
    figure.values[:] = 1
    np.testing.assert_array_equal(figure.values, WAVE)
    for other in (copy.copy(figure), pickle.loads(pickle.dumps(figure))):
        assert other.state() == figure.state() and other.text() == figure.text()
        assert repr(other) == "YourSeries(values=200 numbers, horizon=4)"
