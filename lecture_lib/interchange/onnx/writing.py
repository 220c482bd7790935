"""Cells, layers of both directions, stacks and whole models written as ONNX."""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.interchange.layouts import (
    ONNX_GATES,
    USUAL,
    by_direction,
    kind_of_cell,
    options_of,
    stacked,
)
from lecture_lib.interchange.onnx.files import import_onnx
from lecture_lib.models import SequenceModel

# This library's functions by ONNX' names, which for these two need α and β besides.
NAMES = {
    "tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "affine": "Affine",
    "leaky_relu": "LeakyRelu", "thresholded_relu": "ThresholdedRelu", "scaled_tanh": "ScaledTanh",
    "hard_sigmoid": "HardSigmoid", "elu": "Elu", "softsign": "Softsign", "softplus": "Softplus",
}  # fmt: skip
AS_OTHERS = {
    "linear": ("Affine", (1.0, 0.0)),
    "keras3_hard_sigmoid": ("HardSigmoid", (1 / 6, 0.5)),
}
PLACES = {
    "RNN": ["activation"],
    "GRU": ["recurrent_activation", "activation"],
    "LSTM": ["recurrent_activation", "activation", "output_activation"],
}


def to_onnx(cell: Any, dtype: Any = np.float32, with_state: bool = False) -> Any:
    """An ONNX model that computes what the cell does: in x (T, N, D), with T and N free; out
    h (T, N, H), then the last states (N, H) as h_n and, for the LSTM, c_n.

    It starts from zeros, or `with_state` from h0 and, for the LSTM, c0 (N, H), inputs that it then
    has. dtype is float32 or float64, of which ONNX Runtime runs float32 alone. `onnx.save(model,
    path)` writes the model, `model.SerializeToString()` is what ONNX Runtime takes.

    A variant, a `Reversed`, a `Bidirectional` and a `Stack` are written as what they are; of the
    last two h alone comes out. `with_state` a stack takes and gives each layer's state, h0_0, c0_0,
    h0_1 … and h_n_0, c_n_0, h_n_1 … A `SequenceModel` gives y (T, N, O), its readout, before the
    rest.

    Raises ValueError for another dtype, for weights too large for it, for `with_state` where a
    layer reads both ways, and for what ONNX has no place for: a projection, layer normalisation, an
    LSTM without one of its gates, an activation that is not in its list; TypeError for what is no
    cell; ImportError if onnx is not installed.

    >>> from lecture_lib import GRU
    >>> model = to_onnx(GRU(2, 3), with_state=True)
    >>> [value.name for value in model.graph.input], [value.name for value in model.graph.output]
    (['x', 'h0'], ['h', 'h_n'])
    """
    onnx = import_onnx()
    dtype = np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, got {dtype}")
    readout = None
    if isinstance(cell, SequenceModel):
        cell, readout = cell.cell, cell.readout
    return _Writer(onnx, dtype).model(cell, readout, with_state)


