"""What the layouts of PyTorch, Keras and ONNX have in common, seen from the book's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import Array, as_array, as_real
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.variants import (
    GRUVariant,
    LSTMVariant,
    Reversed,
    RNNVariant,
    activation_of,
)
from lecture_lib.cells.variants.lstm_backward import by_gate

GATES = {"RNN": "h", "GRU": "rzn", "LSTM": "ifgo"}
KERAS_GATES = {"RNN": "h", "GRU": "zrn", "LSTM": "ifgo"}
ONNX_GATES = {"RNN": "h", "GRU": "zrn", "LSTM": "iofg"}

KINDS = {RNN: "RNN", GRU: "GRU", LSTM: "LSTM"}
KINDS |= {RNNVariant: "RNN", GRUVariant: "GRU", LSTMVariant: "LSTM"}
# What a cell computes unless its file says otherwise; "output_activation" is that of an LSTM's c_t.
USUAL = {
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
    "output_activation": "tanh",
    "clip": None,
    "peepholes": None,
    "coupled": False,
    "weight_hr": None,
}


def reordered(array: Array, have: str, want: str) -> Array:
    """A copy of `array` with the gates, stacked on its first axis, in another order."""
    blocks = np.split(array, len(have))
    return np.concatenate([blocks[have.index(gate)] for gate in want])


def kind_of_cell(cell: Any) -> str:
    """ "RNN", "GRU" or "LSTM"; raises TypeError for what is none of them."""
    if type(cell) not in KINDS:
        raise TypeError(
            "cell must be an RNN, GRU or LSTM, or one of their variants with other functions, got "
            f"{type(cell).__name__}: no framework has a layer for it"
        )
    return KINDS[type(cell)]


def by_direction(layer: Any) -> dict[str, Any]:
    """The cells of one layer: those of a `Bidirectional`, a `Reversed` or the cell itself, as a
    dict by "there" and "back"."""
    if isinstance(layer, Bidirectional):
        return dict(layer.cells)
    if isinstance(layer, Reversed):
        return {"back": layer.cell}
    return {"there": layer}


def stacked(cell: Any, order: dict[str, str]) -> list[Array]:
    """Copies of weight_ih, weight_hh, bias_ih and bias_hh, with the gates in the `order` of a
    framework and a z that keeps."""
    kind = kind_of_cell(cell)
    have = cell.gates if isinstance(cell, LSTMVariant) else GATES[kind]
    names = ("weight_ih", "weight_hh", "bias")
    arrays = [getattr(cell, name).copy() for name in names]
    bias_hh = np.zeros_like(cell.bias)
    if "bias_hn" in cell.parameters():
        bias_hh[-cell.hidden_size :] = cell.bias_hn
    arrays.append(bias_hh)
    if kind == "GRU" and cell.update == "write":
        _mirror_update(arrays, cell.hidden_size)
    if isinstance(cell, LSTMVariant) and cell.coupled:
        # i = 1 − f has the rows of f with their sign turned; the frameworks' own f is not read.
        arrays = [np.concatenate([-array[cell.rows["f"]], array]) for array in arrays]
        have = "i" + have
    return [reordered(array, have, order[kind]) for array in arrays]


def options_of(cell: Any) -> dict[str, Any]:
    """What a cell computes besides its plain kind: the entries of `USUAL` that differ from it.

    Raises ValueError for a part that no framework's layer has.
    """
    kind = kind_of_cell(cell)
    found: dict[str, Any] = {}
    if isinstance(cell, RNNVariant):
        found = {"activation": cell.activation, "clip": cell.clip}
    elif isinstance(cell, GRUVariant):
        found = {
            "activation": cell.activations["n"],
            "recurrent_activation": cell.activations["r"],
            "clip": cell.clip,
        }
    elif isinstance(cell, LSTMVariant):
        missing = {"i": "input", "f": "forget", "o": "output"}
        if cell.coupled:
            del missing["i"]
        lacks = [f"without its {name} gate" for g, name in missing.items() if g not in cell.gates]
        if cell.layer_norm:
            lacks.append("with layer_norm")
        if lacks:
            raise ValueError(f"no framework's layer is an LSTM {' and '.join(lacks)}")
        found = {
            "activation": cell.activations["g"],
            "recurrent_activation": cell.activations["f"],
            "output_activation": cell.activations["c"],
            "clip": cell.clip,
            "coupled": cell.coupled,
        }
        if cell.peephole:
            of_gate = by_gate(cell, cell.parameters())
            of_gate |= {"i": -of_gate["f"], "f": 0 * of_gate["f"]} if cell.coupled else {}
            found["peepholes"] = {gate: of_gate[gate].copy() for gate in "ifo"}
        if cell.proj_size:
            found["weight_hr"] = cell.weight_hr.copy()
    return {name: value for name, value in found.items() if not _usual(kind, name, value)}


def _usual(kind: str, name: str, value: Any) -> bool:
    if name.endswith("activation"):
        return activation_of(name, value) == activation_of(name, USUAL[name])
    return value is None or value is False


def cell_of(
    kind: str,
    order: dict[str, str],
    four: Sequence[Array],
    update: str,
    reset: str,
    **options: Any,
) -> Any:
    """The cell for which `stacked` gives these four; `update` and `reset` are those of a GRU.

    `options` are entries of `USUAL`, with the peepholes as a dict by gate.
    """
    arrays = [reordered(array, order[kind], GATES[kind]) for array in four]
    weight_ih, weight_hh, bias_ih, bias_hh = arrays
    D, H, dtype = weight_ih.shape[1], weight_ih.shape[0] // len(GATES[kind]), weight_hh.dtype
    options = {name: value for name, value in options.items() if not _usual(kind, name, value)}
    if kind == "LSTM" and options:
        return _lstm_variant(D, H, dtype, arrays, options)
    if kind == "GRU":
        make = GRUVariant if options else GRU
        cell: Any = make(D, H, dtype=dtype, update=update, reset=reset, **options)
        if update == "write":
            if not _symmetrical(options.get("recurrent_activation", "sigmoid")):
                raise ValueError(
                    'update must be "keep": with recurrent_activation = '
                    f"{options['recurrent_activation']}, 1 − z is not z with its sign turned"
                )
            _mirror_update(arrays, H)
    elif kind == "RNN" and options:
        cell = RNNVariant(D, H, dtype=dtype, **{"activation": "tanh", **options})
    else:
        cell = {"RNN": RNN, "LSTM": LSTM}[kind](D, H, dtype=dtype)
    parameters = {"weight_ih": weight_ih, "weight_hh": weight_hh}
    if "bias_hn" in cell.parameters():
        parameters["bias_hn"] = bias_hh[-H:].copy()
        bias_hh[-H:] = 0
    cell.load_parameters({**parameters, "bias": bias_ih + bias_hh})
    return cell


def _lstm_variant(D: int, H: int, dtype: Any, arrays: Any, options: dict[str, Any]) -> Any:
    weight_ih, weight_hh, bias_ih, bias_hh = arrays
    options = dict(options)
    peepholes, weight_hr = options.pop("peepholes", None), options.pop("weight_hr", None)
    coupled = options.pop("coupled", False)
    activation = options.get("activation", "tanh")
    options.setdefault("output_activation", "tanh")
    if activation_of("activation", activation) == activation_of("", options["output_activation"]):
        del options["output_activation"]
    parameters = {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias": bias_ih + bias_hh}
    if coupled:
        if not _symmetrical(options.get("recurrent_activation", "sigmoid")):
            raise ValueError(
                f"an input gate coupled as 1 − f, with {options['recurrent_activation']}, "
                "is not i with its sign turned: this library cannot compute it"
            )
        parameters = {
            name: np.concatenate([-array[:H], array[2 * H :]]) for name, array in parameters.items()
        }
    if peepholes is not None:
        if coupled:
            peepholes = {"f": -peepholes["i"], "o": peepholes["o"]}
        parameters["peepholes"] = np.stack([peepholes[g] for g in "ifo" if g in peepholes])
    if weight_hr is not None:
        parameters["weight_hr"] = weight_hr
        options["proj_size"] = len(weight_hr)
    cell = LSTMVariant(
        D, H, dtype=dtype, coupled=coupled, peephole=peepholes is not None, **options
    )
    cell.load_parameters(parameters)
    return cell


def _symmetrical(activation: Any) -> bool:
    """Whether 1 − φ(a) = φ(−a)."""
    phi = activation_of("recurrent_activation", activation)
    half = phi.name == "hard_sigmoid" and phi.parameters[1] == 0.5
    return half or phi.name in ("sigmoid", "keras3_hard_sigmoid")


def _mirror_update(arrays: Any, hidden_size: Any) -> None:
    """Turn z that writes into z that keeps, or back, in place: 1 − σ(a) = σ(−a)."""
    for array in arrays:
        array[hidden_size : 2 * hidden_size] *= -1


def as_weights(named: Any, shapes: Any) -> list[Array]:
    """The arrays of the dict `named`, checked against the dict `shapes` of (shape, its symbols),
    all in float32, or in float64 if one of them is."""
    named = {name: as_real(name, widened(array)) for name, array in named.items()}
    dtype = np.result_type(*named.values(), np.float32)
    return [as_array(name, array, dtype, *shapes[name]) for name, array in named.items()]


def widened(array: Any) -> Array:
    """`array` as NumPy has it, bfloat16 and what else is narrower than its own floats in float32.

    Takes a tensor of a framework that knows `detach`, `cpu` and `numpy`.
    """
    if hasattr(array, "detach"):
        array = array.detach().cpu()
        array = (array.float() if str(array.dtype) == "torch.bfloat16" else array).numpy()
    try:  # a mask stays, for `as_real` to refuse it by name
        array = array if isinstance(array, np.ma.MaskedArray) else np.asarray(array)
    except ValueError:
        raise ValueError("an array must be one, got nested lists of uneven length") from None
    if array.dtype.name in ("bfloat16", "float16") or array.dtype.name.startswith("float8"):
        return array.astype(np.float32)
    return array


def kind_of(name: str, weight_hh: Array, hidden_axis: int) -> Any:
    """Which cell a recurrent matrix (G·H, H) belongs to, "RNN", "GRU" or "LSTM", and its H."""
    shape = np.shape(weight_hh)
    if len(shape) == 2:
        for kind, gates in GATES.items():
            if shape[1 - hidden_axis] == len(gates) * shape[hidden_axis]:
                return kind, shape[hidden_axis]
    wanted = "(G·H, H)" if hidden_axis else "(H, G·H)"
    raise ValueError(
        f"{name} must have shape {wanted} with G = 1 for an RNN, 3 for a GRU and 4 for an LSTM, "
        f"got {shape}"
    )


def reorder_gates(checkpoint: Any, have: str, want: str) -> dict[str, Array]:
    """Repair a checkpoint that stacks its gates in another order than its reader expects.

    checkpoint is a dict of arrays with the gates stacked on the first axis, as a PyTorch
    state_dict or `cell.parameters()` has them; have and want are orders of the same letters, such
    as "iofg" and "ifgo". Returns a new dict. bias_hn, which belongs to one gate, stays as it is.

    Raises ValueError if have and want are not the same letters, if no weight_hh tells the hidden
    size, and for an array that does not stack so many gates of this size.

    >>> import numpy as np
    >>> theirs = {"weight_hh": np.array([[1.0], [2.0], [3.0], [4.0]])}
    >>> reorder_gates(theirs, have="iofg", want="ifgo")["weight_hh"].ravel().tolist()
    [1.0, 3.0, 4.0, 2.0]
    """
    if sorted(have) != sorted(want) or len(set(have)) != len(have):
        raise ValueError(f"have and want must be orders of the same gates, got {have!r}, {want!r}")
    sizes = [np.shape(array)[-1] for name, array in checkpoint.items() if "weight_hh" in name]
    if not sizes:
        raise ValueError(f"checkpoint must have a weight_hh, got {sorted(checkpoint)}")
    rows, repaired = len(have) * sizes[0], {}
    for name, array in checkpoint.items():
        array = np.asarray(array)
        if name.endswith("bias_hn"):
            repaired[name] = array.copy()
            continue
        if array.shape[:1] != (rows,):
            raise ValueError(
                f"{name} must have {len(have)} gates · {sizes[0]} = {rows} rows, "
                f"got shape {array.shape}"
            )
        repaired[name] = reordered(array, have, want)
    return repaired
