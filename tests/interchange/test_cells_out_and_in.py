"""Plain cells to and from PyTorch, Keras and ONNX: layouts, errors, a trained cell in a runtime.

That the other side computes the same with them is for test_oracles.py.
"""

import sys

import numpy as np
import onnx
import onnxruntime
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.interchange import (
    from_keras,
    from_onnx,
    from_torch,
    reorder_gates,
    to_keras,
    to_onnx,
    to_torch,
)
from lecture_lib.training import Batch, Linear, SequenceModel, fit, mean_squared_error

D, H = 2, 3
CELLS = {
    "rnn": lambda **kw: RNN(D, H, **kw),
    "lstm": lambda **kw: LSTM(D, H, **kw),
    "gru write before": lambda **kw: GRU(D, H, **kw),
    "gru write after": lambda **kw: GRU(D, H, reset="after", **kw),
    "gru keep before": lambda **kw: GRU(D, H, update="keep", **kw),
    "gru keep after": lambda **kw: GRU(D, H, update="keep", reset="after", **kw),
}
IN_TORCH = [name for name in CELLS if not name.endswith("before")]


def make(name, dtype=np.float64):
    cell = CELLS[name](seed=1, dtype=dtype)
    rng = np.random.default_rng(2)
    for array in cell.parameters().values():
        array += rng.normal(size=array.shape).astype(dtype)
    return cell


def assert_same_cell(back, cell):
    assert repr(back) == repr(cell)
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(back.parameters()[name], array, err_msg=name)


def update_of(cell):
    return {"update": cell.update} if isinstance(cell, GRU) else {}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", IN_TORCH)
def test_torch_round_trip(name, dtype):
    cell = make(name, dtype)
    assert_same_cell(from_torch(to_torch(cell), **update_of(cell)), cell)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CELLS)
def test_keras_round_trip(name, dtype):
    cell = make(name, dtype)
    assert_same_cell(from_keras(to_keras(cell), **update_of(cell)), cell)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CELLS)
def test_onnx_round_trip(name, dtype, tmp_path):
    cell = make(name, dtype)
    model = to_onnx(cell, dtype=dtype)
    path = tmp_path / "cell.onnx"
    onnx.save(model, path)
    for source in (model, model.SerializeToString(), path, str(path)):
        assert_same_cell(from_onnx(source, **update_of(cell)), cell)


@pytest.mark.parametrize("name", ["gru write before", "gru keep before"])
def test_a_gru_that_resets_before_is_refused_for_torch_with_the_reason(name):
    with pytest.raises(ValueError, match=r"W_hn · \(r ⊙ h\), PyTorch .* same function"):
        to_torch(make(name))


def test_what_is_exported_is_a_copy():
    cell = make("gru keep after")
    before = {name: array.copy() for name, array in cell.parameters().items()}
    for array in [*to_torch(cell).values(), *to_keras(cell)]:
        array[...] = 9
    from_torch(to_torch(cell), update="write")
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(array, before[name])


def test_what_is_imported_is_a_copy():
    state_dict = to_torch(make("gru keep after"))
    weights = to_keras(make("gru keep after"))
    before = [array.copy() for array in [*state_dict.values(), *weights]]
    for cell in (from_torch(state_dict, update="write"), from_keras(weights, update="write")):
        for array in cell.parameters().values():
            array[...] = 9
    for array, was in zip([*state_dict.values(), *weights], before, strict=True):
        np.testing.assert_array_equal(array, was)


def labelled(gates, size=1):
    """Rows that say which gate they are of, and which unit: i0, i1, f0, …"""
    return np.array([100 * ord(gate) + unit for gate in gates for unit in range(size)], float)


def test_the_two_biases_of_torch_are_added():
    state_dict = to_torch(make("lstm"))
    state_dict["bias_ih_l0"], state_dict["bias_hh_l0"] = labelled("ifgo", H), np.ones(4 * H)
    np.testing.assert_array_equal(from_torch(state_dict).bias, labelled("ifgo", H) + 1)


def test_of_the_two_biases_of_a_gru_that_of_n_stays_apart():
    state_dict = to_torch(make("gru keep after"))
    state_dict["bias_ih_l0"], state_dict["bias_hh_l0"] = labelled("rzn", H), labelled("RZN", H)
    cell = from_torch(state_dict)
    np.testing.assert_array_equal(cell.bias[: 2 * H], labelled("rz", H) + labelled("RZ", H))
    np.testing.assert_array_equal(cell.bias[2 * H :], labelled("n", H))
    np.testing.assert_array_equal(cell.bias_hn, labelled("N", H))


def test_a_torch_layer_without_bias():
    state_dict = to_torch(make("lstm"))
    del state_dict["bias_ih_l0"], state_dict["bias_hh_l0"]
    assert not from_torch(state_dict).bias.any()


