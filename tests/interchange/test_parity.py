"""The page's readers of files, web/numbers/files, give what `open_network` gives, bit for bit."""

import io
from itertools import pairwise

import numpy as np
import pytest
from safetensors.numpy import save as safetensors

from lecture_lib import GRU, LSTM, RNN
from lecture_lib.cells import Stack
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.interchange import to_torch
from tests.driver import joined
from tests.interchange.files_in_the_page import LOAD, assert_same, opened_in, plain_in_python


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.evaluate(LOAD, joined("web/numbers/files/opening.mjs"))
    yield page
    page.close()


def drawn(make, D, H, seed=0, **options):
    cell, rng = make(D, H, seed=seed, **options), np.random.default_rng(seed)
    for array in cell.parameters().values():
        array += rng.normal(0, 0.5, array.shape)
    return cell


def keep(D, H, seed=0):
    return drawn(GRU, D, H, seed, update="keep", reset="after")


def both(make, D, H, seed=0):
    return Bidirectional(make(D, H, seed), make(D, H, seed + 1))


def lstm(D, H, seed=0):
    return drawn(LSTM, D, H, seed)


def rnn(D, H, seed=0):
    return drawn(RNN, D, H, seed)


def layers(make, *sizes):
    return Stack([make(D, H, k) for k, (D, H) in enumerate(pairwise(sizes))])


NETWORKS = {
    "rnn": rnn(3, 4),
    "gru": keep(3, 4),
    "lstm": lstm(3, 4),
    "both rnn": both(rnn, 3, 4),
    "both gru": both(keep, 3, 4),
    "both lstm": both(lstm, 3, 4),
    "three rnn": layers(rnn, 3, 5, 5, 5),
    "three gru": layers(keep, 3, 5, 5, 5),
    "three lstm": layers(lstm, 3, 5, 5, 5),
    "three both lstm": Stack([both(lstm, 3, 4), both(lstm, 8, 4, 2), both(lstm, 8, 4, 4)]),
}


def saved(arrays, dtype):
    return {name: np.ascontiguousarray(array.astype(dtype)) for name, array in arrays.items()}


def npz_of(arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def files():
    found = {}
    for name, cell in NETWORKS.items():
        for dtype in (np.float64, np.float32, np.float16):
            arrays = saved(to_torch(cell), dtype)
            kind = np.dtype(dtype).name
            found[f"{name} {kind} safetensors"] = safetensors(arrays)
            found[f"{name} {kind} npz"] = npz_of(arrays)
    return {name: {"data": data} for name, data in found.items()}


def test_weights_are_those_of_python_bit_for_bit(page):
    given = files()
    for name, answer in zip(given, opened_in(page, given.values()), strict=True):
        assert "network" in answer, (name, answer)
        assert_same(answer["network"], plain_in_python(given[name]["data"]), name)
