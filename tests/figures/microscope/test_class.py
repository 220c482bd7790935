"""The Microscope in Python: what it takes, what it says, and what of it goes into a page."""

import copy
import json
import pickle

import numpy as np
import pytest

from lecture_lib import GRU, LSTM, RNN
from lecture_lib.cells import Bidirectional, Stack
from lecture_lib.cells.variants import GRUVariant, LSTMVariant
from lecture_lib.figures import Microscope
from lecture_lib.figures.microscope import examples
from lecture_lib.figures.microscope.plain import as_network, as_plain
from lecture_lib.figures.packing import unpacked
from lecture_lib.interchange import open_network, to_onnx, to_torch
from lecture_lib.seeded import seeded_uniform

RNG = np.random.default_rng(3)
X = RNG.normal(size=(12, 2, 3))
STACK = Stack(
    [Bidirectional(LSTM(3, 4, seed=0), LSTM(3, 4, seed=1)), GRU(8, 5, seed=2, reset="after")]
)
HOLD = {
    "layer": 1,
    "direction": "back",
    "gate": "f",
    "unit": 2,
    "from": 3,
    "to": 40,
    "value": 1.0,
}


def test_its_own_networks_are_those_of_the_lectures():
    figure = Microscope()
    assert repr(figure) == "Microscope()" and figure.example == "sentences-lstm"
    for name in examples.WORDS:
        figure = Microscope(example=name)
        cell = figure.net.layers[0].cell
        trace = cell.forward(figure.x[:, None])
        np.testing.assert_allclose(figure.report.h, trace.h[:, 0], atol=1e-6)
        assert len(figure.x) == len(figure.examination.steps)
    assert [len(examples.own_input(name)[2]) for name in examples.WORDS] == [3, 37, 4]


@pytest.mark.parametrize(
    ("network", "x", "kinds"),
    [
        (LSTM(3, 4, seed=0), X, ["LSTM"]),
        (RNN(3, 4, seed=0), X[:, 0], ["RNN"]),
        (STACK, X, ["LSTM", "GRU"]),
        (open_network(to_onnx(GRU(3, 2, seed=0))), X, ["GRU"]),
        (open_network(to_onnx(GRU(3, 2, seed=0)))[0], X, ["GRU"]),
        (to_torch(LSTM(3, 2, seed=0)), X, ["LSTM"]),
    ],
    ids=["LSTM", "RNN", "stack", "ONNX", "layer", "arrays"],
)
def test_it_takes_networks_of_many_kinds(network, x, kinds):
    figure = Microscope(network, x)
    assert [layer.kind for layer in figure.net] == kinds
    np.testing.assert_array_equal(figure.x, x if x.ndim == 2 else x[:, 0])
    assert figure.example == "" and str(kinds[0]) in figure.text()


def test_one_sequence_of_many_is_shown_with_its_names():
    names = [f"day {t}" for t in range(12)]
    figure = Microscope(STACK, X, steps=names, inputs="abc", sequence=1, layer=2, unit=3, step=7)
    np.testing.assert_array_equal(figure.x, X[:, 1])
    assert figure.given["steps"] == names and figure.given["inputs"] == ["a", "b", "c"]
    whole = STACK.forward(X)
    np.testing.assert_allclose(figure.report.h, whole.h[:, 1], atol=1e-12)
    h = whole.h[6, 1, 2]
    assert f"At step 7, unit 3: r = {figure.report.gates['r'][6, 2]:.2f}" in figure.text()
    assert figure.text().endswith(f"h = {h:.2f}.")
    assert figure.place == (2, 6)


