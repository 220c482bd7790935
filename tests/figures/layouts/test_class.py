"""The layout mapper in Python: its files against `interchange`, its repair against all orders."""

import itertools

import numpy as np
import onnx
import pytest
import traitlets

from lecture_lib.figures import Layouts
from lecture_lib.figures.layouts import BIASES, CELLS, FRAMEWORKS, STEPS, UNITS
from lecture_lib.interchange import (
    from_keras,
    from_onnx,
    from_torch,
    reorder_gates,
    to_keras,
    to_onnx,
    to_torch,
)

WAYS = [
    way
    for way in itertools.product(CELLS, FRAMEWORKS, FRAMEWORKS)
    if not (way[0] == "gru" and "torch" in way)
]


def initializers(model):
    tensors = model.graph.initializer
    return {t.name: onnx.numpy_helper.to_array(t) for t in tensors if t.name in "WRB"}


def read(figure):
    """The cell that lecture_lib.interchange reads out of the source's file."""
    file, source = figure.source_file, figure.source
    update = "write" if figure.target == "book" else "keep"
    if source == "torch":
        return from_torch(file, update=update)
    if source == "keras":
        return from_keras(list(file.values()), update=update)
    if source == "onnx":
        model = to_onnx(figure.reference, dtype=np.float64)
        for tensor in model.graph.initializer:
            if tensor.name in file:
                tensor.CopyFrom(onnx.numpy_helper.from_array(file[tensor.name], tensor.name))
        return from_onnx(model, update=update)
    cell = figure.reference
    cell.load_parameters(file)
    return cell


def written(cell, target):
    if target == "torch":
        return to_torch(cell)
    if target == "keras":
        return dict(zip(["kernel", "recurrent_kernel", "bias"], to_keras(cell), strict=True))
    if target == "onnx":
        return initializers(to_onnx(cell, dtype=np.float64))
    return cell.parameters()


@pytest.mark.parametrize(("cell", "source", "target"), WAYS)
def test_the_files_are_what_interchange_makes_of_them(cell, source, target):
    figure = Layouts(cell=cell, source=source, target=target)
    wanted = written(read(figure), target)
    assert figure.target_file.keys() == wanted.keys()
    for name, array in figure.target_file.items():
        # Sums of two biases in another order.
        np.testing.assert_allclose(array, wanted[name], rtol=0, atol=1e-15, err_msg=name)
    assert figure.same
    # Not one of these states: a first bias that had all, or a second that had none.
    if BIASES[source][cell] == 2:
        assert all(np.abs(a).min() > 0 for a in figure.source_file.values() if a.ndim == 1)


@pytest.mark.parametrize(("cell", "source", "target"), WAYS)
def test_copied_it_is_another_cell_wherever_order_or_z_differ(cell, source, target):
    orders = {"lstm": {"onnx": "iofg"}}.get(cell, {"keras": "zrn", "onnx": "zrn"})
    same_order = orders.get(source) == orders.get(target)
    z_turns = cell != "lstm" and (source == "book") != (target == "book")
    figure = Layouts(cell=cell, source=source, target=target, copied=True)
    assert figure.same == (same_order and not z_turns)
    assert figure.same or figure.difference > 0.1


@pytest.mark.parametrize(("source", "target"), [("torch", "onnx"), ("book", "torch")])
def test_what_cannot_be_translated_says_why(source, target):
    figure = Layouts(cell="gru", source=source, target=target)
    assert "no weights make" in figure.refusal and "no translation" in figure.text()
    with pytest.raises(ValueError, match="no weights make"):
        _ = figure.target_file
    assert "<svg" in figure.still()
    with pytest.raises(ValueError, match="no weights make"):
        to_torch(figure.reference)


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_checkpoint_has_one_order_and_it_is_not_the_books(seed):
    figure = Layouts(tab=1, seed=seed)
    solved = []
    for letters in itertools.permutations("ifgo"):
        figure.order = "".join(letters)
        assert figure.repaired == figure.same
        solved += [figure.order] * figure.repaired
    [order] = solved
    assert order != "ifgo"
    back = reorder_gates(figure.checkpoint, have=order, want="ifgo")
    for name, array in figure.original.parameters().items():
        np.testing.assert_array_equal(back[name], array)


@pytest.mark.parametrize("seed", range(1, 21))
def test_the_hints_are_true(seed):
    figure, H = Layouts(tab=1, seed=seed), UNITS[1]
    trace = figure.original.forward(figure.x)
    assert trace.h.shape == (STEPS, 1, H)
    means = figure.original.bias.reshape(4, H).mean(axis=1)
    assert means.argmax() == "ifgo".index("f")
    np.testing.assert_array_equal(np.sign(trace.g[0]), np.sign(trace.h[0]))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cell": "rnn"}, "cell must be one of 'lstm', 'gru', 'gru_after', got 'rnn'"),
        ({"source": "jax"}, "source must be one of 'book', 'torch', 'keras', 'onnx', got 'jax'"),
        ({"target": None}, "target must be one of .*, got None"),
        ({"order": "ifg"}, "order must be each of i, f, g, o once, got 'ifg'"),
        ({"order": "ifgg"}, "order must be each of i, f, g, o once, got 'ifgg'"),
        ({"order": 3}, "order must be a text, got 3"),
        ({"gate": "c"}, "gate must be one of '', 'i', 'f', .* got 'c'"),
        ({"seed": 0}, r"seed must be a whole number in \[1, 20\], got 0"),
        ({"copied": 1}, "copied must be True or False, got 1"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Layouts(**given)
    figure = Layouts()
    before = figure.state()
    [(name, value)] = given.items()
    with pytest.raises((ValueError, TypeError, traitlets.TraitError)):
        setattr(figure, name, value)
    assert figure.state() == before
