"""The shape explorer in Python: its shapes and counts against the cells and the frameworks."""

import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib import GRU, LSTM
from lecture_lib.figures import Shapes
from lecture_lib.interchange import to_keras, to_torch

sizes = st.tuples(st.integers(1, 64), st.integers(1, 64))


def size(arrays):
    return sum(np.size(array) for array in arrays)


@given(sizes)
@settings(max_examples=20, deadline=None)
def test_counts_are_those_of_the_arrays(size_of):
    D, H = size_of
    lstm, gru, after = LSTM(D, H), GRU(D, H), GRU(D, H, reset="after")
    counts = Shapes(D=D, H=H).counts
    assert counts["this book"] == size(lstm.parameters().values())
    assert counts["PyTorch"] == size(to_torch(lstm).values())
    assert counts["Keras"] == size(to_keras(lstm))
    counts = Shapes(tab=1, D=D, H=H).counts
    assert counts["this book"] == size(gru.parameters().values())
    assert counts['this book, reset="after"'] == size(after.parameters().values())
    assert counts["PyTorch"] == size(to_torch(after).values())
    assert counts["Keras"] == size(to_keras(after))
    assert counts["Keras, reset_after=False"] == size(to_keras(gru))


@pytest.mark.parametrize("tab", [0, 1])
def test_onnx_counts_are_those_of_its_models(tab):
    onnx = pytest.importorskip("onnx", reason="the models are made by onnx")
    from lecture_lib.interchange import to_onnx

    model = to_onnx([LSTM, GRU][tab](3, 5))
    arrays = {a.name: onnx.numpy_helper.to_array(a) for a in model.graph.initializer}
    assert Shapes(tab=tab, D=3, H=5).counts["ONNX"] == size(arrays[name] for name in "WRB")


@pytest.mark.parametrize("tab", [0, 1])
def test_shapes_are_those_of_the_equation(tab):
    T, N, D, H, G = 4, 3, 2, 5, 3 if tab else 4
    shapes = Shapes(tab=tab, T=T, N=N, D=D, H=H).shapes
    assert shapes["x"] == (T, N, D)
    assert shapes["h"] == (T, N, H)
    assert shapes["weight_ih"] == (G * H, D)
    assert shapes["weight_hh"] == (G * H, H)
    assert shapes["bias"] == (G * H,)
    assert all(shapes[gate] == (T, N, H) for gate in ("rzn" if tab else "ifgo"))
    assert ("c" in shapes) == (not tab)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"D": 0}, r"D must be a whole number in \[1, 64\], got 0"),
        ({"H": 65}, r"H must be a whole number in \[1, 64\], got 65"),
        ({"N": 2.5}, r"N must be a whole number in \[1, 32\], got 2.5"),
        ({"T": "x"}, r"T must be a whole number in \[1, 40\], got 'x'"),
        ({"apart": 1}, "apart must be True or False, got 1"),
        ({"tab": 2}, r"tab must be a whole number in \[0, 1\], got 2"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given, message):
    with pytest.raises((ValueError, TypeError, traitlets.TraitError), match=message):
        Shapes(**given)


@pytest.mark.parametrize("tab", [0, 1])
def test_still_and_text(tab):
    figure = Shapes(tab=tab, D=64, H=64, N=32, T=40)
    assert figure.still() == Shapes(tab=tab, D=64, H=64, N=32, T=40).still()
    assert len(figure.still()) <= 8_000
    assert f"this book {figure.counts['this book']:,}" in figure.text()