class _Writer:
    """The nodes and weights of a graph, as they come together."""

    def __init__(self, onnx: Any, dtype: Any) -> None:
        self.onnx, self.dtype = onnx, dtype
        self.element = onnx.helper.np_dtype_to_tensor_dtype(dtype)
        self.nodes: list[Any] = []
        self.weights: dict[str, Array] = {}

    def store(self, name: str, array: Array) -> Any:
        if array.dtype.kind == "f":
            with np.errstate(over="ignore"):
                array = array.astype(self.dtype)
            if not np.isfinite(array).all():
                raise ValueError(f"{name} must be finite in {self.dtype}: it has larger numbers")
        self.weights[name] = array
        return name

    def axis_of_state(self) -> Any:
        return self.store("axis_of_state", np.array([0]))

    def node(self, op: str, inputs: Any, outputs: Any, **options: Any) -> None:
        self.nodes.append(self.onnx.helper.make_node(op, inputs, outputs, **options))

    def value(self, name: str, shape: Any) -> Any:
        return self.onnx.helper.make_tensor_value_info(name, self.element, shape)

    def model(self, cell: Any, readout: Any, with_state: bool) -> Any:
        layers = getattr(cell, "layers", [cell])
        kinds = [kind_of_cell(one) for layer in layers for one in by_direction(layer).values()]
        alone = len(layers) == 1 and len(by_direction(layers[0])) == 1
        both = [layer for layer in layers if len(by_direction(layer)) == 2]
        if with_state and both:
            raise ValueError(
                f"with_state must be False for a {type(both[0]).__name__}: what reads from the end "
                f"has no state to hand on"
            )
        inputs = [self.value("x", ["T", "N", layers[0].input_size])]
        outputs = [self.value("h", ["T", "N", layers[-1].hidden_size])]
        h = "x"
        for k, layer in enumerate(layers):
            tag = f"_{k}" if len(layers) > 1 else ""
            out = "h" if k == len(layers) - 1 else f"h{tag}"
            states, shape = self.layer(layer, h, out, tag, with_state), ["N", layer.hidden_size]
            if alone or with_state:
                outputs += [self.value(f"{s}_n{tag}", shape) for s in states]
            if with_state:
                inputs += [self.value(f"{s}0{tag}", shape) for s in states]
            h = out
        if readout is not None:
            self.store("readout_weight", readout.weight.T)
            self.store("readout_bias", readout.bias)
            self.node("MatMul", ["h", "readout_weight"], ["readout"])
            self.node("Add", ["readout", "readout_bias"], ["y"])
            outputs.insert(0, self.value("y", ["T", "N", len(readout.bias)]))
        stored = [self.onnx.numpy_helper.from_array(a, n) for n, a in self.weights.items()]
        name = kinds[0] if alone else type(cell).__name__
        graph = self.onnx.helper.make_graph(self.nodes, name, inputs, outputs, stored)
        # Opset 17 and IR 8 are of 2022: they have all this, and most runtimes in use read them.
        opset = self.onnx.helper.make_opsetid("", 17)
        return self.onnx.helper.make_model(
            graph, opset_imports=[opset], ir_version=8, producer_name="lecture_lib"
        )

    def layer(self, layer: Any, x: Any, h: Any, tag: str, with_state: bool) -> Any:
        """The node or nodes of one layer, from the names of x and h; gives its states' letters."""
        cells = by_direction(layer)
        described = {side: _described(cell) for side, cell in cells.items()}
        for each in described.values():
            self._must_hold(each["options"].get("clip"))
        if len(cells) == 2:
            same = len({(*d["must_agree"],) for d in described.values()}) == 1
            if not same:
                for side, cell in cells.items():
                    self._run(
                        {side: cell},
                        {side: described[side]},
                        x,
                        f"h{tag}_{side}",
                        f"{tag}_{side}",
                        False,
                    )
                self.node("Concat", [f"h{tag}_{side}" for side in cells], [h], axis=2)
                return []
        return self._run(cells, described, x, h, tag, with_state)

    def _run(self, cells: Any, described: Any, x: Any, h: Any, tag: str, with_state: bool) -> Any:
        first = next(iter(described.values()))
        kind, H = first["kind"], first["H"]
        states = ["h", "c"] if kind == "LSTM" else ["h"]
        for name, arrays in (("W", "weight_ih"), ("R", "weight_hh"), ("B", "bias")):
            self.store(f"{name}{tag}", np.stack([d[arrays] for d in described.values()]))
        initial = []
        if with_state:
            initial = [f"initial_{s}{tag}" for s in states]
            for s in states:
                inside = [f"initial_{s}{tag}"]
                self.node("Unsqueeze", [f"{s}0{tag}", self.axis_of_state()], inside)
        options = {"hidden_size": H, **first["options"]}
        way = {("there",): "forward", ("back",): "reverse"}.get(tuple(cells), "bidirectional")
        options |= {"direction": way} if way != "forward" else {}
        functions = [f for d in described.values() for f in d["functions"]]
        if any(d["other"] for d in described.values()):
            options["activations"] = [name for name, _ in functions]
            for k, which in enumerate(("alpha", "beta")):
                numbers = [p[k] for _, p in functions if len(p) > k]
                options |= {f"activation_{which}": numbers} if numbers else {}
        inputs = [x, f"W{tag}", f"R{tag}", f"B{tag}", *(["", *initial] if initial else [])]
        if any(d["peepholes"] is not None for d in described.values()):
            none = np.zeros(3 * H)
            every = [none if d["peepholes"] is None else d["peepholes"] for d in described.values()]
            self.store(f"P{tag}", np.stack(every))
            inputs += [""] * (7 - len(inputs)) + [f"P{tag}"]
        last = [f"Y_{s}{tag}" for s in states]
        self.node(kind, inputs, [f"Y{tag}", *last], **options)
        if way == "bidirectional":
            # (T, directions, N, H) to (T, N, directions · H).
            self.node("Transpose", [f"Y{tag}"], [f"Y_beside{tag}"], perm=[0, 2, 1, 3])
            self.store("both_directions", np.array([0, 0, -1]))
            self.node("Reshape", [f"Y_beside{tag}", "both_directions"], [h])
            return []
        # ONNX gives its states and outputs an axis for the direction, here of length 1.
        self.node("Squeeze", [f"Y{tag}", self.store("axis_of_output", np.array([1]))], [h])
        if with_state or not tag:
            for s in states:
                self.node("Squeeze", [f"Y_{s}{tag}", self.axis_of_state()], [f"{s}_n{tag}"])
        return states

    def _must_hold(self, clip: Any) -> None:
        """A node's numbers, unlike its arrays, are float32: beside float64 none may be rounded."""
        if clip is not None and self.dtype == np.float64 and float(np.float32(clip)) != clip:
            raise ValueError(
                f"clip must be a number that float32 holds, as ONNX' attributes are, got {clip}; "
                f"the nearest is {float(np.float32(clip))}"
            )


def _described(cell: Any) -> Any:
    """What a node says of one cell."""
    kind, options = kind_of_cell(cell), options_of(cell)
    if "weight_hr" in options:
        raise ValueError("ONNX' LSTM has no projection (proj_size)")
    weight_ih, weight_hh, *biases = stacked(cell, ONNX_GATES)
    said = {"linear_before_reset": int(cell.reset == "after")} if kind == "GRU" else {}
    said |= {"clip": options["clip"]} if "clip" in options else {}
    said |= {"input_forget": 1} if options.get("coupled") else {}
    peepholes = options.get("peepholes")
    if peepholes is not None:
        peepholes = np.concatenate([peepholes[gate] for gate in "iof"])
    functions = [_function(options.get(place, USUAL[place])) for place in PLACES[kind]]
    return {
        "kind": kind,
        "H": cell.hidden_size,
        "weight_ih": weight_ih,
        "weight_hh": weight_hh,
        "bias": np.concatenate(biases),
        "options": said,
        "functions": functions,
        "other": any(name in options for name in PLACES[kind]),
        "peepholes": peepholes,
        "must_agree": (kind, cell.hidden_size, *sorted(said.items())),
    }


def _function(activation: Any) -> Any:
    """ONNX' name and numbers of an activation."""
    if isinstance(activation, str):
        return NAMES[activation], ()
    if activation.name in AS_OTHERS:
        return AS_OTHERS[activation.name]
    if activation.name not in NAMES:
        raise ValueError(f"ONNX' recurrent nodes have no activation {activation.name}")
    return NAMES[activation.name], activation.parameters
