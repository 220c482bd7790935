"""Arrays as a figure's JSON carries them: the mirror of `web/numbers/files/packed.mjs`."""

import base64

import numpy as np


def packed(array):
    """`{"shape": […], "dtype": "float32" or "float64", "base64": "…"}` of an array of numbers.

    The numbers are little-endian, row by row: in 4 bytes where that is exact for all of them, else
    in 8. Raises TypeError for what holds other things than real numbers.
    """
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"array must hold real numbers, got dtype {array.dtype}")
    double = array.astype("<f8")
    with np.errstate(over="ignore"):
        single = double.astype("<f4")
    exact = np.array_equal(single.astype("<f8"), double, equal_nan=True)
    numbers = single if exact else double
    return {
        "shape": list(array.shape),
        "dtype": numbers.dtype.name,
        "base64": base64.b64encode(numbers.tobytes()).decode("ascii"),
    }


def unpacked(value):
    """The float64 array that `packed` made `value` of."""
    data = base64.b64decode(value["base64"], validate=True)
    numbers = np.frombuffer(data, np.dtype(value["dtype"]).newbyteorder("<"))
    return numbers.reshape(value["shape"]).astype(np.float64)