def test_one_layer_of_a_larger_torch_model():
    cell, other = make("lstm"), make("gru keep after")
    checkpoint = {f"encoder.{name}": array for name, array in to_torch(other).items()}
    for name, array in to_torch(cell).items():
        checkpoint[f"encoder.{name.replace('_l0', '_l1_reverse')}"] = array
    checkpoint["head.weight"] = np.zeros((5, H))
    assert_same_cell(from_torch(checkpoint, prefix="encoder.", suffix="_l1_reverse"), cell)
    assert_same_cell(from_torch(checkpoint, prefix="encoder.", suffix="_l0"), other)
    with pytest.raises(ValueError, match=r"encoder.bias_hh_l1_reverse.* would be left out"):
        from_torch(checkpoint, prefix="encoder.")


def test_a_torch_cell_has_names_without_suffix():
    cell = make("lstm")
    checkpoint = {name.removesuffix("_l0"): array for name, array in to_torch(cell).items()}
    assert_same_cell(from_torch(checkpoint, suffix=""), cell)


def test_a_state_dict_from_an_npz_file(tmp_path):
    cell = make("lstm")
    np.savez(tmp_path / "cell.npz", **to_torch(cell))
    with np.load(tmp_path / "cell.npz", allow_pickle=False) as checkpoint:
        assert_same_cell(from_torch(checkpoint), cell)


def changed(source, changes):
    return {name: array for name, array in {**source, **changes}.items() if array is not None}


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"weight_hh_l0": None}, ValueError, r"must have \['weight_hh_l0'\], got \['bias_hh_l0',"),
        ({"bias_hh_l0": None}, ValueError, r"must have \['bias_hh_l0'\]"),
        ({"weight_hr_l0": np.ones((2, 3))}, ValueError, r"weight_hh_l0 .*\(12, 2\), got \(12, 3\)"),
        ({"weight_ih_l1": np.ones((12, 3))}, ValueError, "weight_ih_l1.* would be left out"),
        ({"weight_hh_l0": np.ones((3, 12))}, ValueError, r"weight_hh_l0 .* got \(3, 12\)"),
        ({"weight_hh_l0": np.ones(12)}, ValueError, r"weight_hh_l0 .* got \(12,\)"),
        ({"weight_ih_l0": np.ones((9, 2))}, ValueError, r"weight_ih_l0 .*\(12, any.*got \(9, 2\)"),
        ({"bias_ih_l0": np.ones(9)}, ValueError, r"bias_ih_l0 .*\(G·H,\) = \(12\), got \(9,\)"),
        ({"bias_hh_l0": np.full(12, np.nan)}, ValueError, "bias_hh_l0 must be finite"),
        ({"weight_ih_l0": np.full((12, 2), "w")}, TypeError, "weight_ih_l0 must hold real numbers"),
        ({"weight_ih_l0": np.full((12, 2), None)}, TypeError, "weight_ih_l0 must hold real num"),
    ],
)
def test_a_wrong_state_dict_is_named(changes, error, message):
    with pytest.raises(error, match=message):
        from_torch(changed(to_torch(make("lstm")), changes))


def test_keras_layouts():
    cell = GRU(1, H, update="keep", reset="after")
    cell.weight_ih[:, 0], cell.bias[:], cell.bias_hn[:] = labelled("rzn", H), labelled("rzn", H), 7
    kernel, recurrent, bias = to_keras(cell)
    np.testing.assert_array_equal(kernel, [labelled("zrn", H)])
    assert recurrent.shape == (H, 3 * H)
    np.testing.assert_array_equal(bias, [labelled("zrn", H), [0] * 2 * H + [7] * H])
    assert to_keras(make("gru keep before"))[2].shape == (3 * H,)
    lstm = LSTM(1, H)
    lstm.bias[:] = labelled("ifgo", H)
    np.testing.assert_array_equal(to_keras(lstm)[2], labelled("ifgo", H))


