"""Copies of cells and traces, pickled ones, and cells that several threads run at once."""

import copy
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN, Bidirectional, Stack
from lecture_lib.cells.minimal import MinGRU, MinLSTM
from lecture_lib.cells.variants import GRUVariant, LSTMVariant, Reversed, RNNVariant

CELLS = [kind(2, 3, seed=0) for kind in (RNN, LSTM, GRU, MinGRU, MinLSTM)]
CELLS += [kind(2, 3, seed=0) for kind in (RNNVariant, LSTMVariant, GRUVariant)]
CELLS += [
    Reversed(LSTM(2, 3, seed=0)),
    Stack([LSTM(2, 3, seed=0), GRU(3, 3, seed=1)]),
    Bidirectional(LSTM(2, 3, seed=0), MinGRU(2, 3, seed=1)),
]
WAYS = [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]
every_cell = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: type(cell).__name__)
every_way = pytest.mark.parametrize("way", WAYS, ids=["deepcopy", "pickle"])
X = np.random.default_rng(0).normal(size=(6, 2, 2))


def passes(cell, x):
    trace = cell.forward(x)
    return {"trace.h": trace.h, **cell.backward(trace, np.ones_like(trace.h))}


def same(got, wanted):
    return all(np.array_equal(got[name], array) for name, array in wanted.items())


@every_cell
@every_way
def test_a_copied_cell_computes_the_same_and_shares_nothing(cell, way):
    wanted = passes(cell, X)
    other = way(cell)
    assert same(passes(other, X), wanted)
    for array in other.parameters().values():
        array[...] = 0
    assert same(passes(cell, X), wanted)


@every_cell
@every_way
def test_a_trace_copied_with_its_cell_goes_back_and_stays_read_only(cell, way):
    trace = cell.forward(X)
    wanted = cell.backward(trace, np.ones_like(trace.h))
    other, again = way((cell, trace))
    assert same(other.backward(again, np.ones_like(trace.h)), wanted)
    gates = [name for name in getattr(cell, "gates", "") if hasattr(again, name)]
    for name in ("h", *gates):
        with pytest.raises(ValueError, match="read-only"):
            getattr(again, name)[0] = 5


@every_cell
@every_way
def test_a_trace_copied_alone_is_refused(cell, way):
    with pytest.raises(ValueError, match=r"trace must be what forward of this .* of another cell"):
        cell.backward(way(cell.forward(X)), np.ones((6, 2, cell.hidden_size)))


@every_cell
def test_threads_may_run_one_cell_at_once(cell):
    inputs = [np.random.default_rng(k).normal(size=(30, 4, 2)) for k in range(8)]
    wanted = [passes(cell, x) for x in inputs]
    pause = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda k: passes(cell, inputs[k % 8]), range(40)))
    finally:
        sys.setswitchinterval(pause)
    assert all(same(each, wanted[k % 8]) for k, each in enumerate(got))
