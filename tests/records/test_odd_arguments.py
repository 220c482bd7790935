"""What records, recorded runs and pictures are asked for by mistake is refused in a sentence."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lecture_lib import plots, records
from lecture_lib.cells import GRU, LSTM
from lecture_lib.experiments import comparison, series, variants, write_only

TRACE = LSTM(1, 2, seed=0).forward(np.zeros((5, 1, 1)))
FIRST = next(iter(comparison.TASKS))
ODD = (None, 0, -1, 2.5, math.nan, "no such", "../latch", [], ["x"], {}, b"latch", object())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("odd", ODD, ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize(
    ("call", "named"),
    [
        (records.read, "file"),
        (lambda odd: records.load(odd, "LSTM", None), "model"),
        (lambda odd: records.load(odd, "LSTM", GRU(2, 3)), "file"),
        (lambda odd: records.load("latch", odd, GRU(2, 3)), "name"),
        (variants.ranking, "task"),
        (write_only.build, "forget_gate"),
        (write_only.load, "forget_gate"),
        (lambda odd: comparison.rows(odd, "units"), "task"),
        (lambda odd: comparison.rows(FIRST, odd), "equal"),
        (lambda odd: comparison.better(odd, "units", "LSTM"), "task"),
        (lambda odd: comparison.better(FIRST, "units", odd), "cell"),
        (lambda odd: comparison.better(FIRST, "units", "LSTM", odd), "measure"),
        (lambda odd: comparison.size(odd, "LSTM", "units"), "task"),
        (lambda odd: comparison.size(FIRST, odd, "parameters"), "cell"),
        (lambda odd: comparison.size(FIRST, "GRU", odd), "equal"),
        (lambda odd: series.errors(series.load_runs(), odd, "AR"), "name"),
        (lambda odd: series.errors(series.load_runs(), "co2", odd), "method"),
        (lambda odd: plots.gate_strip(odd), "trace"),
        (lambda odd: plots.gate_strip(TRACE, 2 if odd == 0 else odd), "unit"),
    ],
)
def test_what_is_not_there_is_refused_by_name(call, named, odd):
    with pytest.raises((TypeError, ValueError), match=rf"^{named} must "):
        call(odd)
    plt.close("all")


def test_only_a_dict_is_a_record():
    for odd in (None, 1, [], "a"):
        with pytest.raises(TypeError, match="recorded must be a dict"):
            records.as_text(odd)
    with pytest.raises(ValueError, match="must be a record's name"):
        records.write("../x", {})
