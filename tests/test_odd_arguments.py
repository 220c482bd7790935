"""What networks by name and n-grams refuse, each in a sentence."""

import math

import numpy as np
import pytest

from lecture_lib import LSTM
from lecture_lib.interchange import from_keras, from_torch, to_keras, to_torch
from lecture_lib.networks import build, matching_size, parameters_of
from lecture_lib.ngram import NGram


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: build(None, 2, 3, 1), ValueError, "network must begin with RNN"),
        (lambda: build("LSTM, bias x", 2, 3, 1), ValueError, "must have a number after bias"),
        (lambda: parameters_of("LST", 2, 1, 3), ValueError, "kind must be .*got 'LST'"),
        (lambda: parameters_of("LSTM", 2, 1, -3), ValueError, "hidden_size must be at least 1"),
        (lambda: parameters_of("LSTM", math.nan, 1, 3), TypeError, "input_size must be a whole"),
        # It looked for the size without end.
        (lambda: matching_size("LSTM", 2, 1, math.inf), ValueError, "parameters must be at most"),
        (lambda: matching_size("LSTM", 2, 1, math.nan), ValueError, "parameters must be at most"),
        (lambda: NGram("abx", "ab"), ValueError, r"text must be letters of 'ab', got \['x'\]"),
        (lambda: NGram("ab", "aab"), ValueError, "alphabet must be letters, each once"),
        (lambda: NGram("ab", ""), ValueError, "alphabet must be letters, each once"),
        (lambda: NGram(None, "ab"), TypeError, "text must be a text, got None"),
        (lambda: NGram("ab", "ab", order=2.5), TypeError, "order must be a whole number"),
        (lambda: NGram("ab", "ab").read(""), ValueError, "text must be one or more letters"),
        (lambda: NGram("ab", "ab").read("a", None), ValueError, "text must be one or more letters"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_weights_with_a_mask_or_without_numbers_are_refused_by_name():
    state, arrays = to_torch(LSTM(2, 3, seed=0)), to_keras(LSTM(2, 3, seed=0))
    masked = np.ma.array(state["weight_ih_l0"], mask=np.eye(12, 2))
    with pytest.raises(ValueError, match="weight_ih_l0 must have nothing masked"):
        from_torch(state | {"weight_ih_l0": masked})
    with pytest.raises(TypeError, match="bias_ih_l0 must hold real numbers, got dtype object"):
        from_torch(state | {"bias_ih_l0": np.full(12, None)})
    with pytest.raises(TypeError, match="bias_hh_l0 must hold real numbers, got dtype datetime64"):
        from_torch(state | {"bias_hh_l0": np.full(12, "2020", "datetime64[D]")})
    masked = np.ma.array(arrays[0], mask=np.eye(2, 12))
    with pytest.raises(ValueError, match="kernel must have nothing masked"):
        from_keras([masked, *arrays[1:]])
