"""What people have and report, kind by kind: each is read as what it is, or refused in words."""

import pickle

import h5py
import ml_dtypes
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from lecture_lib import GRU, LSTM, RNN
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.minimal import MinGRU
from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.interchange import (
    from_keras,
    from_onnx,
    from_torch,
    open_network,
    to_keras,
    to_onnx,
    to_torch,
)

D, H = 2, 3
# float32 has 1.2e-7 of 1; six steps of sums of five products stay below ten times that.
SINGLE = {"rtol": 0, "atol": 1e-5}
X = np.random.default_rng(0).normal(size=(6, 2, D)).astype(np.float32)


def drawn(make=LSTM, **options):
    cell, rng = make(D, H, seed=0, **options), np.random.default_rng(1)
    for array in cell.parameters().values():
        array += rng.normal(0, 0.5, array.shape)
    return cell


def runtime(model, x=X):
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"x": x})[0]


def node_of(model):
    return next(n for n in model.graph.node if n.op_type in ("LSTM", "GRU", "RNN"))


def store(model, name, array):
    model.graph.initializer.append(numpy_helper.from_array(array, name))


def take(model, name):
    tensor = next(t for t in model.graph.initializer if t.name == name)
    array = numpy_helper.to_array(tensor).copy()
    model.graph.initializer.remove(tensor)
    return array


def made_by(op, inputs, output="W", **attributes):
    return helper.make_node(op, inputs, [output], **attributes)


def w_by_unsqueeze(model, w):
    store(model, "w2", w[0])
    store(model, "axis", np.array([0]))
    return [made_by("Unsqueeze", ["w2", "axis"])]


def w_by_concat_of_slices(model, w):
    store(model, "w2", w)
    for name, value in {"a": [0], "b": [5], "c": [12], "axis": [1]}.items():
        store(model, name, np.array(value))
    return [
        made_by("Slice", ["w2", "a", "b", "axis"], "upper"),
        made_by("Slice", ["w2", "b", "c", "axis"], "lower"),
        made_by("Concat", ["upper", "lower"], axis=1),
    ]


def w_by_transpose_reshape_identity(model, w):
    store(model, "w2", np.ascontiguousarray(w[0].T))
    store(model, "shape", np.array([1, 12, -1]))
    return [
        made_by("Transpose", ["w2"], "turned", perm=[1, 0]),
        made_by("Reshape", ["turned", "shape"], "shaped"),
        made_by("Identity", ["shaped"]),
    ]


def w_by_dequantize(model, w):
    scale = np.float32(np.abs(w).max() / 127)
    store(model, "w2", np.round(w / scale).astype(np.int8))
    store(model, "scale", scale)
    return [made_by("DequantizeLinear", ["w2", "scale"])]


def w_by_constant_cast_split(model, w):
    both = np.concatenate([w, w + 1]).astype(np.float64)
    store(model, "sizes", np.array([1, 1]))
    return [
        helper.make_node("Constant", [], ["w2"], value=numpy_helper.from_array(both)),
        made_by("Cast", ["w2"], "single", to=1),
        helper.make_node("Split", ["single", "sizes"], ["W", "other"], axis=0),
    ]


@pytest.mark.parametrize(
    "made",
    [
        w_by_unsqueeze,
        w_by_concat_of_slices,
        w_by_transpose_reshape_identity,
        w_by_dequantize,
        w_by_constant_cast_split,
    ],
)
def test_weights_that_other_nodes_make(made):
    model = to_onnx(drawn())
    nodes = made(model, take(model, "W"))
    for k, node in enumerate(nodes):
        model.graph.node.insert(k, node)
    np.testing.assert_allclose(from_onnx(model).run(X)[0], runtime(model), **SINGLE)


def test_weights_in_a_file_beside_the_model(tmp_path):
    cell, path = drawn(), tmp_path / "m.onnx"
    onnx.save(to_onnx(cell), path, save_as_external_data=True, location="w.bin", size_threshold=0)
    np.testing.assert_allclose(from_onnx(path).weight_ih, cell.weight_ih, rtol=1e-6)
    with pytest.raises(ValueError, match=r"lies in the file 'w.bin' beside the model: give"):
        from_onnx(path.read_bytes())


