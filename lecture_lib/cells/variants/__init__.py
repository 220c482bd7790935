"""The cells of the book with other parts: an LSTM whose parts are switched, other functions than
tanh and σ, clipping, a projection; and a cell that reads from the end."""

from lecture_lib.cells.variants.activations import Activation, activation_of
from lecture_lib.cells.variants.lstm import LSTMVariant
from lecture_lib.cells.variants.other_functions import (
    GRUVariant,
    Reversed,
    ReversedTrace,
    RNNVariant,
)

__all__ = [
    "Activation",
    "GRUVariant",
    "LSTMVariant",
    "RNNVariant",
    "Reversed",
    "ReversedTrace",
    "activation_of",
]
