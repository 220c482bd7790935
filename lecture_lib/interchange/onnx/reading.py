"""One cell out of an ONNX model."""

from typing import Any

from lecture_lib.interchange.onnx.layers import onnx_network


def from_onnx(model: Any, update: str = "keep", layer: Any = None) -> Any:
    """The cell that computes what a RNN, LSTM or GRU node of an ONNX model does.

    model is a path, the bytes of a file or a `ModelProto`; its weights may be made of constants by
    other nodes, or lie in a file of the model's own folder. layer, a name or a number, chooses one
    of several. A node of both directions gives a `Bidirectional`, one that reads from the end a
    `Reversed`, and peepholes, coupled gates, clipping or other activations give a variant.
    update="write" gives a GRU with the same outputs whose z writes. What the node wants from the
    model's inputs, such as its first state, is for the cell's caller to give.

    Raises ValueError for a file that is cut off or is no ONNX model, for none or several such
    nodes, for weights that are elsewhere, misshapen or not finite, and for a node that says more
    than a cell can hold: a stored state, stored lengths, batch first. `open_network` hands these
    back by name. Raises ImportError if onnx is not installed.

    >>> from lecture_lib.cells.variants import LSTMVariant
    >>> from lecture_lib.interchange import to_onnx
    >>> cell = from_onnx(to_onnx(LSTMVariant(2, 3, peephole=True)).SerializeToString())
    >>> cell, cell.peephole
    (LSTMVariant(2, 3, dtype=float32), True)
    """
    network = onnx_network(model, update)
    if layer is None and len(network) != 1:
        names = [f"{one.name} ({one.kind})" for one in network]
        raise ValueError(
            f"model must have one RNN, LSTM or GRU node, got {names}"
            + ("; layer= chooses one by name or number" if names else "")
        )
    one = network[0 if layer is None else layer]
    if one.cell is None:
        raise ValueError(one.reason)
    extra = {
        "a stored first state": one.state is not None,
        "stored lengths": one.lengths is not None,
    }
    extra["layout = 1, x with the batch first"] = one.axes == "NTD"
    said = [name for name, there in extra.items() if there]
    if said:
        raise ValueError(
            f"the {one.kind} node {one.name} has {' and '.join(said)}, which a cell cannot hold: "
            f"open_network(model)[{one.name!r}] has them as .state, .lengths and .axes"
        )
    return one.cell