def test_what_the_page_gets_is_what_was_given():
    """The weights, bit for bit, what the cells compute with, and the input."""
    odd = [
        LSTMVariant(3, 2, seed=1, recurrent_activation="hard_sigmoid", activation="relu"),
        GRUVariant(3, 2, seed=1, update="keep", reset="after", recurrent_activation="affine"),
    ]
    for network in (*odd, *STACK.layers):
        cells = network.cells if isinstance(network, Bidirectional) else {"there": network}
        plain = json.loads(json.dumps(as_plain(as_network(network))))["layers"][0]
        for side, cell in cells.items():
            for name, array in cell.parameters().items():
                head, _, tail = name.partition("_")
                sent = plain["cells"][side][head + tail.title().replace("_", "")]
                np.testing.assert_array_equal(unpacked(sent), array)
            if isinstance(cell, GRU):
                assert plain["cells"][side]["reset"] == cell.reset
    assert plain["cells"]["there"]["update"] == "write"
    kinds = [as_plain(as_network(cell))["layers"][0]["cells"]["there"] for cell in odd]
    assert kinds[0]["recurrentActivation"] == "hard_sigmoid" and kinds[0]["activation"] == "relu"
    assert kinds[1]["recurrentActivation"] == "affine" and "activation" not in kinds[1]
    figure = Microscope(STACK, X)
    np.testing.assert_array_equal(unpacked(figure.given["x"]), X[:, 0])
    assert Microscope(example="counting").constants["EXAMPLES"]["counting"]["given"]["x"] == {
        "hot": [0, *10 * [1], *10 * [2]],
        "size": 3,
    }


def test_what_a_page_cannot_compute_is_sent_with_its_reason():
    plain = as_plain(as_network(LSTMVariant(2, 3, peephole=True, seed=0)))["layers"][0]
    assert plain["cells"] == {} and plain["reason"] == (
        "cannot be computed in the page: it has peepholes"
    )


def test_a_stored_first_state_goes_along_for_the_sequence_shown():
    network = open_network(to_onnx(LSTM(3, 2, seed=0)))
    network[0].state = tuple(np.array([[1.0, 2], [3, 4]]) * k for k in (1, 10))
    network[0].axes = "TND"
    figure = Microscope(network, X, sequence=1)
    state = figure.network["layers"][0]["state"]["there"]
    assert unpacked(state["h"]).tolist() == [3, 4] and unpacked(state["c"]).tolist() == [30, 40]
    trace = network[0].cell.forward(X, network[0].state)
    # The cell of a file computes in float32, the examination in float64.
    np.testing.assert_allclose(figure.report.h, trace.h[:, 1], atol=1e-6)


@pytest.mark.parametrize("source", ["noise", "impulse", "step", "sine"])
def test_curves_are_the_same_in_all_inputs_but_for_noise(source):
    x = Microscope(STACK, X, source=source, length=30, seed=4).x
    assert x.shape == (30, 3)
    t = np.arange(30)
    wanted = {
        "noise": seeded_uniform(4, 40, (30, 3)),
        "impulse": (t == 1)[:, None] * np.ones(3),
        "step": (t >= 10)[:, None] * np.ones(3),
        "sine": np.sin(2 * np.pi * (t + 1) / 20)[:, None] * np.ones(3),
    }[source]
    np.testing.assert_allclose(x, wanted, atol=1e-15)


def test_a_text_is_read_letter_by_letter():
    figure = Microscope(STACK, X, source="text", letters="cab x", alphabet="abc")
    np.testing.assert_array_equal(figure.x, np.eye(3)[[2, 0, 1]])
    assert figure.examination.steps == ["c", "a", "b"]
    figure.alphabet = ""
    figure.letters = "e t"  # of " et", the first three of the list
    np.testing.assert_array_equal(figure.x.argmax(1), [1, 0, 2])
    own = Microscope(example="hello", source="text", letters="hole")
    np.testing.assert_array_equal(own.x.argmax(1), [0, 3, 2, 1])
    for wrong, said in {"ab": "got 2", "aab": "some of them twice", "xyz": "letters must"}.items():
        figure.letters, figure.alphabet = "cab", wrong
        with pytest.raises(ValueError, match=said):
            _ = figure.x
        assert figure.text().startswith("Nothing is shown: ") and said in figure.text()
        assert figure.still().startswith("<svg")