@pytest.mark.parametrize("location", ["../w.bin", "/etc/hostname", "link.bin", "nowhere.bin", ""])
def test_nothing_is_read_from_outside_the_folder(tmp_path, location):
    folder = tmp_path / "model"
    folder.mkdir()
    path = folder / "m.onnx"
    onnx.save(to_onnx(drawn()), path, save_as_external_data=True, location="w", size_threshold=0)
    (tmp_path / "w.bin").write_bytes((folder / "w").read_bytes())
    (folder / "link.bin").symlink_to(tmp_path / "w.bin")
    model = onnx.load(path, load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            entry.value = location if entry.key == "location" else entry.value
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match=r"must lie in the model's folder|no such file"):
        open_network(path)


def with_state(model):
    store(model, "start", np.full((1, 2, H), 0.9, np.float32))
    node_of(model).input.extend(["", "start"])


def with_lengths(model):
    store(model, "lengths", np.array([6, 3], np.int32))
    node_of(model).input.append("lengths")


@pytest.mark.parametrize(("add", "said"), [(with_state, "state"), (with_lengths, "lengths")])
def test_what_is_stored_is_honoured_by_a_network_and_handed_back(add, said):
    model = to_onnx(drawn())
    add(model)
    [layer] = open_network(model)
    assert getattr(layer, said) is not None
    h, theirs = layer.forward(X).h.copy(), runtime(model)
    if said == "lengths":
        # Past a sequence's end ONNX' h is 0, and this library's repeats.
        h[np.arange(6)[:, None] >= layer.lengths] = 0
    np.testing.assert_allclose(h, theirs, **SINGLE)
    with pytest.raises(ValueError, match=r"stored .*, which a cell cannot hold: open_network"):
        from_onnx(model)


def test_batch_first_is_said_and_a_cell_alone_refused():
    model = to_onnx(drawn())
    node_of(model).attribute.append(helper.make_attribute("layout", 1))
    assert open_network(model)[0].axes == "NTD"
    with pytest.raises(ValueError, match="layout = 1, x with the batch first"):
        from_onnx(model)


def test_several_nodes_are_named_and_one_chosen():
    model = to_onnx(drawn())
    twin = model.graph.node.add()
    twin.CopyFrom(node_of(model))
    twin.name, twin.output[:] = "decoder", ["A", "B_", "C_"]
    network = open_network(model)
    assert [layer.name for layer in network] == ["LSTM_0", "decoder"]
    assert "decoder" in str(network)
    for choice in ("decoder", 1):
        np.testing.assert_array_equal(
            from_onnx(model, layer=choice).weight_hh, network["decoder"].cell.weight_hh
        )


def in_a_branch(model):
    """The node of `model` in both branches of an If."""
    node = node_of(model)
    branches = []
    for k in range(2):
        inner = helper.make_node("LSTM", node.input, [f"y{k}"], hidden_size=H, name="inner")
        out = helper.make_tensor_value_info(f"y{k}", 1, None)
        branches.append(helper.make_graph([inner], f"branch{k}", [], [out]))
    whether = helper.make_tensor_value_info("rate", 9, [])
    chosen = helper.make_node(
        "If", ["rate"], ["Y"], name="which", then_branch=branches[0], else_branch=branches[1]
    )
    graph = helper.make_graph(
        [chosen],
        "g",
        [model.graph.input[0], whether],
        [helper.make_tensor_value_info("Y", 1, None)],
        model.graph.initializer,
    )
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=8)


def test_nodes_in_the_branches_of_an_if():
    cell = drawn()
    network = open_network(in_a_branch(to_onnx(cell)))
    # The order of the file, in which the attributes are sorted.
    names = ["which/else_branch/inner", "which/then_branch/inner"]
    assert [layer.name for layer in network] == names
    np.testing.assert_allclose(network[1].cell.weight_hh, cell.weight_hh, rtol=1e-6)
    with pytest.raises(ValueError, match="lies inside a branch or a loop"):
        network.read(network[0], x=X)