def test_keras_layers_without_bias():
    for name in CELLS:
        cell = make(name)
        for part in ("bias", "bias_hn"):
            if part in cell.parameters():
                cell.parameters()[part][:] = 0
        weights = to_keras(cell)[:2]
        reset_after = cell.reset == "after" if isinstance(cell, GRU) else None
        assert_same_cell(from_keras(weights, reset_after, **update_of(cell)), cell)
    with pytest.raises(ValueError, match="reset_after must be True or False"):
        from_keras(to_keras(make("gru keep after"))[:2])


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([(2, 12), (3, 12), (12,), (3,)], ValueError, "first two, got 4 arrays"),
        ([(3, 12), (2, 12), (12,)], ValueError, r"recurrent_kernel must .*\(H, G·H\).*\(2, 12\)"),
        ([(12, 2), (3, 12), (12,)], ValueError, r"kernel must .* = \(any ≥ 1, 12\), got \(12, 2\)"),
        ([(2, 12), (3, 12), (2, 12)], ValueError, r"bias must .* got \(2, 12\)"),
        ([(2, 9), (3, 9), (3, 9)], ValueError, r"bias must .*\(2, 3H\).* got \(3, 9\)"),
        ([(2, 9), (3, 9), (8,)], ValueError, r"bias must .*\(G·H,\).* got \(8,\)"),
    ],
)
def test_wrong_keras_weights_are_named(weights, error, message):
    with pytest.raises(error, match=message):
        from_keras([np.ones(shape) for shape in weights])


@pytest.mark.parametrize(("shape", "reset_after"), [((9,), True), ((2, 9), False)])
def test_a_reset_after_that_contradicts_the_bias(shape, reset_after):
    with pytest.raises(ValueError, match="bias must have shape"):
        from_keras([np.ones((2, 9)), np.ones((3, 9)), np.ones(shape)], reset_after)


def test_onnx_layouts():
    cell = LSTM(1, H)
    cell.weight_ih[:, 0], cell.bias[:] = labelled("ifgo", H), labelled("ifgo", H)
    arrays = {t.name: onnx.numpy_helper.to_array(t) for t in to_onnx(cell).graph.initializer}
    np.testing.assert_array_equal(arrays["W"][0, :, 0], labelled("iofg", H))
    np.testing.assert_array_equal(arrays["B"][0], [*labelled("iofg", H), *np.zeros(4 * H)])
    assert arrays["W"].dtype == np.float32


@pytest.mark.parametrize("name", CELLS)
def test_an_onnx_model_is_valid_and_names_its_shapes(name):
    cell = make(name)
    model = to_onnx(cell, with_state=True)
    onnx.checker.check_model(model, full_check=True)
    states = ["h0", "c0"] if name == "lstm" else ["h0"]
    assert [value.name for value in model.graph.input] == ["x", *states]
    last = [s.replace("0", "_n") for s in states]
    assert [value.name for value in model.graph.output] == ["h", *last]


def broken(change):
    """The model of an LSTM after `change` had its node and graph."""
    model = to_onnx(make("lstm"))
    node = next(node for node in model.graph.node if node.op_type == "LSTM")
    change(node, model.graph)
    return model


def with_attribute(name, value):
    attribute = onnx.helper.make_attribute(name, value)
    return lambda node, graph: node.attribute.append(attribute)


def with_other_weights(name, shape):
    tensor = onnx.numpy_helper.from_array(np.ones(shape, np.float32), name)

    def change(node, graph):
        [old] = [k for k, stored in enumerate(graph.initializer) if stored.name == name]
        del graph.initializer[old]
        graph.initializer.append(tensor)

    return change


def with_weights_as_input(node, graph):
    [old] = [k for k, stored in enumerate(graph.initializer) if stored.name == "R"]
    del graph.initializer[old]
    graph.input.append(
        onnx.helper.make_tensor_value_info("R", onnx.TensorProto.FLOAT, [1, 4 * H, H])
    )


def with_a_second_lstm(node, graph):
    second = graph.node.add()
    second.CopyFrom(node)
    second.output[:] = ["Y2", "Y_h2", "Y_c2"]


def without_lstm(node, graph):
    del graph.node[:]
    graph.node.append(onnx.helper.make_node("Identity", ["x"], ["h"]))
    del graph.output[1:]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_a_second_lstm, r"one RNN, LSTM or GRU node, got \['LSTM_0.*layer= chooses"),
        (without_lstm, r"one RNN, LSTM or GRU node, got \[\]"),
        (with_attribute("direction", "inward"), "direction must be one of .*'inward'"),
        (with_attribute("activations", ["Sigmoid", "Tanh", "Cube"]), "activation 'Cube', unknown"),
        (with_attribute("activations", ["Sigmoid", "Tanh"]), "must have 3 activations"),
        (with_attribute("layout", 1), r"layout = 1, x with the batch first.* \.axes"),
        (with_weights_as_input, "R of the LSTM node must be stored in the model, got 'R'"),
        (with_other_weights("W", (1, 9, D)), r"W must have shape .*\(1, 12, any.* got \(1, 9, 2\)"),
        (with_other_weights("B", (1, 12)), r"B must have shape .*\(1, 24\), got \(1, 12\)"),
        (with_other_weights("R", (1, 12, 4)), r"R must have shape .* got \(1, 12, 4\)"),
    ],
)
def test_an_onnx_model_of_another_function_or_shape_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        from_onnx(broken(change))


