"""Networks and weights from PyTorch, Keras and ONNX, and back to them.

    layout       LSTM          GRU        z         reset     matrices      biases
    this book    i, f, g, o    r, z, n    either    either    (G·H, …)      one, and b_hn if after
    PyTorch      i, f, g, o    r, z, n    keeps     after     (G·H, …)      two
    Keras        i, f, c, o    z, r, h    keeps     either    (…, G·H)      one, two if after
    ONNX         i, o, f, c    z, r, h    keeps     either    (1, G·H, …)   two

G, the number of gates, is 1 for the RNN, 3 for the GRU and 4 for the LSTM; c and h in Keras and
ONNX are the candidates, g and n in this book. Of two biases only the sum matters, except for n with
the reset after the product. A z that writes is the z that keeps with the sign of its rows turned,
for 1 − σ(a) = σ(−a).

`open_network` reads the whole of a file, a module or a model: its recurrent layers by name, each
with its cell and with what else is said of it. `watch` also runs it. `from_torch`, `from_keras` and
`from_onnx` give the cell of one layer, `to_torch`, `to_keras` and `to_onnx` go the other way. What
cannot be computed or carried is refused by name. Nothing is unpickled, run or fetched here.
"""

from lecture_lib.interchange.keras.arrays import from_keras, to_keras
from lecture_lib.interchange.layouts import KERAS_GATES, ONNX_GATES, reorder_gates
from lecture_lib.interchange.network import Agreement, Layer, Network
from lecture_lib.interchange.onnx.reading import from_onnx
from lecture_lib.interchange.onnx.writing import to_onnx
from lecture_lib.interchange.opening import open_network
from lecture_lib.interchange.torch.modules import from_torch, to_torch
from lecture_lib.interchange.watching import watch

__all__ = [
    "KERAS_GATES",
    "ONNX_GATES",
    "Agreement",
    "Layer",
    "Network",
    "from_keras",
    "from_onnx",
    "from_torch",
    "open_network",
    "reorder_gates",
    "to_keras",
    "to_onnx",
    "to_torch",
    "watch",
]