def test_holds_do_what_clamps_do():
    figure = Microscope(STACK, X, holds=[HOLD], direction="back")
    clamp = np.full((12, 1, 4), np.nan)
    clamp[2:, 0, 1] = 1
    held = STACK.layers[0].forward(X[:, :1], clamp={"back": {"f": clamp}})
    np.testing.assert_allclose(figure.report.h, held.h[:, 0, 4:], atol=1e-12)
    free = Microscope(STACK, X, direction="back").report.h
    assert np.abs(figure.report.h - free).max() > 1e-3


def test_copies_have_the_network_too():
    figure = Microscope(STACK, X, steps=range(12), sequence=1, sort="time", layer=2)
    for again in (copy.copy(figure), copy.deepcopy(figure), pickle.loads(pickle.dumps(figure))):
        assert again.sort == "time" and again.text() == figure.text()
        assert again.given == figure.given and again is not figure


def test_a_large_network_stays_out_of_the_page_and_is_live_in_jupyter():
    x = np.zeros((50, 40))
    figure = Microscope(LSTM(40, 128, seed=0), x)
    twin = figure.twin()
    assert "data-figure" not in twin and len(twin) < 16_000
    assert "too large for a page" in twin and "LSTM of 40 inputs and 128 units" in twin
    assert "network" not in figure.state() and "network" not in figure.initial
    assert len(json.dumps(figure.get_state("network"))) > 300_000
    small = Microscope(LSTM(3, 4, seed=0), X)
    assert 'data-figure="microscope"' in small.twin() and small.state()["network"]["layers"]


def test_a_still_is_small_however_large_the_network():
    figure = Microscope(LSTM(3, 200, seed=0), RNG.normal(size=(900, 3)))
    assert len(figure.still()) <= 8_000
    assert all(len(Microscope(example=name).still()) <= 8_000 for name in examples.WORDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"x": X}, "want a network"),
        ({"network": STACK}, "x must be given"),
        ({"network": STACK, "x": X[..., :2]}, r"x must be \(T, 3\)"),
        ({"network": STACK, "x": X, "sequence": 2}, "sequence must be a whole number from 0 to 1"),
        ({"network": STACK, "x": X[:, 0], "sequence": 1}, "sequence must be 0"),
        ({"network": STACK, "x": X, "steps": "abc"}, "steps must be 12 names, one each, got 3"),
        ({"network": STACK, "x": X, "inputs": "ab"}, "inputs must be 3 names"),
        ({"network": STACK, "x": X, "unit": 5}, "unit must be at most 4 here, got 5"),
        ({"network": STACK, "x": X, "layer": 3}, "layer must be at most 2"),
        ({"network": STACK, "x": X, "step": 13}, "step must be at most 12"),
        ({"network": STACK, "x": X, "holds": [HOLD | {"gate": "z"}]}, "no gate z"),
        ({"network": STACK, "x": X, "holds": [HOLD | {"from": 13}]}, "no step 13"),
        ({"holds": [HOLD | {"from": 41}]}, "must not end before it begins"),
        ({"holds": [HOLD | {"value": -0.5}]}, r"must be in \[0, 1\] for f"),
        ({"span": [3]}, "span must be"),
        ({"span": [4, 3]}, "span must be"),
        ({"example": ""}, "example must be one of"),
        ({"network": 3, "x": X}, "source"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(arguments, said):
    with pytest.raises((ValueError, TypeError), match=said):
        Microscope(**arguments)


def test_nothing_of_a_caller_s_is_kept_or_changed():
    x, cell = X.copy(), LSTM(3, 4, seed=0)
    before = {name: array.copy() for name, array in cell.parameters().items()}
    figure = Microscope(cell, x, holds=[HOLD | {"direction": "there"}])
    figure.text()
    x[:] = 9
    np.testing.assert_array_equal(figure.x, X[:, 0])
    figure.x[:] = 7
    np.testing.assert_array_equal(figure.x, X[:, 0])
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(array, before[name])
