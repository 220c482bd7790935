"""One step of an LSTM that an exporter took apart into products, Split, Sigmoid and Tanh.

    a = W x + R h + b, split into four blocks of H
    c' = σ(a_f) ⊙ c + σ(a_i) ⊙ tanh(a_g),    h' = σ(a_o) ⊙ tanh(c')

Which block is which gate follows from what is done with it, and W from R by what they multiply.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.interchange.layouts import cell_of
from lecture_lib.interchange.network import Layer, assembled
from lecture_lib.interchange.onnx.graph import attributes_of
from lecture_lib.interchange.onnx.parts import INSTEAD, MOVED

GATES = "ifgo"
MAX_TERMS = 16
MAX_WAY = 10_000  # nodes between a product and the inputs of the model


@dataclass
class Step:
    """The names in the model of what a step reads and answers: x, h and c before, h after."""

    x: str
    h0: str
    c0: str
    h: str
    inner: bool


def looks_like_step(node: Any, scope: Any) -> bool:
    """Whether what a Split gives goes to three Sigmoid and a Tanh, each to one of them alone."""
    if node.op_type != "Split":
        return False
    read = [[user.op_type for user in scope.users.get(name, [])] for name in node.output]
    return len(read) == 4 and sorted(read) == [["Sigmoid"]] * 3 + [["Tanh"]]


def listed_step(name: str, node: Any, scope: Any, inner: bool, steps: dict[str, Step]) -> Layer:
    """The layer of the step around a Split, with what it reads put into `steps`; one whose gates or
    weights are not to be told has the reason."""
    try:
        layer, steps[name] = _layer(name, node, scope, inner)
    except (ValueError, TypeError, IndexError) as error:
        reason = (
            "one step of an LSTM that an exporter took apart: what this Split gives goes to three "
            f"Sigmoid and a Tanh, but {error}. {INSTEAD}"
        )
        return Layer(name, "LSTM", "ONNX", reason=reason)
    return layer


def _layer(name: str, node: Any, scope: Any, inner: bool) -> tuple[Layer, Step]:
    order, c0, h = _gates(node, scope)
    biases, products = _terms(node.input[0], scope)
    if len(products) != 2:
        raise ValueError(f"its gates are sums of {len(products)} products, not of x's and h's")
    rows = {weight.shape[0] for _, weight in products}
    H = products[0][1].shape[0] // 4
    if rows != {4 * H} or _sizes(node, scope) not in (None, [H] * 4):
        raise ValueError(f"its products give {sorted(rows)} numbers, not four gates of one size")
    (x, W), (h0, R) = _told_apart(products, H, c0, h, scope)
    bias = sum((np.broadcast_to(part, 4 * H) for part in biases), np.zeros(4 * H, R.dtype))
    cell = cell_of("LSTM", {"LSTM": order}, [W, R, bias, np.zeros_like(bias)], "keep", "before")
    layer = assembled(name, "LSTM", "ONNX", {"there": cell})
    layer.notes = [
        "one step, which an exporter took apart into products, Split, Sigmoid and Tanh: its gates "
        f"are told by their use, in the order {order}",
        f"x is {x!r} at each call of the model, and its first state is {h0!r} and {c0!r}: give "
        "them, x as (T, N, D)",
    ]
    return layer, Step(x, h0, c0, h, inner)


def _only(name: str, op_type: str, scope: Any) -> list[Any]:
    return [user for user in scope.users.get(name, []) if user.op_type == op_type]


def _other(node: Any, name: str) -> str:
    """What a node of two inputs reads besides `name`."""
    return node.input[1] if node.input[0] == name else node.input[0]


def _gates(node: Any, scope: Any) -> tuple[str, str, str]:
    """The order of the blocks, and the names of the c that is kept and of the new h."""
    made, tanh = {}, ""
    for k, name in enumerate(node.output):
        [user] = scope.users[name]
        made[user.output[0]] = k
        tanh = user.output[0] if user.op_type == "Tanh" else tanh
    places = {"g": made.pop(tanh)}
    for written in _only(tanh, "Mul", scope):
        i = _other(written, tanh)
        for c in _only(written.output[0], "Add", scope):
            kept, where = scope.maker(_other(c, written.output[0]))
            if i not in made or kept is None or kept.op_type != "Mul" or where is not scope:
                continue
            for f in set(kept.input) & made.keys() - {i}:
                for shown in _only(c.output[0], "Tanh", scope):
                    for h in _only(shown.output[0], "Mul", scope):
                        o = _other(h, shown.output[0])
                        if o in made.keys() - {i, f}:
                            places |= {"i": made[i], "f": made[f], "o": made[o]}
                            order = "".join(sorted(GATES, key=places.__getitem__))
                            return order, _other(kept, f), h.output[0]
    raise ValueError("what is done with its four gates is not what an LSTM does")


def _terms(name: str, scope: Any) -> tuple[list[Any], list[Any]]:
    """The constants and the products, (name of the factor, weights (4H, ·)), that add up to it."""
    biases: list[Any] = []
    products: list[Any] = []
    left = [(name, scope)]
    for _ in range(MAX_TERMS):
        if not left:
            return biases, products
        name, here = left.pop()
        stored = here.constant(name)
        if isinstance(stored, np.ndarray):
            biases.append(stored.reshape(-1))
            continue
        node, here = here.maker(name)
        if node is None or node.op_type not in ("Add", "Gemm", "MatMul"):
            raise ValueError(f"its gates add {name!r}, which is neither stored nor a product")
        if node.op_type == "Add":
            left += [(part, here) for part in node.input]
            continue
        products.append((node.input[0], _weights(node, here)))
        left += [(part, here) for part in node.input[2:] if part]
    raise ValueError(f"its gates are sums of more than {MAX_TERMS} parts")


def _weights(node: Any, scope: Any) -> np.ndarray:
    weights, said = scope.constant(node.input[1]), attributes_of(node)
    if not isinstance(weights, np.ndarray) or weights.ndim != 2:
        raise ValueError(f"the weights {node.input[1]!r} of its gates are not stored as a matrix")
    if said.get("alpha", 1) != 1 or said.get("beta", 1) != 1 or said.get("transA"):
        raise ValueError(
            f"its {node.op_type} node {node.name!r} scales or turns what it multiplies"
        )
    return weights if said.get("transB") else weights.T


def _sizes(node: Any, scope: Any) -> list[int] | None:
    """The sizes of the blocks where the Split says them."""
    said = attributes_of(node).get("split")
    stored = scope.constant(node.input[1]) if len(node.input) > 1 and node.input[1] else said
    return None if stored is None else [int(size) for size in stored]


def _told_apart(products: Any, H: int, c0: str, h: str, scope: Any) -> Any:
    """The products of x and of h: that of h has H columns, and comes from where c does, or in a
    loop from the step before."""
    able = [product for product in products if product[1].shape[1] == H]
    if len(able) == 2:
        state = _roots(c0, scope) | _carried(h, scope)
        able = [product for product in products if _roots(product[0], scope) <= state]
    if len(able) != 1:
        raise ValueError("which of its two products is that of h is not to be told")
    return [product for product in products if product is not able[0]] + able


def _carried(h: str, scope: Any) -> set[str]:
    """The inputs of a Loop's or Scan's body that are this h at the next step."""
    kind = scope.around.op_type if scope.around is not None else ""
    ins, outs = list(scope.graph.input), [value.name for value in scope.graph.output]
    if kind == "Loop":  # the turn and the condition come first, and the condition goes
        ins, outs = ins[2:], outs[1:]
    elif kind == "Scan":  # what is scanned comes last
        ins = ins[: len(ins) - attributes_of(scope.around).get("num_scan_inputs", 0)]
    else:
        return set()
    found = set()
    for value, name in zip(ins, outs, strict=False):
        node, _ = scope.maker(name)
        while node is not None and node.op_type in MOVED and name != h:
            name = node.input[0]
            node, _ = scope.maker(name)
        found |= {value.name} if name == h else set()
    return found


def _roots(name: str, scope: Any) -> set[str]:
    """The inputs of the graphs that `name` is computed from."""
    left, seen, roots = [(name, scope)], set(), set()
    while left:
        name, here = left.pop()
        if not name or name in seen or isinstance(here.constant(name), np.ndarray):
            continue
        seen.add(name)
        if len(seen) > MAX_WAY:
            raise ValueError(f"more than {MAX_WAY} nodes lie before it")
        node, where = here.maker(name)
        if node is None:
            roots.add(name)
        else:
            left += [(part, where) for part in node.input]
    return roots
