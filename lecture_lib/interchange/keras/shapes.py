"""Keras: what is of it, and which layouts the shapes of arrays fit."""

from typing import Any

from lecture_lib.cells._checks import Array

# Keras 1 kept the three arrays of each gate apart, in this order.
KERAS1_GATES = {12: ("LSTM", "icfo"), 9: ("GRU", "zrh")}


def is_keras(thing: Any) -> bool:
    """Whether this is a live model or layer of Keras."""
    return callable(thing) and hasattr(thing, "get_config") and hasattr(thing, "get_weights")


def gates_of(kernel: Array, recurrent: Array, bias: Array | None = None) -> int:
    """G of a kernel and a recurrent kernel that belong together, or 0."""
    if kernel.ndim != 2 or recurrent.ndim != 2 or not recurrent.size or not kernel.size:
        return 0
    H, columns = recurrent.shape
    fits = columns == kernel.shape[1] and columns % H == 0 and columns // H in (1, 3, 4)
    gates = columns // H if fits else 0
    shapes = {(columns,), (2 * columns,)} | ({(2, columns)} if gates == 3 else set())
    return gates if bias is None or bias.shape in shapes else 0


def fitting(arrays: list[Array]) -> list[str]:
    """The layouts that the shapes of these arrays fit."""
    shapes, count, found = [a.shape for a in arrays], len(arrays), []
    if count in (2, 3) and (gates := gates_of(*arrays)):
        twice = count == 3 and shapes[2] == (2 * shapes[1][1],) and gates > 1
        found.append("cudnn" if twice else "keras")
    if count == 2 and len(shapes[0]) == 2 and shapes[1:] == [shapes[0][1:]]:
        rows, columns = shapes[0]
        found += ["tf1 LSTM"] if columns % 4 == 0 and rows > columns // 4 else []
        found += ["tf1 RNN"] if rows > columns else []
    if count == 4 and [len(s) for s in shapes] == [2, 1, 2, 1]:
        (rows, both), (bias,), (again, H), (last,) = shapes
        fits = both == bias == 2 * H and again == rows > H and last == H
        found += ["tf1 GRU"] if fits else []
    if count in (4, 6):
        halves = arrays[: count // 2], arrays[count // 2 :]
        if all(gates_of(*half) for half in halves):
            D, H = shapes[0][0], shapes[1][0]
            second = shapes[count // 2]
            same = [a.shape for a in halves[0]] == [a.shape for a in halves[1]]
            found += ["bidirectional"] if same and second[0] == D else []
            found += ["stack of layers"] if second[0] == H else []
    of_gates = count in KERAS1_GATES and shapes == shapes[:3] * (count // 3)
    if of_gates and gates_of(*arrays[:3]) == 1:
        found.append("keras1")
        found += ["stack of layers"] if shapes[0][0] == shapes[1][0] else []
    return found


def layers_in(arrays: list[Array]) -> list[tuple[int, int]]:
    """Which runs of a model's list of arrays are recurrent layers, as [start, end) pairs: greedily,
    the longest that fits at each place."""
    found, at = [], 0
    while at < len(arrays):
        for length in (3, 2):
            run = arrays[at : at + length]
            if len(run) == length and gates_of(*run):
                found.append((at, at + length))
                at += length - 1
                break
        at += 1
    return found