def test_a_node_in_the_body_of_a_loop():
    cell = drawn()
    model = to_onnx(cell)
    node = helper.make_node("LSTM", node_of(model).input, ["y"], hidden_size=H, name="inner")
    going = helper.make_tensor_value_info("going", 9, [])
    body = helper.make_graph(
        [node, helper.make_node("Identity", ["going"], ["on"])],
        "body",
        [helper.make_tensor_value_info("k", 7, []), going],
        [helper.make_tensor_value_info("on", 9, []), helper.make_tensor_value_info("y", 1, None)],
    )
    loop = helper.make_node("Loop", ["times", ""], ["Y"], name="again", body=body)
    store(model, "times", np.array(2))
    graph = helper.make_graph(
        [loop],
        "g",
        [model.graph.input[0]],
        [helper.make_tensor_value_info("Y", 1, None)],
        model.graph.initializer,
    )
    whole = helper.make_model(graph, opset_imports=model.opset_import, ir_version=8)
    [layer] = open_network(whole)
    assert layer.name == "again/body/inner"
    np.testing.assert_allclose(layer.forward(X).h, runtime(whole)[1][:, 0], **SINGLE)


def test_a_quantised_node_is_dequantised_and_said_to_be_near():
    cell, rng = drawn(), np.random.default_rng(3)
    model = to_onnx(cell)
    W, R = (take(model, n).transpose(0, 2, 1) for n in "WR")
    node = node_of(model)
    node.op_type, node.domain = "DynamicQuantizeLSTM", "com.microsoft"
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    for name, array in (("W", W), ("R", R)):
        scale = np.float32(np.abs(array).max() / 127)
        store(model, name, np.round(array / scale).astype(np.int8))
        store(model, f"{name}_s", np.array([scale]))
        store(model, f"{name}_z", np.zeros(1, np.int8))
    node.input.extend([""] * (8 - len(node.input)) + ["W_s", "W_z", "R_s", "R_z"])
    [layer] = open_network(model)
    assert any("dequantised" in note for note in layer.notes)
    # Half a step of 1/127 of the largest weight, about 2.
    np.testing.assert_allclose(layer.cell.weight_ih, cell.weight_ih, atol=0.01)
    x = rng.normal(size=X.shape).astype(np.float32)
    # ONNX Runtime rounds x and h to 8 bits as well: it differs by about 1e-2, and is no other cell.
    np.testing.assert_allclose(layer.forward(x).h, runtime(model, x), atol=0.05)


def attribute(name, value):
    return lambda model: node_of(model).attribute.append(helper.make_attribute(name, value))


def with_peepholes(model, P=None):
    P = np.random.default_rng(4).normal(size=(1, 9)) if P is None else P
    store(model, "P", P.astype(np.float32))
    node_of(model).input.extend(["", "", "", "P"])


def with_peepholes_of_zeros(model):
    with_peepholes(model, np.zeros((1, 9)))


@pytest.mark.parametrize(
    "change",
    [
        [attribute("direction", "reverse")],
        [with_peepholes_of_zeros],
        [attribute("input_forget", 1)],
        [with_peepholes],
        [with_peepholes, attribute("input_forget", 1), attribute("clip", 0.7)],
        [attribute("clip", 0.5)],
        [attribute("activations", ["sigmoid", "tanh", "tanh"])],
        [attribute("activations", ["HardSigmoid", "Relu", "Softsign"])],
        [
            attribute("activations", ["HardSigmoid", "LeakyRelu", "ScaledTanh"]),
            attribute("activation_alpha", [0.3, 0.05, 1.2]),
            attribute("activation_beta", [0.4, 0.8]),
        ],
    ],
)
def test_what_the_library_has_is_read_as_what_it_is(change):
    model = to_onnx(drawn())
    for one in change:
        one(model)
    np.testing.assert_allclose(from_onnx(model).run(X)[0], runtime(model), **SINGLE)


