"""Cells to and from ONNX models: `lecture_lib.interchange` shows both functions."""

import os

import numpy as np

from lecture_lib._layouts import as_weights, cell_of, stacked

ONNX_GATES = {"RNN": "h", "GRU": "zrn", "LSTM": "iofg"}
ACTIVATIONS = {"RNN": "Tanh", "GRU": "Sigmoid Tanh", "LSTM": "Sigmoid Tanh Tanh"}


def to_onnx(cell, dtype=np.float32, with_state=False):
    """An ONNX model that computes what the cell does: in x (T, N, D), with T and N free; out
    h (T, N, H), then the last states (N, H) as h_n and, for the LSTM, c_n.

    It starts from zeros, or `with_state` from h0 and, for the LSTM, c0 (N, H), inputs that it then
    has. dtype is float32 or float64, of which ONNX Runtime runs float32 alone. `onnx.save(model,
    path)` writes the model, `model.SerializeToString()` is what ONNX Runtime takes.

    Raises ImportError if onnx is not installed.
    """
    onnx = _import_onnx()
    make_node, make_value = onnx.helper.make_node, onnx.helper.make_tensor_value_info
    kind, H = type(cell).__name__, cell.hidden_size
    states = ["h", "c"] if kind == "LSTM" else ["h"]
    element = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    weight_ih, weight_hh, *biases = (array.astype(dtype) for array in stacked(cell, ONNX_GATES))
    constants = {
        "W": weight_ih[None],
        "R": weight_hh[None],
        "B": np.concatenate(biases)[None],
        # ONNX gives its states and outputs an axis for the direction, here of length 1.
        "axis_of_state": np.array([0]),
        "axis_of_output": np.array([1]),
    }
    inputs = [make_value("x", element, ["T", "N", cell.input_size])]
    nodes, initial = [], []
    if with_state:
        inputs += [make_value(f"{s}0", element, ["N", H]) for s in states]
        initial = ["", *(f"initial_{s}" for s in states)]
        nodes = [
            make_node("Unsqueeze", [f"{s}0", "axis_of_state"], [f"initial_{s}"]) for s in states
        ]
    options = {"linear_before_reset": int(cell.reset == "after")} if kind == "GRU" else {}
    last = [f"Y_{s}" for s in states]
    nodes += [
        make_node(kind, ["x", "W", "R", "B", *initial], ["Y", *last], hidden_size=H, **options),
        make_node("Squeeze", ["Y", "axis_of_output"], ["h"]),
        *(make_node("Squeeze", [f"Y_{s}", "axis_of_state"], [f"{s}_n"]) for s in states),
    ]
    outputs = [make_value("h", element, ["T", "N", H])]
    outputs += [make_value(f"{s}_n", element, ["N", H]) for s in states]
    weights = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = onnx.helper.make_graph(nodes, kind, inputs, outputs, weights)
    # Opset 17 and IR 8 are of 2022: they have all this, and most runtimes in use read them.
    opset = onnx.helper.make_opsetid("", 17)
    return onnx.helper.make_model(
        graph, opset_imports=[opset], ir_version=8, producer_name="lecture_lib"
    )


def from_onnx(model, update="keep"):
    """The cell that computes what the one RNN, LSTM or GRU node of an ONNX model does.

    model is a path, the bytes of a file or a `ModelProto`, with the weights stored in it.
    update="write" gives a GRU with the same outputs whose z writes.

    Raises ValueError for a file that is cut off or is no ONNX model, for none or several such
    nodes, for weights that are elsewhere, misshapen or not finite, and for a node that computes
    another function than these cells: another direction, peepholes, clipping, coupled gates, other
    activations. Raises ImportError if onnx is not installed.
    """
    onnx = _import_onnx()
    graph = _read(onnx, model).graph
    nodes = [node for node in graph.node if node.op_type in ONNX_GATES]
    if len(nodes) != 1:
        raise ValueError(
            f"model must have one RNN, LSTM or GRU node, got {[node.op_type for node in nodes]}"
        )
    node, kind = nodes[0], nodes[0].op_type
    options = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    _check_function(node, options)

    tensors = {tensor.name: tensor for tensor in graph.initializer}
    weights = {}
    for letter, name in zip("WRB", node.input[1:], strict=False):
        if letter == "B" and not name:
            continue
        if name not in tensors:
            raise ValueError(
                f"{letter} of the {kind} node must be stored in the model, got {name!r}"
            )
        weights[letter] = onnx.numpy_helper.to_array(tensors[name])
    H = options["hidden_size"] if "hidden_size" in options else weights["R"].shape[-1]
    rows = len(ONNX_GATES[kind]) * H
    shapes = {
        "W": ((1, rows, -1), "(1, G·H, D)"),
        "R": ((1, rows, H), "(1, G·H, H)"),
        "B": ((1, 2 * rows), "(1, 2·G·H)"),
    }
    weight_ih, weight_hh, *bias = (array[0] for array in as_weights(weights, shapes))
    biases = np.split(bias[0] if bias else np.zeros(2 * rows, weight_ih.dtype), 2)
    reset = "after" if options.get("linear_before_reset") else "before"
    return cell_of(kind, ONNX_GATES, weight_ih, weight_hh, *biases, update=update, reset=reset)


def _import_onnx():
    try:
        import onnx
    except ImportError:
        raise ImportError("ONNX models need the package onnx: pip install onnx") from None
    return onnx


def _read(onnx, model):
    """`model` as a ModelProto that has passed ONNX' own checks."""
    from google.protobuf.message import DecodeError

    try:
        if isinstance(model, bytes):
            model = onnx.load_from_string(model, format="protobuf")
        elif isinstance(model, str | os.PathLike):
            model = onnx.load(model, format="protobuf", load_external_data=False)
        elif not isinstance(model, onnx.ModelProto):
            raise TypeError(
                f"model must be a path, bytes or a ModelProto, got {type(model).__name__}"
            )
        tensors = model.graph.initializer
        elsewhere = [t.name for t in tensors if t.data_location == onnx.TensorProto.EXTERNAL]
        if elsewhere:
            raise ValueError(f"model must hold its weights, but has {elsewhere} in other files")
        onnx.checker.check_model(model)
    except DecodeError:
        raise ValueError(
            "model must be a whole ONNX file, got one cut off or of no such kind"
        ) from None
    except onnx.checker.ValidationError as error:
        raise ValueError(f"model must be a valid ONNX model: {error}") from None
    return model


def _check_function(node, options):
    """Refuse a node that computes something else than the cell of its name."""
    usual = {
        "direction": b"forward",
        "activations": ACTIVATIONS[node.op_type].encode().split(),
        "input_forget": 0,
        "clip": None,
    }
    for name, value in usual.items():
        if options.get(name, value) != value:
            raise ValueError(
                f"the {node.op_type} node has {name} = {options[name]}: not the function of this "
                f"library's {node.op_type}, which has {value}"
            )
    if len(node.input) > 7 and node.input[7]:
        raise ValueError(
            f"the LSTM node has peepholes, P = {node.input[7]!r}: not the function of this "
            "library's LSTM, which has none"
        )
