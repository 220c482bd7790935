"""What lies between the recurrent nodes of an ONNX model, and recurrences taken apart into it."""

from typing import Any

import numpy as np

from lecture_lib.interchange.onnx.files import graphs_of
from lecture_lib.interchange.onnx.graph import Uniform, attributes_of

# What may lie between a layer and the next without changing a number.
MOVED = {"Squeeze", "Unsqueeze", "Identity", "Dropout", "Reshape", "Transpose", "Cast"}
PRODUCTS = {"MatMul", "Gemm", "MatMulInteger", "FusedMatMul", "Linear"}
SQUASHING = {"Sigmoid", "Tanh", "HardSigmoid"}


INSTEAD = (
    "Export the model so that its layers stay nodes (torch.onnx.export of torch.nn.LSTM, tf2onnx "
    "of a Keras LSTM), or open the weights that it was exported from"
)


def taken_apart(node: Any) -> str | None:
    """Why a Loop or Scan whose body multiplies and squashes is not computed: an exporter took a
    recurrence apart; None for any other node."""
    if node.op_type not in ("Loop", "Scan"):
        return None
    [(_, body), *_] = [*graphs_of(node)] or [(None, None)]
    if body is None:
        return None
    ops = {inner.op_type for inner in body.node}
    if not (ops & PRODUCTS and ops & SQUASHING) or ops & {"LSTM", "GRU", "RNN"}:
        return None
    return (
        f"a recurrence that an exporter took apart: the body of this {node.op_type} multiplies and "
        f"squashes ({', '.join(sorted(ops & (PRODUCTS | SQUASHING)))}). {INSTEAD}"
    )


def follows(one: Any, layer: Any, before: Any) -> Any:
    """The name of the node among `before` whose Y, with its directions side by side, is the X of
    `one`; None if another node changes it, or if the sizes do not say so."""
    name, scope = one.node.input[0], one.scope
    chain: list[Any] = []
    makers = {other.node.output[0]: other for other in before if other.node.output}
    for _ in range(12):
        node, scope = scope.maker(name)
        if node is None or node.domain not in ("", "ai.onnx", "com.microsoft"):
            return None
        if node.output[0] == name and name in makers and makers[name].scope is scope:
            return makers[name].name if _same(makers[name], layer, one, chain[::-1]) else None
        if node.op_type not in MOVED:
            return None
        chain.append((node, scope))
        name = node.input[0]
    return None


def _same(below: Any, layer: Any, one: Any, chain: Any) -> Any:
    """Whether the nodes of `chain` make Y, (T, directions, N, H), into x as `one` reads it."""
    said = attributes_of(below.node)
    R = below.scope.constant(below.node.input[2]) if len(below.node.input) > 2 else None
    directions = 2 if said.get("direction", b"").lower() == b"bidirectional" else 1
    if not isinstance(R, np.ndarray) or R.ndim != 3:
        return False
    H = said.get("hidden_size") or R.shape[-1]
    if layer.input_size != directions * H:
        return False
    T, N = _lengths(chain, directions * H)
    h = np.arange(T * directions * N * H).reshape(T, directions, N, H)
    wanted = h.transpose(0, 2, 1, 3).reshape(T, N, directions * H)
    value: Any = h.transpose(2, 0, 1, 3) if said.get("layout") else h
    try:
        for node, scope in chain:
            value = _moved(node, scope, value, wanted)
    except (ValueError, IndexError, TypeError):
        return False
    if attributes_of(one.node).get("layout"):
        wanted = wanted.transpose(1, 0, 2)
    return value.shape == wanted.shape and bool((value == wanted).all())


def _lengths(chain: Any, width: int) -> Any:
    """T and N to try with: those that a Reshape of `chain` has fixed, else any two."""
    for node, scope in chain:
        shape = scope.constant(node.input[1]) if node.op_type == "Reshape" else None
        if isinstance(shape, np.ndarray) and shape.shape == (3,) and (shape[:2] > 0).all():
            first, second = (int(n) for n in shape[:2])
            if first * second * width < 10**7:
                return first, second
    return 2, 3


def _moved(node: Any, scope: Any, value: Any, wanted: Any) -> Any:
    options = attributes_of(node)
    second = node.input[1] if len(node.input) > 1 else ""
    given = scope.constant(second) if second and node.op_type != "Dropout" else None
    axes = given.tolist() if isinstance(given, np.ndarray) else options.get("axes")
    match node.op_type:
        case "Squeeze":
            return np.squeeze(value, tuple(axes) if axes is not None else None)
        case "Unsqueeze":
            return np.expand_dims(value, tuple(axes))
        case "Transpose":
            return value.transpose(options.get("perm"))
        case "Reshape":
            if isinstance(given, Uniform) or given is None:
                # A shape made when the model runs: of what can come out, only x as wanted fits.
                lengths = (*value.shape[:2], -1)
                return value.reshape(lengths if value.ndim == 4 else value.shape)
            shape = [value.shape[k] if n == 0 else n for k, n in enumerate(given.tolist())]
            return value.reshape(shape)
    return value