def hard_sigmoid_lstm(kernel, recurrent, bias):
    """An LSTM of Keras 2, written out."""
    h = c = np.zeros((2, H))
    out = []
    for x in X:
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        i, f, o = (np.clip(0.2 * a + 0.5, 0, 1) for a in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        out.append(h)
    return np.array(out)


def test_hard_sigmoid_is_an_argument_where_arrays_alone_are_given():
    arrays = to_keras(drawn())
    cell = from_keras(arrays, recurrent_activation="hard_sigmoid")
    # float64, six steps.
    np.testing.assert_allclose(cell.run(X)[0], hard_sigmoid_lstm(*arrays), atol=1e-12)


def test_cudnns_kernels_are_turned_block_by_block():
    cell = drawn()
    kernel, recurrent, bias = to_keras(cell)
    blocks = [b.T.reshape(b.shape) for b in np.split(kernel, 4, axis=1)]
    turned = [b.T for b in np.split(recurrent, 4, axis=1)]
    part = np.random.default_rng(5).normal(size=bias.shape)
    arrays = [np.hstack(blocks), np.hstack(turned), np.concatenate([bias - part, part])]
    np.testing.assert_allclose(from_keras(arrays).run(X)[0], cell.run(X)[0], atol=1e-12)


def test_cudnns_gru_resets_after():
    cell = drawn(GRU, update="keep", reset="after")
    kernel, recurrent, bias = to_keras(cell)
    blocks = [b.T.reshape(b.shape) for b in np.split(kernel, 3, axis=1)]
    turned = [b.T for b in np.split(recurrent, 3, axis=1)]
    arrays = [np.hstack(blocks), np.hstack(turned), bias.ravel()]
    np.testing.assert_allclose(from_keras(arrays).run(X)[0], cell.run(X)[0], atol=1e-12)


def test_tensorflow_1_adds_the_forget_bias_when_it_runs():
    cell = drawn()
    kernel, recurrent, bias = (np.split(a, 4, axis=-1) for a in to_keras(cell))
    bias[1] = bias[1] - 1
    arrays = [np.hstack([np.vstack([kernel[k], recurrent[k]]) for k in (0, 2, 1, 3)])]
    arrays.append(np.concatenate([bias[k] for k in (0, 2, 1, 3)]))
    np.testing.assert_allclose(
        from_keras(arrays, layout="tf1 LSTM").run(X)[0], cell.run(X)[0], atol=1e-12
    )
    wide = np.ones((20, 12))
    with pytest.raises(ValueError, match="fit tf1 LSTM and tf1 RNN: layout= says"):
        from_keras([wide, np.ones(12)])


def test_keras_1_keeps_each_gate_apart():
    cell = drawn()
    parts = [np.split(a, 4, axis=-1) for a in to_keras(cell)]
    arrays = [part[k] for k in (0, 2, 1, 3) for part in parts]
    with pytest.raises(ValueError, match=r"Keras 1 had hard_sigmoid .* recurrent_activation must"):
        from_keras(arrays)
    back = from_keras(arrays, recurrent_activation="sigmoid")
    np.testing.assert_allclose(back.run(X)[0], cell.run(X)[0], atol=1e-12)


def test_six_arrays_are_a_bidirectional_and_a_doubt_is_named():
    there, back = drawn(), LSTM(D, H, seed=5)
    cell = from_keras(to_keras(there) + to_keras(back))
    assert isinstance(cell, Bidirectional)
    both = Bidirectional(there, back)
    np.testing.assert_allclose(cell.run(X)[0], both.run(X)[0], atol=1e-12)
    square = [np.ones((3, 12)), np.ones((3, 12)), np.ones(12)]
    with pytest.raises(ValueError, match="fit bidirectional and stack of layers: layout= says"):
        from_keras(square * 2)


def projected_lstm(arrays):
    """An LSTM of PyTorch with proj_size, written out."""
    W, U, P, b, b2 = (
        arrays[f"{name}_l0"]
        for name in ("weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh")
    )
    h, c, out = np.zeros((2, len(P))), np.zeros((2, H)), []
    for x in X:
        i, f, g, o = np.split(x @ W.T + h @ U.T + b + b2, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-a)) for a in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = (o * np.tanh(c)) @ P.T
        out.append(h)
    return np.array(out)


def test_a_projection_is_computed():
    arrays = to_torch(drawn())
    rng = np.random.default_rng(6)
    arrays |= {"weight_hr_l0": rng.normal(size=(2, 3)), "weight_hh_l0": rng.normal(size=(12, 2))}
    cell = from_torch(arrays)
    assert isinstance(cell, LSTMVariant) and cell.hidden_size == 2 and cell.cell_size == 3
    # float64, six steps.
    np.testing.assert_allclose(cell.run(X)[0], projected_lstm(arrays), atol=1e-12)
    for name, array in to_torch(cell).items():
        np.testing.assert_allclose(
            array, arrays[name] + (arrays["bias_hh_l0"] if name == "bias_ih_l0" else 0)
        )


