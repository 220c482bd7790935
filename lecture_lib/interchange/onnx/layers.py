"""ONNX: what the RNN, LSTM and GRU nodes of a model compute, as layers of a `Network`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells.variants.activations import activation_of
from lecture_lib.interchange.layouts import ONNX_GATES, as_weights, cell_of
from lecture_lib.interchange.network import Layer, Network, assembled
from lecture_lib.interchange.onnx.files import complaint_of, onnx_model
from lecture_lib.interchange.onnx.graph import Uniform, attributes_of, everything
from lecture_lib.interchange.onnx.parts import follows, taken_apart
from lecture_lib.interchange.onnx.steps import Step, listed_step, looks_like_step

USUAL = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}
PLACES = ("recurrent_activation", "activation", "output_activation")
FUNCTIONS = {
    "tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu", "affine": "affine",
    "leakyrelu": "leaky_relu", "thresholdedrelu": "thresholded_relu", "scaledtanh": "scaled_tanh",
    "hardsigmoid": "hard_sigmoid", "elu": "elu", "softsign": "softsign", "softplus": "softplus",
}  # fmt: skip
# Which of them read a number of activation_alpha, and of activation_beta.
READ_ALPHA = {"affine", "leaky_relu", "thresholded_relu", "scaled_tanh", "hard_sigmoid", "elu"}
READ_BETA = {"affine", "scaled_tanh", "hard_sigmoid"}
INPUTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
QUANTISED = "DynamicQuantizeLSTM"
SIDES = {"forward": ["there"], "reverse": ["back"], "bidirectional": ["there", "back"]}
ZERO_PAST_END = "past a sequence's end ONNX' h is 0, this library repeats its last"
ONLY_NEAR = (
    "its weights were dequantised; ONNX Runtime also rounds x and h to 8 bits as it runs, so its "
    "own result is only near"
)


@dataclass
class Found:
    """A recurrent node of a model, and where it lies."""

    name: str
    node: Any
    scope: Any
    inner: bool

    @property
    def kind(self) -> Any:
        return "LSTM" if self.node.op_type == QUANTISED else self.node.op_type


def onnx_network(source: Any, update: str = "keep") -> Network:
    """The `Network` of an ONNX model, a path, bytes or `ModelProto`."""
    model, size = onnx_model(source)
    found: list[Any] = []
    layers: list[Layer] = []
    named: set[str] = set()
    steps: dict[str, Step] = {}
    apart: list[Layer] = []
    for path, node, scope in everything(model, size):
        own = node.domain in ("", "ai.onnx") and node.op_type in ONNX_GATES
        if own or (node.domain == "com.microsoft" and node.op_type == QUANTISED):
            name = _unique(path + (node.name or f"{node.op_type}_{len(found)}"), named)
            one = Found(name, node, scope, bool(path))
            found.append(one)
            layers.append(_listed(one, update, found))
        elif node.domain in ("", "ai.onnx") and looks_like_step(node, scope):
            name = _unique(path + (node.name or f"{node.op_type}_{len(layers)}"), named)
            layers.append(listed_step(name, node, scope, bool(path), steps))
        elif node.domain in ("", "ai.onnx") and (reason := taken_apart(node)):
            name = _unique(path + (node.name or f"{node.op_type}_{len(layers)}"), named)
            apart.append(Layer(name, "?", "ONNX", reason=reason))
            layers.append(apart[-1])
    # A loop whose step is listed needs no line of its own.
    inner = [layer.name for layer in layers if layer not in apart]
    for loop in apart:
        if any(name.startswith(f"{loop.name}/") for name in inner):
            layers.remove(loop)
    complaint = complaint_of(model)
    network = Network(layers, "ONNX", [complaint] if complaint else [])
    nodes = {one.name: one for one in found} | steps
    if nodes:
        from lecture_lib.interchange.watching import onnx_reader

        network._reader = onnx_reader(model, nodes)
    return network


def _unique(name: str, named: Any) -> str:
    whole, k = name, 2
    while whole in named:
        whole, k = f"{name}#{k}", k + 1
    named.add(whole)
    return whole


def _listed(one: Any, update: str, found: Any) -> Any:
    """The layer of a node; one that cannot be computed has the reason."""
    try:
        layer = _layer(one, update)
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # The latter are of attributes of a kind that no such node has.
        return Layer(one.name, one.kind, "ONNX", reason=f"{one.name}: {error}")
    layer.follows = follows(one, layer, found[:-1])
    return layer


def _layer(one: Any, update: str) -> Any:
    kind, options = one.kind, attributes_of(one.node)
    names = dict(zip(INPUTS, one.node.input, strict=False))
    _check_attributes(kind, options)
    direction = options.get("direction", b"forward").decode("ascii", "replace").lower()
    if direction not in SIDES:
        raise ValueError(f"direction must be one of {list(SIDES)}, got {direction!r}")
    sides, notes = SIDES[direction], []
    if one.node.op_type == QUANTISED:
        weights = _dequantised(one, names)
        notes.append(ONLY_NEAR)
    else:
        weights = {k: _stored(one, k, names[k]) for k in "WRB" if names.get(k)}
    if names.get("P"):
        weights["P"] = _stored(one, "P", names["P"])
    by_side = _by_side(kind, options, weights, len(sides))
    functions = _functions(kind, options, len(sides))
    cells = {}
    for side, (W, R, B, P), said in zip(sides, by_side, functions, strict=True):
        said = said | {
            "clip": options.get("clip") or None,
            "coupled": bool(options.get("input_forget")),
        }
        if P is not None:
            said["peepholes"] = dict(zip("iof", np.split(P, 3), strict=True))
        if kind != "LSTM":
            del said["coupled"]
        reset = "after" if options.get("linear_before_reset") else "before"
        biases = np.split(B, 2)
        cells[side] = cell_of(kind, ONNX_GATES, [W, R, *biases], update, reset, **said)
    layer = assembled(
        one.name, kind, "ONNX", cells, conventions=_conventions(kind, options, functions, weights)
    )
    layer.axes = "NTD" if options.get("layout") else "TND"
    layer.notes = notes
    _take_state(one, layer, names, options, sides)
    _take_lengths(one, layer, names)
    return layer


def _check_attributes(kind: str, options: dict[str, Any]) -> None:
    known = {
        "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size",
        "layout", "input_forget", "linear_before_reset", "output_sequence",
    }  # fmt: skip
    if unknown := sorted(options.keys() - known):
        raise ValueError(f"the {kind} node has attributes unknown here: {unknown}")


def _stored(one: Any, letter: str, name: str) -> Any:
    value = one.scope.constant(name)
    if isinstance(value, Uniform):
        raise ValueError(f"{letter} of the {one.kind} node has a shape known only when it runs")
    if value is None:
        raise ValueError(
            f"{letter} of the {one.kind} node must be stored in the model, got {name!r}"
        )
    return value


def _dequantised(one: Any, names: Any) -> Any:
    """W and R of a DynamicQuantizeLSTM, (directions, D or H, 4H) in 8 bits, as an LSTM has them."""
    places = ("W_scale", "W_zero_point", "R_scale", "R_zero_point")
    names = names | dict(zip(places, list(one.node.input)[8:], strict=False))
    weights = {}
    for letter in "WR":
        parts = [
            _stored(one, n, names.get(n, ""))
            for n in (letter, f"{letter}_scale", f"{letter}_zero_point")
        ]
        if parts[0].ndim != 3:
            raise ValueError(f"{letter} must have 3 axes, got shape {parts[0].shape}")
        q, scale, zero = (part.astype(np.float32) for part in parts)
        scale, zero = (p.reshape(len(q), 1, -1) for p in (scale, zero))
        weights[letter] = ((q - zero) * scale).transpose(0, 2, 1)
    return weights | ({"B": _stored(one, "B", names["B"])} if names.get("B") else {})


def _by_side(kind: str, options: dict[str, Any], weights: Any, directions: int) -> Any:
    """(W, R, B, P) of each direction, checked."""
    gates = len(ONNX_GATES[kind])
    if missing := {"W", "R"} - weights.keys():
        raise ValueError(f"the {kind} node must have the inputs {sorted(missing)}")
    H = options.get("hidden_size") or (weights["R"].shape[-1] if weights["R"].ndim else 0)
    rows = gates * H
    shapes = {
        "W": ((directions, rows, -1), f"({directions}, G·H, D)"),
        "R": ((directions, rows, H), f"({directions}, G·H, H)"),
        "B": ((directions, 2 * rows), f"({directions}, 2·G·H)"),
        "P": ((directions, 3 * H), f"({directions}, 3·H)"),
    }
    checked = dict(zip(weights, as_weights(weights, shapes), strict=True))
    none = np.zeros((directions, 2 * rows), checked["R"].dtype)
    peepholes = checked.get("P", [None] * directions)
    return zip(checked["W"], checked["R"], checked.get("B", none), peepholes, strict=True)


def _functions(kind: str, options: dict[str, Any], directions: int) -> Any:
    """The activations of each direction, by the place that they take."""
    names = [name.decode("ascii", "replace") for name in options.get("activations", [])]
    usual = USUAL[kind]
    names = names or usual * directions
    if len(names) != len(usual) * directions:
        raise ValueError(
            f"the {kind} node must have {len(usual)} activations a direction, got {names}"
        )
    alphas, betas = (list(options.get(f"activation_{n}", [])) for n in ("alpha", "beta"))
    made = []
    for name in names:
        own = FUNCTIONS.get(name.lower())
        if own is None:
            raise ValueError(f"the {kind} node has the activation {name!r}, unknown here")
        alpha = alphas.pop(0) if own in READ_ALPHA and alphas else None
        beta = betas.pop(0) if own in READ_BETA and betas else None
        usual_of = activation_of("activations", own).parameters
        given = (alpha, beta)[: len(usual_of)]
        spec = [_shortest(u if v is None else v) for u, v in zip(usual_of, given, strict=True)]
        # 1/6 in float32 is what Keras 3 and PyTorch mean by it.
        if own == "hard_sigmoid" and spec == [_shortest(1 / 6), 0.5]:
            own, spec = "keras3_hard_sigmoid", []
        made.append(activation_of("activations", (own, *spec)))
    places = {"RNN": PLACES[1:2], "GRU": PLACES[:2], "LSTM": PLACES}[kind]
    return [
        dict(zip(places, made[k : k + len(usual)], strict=True))
        for k in range(0, len(made), len(usual))
    ]


def _shortest(number: float) -> float:
    """A float32 as the number that was meant: 0.2, not 0.20000000298."""
    return float(str(np.float32(number)))


def _conventions(kind: str, options: dict[str, Any], functions: Any, weights: Any) -> Any:
    said = {}
    for place, usual in zip(functions[0], map(str.lower, USUAL[kind]), strict=True):
        others = {str(f[place]) for f in functions}
        if others != {usual}:
            said[place] = ", ".join(sorted(others))
    if kind == "GRU":
        said |= {"reset": "after" if options.get("linear_before_reset") else "before", "z": "keeps"}
    if options.get("clip"):
        said["clip"] = options["clip"]
    if options.get("input_forget"):
        said["coupled"] = "f = 1 − i"
    if "P" in weights:
        said["peepholes"] = "yes"
    return said


def _take_state(one: Any, layer: Any, names: Any, options: dict[str, Any], sides: Any) -> None:
    """The first state of a node: stored, zeros, or from the model's inputs."""
    parts = {}
    for part in ("initial_h", "initial_c"):
        name = names.get(part)
        value = one.scope.constant(name) if name else Uniform(0.0)
        if value is None:
            layer.notes.append(
                f"its {part} comes from {name!r} when the model runs: give it as state"
            )
            return
        if isinstance(value, Uniform):
            value = np.full((len(sides), 1, layer.hidden_size), value.value, np.float32)
        elif options.get("layout") and value.ndim == 3:
            value = value.transpose(1, 0, 2)
        shape = ((len(sides), -1, layer.hidden_size), f"({len(sides)}, N, H)")
        [parts[part]] = as_weights({part: value}, {part: shape})
    if not any(part.any() for part in parts.values()):
        return
    h, c = parts["initial_h"], parts["initial_c"]
    batch = max(h.shape[1], c.shape[1])
    h, c = (np.repeat(p, batch, axis=1) if p.shape[1] == 1 else p for p in (h, c))
    pairs = [(h[k], c[k]) if layer.kind == "LSTM" else h[k] for k in range(len(sides))]
    layer.state = dict(zip(sides, pairs, strict=True)) if len(sides) == 2 else pairs[0]


def _take_lengths(one: Any, layer: Any, names: Any) -> None:
    name = names.get("sequence_lens")
    if not name:
        return
    value = one.scope.constant(name)
    layer.notes.append(ZERO_PAST_END)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.ndim == 1:
        layer.lengths = value.astype(np.int64)
    else:
        layer.notes.append(f"its lengths come from {name!r} when the model runs: give them")