def test_usual_attributes_are_accepted():
    usual = with_attribute("activations", ["Sigmoid", "Tanh", "Tanh"])
    assert_same_cell(from_onnx(broken(usual)), from_onnx(to_onnx(make("lstm"))))


@pytest.mark.parametrize("name", ["lstm", "gru keep after"])
def test_an_onnx_file_cut_in_half(name, tmp_path):
    whole = to_onnx(make(name)).SerializeToString()
    path = tmp_path / "cut.onnx"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="got one cut off"):
        from_onnx(path)


def test_an_onnx_file_cut_anywhere():
    whole = to_onnx(make("rnn")).SerializeToString()
    for end in range(len(whole)):
        with pytest.raises(ValueError, match="model must"):
            from_onnx(whole[:end])


def test_what_is_no_onnx_model(tmp_path):
    with pytest.raises(ValueError, match="model must be a whole ONNX file"):
        from_onnx(b"\x80\x04 a pickle, perhaps")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        from_onnx(tmp_path / "nowhere.onnx")
    with pytest.raises(TypeError, match="path, bytes or a ModelProto, got LSTM"):
        from_onnx(make("lstm"))


def test_onnx_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    for call in (lambda: to_onnx(make("rnn")), lambda: from_onnx(b"")):
        with pytest.raises(ImportError, match="pip install onnx"):
            call()


@pytest.mark.parametrize(
    ("name", "have", "want"), [("lstm", "iofg", "ifgo"), ("gru keep after", "zrn", "rzn")]
)
def test_a_checkpoint_with_swapped_gates_is_repaired_by_one_call(name, have, want):
    cell = make(name)
    swapped = reorder_gates(to_torch(cell), want, have)
    x = np.random.default_rng(3).normal(size=(5, 2, D))
    expected = cell.forward(x).h
    # Read in the wrong order it is another function: h differs by more than 0.1 somewhere.
    assert np.abs(from_torch(swapped).forward(x).h - expected).max() > 0.1
    repaired = from_torch(reorder_gates(swapped, have, want))
    np.testing.assert_array_equal(repaired.forward(x).h, expected)


def test_gates_move_with_their_units():
    checkpoint = {"weight_hh": np.ones((4 * H, H)), "bias": labelled("iofg", H)}
    repaired = reorder_gates(checkpoint, "iofg", "ifgo")
    np.testing.assert_array_equal(repaired["bias"], labelled("ifgo", H))


def test_the_cells_own_parameters_can_be_reordered():
    cell = make("gru write after")
    there = reorder_gates(cell.parameters(), "rzn", "zrn")
    np.testing.assert_array_equal(there["bias_hn"], cell.bias_hn)
    back = reorder_gates(there, "zrn", "rzn")
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(back[name], array)


@pytest.mark.parametrize(
    ("changes", "have", "want", "message"),
    [
        ({}, "ifgo", "ifco", "orders of the same gates, got 'ifgo', 'ifco'"),
        ({}, "iffo", "iffo", "orders of the same gates"),
        ({}, "rzn", "zrn", r"weight_ih_l0 must have 3 gates · 3 = 9 rows, got shape \(12, 2\)"),
        ({"head.weight": np.ones((5, 3))}, "ifgo", "iofg", "head.weight must have 4 gates"),
        ({"weight_hh_l0": None}, "ifgo", "iofg", "must have a weight_hh"),
    ],
)
def test_a_repair_that_does_not_fit_is_refused(changes, have, want, message):
    with pytest.raises(ValueError, match=message):
        reorder_gates(changed(to_torch(make("lstm")), changes), have, want)


def test_an_lstm_trained_here_runs_in_onnx_runtime():
    def draw(rng):
        """The running mean of noise."""
        x = rng.normal(size=(12, 8, 1))
        return Batch(x, np.cumsum(x, axis=0) / np.arange(1, 13)[:, None, None])

    cell = LSTM(1, 6, seed=0)
    model = SequenceModel(cell, Linear(6, 1, seed=0))
    history = fit(model, draw, mean_squared_error, 200, progress=False)
    assert np.mean(history.loss[-10:]) < 0.3 * history.loss[0]
    session = onnxruntime.InferenceSession(
        to_onnx(cell).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    x = draw(np.random.default_rng(9)).x
    trace = cell.forward(x)
    h, h_n, c_n = session.run(None, {"x": x.astype(np.float32)})
    # float32 has 1.2e-7 of 1; twelve steps of sums of six products stay below ten times that.
    np.testing.assert_allclose(h, trace.h, rtol=0, atol=1e-5)
    np.testing.assert_allclose(h_n, trace.h[-1], rtol=0, atol=1e-5)
    np.testing.assert_allclose(c_n, trace.c[-1], rtol=0, atol=1e-5)