def test_bfloat16_a_nested_checkpoint_and_a_forgotten_prefix():
    cell, arrays = drawn(), to_torch(drawn())
    half = from_torch({n: a.astype(ml_dtypes.bfloat16) for n, a in arrays.items()})
    # bfloat16 keeps 8 bits: half a step is 2^-9 of a number.
    np.testing.assert_allclose(half.weight_hh, cell.weight_hh, rtol=2**-8)
    nested = from_torch({"epoch": 3, "state_dict": arrays})
    np.testing.assert_array_equal(nested.weight_hh, cell.weight_hh)
    with pytest.raises(ValueError, match=r"what fits: prefix='module.rnn.'"):
        from_torch({f"module.rnn.{name}": array for name, array in arrays.items()})


def test_a_path_is_opened(tmp_path):
    cell = drawn()
    np.savez(tmp_path / "w.npz", **to_torch(cell))
    np.testing.assert_array_equal(from_torch(tmp_path / "w.npz").weight_hh, cell.weight_hh)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        names = ["l/kernel:0", "l/recurrent_kernel:0", "l/bias:0"]
        for name, array in zip(names, to_keras(cell), strict=True):
            file.create_dataset(f"l/{name}", data=array)
        file["l"].attrs["weight_names"] = [name.encode() for name in names]
    np.testing.assert_array_equal(from_keras(tmp_path / "w.h5").weight_hh, cell.weight_hh)
    for read in (from_torch, from_keras):
        with pytest.raises(FileNotFoundError, match="nowhere"):
            read(tmp_path / "nowhere.pt")


def step_taken_apart(order="ifgo", x_size=D, keras=False):
    """One step of an LSTM in the operators that exporters take it apart into, and its cell.

    `keras`: a product of rows, MatMul, and the bias added behind, where PyTorch has two Gemm.
    """
    cell = LSTM(x_size, H, seed=3, dtype=np.float32)
    cell.bias[:] = np.linspace(-1, 1, 4 * H)
    W, R, b = (np.concatenate([np.split(p, 4)["ifgo".index(g)] for g in order])
               for p in (cell.weight_ih, cell.weight_hh, cell.bias))  # fmt: skip
    make = helper.make_node
    stored = {"W": W.T, "R": R.T, "b": b} if keras else {"W": W, "R": R, "b": b / 2}
    if keras:
        nodes = [make("MatMul", ["h0", "R"], ["by_h"]), make("MatMul", ["x", "W"], ["by_x"])]
        nodes += [make("Add", ["by_h", "by_x"], ["sum"]), make("Add", ["sum", "b"], ["all"])]
    else:
        nodes = [
            make("Gemm", [n, w, "b"], [f"by_{n}"], transB=1) for n, w in (("x", "W"), ("h0", "R"))
        ]
        nodes += [make("Add", ["by_x", "by_h0"], ["all"])]
    nodes += [
        make("Split", ["all"], list(order), "gates", axis=1),
        *(make("Sigmoid", [letter], [f"{letter}_"]) for letter in "ofi"),
        make("Tanh", ["g"], ["g_"]),
        make("Mul", ["f_", "c0"], ["kept"]),
        make("Mul", ["i_", "g_"], ["new"]),
        make("Add", ["kept", "new"], ["c"]),
        make("Tanh", ["c"], ["shown"]),
        make("Mul", ["o_", "shown"], ["h"]),
    ]
    sizes = {"x": x_size, "h0": H, "c0": H}
    ins = [helper.make_tensor_value_info(n, 1, [1, k]) for n, k in sizes.items()]
    outs = [helper.make_tensor_value_info(n, 1, [1, H]) for n in "hc"]
    weights = [numpy_helper.from_array(np.ascontiguousarray(a), n) for n, a in stored.items()]
    graph = helper.make_graph(nodes, "g", ins, outs, weights)
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=10), cell


