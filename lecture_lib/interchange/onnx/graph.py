"""ONNX graphs: every node, wherever it lies, and the constants that other nodes make."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lecture_lib.interchange.limits import MAX_DEPTH, room_for
from lecture_lib.interchange.onnx.files import MAX_NODES, array_of, graphs_of, import_onnx


@dataclass(frozen=True)
class Uniform:
    """A tensor whose shape is known only when the model runs, but all of whose numbers are one."""

    value: float


class Scope:
    """A graph with what it can see: its own names, then those of the graph that it lies in."""

    def __init__(
        self, graph: Any, parent: Any = None, budget: Any = None, around: Any = None
    ) -> None:
        self.graph, self.parent, self.around = graph, parent, around  # the node that it is part of
        self.tensors = {tensor.name: tensor for tensor in graph.initializer}
        self.makers = {name: node for node in graph.node for name in node.output if name}
        self.own = {value.name for value in graph.input} | self.tensors.keys() | self.makers.keys()
        self.known: dict[str, Any] = {}
        # How many bytes folding may still make, shared with all inner graphs.
        self.budget = parent.budget if parent else budget

    @cached_property
    def users(self) -> dict[str, list[Any]]:
        """The nodes of this graph that read each name."""
        found: dict[str, list[Any]] = {}
        for node in self.graph.node:
            for name in dict.fromkeys(node.input):
                found.setdefault(name, []).append(node)
        return found

    def holder(self, name: str) -> Any:
        """The scope that `name` is of."""
        scope = self
        while scope and name not in scope.own:
            scope = scope.parent
        return scope

    def maker(self, name: str) -> Any:
        """The node that makes `name`, and its scope; (None, None) for an input or a weight."""
        scope = self.holder(name)
        node = scope.makers.get(name) if scope else None
        return (node, scope) if node is not None else (None, None)

    def constant(self, name: str, depth: int = 0) -> Any:
        """The array of `name` where no input of the model changes it, a `Uniform`, or None."""
        scope = self.holder(name)
        if scope is None or not name:
            return None
        if name not in scope.known:
            if depth > 4 * MAX_DEPTH:
                return None
            scope.known[name] = scope._fold(name, depth)
        return scope.known[name]

    def _fold(self, name: str, depth: int) -> Any:
        if name in self.tensors:
            return array_of(self.tensors[name])
        node = self.makers.get(name)
        if node is None or node.domain not in ("", "ai.onnx") or node.op_type not in FOLDED:
            return None
        inputs = [self.constant(i, depth + 1) if i else None for i in node.input]
        values = FOLDED[node.op_type](node, inputs, attributes_of(node))
        values = values if isinstance(values, list) else [values]
        value = values[list(node.output).index(name)] if len(values) > 1 else values[0]
        if isinstance(value, np.ndarray):
            self.budget.take(value.nbytes, node)
        return value


@dataclass
class Budget:
    """How many bytes may still be made of a file."""

    left: int
    asked: list = field(default_factory=list)

    def take(self, count: int, node: Any) -> None:
        self.left -= count
        if self.left < 0:
            raise ValueError(
                f"the model's {node.op_type} node {node.name!r} would make constants far larger "
                "than the file: refused"
            )


def attributes_of(node: Any) -> Any:
    """The attributes of a node by name."""
    helper = import_onnx().helper
    return {
        a.name: helper.get_attribute_value(a)
        for a in node.attribute
        if not (a.HasField("g") or a.graphs or a.ref_attr_name)
    }


def everything(model: Any, size: int) -> Any:
    """(path, node, scope) of every node of a model, those of inner graphs behind the one that they
    are in; path names the nodes on the way."""
    top = Scope(model.graph, budget=Budget(room_for(b"") + 4 * size))
    return _walk(top, "", [0])


def _walk(scope: Any, path: str, count: list[int]) -> Iterator[Any]:
    for k, node in enumerate(scope.graph.node):
        count[0] += 1
        if count[0] > MAX_NODES:
            raise ValueError(f"model must have at most {MAX_NODES} nodes")
        yield path, node, scope
        for name, graph in graphs_of(node):
            inner = Scope(graph, scope, around=node)
            yield from _walk(inner, f"{path}{node.name or f'{node.op_type}_{k}'}/{name}/", count)


def _shaped(function: Any) -> Any:
    """A fold that only moves numbers: a `Uniform` stays what it is."""

    def fold(node: Any, inputs: Any, options: dict[str, Any]) -> Any:
        if not inputs or inputs[0] is None:
            return None
        if isinstance(inputs[0], Uniform):
            return inputs[0]
        if any(given is None and name for given, name in zip(inputs, node.input, strict=True)):
            return None
        if any(isinstance(given, Uniform) for given in inputs):
            return None
        try:
            return function(inputs, options)
        except (ValueError, IndexError, TypeError, KeyError, OverflowError) as error:
            raise ValueError(
                f"the model's {node.op_type} node {node.name!r} does not fit its inputs: {error}"
            ) from None

    return fold


def _axes(inputs: Any, options: dict[str, Any], default: Any = None) -> Any:
    axes = inputs[1].tolist() if len(inputs) > 1 and inputs[1] is not None else options.get("axes")
    return default if axes is None else [int(axis) for axis in axes]


def _squeeze(inputs: Any, options: dict[str, Any]) -> Any:
    axes = _axes(inputs, options)
    return np.squeeze(inputs[0], axis=None if axes is None else tuple(axes))


def _unsqueeze(inputs: Any, options: dict[str, Any]) -> Any:
    return np.expand_dims(inputs[0], tuple(_axes(inputs, options, [])))


def _reshape(inputs: Any, options: dict[str, Any]) -> Any:
    shape = [int(length) for length in inputs[1]]
    if not options.get("allowzero"):
        shape = [inputs[0].shape[k] if length == 0 else length for k, length in enumerate(shape)]
    return inputs[0].reshape(shape)


def _slice(inputs: Any, options: dict[str, Any]) -> Any:
    if len(inputs) == 1:
        starts, ends, axes, steps = options["starts"], options["ends"], options.get("axes"), None
    else:
        starts, ends, axes, steps = (*inputs[1:], None, None, None)[:4]
    axes = range(len(starts)) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    cut = [slice(None)] * inputs[0].ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        start, end, step = int(start), int(end), int(step)
        # A backward slice that ends before the first number has no other name in NumPy.
        end = None if step < 0 and end < -inputs[0].shape[axis] else end
        cut[int(axis)] = slice(start, end, step)
    return inputs[0][tuple(cut)]


def _split(inputs: Any, options: dict[str, Any]) -> Any:
    axis, sizes = options.get("axis", 0), options.get("split")
    sizes = inputs[1] if len(inputs) > 1 and inputs[1] is not None else sizes
    if sizes is None:
        return np.split(inputs[0], options["num_outputs"], axis)
    return np.split(inputs[0], np.cumsum(sizes)[:-1], axis)


def _cast(node: Any, inputs: Any, options: dict[str, Any]) -> Any:
    if isinstance(inputs[0], Uniform) or inputs[0] is None:
        return inputs[0]
    dtype = import_onnx().helper.tensor_dtype_to_np_dtype(options["to"])
    if dtype.name in ("bfloat16", "float16") or dtype.name.startswith("float8"):
        # What is rounded so is rounded in the runtime as well, and read on in float32.
        return inputs[0].astype(dtype).astype(np.float32)
    return inputs[0].astype(dtype) if dtype.kind in "fiub" else None


def _concat(node: Any, inputs: Any, options: dict[str, Any]) -> Any:
    if any(given is None for given in inputs) or not inputs:
        return None
    if all(isinstance(given, Uniform) and given == inputs[0] for given in inputs):
        return inputs[0]
    if any(isinstance(given, Uniform) for given in inputs):
        return None
    return _shaped(lambda arrays, said: np.concatenate(arrays, said["axis"]))(node, inputs, options)


def _filled(node: Any, inputs: Any, options: dict[str, Any]) -> Any:
    value = options.get("value")
    value = 0.0 if value is None else array_of(value)
    return Uniform(float(np.ravel(value)[0]) if np.size(value) else 0.0)


def _expand(node: Any, inputs: Any, options: dict[str, Any]) -> Any:
    given = inputs[0]
    if isinstance(given, np.ndarray) and given.size and (given == given.flat[0]).all():
        return Uniform(float(given.flat[0]))
    # Of any other, the axes of length 1 stand for what they are repeated to.
    return given


def _dequantised(inputs: Any, options: dict[str, Any]) -> Any:
    x, scale = inputs[0].astype(np.float32), inputs[1].astype(np.float32)
    zero = inputs[2].astype(np.float32) if len(inputs) > 2 and inputs[2] is not None else 0
    if scale.ndim == 1 and scale.size > 1:
        shape = [1] * x.ndim
        shape[options.get("axis", 1)] = -1
        scale, zero = scale.reshape(shape), np.reshape(zero, shape) if np.ndim(zero) else zero
    return (x - zero) * scale


def _arithmetic(function: Any) -> Any:
    def fold(inputs: Any, options: dict[str, Any]) -> Any:
        shape = np.broadcast_shapes(*(given.shape for given in inputs))
        if np.prod(shape, dtype=float) > 2 * max(given.size for given in inputs):
            raise ValueError("its result is larger than its inputs")
        with np.errstate(all="ignore"):
            return function(*inputs)

    return _shaped(fold)


FOLDED = {
    "Constant": lambda node, inputs, options: _constant(options),
    "Identity": _shaped(lambda inputs, options: inputs[0]),
    "Unsqueeze": _shaped(_unsqueeze),
    "Squeeze": _shaped(_squeeze),
    "Reshape": _shaped(_reshape),
    "Flatten": _shaped(
        lambda inputs, options: inputs[0].reshape(
            int(np.prod(inputs[0].shape[: options.get("axis", 1)])), -1
        )
    ),
    "Transpose": _shaped(lambda inputs, options: inputs[0].transpose(options.get("perm"))),
    "Slice": _shaped(_slice),
    "Split": _shaped(_split),
    "Gather": _shaped(
        lambda inputs, options: np.take(inputs[0], inputs[1], axis=options.get("axis", 0))
    ),
    "Concat": _concat,
    "Cast": _cast,
    "ConstantOfShape": _filled,
    "Expand": _expand,
    "DequantizeLinear": _shaped(_dequantised),
    "Shape": _shaped(lambda inputs, options: np.array(inputs[0].shape, np.int64)),
    "Add": _arithmetic(np.add),
    "Sub": _arithmetic(np.subtract),
    "Mul": _arithmetic(np.multiply),
    "Neg": _arithmetic(np.negative),
}


def _constant(options: dict[str, Any]) -> Any:
    for name, kind in (("value_float", np.float32), ("value_int", np.int64)):
        if name in options:
            return np.array(options[name], kind)
    for name, kind in (("value_floats", np.float32), ("value_ints", np.int64)):
        if name in options:
            return np.array(options[name], kind)
    return array_of(options["value"]) if "value" in options else None
