"""Arrays in a figure's JSON: packed in Python, unpacked in the page, and the other way round."""

import json

import numpy as np
import pytest

from lecture_lib.figures.packing import packed, unpacked
from tests.driver import joined

ARRAYS = {
    "exact in 4 bytes": np.array([[0.5, -0.0], [1e-45, 3.0]], np.float32),
    "in 8 bytes": np.array([0.1, 1e300, -5e-324]),
    "too large for 4": np.array([2.0**128]),
    "whole": np.arange(6).reshape(1, 2, 3),
    "none": np.zeros((0, 3)),
    "no number": np.array([np.nan, np.inf, -np.inf]),
}
BACK = """async ([source, given]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { packed, unpacked, unpackedAll } = await import(url);
  const again = given.map((one) => packed(unpacked(one), one.shape));
  const all = unpackedAll({ a: [given[0]], b: "x", c: null });
  return [again, all.a[0] instanceof Float64Array && all.b === "x" && all.c === null];
}"""


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_bit_for_bit(name):
    array = ARRAYS[name]
    value = json.loads(json.dumps(packed(array)))
    back = unpacked(value)
    assert back.shape == array.shape and back.dtype == np.float64
    assert back.tobytes() == array.astype(np.float64).tobytes()
    narrow = np.dtype(np.float64 if name in ("in 8 bytes", "too large for 4") else np.float32)
    assert value["dtype"] == narrow.name


def test_the_page_reads_it_and_packs_it_alike(browser):
    page, given = browser.new_page(), [packed(array) for array in ARRAYS.values()]
    again, whole = page.evaluate(BACK, [joined("web/numbers/files/packed.mjs"), given])
    page.close()
    assert whole
    for name, value, other in zip(ARRAYS, given, again, strict=True):
        assert other == value, name


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="array must hold real numbers, got dtype <U1"):
        packed(np.array(["x"]))