@pytest.mark.parametrize("keras", [False, True])
@pytest.mark.parametrize("order", ["ifgo", "ogfi", "fiog"])
def test_a_step_that_an_exporter_took_apart_is_read(order, keras):
    model, cell = step_taken_apart(order, keras=keras)
    network = open_network(model)
    [layer] = network
    assert (layer.name, layer.kind, layer.input_size, layer.hidden_size) == ("gates", "LSTM", D, H)
    assert f"told by their use, in the order {order}" in str(network)
    for name, array in cell.parameters().items():
        np.testing.assert_allclose(layer.cell.parameters()[name], array, rtol=1e-6)
    rng = np.random.default_rng(0)
    inputs = {
        n: rng.normal(size=(1, k)).astype(np.float32) for n, k in (("x", D), ("h0", H), ("c0", H))
    }
    read = network.read("gates", **inputs)
    np.testing.assert_array_equal(read.x[0], inputs["x"])
    assert read.agrees(1e-6)
    # And it would not, were two gates the other way round.
    layer.cell.weight_ih[:H], layer.cell.weight_ih[H : 2 * H] = (
        layer.cell.weight_ih[H : 2 * H].copy(),
        layer.cell.weight_ih[:H].copy(),
    )
    assert not read.agrees(1e-3)


def in_a_loop(model, kind):
    """The step as the body of a Scan or Loop over 6 steps, which gives every h."""
    make, value = helper.make_node, helper.make_tensor_value_info
    body = model.graph
    body.node.append(make("Identity", ["h"], ["each"]))
    ins = {one.name: one for one in body.input}
    outs = {one.name: one for one in body.output}
    del body.input[:], body.output[:]
    states, each = [ins["h0"], ins["c0"]], [outs["h"], outs["c"], value("each", 1, [1, H])]
    if kind == "Scan":
        body.input.extend([*states, ins["x"]])
        body.output.extend(each)
        loop = make(
            "Scan", ["H0", "C0", "X"], ["hT", "cT", "Y"], "loop", body=body, num_scan_inputs=1
        )
    else:
        body.node.insert(0, make("Gather", ["X", "turn"], ["x"]))
        body.node.append(make("Identity", ["go"], ["on"]))
        body.input.extend([value("turn", 7, []), value("go", 9, []), *states])
        body.output.extend([value("on", 9, []), *each])
        loop = make("Loop", ["turns", "", "H0", "C0"], ["hT", "cT", "Y"], "loop", body=body)
    shapes = {"H0": [1, H], "C0": [1, H], "X": [6, 1, H]}
    ins = [value(n, 1, shape) for n, shape in shapes.items()]
    turns = numpy_helper.from_array(np.array(6), "turns")
    graph = helper.make_graph([loop], "g", ins, [value("Y", 1, [6, 1, H])], [turns])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)


@pytest.mark.parametrize("kind", ["Scan", "Loop"])
def test_the_step_of_a_loop_is_read_though_x_is_as_wide_as_h(kind):
    model = in_a_loop(step_taken_apart(x_size=H)[0], kind)
    network = open_network(model)
    assert [layer.name for layer in network] == ["loop/body/gates"]
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    rng = np.random.default_rng(1)
    shapes = {"H0": (1, H), "C0": (1, H), "X": (6, 1, H)}
    inputs = {n: rng.normal(size=shape).astype(np.float32) for n, shape in shapes.items()}
    [theirs] = session.run(["Y"], inputs)
    state = inputs["H0"], inputs["C0"]
    # float32 in the runtime.
    np.testing.assert_allclose(network[0].forward(inputs["X"], state).h, theirs, atol=1e-6)


def test_a_step_whose_parts_are_not_to_be_told_is_named():
    # x and h of one width, and c from elsewhere: either product may be that of h.
    model, _ = step_taken_apart(x_size=H)
    assert open_network(model)[0].cell is None
    assert "which of its two products is that of h is not to be told" in str(open_network(model))
    model, _ = step_taken_apart()
    next(n for n in model.graph.node if list(n.output) == ["h"]).input[0] = "i_"
    assert "is not what an LSTM does" in str(open_network(model))
    model, _ = step_taken_apart()
    next(n for n in model.graph.node if n.op_type == "Gemm").attribute.add(
        name="alpha", type=1, f=2
    )
    assert "scales or turns what it multiplies" in str(open_network(model))
    model, _ = step_taken_apart()
    del model.graph.initializer[0]
    assert "'W' of its gates are not stored as a matrix" in str(open_network(model))


def test_a_file_without_a_recurrent_layer_says_so():
    model = to_onnx(drawn())
    node = node_of(model)
    node.op_type, node.output[:] = "Identity", ["Y"]
    assert "no recurrent layer was found" in str(open_network(model))


