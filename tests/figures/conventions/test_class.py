"""The convention switchboard in Python: its badge against the steps of the cells, and its files."""

import itertools

import numpy as np
import pytest

from lecture_lib import gru_step, lstm_step
from lecture_lib.figures import Conventions
from lecture_lib.figures.conventions import PRESETS, STEPS, UNITS
from lecture_lib.interchange import from_keras, from_torch

GRU_SETTINGS = [
    {"update": u, "reset": r, "order": o, "biases": b, "diagonal": d, "translate": t}
    for u, r, o, b, d, t in itertools.product(
        ["write", "keep"], ["before", "after"], ["rzn", "zrh"], ["one", "two"], *[[True, False]] * 2
    )
]
LSTM_SETTINGS = [
    {"tab": 1, "lstm_order": o, "biases": b, "translate": t}
    for o, b, t in itertools.product(["ifgo", "ifco", "iofc"], ["one", "two"], [True, False])
]


def run_as_stored(figure):
    """h by the convention, written out once more: rows cut by its order, step by step."""
    order = figure.lstm_order if figure.tab else figure.order
    stored = figure.stored
    blocks = {name: np.split(array, len(order)) for name, array in stored.items()}
    # The candidate goes by the names n, h, g and c.
    wanted = ["i", "f", "gc", "o"] if figure.tab else ["r", "z", "nh"]
    places = [next(k for k, letter in enumerate(order) if letter in names) for names in wanted]
    arrays = {k: np.concatenate([v[place] for place in places]) for k, v in blocks.items()}
    second = arrays.get("bias_hh", 0 * arrays["bias_ih"])
    h, c, states = np.zeros((1, UNITS)), np.zeros((1, UNITS)), []
    for x in figure.x:
        weights = arrays["weight_ih"], arrays["weight_hh"]
        if figure.tab:
            h, c, _ = lstm_step(x, h, c, *weights, arrays["bias_ih"] + second)
        elif figure.reset == "before":
            h, _ = gru_step(x, h, *weights, arrays["bias_ih"] + second, update=figure.update)
        else:
            outside = second * (np.arange(3 * UNITS) < 2 * UNITS)
            inside = second[2 * UNITS :]
            bias = arrays["bias_ih"] + outside
            h, _ = gru_step(x, h, *weights, bias, inside, figure.update, "after")
        states.append(h[0])
    return np.array(states)


@pytest.mark.parametrize("seed", [1, 6])
@pytest.mark.parametrize("settings", GRU_SETTINGS + LSTM_SETTINGS, ids=str)
def test_the_badge_is_what_both_cells_compute(settings, seed):
    figure = Conventions(seed=seed, **settings)
    book, other = figure.states
    assert book.shape == other.shape == (STEPS, UNITS)
    own = Conventions(seed=seed, tab=figure.tab, diagonal=figure.diagonal)
    # Roundings of a few products of numbers of order 1.
    np.testing.assert_allclose(book, run_as_stored(own), rtol=0, atol=1e-13)
    np.testing.assert_allclose(other, run_as_stored(figure), rtol=0, atol=1e-13)
    # Nothing lies between rounding and a difference that shows.
    assert figure.same == (abs(book - other).max() < 1e-6)


@pytest.mark.parametrize("settings", [s for s in GRU_SETTINGS if s["translate"]], ids=str)
def test_translated_all_but_the_reset_is_the_same_function(settings):
    wanted = settings["reset"] == "before" or settings["diagonal"]
    assert Conventions(**settings).same == wanted


def test_the_presets_are_what_the_frameworks_read():
    def keras(stored):
        kernel, recurrent = stored["weight_ih"].T, stored["weight_hh"].T
        if "bias_hh" in stored:
            return [kernel, recurrent, np.stack([stored["bias_ih"], stored["bias_hh"]])]
        return [kernel, recurrent, stored["bias_ih"]]

    for tab, kind in enumerate(["gru", "lstm"]):
        for name, switches in PRESETS[kind].items():
            figure = Conventions(tab=tab, **switches)
            if name == "PyTorch":
                cell = from_torch({f"{k}_l0": v for k, v in figure.stored.items()})
            elif name.startswith("Keras"):
                cell = from_keras(keras(figure.stored))
            else:
                continue
            h = cell.run(figure.x)[0][:, 0]
            np.testing.assert_allclose(h, figure.states[1], rtol=0, atol=1e-13)


def test_it_says_what_it_found():
    assert "GRU: same function" in Conventions().text()
    assert "GRU: different function" in Conventions(reset="after").text()
    assert "LSTM: same function" in Conventions(tab=1, lstm_order="iofc", biases="two").text()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"update": "forget"}, "update must be one of 'write', 'keep', got 'forget'"),
        ({"order": "nzr"}, "order must be one of 'rzn', 'zrh', got 'nzr'"),
        ({"biases": 2}, "biases must be one of 'one', 'two', got 2"),
        ({"seed": 0}, r"seed must be a whole number in \[1, 20\], got 0"),
        ({"translate": 1}, "translate must be True or False, got 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Conventions(**given)


def test_still_and_repr():
    figure = Conventions(reset="after")
    assert figure.still() == Conventions(reset="after").still()
    assert len(figure.still()) <= 8_000
    assert repr(figure) == "Conventions(reset='after')"
