"""Networks that other programs made: lecture 26 puts them under the microscope.

    brackets_0, _1, _2.keras      an LSTM of Keras: is this letter inside brackets?    with_keras
    marks_0, _1, _2.onnx          two GRU layers, both ways, as PyTorch exports them   with_pytorch
    pulses_0, _1, _2.onnx         an LSTM of PyTorch that counts                       with_pytorch
    pulses_0, _1, _2_8bit.onnx    the same, rounded by ONNX Runtime                    with_pytorch

The digit is the seed. `python -m lecture_lib.records.outside.with_keras` makes the first ones
again, where Keras and JAX are installed, and `…with_pytorch` the others, where torch, onnx,
onnxscript and onnxruntime are. What trains, exports and rounds them is their program's own; this
library's cells have no part in it. Recorded with Keras 3.15.1 on JAX 0.10.2, PyTorch 2.13.0,
onnxscript 0.7.2, ONNX 1.23.2 and ONNX Runtime 1.31.1.
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def path(name):
    """The path of a recorded file, such as "brackets_0.keras".

    Raises ValueError for a name under which there is none, and lists those that there are.
    """
    known = sorted(p.name for p in FOLDER.iterdir() if p.suffix in (".keras", ".onnx"))
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")
    return FOLDER / name