def weights_alone(path, version, **layers):
    """A file of a Keras before 3, of weights without a config."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version
        for layer, arrays in layers.items():
            names = [f"{layer}/{name}:0" for name in arrays]
            for name, array in zip(names, arrays.values(), strict=True):
                file.create_dataset(f"{layer}/{name}", data=array)
            file[layer].attrs["weight_names"] = [name.encode() for name in names]


def test_weights_alone_of_an_old_keras_ask_for_the_gates_function(tmp_path):
    path, cell = tmp_path / "w.h5", drawn()
    arrays = dict(zip(("kernel", "recurrent_kernel", "bias"), to_keras(cell), strict=True))
    # A Dense of 3 inputs and 4 units could, by its shapes, be an LSTM of TensorFlow 1.
    dense = {"kernel": np.ones((3, 4)), "bias": np.ones(4)}
    weights_alone(path, "2.2.4", lstm_1=arrays, dense_1=dense)
    [layer] = open_network(path)
    assert (layer.name, layer.kind, layer.input_size, layer.hidden_size) == ("lstm_1", "LSTM", D, H)
    assert layer.cell is None and 'must be "hard_sigmoid" or "sigmoid"' in layer.reason
    [layer] = open_network(path, recurrent_activation="hard_sigmoid")
    # float64, six steps.
    np.testing.assert_allclose(
        layer.cell.run(X)[0], hard_sigmoid_lstm(*arrays.values()), atol=1e-12
    )


def test_weights_alone_of_cudnn_leave_no_doubt(tmp_path):
    path, cells = tmp_path / "w.h5", (drawn(), LSTM(D, H, seed=5))
    arrays = {}
    for side, cell in zip(("there", "back"), cells, strict=True):
        kernel, recurrent, bias = to_keras(cell)
        blocks = [b.T.reshape(b.shape) for b in np.split(kernel, 4, axis=1)]
        arrays[f"{side}/kernel"] = np.hstack(blocks)
        arrays[f"{side}/recurrent"] = np.hstack([b.T for b in np.split(recurrent, 4, axis=1)])
        arrays[f"{side}/bias"] = np.concatenate([bias, 0 * bias])
    weights_alone(path, "2.2.4", both=arrays)
    network = open_network(path)
    assert not network.notes and network[0].conventions == {"layout": "cudnn"}
    both = Bidirectional(*cells)
    np.testing.assert_allclose(network[0].cell.run(X)[0], both.run(X)[0], atol=1e-12)


def test_a_pickle_that_is_not_of_pytorch_is_called_so():
    with pytest.raises(ValueError, match="not of PyTorch: a pickle is a program, and none is run"):
        open_network(pickle.dumps({"weight_ih_l0": np.ones((12, 2))}))


@pytest.mark.parametrize(
    ("cell", "writes", "said"),
    [
        (LSTMVariant(D, H, layer_norm=True), to_onnx, "with layer_norm"),
        (LSTMVariant(D, H, forget_gate=False), to_keras, "without its forget gate"),
        (LSTMVariant(D, H, peephole=True), to_torch, "PyTorch's LSTM has no peepholes"),
        (LSTMVariant(D, H, proj_size=2), to_onnx, "no projection"),
        (object(), to_torch, "got object: no framework has a layer for it"),
        (object(), to_keras, "got object: no framework has a layer for it"),
        (MinGRU(D, H), to_torch, "got MinGRU: no framework has a layer for it"),
        (MinGRU(D, H), to_keras, "got MinGRU: no framework has a layer for it"),
        (MinGRU(D, H), to_onnx, "got MinGRU: no framework has a layer for it"),
        (object(), to_onnx, "got object: no framework has a layer for it"),
    ],
)
def test_what_has_no_place_is_refused_by_name(cell, writes, said):
    with pytest.raises((ValueError, TypeError), match=said):
        writes(cell)


def test_the_dtype_of_onnx_is_a_float_that_holds_the_weights():
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got int32"):
        to_onnx(RNN(D, H), dtype=np.int32)
    cell = RNN(D, H)
    cell.weight_ih[0, 0] = 1e300
    with pytest.raises(ValueError, match="W must be finite in float32"):
        to_onnx(cell)


def test_a_checker_that_says_nothing_is_quoted_by_its_error(monkeypatch):
    def fail(model):
        raise RuntimeError

    monkeypatch.setattr(onnx.checker, "check_model", fail)
    assert "ONNX' checker says of this model: RuntimeError" in str(open_network(to_onnx(drawn())))
