"""The recurrent cells of the book: each as one step that reads like its equations, and whole."""

from lecture_lib.cells._cell import sigmoid
from lecture_lib.cells.gru import GRU, GRUTrace, gru_step
from lecture_lib.cells.lstm import LSTM, LSTMTrace, lstm_step
from lecture_lib.cells.rnn import RNN, RNNTrace, rnn_step

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "GRUTrace",
    "LSTMTrace",
    "RNNTrace",
    "gru_step",
    "lstm_step",
    "rnn_step",
    "sigmoid",
]
